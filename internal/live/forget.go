package live

import (
	"context"
	"log/slog"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/store"
)

const (
	// keptFor is how long events are kept for who left off, and mostKept how many rows
	// of them at most: a row is what one write did to one publisher.
	keptFor      = 30 * 24 * time.Hour
	mostKept     = 1_000_000
	betweenTidys = time.Hour
)

// Forget takes old events out, until the context ends.
func Forget(ctx context.Context, from *store.Store, log *slog.Logger) {
	tick := time.NewTicker(betweenTidys)
	defer tick.Stop()
	for {
		more, err := true, error(nil)
		for more && err == nil {
			more, err = from.ForgetGapEvents(ctx, time.Now().Add(-keptFor), mostKept)
		}
		if err != nil && ctx.Err() == nil {
			log.Warn("old events of gaps could not be taken out; it is tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
