package acceptance

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/server"
)

// classed is what the schema says of who is shown a thing or may do an act.
type classed struct {
	to    string
	roles []string
}

func (c classed) is(other classed) bool {
	return c.to == other.to && slices.Equal(c.roles, other.roles)
}

func classIn(directives ast.DirectiveList) (class classed, said bool) {
	directive := directives.ForName("access")
	if directive == nil {
		return class, false
	}
	class.to = directive.Arguments.ForName("to").Value.Raw
	if roles := directive.Arguments.ForName("roles"); roles != nil {
		for _, role := range roles.Value.Children {
			class.roles = append(class.roles, role.Value.Raw)
		}
	}
	return class, true
}

// classOf is the class of a field: its own, else its type's.
func classOf(of *ast.Definition, field *ast.FieldDefinition) classed {
	if class, said := classIn(field.Directives); said {
		return class
	}
	class, _ := classIn(of.Directives)
	return class
}

// rootsOf are the fields of the roots of a schema.
func rootsOf(schema *ast.Schema) []*ast.Definition {
	return slices.DeleteFunc([]*ast.Definition{schema.Query, schema.Mutation, schema.Subscription}, func(root *ast.Definition) bool {
		return root == nil
	})
}

// TestClassified: every type of the schema, every question and every act says to whom it
// is. Roles are named where it is by them, and there alone.
func TestClassified(t *testing.T) {
	t.Parallel()
	schema := parsedSchema(t)
	roots := rootsOf(schema)
	check := func(what string, directives ast.DirectiveList) {
		t.Helper()
		class, said := classIn(directives)
		if !said {
			t.Errorf("%s does not say to whom it is; give it @access", what)
		} else if (class.to == "ROLES") != (len(class.roles) > 0) {
			t.Errorf("%s is to %s, of the roles %v", what, class.to, class.roles)
		}
	}
	for _, of := range schema.Types {
		if of.Kind != ast.Object && of.Kind != ast.Interface || of.BuiltIn {
			continue
		}
		root := slices.Contains(roots, of)
		if !root {
			check(of.Name, of.Directives)
		}
		for _, field := range of.Fields {
			if _, said := classIn(field.Directives); (root || said) && !strings.HasPrefix(field.Name, "__") {
				check(of.Name+"."+field.Name, field.Directives)
			}
		}
	}
}

// TestActsByTheirClasses: the acts are to those by whom TestRights and TestManaging find
// them done.
func TestActsByTheirClasses(t *testing.T) {
	t.Parallel()
	successor := regexp.MustCompile("^Use `(\\w+)`")
	acts := parsedSchema(t).Mutation
	for _, act := range acts.Fields {
		class := classOf(acts, act)
		write, ofPublisher := writesOf[act.Name]
		deprecated := act.Directives.ForName("deprecated")
		switch {
		case ofPublisher:
			var roles []string
			for _, role := range write.roles {
				roles = append(roles, role.String())
			}
			if !class.is(classed{"ROLES", roles}) {
				t.Errorf("%s is to %v, and done by %v", act.Name, class, roles)
			}
		case deprecated != nil:
			by := successor.FindStringSubmatch(deprecated.Arguments.ForName("reason").Value.Raw)
			if by == nil || !class.is(classOf(acts, acts.Fields.ForName(by[1]))) {
				t.Errorf("%s is to others than what takes its place: %v", act.Name, by)
			}
		case !slices.Contains(ofAccounts, act.Name):
			t.Errorf("no test of rights does %s", act.Name)
		case !class.is(classed{"OWN", nil}) && !class.is(classed{"ROLES", []string{"SECURITY_ADMIN"}}):
			t.Errorf("%s is to %v", act.Name, class)
		}
	}
}

// TestAskedByTheirClasses: questions are answered to those to whom they are.
func TestAskedByTheirClasses(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s := serve(t, db, func(o *server.Options) { o.Limits = unlimited() })
	schema := parsedSchema(t)
	questions := newLeakWalk(t).questions
	from := calendar.Date(2026, 1, 1)
	as := func(name string, grant account.Grant) map[string][]string {
		return map[string][]string{"Authorization": {"Bearer " + pgtest.Account(t, db, name, grant)}}
	}
	callers := []map[string][]string{
		{},
		as("clerk", account.Grant{Role: account.Clerk, NodeCode: "530523", From: from}),
		as("security", account.Grant{Role: account.SecurityAdmin, From: from}),
	}
	for _, field := range schema.Query.Fields {
		question := questions["Query."+field.Name]
		if question == "" {
			continue
		}
		want := map[string][3]string{ // to nobody, a clerk elsewhere, a security administrator
			"PUBLIC": {}, "OWN": {}, "LOG": {"UNAUTHENTICATED", "", ""}, "ROLES": {"UNAUTHENTICATED", "FORBIDDEN", ""},
		}[classOf(schema.Query, field).to]
		var got [3]string
		for i, as := range callers {
			got[i] = s.askWith(as, question, nil).code()
		}
		if got != want {
			t.Errorf("%s is answered by %q, want %q", field.Name, got, want)
		}
	}
}

// shownTo holds the fields by which answers show what is hidden against their classes.
type shownTo struct {
	*leakWalk
	by map[string]bool // types
}

// look looks at an answer to who may see all: what is hidden is shown by fields that say
// so, and no others.
func (s *shownTo) look(owner string, answer any) {
	for _, shown := range s.hiddenIn(owner, answer) {
		asked, _, _ := strings.Cut(owner, ".")
		s.by[shown.of.Name], s.by[asked] = true, true
		if class := classOf(shown.of, shown.field); class.to != "REACH" && class.to != "LOG" {
			s.t.Errorf("%s.%s is to %s, and shows what is hidden", shown.of.Name, shown.field.Name, class.to)
		}
	}
}

// end fails where a type says that it shows what is hidden, and neither does nor leads
// to what does.
func (s *shownTo) end() {
	var shows func(of *ast.Definition, deep int) bool
	shows = func(of *ast.Definition, deep int) bool {
		return s.by[of.Name] || deep > 0 && slices.ContainsFunc(of.Fields, func(field *ast.FieldDefinition) bool {
			return shows(s.schema.Types[field.Type.Name()], deep-1)
		})
	}
	const toNode = 2 // from a connection by its edges
	for _, of := range s.schema.Types {
		if class, _ := classIn(of.Directives); class.to == "REACH" && !shows(of, toNode) {
			s.t.Errorf("%s is to REACH, and neither shows nor leads to what is hidden", of.Name)
		}
	}
}

type fieldOf struct {
	of    *ast.Definition
	field *ast.FieldDefinition
}

// aliased are the aliases of a leakWalk: the field's number, after what tells of which
// type it is.
var aliased = regexp.MustCompile(`^([a-z]+)(\d+)$`)

// hiddenIn are the fields whose texts tell what is hidden, in the answer to the question
// of an owner.
func (w *leakWalk) hiddenIn(owner string, answer any) (fields []fieldOf) {
	typeName, name, ofField := strings.Cut(owner, ".")
	asked := w.schema.Types[typeName]
	below := asked
	if ofField {
		below = w.schema.Types[asked.Fields.ForName(name).Type.Name()]
	}
	var walk func(alias string, value any)
	walk = func(alias string, value any) {
		switch value := value.(type) {
		case map[string]any:
			for alias, one := range value {
				walk(alias, one)
			}
		case []any:
			for _, one := range value {
				walk(alias, one)
			}
		case string:
			if !strings.Contains(unpacked(fmt.Sprintf("%q", value)), secretMark) {
				return
			}
			parts := aliased.FindStringSubmatch(alias)
			if parts == nil {
				w.t.Fatalf("%s: %q shows what is hidden, and is no field's", owner, alias)
			}
			of := below
			if parts[1] != "f" && parts[1] != "l" {
				for _, possible := range w.schema.GetPossibleTypes(below) {
					if strings.ToLower(possible.Name) == parts[1] {
						of = possible
					}
				}
			}
			number, err := strconv.Atoi(parts[2])
			if err != nil {
				w.t.Fatal(err)
			}
			fields = append(fields, fieldOf{of, of.Fields[number]})
		}
	}
	walk("", answer)
	return fields
}
