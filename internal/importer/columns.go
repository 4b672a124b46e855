package importer

import (
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
)

// headerOf lists each kind's columns.
var headerOf = map[kindName][]tabular.Column{
	kindAreas:       header(fact.Areas),
	kindDepartments: header(fact.Departments),
	kindCatalogs:    header(&fact.Catalogs),
	kindEntries:     header(&fact.Entries),
	kindAssignments: header(&fact.Assignments),
	kindDisclosures: header(&fact.Disclosures),
	kindRelief:      header(&fact.Movements),
	kindEvents:      header(&fact.Events),
	kindConcerns:    header(&fact.Concerns),
	kindReviews:     header(&fact.Reviews),
	kindNews:        header(&fact.News),
}

// header lists the columns that a kind of file may have; without those of the
// key nothing can be said of any row.
func header[T any](kind *fact.Kind[T]) []tabular.Column {
	var columns []tabular.Column
	for _, c := range kind.InFiles() {
		columns = append(columns, tabular.Column{
			Name: c.Name, Required: slices.Contains(kind.Key, c.Stored), Date: c.Form != fact.Text, Instant: c.Form == fact.Instant,
		})
	}
	return columns
}
