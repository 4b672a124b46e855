package store

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// tryAgain tries until it succeeds, meets an error of another code than those, or has
// been tried so often. Between it pauses, about so long: those who collided would go on
// colliding in step.
func tryAgain(ctx context.Context, attempts int, pause time.Duration, met []pqerror.Code, try func() error) error {
	for attempt := 1; ; attempt++ {
		err := try()
		if pq.As(err, met...) == nil || attempt == attempts {
			return err
		}
		select {
		case <-time.After(pause/2 + rand.N(pause)):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
