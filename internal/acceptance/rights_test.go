package acceptance

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

const (
	rightsTownship = "533102102"
	rightsBody     = "533102/yjglj"
)

// writesOf are mutations for a publisher, each with the roles that may run it: the table
// of docs/design.md once more. %[1]s is the publisher, %[2]s a new name, %[3]s the ref
// of a document of the publisher that another account registered.
var writesOf = map[string]struct {
	mutation string
	roles    []account.Role
}{
	"registerDisclosure": {
		`registerDisclosure(input: {ref: "%[2]s", publisherCode: "%[1]s", entryCode: "1.1", title: "题", attribute: PROACTIVE, formedOn: "2026-11-01"}) { closedGap }`,
		[]account.Role{account.Clerk},
	},
	"publishDocument":  {`publishDocument(input: {ref: "%[3]s", publishedOn: "2026-11-20"}) { closedGap }`, []account.Role{account.Clerk}},
	"withdrawDocument": {`withdrawDocument(input: {ref: "%[3]s", withdrawnOn: "2026-11-21"}) { closedGap }`, []account.Role{account.Clerk}},
	"issueDocument":    {`issueDocument(input: {ref: "%[3]s", issuedOn: "2026-11-02"}) { closedGap }`, []account.Role{account.Clerk}},
	"addNews": {
		`addNews(input: {ref: "%[2]s", publisherCode: "%[1]s", title: "动态", publishedAt: "2026-11-20T08:00:00Z"}) { closedGap }`,
		[]account.Role{account.Clerk},
	},
	"recordReliefMovement": {
		`recordReliefMovement(input: {ref: "%[2]s", kind: DONATION, toCode: "%[1]s", reliefClass: DROUGHT, funds: "1", occurredOn: "2026-11-20"}) { warnings { message } }`,
		[]account.Role{account.Clerk},
	},
	"registerConcern": {
		`registerConcern(input: {ref: "%[2]s", publisherCode: "%[1]s", title: "某事", detectedAt: "2026-11-23T03:00:00Z"}) { closedGap }`,
		[]account.Role{account.Clerk, account.Supervisor},
	},
	"respondToConcern": {
		`respondToConcern(input: {ref: "%[3]s", respondedAt: "2026-11-23T08:00:00Z"}) { closedGap }`, []account.Role{account.Clerk},
	},
	"recordEscalation": {
		`recordEscalation(input: {ref: "%[3]s", escalatedTo: "PUBLICITY"}) { closedGap }`,
		[]account.Role{account.Clerk, account.Supervisor},
	},
	"requireInterpretation": {
		`requireInterpretation(input: {ref: "%[3]s"}) { closedGap }`, []account.Role{account.Reviewer, account.Supervisor},
	},
	"reviewDocument": {
		`reviewDocument(input: {ref: "%[3]s-r", reviewedOn: "2026-11-20", result: KEEP}) { closedGap }`, []account.Role{account.Reviewer},
	},
	"reviewDocument to disclose": {
		`reviewDocument(input: {ref: "%[3]s-r", reviewedOn: "2026-11-20", result: DISCLOSE}) { closedGap }`,
		[]account.Role{account.Reviewer},
	},
	"reviewDocumentSecrecy": {
		`reviewDocumentSecrecy(input: {ref: "%[3]s-n", reviewedOn: "2026-11-20", reviewedBy: "某人", result: "可以"}) { warnings { message } }`,
		[]account.Role{account.Reviewer},
	},
}

// standpoint is where and when a role is granted that may act on rightsTownship.
type standpoint struct {
	node     string
	scope    account.Scope
	from, to calendar.Day
	reaches  bool
}

// standpoints are at, above, below and beside it, before and after their days, and ended.
func standpoints(today calendar.Day) map[string]standpoint {
	return map[string]standpoint{
		"own":      {rightsTownship, account.Self, today, today, true},
		"above":    {"5331", account.Subtree, today - 30, calendar.None, true},
		"just":     {"533102", account.Self, today - 30, calendar.None, false}, // the county and its departments alone
		"below":    {"533102102", account.Subtree, today, calendar.None, true},
		"beside":   {"533102103", account.Subtree, today - 30, calendar.None, false},
		"body":     {rightsBody, account.Self, today - 30, calendar.None, false},
		"not yet":  {rightsTownship, account.Subtree, today + 1, calendar.None, false},
		"no more":  {rightsTownship, account.Subtree, today - 30, today - 1, false},
		"of none":  {"", account.Subtree, today - 30, calendar.None, false},
		"of past":  {rightsTownship, account.Self, today - 30, today, true},
		"of other": {"530523", account.Subtree, today - 30, calendar.None, false},
		"ended":    {rightsTownship, account.Subtree, today - 30, calendar.None, false},
	}
}

// token of an account that holds a role as the standpoint says; that of "ended" was ended.
func (p standpoint) token(t *testing.T, db *store.Store, role account.Role, name string) (bearer string) {
	t.Helper()
	called := fmt.Sprintf("%s.%s", strings.ToLower(role.String()), strings.ReplaceAll(name, " ", "-"))
	bearer = "Bearer " + pgtest.Account(t, db, called, account.Grant{Role: role, NodeCode: p.node, Scope: p.scope, From: p.from, To: p.to})
	if name == "ended" {
		_, err := db.DB().Exec(`UPDATE account_grant SET ended_at = now(), ended_by = 'test'
			WHERE account_id = (SELECT id FROM account WHERE name = $1)`, called)
		mustDo(t, err)
	}
	return bearer
}

// TestRights: every mutation about a publisher, by each role granted at its node, above,
// below and beside it, before and after its days and when it was ended, is done where
// docs/design.md says so; else it is FORBIDDEN, or unknown where it is about something
// hidden, and writes nothing: by both walls, and by each of them alone.
func TestRights(t *testing.T) {
	t.Parallel()
	db := demo(t)
	trusted := serveTrusted(t, db, nil)
	today := calendar.DayOf(noon())
	servers := walls(t, db, nil)
	n := 0
	for role := account.Clerk; role <= account.Auditor; role++ {
		for name, of := range standpoints(today) {
			if role.OfInstance() != (of.node == "") {
				continue
			}
			token := of.token(t, db, role, name)
			for mutation, write := range writesOf {
				seesHidden := of.reaches && !role.OfInstance()
				may := of.reaches && slices.Contains(write.roles, role)
				for wall, s := range servers {
					n++
					ref, known := fmt.Sprintf("w-%d", n), fmt.Sprintf("k-%d", n)
					want := "FORBIDDEN"
					switch hidden := prepare(trusted, mutation, known); {
					case may:
						want = ""
					case hidden && !seesHidden:
						want = "NOT_FOUND"
					}
					before := factsOf(t, db)
					r := s.askWith(map[string][]string{"Authorization": {token}},
						"mutation { "+fmt.Sprintf(write.mutation, rightsTownship, ref, known)+" }", nil)
					if !refusedAlike(wall, r.code(), want) {
						t.Errorf("%s by %s, %s, walls %s: %q and not %q: %+v", mutation, role, name, wall, r.code(), want, r.Errors)
					}
					if after := factsOf(t, db); want != "" && after != before {
						t.Errorf("%s by %s, %s, walls %s: it was refused, and written", mutation, role, name, wall)
					}
				}
			}
		}
	}
	if n < 600 {
		t.Errorf("%d trials", n)
	}
	mustVerify(t, db)
}

// prepare registers what a mutation is about, and tells whether it is hidden.
func prepare(s *service, mutation, ref string) (hidden bool) {
	s.t.Helper()
	document := func(ref string, change map[string]any) {
		input := map[string]any{
			"ref":           ref,
			"publisherCode": rightsTownship,
			"entryCode":     "1.1",
			"title":         "题",
			"attribute":     "PROACTIVE",
			"formedOn":      "2026-11-01",
		}
		maps.Copy(input, change)
		s.data(registerMutation, map[string]any{"input": input})
	}
	switch mutation {
	case "respondToConcern", "recordEscalation":
		s.data(`mutation($input: ConcernInput!) { registerConcern(input: $input) { closedGap } }`, map[string]any{"input": map[string]any{
			"ref": ref, "publisherCode": rightsTownship, "title": "某事", "detectedAt": "2026-11-22T03:00:00Z",
		}})
	case "withdrawDocument", "requireInterpretation":
		document(ref, map[string]any{"publishedOn": "2026-11-10"})
	case "reviewDocument", "reviewDocument to disclose":
		document(ref+"-r", map[string]any{"attribute": "ON_REQUEST", "formedOn": "2025-11-01"})
		return true
	case "reviewDocumentSecrecy":
		document(ref+"-n", map[string]any{"attribute": "NOT_DISCLOSED"})
		return true
	case "publishDocument", "issueDocument":
		document(ref, nil)
		return true
	}
	return false
}

// factsOf counts what is stored and how often it changed.
func factsOf(t *testing.T, db *store.Store) (counted string) {
	t.Helper()
	const counts = `SELECT concat_ws(' ', (SELECT count(*) FROM disclosure), (SELECT count(*) FROM news), (SELECT count(*) FROM concern),
		(SELECT count(*) FROM relief_movement), (SELECT count(*) FROM review), (SELECT count(*) FROM secrecy_review), (SELECT count(*) FROM fact_history))`
	if err := db.DB().QueryRow(counts).Scan(&counted); err != nil {
		t.Fatal(err)
	}
	return counted
}

// TestLostRights: who lost a right, or the account, after they were asked who they are
// writes nothing any more.
func TestLostRights(t *testing.T) {
	t.Parallel()
	db, accounts := people(t, noon)
	ctx := t.Context()
	grant := account.Grant{Role: account.Clerk, NodeCode: rightsTownship, Scope: account.Self, From: calendar.Date(2026, 1, 1)}
	mustDo(
		t,
		accounts.Add(
			ctx,
			register.NewAccount{Account: account.Account{Name: "clerk", Grants: []account.Grant{grant}}, Password: password + "。"},
		),
	)
	held, err := db.AccountsByName(ctx, "clerk")
	mustDo(t, err)
	follower, err := db.Follow(ctx)
	mustDo(t, err)
	today := func() calendar.Day { return calendar.DayOf(noon()) }
	as := register.New(db, follower.Index, today, store.By{Way: store.ByGraphQL}).As(&held[0].Account, noon())
	add := func(ref string) problem.Code {
		_, err := as.News(ctx, disclosure.News{Ref: ref, PublisherCode: rightsTownship, Title: "动态", PublishedAt: noon().AddDate(0, 0, -1)})
		if err == nil {
			return ""
		}
		return problem.CodeOf(err)
	}
	if code := add("n1"); code != "" {
		t.Errorf("with the right: %s", code)
	}
	mustDo(t, accounts.Revoke(ctx, "clerk", grant))
	if code := add("n2"); code != problem.Forbidden {
		t.Errorf("after the grant was ended: %q", code)
	}
	mustDo(t, accounts.Disable(ctx, "clerk"))
	if code := add("n3"); code != problem.Unauthenticated {
		t.Errorf("after the account was disabled: %q", code)
	}
}

// TestFourEyes: who registered a document does not review it, whatever roles it has; a
// later version that another wrote changes nothing of that.
func TestFourEyes(t *testing.T) {
	t.Parallel()
	db := demo(t)
	from := calendar.Date(2026, 1, 1)
	both := []account.Grant{
		{Role: account.Clerk, NodeCode: "5331", Scope: account.Subtree, From: from},
		{Role: account.Reviewer, NodeCode: "5331", Scope: account.Subtree, From: from},
	}
	s := serve(t, db, nil)
	as := func(name string) map[string][]string {
		return map[string][]string{"Authorization": {"Bearer " + pgtest.Account(t, db, name, both...)}}
	}
	one, other := as("one"), as("other")
	register := `mutation { registerDisclosure(input: {ref: "%s", publisherCode: "533102102", entryCode: "1.1", title: "题", attribute: NOT_DISCLOSED, formedOn: "2025-11-01"}) { closedGap } }`
	for _, review := range []string{
		`mutation { reviewDocument(input: {ref: "%s", reviewedOn: "2026-11-20", result: DISCLOSE}) { closedGap } }`,
		`mutation { reviewDocumentSecrecy(input: {ref: "%s", reviewedOn: "2026-11-20", reviewedBy: "某人", result: "可以"}) { warnings { message } } }`,
	} {
		ref := fmt.Sprintf("eyes-%d", len(review))
		if r := s.askWith(one, fmt.Sprintf(register, ref), nil); r.code() != "" {
			t.Fatal(r.Errors)
		}
		if r := s.askWith(one, fmt.Sprintf(review, ref), nil); r.code() != "FORBIDDEN" {
			t.Errorf("by who registered it: %q %+v", r.code(), r.Errors)
		}
		if r := s.askWith(other, fmt.Sprintf(review, ref), nil); r.code() != "" {
			t.Errorf("by another: %+v", r.Errors)
		}
	}
}

// TestHiddenByReach: lists, counts and ids show of documents of many publishers what a
// plain look at each says, for accounts of different reach, at every node and in pages
// either way.
func TestHiddenByReach(t *testing.T) {
	t.Parallel()
	db := demo(t)
	trusted := serveTrusted(t, db, nil)
	random := rand.New(rand.NewPCG(7, 16))
	today := calendar.DayOf(noon())
	type document struct {
		ref, publisher string
		public         bool
	}
	publishers := []string{"533102102", "533102103", "533102/yjglj", "533102/mzj", "530523"}
	var documents []document
	for n := range 120 {
		d := document{ref: fmt.Sprintf("d-%03d", n), publisher: publishers[random.IntN(len(publishers))]}
		input := map[string]any{
			"ref": d.ref, "publisherCode": d.publisher, "entryCode": "1.1", "title": "题" + d.ref,
			"formedOn": (today - 100 - calendar.Day(random.IntN(300))).String(), "attribute": "PROACTIVE",
		}
		switch random.IntN(4) {
		case 0:
		case 1:
			input["attribute"] = "ON_REQUEST"
		default:
			on := today - 60 + calendar.Day(random.IntN(75))
			input["publishedOn"], d.public = on.String(), on <= today
		}
		trusted.data(registerMutation, map[string]any{"input": input})
		documents = append(documents, d)
	}
	s := serve(t, db, nil)
	for name, c := range map[string]struct {
		grants []account.Grant
		sees   []string
	}{
		"nobody":    {nil, nil},
		"township":  {[]account.Grant{{Role: account.Clerk, NodeCode: "533102102", Scope: account.Self}}, []string{"533102102"}},
		"county":    {[]account.Grant{{Role: account.Reviewer, NodeCode: "533102", Scope: account.Self}}, []string{"533102/yjglj", "533102/mzj"}},
		"all below": {[]account.Grant{{Role: account.Supervisor, NodeCode: "533102", Scope: account.Subtree}}, publishers[:4]},
		"several": {[]account.Grant{
			{Role: account.Clerk, NodeCode: "530523", Scope: account.Self}, {Role: account.Reviewer, NodeCode: "533102/mzj", Scope: account.Subtree},
		}, []string{"530523", "533102/mzj"}},
		"system":  {[]account.Grant{{Role: account.SystemAdmin}}, nil},
		"auditor": {[]account.Grant{{Role: account.Auditor}}, nil},
	} {
		headers := map[string][]string{}
		if c.grants != nil {
			for i := range c.grants {
				c.grants[i].From = today
			}
			headers["Authorization"] = []string{"Bearer " + pgtest.Account(t, db, strings.ReplaceAll(name, " ", "-"), c.grants...)}
		}
		for _, node := range append(slices.Clone(publishers), "533102", "5331", "53") {
			var want []string
			for _, d := range documents {
				if (d.public || slices.Contains(c.sees, d.publisher)) && strings.HasPrefix(d.publisher, node) {
					want = append(want, d.ref)
				}
			}
			if strings.Contains(node, "/") || len(node) == 9 || node == "530523" {
				want = slices.DeleteFunc(want, func(ref string) bool {
					return !slices.ContainsFunc(documents, func(d document) bool { return d.ref == ref && d.publisher == node })
				})
			}
			for _, list := range []string{`filter: {title: "题d-"}`, `filter: {title: "题d-"}, orderBy: OLDEST_FIRST`, ``, `orderBy: OLDEST_FIRST`} {
				got, total := pagesOf(t, s, headers, node, list)
				got = slices.DeleteFunc(got, func(ref string) bool { return !strings.HasPrefix(ref, "d-") })
				slices.Sort(got)
				slices.Sort(want)
				if !slices.Equal(got, want) {
					t.Errorf("%s at %s (%s): %d documents, not %d", name, node, list, len(got), len(want))
				}
				if strings.Contains(list, "title") && total != len(want) {
					t.Errorf("%s at %s (%s): %d are counted, not %d", name, node, list, total, len(want))
				}
			}
		}
		for _, d := range documents {
			r := s.askWith(headers, fmt.Sprintf(`{ disclosure(ref: %q) { ref } node(id: %q) { id } }`, d.ref, cursorOf("d", d.ref)), nil)
			seen := r.Data["disclosure"] != nil
			if want := d.public ||
				slices.Contains(c.sees, d.publisher); seen != want || (r.Data["node"] != nil) != want ||
				len(r.Errors) > 0 {
				t.Errorf("%s: %s of %s is seen: %t %v", name, d.ref, d.publisher, seen, r.Errors)
			}
		}
	}
}

// pagesOf reads a list of documents page by page.
func pagesOf(t *testing.T, s *service, headers map[string][]string, node, list string) (refs []string, total int) {
	t.Helper()
	for after := ""; ; {
		arguments := "first: 17, " + list
		if !strings.Contains(list, "filter") { // all documents of the world, among which those of the test lie close together
			arguments = "first: 61, " + list
		}
		if after != "" {
			arguments += fmt.Sprintf(", after: %q", after)
		}
		r := s.askWith(headers, fmt.Sprintf(
			`{ administrativeNode(code: %q) { disclosures(%s) { totalCount pageInfo { hasNextPage endCursor } edges { node { ref } } } } }`,
			node, arguments), nil)
		if len(r.Errors) > 0 {
			t.Fatal(r.Errors)
		}
		page := at(t, r.Data, "administrativeNode", "disclosures")
		total = int(at(t, page, "totalCount").(float64))
		for _, edge := range at(t, page, "edges").([]any) {
			refs = append(refs, at(t, edge, "node", "ref").(string))
		}
		if at(t, page, "pageInfo", "hasNextPage") != true {
			if len(refs) != total {
				t.Errorf("at %s (%s): %d rows of %d", node, list, len(refs), total)
			}
			return refs, total
		}
		after = at(t, page, "pageInfo", "endCursor").(string)
	}
}
