package catalog_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
)

// open is one catalog from 1 January with entries 1.1 for all and 1.2 for nobody.
func open(t *testing.T, change ...func(*catalog.Catalog)) *catalog.Library {
	t.Helper()
	c := &catalog.Catalog{Code: "A", IssuerCode: "1", EffectiveFrom: jan(1), GraceWorkingDays: 5, Entries: rows("政策文件", "1.1", "1.2")}
	c.Entries[1].Levels = nil
	for _, apply := range change {
		apply(c)
	}
	return library(t, c)
}

func assigned(entry string, action catalog.Action, from, to calendar.Day) catalog.Assignment {
	return catalog.Assignment{PublisherCode: "1101", EntryCode: entry, Action: action, From: from, To: to, Reason: "试点"}
}

// cells lists a node's cells: each run with its grace day, and the exemptions.
func cells(l *catalog.Library, tree *area.Tree, code string, assignments ...catalog.Assignment) string {
	var list []string
	for _, cell := range l.Cells(tree, tree.Find(code), assignments, calendar.New(nil)) {
		text := cell.EntryCode
		for _, run := range cell.Runs {
			text += fmt.Sprintf(" %s..%s grace %s", run.From, run.To, run.Grace.Due)
		}
		for _, exemption := range cell.Exemptions {
			text += fmt.Sprintf(" exempt %s..%s", exemption.From, exemption.To)
		}
		list = append(list, text)
	}
	return strings.Join(list, "; ")
}

// TestCells: on which days a township's own cells are in force.
func TestCells(t *testing.T) {
	t.Parallel()
	valid := func(from, to calendar.Day) func(*area.Node) {
		return func(township *area.Node) { township.ValidFrom, township.ValidTo = from, to }
	}
	until := func(c *catalog.Catalog) { c.EffectiveTo = jan(31) }
	for name, c := range map[string]struct {
		library     *catalog.Library
		valid       func(*area.Node)
		assignments []catalog.Assignment
		want        string
	}{
		"open":           {open(t), valid(none, none), nil, "1.1 2024-01-01.. grace 2024-01-08"},
		"to both days":   {open(t, until), valid(none, none), nil, "1.1 2024-01-01..2024-01-31 grace 2024-01-08"},
		"of a later day": {open(t), valid(jan(6), jan(20)), nil, "1.1 2024-01-06..2024-01-20 grace 2024-01-12"},
		"of one day":     {open(t, until), valid(jan(31), none), nil, "1.1 2024-01-31..2024-01-31 grace 2024-02-07"},
		"over before":    {open(t), valid(none, jan(1)-1), nil, ""},
		"over that day":  {open(t), valid(none, jan(1)), nil, "1.1 2024-01-01..2024-01-01 grace 2024-01-08"},
		// "INCLUDE makes a leaf entry apply to any node, whatever its level or
		// functions; each from a date to a date, both days in it".
		"included for a day": {open(t), valid(none, none), []catalog.Assignment{assigned("1.2", catalog.Include, jan(3), jan(3))}, "1.1 2024-01-01.. grace 2024-01-08; 1.2 2024-01-03..2024-01-03 grace 2024-01-10"},
		"included from before, without an end": {
			open(t, until), valid(none, jan(20)),
			[]catalog.Assignment{assigned("1.2", catalog.Include, jan(1)-50, none)},
			"1.1 2024-01-01..2024-01-20 grace 2024-01-08; 1.2 2024-01-01..2024-01-20 grace 2024-01-08",
		},
		// Included twice without a day between: one run; with one: two.
		"included on and on": {
			open(t), valid(none, none),
			[]catalog.Assignment{assigned("1.2", catalog.Include, jan(11), jan(12)), assigned("1.2", catalog.Include, jan(3), jan(10)), assigned("1.2", catalog.Include, jan(14), jan(15))},
			"1.1 2024-01-01.. grace 2024-01-08; 1.2 2024-01-03..2024-01-12 grace 2024-01-10 2024-01-14..2024-01-15 grace 2024-01-19",
		},
		"included twice at once": {
			open(t), valid(none, none),
			[]catalog.Assignment{assigned("1.2", catalog.Include, jan(3), jan(10)), assigned("1.2", catalog.Include, jan(8), jan(12)), assigned("1.2", catalog.Include, jan(4), jan(5))},
			"1.1 2024-01-01.. grace 2024-01-08; 1.2 2024-01-03..2024-01-12 grace 2024-01-10",
		},
		"included though owed anyway": {open(t), valid(none, none), []catalog.Assignment{assigned("1.1", catalog.Include, jan(3), jan(3))}, "1.1 2024-01-01.. grace 2024-01-08"},
		// Not in the catalog at all: no cell.
		"included in vain": {open(t), valid(none, none), []catalog.Assignment{assigned("9.9", catalog.Include, jan(3), none)}, "1.1 2024-01-01.. grace 2024-01-08"},
		// "EXEMPT exempts a cell": it stays in force, and the run goes on.
		"exempt": {open(t), valid(none, none), []catalog.Assignment{assigned("1.1", catalog.Exempt, jan(3), jan(4)), assigned("1.2", catalog.Exempt, jan(3), none)}, "1.1 2024-01-01.. grace 2024-01-08 exempt 2024-01-03..2024-01-04"},
		// "each unbroken run has one grace day: its first day + the grace_working_days
		// of the catalog in force that day".
		"another catalog":   {after(t, jan(10), jan(11), "1.1"), valid(none, none), nil, "1.1 2024-01-01.. grace 2024-01-08"},
		"a day later":       {after(t, jan(10), jan(12), "1.1"), valid(none, none), nil, "1.1 2024-01-01..2024-01-10 grace 2024-01-08 2024-01-12.. grace 2024-02-09"},
		"into the second":   {after(t, jan(10), jan(11), "1.1"), valid(jan(11), none), nil, "1.1 2024-01-11.. grace 2024-02-08"},
		"dropped by it":     {after(t, jan(10), jan(11), "1.3"), valid(none, none), nil, "1.1 2024-01-01..2024-01-10 grace 2024-01-08; 1.3 2024-01-11.. grace 2024-02-08"},
		"a group from then": {after(t, jan(10), jan(11), "1.1", "1.1.1"), valid(none, none), nil, "1.1 2024-01-01..2024-01-10 grace 2024-01-08; 1.1.1 2024-01-11.. grace 2024-02-08"},
		"a group included":  {after(t, jan(10), jan(11), "1.1", "1.1.1"), valid(jan(11), none), []catalog.Assignment{assigned("1.1", catalog.Include, jan(1), none)}, "1.1.1 2024-01-11.. grace 2024-02-08"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := cells(c.library, tree(t, c.valid), "1101", c.assignments...); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// after is a second catalog that follows the first, with twenty days of grace and
// entries of its own.
func after(t *testing.T, to, from calendar.Day, codes ...string) *catalog.Library {
	t.Helper()
	return library(
		t,
		&catalog.Catalog{
			Code:             "A",
			IssuerCode:       "1",
			EffectiveFrom:    jan(1),
			EffectiveTo:      to,
			GraceWorkingDays: 5,
			Entries:          rows("政策文件", "1.1"),
		},
		&catalog.Catalog{Code: "B", IssuerCode: "1", EffectiveFrom: from, GraceWorkingDays: 20, Entries: rows("政策文件", codes...)},
	)
}

// TestRuleOn: a cell's "rule on a day is that catalog's row", on the first and the
// last day of each too; asked of a day or of the whole cell, it is the same.
func TestRuleOn(t *testing.T) {
	t.Parallel()
	l, tree := after(t, jan(10), jan(12), "1.1"), tree(t, func(n *area.Node) { n.ValidTo = jan(20) })
	place := tree.Find("1101")
	cell := l.Cells(tree, place, nil, calendar.New(nil))[0]
	for on, want := range map[calendar.Day]string{
		jan(1) - 1: "", jan(1): "A", jan(10): "A", jan(11): "", jan(12): "B", jan(20): "B", jan(21): "",
	} {
		got := ""
		if rule := cell.RuleOn(on); rule != nil {
			got = rule.Catalog.Code
		}
		row := l.RuleOn(tree, place, "1.1", on, nil)
		if got != want || (row == nil) != (want == "") || row != nil && row.From.Code != want {
			t.Errorf("%s: rule of %q, row %+v, want %q", on, got, row, want)
		}
		if inRun := cell.RunOn(on) != nil; inRun != (want != "") {
			t.Errorf("%s: in a run %v", on, inRun)
		}
	}
}

// TestPublishers: "its publishers are the departments that have one of the
// functions listed, and, where the list has GOVERNMENT, a township's or village's
// own government; a city's own government only where it has CITY_GOVERNMENT";
// a department is valid as long as the place it is under, no other node's days
// depend on its parent's.
func TestPublishers(t *testing.T) {
	t.Parallel()
	all := []area.Level{area.Province, area.County, area.Township, area.Village}
	for publishers, want := range map[string]string{
		"FINANCE":                         "11/cz 1101/cz",
		"EMERGENCY_MANAGEMENT":            "1101/cz",
		"GOVERNMENT":                      "1101 110101",
		"CITY_GOVERNMENT":                 "11",
		"GOVERNMENT EMERGENCY_MANAGEMENT": "1101 1101/cz 110101",
		"EDUCATION":                       "",
	} {
		entry := catalog.Entry{Code: "1.1", Levels: all, Publishers: strings.Fields(publishers)}
		l := library(t, &catalog.Catalog{Code: "A", IssuerCode: "1", EffectiveFrom: jan(1), Entries: []catalog.Entry{entry}})
		if got := strings.Join(owing(l, tree(t), jan(1)), " "); got != want {
			t.Errorf("%s: got %s, want %s", publishers, got, want)
		}
	}
	ended := tree(t, func(n *area.Node) { n.ValidTo = jan(5) })
	both := catalog.Entry{
		Code:       "1.1",
		Levels:     []area.Level{area.Township, area.Village},
		Publishers: []string{"FINANCE", catalog.Government},
	}
	l := library(t, &catalog.Catalog{Code: "A", IssuerCode: "1", EffectiveFrom: jan(1), Entries: []catalog.Entry{both}})
	for on, want := range map[calendar.Day]string{jan(5): "1101 1101/cz 110101", jan(6): "110101"} {
		if got := strings.Join(owing(l, ended, on), " "); got != want {
			t.Errorf("%s: got %s, want %s", on, got, want)
		}
	}
}

// owing lists the nodes that have a cell in force on a day.
func owing(l *catalog.Library, tree *area.Tree, on calendar.Day) []string {
	var codes []string
	for _, node := range tree.Nodes() {
		for _, cell := range l.Cells(tree, tree.Find(node.Code), nil, calendar.New(nil)) {
			if cell.RuleOn(on) != nil {
				codes = append(codes, node.Code)
			}
		}
	}
	return codes
}
