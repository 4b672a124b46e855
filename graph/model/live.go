package model

import (
	"context"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/live"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Feed joins a subscription with who sends its messages: the resolver says what comes
// next, the sender what it is answered from.
type Feed struct {
	// Resume, where it is not empty, is the token to go on after, whatever the document
	// says: who was cut off asks for the same again.
	Resume string
	// Next waits for the next message; nil while nothing is followed.
	Next func(context.Context) (*Message, error)
	// Leave ends it.
	Leave func()
}

// Message is what is to be answered next.
type Message struct {
	State *live.State
	// Changing: it is sent only if its answer is another than the last.
	Changing bool
	// Token is that of the message, sealed for a view.
	Token func(*View) string
	// Answer lets it be answered from a view.
	Answer func(*View)
}

type feedKey struct{}

// WithFeed puts a feed into a subscription's context.
func WithFeed(ctx context.Context, feed *Feed) context.Context {
	return context.WithValue(ctx, feedKey{}, feed)
}

func feedOf(ctx context.Context) *Feed { return ctx.Value(feedKey{}).(*Feed) }

// liveTag sets tokens apart from cursors, and those of one history of the database from
// those of another.
func liveTag(history string) string { return "live " + history }

func (v *View) liveToken(history string, at live.Place) string {
	return v.Seal.Close(at.String(), liveTag(history))
}

// placeOf reads a token.
func (v *View) placeOf(token, history string) (*live.Place, error) {
	if plain, ok := v.Seal.Open(token, liveTag(history)); ok {
		if at, ok := live.ParsePlace(plain); ok {
			return &at, nil
		}
	}
	return nil, problem.Invalid("after", "give that of a message of this database, unchanged, or leave it out",
		"it is no token of a subscription")
}

// LiveCoverage is figures as they stand.
type LiveCoverage struct {
	Token    string
	Coverage *Coverage // nil where the code is unknown
}

// FollowCoverage follows the figures of a node.
func FollowCoverage(ctx context.Context, hub *live.Hub, code string, asOf *calendar.Day) (<-chan *LiveCoverage, error) {
	figures, err := hub.Figures(ctx, code, asOf != nil)
	if err != nil {
		return nil, err
	}
	answers := make(chan *LiveCoverage, 1)
	feed := feedOf(ctx)
	feed.Leave = figures.Leave
	feed.Next = func(ctx context.Context) (*Message, error) {
		state, err := figures.Next(ctx)
		if err != nil {
			return nil, err
		}
		token := func(v *View) string { return v.liveToken(state.History, live.Place{From: state.Seen}) }
		return &Message{state, true, token, func(v *View) {
			answer := &LiveCoverage{Token: token(v)}
			if place := v.Index.Tree.Find(code); place != area.Nowhere {
				scope := coverage.Subtree
				answer.Coverage = v.administrative(place).Coverage(asOf, &scope)
			}
			answers <- answer
		}}, nil
	}
	return answers, nil
}

// GapEvent is a gap that a write opened or closed.
type GapEvent struct {
	view  *View
	event *live.Event
	Token string
}

// FollowGaps follows the gaps that writes open and close.
func FollowGaps(ctx context.Context, hub *live.Hub, code string, after *string) (<-chan *GapEvent, error) {
	feed, view := feedOf(ctx), ViewOf(ctx)
	if feed.Resume != "" {
		after = &feed.Resume
	}
	var from *live.Place
	if after != nil {
		history, err := hub.History(ctx)
		if err == nil {
			from, err = view.placeOf(*after, history)
		}
		if err != nil {
			return nil, err
		}
	}
	events, err := hub.Events(ctx, code, from)
	if err != nil {
		return nil, err
	}
	answers := make(chan *GapEvent, 1)
	feed.Leave = events.Leave
	feed.Next = func(ctx context.Context) (*Message, error) {
		event, state, err := events.Next(ctx)
		if err != nil {
			return nil, err
		}
		token := func(v *View) string { return v.liveToken(state.History, event.Place) }
		return &Message{state, false, token, func(v *View) { answers <- &GapEvent{v, event, token(v)} }}, nil
	}
	return answers, nil
}

// At is the instant of the write.
func (e *GapEvent) At() time.Time { return e.event.At }

// PublisherCode names who owes it.
func (e *GapEvent) PublisherCode() string { return e.event.PublisherCode }

// EntryCode names the entry.
func (e *GapEvent) EntryCode() string { return e.event.EntryCode }

// Publisher is who owes it, nil where the write took it out.
func (e *GapEvent) Publisher() AdministrativeNode { return e.view.ByCode(e.event.PublisherCode) }

// Entry is the row of the catalog in force today.
func (e *GapEvent) Entry() *CatalogEntry {
	if e.view.Index.Tree.Size() == 0 { // the write took all out
		return &CatalogEntry{
			&catalog.Row{Entry: &catalog.Entry{Code: e.event.EntryCode, Item: e.event.EntryCode}, From: &catalog.Catalog{}, Leaf: true},
		}
	}
	return e.view.entryOf(e.event.PublisherCode, e.event.EntryCode, e.view.Today)
}

// Before is the status that the cell had.
func (e *GapEvent) Before() *timeline.Status { return inForce(e.event.Before) }

// After is the status that it came to have.
func (e *GapEvent) After() *timeline.Status { return inForce(e.event.After) }
