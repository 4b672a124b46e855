package acceptance

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// seenEvents tells with each message how many documents the caller sees.
const seenEvents = `subscription($code: String!, $after: String) { gapEvents(code: $code, after: $after) {
	token publisher { disclosures { totalCount } } } }`

func seen(t *testing.T, message *reply) int {
	t.Helper()
	if len(message.Errors) > 0 {
		t.Fatalf("%+v", message.Errors)
	}
	return int(at(t, message.Data, "gapEvents", "publisher", "disclosures", "totalCount").(float64))
}

// lookout is a demo world in which a document of a publisher is hidden, and accounts that
// see it.
type lookout struct {
	*service // for anybody
	writer   *service
	accounts *register.Accounts
	cell     [2]string
	public   int    // documents that all see once the cell is covered
	hidden   int    // those that only some see
	after    string // a token before anything happened
}

func lookoutOn(t *testing.T, change func(*server.Options)) *lookout {
	t.Helper()
	db, accounts := people(t, noon)
	w := &lookout{service: serve(t, db, change), writer: serveTrusted(t, db, nil), accounts: accounts}
	w.cell = closable(t, w.writer, 1)[0]
	w.writer.data(`mutation($input: RegisterDisclosureInput!) { registerDisclosure(input: $input) { cell { status } } }`,
		map[string]any{"input": map[string]any{
			"ref":           "hidden-1",
			"publisherCode": w.cell[0],
			"entryCode":     w.cell[1],
			"title":         "秘密",
			"attribute":     "NOT_DISCLOSED",
			"formedOn":      "2026-11-20",
		}})
	f := w.followEvents(liveCoverage, map[string]any{"code": w.cell[0]})
	w.after = at(t, f.next().Data, "liveCoverage", "token").(string)
	f.cut()
	documents := func(s *service) int {
		return int(at(t, s.data(`query($code: String!) { administrativeNode(code: $code) { disclosures { totalCount } } }`,
			map[string]any{"code": w.cell[0]}), "administrativeNode", "disclosures", "totalCount").(float64))
	}
	w.public = 1 + documents(w.service)
	w.hidden = 1 + documents(w.writer) - w.public
	return w
}

// happens opens or closes the cell, a publication with each even number.
func (w *lookout) happens(n int) {
	w.t.Helper()
	written(w.t, opensAndCloses(w.writer, w.cell[0], w.cell[1], n), []string{"registerDisclosure", "withdrawDocument"}[n%2])
}

// clerk makes an account that sees what is hidden of the publisher.
func (w *lookout) clerk(name string) (token string) {
	w.t.Helper()
	grant := account.Grant{Role: account.Clerk, NodeCode: "533102", From: calendar.Date(2020, 1, 1)}
	mustDo(w.t, w.accounts.Add(context.Background(), register.NewAccount{
		Account: account.Account{Name: name, Grants: []account.Grant{grant}}, Password: password + name,
	}))
	token, err := w.accounts.AddToken(context.Background(), name, store.Token{ExpiresAt: noon().AddDate(0, 1, 0)})
	mustDo(w.t, err)
	return token
}

// TestRightsOfEachMessage: each message shows what who asks may see then. A token that is
// good no more ends it, and the connection; a session that is none counts as none.
func TestRightsOfEachMessage(t *testing.T) {
	t.Parallel()
	w := lookoutOn(t, nil)
	token := w.clerk("clerk1")
	cookie, _ := w.signIn("clerk1", password+"clerk1")
	variables := map[string]any{"code": w.cell[0]}
	byToken := map[string]*following{
		"events":               w.followEvents(seenEvents, variables, "Authorization", "Bearer "+token),
		"WebSocket by header":  w.followSocket(seenEvents, variables, "Authorization", "Bearer "+token),
		"WebSocket by payload": w.followSocket(seenEvents, variables, "Init", "Bearer "+token),
	}
	byCookie := map[string]*following{
		"events": w.followEvents(
			seenEvents,
			variables,
			"Cookie",
			cookie,
		),
		"WebSocket": w.followSocket(seenEvents, variables, "Cookie", cookie),
	}
	nobody := w.followSocket(seenEvents, map[string]any{"code": w.cell[0], "after": w.after})
	w.settled(6)
	w.happens(0)
	for name, f := range byToken {
		if got := seen(t, f.next()); got != w.public+w.hidden {
			t.Errorf("%s by token: %d documents, want %d", name, got, w.public+w.hidden)
		}
	}
	for name, f := range byCookie {
		if got := seen(t, f.next()); got != w.public+w.hidden {
			t.Errorf("%s by cookie: %d documents, want %d", name, got, w.public+w.hidden)
		}
	}
	if got := seen(t, nobody.next()); got != w.public {
		t.Errorf("nobody sees %d documents, want %d", got, w.public)
	}
	mustDo(t, w.accounts.Disable(context.Background(), "clerk1"))
	w.happens(1)
	for name, f := range byToken {
		if message := f.next(); message.code() != "UNAUTHENTICATED" || message.Data != nil {
			t.Errorf("%s by a token that is good no more: %+v", name, message)
		}
		if end := f.over(); strings.HasPrefix(name, "WebSocket") && end != "error StatusCode(4401)" ||
			name == "events" && end != "complete" {
			t.Errorf("%s by a token that is good no more ends with %s", name, end)
		}
	}
	for name, f := range byCookie {
		if got := seen(t, f.next()); got != w.public {
			t.Errorf("%s by a session that is over: %d documents, want %d", name, got, w.public)
		}
	}
}

// settled waits until so many subscriptions are open.
func (s *service) settled(count int) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); s.number("reliefgraph_subscriptions") != count; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("%d subscriptions are open, want %d", s.number("reliefgraph_subscriptions"), count)
		}
	}
}

// TestWhoMayOpenASocket: no page of another origin, unless it is allowed, and none with the
// cookie.
func TestWhoMayOpenASocket(t *testing.T) {
	t.Parallel()
	const allowed, foreign = "https://portal.example", "https://evil.example"
	w := lookoutOn(t, func(o *server.Options) { o.AllowedOrigins = []string{allowed} })
	token := w.clerk("clerk1")
	cookie, _ := w.signIn("clerk1", password+"clerk1")
	w.happens(0)
	own := w.url
	opens, signedIn := 1, 2
	for name, c := range map[string]struct {
		want    int // 0: is refused
		headers []string
	}{
		"no page":                                   {opens, nil},
		"no page, with the cookie":                  {signedIn, []string{"Cookie", cookie}},
		"own page":                                  {opens, []string{"Origin", own}},
		"own page, with the cookie":                 {signedIn, []string{"Origin", own, "Cookie", cookie}},
		"own page as browsers say":                  {signedIn, []string{"Origin", own, "Sec-Fetch-Site", "same-origin", "Cookie", cookie}},
		"own page, with a token":                    {signedIn, []string{"Origin", own, "Init", "Bearer " + token}},
		"another site":                              {0, []string{"Origin", foreign}},
		"another site, with the cookie":             {0, []string{"Origin", foreign, "Cookie", cookie}},
		"another site, with a token in the payload": {0, []string{"Origin", foreign, "Init", "Bearer " + token}},
		"another site as browsers say":              {0, []string{"Origin", foreign, "Sec-Fetch-Site", "cross-site", "Cookie", cookie}},
		"another site that says it is led here":     {0, []string{"Origin", foreign, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Cookie", cookie}},
		"another port":                              {0, []string{"Origin", "http://127.0.0.1:1", "Cookie", cookie}},
		"another port as browsers say":              {0, []string{"Origin", "http://127.0.0.1:1", "Sec-Fetch-Site", "same-site", "Cookie", cookie}},
		"a file":                                    {0, []string{"Origin", "null", "Cookie", cookie}},
		"an allowed site":                           {opens, []string{"Origin", allowed}},
		"an allowed site, with the cookie":          {opens, []string{"Origin", allowed, "Cookie", cookie}},
		"an allowed site, with a token":             {signedIn, []string{"Origin", allowed, "Init", "Bearer " + token}},
		"a program that names an origin":            {signedIn, []string{"Origin", foreign, "Authorization", "Bearer " + token}},
	} {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		conn, response, err := w.openSocket(ctx, c.headers...) //nolint:bodyclose // the library closes it
		if conn != nil {
			conn.CloseNow()
		}
		cancel()
		if c.want == 0 {
			if err == nil || response == nil || response.StatusCode != http.StatusForbidden {
				t.Errorf("%s is not refused: %v", name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s is refused: %v", name, err)
			continue
		}
		f := w.followSocket(seenEvents, map[string]any{"code": w.cell[0], "after": w.after}, c.headers...)
		if got := seen(t, f.next()); got != w.public+(c.want-1)*w.hidden {
			t.Errorf("%s: %d documents, want %d", name, got, w.public+(c.want-1)*w.hidden)
		}
		f.cut()
	}
	f := w.followSocket(seenEvents, map[string]any{"code": w.cell[0]}, "Init", "Bearer rg_wrong")
	if end := f.over(); end != "StatusCode(4401)" {
		t.Errorf("a token that is none: %s", end)
	}
}

// TestSocketsAreForSubscriptions: a WebSocket answers nothing else, and speaks one protocol.
func TestSocketsAreForSubscriptions(t *testing.T) {
	t.Parallel()
	s := serveTrusted(t, demo(t), nil)
	for name, c := range map[string]struct{ document, code string }{
		"a question": {`{ roots { code } }`, "INVALID_INPUT"},
		"a write":    {`mutation { withdrawDocument(input: {ref: "x", withdrawnOn: "2026-01-01"}) { cell { status } } }`, "INVALID_INPUT"},
		"garbled":    {`subscription {`, "GRAPHQL_PARSE_FAILED"},
		"no field":   {`subscription { nothing }`, "GRAPHQL_VALIDATION_FAILED"},
		"too deep":   {deepSubscription(), "TOO_COMPLEX"},
		"nothing":    {``, "INVALID_INPUT"},
		"two things": {`subscription { a: liveCoverage(code: "53") { token } b: liveCoverage(code: "53") { token } }`, "INVALID_INPUT"},
		"its kind":   {`subscription { __typename }`, "GRAPHQL_VALIDATION_FAILED"},
	} {
		message := s.followSocket(c.document, nil).next()
		if message.code() != c.code || message.Data != nil {
			t.Errorf("%s: %+v", name, message)
		}
		if len(message.Errors) > 0 && message.Errors[0].Extensions["requestId"] == nil {
			t.Errorf("%s names no request", name)
		}
	}
	for _, protocols := range [][]string{nil, {"graphql-ws"}, {"other"}} {
		conn, response, err := websocket.Dial(context.Background(), s.url+"/graphql", //nolint:bodyclose // the library closes it
			&websocket.DialOptions{Subprotocols: protocols})
		if err == nil {
			conn.CloseNow()
		}
		if err == nil || response == nil || response.StatusCode != http.StatusBadRequest {
			t.Errorf("the protocols %v: %v", protocols, err)
		}
	}
	post := s.ask(`subscription { liveCoverage(code: "53") { token } }`, nil)
	if post.status != http.StatusNotAcceptable || post.code() != "INVALID_INPUT" {
		t.Errorf("by POST: %+v", post)
	}
	for accept, want := range map[string]int{
		"text/event-stream": http.StatusNotAcceptable, "text/event-stream;q=0": http.StatusNotAcceptable,
		"text/event-stream, application/json": http.StatusOK,
	} {
		if got := s.send("GET", "/graphql?query=%7Broots%7Bcode%7D%7D", "", "Accept", accept); got.StatusCode != want {
			t.Errorf("a question by GET for %s: %d %s", accept, got.StatusCode, got.content)
		}
	}
}

func deepSubscription() string {
	return `subscription { gapEvents(code: "53") { publisher { ` + strings.Repeat(
		"parent { ",
		30,
	) + "code" + strings.Repeat(
		" }",
		30,
	) + " } } }"
}
