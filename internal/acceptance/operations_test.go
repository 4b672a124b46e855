package acceptance

import (
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestOperations: the contract's operations, as they stand in their file, fit
// the schema, and the tests ask every one of them.
func TestOperations(t *testing.T) {
	t.Parallel()
	schema := parsedSchema(t)
	content, err := os.ReadFile("../../docs/contract/operations.graphql")
	if err != nil {
		t.Fatal(err)
	}
	document, faults := gqlparser.LoadQuery(schema, string(content))
	if len(faults) > 0 {
		t.Fatalf("the contract does not fit the schema: %v", faults)
	}
	var names []string
	for _, operation := range document.Operations {
		names = append(names, operation.Name)
	}
	slices.Sort(names)
	if difference := cmp.Diff(names, slices.Sorted(maps.Keys(contract(t)))); difference != "" {
		t.Errorf("the tests ask other operations than the contract has:\n%s", difference)
	}
	if len(names) != 39 {
		t.Errorf("%d operations, not 39", len(names))
	}
	for name, text := range contract(t) {
		if _, faults := gqlparser.LoadQuery(schema, text); len(faults) > 0 {
			t.Errorf("%s alone with its fragments: %v", name, faults)
		}
	}
}

// TestContractWrites: the contract's mutations, with the variables of the
// playground's tabs, write what they say.
func TestContractWrites(t *testing.T) {
	t.Parallel()
	s := serveTrusted(t, demo(t), nil)
	operations, ready := contract(t), variables(t)
	registered := at(t, s.data(operations["Register"], ready["Register"]), "registerDisclosure", "disclosure")
	if at(t, registered, "ref") != at(t, ready["Register"], "input", "ref") {
		t.Errorf("registered: %v", registered)
	}
	publishing := ready["Publish"]
	publishing["id"] = at(t, registered, "id")
	published := at(t, s.data(operations["Publish"], publishing), "publishDisclosure", "disclosure", "publishedOn")
	if published != publishing["publishedOn"] {
		t.Errorf("published on %v", published)
	}
	movement := at(t, s.data(operations["RecordRelief"], ready["RecordRelief"]), "recordReliefMovement", "movement")
	if at(t, movement, "funds") != "50000.00" {
		t.Errorf("recorded: %v", movement)
	}
	if title := at(
		t,
		s.data(operations["AddNews"], ready["AddNews"]),
		"addNews",
		"news",
		"title",
	); title != at(
		t,
		ready["AddNews"],
		"input",
		"title",
	) {
		t.Errorf("news: %v", title)
	}
	asIssuer(ready)
	for _, step := range contractSteps {
		if value := follow(s.data(operations[step.name], ready[step.name]), step.path); value != step.becomes {
			t.Errorf("%s: %s is %v, not %v", step.name, step.path, value, step.becomes)
		}
	}
	mustVerify(t, s.db)
}

// asIssuer lets the trusted account issue, whose node is the nation.
func asIssuer(ready map[string]map[string]any) {
	ready["IssueOrder"]["input"].(map[string]any)["issuerCode"] = "CN"
}

// contractSteps are the contract's mutations about orders and exemptions, in an order in
// which they may follow one another, and what each answers with the variables of the
// playground.
var contractSteps = []struct {
	name, path string
	becomes    any
}{
	{"IssueOrder", "issueOrder.order.dueOn", "2026-12-08"},
	{"ReceiveOrder", "receiveOrder.order.state", "RECEIVED"},
	{"AnswerOrder", "answerOrder.order.timeliness", "ON_TIME"},
	{"ReturnOrder", "returnOrder.order.dueOn", "2026-12-01"},
	{"AcceptOrder", "acceptOrder.order.state", "ACCEPTED"},
	{"AskExtension", "askExtension.order.pendingExtension.newDueOn", "2026-12-15"},
	{"DecideExtension", "decideExtension.order.dueOn", "2026-12-09"},
	{"RemarkOnOrder", "remarkOnOrder.order.state", nil},
	{"WithdrawOrder", "withdrawOrder.order.state", "WITHDRAWN"},
	{"AskExemption", "askExemption.request.ref", "demo-5"},
	{"DecideExemption", "decideExemption.request.decision", "GRANTED"},
}

// TestContractFollowed: the contract's subscriptions, with the variables of the
// playground, tell the figures and what a write does to gaps; by a token for trusted
// documents alone too, which follows no others.
func TestContractFollowed(t *testing.T) {
	t.Parallel()
	db, accounts := people(t, noon)
	s, writer := serve(t, db, nil), serveTrusted(t, db, nil)
	operations, ready := contract(t), variables(t)
	pgtest.Account(t, db, "app")
	token, err := accounts.AddToken(t.Context(), "app", store.Token{TrustedDocuments: true, ExpiresAt: noon().AddDate(0, 1, 0)})
	mustDo(t, err)
	headers := []string{"Authorization", "Bearer " + token}
	cell := closable(t, writer, 1)[0]
	coverage := at(t, s.data(operations["CoverageByChild"], map[string]any{"code": "533102"}), "administrativeNode", "coverage")
	for n, by := range ways {
		figures := []*following{
			by.follow(s, operations["LiveCoverage"], ready["LiveCoverage"]),
			by.follow(s, trustedDocument(t, "LiveCoverage"), ready["LiveCoverage"], headers...),
		}
		events := []*following{
			by.follow(s, operations["GapEvents"], ready["GapEvents"]),
			by.follow(s, trustedDocument(t, "GapEvents"), ready["GapEvents"], headers...),
		}
		for _, f := range figures {
			if difference := cmp.Diff(coverage, at(t, f.next().Data, "liveCoverage", "coverage")); n == 0 && difference != "" {
				t.Errorf("%s: other figures than are asked for:\n%s", by.name, difference)
			}
		}
		s.settled(4)
		status := written(t, opensAndCloses(writer, cell[0], cell[1], n), []string{"registerDisclosure", "withdrawDocument"}[n])
		for _, f := range events {
			told := at(t, f.next().Data, "gapEvents")
			if at(t, told, "publisher", "code") != cell[0] || at(t, told, "entry", "code") != cell[1] || at(t, told, "after") != status {
				t.Errorf("%s: %v %s was told as %v", by.name, cell, status, told)
			}
		}
		for _, f := range append(figures, events...) {
			f.cut()
		}
		s.settled(0)
	}
	byHand := operations["LiveCoverage"] + " # by hand"
	if message := s.followSocket(byHand, ready["LiveCoverage"], headers...).next(); message.code() != "FORBIDDEN" {
		t.Errorf("another document by a token for trusted ones: %+v", message)
	}
	headers = append(headers, "Accept", "text/event-stream")
	if answer := s.send(
		"GET",
		"/graphql?query="+url.QueryEscape(byHand)+"&variables=%7B%22code%22:%2253%22%7D",
		"",
		headers...); answer.StatusCode != http.StatusForbidden {
		t.Errorf("another document by a token for trusted ones, as events: %d %s", answer.StatusCode, answer.content)
	}
}

// TestWritesTakeAnAccount: without one every mutation of the contract is refused and
// writes nothing.
func TestWritesTakeAnAccount(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s := serve(t, db, nil)
	count := func() (facts int) {
		const sum = `SELECT (SELECT count(*) FROM disclosure) + (SELECT count(*) FROM news) + (SELECT count(*) FROM relief_movement) +
			(SELECT count(*) FROM supervision_order) + (SELECT count(*) FROM order_event) + (SELECT count(*) FROM exemption_request)`
		if err := db.DB().QueryRow(sum).Scan(&facts); err != nil {
			t.Fatal(err)
		}
		return facts
	}
	before := count()
	operations, ready := contract(t), variables(t)
	names := []string{"Register", "Publish", "RecordRelief", "AddNews"}
	for _, step := range contractSteps {
		names = append(names, step.name)
	}
	for _, name := range names {
		if r := s.ask(operations[name], ready[name]); r.code() != "UNAUTHENTICATED" {
			t.Errorf("%s: %q %+v", name, r.code(), r.Errors)
		}
	}
	if r := s.ask(withdrawMutation, map[string]any{"id": ready["NodeHome"]["id"], "on": "2026-11-24"}); r.code() != "UNAUTHENTICATED" {
		t.Errorf("withdrawing: %q %+v", r.code(), r.Errors)
	}
	if after := count(); after != before {
		t.Errorf("%d facts were written", after-before)
	}
}
