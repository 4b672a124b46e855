package acceptance

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/server"
)

// TestPlacesToGoOnFrom: what is no token of this database's subscriptions is refused, and so is one
// after which something is no longer kept.
func TestPlacesToGoOnFrom(t *testing.T) {
	t.Parallel()
	w := lookoutOn(t, nil)
	db := demo(t)
	if _, err := db.DB().Exec("UPDATE database_identity SET id = gen_random_uuid()"); err != nil { // else it is a copy
		t.Fatal(err)
	}
	another := at(t, serve(t, db, nil).followEvents(liveCoverage, map[string]any{"code": "53"}).next().Data, "liveCoverage", "token").(string)
	w.happens(0)
	f := w.followEvents(liveCoverage, map[string]any{"code": w.cell[0]})
	good := at(t, f.next().Data, "liveCoverage", "token").(string)
	f.cut()
	cursor := at(t, w.data(`{ administrativeNodes(search: "533102", first: 1) { pageInfo { endCursor } } }`, nil), "administrativeNodes", "pageInfo", "endCursor").(string)
	other := "A" // than what it begins with
	if good[:1] == other {
		other = "B"
	}
	bad := map[string]string{
		"garbage": "garbage", "empty": "", "zero": "0", "negative": "-1", "too large": "99999999999999999999", "blank": " ",
		"cut": good[:len(good)-1], "longer": good + "A", "changed": other + good[1:], "twice": good + good,
		"a cursor": cursor, "of another database": another, "no text": "\x00", "huge": strings.Repeat("A", 5000),
	}
	for _, by := range ways {
		for name, token := range bad {
			f := by.follow(w.service, gapEvents, map[string]any{"code": w.cell[0], "after": token})
			message := f.next()
			if message.code() != "INVALID_INPUT" || message.Data != nil || message.Errors[0].Extensions["field"] != "after" {
				t.Errorf("%s, %s: %+v", by.name, name, message)
			}
			if end := f.over(); by.name == "events" && end != "complete" || by.name == "WebSocket" && end != "error" && end != "complete" {
				t.Errorf("%s, %s ends with %s", by.name, name, end)
			}
		}
	}
	headed := w.followEvents(gapEvents, map[string]any{"code": w.cell[0]}, "Last-Event-ID", "garbage")
	if message := headed.next(); message.code() != "INVALID_INPUT" {
		t.Errorf("Last-Event-ID: %+v", message)
	}
	w.forgets()
	for _, by := range ways {
		message := by.follow(w.service, gapEvents, map[string]any{"code": w.cell[0], "after": w.after}).next()
		if message.code() != "INVALID_INPUT" || !strings.Contains(message.Errors[0].Message, "no longer kept") {
			t.Errorf("%s, what came after it is gone: %+v", by.name, message)
		}
	}
	n := 1
	for _, by := range ways {
		n = w.goesOn(by, n)
	}
}

// forgets takes out all events that there are.
func (w *lookout) forgets() {
	w.t.Helper()
	if more, err := w.db.ForgetGapEvents(context.Background(), time.Now().Add(time.Hour), 1<<40); err != nil || !more {
		w.t.Fatal(more, err)
	}
}

// goesOn: nothing is missed after a place that a server gives when all before it is gone.
// While a transaction is open, of any database of the cluster, it cannot be told: that ends.
func (w *lookout) goesOn(by way, n int) (next int) {
	w.t.Helper()
	for tries := 0; ; tries++ {
		fresh := serve(w.t, w.db, nil)
		figures := fresh.followEvents(liveCoverage, map[string]any{"code": w.cell[0]})
		place := at(w.t, figures.next().Data, "liveCoverage", "token").(string)
		figures.cut()
		w.happens(n)
		events := by.follow(fresh, gapEvents, map[string]any{"code": w.cell[0], "after": place})
		message := events.next()
		events.cut()
		w.happens(n + 1)
		n += 2
		w.forgets()
		if message.code() == "INVALID_INPUT" && tries < 20 {
			time.Sleep(3 * time.Second)
			continue
		}
		if c, _ := changeIn(w.t, message); c.after != "MISSING" {
			w.t.Errorf("%s, after the last that is gone: %+v", by.name, message)
		}
		return n
	}
}

// TestReadersThatTakeNothing: nothing is gathered for a reader that takes no messages; it
// is cut off, others go on, and it goes on itself after the last that it took.
func TestReadersThatTakeNothing(t *testing.T) {
	t.Parallel()
	db := manyDocuments(t)
	s := served(t, db, func(o *server.Options) { o.Limits.ReadersPatience = time.Second })
	writer := serveTrusted(t, db, nil)
	const large = `subscription($code: String!, $after: String) { gapEvents(code: $code, after: $after) { token before after publisherCode entryCode entry { code }
		publisher { code ancestors { disclosures(first: 500) { nodes { id title documentNumber } } } } } }`
	cell := closable(t, writer, 1)[0]
	const rounds = 24
	document := url.Values{"query": {large}, "variables": {fmt.Sprintf(`{"code": %q}`, "533102")}}.Encode()
	raw, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	raw.(*net.TCPConn).SetReadBuffer(4 << 10)
	fmt.Fprintf(raw, "GET /graphql?%s HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n", document)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	conn, _, err := s.openSocket(ctx) //nolint:bodyclose // the library closes it
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	if _, _, err := conn.Read(ctx); err != nil { // connection_ack, and nothing after it
		t.Fatal(err)
	}
	s.say(
		ctx,
		conn,
		socketMessage{
			ID:      "1",
			Type:    "subscribe",
			Payload: []byte(fmt.Sprintf(`{"query": %q, "variables": {"code": "533102"}}`, strings.Join(strings.Fields(large), " "))),
		},
	)
	good := s.followEvents(gapEvents, map[string]any{"code": "533102"})
	s.settled(3)
	var tokens []string
	var want []change
	for n := range rounds {
		written(t, opensAndCloses(writer, cell[0], cell[1], n), []string{"registerDisclosure", "withdrawDocument"}[n%2])
		c, token := changeIn(t, good.next())
		tokens, want = append(tokens, token), append(want, c)
	}
	s.settled(1)
	again := s.followSocket(large, map[string]any{"code": "533102", "after": tokens[0]})
	for n := 1; n < rounds; n++ {
		message := again.next()
		event := at(t, message.Data, "gapEvents").(map[string]any)
		if got := (change{event["publisherCode"].(string), event["entryCode"].(string), event["before"].(string), event["after"].(string)}); got != want[n] {
			t.Errorf("%d: %v, want %v", n, got, want[n])
		}
	}
}

// TestPlacesOfSubscriptions: one caller leaves places to others, and is told when to come
// again; accounts have places of their own.
func TestPlacesOfSubscriptions(t *testing.T) {
	t.Parallel()
	w := lookoutOn(t, func(o *server.Options) { o.Limits.Subscriptions = 8 }) // two for each
	variables := map[string]any{"code": w.cell[0]}
	held := []*following{w.followEvents(liveCoverage, variables), w.followSocket(liveCoverage, variables)}
	for _, f := range held {
		f.next()
	}
	for _, by := range ways {
		f := by.follow(w.service, liveCoverage, variables)
		if message := f.next(); message.code() != "UNAVAILABLE" || message.retryAfter() == 0 {
			t.Errorf("%s beyond one's places: %+v", by.name, message)
		}
		f.cut()
	}
	signedIn := w.followEvents(liveCoverage, variables, "Authorization", "Bearer "+w.clerk("clerk1"))
	if message := signedIn.next(); message.code() != "" {
		t.Errorf("an account: %+v", message)
	}
	held[0].cut()
	w.settled(2)
	if message := w.followEvents(liveCoverage, variables).next(); message.code() != "" {
		t.Errorf("where one has ended: %+v", message)
	}
}

// TestStoppingEndsSubscriptions: a server that is told to stop ends all of them, says so,
// and has ended itself soon; what was missed is told by another.
func TestStoppingEndsSubscriptions(t *testing.T) {
	t.Parallel()
	w := lookoutOn(t, nil)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var stopping *server.Server
	s := serve(t, w.db, func(o *server.Options) { stopping = server.New(*o) })
	s.url = "http://" + listener.Addr().String()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- stopping.Serve(ctx, listener) }()
	variables := map[string]any{"code": w.cell[0]}
	follows := map[string]*following{
		"complete":        s.followEvents(gapEvents, variables),
		"StatusGoingAway": s.followSocket(gapEvents, variables),
	}
	s.settled(2)
	var last string
	w.happens(0)
	for _, f := range follows {
		_, last = changeIn(t, f.next())
	}
	stop()
	for want, f := range follows {
		if end := f.over(); end != want {
			t.Errorf("it ends with %s, want %s", end, want)
		}
	}
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Error("it does not end")
	}
	w.happens(1)
	if c, _ := changeIn(t, w.followEvents(gapEvents, map[string]any{"code": w.cell[0], "after": last}).next()); c.after != "MISSING" {
		t.Errorf("on another server: %+v", c)
	}
}

// TestNobodyFollows: without anybody who follows the database is not looked at.
func TestNobodyFollows(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	f := s.followEvents(liveCoverage, map[string]any{"code": "533102"})
	f.next()
	looks := func() int { return s.number(`reliefgraph_looks_total{result="succeeded"}`) }
	begun := looks()
	pgtest.Eventually(t, "it is looked at", func() bool { return looks() > begun })
	f.cut()
	s.settled(0)
	pgtest.Eventually(t, "it is looked at no more", func() bool {
		before := looks()
		time.Sleep(600 * time.Millisecond) // three times as long as between looks
		return looks() == before
	})
	if response := s.send("GET", "/graphql?query=%7Broots%7Bcode%7D%7D", ""); response.StatusCode != http.StatusOK {
		t.Errorf("%d", response.StatusCode)
	}
}
