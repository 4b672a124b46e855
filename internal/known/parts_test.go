package known_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/known"
	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// asked asks what was known, for a few nodes at a time, as requests do: again of more
// where something was asked beyond what the state held.
func (h *history) asked(states *known.States, then *moment, world *oracle.World, random *rand.Rand) error {
	on := calendar.Date(2019, 7, 1) + calendar.Day(random.IntN(3600))
	codes := slices.Clone(world.Below(world.Areas[0].Code))
	random.Shuffle(len(codes), func(i, j int) { codes[i], codes[j] = codes[j], codes[i] })
	for of := range slices.Chunk(codes, 6) {
		about := slices.Clone(of[:random.IntN(len(of)+1)])
		for times := 0; ; times++ {
			state, err := states.At(context.Background(), then.at, today, about...)
			if err != nil {
				return err
			}
			wrong := h.differing(state, world, of, on)
			beyond := state.Index.Beyond()
			if len(beyond) == 0 {
				if wrong == nil {
					wrong = h.withheldAlike(state)
				}
				if wrong != nil {
					return fmt.Errorf("asked about %v, %d times: %w", about, times, wrong)
				}
				break
			}
			h.beyond.Add(1)
			if times == 1 { // what is asked may depend on what was answered
				beyond = state.Index.Tree.Roots()
			}
			if times == 2 {
				return fmt.Errorf("of the whole it held too little: %v", beyond)
			}
			for _, place := range beyond {
				about = append(about, state.Index.Tree.Node(place).Code)
			}
		}
	}
	return nil
}

// differing tells the first figures or cells of some nodes that are not those of the facts.
func (h *history) differing(state *known.State, world *oracle.World, codes []string, on calendar.Day) error {
	index := state.Index
	if _, all := index.Held(); !all {
		h.inPart.Add(1)
	}
	for _, code := range codes {
		place := index.Tree.Find(code)
		if place == area.Nowhere {
			return fmt.Errorf("%s is not known", code)
		}
		for scope, self := range map[coverage.Scope]bool{coverage.Self: true, coverage.Subtree: false} {
			if got, want := plain(index.At(place, scope, on)), world.Figures(code, int(on), self); got != want {
				return fmt.Errorf("figures of %s (self %v) on %s: got %+v, want %+v", code, self, on, got, want)
			}
		}
		for scope, self := range map[coverage.Scope]bool{coverage.Self: true, coverage.Subtree: false} {
			if got, want := plainOrders(index.OrderFigures(place, scope, on)), world.OrderFigures(code, int(on), self); got != want {
				return fmt.Errorf("figures of orders of %s (self %v) on %s: got %+v, want %+v", code, self, on, got, want)
			}
			listing := coverage.OrderListing{On: on, Whole: []coverage.Part{{Place: index.Tree.Roots()[0], Scope: coverage.Subtree}}}
			listed := index.Orders(place, scope, &listing, coverage.OrderPage{Rows: 1000})
			want := world.OrdersAt(code, int(on), self, oracle.Everywhere, int(today), oracle.OrderFilter{})
			if len(listed) != len(want) {
				return fmt.Errorf("orders of %s (self %v) on %s: %d are listed, want %d", code, self, on, len(listed), len(want))
			}
			for i := range listed {
				if listed[i].Ref != want[i].Ref || listed[i].Kind.String() != want[i].Kind {
					return fmt.Errorf("orders of %s (self %v) on %s: %s is listed, want %s", code, self, on, listed[i].Ref, want[i].Ref)
				}
			}
		}
		for _, entry := range world.Entries(code) {
			cell, _ := index.Cell(place, entry, on)
			if want := world.Status(code, entry, int(on)); cell.Status.String() != want {
				return fmt.Errorf("cell %s %s on %s: got %q, want %q", code, entry, on, cell.Status, want)
			}
		}
		among, peers, _, err := index.Peers(h.t.Context(), place, coverage.OfParent, on, 1)
		if err != nil {
			return err
		}
		for _, peer := range peers {
			name := index.Tree.Node(peer.Place).Code
			want := world.Figures(name, int(on), false)
			want.OnTime, want.Late, want.DutiesOverdue, want.Open, want.Undetermined = 0, 0, 0, 0, 0 // cells alone
			if got := plain(peer.Cells); got != want {
				return fmt.Errorf(
					"figures of %s, among those below %s, on %s: got %+v, want %+v",
					name,
					index.Tree.Node(among).Code,
					on,
					got,
					want,
				)
			}
		}
	}
	return nil
}

// withheldAlike tells where a state withholds something else than a whole one does, of the
// publishers of whom it holds what they had.
func (h *history) withheldAlike(state *known.State) error {
	entry, _, err := h.db.LastEntryBy(context.Background(), state.Instant)
	if err != nil {
		return err
	}
	var whole known.Withheld
	if whole.Documents, err = h.db.Withheld(context.Background(), entry, calendar.Today(state.Instant), today, nil); err != nil {
		return err
	}
	if whole.Orders, whole.Requests, err = h.db.WithheldOrders(context.Background(), entry, nil); err != nil {
		return err
	}
	held := func(all []store.Withheld) []store.Withheld {
		all = slices.DeleteFunc(slices.Clone(all), func(w store.Withheld) bool {
			return len(state.Index.Lacking([]area.Place{state.Index.Tree.Find(w.PublisherCode)})) > 0
		})
		slices.SortFunc(all, func(a, b store.Withheld) int { return compare(a.Ref, b.Ref) })
		return all
	}
	for _, of := range [][2][]store.Withheld{
		{state.Documents, whole.Documents}, {state.Orders, whole.Orders}, {state.Requests, whole.Requests},
	} {
		got, want := held(of[0]), held(of[1])
		h.withheld.Add(int64(len(want)))
		if !slices.Equal(got, want) {
			return fmt.Errorf("withheld are %v, want %v", got, want)
		}
	}
	return nil
}
