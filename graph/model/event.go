package model

import (
	"context"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

// DisasterEvent is a disaster that relief answers.
type DisasterEvent struct {
	view *View
	relief.Event
}

// mostEvents is how many events one question answers.
const mostEvents = 500

// DisasterEvents lists the events that struck the node, or any below or above it,
// newest first.
func (n *Administrative) DisasterEvents(ctx context.Context) ([]*DisasterEvent, error) {
	v, place := n.view, n.place
	all, err := v.loaders.events.Load(ctx, struct{}{})
	if err != nil {
		return nil, err
	}
	events := []*DisasterEvent{}
	for _, event := range all {
		if len(events) == mostEvents {
			break
		}
		if v.struck(place, event.AreaCodes) {
			events = append(events, &DisasterEvent{v, event})
		}
	}
	return events, nil
}

// readEvents reads all events: a nation has few.
func (l *loaders) readEvents(ctx context.Context, keys []struct{}) ([][]relief.Event, error) {
	all, err := l.view.store.Events(ctx)
	if err != nil {
		return nil, err
	}
	return slices.Repeat([][]relief.Event{all}, len(keys)), nil
}

// struck tells whether one of the codes is the place's, or of one below or above it.
func (v *View) struck(place area.Place, codes []string) bool {
	for _, code := range codes {
		other := v.Index.Tree.Find(code)
		if other != area.Nowhere && (v.Index.Tree.Contains(place, other) || v.Index.Tree.Contains(other, place)) {
			return true
		}
	}
	return false
}

// Areas are the places that it struck.
func (e *DisasterEvent) Areas() []AdministrativeNode {
	var places []area.Place
	for _, code := range e.AreaCodes {
		if place := e.view.Index.Tree.Find(code); place != area.Nowhere {
			places = append(places, place)
		}
	}
	return e.view.nodes(places)
}
