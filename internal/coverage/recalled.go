package coverage

import (
	"sync"

	"github.com/reliefgraph/reliefgraph/internal/area"
)

// An index of another state than the present may hold some parts of the tree alone: those
// that were asked for. What it is asked about besides it does not answer, and notes; whoever
// asked asks again of one that holds that too. So nothing is told of a mixture.

// beyond notes of which places something was asked that is not held.
type beyond struct {
	mutex  sync.Mutex
	places map[area.Place]bool
}

// Recalled makes the index that holds nothing but what the given places and all below
// them have, and what an index made so holds already: the given timelines, and of
// publishers that are not among them those that they have here.
func (x *Index) Recalled(places []area.Place, timelines []Timelines) (*Index, error) {
	applied, err := x.Apply(timelines)
	if err != nil {
		return nil, err
	}
	next := *applied
	next.kept, next.beyond = newKept(), nil
	next.held = make([]bool, x.Tree.Size())
	copy(next.held, x.held)
	for _, place := range places {
		for at := range x.Tree.Below(place) {
			next.held[at] = true
		}
	}
	return &next, nil
}

// Lacking lists the places at and below the given ones that are not held.
func (x *Index) Lacking(places []area.Place) (lacking []area.Place) {
	if x.held == nil {
		return nil
	}
	listed := make(map[area.Place]bool)
	for _, place := range places {
		if x.held[place] {
			continue
		}
		for at := range x.Tree.Below(place) {
			if !x.held[at] && !listed[at] {
				listed[at] = true
				lacking = append(lacking, at)
			}
		}
	}
	return lacking
}

// Held lists the places that are held, all where everything is.
func (x *Index) Held() (places []area.Place, all bool) {
	for place, held := range x.held {
		if held {
			places = append(places, area.Place(place))
		}
	}
	return places, x.held == nil
}

// Watched is the index for one who asks, and then looks whether it was asked beyond what
// it holds.
func (x *Index) Watched() *Index {
	watched := *x
	watched.beyond = &beyond{places: map[area.Place]bool{}}
	return &watched
}

// Beyond lists the places that were asked about, each with those below it, and are not held.
func (x *Index) Beyond() (places []area.Place) {
	if x.beyond == nil {
		return nil
	}
	x.beyond.mutex.Lock()
	defer x.beyond.mutex.Unlock()
	for place := range x.beyond.places {
		places = append(places, place)
	}
	return places
}

// Holds tells whether what a place and all below it have is held, and notes that it was
// asked about where it is not.
func (x *Index) Holds(place area.Place) bool {
	if x.held == nil || x.held[place] {
		return true
	}
	if x.beyond == nil {
		panic("coverage: an index of parts is asked, and nobody looks whether it holds the answer")
	}
	x.beyond.mutex.Lock()
	defer x.beyond.mutex.Unlock()
	x.beyond.places[place] = true
	return false
}

// rowAt is what a place has, nil where nothing is known of it.
func (x *Index) rowAt(place area.Place) *row {
	if !x.Holds(place) {
		return nil
	}
	return x.rows.at(place)
}

// sumsAt are the sums that a node keeps of a scope, nil where its rows are counted.
func (x *Index) sumsAt(place area.Place, scope Scope) *sums {
	if scope != Subtree || !x.Holds(place) {
		return nil
	}
	return x.sums.at(place)
}

// keep keeps an answer, unless it is one to somebody who is to ask again.
func (x *Index) keep(question, answer any, rows int) {
	if len(x.Beyond()) == 0 {
		x.kept.keep(question, answer, rows)
	}
}
