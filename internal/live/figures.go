package live

import (
	"context"

	"github.com/reliefgraph/reliefgraph/internal/area"
)

// Figures follows the figures of a node.
type Figures struct {
	hub   *Hub
	code  string
	dated bool
	sent  *State // the last that was returned, nil before the first
	first *State
	leave func()
}

// Figures begins to follow those of a node; dated: of one day, whatever today is.
func (h *Hub) Figures(ctx context.Context, code string, dated bool) (*Figures, error) {
	state, leave, err := h.join(ctx)
	if err != nil {
		return nil, err
	}
	return &Figures{hub: h, code: code, dated: dated, first: state, leave: leave}, nil
}

// Leave ends it.
func (f *Figures) Leave() { f.leave() }

// Next returns the first state at once, then the newest when the figures may differ from
// those of the last.
func (f *Figures) Next(ctx context.Context) (*State, error) {
	if f.sent == nil {
		f.sent = f.first
		return f.sent, nil
	}
	for {
		state, newer := f.hub.current()
		if f.differ(state) {
			f.sent = state
			return state, nil
		}
		select {
		case <-newer:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (f *Figures) differ(now *State) bool {
	if !f.dated && now.Today != f.sent.Today {
		return true
	}
	place, before := now.Index.Tree.Find(f.code), f.sent.Index.Tree.Find(f.code)
	if place == area.Nowhere || before == area.Nowhere {
		return place != before
	}
	return !now.Index.SameAt(place, f.sent.Index)
}
