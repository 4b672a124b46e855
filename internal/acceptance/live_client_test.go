package acceptance

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// following is a subscription as a client has it.
type following struct {
	t        testing.TB
	messages chan *reply
	ended    chan struct{} // closed when no more comes
	end      string        // how it ended, once it has: complete, error, a close code, or cut
	cut      func()        // as a line is cut
}

// patience is how long a message may take that must come.
const patience = 30 * time.Second

// next is the next message.
func (f *following) next() *reply {
	f.t.Helper()
	select {
	case message := <-f.messages:
		return message
	case <-time.After(patience):
		f.t.Fatal("no message came")
		return nil
	}
}

// over waits for the end, and tells how it was; messages that came before are in the way.
func (f *following) over() string {
	f.t.Helper()
	select {
	case <-f.ended:
		return f.end
	case <-time.After(patience):
		f.t.Fatal("it does not end")
		return ""
	}
}

// way is a transport.
type way struct {
	name   string
	follow func(s *service, document string, variables map[string]any, headers ...string) *following
}

var ways = []way{{"events", (*service).followEvents}, {"WebSocket", (*service).followSocket}}

// mailbox holds what comes, for tests that look later.
const mailbox = 10_000

// followEvents subscribes by events; the headers come in pairs.
func (s *service) followEvents(document string, variables map[string]any, headers ...string) *following {
	s.t.Helper()
	given, err := json.Marshal(variables)
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cut := context.WithCancel(context.Background())
	s.t.Cleanup(cut)
	address := s.url + "/graphql?" + url.Values{"query": {document}, "variables": {string(given)}}.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Accept", "text/event-stream")
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	if kind := response.Header.Get("Content-Type"); response.StatusCode != http.StatusOK || !strings.HasPrefix(kind, "text/event-stream") {
		s.t.Fatalf("%d %s", response.StatusCode, kind)
	}
	f := &following{t: s.t, messages: make(chan *reply, mailbox), ended: make(chan struct{}), end: "cut", cut: cut}
	go func() {
		defer response.Body.Close()
		defer close(f.ended)
		lines := bufio.NewScanner(response.Body)
		lines.Buffer(nil, 16<<20)
		event := ""
		for lines.Scan() {
			switch name, value, _ := strings.Cut(lines.Text(), ": "); name {
			case "event":
				if event = value; event == "complete" {
					f.end = event
					return
				}
			case "data":
				message := &reply{}
				if err := json.Unmarshal([]byte(value), message); err != nil {
					f.end = "no JSON: " + value
					return
				}
				f.messages <- message
			}
		}
	}()
	return f
}

// socketMessage is one of the protocol graphql-transport-ws.
type socketMessage struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// openSocket opens a WebSocket and begins with it; `Init` among the headers is what is
// sent in the beginning.
func (s *service) openSocket(ctx context.Context, headers ...string) (*websocket.Conn, *http.Response, error) {
	s.t.Helper()
	given, payload := http.Header{}, "{}"
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Init" {
			payload = `{"Authorization":"` + headers[i+1] + `"}`
			continue
		}
		given.Set(headers[i], headers[i+1])
	}
	conn, response, err := websocket.Dial(ctx, s.url+"/graphql", &websocket.DialOptions{
		HTTPHeader: given, Subprotocols: []string{"graphql-transport-ws"},
	})
	if err != nil {
		return nil, response, err
	}
	conn.SetReadLimit(16 << 20)
	s.say(ctx, conn, socketMessage{Type: "connection_init", Payload: json.RawMessage(payload)})
	return conn, response, nil
}

func (s *service) say(ctx context.Context, conn *websocket.Conn, message socketMessage) {
	s.t.Helper()
	content, err := json.Marshal(message)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := conn.Write(ctx, websocket.MessageText, content); err != nil {
		s.t.Fatal(err)
	}
}

// followSocket subscribes by a WebSocket of its own.
func (s *service) followSocket(document string, variables map[string]any, headers ...string) *following {
	s.t.Helper()
	ctx, cut := context.WithCancel(context.Background())
	s.t.Cleanup(cut)
	conn, _, err := s.openSocket(ctx, headers...) //nolint:bodyclose // the library closes it
	if err != nil {
		s.t.Fatal(err)
	}
	payload, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	if err != nil {
		s.t.Fatal(err)
	}
	f := &following{t: s.t, messages: make(chan *reply, mailbox), ended: make(chan struct{}), end: "cut", cut: func() {
		conn.CloseNow()
		cut()
	}}
	s.t.Cleanup(f.cut)
	go func() {
		defer close(f.ended)
		for {
			_, content, err := conn.Read(ctx)
			if err != nil {
				if code := websocket.CloseStatus(err); code >= 0 {
					f.end = strings.TrimPrefix(f.end+" "+code.String(), "cut ")
				}
				return
			}
			var message socketMessage
			if err := json.Unmarshal(content, &message); err != nil {
				f.end = "no JSON: " + string(content)
				return
			}
			switch message.Type {
			case "connection_ack":
				s.say(ctx, conn, socketMessage{ID: "1", Type: "subscribe", Payload: payload})
			case "next":
				told := &reply{}
				if err := json.Unmarshal(message.Payload, told); err != nil {
					f.end = "no JSON: " + string(content)
					return
				}
				f.messages <- told
			case "error":
				told := &reply{}
				if err := json.Unmarshal(message.Payload, &told.Errors); err != nil {
					f.end = "no JSON: " + string(content)
					return
				}
				f.messages <- told
				if f.end = "error"; told.code() != "UNAUTHENTICATED" {
					return // else the connection is closed too
				}
			case "complete":
				f.end = "complete"
				return
			}
		}
	}()
	return f
}
