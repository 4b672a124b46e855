package importer

import (
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
)

// layout is how a kind of file is laid out.
type layout struct {
	header []tabular.Column
	// columnOf names the columns by the fields of facts (published_on by publishedOn).
	columnOf map[string]string
	// chinese are what its files are also called.
	chinese []string
	// unchanged tell of each column whether a cell is still that of a template's example.
	unchanged []func(cell string) bool
}

// layoutOf lists each kind's layout.
var layoutOf = map[kindName]layout{
	kindAreas:       layoutFor(fact.Areas),
	kindDepartments: layoutFor(fact.Departments),
	kindCatalogs:    layoutFor(&fact.Catalogs),
	kindEntries:     layoutFor(&fact.Entries),
	kindAssignments: layoutFor(&fact.Assignments),
	kindDisclosures: layoutFor(&fact.Disclosures),
	kindRelief:      layoutFor(&fact.Movements),
	kindEvents:      layoutFor(&fact.Events),
	kindConcerns:    layoutFor(&fact.Concerns),
	kindReviews:     layoutFor(&fact.Reviews),
	kindNews:        layoutFor(&fact.News),
	kindOrders:      layoutFor(&fact.Orders),
	kindOrderEvents: layoutFor(&fact.OrderEvents),
	kindRequests:    layoutFor(&fact.ExemptionRequests),
}

// layoutFor lays out the columns that a kind of file may have; without those of the
// key nothing can be said of any row.
func layoutFor[T any](kind *fact.Kind[T]) layout {
	of := layout{columnOf: map[string]string{}, chinese: kind.Chinese}
	for _, c := range kind.InFiles() {
		of.columnOf[c.Field] = c.Name
		of.unchanged = append(of.unchanged, c.Unchanged)
		of.header = append(of.header, tabular.Column{
			Name:     c.Name,
			Chinese:  c.Chinese,
			Required: slices.Contains(kind.Key, c.Stored),
			Date:     c.Form == fact.Day || c.Form == fact.Instant,
			Instant:  c.Form == fact.Instant,
			Period:   c.Form == fact.Period,
		})
	}
	return of
}

// isExample tells whether the reader's row is the example of a template, which is
// passed over. One that is marked so and was filled in is warned of besides.
func (r *Report) isExample(shown string, layout layout, reader *tabular.Reader) bool {
	first := reader.Cell(0)
	if !fact.MarkedExample(first) {
		return false
	}
	for i, unchanged := range layout.unchanged {
		if reader.Has(i) && !unchanged(reader.Cell(i)) {
			r.warn(tabular.Problem{
				Code: "example-filled-in", File: shown, Line: reader.Line(), Column: layout.header[0].Name, Value: shortened(first),
				Reason: "the row is marked 示例, as the example of a template, and is not read, though it is not the template's",
				Remedy: "give it a " + layout.header[0].Name + " that does not begin with 示例, if it is meant; else delete it",
			})
			break
		}
	}
	return true
}
