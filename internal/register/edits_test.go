package register_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// editor makes random writes to a world.
type editor struct {
	*rand.Rand
	register   *register.Register
	publishers []string
	entries    []string
	refs       []string
	number     int
}

func newEditor(seed uint64, world *oracle.World, writes *register.Register) *editor {
	e := &editor{Rand: rand.New(rand.NewPCG(seed, 1)), register: writes}
	for _, area := range world.Areas {
		e.publishers = append(e.publishers, area.Code)
	}
	for _, department := range world.Departments {
		e.publishers = append(e.publishers, department.Code)
	}
	known := map[string]bool{}
	for _, catalog := range world.Catalogs {
		for _, entry := range catalog.Entries {
			if !entry.Omit && !known[entry.Code] {
				known[entry.Code] = true
				e.entries = append(e.entries, entry.Code)
			}
		}
	}
	for _, d := range world.Disclosures {
		e.refs = append(e.refs, d.Ref)
	}
	return e
}

func pick[T any](e *editor, from []T) T { return from[e.IntN(len(from))] }

func (e *editor) day() calendar.Day {
	return calendar.Date(2020, 1, 1) + calendar.Day(e.IntN(2700))
}

func (e *editor) maybe(day calendar.Day) calendar.Day {
	if e.IntN(3) == 0 {
		return calendar.None
	}
	return day
}

// edit makes one write and says what it was. A conflict is no fault: it means
// that the write was refused whole.
func (e *editor) edit(ctx context.Context) (what string, err error) {
	e.number++
	switch e.IntN(8) {
	case 0:
		what = "publishing"
		_, err = e.register.Publish(ctx, pick(e, e.refs), e.day(), nil, nil)
	case 1:
		what = "withdrawing"
		_, err = e.register.Withdraw(ctx, pick(e, e.refs), e.day()+200)
	case 2:
		what = "news"
		_, err = e.register.News(ctx, disclosure.News{
			Ref: fmt.Sprintf("news-%d", e.number), PublisherCode: pick(e, e.publishers), EntryCode: pick(e, e.entries), Title: "动态",
			PublishedAt: e.day().Time().Add(time.Duration(e.IntN(24)) * time.Hour),
		})
	default:
		formed := e.day()
		d := disclosure.Disclosure{
			Ref:           fmt.Sprintf("new-%d", e.number),
			PublisherCode: pick(e, e.publishers),
			EntryCode:     pick(e, e.entries),
			Title:         "通知",
			FormedOn:      e.maybe(formed),
			IssuedOn:      e.maybe(formed + 3),
			PublishedOn:   e.maybe(formed + calendar.Day(e.IntN(60))),
			RequiresInterpretation: e.IntN(
				3,
			) == 0,
			Nil:    e.IntN(10) == 0,
			Period: pick(e, []string{"", "", "2024", "2023Q2", "2024-05", "2022H1"}),
		}
		if e.IntN(8) == 0 {
			d.Attribute = disclosure.OnRequest
		}
		switch e.IntN(3) {
		case 0:
			d.InterpretsRef = pick(e, e.refs)
		case 1: // of one that may be registered later
			d.InterpretsRef = fmt.Sprintf("new-%d", e.number+1+e.IntN(4))
		}
		what = fmt.Sprintf("registering %+v", d)
		if _, err = e.register.Disclosure(ctx, d); err == nil {
			e.refs = append(e.refs, d.Ref)
		}
	}
	switch problem.CodeOf(err) {
	case problem.Conflict, problem.InvalidInput:
		err = nil
	}
	return what, err
}

// TestCellsAsWhole: after any write, which recomputes the affected cells alone,
// every publisher's timelines are what its facts as a whole give.
func TestCellsAsWhole(t *testing.T) {
	t.Parallel()
	for seed := range uint64(5) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			ctx := context.Background()
			world, address := randomWorld(t, 100+seed)
			db := pgtest.Open(t, address, store.Options{})
			e := newEditor(seed, world, registerOf(t, db))
			for range 60 {
				what, err := e.edit(ctx)
				if err != nil {
					t.Fatalf("%s: %v", what, err)
				}
				mustVerify(t, db, what)
			}
		})
	}
}

// TestRecomputeKeepsOtherCells: recomputing some cells of a publisher gives the
// same bytes as recomputing all of them, whichever they are.
func TestRecomputeKeepsOtherCells(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	world, address := randomWorld(t, 7)
	db := pgtest.Open(t, address, store.Options{})
	e := newEditor(7, world, nil)
	for range 60 {
		cells := affected.Cells{}
		for range 1 + e.IntN(5) {
			cells.Add(catalog.CellKey{PublisherCode: pick(e, e.publishers), EntryCode: pick(e, e.entries)})
		}
		if e.IntN(4) == 0 {
			cells.AddPublisher(pick(e, e.publishers))
		}
		err := db.Write(ctx, store.By{Account: "test", Way: store.ByCommand}, func(w *store.Writing) error {
			reference, err := w.Reference(ctx)
			if err != nil {
				return err
			}
			effect, err := register.Recompute(ctx, w, cells, register.Recomputing{Reference: reference, Today: today, KeepStored: true})
			if effect.Publishers > 0 {
				t.Errorf("%v: %v differ", cells, effect.Differing)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
