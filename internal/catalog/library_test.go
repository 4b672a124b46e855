package catalog_test

import (
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
)

const none = calendar.None

// The examples reckon by hand in 2024, whose 1 January is a Monday; no
// arrangement is loaded, so that Monday to Friday are worked.
func jan(day int) calendar.Day { return calendar.Date(2024, 1, day) }

// rows makes entries by their codes; a code that begins with - is omitted.
func rows(category string, codes ...string) []catalog.Entry {
	var entries []catalog.Entry
	for _, code := range codes {
		bare, omit := strings.CutPrefix(code, "-")
		entries = append(entries, catalog.Entry{
			Code:       bare,
			Category:   category,
			Omit:       omit,
			Levels:     []area.Level{area.County, area.Township},
			Publishers: []string{"FINANCE", catalog.Government},
		})
	}
	return entries
}

func library(t *testing.T, catalogs ...*catalog.Catalog) *catalog.Library {
	t.Helper()
	l, err := catalog.NewLibrary(catalogs)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// tree is a county with a finance department, a township and a village.
func tree(t *testing.T, change ...func(township *area.Node)) *area.Tree {
	t.Helper()
	township := &area.Node{Code: "1101", ParentCode: "11", Level: area.Township}
	for _, apply := range change {
		apply(township)
	}
	made, err := area.NewTree([]*area.Node{
		{Code: "1", Level: area.Province},
		{Code: "11", ParentCode: "1", Level: area.County},
		{Code: "11/cz", ParentCode: "11", Department: true, Functions: []string{"FINANCE"}},
		township,
		{Code: "1101/cz", ParentCode: "1101", Department: true, Functions: []string{"FINANCE", "EMERGENCY_MANAGEMENT"}},
		{Code: "110101", ParentCode: "1101", Level: area.Village},
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// merged names the rows of a catalog with the catalog each came from; (group) has
// others below it.
func merged(l *catalog.Library, code string) string {
	var list []string
	for _, row := range l.Catalog(code).Rows {
		text := row.Code + ":" + row.From.Code
		if !row.Leaf {
			text += "(group)"
		}
		list = append(list, text)
	}
	return strings.Join(list, " ")
}

// TestMerge: "merged over the chain of based_on whatever the base's own dates: the
// same entry_code replaces the whole row, a new one adds, omit=1 removes"; an entry
// groups where a code begins with its code and a dot, "wherever that applies".
func TestMerge(t *testing.T) {
	t.Parallel()
	replaced := rows("灾后救助", "3.1")
	replaced[0].RefreshDays = 7
	l := library(
		t,
		// Long over, and still the base.
		&catalog.Catalog{
			Code:             "A",
			IssuerCode:       "1",
			EffectiveFrom:    calendar.Date(2001, 1, 1),
			EffectiveTo:      calendar.Date(2001, 12, 31),
			GraceWorkingDays: 20,
			Entries:          rows("灾后救助", "3.1", "3.2", "3.2.1", "3.20", "3.3"),
		},
		&catalog.Catalog{
			Code:          "B",
			IssuerCode:    "11",
			BasedOn:       "A",
			EffectiveFrom: jan(1),
			Entries:       append(replaced, rows("灾后救助", "-3.2.1", "-3.9", "3.3.1.1")...),
		},
		&catalog.Catalog{
			Code:          "C",
			IssuerCode:    "11",
			BasedOn:       "B",
			EffectiveFrom: jan(1),
			Entries:       rows("灾后救助", "3.2.1", "-3.3.1.1", "-3.1"),
		},
		&catalog.Catalog{Code: "D", IssuerCode: "11", EffectiveFrom: jan(1), Entries: rows("灾后救助", "3.2.1")},
	)
	for code, want := range map[string]string{
		"A": "3.1:A 3.2:A(group) 3.2.1:A 3.20:A 3.3:A",
		"B": "3.1:B 3.2:A 3.20:A 3.3:A(group) 3.3.1.1:B",
		"C": "3.2:A(group) 3.2.1:C 3.20:A 3.3:A",
		"D": "3.2.1:D",
	} {
		if got := merged(l, code); got != want {
			t.Errorf("%s: got %s, want %s", code, got, want)
		}
	}
	if row := l.Catalog("B").Row("3.1"); row.RefreshDays != 7 {
		t.Errorf("the row was not replaced: %+v", row)
	}
	// "Grace and interpretation days are the catalog's own."
	if own := l.Catalog("B"); own.GraceWorkingDays != 0 || own.Base.Code != "A" {
		t.Errorf("grace %d, base %s", own.GraceWorkingDays, own.Base.Code)
	}
}

// TestMergeRefuses: a base that is unknown, a circle, two names of one category.
func TestMergeRefuses(t *testing.T) {
	t.Parallel()
	for name, catalogs := range map[string][]*catalog.Catalog{
		"unknown base":   {{Code: "A", BasedOn: "B"}},
		"itself":         {{Code: "A", BasedOn: "A"}},
		"circle":         {{Code: "A", BasedOn: "B"}, {Code: "B", BasedOn: "C"}, {Code: "C", BasedOn: "A"}},
		"two categories": {{Code: "A", Entries: rows("灾后救助", "3.1")}, {Code: "B", Entries: rows("款物管理", "3.2")}},
	} {
		if _, err := catalog.NewLibrary(catalogs); err == nil {
			t.Errorf("%s was not refused", name)
		}
	}
}

// successionOf names the catalogs in force one after another by their days.
func successionOf(l *catalog.Library, tree *area.Tree, code string) string {
	var list []string
	for _, inForce := range l.Succession(tree, tree.Find(code)) {
		list = append(list, inForce.Catalog.Code+" "+inForce.From.String()+".."+inForce.To.String())
	}
	return strings.Join(list, ", ")
}

// TestInForce: "that of its nearest ancestor-or-self that issues one in force that
// day (of several by one issuer, the one with the latest effective_from, then the
// greatest code)".
func TestInForce(t *testing.T) {
	t.Parallel()
	tree := tree(t)
	l := library(t,
		&catalog.Catalog{Code: "P", IssuerCode: "1", EffectiveFrom: jan(1)},
		&catalog.Catalog{Code: "P2", IssuerCode: "1", EffectiveFrom: jan(20), EffectiveTo: jan(21)},
		&catalog.Catalog{Code: "C1", IssuerCode: "11", EffectiveFrom: jan(5), EffectiveTo: jan(12)},
		&catalog.Catalog{Code: "C3", IssuerCode: "11", EffectiveFrom: jan(8), EffectiveTo: jan(9)},
		&catalog.Catalog{Code: "C2", IssuerCode: "11", EffectiveFrom: jan(8), EffectiveTo: jan(10)},
		&catalog.Catalog{Code: "T", IssuerCode: "1101", EffectiveFrom: jan(10), EffectiveTo: jan(10)},
	)
	county := "P 2024-01-01..2024-01-04, C1 2024-01-05..2024-01-07, C3 2024-01-08..2024-01-09, C2 2024-01-10..2024-01-10, " +
		"C1 2024-01-11..2024-01-12, P 2024-01-13..2024-01-19, P2 2024-01-20..2024-01-21, P 2024-01-22.."
	for code, want := range map[string]string{
		"1":     "P 2024-01-01..2024-01-19, P2 2024-01-20..2024-01-21, P 2024-01-22..",
		"11":    county,
		"11/cz": county,
		// The village's township is nearer than the county, and so for the township itself.
		"110101": strings.Replace(county, "C2 2024-01-10", "T 2024-01-10", 1),
		"1101":   strings.Replace(county, "C2 2024-01-10", "T 2024-01-10", 1),
	} {
		if got := successionOf(l, tree, code); got != want {
			t.Errorf("%s: got %s, want %s", code, got, want)
		}
		// What the succession says is what each day says.
		succession := l.Succession(tree, tree.Find(code))
		for on := jan(1) - 2; on <= jan(31); on++ {
			var expected *catalog.Effective
			for _, inForce := range succession {
				if inForce.Contains(on) {
					expected = inForce.Catalog
				}
			}
			if got := l.InForce(tree, tree.Find(code), on); got != expected {
				t.Errorf("%s on %s: %v, the succession has %v", code, on, got, expected)
			}
		}
	}
}

// TestIssuers: a change of a catalog affects those that are based on it too.
func TestIssuers(t *testing.T) {
	t.Parallel()
	l := library(t,
		&catalog.Catalog{Code: "A", IssuerCode: "1"}, &catalog.Catalog{Code: "B", IssuerCode: "11", BasedOn: "A"},
		&catalog.Catalog{Code: "C", IssuerCode: "1101", BasedOn: "B"}, &catalog.Catalog{Code: "D", IssuerCode: "12"},
	)
	for changed, want := range map[string]string{"A": "1 11 1101", "B": "11 1101", "C": "1101", "D": "12", "E": ""} {
		if got := strings.Join(l.Issuers(map[string]bool{changed: true}), " "); got != want {
			t.Errorf("%s: got %s, want %s", changed, got, want)
		}
	}
}
