package server

import (
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
)

// TestRows: every list of the schema says how many rows it has, or has an argument
// that does; rows of a page are counted where the page is asked for.
func TestRows(t *testing.T) {
	t.Parallel()
	lists := 0
	for _, of := range executableSchema.Types {
		if of.BuiltIn || !of.IsCompositeType() {
			continue
		}
		for _, field := range of.Fields {
			declared := field.Directives.ForName("rows")
			if field.Type.Elem == nil {
				if declared != nil {
					t.Errorf("%s.%s is no list", of.Name, field.Name)
				}
				continue
			}
			if field.Name[:2] == "__" {
				continue
			}
			lists++
			if declared == nil {
				if field.Arguments.ForName(pageField) == nil {
					t.Errorf("%s.%s has neither @rows nor the argument %s", of.Name, field.Name, pageField)
				}
				continue
			}
			arguments := declared.ArgumentMap(nil)
			if by, ok := arguments["by"].(string); ok && field.Arguments.ForName(by) == nil {
				t.Errorf("%s.%s has no argument %s", of.Name, field.Name, by)
			}
			if about, ok := arguments["about"].(int64); ok && about < 1 {
				t.Errorf("%s.%s has about %d rows", of.Name, field.Name, about)
			}
			if len(arguments) == 0 {
				ofPage(t, of)
			}
		}
	}
	if lists < 50 {
		t.Errorf("%d lists were looked at", lists)
	}
}

// ofPage fails if anything answers a page without an argument for its size.
func ofPage(t *testing.T, page *ast.Definition) {
	t.Helper()
	for _, of := range executableSchema.Types {
		for _, field := range of.Fields {
			if of.IsCompositeType() && field.Type.Name() == page.Name && field.Arguments.ForName(pageField) == nil {
				t.Errorf("%s.%s answers a page and has no argument %s", of.Name, field.Name, pageField)
			}
		}
	}
}

// TestSteps: every step of a trend has its days; one that has none would be taken
// for one of a single row.
func TestSteps(t *testing.T) {
	t.Parallel()
	for _, step := range executableSchema.Types["TrendStep"].EnumValues {
		if stepDays[step.Name] < 1 {
			t.Errorf("%s has no days", step.Name)
		}
	}
}

// TestMeasure: what documents cost, by hand: a field is one, and a list as many
// times what is below it as it has rows.
func TestMeasure(t *testing.T) {
	t.Parallel()
	type v = map[string]any
	const trend = `($s: TrendStep!) { administrativeNode(code: "x") { coverageTrend(from: "2025-01-01", to: "2026-01-01", step: $s) { required } } }`
	for _, c := range []struct {
		document  string
		variables v
		fields    int
	}{
		{`{ administrativeNode(code: "x") { code name } }`, nil, 3},
		{`{ administrativeNode(code: "x") { coverage { byEntry { entry { code } } } } }`, nil, 3 + 25*2},
		{`{ administrativeNode(code: "x") { ... on Department { functions } } }`, nil, 1 + 2},
		{`{ gaps(code: "x") { edges { cursor } } }`, nil, 1 + 1 + 50},
		{`{ gaps(code: "x", first: 7) { edges { cursor } } }`, nil, 1 + 1 + 7},
		{`query($n: Int) { gaps(code: "x", first: $n) { edges { cursor } } }`, v{"n": int64(7)}, 1 + 1 + 7},
		{`query($n: Int) { gaps(code: "x", first: $n) { edges { cursor } } }`, nil, 1 + 1 + 50},
		{`query($n: Int = 9) { gaps(code: "x", first: $n) { edges { cursor } } }`, nil, 1 + 1 + 9},
		{`{ gaps(code: "x", first: 2) { byPublisher { gaps } } }`, nil, 1 + 1 + 50},
		{`{ gaps(code: "x", first: 2) { byPublisher(first: 3) { gaps } } }`, nil, 1 + 1 + 3},
		{`{ gaps(code: "x", first: 2) { ...p } } fragment p on GapConnection { totalCount edges { cursor } }`, nil, 1 + 1 + 1 + 2},
		{`{ a: gaps(code: "x", first: 2) { ...p } b: gaps(code: "x", first: 3) { ...p } } fragment p on GapConnection { edges { cursor } }`, nil, 4 + 2 + 3},
		{`{ nodes(ids: ["a", "b", "c"]) { id } }`, nil, 1 + 3},
		{`query($i: [ID!]!) { nodes(ids: $i) { id } }`, v{"i": []any{"a", "b"}}, 1 + 2},
		{`{ administrativeNode(code: "x") { relief(from: "2025-01-01", to: "2026-01-01") { discrepancies { kind } } } }`, nil, 3 + 50},
		{`{ administrativeNode(code: "x") { relief(from: "2025-01-01", to: "2026-01-01") { discrepancies(first: 4) { kind } } } }`, nil, 3 + 4},
		{`query` + trend, v{"s": "DAY"}, 2 + 367},
		{`query` + trend, v{"s": "MONTH"}, 2 + 14},
		{`query` + trend, v{"s": "YEAR"}, 2 + 3},
		{`{ roots { ...f x: code ...f } } fragment f on AdministrativeNode { ancestors { code } }`, nil, 1 + 7 + 1 + 7},
		{`{ ranking(code: "x", level: COUNTY) { rank } }`, nil, 1 + 3000},
	} {
		document, faults := gqlparser.LoadQuery(executableSchema, c.document)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		variables, err := validator.VariableValues(executableSchema, document.Operations[0], c.variables)
		if err != nil {
			t.Fatal(err)
		}
		m := newMeasure(variables)
		if total := m.selection(document.Operations[0].SelectionSet, 1); total.fields != c.fields {
			t.Errorf("%s %v costs %d, not %d", c.document, c.variables, total.fields, c.fields)
		}
	}
}
