package server

import (
	"context"
	"fmt"
	"math"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// bounds refuses a document that asks for too much, before anything is read.
// What a fragment asks for is worked out once, however often it is spread: the
// library's own limit takes time exponential in that.
type bounds struct {
	Depth      int // nested fields
	Complexity int // fields answered, by the number of rows estimated
	Aliases    int
}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationContextMutator
} = bounds{}

// ExtensionName names the extension.
func (bounds) ExtensionName() string { return "Bounds" }

// Validate accepts any schema.
func (bounds) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext measures the operation.
func (b bounds) MutateOperationContext(_ context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	m := newMeasure(operation.Variables)
	total := m.selection(operation.Operation.SelectionSet, 1)
	if m.noInt != nil {
		return &gqlerror.Error{Err: m.noInt, Message: m.noInt.Error()}
	}
	for _, bound := range []struct {
		what        string
		found, most int
	}{
		{"levels of fields", total.depth, b.Depth},
		{"aliases", total.aliases, b.Aliases},
		{"fields by the rows estimated", total.fields, b.Complexity},
	} {
		if bound.found > bound.most {
			return &gqlerror.Error{
				Message: fmt.Sprintf(
					"the request asks for %s %s; at most %d are answered at once: ask for fewer rows or fields",
					number(bound.found),
					bound.what,
					bound.most,
				),
				Extensions: map[string]any{"code": string(problem.TooComplex)},
			}
		}
	}
	return nil
}

func number(n int) string {
	if n == math.MaxInt32 {
		return "billions of"
	}
	return fmt.Sprint(n)
}

// size is what a selection asks for.
type size struct{ fields, depth, aliases int }

type measure struct {
	variables map[string]any
	fragments map[spread]size
	counting  map[string]bool // spread around itself: validation has refused it
	noInt     error           // a number of rows that is no Int, which the library takes
}

// spread is a fragment within a page of so many rows.
type spread struct {
	name string
	page int
}

func newMeasure(variables map[string]any) *measure {
	return &measure{variables: variables, fragments: map[spread]size{}, counting: map[string]bool{}}
}

// pageField is the argument that bounds a list.
const pageField = "first"

// selection measures the fields of an object; page is how many rows its page has,
// where it is the page of a list.
func (m *measure) selection(set ast.SelectionSet, page int) size {
	var total size
	for _, selection := range set {
		var part size
		switch selected := selection.(type) {
		case *ast.Field:
			part = m.field(selected, page)
		case *ast.InlineFragment:
			part = m.selection(selected.SelectionSet, page)
		case *ast.FragmentSpread:
			part = m.fragment(selected, page)
		}
		total.fields = saturated(total.fields + part.fields)
		total.aliases = saturated(total.aliases + part.aliases)
		total.depth = max(total.depth, part.depth)
	}
	return total
}

func (m *measure) fragment(of *ast.FragmentSpread, page int) size {
	if known, ok := m.fragments[spread{of.Name, page}]; ok {
		return known
	}
	if m.counting[of.Name] || of.Definition == nil {
		return size{}
	}
	m.counting[of.Name] = true
	measured := m.selection(of.Definition.SelectionSet, page)
	m.counting[of.Name] = false
	m.fragments[spread{of.Name, page}] = measured
	return measured
}

func (m *measure) field(field *ast.Field, page int) size {
	rows, pageBelow := m.rows(field, page)
	below := m.selection(field.SelectionSet, pageBelow)
	measured := size{fields: saturated(1 + rows*below.fields), depth: 1 + below.depth, aliases: below.aliases}
	if len(field.SelectionSet) == 0 {
		measured.fields = rows
	}
	if field.Alias != field.Name {
		measured.aliases++
	}
	return measured
}

// rows estimates how many rows a list has, as the schema's directive @rows or its
// page argument says. A page of a list is no list: its argument counts for the rows
// in it alone, not for its total and what is summed up beside them.
func (m *measure) rows(field *ast.Field, page int) (rows, pageBelow int) {
	if field.Definition == nil {
		return 1, 1
	}
	declared := field.Definition.Directives.ForName("rows")
	paged := field.Definition.Arguments.ForName(pageField) != nil
	switch {
	case declared != nil:
		arguments := declared.ArgumentMap(nil)
		about, counted := arguments["about"].(int64)
		by, named := arguments["by"].(string)
		switch {
		case named:
			return m.rowsBy(field, by, max(int(about), 1)), 1
		case paged:
			return m.rowsBy(field, pageField, max(int(about), 1)), 1
		case counted:
			return int(about), 1
		}
		return page, 1
	case paged && field.Definition.Type.Elem != nil:
		return m.rowsBy(field, pageField, 1), 1
	case paged:
		return 1, m.rowsBy(field, pageField, 1)
	}
	return 1, 1
}

// rowsBy reads how many rows an argument asks for.
func (m *measure) rowsBy(field *ast.Field, argument string, about int) int {
	arguments := field.ArgumentMap(m.variables)
	switch value := arguments[argument].(type) {
	case int64:
		return m.number(argument, value, nil, value)
	case interface{ Int64() (int64, error) }:
		n, err := value.Int64()
		return m.number(argument, n, err, value)
	case []any:
		return max(len(value), 1)
	case string:
		return days(arguments, value)
	}
	return about
}

// number is how many rows a number asks for.
func (m *measure) number(argument string, n int64, fault error, given any) int {
	if fault != nil || n > math.MaxInt32 {
		m.noInt = problem.Invalid(argument, "", "%v is no Int", given)
		return 1
	}
	return int(max(n, 1))
}

// stepDays is how far the days of a trend lie apart.
var stepDays = map[string]int{"DAY": 1, "WEEK": 7, "MONTH": 30, "QUARTER": 91, "YEAR": 365}

// days estimates the days of a trend. What is wrong with its arguments is told
// when it is answered.
func days(arguments map[string]any, step string) int {
	apart, known := stepDays[step]
	from, fault := calendar.ParseDay(fmt.Sprint(arguments["from"]))
	to, another := calendar.ParseDay(fmt.Sprint(arguments["to"]))
	if !known || fault != nil || another != nil {
		return 1
	}
	return max(int(to-from), 0)/apart + 2
}

// saturated keeps sums and products from running over.
func saturated(n int) int {
	if n < 0 || n > math.MaxInt32 {
		return math.MaxInt32
	}
	return n
}
