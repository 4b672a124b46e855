package server

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"time"
)

// noted is what the log tells of a request: names alone, and nothing else that its
// caller chose. Addresses may hold a secret, so the route stands for them.
type noted struct {
	id        string
	account   string // empty where nobody has signed in
	by        string // session or token
	operation string
	read      string // from where rows were read, and for how long that was waited for
	streamed  bool   // messages were sent as long as the client was there
}

type notedKey struct{}

// note is what is noted of the request; what is written to it is lost where there is
// none.
func note(ctx context.Context) *noted {
	if n, ok := ctx.Value(notedKey{}).(*noted); ok {
		return n
	}
	return &noted{}
}

func requestID(ctx context.Context) string { return note(ctx).id }

// requestIDHeader carries a request's id in its answer.
const requestIDHeader = "X-Request-Id"

// recorder notes what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(content []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(content)
	r.bytes += n
	return n, err
}

// Unwrap lets a controller reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// observed gives every request an id, and logs and counts it.
func (s *Server) observed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		n := &noted{id: rand.Text()}
		w.Header().Set(requestIDHeader, n.id)
		recorded := &recorder{ResponseWriter: w}
		ctx, span := s.requestSpan(context.WithValue(r.Context(), notedKey{}, n), r)
		r = r.WithContext(ctx)
		defer func() { // also where an answer breaks off
			took := time.Since(start)
			if !n.streamed { // how long it lasted says nothing
				s.metrics.answered(r.URL.Path, recorded.status, took)
			}
			endRequest(span, recorded.status)
			s.logAnswer(r, n, recorded, took)
		}()
		next.ServeHTTP(recorded, r)
	})
}

func (s *Server) logAnswer(r *http.Request, n *noted, answer *recorder, took time.Duration) {
	at := route(r.URL.Path)
	level, what := slog.LevelDebug, "answered"
	if s.options.LogRequests && !probe(at) {
		level = slog.LevelInfo
	}
	if errors.Is(r.Context().Err(), context.Canceled) && !n.streamed {
		level, what = slog.LevelInfo, "the client left before its answer"
	}
	attributes := []slog.Attr{
		slog.String("method", methodOf(r)), slog.String("route", at), slog.Int("status", answer.status), slog.Int("bytes", answer.bytes),
		slog.Int64("milliseconds", took.Milliseconds()), slog.String("from", peerOf(r).address.String()),
	}
	for _, one := range []slog.Attr{slog.String("account", n.account), slog.String("by", n.by), slog.String("operation", n.operation), slog.String("read", n.read)} {
		if one.Value.String() != "" {
			attributes = append(attributes, one)
		}
	}
	s.options.Log.LogAttrs(r.Context(), level, what, append(attributes, slog.String("requestId", n.id))...)
}

// probe tells whether a route is one that operators' tools ask all the time.
func probe(route string) bool {
	return route == "/healthz" || route == "/readyz" || route == "/metrics"
}

// methodOf is the method of a request, one of few: callers may write any word.
func methodOf(r *http.Request) string {
	known := []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodDelete, http.MethodOptions}
	if slices.Contains(known, r.Method) {
		return r.Method
	}
	return "_OTHER" // as OpenTelemetry calls those that are not known
}
