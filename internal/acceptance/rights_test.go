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
	"github.com/reliefgraph/reliefgraph/internal/order"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

const (
	rightsTownship = "533102102"
	rightsBody     = "533102/yjglj"
)

// A write is a mutation for a publisher with the roles that may run it: the table of
// docs/design.md once more. %[1]s is the publisher, %[2]s a new name, %[3]s the ref of
// a document of the publisher that another account registered, or of an order to it or
// a request of it, %[4]s the node of the grant, if it is above the publisher.
type write struct {
	mutation string
	roles    []account.Role
	// issuer is who issued the order that it is about, and open that everybody may see it.
	issuer string
	open   bool
	// aside: supervisors may do it for others alone than the grant's own node.
	aside bool
}

var writesOf = map[string]write{
	"registerDisclosure": {
		mutation: `registerDisclosure(input: {ref: "%[2]s", publisherCode: "%[1]s", entryCode: "1.1", title: "题", attribute: PROACTIVE, formedOn: "2026-11-01"}) { closedGap }`,
		roles:    []account.Role{account.Clerk},
	},
	"publishDocument": {
		mutation: `publishDocument(input: {ref: "%[3]s", publishedOn: "2026-11-20"}) { closedGap }`,
		roles:    []account.Role{account.Clerk},
	},
	"withdrawDocument": {
		mutation: `withdrawDocument(input: {ref: "%[3]s", withdrawnOn: "2026-11-21"}) { closedGap }`,
		roles:    []account.Role{account.Clerk},
	},
	"issueDocument": {
		mutation: `issueDocument(input: {ref: "%[3]s", issuedOn: "2026-11-02"}) { closedGap }`,
		roles:    []account.Role{account.Clerk},
	},
	"addNews": {
		mutation: `addNews(input: {ref: "%[2]s", publisherCode: "%[1]s", title: "动态", publishedAt: "2026-11-20T08:00:00Z"}) { closedGap }`,
		roles:    []account.Role{account.Clerk},
	},
	"recordReliefMovement": {
		mutation: `recordReliefMovement(input: {ref: "%[2]s", kind: DONATION, toCode: "%[1]s", reliefClass: DROUGHT, funds: "1", occurredOn: "2026-11-20"}) { warnings { message } }`,
		roles:    []account.Role{account.Clerk},
	},
	"registerConcern": {
		mutation: `registerConcern(input: {ref: "%[2]s", publisherCode: "%[1]s", title: "某事", detectedAt: "2026-11-23T03:00:00Z"}) { closedGap }`,
		roles:    []account.Role{account.Clerk, account.Supervisor},
	},
	"respondToConcern": {
		mutation: `respondToConcern(input: {ref: "%[3]s", respondedAt: "2026-11-23T08:00:00Z"}) { closedGap }`,
		roles:    []account.Role{account.Clerk},
	},
	"recordEscalation": {
		mutation: `recordEscalation(input: {ref: "%[3]s", escalatedTo: "PUBLICITY"}) { closedGap }`,
		roles:    []account.Role{account.Clerk, account.Supervisor},
	},
	"requireInterpretation": {
		mutation: `requireInterpretation(input: {ref: "%[3]s"}) { closedGap }`,
		roles:    []account.Role{account.Reviewer, account.Supervisor},
	},
	"reviewDocument": {
		mutation: `reviewDocument(input: {ref: "%[3]s-r", reviewedOn: "2026-11-20", result: KEEP}) { closedGap }`,
		roles:    []account.Role{account.Reviewer},
	},
	"reviewDocument to disclose": {
		mutation: `reviewDocument(input: {ref: "%[3]s-r", reviewedOn: "2026-11-20", result: DISCLOSE}) { closedGap }`,
		roles:    []account.Role{account.Reviewer},
	},
	"reviewDocumentSecrecy": {
		mutation: `reviewDocumentSecrecy(input: {ref: "%[3]s-n", reviewedOn: "2026-11-20", reviewedBy: "某人", result: "可以"}) { warnings { message } }`,
		roles:    []account.Role{account.Reviewer},
	},
	"issueOrder": {
		mutation: `issueOrder(input: {ref: "%[2]s", issuerCode: "%[4]s", publisherCode: "%[1]s", kind: URGE, text: "请办", workingDays: 5}) { order { ref } }`,
		roles:    []account.Role{account.Supervisor},
		issuer:   orderIssuer,
		aside:    true,
	},
	"receiveOrder": {
		mutation: `receiveOrder(input: {ref: "%[3]s"}) { order { ref state } }`, roles: []account.Role{account.Clerk}, issuer: orderIssuer,
	},
	"answerOrder": {
		mutation: `answerOrder(input: {ref: "%[3]s", text: "已办"}) { order { ref state } }`,
		roles:    []account.Role{account.Clerk}, issuer: orderIssuer,
	},
	"returnOrder": {
		mutation: `returnOrder(input: {ref: "%[3]s", text: "再办", workingDays: 3}) { order { ref state } }`,
		roles:    []account.Role{account.Supervisor}, issuer: orderIssuer, aside: true,
	},
	"acceptOrder": {
		mutation: `acceptOrder(input: {ref: "%[3]s"}) { order { ref state } }`,
		roles:    []account.Role{account.Supervisor}, issuer: orderIssuer, aside: true,
	},
	"askExtension": {
		mutation: `askExtension(input: {ref: "%[3]s", newDueOn: "2026-12-24", text: "请延"}) { order { ref dueOn } }`,
		roles:    []account.Role{account.Clerk}, issuer: orderIssuer,
	},
	"decideExtension": {
		mutation: `decideExtension(input: {ref: "%[3]s", granted: true}) { order { ref dueOn } }`,
		roles:    []account.Role{account.Supervisor}, issuer: orderIssuer, aside: true,
	},
	"remarkOnOrder": {
		mutation: `remarkOnOrder(input: {ref: "%[3]s", text: "备注"}) { order { ref } }`,
		roles:    []account.Role{account.Clerk, account.Supervisor}, issuer: orderIssuer, aside: true,
	},
	"withdrawOrder": {
		mutation: `withdrawOrder(input: {ref: "%[3]s", text: "有误"}) { order { ref state } }`,
		roles:    []account.Role{account.Supervisor}, issuer: orderIssuer, aside: true,
	},
	"askExemption": {
		mutation: `askExemption(input: {ref: "%[2]s", publisherCode: "%[1]s", entryCode: "1.3", from: "2030-01-01", to: "2030-01-31", reason: "停办"}) { closedGap }`,
		roles:    []account.Role{account.Clerk},
	},
	"decideExemption": {
		mutation: `decideExemption(input: {ref: "%[3]s", granted: true}) { closedGap request { decision } }`,
		roles:    []account.Role{account.Supervisor}, aside: true,
	},
}

// orderIssuer issued the orders that the writes are about.
const orderIssuer = "533102"

// fill completes the mutation. What the mutation does not name is left out.
func (w *write) fill(publisher, ref, known, node string) string {
	return strings.NewReplacer("%[1]s", publisher, "%[2]s", ref, "%[3]s", known, "%[4]s", node).Replace(w.mutation)
}

// may tells whether a role that is granted so may do the write for rightsTownship.
func (w *write) may(role account.Role, of standpoint) bool {
	may := of.reaches && slices.Contains(w.roles, role)
	if role == account.Supervisor && w.aside {
		return may && of.node != rightsTownship && (w.issuer == "" || strings.HasPrefix(w.issuer, of.node))
	}
	return may
}

// orderWrites are the writes about orders again, otherwise: about orders that everybody
// may see, and about those that were issued above the grants.
func orderWrites() map[string]write {
	writes := map[string]write{}
	for name, w := range writesOf {
		if w.issuer == "" {
			continue
		}
		above, open := w, w
		above.issuer, open.open = "53", true
		if name == "issueOrder" { // in the name of another
			above.mutation = strings.ReplaceAll(w.mutation, "%[4]s", above.issuer)
			writes["issueOrder of another's"] = above
			continue
		}
		writes[name+" of one above"], writes[name+" that is public"] = above, open
	}
	return writes
}

// above is the node of a standpoint that is above rightsTownship, else the county.
func (p standpoint) above() string {
	if p.node != "" && p.node != rightsTownship && strings.HasPrefix(rightsTownship, p.node) {
		return p.node
	}
	return orderIssuer
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
	issuing := issuers(t, db)
	writes := orderWrites()
	maps.Copy(writes, writesOf)
	type prepared struct {
		ref    string
		hidden bool
	}
	about := map[string]prepared{} // what a write that was refused leaves is there for the next
	n, facts := 0, factsOf(t, db)
	for role := account.Clerk; role <= account.Auditor; role++ {
		for name, from := range standpoints(today) {
			if role.OfInstance() != (from.node == "") {
				continue
			}
			token := from.token(t, db, role, name)
			for mutation, write := range writes {
				seesHidden := from.reaches && !role.OfInstance()
				may := write.may(role, from)
				for wall, s := range servers {
					n++
					ref, want := fmt.Sprintf("w-%d", n), "FORBIDDEN"
					of, there := about[mutation]
					if !there {
						of.ref = fmt.Sprintf("k-%d", n)
						of.hidden = prepare(trusted, mutation, of.ref) || prepareOrder(trusted, issuing, mutation, &write, of.ref)
						about[mutation] = of
						facts = factsOf(t, db)
					}
					switch {
					case may:
						want = ""
						delete(about, mutation)
					case of.hidden && !seesHidden:
						want = "NOT_FOUND"
					}
					r := s.askWith(map[string][]string{"Authorization": {token}},
						"mutation { "+write.fill(rightsTownship, ref, of.ref, from.above())+" }", nil)
					if !refusedAlike(wall, r.code(), want) {
						t.Errorf("%s by %s, %s, walls %s: %q and not %q: %+v", mutation, role, name, wall, r.code(), want, r.Errors)
					}
					after := factsOf(t, db)
					if want != "" && after != facts {
						t.Errorf("%s by %s, %s, walls %s: it was refused, and written", mutation, role, name, wall)
					}
					facts = after
				}
			}
		}
	}
	if n < 3000 {
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

// issuers is who issues orders as orderIssuer and as the province.
func issuers(t *testing.T, db *store.Store) map[string][]string {
	t.Helper()
	from := calendar.Date(2026, 1, 1)
	return map[string][]string{"Authorization": {"Bearer " + pgtest.Account(t, db, "issuers",
		account.Grant{Role: account.Supervisor, NodeCode: orderIssuer, From: from},
		account.Grant{Role: account.Supervisor, NodeCode: "53", From: from})}}
}

// prepareOrder issues the order to rightsTownship that a write is about, or asks for what
// it decides, and tells whether that is hidden.
func prepareOrder(s *service, issuing map[string][]string, mutation string, w *write, ref string) (hidden bool) {
	s.t.Helper()
	if mutation == "decideExemption" {
		ask := writesOf["askExemption"]
		s.data("mutation { "+ask.fill(rightsTownship, ref, "", "")+" }", nil)
		return true
	}
	if w.issuer == "" || strings.HasPrefix(mutation, "issueOrder") {
		return false
	}
	issue := writesOf["issueOrder"].mutation
	if w.open {
		issue = strings.ReplaceAll(issue, "URGE", "CRITICISE")
	}
	of := write{mutation: issue}
	if r := s.askWith(issuing, "mutation { "+of.fill(rightsTownship, ref, "", w.issuer)+" }", nil); r.code() != "" {
		s.t.Fatalf("%s: %+v", mutation, r.Errors)
	}
	before := ""
	switch name, _, _ := strings.Cut(mutation, " "); name {
	case "returnOrder", "acceptOrder":
		before = "answerOrder"
	case "decideExtension":
		before = "askExtension"
	}
	if step, needed := writesOf[before]; needed {
		s.data("mutation { "+step.fill("", "", ref, "")+" }", nil)
	}
	return !w.open
}

// factsOf counts what is stored and how often it changed.
func factsOf(t *testing.T, db *store.Store) (counted string) {
	t.Helper()
	const counts = `SELECT concat_ws(' ', (SELECT count(*) FROM disclosure), (SELECT count(*) FROM news), (SELECT count(*) FROM concern),
		(SELECT count(*) FROM relief_movement), (SELECT count(*) FROM review), (SELECT count(*) FROM secrecy_review),
		(SELECT count(*) FROM supervision_order), (SELECT count(*) FROM order_event), (SELECT count(*) FROM exemption_request),
		(SELECT count(*) FROM assignment), (SELECT count(*) FROM fact_history))`
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

// TestFourEyesOnOrders: who asked for an extension or an exemption does not decide it,
// and who gave an answer does not accept it, whatever roles it has; by both walls, by
// each of them alone, and where nothing but the database looks at what is written.
func TestFourEyesOnOrders(t *testing.T) {
	t.Parallel()
	db := demo(t)
	from := calendar.Date(2026, 1, 1)
	grants := []account.Grant{
		{Role: account.Clerk, NodeCode: "5331", Scope: account.Subtree, From: from},
		{Role: account.Supervisor, NodeCode: "5331", Scope: account.Subtree, From: from},
	}
	as := func(name string) map[string][]string {
		return map[string][]string{"Authorization": {"Bearer " + pgtest.Account(t, db, name, grants...)}}
	}
	one, other := as("one"), as("other")
	do := func(s *service, who map[string][]string, name, ref string) string {
		t.Helper()
		w := writesOf[name]
		return s.askWith(who, "mutation { "+w.fill(rightsTownship, ref, ref, "5331")+" }", nil).code()
	}
	must := func(s *service, who map[string][]string, ref string, names ...string) {
		t.Helper()
		for _, name := range names {
			if code := do(s, who, name, ref); code != "" {
				t.Fatalf("%s of %s: %s", name, ref, code)
			}
		}
	}
	for wall, s := range walls(t, db, nil) {
		ref := strings.ReplaceAll(wall, " ", "-")
		for decision, before := range map[string][]string{
			"acceptOrder": {"issueOrder", "answerOrder"}, "decideExtension": {"issueOrder", "askExtension"}, "decideExemption": {"askExemption"},
		} {
			of := ref + "-" + decision
			must(s, one, of, before...)
			facts := factsOf(t, db)
			if code := do(s, one, decision, of); !refusedAlike(wall, code, "FORBIDDEN") || factsOf(t, db) != facts {
				t.Errorf("%s, by who did what it is about, walls %s: %q", decision, wall, code)
			}
			must(s, other, of, decision)
			if code := do(s, one, "remarkOnOrder", of); decision != "decideExemption" && code != "" {
				t.Errorf("a remark by the same, walls %s: %q", wall, code)
			}
		}
		// What was returned and answered again by another is another's.
		of := ref + "-again"
		must(s, one, of, "issueOrder", "answerOrder")
		must(s, other, of, "returnOrder", "answerOrder")
		if code := do(s, other, "acceptOrder", of); !refusedAlike(wall, code, "FORBIDDEN") {
			t.Errorf("an answer is accepted by who gave it last, walls %s: %q", wall, code)
		}
		must(s, one, of, "acceptOrder")
		// What was refused and asked for again too.
		of = ref + "-later"
		must(s, one, of, "issueOrder", "askExtension")
		must(s, other, of, "decideExtension")
		w := writesOf["askExtension"]
		again := strings.ReplaceAll(w.fill(rightsTownship, of, of, ""), "2026-12-24", "2026-12-31")
		if r := s.askWith(other, "mutation { "+again+" }", nil); r.code() != "" {
			t.Fatal(r.Errors)
		}
		if code := do(s, other, "decideExtension", of); !refusedAlike(wall, code, "FORBIDDEN") {
			t.Errorf("an extension is granted by who asked for it last, walls %s: %q", wall, code)
		}
		must(s, one, of, "decideExtension")
	}
	// The database, of writes at which nothing else looked.
	s := serve(t, db, nil)
	held, err := db.AccountsByName(t.Context(), "one")
	mustDo(t, err)
	write := func(do func(*store.Writing) error) problem.Code {
		err := s.serving.Write(t.Context(), store.By{Account: "one", AccountID: held[0].ID, Way: store.ByGraphQL}, do)
		if err == nil {
			return ""
		}
		return problem.CodeOf(err)
	}
	must(s, one, "direct", "issueOrder", "askExtension", "answerOrder")
	must(s, one, "direct-x", "askExemption")
	number := int64(100)
	event := func(kind order.EventKind, change func(*order.Event)) func(*store.Writing) error {
		number++
		e := order.Event{OrderRef: "direct", Number: number, Kind: kind, At: noon(), By: "one", DisclosureRefs: []string{}}
		if change != nil {
			change(&e)
		}
		return func(w *store.Writing) error { return w.AddOrderEvent(t.Context(), &e) }
	}
	decide := func(change func(*order.ExemptionRequest)) func(*store.Writing) error {
		x := order.ExemptionRequest{Ref: "direct-x", Decision: order.Granted, DecidedAt: noon(), DecidedBy: "one"}
		change(&x)
		return func(w *store.Writing) error { return w.DecideRequest(t.Context(), &x) }
	}
	asOther := func(e *order.Event) { e.By = "other" }
	facts := factsOf(t, db)
	for name, do := range map[string]func(*store.Writing) error{
		"accepts its answer":                 event(order.EventAccepted, nil),
		"accepts its answer as another":      event(order.EventAccepted, asOther),
		"grants what it asked":               event(order.ExtensionGranted, nil),
		"refuses what it asked":              event(order.ExtensionRefused, nil),
		"grants what it asked as another":    event(order.ExtensionGranted, asOther),
		"answers as another":                 event(order.EventAnswered, asOther),
		"remarks on an order that is none":   event(order.EventRemarked, func(e *order.Event) { e.OrderRef = "none" }),
		"exempts where it asked":             decide(func(*order.ExemptionRequest) {}),
		"exempts where it asked, as another": decide(func(x *order.ExemptionRequest) { x.DecidedBy = "other" }),
		"asks as another": func(w *store.Writing) error {
			_, err := w.AddRequest(t.Context(), &order.ExemptionRequest{
				Ref: "direct-y", PublisherCode: rightsTownship, EntryCode: "1.1", From: from, Reason: "停", AskedAt: noon(), AskedBy: "other",
			})
			return err
		},
	} {
		if code := write(do); code != problem.Forbidden && code != problem.NotFound {
			t.Errorf("to the database, who %s: %q", name, code)
		}
	}
	if factsOf(t, db) != facts {
		t.Error("something of it was written")
	}
	if code := write(event(order.EventRemarked, nil)); code != "" {
		t.Errorf("the database refuses a remark: %q", code)
	}
	// Who decides does not alter what was asked.
	must(s, other, "direct-z", "askExemption")
	tx, err := db.DB().Begin()
	mustDo(t, err)
	defer tx.Rollback()
	_, err = tx.Exec(`SELECT set_config('role', current_user || '_staff', true), set_config('reliefgraph.account', $1, true)`,
		fmt.Sprint(held[0].ID))
	mustDo(t, err)
	_, err = tx.Exec(`UPDATE exemption_request SET reason = '改', decision = 1, decided_by = 'one' WHERE ref = 'direct-z'`)
	if err == nil || !strings.Contains(err.Error(), "permission denied") {
		t.Errorf("who decides alters the reason: %v", err)
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
