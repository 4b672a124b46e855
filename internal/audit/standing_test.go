package audit_test

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/audit"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// TestStanding: who keeps the log tells how far it is sealed and signed, and whether it
// cannot be sealed.
func TestStanding(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		keyed  bool
		signed int64
	}{"with the key": {true, 1}, "without": {false, 0}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if !c.keyed {
				w.log = audit.New(w.db, nil)
			}
			if was := w.log.Standing(); was != (audit.Standing{}) {
				t.Errorf("before it was looked at: %+v", was)
			}
			w.write(clerk, addNode)
			ctx, stop := context.WithCancel(t.Context())
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				w.log.Keep(ctx, time.Millisecond, slog.New(slog.NewTextHandler(io.Discard, nil)))
			}()
			defer func() { stop(); <-ended }()
			stands := func(holds func(audit.Standing) bool) {
				t.Helper()
				pgtest.Eventually(t, "the log stands so", func() bool { return holds(w.log.Standing()) })
			}
			stands(func(s audit.Standing) bool {
				return s.Entries == 1 && s.Signed == c.signed && !s.Failed && !s.At.IsZero()
			})
			w.write(clerk, `ALTER TABLE log_head RENAME TO away`)
			stands(func(s audit.Standing) bool { return s.Failed && s.Entries == 1 })
			failing := w.log.Standing().At
			w.write(clerk, `ALTER TABLE away RENAME TO log_head`)
			stands(func(s audit.Standing) bool { return !s.Failed && s.At.After(failing) })
		})
	}
}
