package acceptance

import (
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// sights are the ways to something hidden of rightsTownship: by ref and id, in lists and
// their counts, and where something else names it.
const sights = `fragment Whole on Disclosure { ref title attribute reviews { result consulted } secrecyReview { result reviewedBy } }
fragment Step on OrderEvent { number kind by text newDueOn workingDays disclosures { ...Whole } }
fragment Demand on Order { ref kind text basis state dueOn timeliness pendingExtension { newDueOn reason } events { ...Step } cells { id } }
fragment Asked on ExemptionRequest { ref reason askedBy decision decidedBy decisionReason ifGranted { statusAfter } }
query ($id: ID!, $order: ID!, $open: ID!, $asked: ID!, $day: ID!) {
	draft: disclosure(ref: "SECRET-draft") { ...Whole } request: disclosure(ref: "SECRET-request") { ...Whole }
	never: disclosure(ref: "SECRET-never") { ...Whole } future: disclosure(ref: "SECRET-future") { ...Whole }
	node(id: $id) { id ... on Disclosure { ...Whole } }
	nodes(ids: [$id]) { id }
	ordered: order(ref: "SECRET-order") { ...Demand } criticised: order(ref: "criticised") { ...Demand }
	orderedThen: order(ref: "SECRET-order", asOf: "2026-12-30") { ...Demand }
	orders: nodes(ids: [$order, $open, $asked, $day]) { id ... on Order { ...Demand } ... on ExemptionRequest { ...Asked } }
	orderNode: node(id: $order) { ... on Order { ...Demand } } requestNode: node(id: $asked) { ... on ExemptionRequest { ...Asked } }
	open: disclosure(ref: "open") { ...Whole interpretation { ...Whole } }
	explains: disclosure(ref: "explains") { ...Whole interpretsRef }
	concern(ref: "concern") { response { ...Whole } }
	movement(ref: "moved") { disclosure { ...Whole } }
	administrativeNode(code: "533102102") {
		supervision { issued open answered dueSoon }
		orders { totalCount pageInfo { hasNextPage endCursor } nodes { ...Demand } edges { cursor } }
		own: orders(scope: SELF, last: 5) { totalCount nodes { ref } }
		urging: orders(filter: {kinds: [URGE]}) { totalCount nodes { ref } } returned: orders(filter: {states: [RETURNED]}) { totalCount nodes { ref } }
		soon: orders(filter: {timeliness: [DUE_SOON, ON_TRACK]}) { totalCount nodes { ref } }
		to: orders(filter: {publishers: ["533102102"]}) { totalCount nodes { ref } }
		later: orders(asOf: "2026-12-31") { totalCount nodes { ref state } } before: orders(asOf: "2026-11-23") { totalCount }
		exemptionRequests { totalCount nodes { ...Asked } } undecided: exemptionRequests(undecided: true, last: 3) { totalCount nodes { ref } }
		disclosures(first: 200) { totalCount nodes { ...Whole } }
		named: disclosures(filter: {title: "SECRET"}) { totalCount }
		concerns { nodes { ref response { ref } } }
		reviewsDue { nodes { disclosure { ref } } }
		openTasks { nodes { disclosure { ref } } }
		gaps { nodes { entry { code } orders { ref } cell { orders { ref } } duties { title disclosure { ref } } explanation } }
		upcoming(workingDays: 60) { nodes { entry { code } duty { title disclosure { ref } } explanation } }
		relief(from: "2026-01-01", to: "2026-11-24") { movements { nodes { ref disclosure { ref } } } discrepancies { kind explanation } }
	}
	above: administrativeNode(code: "5331") {
		orders(first: 500, filter: {publishers: ["533102102"]}) { totalCount nodes { ref } } own: orders(scope: SELF) { totalCount }
	}
	cell(publisher: "533102102", entry: "1.3") { status orders { ref text events { ...Step } } duties { title disclosure { ref } } }
}`

// TestSights: each role, granted at its node, above, below and beside it, before and after
// its days and when it was ended, is shown the whole of what is hidden or nothing of it, as
// docs/design.md says: by both walls, and by each of them alone.
func TestSights(t *testing.T) {
	t.Parallel()
	db := demo(t)
	hide(t, serveTrusted(t, db, nil))
	servers := walls(t, db, nil)
	today := calendar.DayOf(noon())
	variables := map[string]any{
		"id": cursorOf("d", secretMark+"-draft"), "order": cursorOf("r", hiddenOrder), "open": cursorOf("r", openOrder),
		"asked": cursorOf("x", hiddenRequest), "day": cursorOf("o", "20817", "r", hiddenOrder), // 2026-12-30
	}
	files := []string{
		"disclosures.ndjson?code=" + rightsTownship,
		"orders.ndjson?code=" + rightsTownship,
		"orders.csv?code=" + rightsTownship + "&kinds=URGE",
	}
	seen := func(wall string, headers map[string][]string) string {
		var asking []string
		for _, token := range headers["Authorization"] {
			asking = append(asking, "Authorization", token)
		}
		answer := asJSON(servers[wall].askWith(headers, strings.ReplaceAll(sights, "SECRET", secretMark), variables))
		for _, file := range files {
			answer += servers[wall].send("GET", "/export/"+file, "", asking...).content
		}
		return requestIDs.ReplaceAllString(answer, "")
	}
	nothing := seen("both", nil)
	reaching := account.Grant{Role: account.Supervisor, NodeCode: "5331", Scope: account.Subtree, From: today}
	whole := seen("both", map[string][]string{"Authorization": {"Bearer " + pgtest.Account(t, db, "whole", reaching)}})
	if strings.Contains(nothing, secretMark) || strings.Count(whole, "题"+secretMark) < 12 || strings.Count(whole, hiddenOrder) < 15 ||
		strings.Count(
			whole,
			"注"+secretMark,
		) < 4 || strings.Count(whole, "由"+secretMark) < 3 || strings.Contains(whole, "there is no export") {
		t.Fatalf("nobody is shown %s\nwho reaches it %s", nothing, whole)
	}
	asked := 0
	for role := account.Clerk; role <= account.Auditor; role++ {
		for name, at := range standpoints(today) {
			if role.OfInstance() != (at.node == "") {
				continue
			}
			headers := map[string][]string{"Authorization": {at.token(t, db, role, name)}}
			want := nothing
			if at.reaches && !role.OfInstance() {
				want = whole
			}
			for wall := range servers {
				asked++
				if got := seen(wall, headers); got != want {
					told, wanted := whereDiffer(got, want)
					t.Errorf("%s, %s, walls %s: is shown %s and not %s", role, name, wall, told, wanted)
				}
			}
		}
	}
	if asked < 100 {
		t.Errorf("asked %d times", asked)
	}
}

// TestHiddenRefusesAlike: whatever somebody without reach asks to be done about a hidden
// order or request is refused in the words in which it is of one that is not there, also
// where more is wrong with it; a ref that is taken is refused as taken, and no more told.
func TestHiddenRefusesAlike(t *testing.T) {
	t.Parallel()
	db := demo(t)
	hide(t, serveTrusted(t, db, nil))
	s := serve(t, db, nil)
	from := calendar.Date(2026, 1, 1)
	for name, grants := range map[string][]account.Grant{
		"elsewhere": {{Role: account.Clerk, NodeCode: "530523", From: from}, {Role: account.Supervisor, NodeCode: "530523", From: from}},
		"of the issuer": {
			{Role: account.Clerk, NodeCode: "5331", Scope: account.Self, From: from},
			{Role: account.Supervisor, NodeCode: "5331", Scope: account.Self, From: from},
		},
	} {
		headers := map[string][]string{"Authorization": {"Bearer " + pgtest.Account(t, db, strings.ReplaceAll(name, " ", "."), grants...)}}
		refused := func(mutation string, refs ...string) {
			t.Helper()
			for _, ref := range refs {
				told := make([]string, 2)
				for i, of := range []string{ref, strings.ReplaceAll(ref, secretMark, "none")} {
					r := s.askWith(headers, "mutation { "+strings.ReplaceAll(mutation, "REF", of)+" }", nil)
					if r.code() != "NOT_FOUND" {
						t.Errorf("%s: %s of %s: %q", name, mutation, of, r.code())
					}
					told[i] = requestIDs.ReplaceAllString(strings.ReplaceAll(asJSON(r), of, "REF"), "")
				}
				if told[0] != told[1] {
					t.Errorf("%s: %s of %s is refused by %s, of what is not there by %s", name, mutation, ref, told[0], told[1])
				}
			}
		}
		for mutation, w := range writesOf {
			if w.issuer != "" && mutation != "issueOrder" {
				refused(w.fill("", "", "REF", ""), hiddenOrder)
				refused(strings.ReplaceAll(w.fill("", "", "REF", ""), `text: "`, `text: "\u202e`), hiddenOrder)
			}
		}
		for _, decision := range []string{"granted: true", "granted: false", `granted: false, reason: "\u202e"`} {
			refused(`decideExemption(input: {ref: "REF", `+decision+`}) { closedGap }`, hiddenRequest, hiddenRequest+"-no")
		}
	}
	// Who may issue and ask for another publisher meets the ref alone.
	headers := map[string][]string{"Authorization": {"Bearer " + pgtest.Account(
		t,
		db,
		"another",
		account.Grant{
			Role:     account.Clerk,
			NodeCode: "530523",
			From:     from,
		},
		account.Grant{Role: account.Supervisor, NodeCode: "5305", From: from},
	)}}
	for _, mutation := range []string{
		`issueOrder(input: {ref: "` + hiddenOrder + `", issuerCode: "5305", publisherCode: "530523", kind: URGE, text: "请办", workingDays: 2}) { order { ref } }`,
		`askExemption(input: {ref: "` + hiddenRequest + `", publisherCode: "530523", entryCode: "1.1", from: "2030-01-01", reason: "停"}) { closedGap }`,
	} {
		r := s.askWith(headers, "mutation { "+mutation+" }", nil)
		told := strings.NewReplacer(hiddenOrder, "", hiddenRequest, "").Replace(asJSON(r))
		if r.code() != "CONFLICT" || strings.Contains(told, secretMark) || strings.Contains(told, rightsTownship) ||
			strings.Contains(told, "5331") {
			t.Errorf("%s: %s", mutation, told)
		}
	}
}
