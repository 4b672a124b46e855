package register_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/relief"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestBulksNamingUnknownDocuments: bulks that find at the same time that they name
// documents which nobody has registered do not wait for each other for ever: each
// begins again once, and all are written.
func TestBulksNamingUnknownDocuments(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := pgtest.Open(t, twoTownships(t), store.Options{})
	const bulks = 4
	var begun, ended sync.WaitGroup
	begun.Add(bulks)
	for i := range bulks {
		ended.Go(func() {
			var attempts atomic.Int64
			_, err := register.Write(ctx, db, register.Bulking{Actor: "test", Today: today, Links: true}, func(b *register.Bulk) error {
				batch, err := register.NewBatch(ctx, b, &register.Movements)
				if err != nil {
					return err
				}
				m := relief.Movement{
					Ref: fmt.Sprintf("m%d", i), Kind: relief.Allocation, FromCode: "533102", ToCode: oneTownship, Funds: 500,
					OccurredOn: calendar.Date(2024, 3, 1), DisclosureRef: fmt.Sprintf("nothing%d", i),
				}
				if err := batch.Add(ctx, &m, "relief.csv", 2); err != nil {
					return err
				}
				if err := batch.Done(ctx); err != nil {
					return err
				}
				if attempts.Add(1) == 1 {
					begun.Done()
					begun.Wait()
				}
				if unknown, _, err := batch.UnknownDocuments(ctx, 10); err != nil || len(unknown) != 1 {
					return err
				}
				_, err = batch.Upsert(ctx)
				return err
			})
			if err != nil || attempts.Load() != 2 {
				t.Errorf("bulk %d after %d attempts: %v", i, attempts.Load(), err)
			}
		})
	}
	ended.Wait()
	known, err := db.ReliefMovementsByRef(ctx, []string{"m0", "m1", "m2", "m3"})
	if err != nil || len(known) != bulks {
		t.Errorf("%d written: %v", len(known), err)
	}
	mustVerify(t, db, "bulks that name unknown documents")
}

// TestCollisionsAreTold: who collides with others each time is told so, however
// the database calls it.
func TestCollisionsAreTold(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	for _, code := range []pq.ErrorCode{"40P01", "40001", "23505"} {
		attempts := 0
		err := db.Write(context.Background(), "test", func(*store.Writing) error {
			attempts++
			return fmt.Errorf("writing: %w", &pq.Error{Code: code})
		})
		if problem.CodeOf(err) != problem.Conflict || attempts < 2 || attempts > 10 {
			t.Errorf("%s after %d attempts: %v", code, attempts, err)
		}
	}
}
