package acceptance

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/audit"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// withLog lets a server sign its log.
func withLog(t testing.TB, db *store.Store) func(*server.Options) {
	t.Helper()
	key, err := audit.NewKey(filepath.Join(t.TempDir(), "log.key"))
	if err != nil {
		t.Fatal(err)
	}
	return func(o *server.Options) { o.Audit = audit.New(db, key) }
}

func bearer(token string) map[string][]string {
	return map[string][]string{"Authorization": {"Bearer " + token}}
}

// An auditWorld is a small tree with a log of made-up entries.
type auditWorld struct {
	*testing.T
	db      *store.Store
	s       *service
	random  *rand.Rand
	parents map[string]string // of every node, "" for the root; a department's code has a slash
	written []auditedEntry    // in the order in which they were written
	begun   time.Time
}

// auditedEntry is an entry as it was written.
type auditedEntry struct {
	account, way, fact, key string
	publisher, former       string // "" where there is none
	before, after           string
}

func newAuditWorld(t *testing.T, seed uint64) *auditWorld {
	t.Helper()
	db := pgtest.Store(t)
	w := &auditWorld{T: t, db: db, random: rand.New(rand.NewPCG(seed, 7)), begun: time.Now(), parents: map[string]string{
		"53": "", "5331": "53", "533102": "5331", "533102/yj": "533102", "533102/mz": "533102", "533102101": "533102",
		"533102101/cz": "533102101", "533102102": "533102", "533103": "5331", "533103/yj": "533103", "533103101": "533103",
	}}
	for _, code := range w.codes() {
		department := strings.Contains(code, "/")
		level := map[int]int{2: 1, 4: 2, 6: 3, 9: 4}[len(strings.Split(code, "/")[0])]
		if _, err := db.DB().Exec(`INSERT INTO node (code, name, level, department, parent_code) VALUES ($1, $1, $2, $3, nullif($4, ''))`,
			code, level, department, w.parents[code]); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := register.Rebuild(t.Context(), db, calendar.DayOf(w.begun), false, func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	w.s = serve(t, db, func(o *server.Options) {
		withLog(t, db)(o)
		o.Now = time.Now
	})
	return w
}

func (w *auditWorld) codes() (codes []string) {
	for code := range w.parents {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return codes
}

func pick[T any](random *rand.Rand, among []T) T { return among[random.IntN(len(among))] }

// write writes a transaction of some entries.
func (w *auditWorld) write(accounts []string) {
	w.Helper()
	tx, err := w.db.DB().Begin()
	if err != nil {
		w.Fatal(err)
	}
	defer tx.Rollback()
	by, way := pick(w.random, accounts), pick(w.random, []string{"GRAPHQL", "IMPORT", "JOB", "CLI"})
	var number int64
	if err := tx.QueryRow(
		`INSERT INTO log_transaction (account, way) VALUES (nullif($1, ''), $2) RETURNING number`,
		by,
		way,
	).Scan(
		&number,
	); err != nil {
		w.Fatal(err)
	}
	for range 1 + w.random.IntN(3) {
		e := auditedEntry{account: by, way: way, fact: pick(w.random, store.LoggedFacts), key: fmt.Sprint("k", w.random.IntN(20))}
		e.after = fmt.Sprintf(`{"n": %d}`, len(w.written))
		if w.random.IntN(2) == 0 {
			e.before = fmt.Sprintf(`{"former": %d}`, len(w.written))
		}
		if w.random.IntN(5) > 0 {
			e.publisher = pick(w.random, append(w.codes(), "533109")) // one that is there no more
			if former := pick(w.random, w.codes()); w.random.IntN(3) == 0 && former != e.publisher {
				e.former, e.before = former, `{"of": "another"}`
			}
		}
		if _, err := tx.Exec(`INSERT INTO log_pending (number, fact, key, publisher, former_publisher, before, after)
			VALUES ($1, $2, $3, nullif($4, ''), nullif($5, ''), nullif($6, ''), nullif($7, ''))`,
			number, e.fact, e.key, e.publisher, e.former, e.before, e.after); err != nil {
			w.Fatal(err)
		}
		w.written = append(w.written, e)
	}
	if err := tx.Commit(); err != nil {
		w.Fatal(err)
	}
}

// An auditReader is somebody who asks, with what design.md says of them.
type auditReader struct {
	name, headers string
	grants        []account.Grant
}

// naiveReach: a SUPERVISOR's grant of today reaches a publisher.
func (w *auditWorld) naiveReach(g account.Grant, today calendar.Day, publisher string) bool {
	if _, known := w.parents[publisher]; !known || g.Role != account.Supervisor || g.From > today || g.To != calendar.None && g.To < today {
		return false
	}
	if g.Scope == account.Self {
		department := strings.Contains(publisher, "/") && !strings.Contains(g.NodeCode, "/")
		return publisher == g.NodeCode || department && w.parents[publisher] == g.NodeCode
	}
	for at := publisher; at != ""; at = w.parents[at] {
		if at == g.NodeCode {
			return true
		}
	}
	return false
}

// naive is which sides of an entry the reader may see, by design.md read plainly.
func (w *auditWorld) naive(r *auditReader, e auditedEntry, today calendar.Day) (before, after bool) {
	reaches := func(publisher string) bool {
		return slices.ContainsFunc(r.grants, func(g account.Grant) bool { return w.naiveReach(g, today, publisher) })
	}
	for _, g := range r.grants {
		if g.Role == account.Auditor && g.From <= today && (g.To == calendar.None || today <= g.To) {
			return true, true
		}
	}
	switch {
	case e.account == r.name:
		return true, true
	case e.former != "":
		return reaches(e.former), reaches(e.publisher)
	}
	return reaches(e.publisher), reaches(e.publisher)
}

// auditAsked is a filter as it is asked for.
type auditAsked struct {
	facts, accounts, publishers []string
	from, to                    int // entries written before; -1: open
}

// naiveWants: the filter wants an entry, by what of it the reader sees.
func (a *auditAsked) naiveWants(n int, e auditedEntry, before, after bool) bool {
	has := func(asked []string, given ...string) bool {
		return asked == nil || slices.ContainsFunc(given, func(one string) bool { return one != "" && slices.Contains(asked, one) })
	}
	var publishers []string
	if after {
		publishers = append(publishers, e.publisher)
	}
	if before {
		publishers = append(publishers, e.former)
	}
	return has(a.facts, e.fact) && has(a.accounts, e.account) && has(a.publishers, publishers...) &&
		(a.from < 0 || n >= a.from) && (a.to < 0 || n < a.to)
}

const auditQuestion = `query ($filter: AuditFilter, $first: Int, $after: String, $last: Int, $before: String) {
	audit(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
		totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
		edges { cursor node { sequence at account way fact key before after publisherCode publisherName } } checkpoint { size root } } }`

// pages reads all of a list, so many rows at a time.
func (w *auditWorld) pages(r *auditReader, filter map[string]any, rows int, backwards bool) (nodes []map[string]any, total int) {
	w.Helper()
	variables := map[string]any{"filter": filter, "first": rows}
	if backwards {
		variables = map[string]any{"filter": filter, "last": rows}
	}
	for range 1000 {
		answer := w.s.askWith(map[string][]string{"Authorization": {r.headers}}, auditQuestion, variables)
		if len(answer.Errors) > 0 {
			w.Fatalf("%s %v: %+v", r.name, filter, answer.Errors)
		}
		page := at(w, answer.Data, "audit").(map[string]any)
		total = int(page["totalCount"].(float64))
		var found []map[string]any
		for _, edge := range page["edges"].([]any) {
			found = append(found, at(w, edge, "node").(map[string]any))
		}
		info := page["pageInfo"].(map[string]any)
		if backwards {
			nodes = append(found, nodes...)
			if info["hasPreviousPage"] != true {
				return nodes, total
			}
			variables["before"] = info["startCursor"]
			continue
		}
		nodes = append(nodes, found...)
		if info["hasNextPage"] != true {
			return nodes, total
		}
		variables["after"] = info["endCursor"]
	}
	w.Fatal("the pages do not end")
	return nil, 0
}

// TestWhoReadsWhichEntry: whatever the grants and the filter, exactly those entries and
// sides of them are read, counted and paged that design.md says.
func TestWhoReadsWhichEntry(t *testing.T) {
	t.Parallel()
	w := newAuditWorld(t, 1)
	today := calendar.DayOf(time.Now())
	readers := []*auditReader{}
	names := []string{""}
	for name, grants := range map[string][]account.Grant{
		"plain": nil, "auditor": {{Role: account.Auditor, From: today}}, "auditor.past": {{Role: account.Auditor, From: today - 9, To: today - 1}},
		"security": {{Role: account.SecurityAdmin, From: today}}, "system": {{Role: account.SystemAdmin, From: today}},
		"root": {{Role: account.Supervisor, NodeCode: "53", From: today}},
		"self": {{Role: account.Supervisor, NodeCode: "533102", Scope: account.Self, From: today - 3, To: today}},
		"many": {{Role: account.Supervisor, NodeCode: "533102101", From: today}, {Role: account.Supervisor, NodeCode: "533103", From: today, Scope: account.Self}, {Role: account.Supervisor, NodeCode: "5331", Scope: account.Self, From: today}},
		"body": {{Role: account.Supervisor, NodeCode: "533102/yj", Scope: account.Self, From: today}}, "county": {{Role: account.Supervisor, NodeCode: "533102", From: today}},
		"past":   {{Role: account.Supervisor, NodeCode: "53", From: today - 9, To: today - 1}, {Role: account.Clerk, NodeCode: "533102", From: today}},
		"future": {{Role: account.Supervisor, NodeCode: "53", From: today + 1}}, "clerk": {{Role: account.Clerk, NodeCode: "53", Scope: account.Subtree, From: today}},
		"reviewer": {{Role: account.Reviewer, NodeCode: "53", From: today}},
	} {
		readers = append(readers, &auditReader{name, "Bearer " + pgtest.Account(t, w.db, name, grants...), grants})
		names = append(names, name)
	}
	// What making this world wrote is not of these entries.
	if err := audit.New(w.db, nil).Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
	head, err := w.db.LogHead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	first := head.Size + 1
	instants := map[int]time.Time{}
	for range 120 {
		time.Sleep(2 * time.Millisecond)
		instants[len(w.written)] = time.Now()
		w.write(names)
	}
	read := 0
	for _, r := range readers {
		for range 25 {
			asked := auditAsked{from: -1, to: -1}
			filter := map[string]any{}
			if w.random.IntN(3) == 0 {
				asked.facts = []string{pick(w.random, store.LoggedFacts), pick(w.random, store.LoggedFacts), "disclosures"}[:w.random.IntN(4)]
				filter["facts"] = asked.facts
			}
			if w.random.IntN(3) == 0 {
				asked.accounts = []string{pick(w.random, names[1:]), r.name}[:w.random.IntN(3)]
				filter["accounts"] = asked.accounts
			}
			if w.random.IntN(3) == 0 {
				asked.publishers = []string{pick(w.random, w.codes()), pick(w.random, w.codes())}[:w.random.IntN(3)]
				filter["publishers"] = asked.publishers
			}
			// From the first of these entries on, or from a later one.
			filter["from"] = instants[0].Format(time.RFC3339Nano)
			for begins, instant := range instants {
				if asked.from < 0 && w.random.IntN(30) == 0 {
					asked.from, filter["from"] = begins, instant.Format(time.RFC3339Nano)
				} else if asked.to < 0 && begins >= asked.from && w.random.IntN(30) == 0 {
					asked.to, filter["to"] = begins, instant.Format(time.RFC3339Nano)
				}
			}
			if asked.to >= 0 && asked.to < asked.from {
				continue
			}
			var want []string
			for n, e := range w.written {
				before, after := w.naive(r, e, today)
				if !before && !after || !asked.naiveWants(n, e, before, after) {
					continue
				}
				publisher := e.publisher
				if !after {
					e.after, publisher = "", e.former
				}
				if !before {
					e.before = ""
				}
				name := publisher // all are named by their codes
				if _, known := w.parents[publisher]; !known {
					name = ""
				}
				want = append(want, fmt.Sprint(first+int64(n), e.account, e.way, e.fact, e.key, e.before, e.after, publisher, name))
			}
			slices.Reverse(want)
			nodes, total := w.pages(r, filter, 1+w.random.IntN(40), w.random.IntN(2) == 0)
			var found []string
			for _, n := range nodes {
				text := func(name string) string { s, _ := n[name].(string); return s }
				found = append(
					found,
					fmt.Sprint(
						int64(n["sequence"].(float64)),
						text("account"),
						text("way"),
						text("fact"),
						text("key"),
						text("before"),
						text("after"),
						text("publisherCode"), text("publisherName"),
					),
				)
			}
			read += len(found)
			if !slices.Equal(found, want) {
				t.Fatalf("%s %v: read %d entries %v, not %d %v", r.name, filter, len(found), found, len(want), want)
			}
			if total != len(want) {
				t.Errorf("%s %v: %d are counted, not %d", r.name, filter, total, len(want))
			}
		}
	}
	if read < 1000 {
		t.Errorf("%d entries were read: too few to tell", read)
	}
}

// TestAuditRefused: what is refused, and what tells nothing of what is not for the
// caller.
func TestAuditRefused(t *testing.T) {
	t.Parallel()
	w := newAuditWorld(t, 2)
	today := calendar.DayOf(time.Now())
	as := func(name string, grants ...account.Grant) map[string][]string {
		return bearer(pgtest.Account(t, w.db, name, grants...))
	}
	auditor, supervisor := as("auditor", account.Grant{Role: account.Auditor, From: today}),
		as("supervisor", account.Grant{Role: account.Supervisor, NodeCode: "533102", From: today})
	clerk := as("clerk", account.Grant{Role: account.Clerk, NodeCode: "533103", From: today})
	for range 20 {
		w.write([]string{"clerk", "other", ""})
	}
	ask := func(who map[string][]string, filter map[string]any, after any) *reply {
		return w.s.askWith(who, auditQuestion, map[string]any{"filter": filter, "first": 2, "after": after})
	}
	if r := ask(nil, nil, nil); r.code() != "UNAUTHENTICATED" || r.Data["audit"] != nil {
		t.Errorf("nobody: %+v", r)
	}
	for name, c := range map[string]struct {
		who    map[string][]string
		filter map[string]any
	}{
		"a fact":      {clerk, map[string]any{"facts": []string{"disclosure"}}},
		"a publisher": {clerk, map[string]any{"publishers": []string{"533109"}}},
		"an account":  {auditor, map[string]any{"accounts": []string{"clerk", "nobody"}}},
		"a span":      {clerk, map[string]any{"from": "2026-02-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}},
	} {
		if r := ask(c.who, c.filter, nil); r.code() != "INVALID_INPUT" {
			t.Errorf("%s: %+v", name, r.Errors)
		}
	}
	// Accounts that are there and such that are not look alike to who may not know them.
	for _, who := range []map[string][]string{clerk, supervisor} {
		known, unknown := ask(
			who,
			map[string]any{"accounts": []string{"auditor"}},
			nil,
		), ask(
			who,
			map[string]any{"accounts": []string{"nobody"}},
			nil,
		)
		if asJSON(known) != asJSON(unknown) || len(known.Errors) > 0 {
			t.Errorf("an account that is there: %s; one that is not: %s", asJSON(known), asJSON(unknown))
		}
	}
	// A cursor goes on in its own list of its own reader, and tells nothing.
	page := ask(auditor, nil, nil)
	cursor := at(t, page.Data, "audit", "pageInfo", "endCursor")
	if r := ask(auditor, nil, cursor); len(r.Errors) > 0 {
		t.Errorf("its own list: %+v", r.Errors)
	}
	for name, r := range map[string]*reply{
		"another filter": ask(auditor, map[string]any{"facts": []string{"news"}}, cursor), "another reader": ask(supervisor, nil, cursor),
		"made up": ask(auditor, nil, cursorOf("ca", "7")),
	} {
		if r.code() != "INVALID_INPUT" {
			t.Errorf("a cursor of %s: %+v", name, r)
		}
	}
}

// TestEntryAfterWrite: who asks after a write was acknowledged finds its entry, on every
// server; pages go on where they were while entries arrive; the checkpoint covers all.
func TestEntryAfterWrite(t *testing.T) {
	t.Parallel()
	db := demo(t)
	sign := withLog(t, db)
	s, other := serve(t, db, sign), serve(t, db, sign)
	day := calendar.Date(2026, 1, 1)
	clerk := bearer(pgtest.Account(t, db, "clerk", account.Grant{Role: account.Clerk, NodeCode: rightsTownship, From: day}))
	auditor := bearer(pgtest.Account(t, db, "auditor", account.Grant{Role: account.Auditor, From: day}))
	first := ""
	for n := range 6 {
		ref := fmt.Sprintf("w-%d", n)
		r := s.askWith(clerk, registerMutation, map[string]any{"input": map[string]any{
			"ref":           ref,
			"publisherCode": rightsTownship,
			"entryCode":     "1.3",
			"title":         "题" + ref,
			"attribute":     "PROACTIVE",
			"formedOn":      "2026-11-02",
		}})
		if len(r.Errors) > 0 {
			t.Fatalf("%+v", r.Errors)
		}
		for _, who := range []map[string][]string{clerk, auditor} {
			r := other.askWith(who, auditQuestion, map[string]any{"first": 2})
			newest := at(t, r.Data, "audit", "edges", 0, "node").(map[string]any)
			if newest["key"] != ref || newest["account"] != "clerk" || newest["way"] != "GRAPHQL" || newest["before"] != nil ||
				!strings.Contains(newest["after"].(string), "题"+ref) {
				t.Fatalf("after %s: %+v", ref, newest)
			}
			size := at(t, r.Data, "audit", "checkpoint", "size").(float64)
			if size != newest["sequence"].(float64) {
				t.Errorf("the checkpoint is of %v entries, the newest is %v", size, newest["sequence"])
			}
		}
		if n == 3 {
			r := s.askWith(clerk, auditQuestion, map[string]any{"first": 2})
			first = at(t, r.Data, "audit", "pageInfo", "endCursor").(string)
		}
	}
	r := s.askWith(clerk, auditQuestion, map[string]any{"first": 9, "after": first})
	var keys []string
	for _, edge := range at(t, r.Data, "audit", "edges").([]any) {
		keys = append(keys, at(t, edge, "node", "key").(string))
	}
	if want := []string{"w-1", "w-0"}; !slices.Equal(keys, want) || at(t, r.Data, "audit", "totalCount") != 6.0 {
		t.Errorf("the page after two of four, two more later: %v, of %v", keys, at(t, r.Data, "audit", "totalCount"))
	}
	public := s.data(`{ logCheckpoint { size root key at note } }`, nil)
	if told := at(t, public, "logCheckpoint").(map[string]any); !strings.Contains(told["note"].(string), told["root"].(string)) ||
		told["at"] == nil ||
		!strings.HasPrefix(told["key"].(string), "reliefgraph+") {
		t.Errorf("the checkpoint: %v", told)
	}
}

// TestHistoryOfDocuments: a document tells what was written about it and its reviews to
// those who may read the entries, and to nobody else that there are any.
func TestHistoryOfDocuments(t *testing.T) {
	t.Parallel()
	db := demo(t)
	sign := withLog(t, db)
	trusted, s := serveTrusted(t, db, sign), serve(t, db, sign)
	day := calendar.Date(2026, 1, 1)
	as := func(name string, grant account.Grant) map[string][]string {
		return bearer(pgtest.Account(t, db, name, grant))
	}
	clerk := as("clerk", account.Grant{Role: account.Clerk, NodeCode: rightsTownship, From: day})
	document := func(who map[string][]string, ref, attribute string) {
		r := s.askWith(who, registerMutation, map[string]any{"input": map[string]any{
			"ref": ref, "publisherCode": rightsTownship, "entryCode": "1.3", "title": "题", "attribute": attribute, "formedOn": "2025-11-02",
		}})
		if len(r.Errors) > 0 {
			t.Fatalf("%+v", r.Errors)
		}
	}
	document(clerk, "h", "ON_REQUEST")
	document(clerk, "h2", "ON_REQUEST")
	trusted.data(`mutation { reviewDocument(input: {ref: "h", reviewedOn: "2026-11-20", result: DISCLOSE}) { closedGap } }`, nil)
	trusted.data(`mutation { publishDocument(input: {ref: "h", publishedOn: "2026-11-21"}) { closedGap } }`, nil)
	// All of it, with the document that is hidden, is in the history of the cell.
	const ofCell = `{ cell(publisher: "533102102", entry: "1.3") { history { fact key account } } }`
	above := as("all-above", account.Grant{Role: account.Supervisor, NodeCode: "53", From: day})
	if told := asJSON(
		s.askWith(above, ofCell, nil).Data,
	); strings.Count(told, `"h"`) != 2 || strings.Count(told, `"h2"`) != 1 ||
		strings.Count(told, "reviews") != 1 {
		t.Errorf("the history of the cell: %s", told)
	}
	if told := asJSON(s.askWith(nil, ofCell, nil).Data); told != `{"cell":{"history":[]}}` {
		t.Errorf("the history of the cell, to nobody: %s", told)
	}
	// It is public now; its history is for who may read it.
	for name, c := range map[string]struct {
		who  map[string][]string
		want string
	}{
		"nobody":   {nil, ""},
		"its own":  {clerk, "disclosures clerk"},
		"reviewer": {as("reviewer", account.Grant{Role: account.Reviewer, NodeCode: "53", From: day}), ""},
		"in reach": {as("above", account.Grant{Role: account.Supervisor, NodeCode: "533102", From: day}), "disclosures trusted, reviews trusted.reviewer, disclosures clerk"},
		"beside":   {as("beside", account.Grant{Role: account.Supervisor, NodeCode: "530523", From: day}), ""},
		"auditor":  {as("auditor", account.Grant{Role: account.Auditor, From: day}), "disclosures trusted, reviews trusted.reviewer, disclosures clerk"},
	} {
		r := s.askWith(c.who, `{ disclosure(ref: "h") { history { fact account } } }`, nil)
		if len(r.Errors) > 0 {
			t.Fatalf("%s: %+v", name, r.Errors)
		}
		// A supposition changes nothing of it, and what was known before it is without it.
		for _, state := range []string{
			`whatIf(code: "533102102", changes: {publications: [{publisherCode: "533102102", entryCode: "1.3", publishedOn: "2026-11-24"}]}) { after { disclosures(filter: {title: "题"}) { nodes { history { fact } } } } }`,
			`knownAt(instant: "2026-01-01T00:00:00Z") { administrativeNode(code: "533102102") { cell(entry: "1.3") { history { fact } } } }`,
		} {
			other := s.askWith(c.who, "{ "+state+" }", nil)
			if len(other.Errors) > 0 || strings.HasPrefix(state, "knownAt") && strings.Contains(asJSON(other.Data), "fact") {
				t.Errorf("%s: %s: %s", name, state, asJSON(other))
			}
		}
		var told []string
		for _, e := range at(t, r.Data, "disclosure", "history").([]any) {
			told = append(told, fmt.Sprint(at(t, e, "fact"), " ", at(t, e, "account")))
		}
		if got := strings.Join(told, ", "); got != c.want {
			t.Errorf("%s: %q, not %q", name, got, c.want)
		}
	}
}
