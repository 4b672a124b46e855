package live

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// Place is how far one has come: everything up to From, and of what was seen from there
// to To the cells up to one of a row of events; none where To is nil.
type Place struct {
	From store.Seen
	To   *store.Seen
	ID   int64
	Cell int
}

// Event is a gap that a write opened or closed.
type Event struct {
	At            time.Time
	PublisherCode string
	store.GapChange
	// Place is how far one has come with it.
	Place Place
}

// pageRows is how many rows of events are read at once.
const pageRows = 200

// Events follows the gaps that writes open and close, of a node and all below it.
type Events struct {
	hub     *Hub
	code    string
	history string
	at      Place
	ready   []Event
	more    bool // behind those that are ready there may be others before To
	leave   func()
}

// Events begins to follow them, after a place that was reached before, or from now on
// where none is given.
func (h *Hub) Events(ctx context.Context, code string, after *Place) (*Events, error) {
	state, leave, err := h.join(ctx)
	if err != nil {
		return nil, err
	}
	e := &Events{hub: h, code: code, history: state.History, at: Place{From: state.Seen}, leave: leave}
	if after == nil {
		return e, nil
	}
	gone, err := h.store.GapEventsGone(ctx, after.From)
	if err == nil && gone {
		err = problem.Invalid("after", "leave it out, and ask for the gaps as they are now",
			"what came after it is no longer kept")
	}
	if err != nil {
		leave()
		return nil, err
	}
	e.at, e.more = *after, after.To != nil
	return e, nil
}

// Leave ends it.
func (e *Events) Leave() { e.leave() }

// Next returns the next event, when there is one, with a state that holds it.
func (e *Events) Next(ctx context.Context) (*Event, *State, error) {
	for {
		state, newer := e.hub.current()
		if state.History != e.history {
			return nil, nil, errAnother()
		}
		if len(e.ready) > 0 {
			event := e.ready[0]
			e.ready = e.ready[1:]
			return &event, state, nil
		}
		if e.at.To == nil && e.at.From.Equal(state.Seen) {
			select {
			case <-newer:
			case <-ctx.Done():
				return nil, nil, ctx.Err()
			}
			continue
		}
		if err := e.fill(ctx, state); err != nil {
			return nil, nil, err
		}
	}
}

// fill makes some of the next events ready, or goes on to where there may be some.
func (e *Events) fill(ctx context.Context, state *State) error {
	if e.at.To == nil {
		if held, ok := e.hub.after(e.at.From); ok {
			e.at.To, e.more = &held.to, false
			e.take(held.events)
			return nil
		}
		e.at.To, e.at.ID, e.at.Cell, e.more = &state.Seen, 0, 0, true
	}
	if !e.more {
		e.at = Place{From: *e.at.To}
		return nil
	}
	// The row in the middle of which one stopped is read again.
	events, err := e.hub.store.GapEvents(ctx, e.at.From, *e.at.To, e.code, max(e.at.ID-1, 0), pageRows)
	if err != nil {
		return err
	}
	e.more = len(events) == pageRows
	e.take(events)
	return nil
}

// take makes the cells of events ready that are wanted and not yet behind.
func (e *Events) take(all []store.GapEvents) {
	from, to := e.at.From, e.at.To
	for i := range all {
		row := &all[i]
		if row.ID < e.at.ID || e.code != "" && !slices.Contains(row.Above, e.code) {
			continue
		}
		for cell, change := range row.Cells {
			if row.ID > e.at.ID || cell > e.at.Cell {
				e.ready = append(e.ready, Event{row.At, row.PublisherCode, change, Place{from, to, row.ID, cell}})
			}
		}
	}
	if len(all) > 0 {
		last := &all[len(all)-1]
		e.at.ID, e.at.Cell = last.ID, len(last.Cells)
	}
	if len(e.ready) > 0 && !e.more {
		e.ready[len(e.ready)-1].Place = Place{From: *to} // shorter, and the same
	}
}

// String writes a place as words without blanks.
func (p Place) String() string {
	parts := []string{seenText(p.From)}
	if p.To != nil {
		parts = append(parts, seenText(*p.To), strconv.FormatInt(p.ID, 10), strconv.Itoa(p.Cell))
	}
	return strings.Join(parts, ";")
}

func seenText(s store.Seen) string {
	texts := []string{strconv.FormatUint(s.Next, 10)}
	for _, id := range s.Open {
		texts = append(texts, strconv.FormatUint(s.Next-id, 10)) // they are close
	}
	return strings.Join(texts, ",")
}

// ParsePlace reads what String wrote.
func ParsePlace(text string) (p Place, ok bool) {
	parts := strings.Split(text, ";")
	if len(parts) != 1 && len(parts) != 4 {
		return p, false
	}
	if p.From, ok = parseSeen(parts[0]); !ok || len(parts) == 1 {
		return p, ok
	}
	to, ok := parseSeen(parts[1])
	id, wrongID := strconv.ParseInt(parts[2], 10, 64)
	cell, wrongCell := strconv.Atoi(parts[3])
	p.To, p.ID, p.Cell = &to, id, cell
	return p, ok && wrongID == nil && wrongCell == nil
}

func parseSeen(text string) (s store.Seen, ok bool) {
	for i, part := range strings.Split(text, ",") {
		number, err := strconv.ParseUint(part, 10, 64)
		if err != nil || i > 0 && number > s.Next {
			return s, false
		}
		if i == 0 {
			s.Next = number
		} else {
			s.Open = append(s.Open, s.Next-number)
		}
	}
	return s, true
}
