package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/packed"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// readyWithin is how long a database that answers may take to say so, and
// migratedWithin how long it may take to tell its migrations.
const (
	readyWithin    = 2 * time.Second
	migratedWithin = time.Second
)

// probes adds what tells operators' tools whether the server lives and is ready.
func (s *Server) probes(mux *http.ServeMux) {
	alive := func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok") }
	mux.Handle("GET /healthz", s.withGoodToken(http.HandlerFunc(alive)))
	mux.Handle("GET /readyz", s.withGoodToken(http.HandlerFunc(s.ready)))
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	w.Write([]byte(text + "\n")) //nolint:errcheck // the client has gone
}

// ready tells whether what every answer needs can be had: a look at the newest
// state, in the program's schema. A server that is about to close is not ready, though it still answers.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if s.closing.Load() {
		say(w, http.StatusServiceUnavailable, "closing")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), readyWithin)
	defer cancel()
	if _, err := s.options.Follower.Index(ctx); err != nil {
		s.options.Log.WarnContext(ctx, "not ready", "error", err)
		if p, told := errors.AsType[*problem.Problem](err); told && errors.Is(err, packed.ErrForm) {
			say(w, http.StatusServiceUnavailable, p.Error())
			return
		}
		age := s.options.Now().Sub(s.options.Follower.Looks().Last).Round(time.Second)
		say(
			w,
			http.StatusServiceUnavailable,
			fmt.Sprintf("the database does not answer; the last look at it that succeeded was %s ago", age),
		)
		return
	}
	if !s.migrated(r.Context()) {
		say(w, http.StatusServiceUnavailable, "the database is not migrated")
		return
	}
	say(w, http.StatusOK, strings.Join(append([]string{"ready"}, s.ailing()...), "\n"))
}

// ailing tells what is wrong with which the server can answer all the same.
func (s *Server) ailing() (lines []string) {
	if s.options.Backups != nil {
		if fault, _ := s.options.Backups(); fault != "" {
			lines = append(lines, "the nightly backup was not made: see the log")
		}
	}
	if s.options.Replicas != nil {
		out, states := 0, s.options.Replicas.States()
		for _, state := range states {
			if state.Fault != "" || state.Lags {
				out++
			}
		}
		if out > 0 {
			lines = append(lines, fmt.Sprintf("%d of %d replicas are left out or lag: see the log", out, len(states)))
		}
	}
	return lines
}

// migrated tells whether the database has the program's schema. It had when the
// server began: where nobody can say now, as while a migration is held up, no
// answer suffers from that.
func (s *Server) migrated(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, migratedWithin)
	defer cancel()
	found := make(chan bool, 1)
	go func() { // a connection that holds its bytes up looks at no deadline
		migrated, err := s.options.Store.Migrated(ctx)
		found <- migrated || err != nil
	}()
	select {
	case migrated := <-found:
		return migrated
	case <-ctx.Done():
		return true
	}
}
