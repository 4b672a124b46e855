package server

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

const (
	mediaEvents  = "text/event-stream"
	unacceptable = "this address answers with application/graphql-response+json or application/json"
)

// asksForEvents tells whether a request is for messages as events, in the form that
// browsers read by themselves (EventSource).
func asksForEvents(r *http.Request) bool {
	return r.Method == http.MethodGet && slices.ContainsFunc(wishes(r.Header.Values("Accept")), func(w wish) bool {
		return w.media == mediaEvents && w.quality > 0
	})
}

// events are messages on their way.
type events struct {
	w        http.ResponseWriter
	control  *http.ResponseController
	patience time.Duration
}

// send writes some lines, and gives the reader up where it does not take them.
func (e *events) send(lines string) error {
	if err := e.control.SetWriteDeadline(time.Now().Add(e.patience)); err != nil {
		return err
	}
	if _, err := e.w.Write([]byte(lines)); err != nil {
		return err
	}
	return e.control.Flush()
}

// sendEvents answers a subscription: each message is an event `next` with its token as
// id, and the end an event `complete`. A reader that was cut off and asks again names the
// last id itself.
func (t transport) sendEvents(
	w http.ResponseWriter, r *http.Request, responses func(context.Context) (graphql.ResponseHandler, context.Context),
) {
	note(r.Context()).streamed = true
	ctx, cancel := t.until(r.Context())
	defer cancel()
	of := &stream{from: r, again: func(ctx context.Context) (identity, error) { return t.identify(r.WithContext(ctx)) }}
	of.resume = r.Header.Get("Last-Event-ID")
	out := &events{w, http.NewResponseController(w), t.options.Limits.ReadersPatience}
	out.control.SetReadDeadline(time.Time{}) //nolint:errcheck // where there is none nothing ends it
	w.Header().Set("Content-Type", mediaEvents+"; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no") // proxies hand on each message
	handler, ctx := responses(context.WithValue(ctx, streamKey{}, of))
	if out.send(":\n\n") != nil {
		return
	}
	made, ended := make(chan string), make(chan struct{})
	defer func() { cancel(); <-ended }()
	go func() {
		defer close(ended)
		defer close(made)
		for {
			response := handler(ctx)
			if response == nil {
				return
			}
			select {
			case made <- t.event(response, of.token, w.Header().Get(requestIDHeader)):
			case <-ctx.Done():
				return
			}
		}
	}()
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		lines, last := ":\n\n", false
		select {
		case event, going := <-made:
			if lines = event; !going {
				lines, last = "event: complete\ndata:\n\n", true
			}
		case <-beat.C:
		}
		if out.send(lines) != nil || last {
			return
		}
	}
}

// followedByEvents answers by events what asks for them, but for what is answered in the
// form that the request takes besides.
func (t transport) followedByEvents(
	w http.ResponseWriter, r *http.Request, executor graphql.GraphExecutor,
	params *graphql.RawParams, operation *graphql.OperationContext, faults gqlerror.List, otherwise bool,
) bool {
	switch {
	case otherwise && (faults != nil || operation.Operation.Operation != ast.Subscription):
		return false
	case faults != nil:
		told := make(gqlerror.List, len(faults))
		for i, fault := range faults {
			told[i] = misgiven(unchosen(fault, operation), operation, params.Variables)
		}
		t.refusedEvents(w, r, executor.DispatchError(graphql.WithOperationContext(r.Context(), operation), told))
		return true
	case operation.Operation.Operation != ast.Subscription:
		t.refuse(w, mediaJSON, http.StatusNotAcceptable, "only subscriptions are answered by events; "+unacceptable)
		return true
	}
	note(r.Context()).operation = t.metrics.names.label(operation.Operation.Name)
	if err := mayRun(r.Context(), operation, t.options.Documents.texts[params.Query]); err != nil {
		t.refuseWith(w, r, err)
		return true
	}
	t.sendEvents(w, r, func(ctx context.Context) (graphql.ResponseHandler, context.Context) {
		return executor.DispatchOperation(ctx, operation)
	})
	return true
}

// event writes a message.
func (s *Server) event(response *graphql.Response, token, requestID string) string {
	s.show(response, requestID)
	parts, err := partsOf(response, response.Data != nil)
	if err != nil {
		parts = [][]byte{[]byte(`{"errors":[{"message":"the answer could not be written","extensions":{"code":"INTERNAL"}}]}`)}
	}
	id := ""
	if token != "" {
		id = "id: " + token + "\n"
	}
	return fmt.Sprintf("event: next\n%sdata: %s\n\n", id, bytes.Join(parts, nil))
}

// refusedEvents answers a document that is not executed.
func (t transport) refusedEvents(w http.ResponseWriter, r *http.Request, answer *graphql.Response) {
	t.sendEvents(w, r, func(ctx context.Context) (graphql.ResponseHandler, context.Context) {
		return (&stream{}).refusing(gqlerror.List(answer.Errors)), ctx
	})
}
