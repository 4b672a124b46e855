package acceptance

import (
	"fmt"
	"slices"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

const catalogDiff = `query($a: String!, $b: String!) { catalogDiff(a: $a, b: $b) {
	a { code } b { code }
	entries { code kind before { item catalogCode } beforeOwn after { item catalogCode leaf } afterOwn fields { field before after } }
} }`

// differing asks in what two catalogs differ and tells each entry in a line.
func differing(t *testing.T, s *service, a, b string) (lines []string) {
	t.Helper()
	answer := s.data(catalogDiff, map[string]any{"a": a, "b": b})
	for _, entry := range at(t, answer, "catalogDiff", "entries").([]any) {
		line := fmt.Sprint(at(t, entry, "code"), " ", at(t, entry, "kind"))
		for _, side := range []string{"before", "after"} {
			if at(t, entry, side) != nil {
				line += fmt.Sprintf(" %s %v own=%v", side, at(t, entry, side, "catalogCode"), at(t, entry, side+"Own"))
			} else if at(t, entry, side+"Own") != nil {
				t.Errorf("%s owns what it does not have", side)
			}
		}
		for _, field := range at(t, entry, "fields").([]any) {
			line += fmt.Sprintf(" %v:%v>%v", at(t, field, "field"), at(t, field, "before"), at(t, field, "after"))
		}
		lines = append(lines, line)
	}
	return lines
}

// TestCatalogDiff: 瑞丽市 divides an entry of the standard into the six classes
// of relief, and changes nothing else.
func TestCatalogDiff(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	want := []string{"3.2 CHANGED before CN-2019 own=true after CN-2019 own=false leaf:true>false"}
	back := []string{"3.2 CHANGED before CN-2019 own=false after CN-2019 own=true leaf:false>true"}
	for class := range 6 {
		want = append(want, fmt.Sprintf("3.2.%d ADDED after 533102-2020 own=true", class+1))
		back = append(back, fmt.Sprintf("3.2.%d REMOVED before 533102-2020 own=true", class+1))
	}
	if got := differing(t, s, "CN-2019", "533102-2020"); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if got := differing(t, s, "533102-2020", "CN-2019"); !slices.Equal(got, back) {
		t.Errorf("%q", got)
	}
	if got := differing(t, s, "CN-2019", "CN-2019"); len(got) > 0 {
		t.Errorf("a catalog differs from itself: %q", got)
	}
	for _, unknown := range [][2]string{{"CN-2019", "X"}, {"X", "CN-2019"}} {
		if answer := s.data(catalogDiff, map[string]any{"a": unknown[0], "b": unknown[1]}); answer["catalogDiff"] != nil {
			t.Errorf("%v", answer)
		}
	}
}

// TestCatalogsOverTime: a catalog based on one that is itself based on another
// differs from it by its own rows alone, and each row of what is in force on a
// day says which of the three it is from.
func TestCatalogsOverTime(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	pgtest.Import(t, db, importing, examples+"world")
	s := serve(t, db, nil)
	got := differing(t, s, "LC-2021", "LC-2023")
	for _, line := range []string{
		"1.4 ADDED after LC-2023 own=true", // dropped before
		"3.2 CHANGED before CN-2019 own=false after CN-2019 own=false leaf:false>true",
		"3.2.1 REMOVED before LC-2021 own=true",
		"4.3 CHANGED before LC-2021 own=true after LC-2023 own=true publishers:EMERGENCY_MANAGEMENT;CIVIL_AFFAIRS;GOVERNMENT>CIVIL_AFFAIRS;GOVERNMENT" +
			" limit_kind:CALENDAR_DAYS>WORKING_DAYS limit_n:10>20 limit_anchor:ISSUED>FORMED period:QUARTERLY>MONTHLY period_limit_n:10>15 refresh_days:120>60",
	} {
		if !slices.Contains(got, line) {
			t.Errorf("not told: %s among %q", line, got)
		}
	}
	for day, want := range map[string]map[string]any{
		"2020-06-01": {"1.4": "CN-2019", "3.2": "CN-2019"},
		"2022-06-01": {"1.6": "LC-2021", "3.2": "CN-2019", "3.2.1": "LC-2021", "4.3": "LC-2021"},
		"2024-06-01": {"1.4": "LC-2023", "1.6": "LC-2021", "3.2": "CN-2019", "4.3": "LC-2023"},
	} {
		answer := s.data(
			`query($day: Date!) { administrativeNode(code: "533124") { catalog(asOf: $day) { categories { entries { code catalogCode } } } } }`,
			map[string]any{"day": day},
		)
		from := map[string]any{}
		for _, category := range at(t, answer, "administrativeNode", "catalog", "categories").([]any) {
			for _, entry := range at(t, category, "entries").([]any) {
				from[at(t, entry, "code").(string)] = at(t, entry, "catalogCode")
			}
		}
		for code, catalog := range want {
			if from[code] != catalog {
				t.Errorf("%s on %s is from %v, not %v", code, day, from[code], catalog)
			}
		}
		if _, there := from["1.4"]; there == (day == "2022-06-01") {
			t.Errorf("1.4 on %s: %v", day, there)
		}
	}
}
