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
}

// layoutFor lays out the columns that a kind of file may have; without those of the
// key nothing can be said of any row.
func layoutFor[T any](kind *fact.Kind[T]) layout {
	of := layout{columnOf: map[string]string{}}
	for _, c := range kind.InFiles() {
		of.columnOf[c.Field] = c.Name
		of.header = append(of.header, tabular.Column{
			Name: c.Name, Required: slices.Contains(kind.Key, c.Stored), Date: c.Form != fact.Text, Instant: c.Form == fact.Instant,
		})
	}
	return of
}
