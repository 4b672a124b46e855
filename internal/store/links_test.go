package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/relief"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// linked are the refs of documents and the codes of givers that hang together with
// a document, each way apart, in order.
type linked struct{ interpreted, interpreting, givers []string }

func (l *linked) add(links *affected.Links) {
	for _, d := range links.Interpreted {
		l.interpreted = append(l.interpreted, d.Ref)
	}
	for _, d := range links.Interpreting {
		l.interpreting = append(l.interpreting, d.Ref)
	}
	l.givers = append(l.givers, links.Givers...)
}

func (l *linked) String() string {
	ordered := func(of []string) []string { slices.Sort(of); return slices.Compact(of) }
	return fmt.Sprint(ordered(l.interpreted), ordered(l.interpreting), ordered(l.givers))
}

// TestLinksAreOne: what hangs together with a document is the same for one who
// reads it, for one who stages it or reviews of it, and for one who locks its
// publisher with theirs.
func TestLinksAreOne(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := pgtest.Store(t)
	random := rand.New(rand.NewPCG(3, 5))
	const documents, movements = 40, 60
	ref := func() string { return fmt.Sprint("d", random.IntN(documents+5)) } // some unknown
	world := map[string]disclosure.Disclosure{}
	given := map[string][]string{} // givers by the document named
	for n := range documents {
		d := disclosure.Disclosure{
			Ref: fmt.Sprint("d", n), PublisherCode: fmt.Sprint("p", random.IntN(12)), EntryCode: "1.1", Title: "通知",
			Attribute: disclosure.OnRequest, FormedOn: calendar.Date(2024, 1, 5), PublishedOn: calendar.Date(2024, 2, 5),
		}
		if random.IntN(4) > 0 {
			d.InterpretsRef = ref()
		}
		world[d.Ref] = d
	}
	err := db.Write(ctx, store.By{Account: "test", Way: store.ByCommand}, func(w *store.Writing) error {
		for _, statement := range []string{
			`INSERT INTO node (code, name, level, department) SELECT 'p' || n, '镇', 4, false FROM generate_series(0, 11) AS n`,
			`INSERT INTO publisher_timeline (publisher_code) SELECT code FROM node`,
		} {
			if _, err := w.Tx().ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		for _, d := range world {
			if _, err := w.AddDisclosure(ctx, &d); err != nil {
				return err
			}
		}
		for n := range movements {
			m := relief.Movement{
				Ref: fmt.Sprint("m", n), Kind: relief.Distribution, FromCode: fmt.Sprint("p", random.IntN(12)), Funds: 100,
				OccurredOn: calendar.Date(2024, 1, 5), DisclosureRef: ref(),
			}
			if random.IntN(5) == 0 {
				m.Kind, m.FromCode, m.ToCode = relief.Donation, "", m.FromCode
			} else {
				given[m.DisclosureRef] = append(given[m.DisclosureRef], m.FromCode)
			}
			if _, err := w.AddReliefMovement(ctx, &m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	both := 0
	for _, d := range world {
		want := linked{givers: given[d.Ref]}
		publishers := []string{d.PublisherCode}
		for _, other := range world {
			if other.Ref == d.InterpretsRef {
				want.interpreted = append(want.interpreted, other.Ref)
				publishers = append(publishers, other.PublisherCode)
			}
			if other.InterpretsRef == d.Ref {
				want.interpreting = append(want.interpreting, other.Ref)
				publishers = append(publishers, other.PublisherCode)
			}
		}
		if len(want.interpreted)*len(want.interpreting)*len(want.givers) > 0 {
			both++
		}
		relinked := want
		relinked.interpreted = append(slices.Clone(want.interpreted), "d0")
		for name, links := range map[string]func(*store.Writing) (linked, error){
			"read":     readLinks(ctx, d),
			"staged":   stagedLinks(ctx, d, d.InterpretsRef),
			"reviewed": reviewedLinks(ctx, d),
			"relinked": stagedLinks(ctx, d, "d0"), // as it was and as it is
		} {
			want := want
			if name == "relinked" {
				want = relinked
			}
			var got linked
			err := db.Write(ctx, store.By{Account: "test", Way: store.ByCommand}, func(w *store.Writing) (err error) {
				if got, err = links(w); err == nil {
					err = store.ErrKeepNothing
				}
				return err
			})
			if !errors.Is(err, store.ErrKeepNothing) {
				t.Fatalf("%s: %v", name, err)
			}
			if got.String() != want.String() {
				t.Errorf("%s, %s: linked are %s, want %s", d.Ref, name, got.String(), want.String())
			}
		}
		var locked []string
		err := db.Write(ctx, store.By{Account: "test", Way: store.ByCommand}, func(w *store.Writing) error {
			if err := w.LockConcerned(ctx, store.Concerned{Documents: []string{d.Ref}}); err != nil {
				return err
			}
			for _, t := range w.LockedTimelines() {
				locked = append(locked, t.PublisherCode)
			}
			return nil
		})
		slices.Sort(locked)
		slices.Sort(publishers)
		if publishers = slices.Compact(publishers); err != nil || !slices.Equal(locked, publishers) {
			t.Errorf("%s: %s are locked, want %s: %v", d.Ref, strings.Join(locked, " "), strings.Join(publishers, " "), err)
		}
	}
	if both < 5 {
		t.Errorf("only %d documents are linked in each way", both)
	}
}

func readLinks(ctx context.Context, d disclosure.Disclosure) func(*store.Writing) (linked, error) {
	return func(w *store.Writing) (of linked, err error) {
		documents, err := w.LinkedDocuments(ctx, []string{d.Ref}, nil)
		if err == nil {
			of.add(documents.Links(nil, &d))
		}
		return of, err
	}
}

func stagedLinks(ctx context.Context, d disclosure.Disclosure, interprets string) func(*store.Writing) (linked, error) {
	d.PublishedOn++
	d.InterpretsRef = interprets
	return func(w *store.Writing) (of linked, err error) {
		return of, staged(ctx, w, &store.Disclosures, fact.Disclosures.Row(&d), w.StagedDocuments, &of)
	}
}

func reviewedLinks(ctx context.Context, d disclosure.Disclosure) func(*store.Writing) (linked, error) {
	review := disclosure.Review{DisclosureRef: d.Ref, ReviewedOn: calendar.Date(2025, 1, 5), Result: disclosure.Disclose}
	return func(w *store.Writing) (of linked, err error) {
		return of, staged(ctx, w, &store.Reviews, fact.Reviews.Row(&review), w.StagedReviews, &of)
	}
}

// staged stages a row and notes the links that are told of it.
func staged(
	ctx context.Context, w *store.Writing, table *store.Table, row []any,
	changes func(context.Context, store.DocumentChange) error, of *linked,
) error {
	staging, err := w.Stage(ctx, table)
	if err != nil {
		return err
	}
	if err := staging.Add(ctx, row, "", 0); err != nil {
		return err
	}
	if err := staging.Done(ctx); err != nil {
		return err
	}
	return changes(ctx, func(_, _ *disclosure.Disclosure, links *affected.Links, _ bool) { of.add(links) })
}
