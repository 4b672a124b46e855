package acceptance

import (
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
	trend := s.data(`{ city(code: "533102") { coverageTrend(`+span+`, step: DAY) { asOf } } }`, nil)
	if on := at(t, trend, "city", "coverageTrend", 0, "asOf"); on != "2026-01-01" {
		t.Error(on)
	}
}
