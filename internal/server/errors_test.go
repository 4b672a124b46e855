package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// TestCausesAreLogged: what a client is told in general words, the log tells with
// its cause, however the library has wrapped it; and what a client that has left
// no longer waits for is no fault.
func TestCausesAreLogged(t *testing.T) {
	t.Parallel()
	full := errors.New("could not extend file: No space left on device")
	unavailable := fmt.Errorf("writing: %w: %w", problem.New(problem.Unavailable, "", "the database cannot be reached just now"), full)
	late := fmt.Errorf("reading rows: %w", context.DeadlineExceeded)
	left, leave := context.WithCancel(context.Background())
	leave()
	for _, test := range []struct {
		name   string
		ctx    context.Context
		err    error
		code   problem.Code
		logged string
	}{
		{"unavailable", context.Background(), unavailable, problem.Unavailable, "No space left"},
		{"unavailable, wrapped", context.Background(), gqlerror.WrapPath(nil, unavailable), problem.Unavailable, "No space left"},
		{"late", context.Background(), late, problem.Timeout, "reading rows"},
		{"late, wrapped", context.Background(), gqlerror.WrapPath(nil, late), problem.Timeout, "reading rows"},
		{"unknown", context.Background(), full, problem.Internal, "No space left"},
		{"busy", context.Background(), fmt.Errorf("ranking: %w", problem.New(problem.Unavailable, "", "try again in 1 s").In(1)), problem.Unavailable, ""},
		{"left", left, fmt.Errorf("reading: %w", context.Canceled), problem.Timeout, ""},
		{"left, and the database says why it stopped", left, unavailable, problem.Timeout, ""},
	} {
		log := &bytes.Buffer{}
		shown := present(slog.New(slog.NewTextHandler(log, nil)))(test.ctx, test.err)
		if code := shown.Extensions["code"]; code != string(test.code) {
			t.Errorf("%s: code %v", test.name, code)
		}
		if strings.Contains(shown.Message, "space") {
			t.Errorf("%s: the client is told %q", test.name, shown.Message)
		}
		if !strings.Contains(log.String(), test.logged) || test.logged == "" && log.Len() > 0 {
			t.Errorf("%s: the log says %q", test.name, log)
		}
	}
}
