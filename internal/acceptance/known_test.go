package acceptance

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/server"
)

// asOfNow lets a server go by the clock by which the log goes.
func asOfNow(o *server.Options) { o.Now = time.Now }

// knownNode asks a node for what facts of every kind decide.
const knownNode = `__typename id code name ` + knownFigures + `
	gaps(asOf: "2026-11-24", first: 60) { totalCount edges { node { id status since publisher { id code } entry { code } explanation
		cell { id status duties { kind title dueOn fulfilledOn disclosure { id ref title } } } } } }
	children(first: 60) { edges { node { id code name ` + knownFigures + ` } } }
	disclosures(first: 30) { totalCount edges { node { id ref title attribute publishedOn withdrawnOn interpretation { id ref } } } }
	news(first: 10) { totalCount edges { node { id ref title } } }
	parent { id code ` + knownFigures + ` news(first: 3) { totalCount } disclosures(first: 3) { totalCount nodes { ref } } }
	ancestors { code ` + knownFigures + ` } peers(asOf: "2026-11-24") { group { code } ranking(first: 5) { edges { node { rank node { code } figures { covered missing } } } } }
	relief(from: "2020-01-01", to: "2026-11-24") { total { received balance disclosed } movements(first: 20) { totalCount edges { node { id ref funds disclosure { id ref } } } } }
	concerns(first: 10) { totalCount edges { node { id ref title respondedAt } } }`

const knownFigures = `coverage(asOf: "2026-11-24") { covered pending missing overdue stale exempt timeliness { onTime late overdue } }`

var anID = regexp.MustCompile(`"id":"[^"]*"`)

// TestKnownAt: at every instant between writes of each kind, what is known then is what
// was answered then, under other ids, by which it is found again; ids of what is stay.
func TestKnownAt(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s, other := serveTrusted(t, db, asOfNow), serveTrusted(t, db, asOfNow)
	type moment struct {
		after, answer string
		at            time.Time
	}
	ask := func(s *service) map[string]any {
		return s.data(`{ administrativeNode(code: "533102") { `+knownNode+` } }`, nil)
	}
	plain := func(node any) string {
		text, err := json.Marshal(node)
		if err != nil {
			t.Fatal(err)
		}
		return anID.ReplaceAllString(string(text), `"id":""`)
	}
	var moments []moment
	note := func(after string) {
		moments = append(moments, moment{after, plain(ask(s)["administrativeNode"]), time.Now()})
	}
	note("the beginning")
	for _, write := range []string{
		`registerDisclosure(input: {ref: "known-1", publisherCode: "533102102", entryCode: "1.1", title: "某文", attribute: PROACTIVE, formedOn: "2026-10-01"}) { closedGap }`,
		`publishDocument(input: {ref: "known-1", publishedOn: "2026-11-02"}) { closedGap }`,
		`registerConcern(input: {ref: "known-c", publisherCode: "533102", title: "某事", detectedAt: "2026-11-20T03:00:00Z"}) { closedGap }`,
		`respondToConcern(input: {ref: "known-c", respondedAt: "2026-11-20T05:00:00Z"}) { closedGap }`,
		`addNews(input: {ref: "known-n", publisherCode: "533102", entryCode: "5.1", title: "动态", publishedAt: "2026-11-20T05:00:00Z"}) { closedGap }`,
		`recordReliefMovement(input: {ref: "known-m", kind: DONATION, toCode: "533102", reliefClass: DROUGHT, funds: "1234.56", occurredOn: "2026-11-20", disclosureRef: "known-1"}) { movement { id } }`,
		`withdrawDocument(input: {ref: "known-1", withdrawnOn: "2026-11-10"}) { closedGap }`,
	} {
		s.data(`mutation { `+write+` }`, nil)
		note(write)
	}
	asked := func(other *service, step int) {
		t.Helper()
		for n := len(moments) - 1; n >= 0; n -= step {
			then := moments[n]
			answer := other.data(fmt.Sprintf(`{ knownAt(instant: %q) { instant sequence administrativeNode(code: "533102") { %s } } }`,
				then.at.UTC().Format(time.RFC3339Nano), knownNode), nil)
			node := at(t, answer, "knownAt", "administrativeNode").(map[string]any)
			if diff := cmp.Diff(strings.Split(then.answer, ","), strings.Split(plain(node), ",")); diff != "" {
				t.Fatalf("after %s something else was known (-then +known):\n%s", then.after, diff)
			}
			now := ask(s)["administrativeNode"].(map[string]any)
			if node["id"] == now["id"] || at(t, node, "gaps", "edges", 0, "node", "id") == at(t, now, "gaps", "edges", 0, "node", "id") {
				t.Fatal("what was known has the id of what is")
			}
			again := s.data(`query($id: ID!) { node(id: $id) { ... on City { `+knownNode+` } } }`, map[string]any{"id": node["id"]})
			if diff := cmp.Diff(any(node), again["node"]); diff != "" {
				t.Fatalf("by its id something else was known:\n%s", diff)
			}
		}
	}
	asked(serveTrusted(t, db, asOfNow), 1) // facts alone have changed
	if report := pgtest.Import(t, db, importing, writeFile(t, "departments.csv",
		"code,name,parent_code,functions\n533102/yjglj,瑞丽市应急局（新）,533102,EMERGENCY_MANAGEMENT\n")); report.Number > 0 {
		note("a department has another name")
	}
	asked(other, 3)
	first := s.data(
		`{ knownAt(instant: "2001-02-03T04:05:06Z") { sequence roots { code } administrativeNode(code: "533102") { code } } }`,
		nil,
	)
	if got := asJSON(first); got != `{"knownAt":{"administrativeNode":null,"roots":[],"sequence":0}}` {
		t.Errorf("before anything was known: %s", got)
	}
}

func writeFile(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestKnownRefused: an instant to come, more instants than one request may ask about,
// and writes to what was known.
func TestKnownRefused(t *testing.T) {
	t.Parallel()
	s := serveTrusted(t, demo(t), asOfNow)
	soon := time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	r := s.ask(fmt.Sprintf(`{ knownAt(instant: %q) { sequence } }`, soon), nil)
	if r.code() != "INVALID_INPUT" || !strings.Contains(r.Errors[0].Message, "yet to come") {
		t.Errorf("an instant to come: %+v", r)
	}
	var many strings.Builder
	for n := range 5 {
		fmt.Fprintf(&many, `a%d: knownAt(instant: "2020-01-0%dT00:00:00Z") { sequence }`, n, n+1)
	}
	if r := s.ask(`{`+many.String()+`}`, nil); r.code() != "TOO_COMPLEX" {
		t.Errorf("five instants: %+v", r)
	}
	instant := time.Now().UTC().Format(time.RFC3339Nano)
	known := s.data(
		fmt.Sprintf(`{ knownAt(instant: %q) { administrativeNode(code: "533102") { disclosures(first: 1) { nodes { id } } } } }`, instant),
		nil,
	)
	id := at(t, known, "knownAt", "administrativeNode", "disclosures", "nodes", 0, "id")
	if r := s.ask(
		`mutation($id: ID!) { withdrawDocument(input: {id: $id, withdrawnOn: "2026-11-20"}) { closedGap } }`,
		map[string]any{"id": id},
	); r.code() != "NOT_FOUND" {
		t.Errorf("a write to what was known: %+v", r)
	}
	// An id that nobody was given names nothing.
	future := strings.Join([]string{"k", fmt.Sprint(time.Now().Add(time.Hour).UnixMicro()) + ".", "n", "533102"}, "\x1f")
	if r := s.data(`query($id: ID!) { node(id: $id) { id } }`, map[string]any{"id": future}); r["node"] != nil {
		t.Errorf("an id of an instant to come: %v", r)
	}
}

// TestKnownIsHidden: what was known is shown where the caller might see it both then
// and today: in lists, counts, by ref, and as what something names.
func TestKnownIsHidden(t *testing.T) {
	t.Parallel()
	db := demo(t)
	trusted, s := serveTrusted(t, db, asOfNow), serve(t, db, asOfNow)
	const own, beside = "533102102", "533102103"
	header := "ref,publisher_code,entry_code,title,attribute,formed_on,published_on\n"
	row := func(ref, publisher, attribute, published string) string {
		return fmt.Sprintf("%s,%s,1.3,题%s,%s,2026-08-01,%s\n", ref, publisher, ref, attribute, published)
	}
	const day = "2026-09-01"
	pgtest.Import(t, db, importing, writeFile(t, "disclosures.csv", header+
		row("public-public", own, "PROACTIVE", day)+row("public-hidden", own, "PROACTIVE", day)+
		row("hidden-public", own, "ON_REQUEST", day)+row("hidden-hidden", own, "ON_REQUEST", day)+
		row("public-hidden-beside", own, "PROACTIVE", day)+row("hidden-hidden-beside", own, "ON_REQUEST", day)))
	gone := pgtest.Import(t, db, importing, writeFile(t, "disclosures.csv", header+row("public-gone", own, "PROACTIVE", day)))
	time.Sleep(time.Millisecond)
	then := time.Now().UTC().Format(time.RFC3339Nano)
	if _, err := importer.Undo(context.Background(), db, gone.Number, importing); err != nil {
		t.Fatal(err)
	}
	pgtest.Import(t, db, importing, writeFile(t, "disclosures.csv", header+
		row("public-hidden", own, "ON_REQUEST", day)+row("hidden-public", own, "PROACTIVE", day)+
		row("public-hidden-beside", beside, "NOT_DISCLOSED", day)+row("hidden-hidden-beside", beside, "ON_REQUEST", day)))
	trusted.data(
		`mutation { addNews(input: {ref: "later", publisherCode: "533102", entryCode: "5.1", title: "后", publishedAt: "2026-11-20T05:00:00Z"}) { closedGap } }`,
		nil,
	)

	from := calendar.Date(2026, 1, 1)
	clerk := func(name string, codes ...string) map[string][]string {
		var grants []account.Grant
		for _, code := range codes {
			grants = append(grants, account.Grant{Role: account.Clerk, NodeCode: code, Scope: account.Self, From: from})
		}
		return map[string][]string{"Authorization": {"Bearer " + pgtest.Account(t, db, name, grants...)}}
	}
	all := []string{
		"public-public",
		"public-hidden",
		"hidden-public",
		"hidden-hidden",
		"public-hidden-beside",
		"hidden-hidden-beside",
		"public-gone",
	}
	public := 0
	for _, c := range []struct {
		name    string
		headers map[string][]string
		sees    string
	}{
		{"nobody", nil, "public-public"},
		{"who reaches the publisher", clerk("own", own), "public-public public-hidden hidden-public hidden-hidden public-gone"},
		{"who reaches another", clerk("beside", beside), "public-public public-hidden-beside"},
		{"who reaches both", clerk("both", own, beside), strings.Join(all, " ")},
	} {
		sees := strings.Fields(c.sees)
		const question = `query($then: DateTime!, $code: String!, $filter: DisclosureFilter) { knownAt(instant: $then) {
			administrativeNode(code: $code) {
				disclosures(first: 300, filter: $filter) { totalCount nodes { ref } }
				newest: disclosures(first: 4, filter: $filter) { totalCount nodes { ref } pageInfo { hasNextPage endCursor } }
			} } }`
		for _, filter := range []any{nil, map[string]any{"title": "题"}} {
			answer := s.askWith(c.headers, question, map[string]any{"then": then, "code": own, "filter": filter})
			list := at(t, answer.Data, "knownAt", "administrativeNode", "disclosures").(map[string]any)
			shown := map[string]bool{}
			for _, node := range list["nodes"].([]any) {
				shown[at(t, node, "ref").(string)] = true
			}
			if total := int(
				list["totalCount"].(float64),
			); total != len(shown) ||
				at(t, answer.Data, "knownAt", "administrativeNode", "newest", "totalCount") != list["totalCount"] {
				t.Errorf("%s (%v): %d are shown, %d counted", c.name, filter, len(shown), total)
			}
			if filter == nil && c.headers == nil {
				public = len(shown)
			}
			for _, ref := range all {
				if want := slices.Contains(sees, ref); shown[ref] != want {
					t.Errorf("%s (%v): %s is listed: %v, want %v", c.name, filter, ref, shown[ref], want)
				}
				one := s.askWith(
					c.headers,
					`query($then: DateTime!, $ref: String!) { knownAt(instant: $then) { disclosure(ref: $ref) { ref attribute publisher { code } } } }`,
					map[string]any{"then": then, "ref": ref},
				)
				document, _ := at(t, one.Data, "knownAt", "disclosure").(map[string]any)
				if (document != nil) != slices.Contains(sees, ref) {
					t.Errorf("%s: %s by ref: %v", c.name, ref, one)
				}
				if document != nil && at(t, document, "publisher", "code") != own {
					t.Errorf("%s of another publisher: %v", ref, document)
				}
			}
		}
	}
	if public == 0 {
		t.Error("nothing is listed")
	}
}
