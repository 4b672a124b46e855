package server

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// readyWithin is how long a database that answers may take to say so.
const readyWithin = 2 * time.Second

// health adds what operators and their tools ask.
func (s *Server) health(mux *http.ServeMux) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", s.ready)
	mux.Handle("GET /metrics", s.metrics.handler())
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	w.Write([]byte(text + "\n")) //nolint:errcheck // the client has gone
}

// ready tells whether what every answer needs can be had: a look at the newest
// state. A server that is about to close is not ready, though it still answers.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if s.closing.Load() {
		say(w, http.StatusServiceUnavailable, "closing")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), readyWithin)
	defer cancel()
	if _, err := s.options.Follower.Index(ctx); err != nil {
		s.options.Log.WarnContext(ctx, "not ready", "error", err)
		age := s.options.Now().Sub(s.options.Follower.Looks().Last).Round(time.Second)
		say(w, http.StatusServiceUnavailable, fmt.Sprintf("the database does not answer; the last look at it that succeeded was %s ago", age))
		return
	}
	say(w, http.StatusOK, "ready")
}
