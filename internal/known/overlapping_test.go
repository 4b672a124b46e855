package known_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/audit"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/known"
	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// acknowledged is a document that somebody registered.
type acknowledged struct {
	ref       string
	sent, got time.Time
}

// asked is what was known at an instant, as it was told while others wrote.
type asked struct {
	instant  time.Time
	sequence int64
	known    map[string]disclosure.Disclosure
	figures  oracle.Figures
}

// TestOverlapping: while many write at once, through two servers, what is known at an
// instant that has just passed is told as it is told for ever after; a write is known
// when it was acknowledged, and is not before it was sent; and the figures are those
// of the facts.
func TestOverlapping(t *testing.T) {
	t.Parallel()
	const writers, writes, asks = 4, 400, 3
	h := newHistory(t, 3)
	world := h.world()
	of := make([]oracle.Disclosure, writers)
	for n := range of {
		of[n] = world.Disclosures[n*7%len(world.Disclosures)]
	}
	var refs []string
	for writer := range writers {
		for n := range writes {
			refs = append(refs, fmt.Sprintf("w%d-%d", writer, n))
		}
	}
	states := known.New(h.db, h.follower, h.log.Seal)
	top := h.follower.Current().Tree.Node(h.follower.Current().Tree.Roots()[0]).Code
	ask := func(instant time.Time) asked {
		state, err := states.At(context.Background(), instant, today, top)
		if err != nil {
			t.Error(err)
			return asked{}
		}
		documents, err := state.Reads.DisclosuresByRef(context.Background(), refs)
		if err != nil {
			t.Error(err)
		}
		root := state.Index.Tree.Roots()[0]
		return asked{instant, state.Sequence, documents, plain(state.Index.At(root, coverage.Subtree, today))}
	}
	written := make(chan acknowledged, writers*writes)
	var writing sync.WaitGroup
	var enough atomic.Bool
	for writer := range writers {
		writing.Go(func() {
			server := registerBeside(t, h.db)
			for n := range writes {
				if enough.Load() {
					return
				}
				d := disclosure.Disclosure{
					Ref: fmt.Sprintf("w%d-%d", writer, n), PublisherCode: of[writer].Publisher, EntryCode: of[writer].Entry, Title: "某文",
					FormedOn: calendar.Date(2024, 3, 1), PublishedOn: calendar.Date(2024, 3, 5),
				}
				for {
					sent := time.Now()
					_, err := server.Disclosure(context.Background(), d)
					if problem.CodeOf(err) == problem.Conflict { // others were before it
						continue
					}
					if err != nil {
						t.Error(err)
						return
					}
					written <- acknowledged{d.Ref, sent, time.Now()}
					break
				}
			}
		})
	}
	done := make(chan struct{})
	go func() {
		writing.Wait()
		close(written)
		close(done)
	}()
	var told []asked
	for running := true; running; {
		told = append(told, ask(time.Now()))
		enough.Store(len(told) == asks)
		select {
		case <-done:
			running = false
		default:
		}
	}
	for n, then := range told {
		if n == 1 { // the others are made anew
			h.forget()
			states = known.New(h.db, h.follower, h.log.Seal)
		}
		again := ask(then.instant)
		if again.sequence != then.sequence || len(again.known) != len(then.known) || again.figures != then.figures {
			t.Fatalf("at %s entry %d and %d documents were known, later entry %d and %d documents",
				then.instant, then.sequence, len(then.known), again.sequence, len(again.known))
		}
		copied := h.worldAfter(h.changes)
		for ref := range again.known {
			d := again.known[ref]
			copied.Disclosures = append(copied.Disclosures, oracle.Disclosure{
				Ref: d.Ref, Publisher: d.PublisherCode, Entry: d.EntryCode, Title: d.Title, Attribute: "PROACTIVE",
				FormedOn: d.FormedOn.String(), PublishedOn: d.PublishedOn.String(),
			})
		}
		copied.Forget()
		if want := copied.Figures(top, int(today), false); again.figures != want {
			t.Fatalf("at %s the figures are %+v, want %+v", then.instant, again.figures, want)
		}
	}
	count := 0
	for w := range written {
		if count++; count%20 != 1 {
			continue
		}
		if _, is := ask(w.got).known[w.ref]; !is {
			t.Errorf("%s was acknowledged and is not known", w.ref)
		}
		if _, is := ask(w.sent).known[w.ref]; is {
			t.Errorf("%s is known before it was sent", w.ref)
		}
	}
	if count < 8 || len(told) < asks {
		t.Errorf("%d were written, %d asked about meanwhile", count, len(told))
	}
}

// registerBeside writes as a server of its own does.
func registerBeside(t *testing.T, db *store.Store) *register.Register {
	t.Helper()
	follower, err := db.Follow(context.Background())
	if err != nil {
		t.Error(err)
	}
	return register.New(db, follower.Index, func() calendar.Day { return today }, store.By{Account: "test", Way: store.ByGraphQL})
}

// TestEnding: who asks about an instant waits for those who were given theirs and have
// not ended.
func TestEnding(t *testing.T) {
	t.Parallel()
	h := newHistory(t, 2)
	states := known.New(h.db, h.follower, audit.New(h.db, nil).Seal)
	tx, err := h.db.DB().Begin()
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		`UPDATE disclosure SET title = title || '改' WHERE ref = (SELECT min(ref) FROM disclosure)`,
		`SET CONSTRAINTS ALL IMMEDIATE`, // so a commit begins
	} {
		if _, err := tx.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	instant := time.Now()
	go func() {
		time.Sleep(200 * time.Millisecond)
		tx.Commit() // the answer tells
	}()
	before := h.moments[0].at
	first, err := states.At(context.Background(), before, today)
	if err != nil {
		t.Fatal(err)
	}
	state, err := states.At(context.Background(), instant, today)
	if err != nil {
		t.Fatal(err)
	}
	if state.Sequence != first.Sequence+1 {
		t.Errorf("entry %d is the last, want the one after %d", state.Sequence, first.Sequence)
	}
}

// TestOrderOfEffect: of two that wrote at once the one that began first may have taken
// effect last; what was known between them is what the other left.
func TestOrderOfEffect(t *testing.T) {
	t.Parallel()
	h := newHistory(t, 1)
	world := h.world()
	code := world.Disclosures[0].Publisher
	tx, err := h.db.DB().Begin()
	if err != nil {
		t.Fatal(err)
	}
	write := func(statement string, arguments ...any) {
		t.Helper()
		if _, err := tx.Exec(statement, arguments...); err != nil {
			t.Fatal(err)
		}
	}
	at := func(index *coverage.Index) coverage.Figures {
		return index.At(index.Tree.Find(code), coverage.Self, today)
	}
	before, original := time.Now(), at(h.follower.Current())
	// It has its number in the log.
	write(`UPDATE disclosure SET title = title || '改' WHERE ref = (SELECT min(ref) FROM disclosure WHERE publisher_code <> $1)`, code)
	_, err = registerBeside(t, h.db).Disclosure(context.Background(), disclosure.Disclosure{
		Ref: "between", PublisherCode: code, EntryCode: world.Disclosures[0].Entry, Title: "某文",
		FormedOn: calendar.Date(2024, 3, 1), PublishedOn: calendar.Date(2024, 3, 5),
	})
	if err != nil {
		t.Fatal(err)
	}
	index, err := h.follower.Index(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	between, published := time.Now(), at(index)
	write(`UPDATE publisher_timeline SET packed = '\x01', changed = pg_current_xact_id() WHERE publisher_code = $1`, code)
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	states := known.New(h.db, h.follower, h.log.Seal)
	for instant, want := range map[time.Time]coverage.Figures{before: original, between: published} {
		state, err := states.At(context.Background(), instant, today, code)
		if err != nil {
			t.Fatal(err)
		}
		if got := at(state.Index); got != want {
			t.Errorf("figures of %s at %s: got %v, want %v", code, instant, got, want)
		}
	}
	if original == published {
		t.Errorf("the document changed nothing: %v", original)
	}
}
