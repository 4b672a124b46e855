package area

import (
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// Successors returns the places that a place was succeeded by, as far as the tree
// holds them; nothing owed passes to them (docs/design.md, "Which cells exist").
func (t *Tree) Successors(place Place) []Place {
	var successors []Place
	for _, code := range t.nodes[place].SucceededBy {
		if successor := t.Find(code); successor != Nowhere {
			successors = append(successors, successor)
		}
	}
	slices.Sort(successors)
	return slices.Compact(successors)
}

// Predecessors returns the places that a place succeeds, by code.
func (t *Tree) Predecessors(place Place) []Place { return t.predecessors[place] }

// Succession is a day on which places ended or began.
type Succession struct {
	On           calendar.Day
	Ended, Began []Place
}

// Successions lists the days after one day and up to another on which places at or
// below a node ended, that is on which they first no longer are, or began.
func (t *Tree) Successions(place Place, from, to calendar.Day) []Succession {
	byDay := map[calendar.Day]*Succession{}
	on := func(day calendar.Day) *Succession {
		if byDay[day] == nil {
			byDay[day] = &Succession{On: day}
		}
		return byDay[day]
	}
	within := func(day calendar.Day) bool { return from < day && day <= to }
	for at := range t.Below(place) {
		if t.nodes[at].Department {
			continue
		}
		valid := t.nodes[at].valid()
		if valid.To != calendar.Never && within(valid.To+1) {
			s := on(valid.To + 1)
			s.Ended = append(s.Ended, at)
		}
		if within(valid.From) {
			s := on(valid.From)
			s.Began = append(s.Began, at)
		}
	}
	successions := make([]Succession, 0, len(byDay))
	for _, s := range byDay {
		successions = append(successions, *s)
	}
	slices.SortFunc(successions, func(a, b Succession) int { return int(a.On - b.On) })
	return successions
}
