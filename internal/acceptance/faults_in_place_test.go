package acceptance

import (
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/reliefgraph/reliefgraph/graph/generated"
)

// TestFaultsStayInPlace: what is wrong with one field leaves those beside it.
func TestFaultsStayInPlace(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	for _, wrong := range []string{
		`children(first: 501) { totalCount }`,
		`children(after: "nonsense") { totalCount }`,
		`gaps(first: -1) { totalCount }`,
		`gaps(after: "nonsense") { totalCount }`,
		`upcoming(workingDays: 251) { totalCount }`,
		`disclosures(first: 501) { totalCount }`,
		`news(after: "nonsense") { edges { cursor } }`,
		`relief(from: "2026-02-01", to: "2026-01-01") { total { received } }`,
		`coverageTrend(from: "1990-01-01", to: "2026-01-01", step: DAY) { required }`,
	} {
		r := s.ask(
			`{ administrativeNode(code: "533102") { code name beside: coverage { required } wrong: `+wrong+` } roots { code } }`,
			nil,
		)
		if len(r.Errors) != 1 || r.code() != "INVALID_INPUT" || r.Errors[0].Path[1] != "wrong" {
			t.Errorf("%s: %+v", wrong, r.Errors)
			continue
		}
		node, _ := at(t, r.Data, "administrativeNode").(map[string]any)
		if node == nil || node["name"] != "瑞丽市" || at(t, node, "beside", "required").(float64) < 1 || node["wrong"] != nil {
			t.Errorf("%s: %v", wrong, r.Data)
		}
	}
}

// TestNullable: every field that may fail by itself may be null, and says that it
// is by an error alone. A subscription that fails ends, and has nothing beside it.
func TestNullable(t *testing.T) {
	t.Parallel()
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	for _, of := range schema.Types {
		if of.BuiltIn || of.Kind != ast.Object || of.Name == "Mutation" || of.Name == "Subscription" ||
			strings.HasSuffix(of.Name, "Payload") {
			continue
		}
		for _, field := range of.Fields {
			takes := len(field.Arguments) > 0 && field.Name != "name" &&
				(len(field.Arguments) > 1 || field.Arguments[0].Name != "locale")
			if takes && field.Type.NonNull {
				t.Errorf("%s.%s takes arguments and is never null", of.Name, field.Name)
			}
			if field.Type.NonNull && field.Directives.ForName("semanticNonNull") != nil {
				t.Errorf("%s.%s is never null already", of.Name, field.Name)
			}
		}
	}
}
