package acceptance

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestFiltersRefuseTheUnknown: a filter that names what does not exist, or what can
// be no row of its list, is refused where it stands, and says what would do.
func TestFiltersRefuseTheUnknown(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	for name, c := range map[string]struct{ list, field, says string }{
		"entry of gaps":          {`gaps(filter: {entries: ["3", "9.9"]})`, "entries", `"9.9"`},
		"half a code":            {`gaps(filter: {entries: ["3."]})`, "entries", `"3."`},
		"publisher of gaps":      {`gaps(filter: {publishers: ["533102", "nowhere"]})`, "publishers", `"nowhere"`},
		"category of gaps":       {`gaps(filter: {categories: ["灾后救助", "no such"]})`, "categories", "灾后救助"},
		"status that is no gap":  {`gaps(filter: {statuses: [MISSING, COVERED]})`, "statuses", "COVERED is no gap"},
		"pending is no gap":      {`gaps(filter: {statuses: [PENDING]})`, "statuses", "MISSING, OVERDUE or STALE"},
		"exempt is no gap":       {`gaps(filter: {statuses: [EXEMPT]})`, "statuses", "MISSING, OVERDUE or STALE"},
		"entry of a document":    {`disclosures(filter: {entries: ["x"]})`, "entries", `"x"`},
		"empty entry":            {`disclosures(filter: {entries: [""]})`, "entries", `""`},
		"entry of a part's name": {`disclosures(filter: {entries: ["30"]})`, "entries", `"30"`},
	} {
		r := s.ask(`{ administrativeNode(code: "533102") { code `+c.list+` { totalCount } } }`, nil)
		if r.code() != "INVALID_INPUT" || r.Errors[0].Extensions["field"] != c.field || !strings.Contains(r.Errors[0].Message, c.says) {
			t.Errorf("%s: %+v", name, r.Errors)
		}
		if code := at(t, r.Data, "administrativeNode", "code"); code != "533102" {
			t.Errorf("%s: the node is %v", name, code)
		}
	}
}

// TestEntriesStandForThoseBelow: an entry means the same in every filter.
func TestEntriesStandForThoseBelow(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	for _, list := range []string{"gaps", "disclosures"} {
		count := func(filter string) float64 {
			data := s.data(
				`{ administrativeNode(code: "53") { list: `+list+`(filter: {entries: `+filter+`}, first: 0) { totalCount } } }`,
				nil,
			)
			return at(t, data, "administrativeNode", "list", "totalCount").(float64)
		}
		whole, both := count(`["3"]`), count(`["3", "3.2"]`)
		parts := 0.0
		seen := map[string]bool{} // the topmost: a leaf of one catalog has others below it in another
		entries := s.data(`{ administrativeNode(code: "53") { coverage { byEntry { entry { code } } } } }`, nil)
		for _, entry := range at(t, entries, "administrativeNode", "coverage", "byEntry").([]any) {
			code := at(t, entry, "entry", "code").(string)
			if !strings.HasPrefix(code, "3.") {
				continue
			}
			words := strings.Split(code, ".")
			if part := words[0] + "." + words[1]; !seen[part] {
				seen[part] = true
				parts += count(`["` + part + `"]`)
			}
		}
		if whole != both || whole != parts || whole == 0 || len(seen) < 2 {
			t.Errorf("%s: 3 has %v, with 3.2 %v, its %d parts %v", list, whole, both, len(seen), parts)
		}
	}
}

// TestFiltersPartLists: what a list has of each level, and of each category, is the
// list: no row is lost, none counted twice.
func TestFiltersPartLists(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	const change = `coverageChange(from: "2026-03-31", to: "2026-11-24") { list: `
	levels := []string{"NATION", "PROVINCE", "PREFECTURE", "COUNTY", "TOWNSHIP", "VILLAGE"}
	categories := s.data(`{ catalogs { categories { name } } }`, nil)
	names := map[string]bool{}
	for _, catalog := range at(t, categories, "catalogs").([]any) {
		for _, category := range at(t, catalog, "categories").([]any) {
			names[at(t, category, "name").(string)] = true
		}
	}
	for name, list := range map[string]string{
		"gaps": "list: gaps(first: 0%s) { totalCount }", "upcoming": "list: upcoming(workingDays: 60, first: 0%s) { totalCount }",
		"documents": "list: disclosures(first: 0%s) { totalCount }", "tasks": "list: openTasks(first: 0%s) { totalCount }",
		"reviews": "list: reviewsDue(year: 2026, first: 0%s) { totalCount }", "concerns": "list: concerns(first: 0%s) { totalCount }",
		"news": "list: news(first: 0%s) { totalCount }", "cells": change + "cells(first: 0%s) { totalCount } }",
		"opened": change + "opened(first: 0%s) { totalCount } }", "closed": change + "closed(first: 0%s) { totalCount } }",
		"matrix": "list: coverageMatrix(first: 0%s) { totalCount }", "townships": "list: townships(first: 0%s) { totalCount }",
		"children": "list: children(first: 0%s) { totalCount }",
	} {
		count := func(filter string) float64 {
			return listIn(s.data(`{ region(code: "53") { `+fmt.Sprintf(list, filter)+` } }`, nil))["totalCount"].(float64)
		}
		whole, parts := count(""), 0.0
		for _, level := range levels {
			parts += count(`, filter: {levels: [` + level + `]}`)
		}
		if whole == 0 || parts != whole {
			t.Errorf("%s: %v in all, %v by level", name, whole, parts)
		}
		switch name {
		case "matrix", "townships", "children", "concerns", "news": // a publisher is in many categories; of the others some have none
			continue
		}
		parts = 0
		for category := range names {
			parts += count(`, filter: {categories: ["` + category + `"]}`)
		}
		if parts != whole {
			t.Errorf("%s: %v in all, %v by category", name, whole, parts)
		}
	}
	for _, filter := range []string{`{withGaps: true}`, `{withGaps: false}`, `{name: "镇"}`} {
		rows := s.data(
			`{ city(code: "533102") { children(first: 500, filter: `+filter+`) { nodes { name coverage { missing overdue stale } } } } }`,
			nil,
		)
		for _, row := range at(t, rows, "city", "children", "nodes").([]any) {
			figures := at(t, row, "coverage").(map[string]any)
			gaps := figures["missing"].(float64) + figures["overdue"].(float64) + figures["stale"].(float64)
			if strings.Contains(filter, "true") && gaps == 0 || strings.Contains(filter, "false") && gaps > 0 ||
				strings.Contains(filter, "name") && !strings.Contains(at(t, row, "name").(string), "镇") {
				t.Errorf("%s: %v", filter, row)
			}
		}
	}
}

// TestMovementsOfSome: a list of movements has those that the wanted gave or received
// in the wanted days, and no other.
func TestMovementsOfSome(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	ask := func(filter string) (refs []string) {
		all := s.data(`{ region(code: "53") { relief(from: "2024-01-01", to: "2026-11-24") { movements(first: 500`+filter+`) {
			nodes { ref occurredOn from { code level } to { code level } } } } } }`, nil)
		for _, m := range at(t, all, "region", "relief", "movements", "nodes").([]any) {
			refs = append(refs, fmt.Sprint(m))
		}
		return refs
	}
	whole := ask("")
	for filter, wanted := range map[string]func(string) bool{
		`, filter: {publishers: ["533102102"]}`: func(m string) bool { return strings.Contains(m, "code:533102102 ") },
		`, filter: {levels: [TOWNSHIP]}`:        func(m string) bool { return strings.Contains(m, "level:TOWNSHIP") },
		`, filter: {from: "2025-06-01", to: "2025-12-31"}`: func(m string) bool {
			return strings.Contains(m, "occurredOn:2025-") && strings.SplitN(strings.SplitN(m, "occurredOn:", 2)[1], " ", 2)[0] >= "2025-06-01"
		},
	} {
		got := ask(filter)
		want := slices.DeleteFunc(slices.Clone(whole), func(m string) bool { return !wanted(m) })
		if len(want) == 0 || !slices.Equal(got, want) {
			t.Errorf("%s: %d of %d, want %d", filter, len(got), len(whole), len(want))
		}
	}
}

// TestFaultsOfArgumentsHavePlaces: the path of an error leads to a place of the answer,
// also where a value of an argument could not be read; a variable's is of no place.
func TestFaultsOfArgumentsHavePlaces(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	r := s.ask(`{ city(code: "533102") { code gaps(asOf: "2026-13-01") { totalCount } } }`, nil)
	if len(r.Errors) != 1 || fmt.Sprint(r.Errors[0].Path) != "[city gaps]" || r.Errors[0].Extensions["field"] != "asOf" {
		t.Errorf("%+v", r.Errors)
	}
	if code := at(t, r.Data, "city", "code"); code != "533102" {
		t.Error(code)
	}
	r = s.ask(`query($n: Int) { city(code: "533102") { gaps(first: $n) { totalCount } } }`, map[string]any{"n": "few"})
	if len(r.Errors) != 1 || len(r.Errors[0].Path) != 0 || r.Errors[0].Extensions["field"] != "n" {
		t.Errorf("%+v", r.Errors)
	}
}

// TestSpansGoForwards: a span that ends before it begins is refused wherever it holds
// nothing, and does not answer that there was nothing. A trend always has its last day.
func TestSpansGoForwards(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	const span = `from: "2026-06-30", to: "2026-01-01"`
	for _, field := range []string{
		"successions(" + span + ") { on }", "catalogsInForce(" + span + ") { from }", "relief(" + span + ") { to }",
		"reliefFlow(" + span + ") { to }", "disclosures(filter: {" + span + "}) { totalCount }", "news(filter: {" + span + "}) { totalCount }",
		"concerns(filter: {" + span + "}) { totalCount }", "coverageChange(" + span + ") { to }",
	} {
		r := s.ask(`{ city(code: "533102") { code `+field+` } }`, nil)
		if r.code() != "INVALID_INPUT" || r.Errors[0].Extensions["field"] != "to" {
			t.Errorf("%s: %+v", field, r.Errors)
		}
	}
	for _, field := range []string{"relief", "reliefFlow"} {
		r := s.ask(`{ city(code: "533102") { code `+field+`(from: "2026-12-15") { to } } }`, nil)
		if r.code() != "INVALID_INPUT" || r.Errors[0].Extensions["field"] != "from" {
			t.Errorf("%s from a day to come: %+v", field, r.Errors)
		}
		// What was asked for goes on to be answered: there is nothing yet.
		to := s.data(`{ city(code: "533102") { `+field+`(from: "2026-12-15", to: "2026-12-31") { from to asOf } } }`, nil)
		if got := fmt.Sprint(at(t, to, "city", field)); got != "map[asOf:2026-11-24 from:2026-12-15 to:2026-12-31]" {
			t.Errorf("%s to come: %s", field, got)
		}
	}
	trend := s.data(`{ city(code: "533102") { coverageTrend(`+span+`, step: DAY) { asOf } } }`, nil)
	if on := at(t, trend, "city", "coverageTrend", 0, "asOf"); on != "2026-01-01" {
		t.Error(on)
	}
}
