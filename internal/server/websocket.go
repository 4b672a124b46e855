package server

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	handler "github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/coder/websocket"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

const (
	// socketProtocol is the one that is spoken.
	socketProtocol = "graphql-transport-ws"
	// initPatience is how long a connection may say nothing before it begins.
	initPatience = 10 * time.Second
	// closeUnauthenticated is the protocol's code for who may not be here.
	closeUnauthenticated = 4401
)

func asksForWebSocket(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

// socket opens WebSockets, for subscriptions alone.
type socket struct{ *Server }

var _ graphql.Transport = socket{}

// Supports takes what asks for a WebSocket.
func (socket) Supports(r *http.Request) bool { return asksForWebSocket(r) }

// mayOpen tells whether a WebSocket is opened. A browser opens one to anywhere for any
// page, with the cookie, and lets the page read what comes: so only for pages of this
// server and of the origins set. Who brings a token in a header is no page.
func (s *Server) mayOpen(r *http.Request) bool {
	if _, given := bearer(r); given || r.Header.Get("Origin") == "" {
		return true
	}
	address, err := url.Parse(r.Header.Get("Origin"))
	return s.allowed(r) || err == nil && strings.EqualFold(address.Host, r.Host) && ofOwnPage(r)
}

// Do speaks on one.
func (t socket) Do(w http.ResponseWriter, r *http.Request, executor graphql.GraphExecutor) {
	switch {
	case !t.mayOpen(r):
		t.refuseForeign(w, r)
		return
	case !speaks(r):
		t.refuse(w, mediaJSON, http.StatusBadRequest, "the WebSocket's protocol (Sec-WebSocket-Protocol) is "+socketProtocol)
		return
	}
	leave, err := t.sockets.take(caller(r))
	if err != nil {
		t.refuseWith(w, r, err)
		return
	}
	defer leave()
	note(r.Context()).streamed = true
	ctx, cancel := t.until(r.Context())
	defer cancel()
	id := w.Header().Get(requestIDHeader)
	c := &connection{server: t.Server}
	of := &stream{from: r, again: func(ctx context.Context) (identity, error) { return t.identify(r.WithContext(ctx)) }}
	of.fail, of.expel = t.subscriptionError(id), func() { c.expelled.Store(true) }
	begin := func(ctx context.Context, payload handler.InitPayload) (context.Context, *handler.InitPayload, error) {
		if given := payload.Authorization(); given != "" {
			with := r.Clone(ctx)
			with.Header.Set("Authorization", given)
			who, err := t.identify(with)
			if err != nil || who.token == nil {
				return handler.WithWebsocketCloseCode(ctx, closeUnauthenticated), nil, errToken
			}
			noteAccount(ctx, who)
			of.again = func(ctx context.Context) (identity, error) { return t.identify(with.WithContext(ctx)) }
			ctx = context.WithValue(ctx, identityKey{}, who)
		}
		return ctx, nil, nil
	}
	t.open.Add(1)
	defer t.open.Done()
	most := t.options.Limits.BodyBytes
	handler.Websocket{
		Implementation: c, InitFunc: begin, InitTimeout: initPatience, PayloadReadLimit: &most,
	}.Do(w, r.WithContext(context.WithValue(ctx, streamKey{}, of)), subscribing{executor, t.Server, of, id})
	c.closed()
}

// speaks tells whether a client offers the protocol.
func speaks(r *http.Request) bool {
	for _, offered := range strings.Split(strings.Join(r.Header.Values("Sec-WebSocket-Protocol"), ","), ",") {
		if strings.TrimSpace(offered) == socketProtocol {
			return true
		}
	}
	return false
}

// connection is one to a client.
type connection struct {
	server   *Server
	conn     *websocket.Conn
	expelled atomic.Bool // it ends after what is sent next
	stop     context.CancelFunc

	mutex   sync.Mutex
	closing chan struct{} // closed when it is; nil before
}

var (
	_ handler.WebsocketImplementation = (*connection)(nil)
	_ handler.WebsocketReadLimiter    = (*connection)(nil)
)

// Accept opens the connection.
func (c *connection) Accept(w http.ResponseWriter, r *http.Request, _ handler.WebsocketAcceptOptions) (handler.WebsocketConn, error) {
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols: []string{socketProtocol}, InsecureSkipVerify: true, // mayOpen has looked
	})
	if err != nil {
		return nil, err
	}
	c.conn = conn
	var ctx context.Context
	ctx, c.stop = context.WithCancel(context.Background())
	go c.beat(ctx)
	return c, nil
}

// beat asks again and again whether the client is still there.
func (c *connection) beat(ctx context.Context) {
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		within, cancel := context.WithTimeout(ctx, 2*heartbeat)
		err := c.conn.Ping(within)
		cancel()
		if err != nil {
			c.conn.CloseNow() //nolint:errcheck // nobody is left to tell
			return
		}
	}
}

// Subprotocol is the one spoken.
func (c *connection) Subprotocol() string { return c.conn.Subprotocol() }

// SetReadLimit bounds a client's messages.
func (c *connection) SetReadLimit(limit int64) { c.conn.SetReadLimit(limit) }

// NextReader reads a message.
func (c *connection) NextReader() (kind int, from io.Reader, err error) {
	typ, content, err := c.conn.Read(context.Background())
	if err != nil {
		return int(typ), nil, handler.ErrWebsocketClosed
	}
	return int(typ), bytes.NewReader(content), nil
}

// WriteJSON sends a message, and cuts off who does not take it.
func (c *connection) WriteJSON(message any) error {
	content, err := json.Marshal(message)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), c.server.options.Limits.ReadersPatience)
	defer cancel()
	err = c.conn.Write(ctx, websocket.MessageText, content) // which ends the connection where it fails
	if c.expelled.Load() {
		c.WriteClose(closeUnauthenticated, "UNAUTHENTICATED")
	}
	return err
}

// WriteClose ends the connection, and says why.
func (c *connection) WriteClose(code int, reason string) error {
	if c.server.following.Err() != nil {
		code, reason = int(websocket.StatusGoingAway), "the server stops; subscribe again after your last token"
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.closing != nil {
		return nil
	}
	closing := make(chan struct{})
	c.closing = closing
	go func() { // the client has some seconds to answer
		defer close(closing)
		c.conn.Close(websocket.StatusCode(code), reason)
	}()
	return nil
}

// Close ends the connection at once, unless its end is being said.
func (c *connection) Close() error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.closing != nil {
		return nil
	}
	return c.conn.CloseNow()
}

// closed waits until it is.
func (c *connection) closed() {
	if c.conn == nil {
		return
	}
	c.stop()
	c.mutex.Lock()
	closing := c.closing
	c.mutex.Unlock()
	if closing != nil {
		<-closing
	}
	c.conn.CloseNow() //nolint:errcheck // likewise
}

// subscribing executes subscriptions, and nothing else.
type subscribing struct {
	graphql.GraphExecutor
	server *Server
	of     *stream
	id     string
}

// CreateOperationContext reads a document as the other transport does.
func (e subscribing) CreateOperationContext(ctx context.Context, params *graphql.RawParams) (*graphql.OperationContext, gqlerror.List) {
	refused := func(operation *graphql.OperationContext, err error) (*graphql.OperationContext, gqlerror.List) {
		return operation, gqlerror.List{present(e.server.options.Log)(ctx, err)}
	}
	asked := &request{RawParams: *params}
	if !asked.namesDocument() {
		return refused(nil, problem.New(problem.InvalidInput, "", "the member query is missing"))
	}
	text, untrusted := e.server.options.Documents.resolve(e.server.options.Trust, asked.documentID, params.Query)
	if untrusted != nil {
		return refused(nil, untrusted)
	}
	if err := e.server.paced(identityOf(ctx), e.of.from); err != nil {
		return refused(nil, err)
	}
	params.Query = text
	operation, faults := e.GraphExecutor.CreateOperationContext(ctx, params)
	for i, fault := range faults {
		faults[i] = misgiven(unchosen(fault, operation), operation, params.Variables)
	}
	if faults != nil {
		return operation, faults
	}
	if operation.Operation.Operation != ast.Subscription {
		return refused(operation, problem.New(problem.InvalidInput, "", "a WebSocket is for subscriptions alone").
			Mend("send queries and mutations by POST"))
	}
	if err := mayRun(ctx, operation, e.server.options.Documents.texts[text]); err != nil {
		return refused(operation, err)
	}
	return operation, nil
}

// DispatchError tells what is wrong with a document.
func (e subscribing) DispatchError(ctx context.Context, faults gqlerror.List) *graphql.Response {
	answer := e.GraphExecutor.DispatchError(ctx, faults)
	e.server.show(answer, e.id)
	return answer
}

// DispatchOperation begins a subscription.
func (e subscribing) DispatchOperation(
	ctx context.Context,
	operation *graphql.OperationContext,
) (graphql.ResponseHandler, context.Context) {
	of := *e.of // each has a token of its own
	responses, ctx := e.GraphExecutor.DispatchOperation(context.WithValue(ctx, streamKey{}, &of), operation)
	return func(ctx context.Context) *graphql.Response {
		response := responses(ctx)
		if response != nil {
			e.server.show(response, e.id)
		}
		return response
	}, ctx
}
