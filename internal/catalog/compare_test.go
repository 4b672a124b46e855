package catalog_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
)

func days(n int) calendar.Limit { return calendar.Limit{Kind: calendar.WorkingDays, N: &n} }

func entry(code string, limit calendar.Limit) catalog.Entry {
	return catalog.Entry{
		Code: code, Category: "类" + catalog.CategoryPart(code), Item: "事项" + code, Limit: limit,
		Levels: []area.Level{area.County, area.Township}, Publishers: []string{catalog.Government},
	}
}

// standardAndLocal has a standard S and a local catalog L, based on it.
func standardAndLocal(t *testing.T, local ...catalog.Entry) *catalog.Library {
	t.Helper()
	l, err := catalog.NewLibrary([]*catalog.Catalog{
		{Code: "S", IssuerCode: "53", Entries: []catalog.Entry{entry("1.1", days(20)), entry("3.2", days(20)), entry("4.2", days(20))}},
		{Code: "L", IssuerCode: "5331", BasedOn: "S", Entries: local},
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func told(differences []catalog.Difference) (all []string) {
	for _, d := range differences {
		text := d.Code + " " + d.Kind.String()
		for _, c := range d.Columns {
			text += fmt.Sprintf(" %s:%s>%s", c.Column, c.Before, c.After)
		}
		all = append(all, text)
	}
	return all
}

// TestCompare: every entry that differs is told once, with the columns that do,
// and the other way round it is the reverse.
func TestCompare(t *testing.T) {
	t.Parallel()
	promptly := entry("1.1", calendar.Limit{Kind: calendar.Prompt, Anchor: calendar.Issued})
	promptly.Levels = []area.Level{area.Township}
	reordered := entry("4.2", days(20))
	reordered.Levels = []area.Level{area.Township, area.County}
	for _, c := range []struct {
		name  string
		local []catalog.Entry
		want  []string
	}{
		{"nothing of its own", nil, nil},
		{"a row that says the same in another order", []catalog.Entry{reordered}, nil},
		{"an omission", []catalog.Entry{{Code: "1.1", Omit: true}}, []string{"1.1 REMOVED"}},
		{"an omission of nothing", []catalog.Entry{{Code: "1.9", Omit: true}}, nil},
		{"another limit", []catalog.Entry{entry("4.2", days(30))}, []string{"4.2 CHANGED limit_n:20>30"}},
		{"no number is not 0", []catalog.Entry{entry("4.2", calendar.Limit{})}, []string{"4.2 CHANGED limit_n:20>"}},
		{"several columns", []catalog.Entry{promptly}, []string{"1.1 CHANGED levels:COUNTY;TOWNSHIP>TOWNSHIP limit_kind:WORKING_DAYS>PROMPT limit_n:20> limit_anchor:FORMED>ISSUED"}},
		{"an entry divided", []catalog.Entry{entry("3.2.1", days(20))}, []string{"3.2 CHANGED leaf:true>false", "3.2.1 ADDED"}},
	} {
		l := standardAndLocal(t, c.local...)
		base, local := l.Catalog("S"), l.Catalog("L")
		if got := told(catalog.Compare(base, local)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", c.name, got)
		}
		back := catalog.Compare(local, base)
		if len(back) != len(c.want) {
			t.Errorf("%s, the other way round: %q", c.name, told(back))
		}
		for _, d := range back {
			if (d.Kind == catalog.Added) != (d.Before == nil) || (d.Kind == catalog.Removed) != (d.After == nil) {
				t.Errorf("%s: %s is %s", c.name, d.Code, d.Kind)
			}
		}
	}
}

func TestOwnsAndAbove(t *testing.T) {
	t.Parallel()
	l := standardAndLocal(t, entry("3.2.1", days(20)))
	local := l.Catalog("L")
	if !local.Owns(local.Row("3.2.1")) || local.Owns(local.Row("3.2")) || !l.Catalog("S").Owns(local.Row("3.2")) {
		t.Error("a row is owned by the catalog that has it")
	}
	if above := l.Catalog("S").Above("3.2.1.4"); above == nil || above.Code != "3.2" {
		t.Errorf("%v", above)
	}
	if above := l.Catalog("S").Above("3.20"); above != nil {
		t.Errorf("3.20 is not below %s", above.Code)
	}
}

// TestPublishersBelow: only the departments at and below the node count.
func TestPublishersBelow(t *testing.T) {
	t.Parallel()
	tree, err := area.NewTree([]*area.Node{
		{Code: "53", Level: area.Province},
		{Code: "53/mz", ParentCode: "53", Department: true, Functions: []string{"CIVIL_AFFAIRS"}},
		{Code: "5331", ParentCode: "53", Level: area.Prefecture},
		{Code: "5331/yj", ParentCode: "5331", Department: true, Functions: []string{"EMERGENCY_MANAGEMENT"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for name := range catalog.Publishers(tree, tree.Find("5331")) {
		names = append(names, name)
	}
	slices.Sort(names)
	if got := strings.Join(names, " "); got != "CITY_GOVERNMENT EMERGENCY_MANAGEMENT GOVERNMENT" {
		t.Error(got)
	}
}
