package model

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/99designs/gqlgen/graphql"

	"github.com/reliefgraph/reliefgraph/graph/batch"
	"github.com/reliefgraph/reliefgraph/internal/admission"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// Work is what the work of a field is counted by.
type Work string

// What work is counted by.
const (
	WorkCells   Work = "CELLS"
	WorkGaps    Work = "GAPS"
	WorkRanking Work = "RANKING"
	WorkPeers   Work = "PEERS"
	WorkNodes   Work = "NODES"
	WorkLists   Work = "LISTS"
	WorkFacts   Work = "FACTS"
	WorkWhatIf  Work = "WHAT_IF"
	WorkEntries Work = "ENTRIES"
)

// Prices, in units of a microsecond of one core; internal/bench measures them.
const (
	asked         = 20 // what any such field takes
	cellsPerUnit  = 20
	nodesPerUnit  = 10
	unitsPerPlace = 2
	listedPerUnit = 100    // cells whose publishers are looked through
	factsPerUnit  = 5      // cells whose facts are read
	bookedPerUnit = 200    // cells of nodes whose books are added up
	supposed      = 500    // a publication
	unitsPerLimit = 8      // a cell of an entry that has another limit
	dutiesPerUnit = 2      // duties of such a cell
	unitsPerAnew  = 2      // a cell of a catalog that is another
	unitsPerDays  = 4      // or of other working days
	unitsPerRead  = 40     // a publisher with such a cell that follows from its facts
	recalled      = 20_000 // a state that was known, of which some are kept
	explained     = 40     // an explanation in full, with the days that it counts
)

// Charged does a field's work, after the request was let in with it. What is worked
// out in memory is done once a request for all who ask the same, one thing after the
// other, so that no request takes more than one core; what is read is read together
// by its loaders.
func Charged(ctx context.Context, of any, next graphql.Resolver, per Work) (any, error) {
	field := graphql.GetFieldContext(ctx)
	about := asks(ctx, of, field.Args)
	if about == nil {
		return next(ctx) // of an unknown code
	}
	if per == WorkLists || per == WorkFacts {
		if err := batch.Spend(ctx, about.work(per, field.Args)); err != nil {
			return nil, err
		}
		return next(ctx)
	}
	inquiry, err := inquiryOf(about, of, field)
	if err != nil {
		return nil, err
	}
	return about.view.once(inquiry, func() (any, error) {
		if err := batch.Spend(ctx, about.work(per, field.Args)); err != nil {
			return nil, err
		}
		defer admission.Of(ctx).Alone()()
		return next(ctx)
	})
}

// worker is what a node, or a thing found below it, has in common: fields that
// take work by the node's size.
type worker interface{ worksOn() *Administrative }

func (n *Administrative) worksOn() *Administrative     { return n }
func (c *GapConnection) worksOn() *Administrative      { return c.about }
func (c *UpcomingConnection) worksOn() *Administrative { return c.node }
func (c *CoverageChange) worksOn() *Administrative     { return c.view.administrative(c.place) }
func (c *Coverage) worksOn() *Administrative           { return c.view.administrative(c.place) }
func (r *Relief) worksOn() *Administrative             { return r.node }
func (w *WhatIf) worksOn() *Administrative             { return w.view.administrative(w.view.top) }

// asks is the node that a field is about, nil where its code is unknown.
func asks(ctx context.Context, of any, arguments map[string]any) *Administrative {
	if thing, ok := of.(worker); ok {
		return thing.worksOn()
	}
	v := ViewOf(ctx)
	code, named := arguments["code"].(string)
	if !named { // of the whole tree
		return &Administrative{view: v, place: area.Nowhere}
	}
	if place := v.Index.Tree.Find(code); place != area.Nowhere {
		return v.administrative(place)
	}
	return nil
}

// inquiry is one field of one thing with its arguments.
type inquiry struct {
	place            area.Place
	of               any // what is found below the place, nil for a field of the node
	field, arguments string
}

func inquiryOf(about *Administrative, of any, field *graphql.FieldContext) (inquiry, error) {
	asked := inquiry{place: about.place, field: field.Field.ObjectDefinition.Name + "." + field.Field.Name}
	if _, node := of.(AdministrativeNode); !node {
		asked.of = of
	}
	arguments, err := json.Marshal(field.Args)
	asked.arguments = string(arguments)
	return asked, err
}

// once does what an inquiry takes once.
func (v *View) once(asked inquiry, do func() (any, error)) (any, error) {
	v.answers.mutex.Lock()
	answer, known := v.answers.of[asked]
	if !known {
		answer = sync.OnceValues(do)
		v.answers.of[asked] = answer
	}
	v.answers.mutex.Unlock()
	return answer()
}

// answers are what was asked of a view.
type answers struct {
	mutex sync.Mutex
	of    map[inquiry]func() (any, error)
}

func newAnswers() *answers { return &answers{of: map[inquiry]func() (any, error){}} }

// readsAll tells whether a list is narrowed by what the index does not know, so that
// what all publishers have is read.
func readsAll(filter any) bool {
	switch of := filter.(type) {
	case *DisclosureFilter:
		return of != nil && (of.Title != nil || of.Period != nil || len(of.Categories)+len(of.Entries)+len(of.Attributes) > 0)
	case *NewsFilter:
		return of != nil && (of.Title != nil || len(of.Categories)+len(of.Entries) > 0)
	}
	return false
}

// backwards tells whether the end of a list is asked for.
func backwards(arguments map[string]any) bool {
	last, _ := arguments["last"].(*int)
	before, _ := arguments["before"].(*string)
	return last != nil || before != nil
}

// work is how much work a field of the node takes.
func (n *Administrative) work(per Work, arguments map[string]any) int {
	index := n.view.Index
	cells := 0
	switch {
	case per == WorkNodes || per == WorkEntries:
	case arguments["scope"] != nil && scopeOf(arguments["scope"].(*coverage.Scope)) == coverage.Self:
	default:
		cells = index.CellsBelow(n.place)
	}
	switch per {
	case WorkCells, WorkGaps:
		filter, _ := arguments["filter"].(*GapFilter)
		order, _ := arguments["orderBy"].(*coverage.GapOrder)
		if per == WorkGaps && filter == nil && !backwards(arguments) && valueOrZero(order) == coverage.ByPublisher {
			return asked // a page alone is walked
		}
		return asked + cells/cellsPerUnit
	case WorkRanking:
		level, _ := arguments["level"].(area.Level)
		return asked + cells/cellsPerUnit + unitsPerPlace*index.Tree.CountBelowAt(n.place, level)
	case WorkPeers:
		within, _ := arguments["within"].(*PeerGroup)
		among := index.PeersAmong(n.place, within.domain())
		return asked + index.CellsBelow(among)/cellsPerUnit + unitsPerPlace*index.Tree.CountBelowAt(among, n.Level)
	case WorkNodes:
		if n.place == area.Nowhere {
			return asked + index.Tree.Size()/nodesPerUnit
		}
		below := index.Tree.CountBelow(n.place)
		filter, _ := arguments["filter"].(*NodeFilter)
		order, _ := arguments["orderBy"].(*ChildOrder)
		if filter != nil && filter.WithGaps != nil || valueOrZero(order) != "" && *order != ChildOrderCode {
			return asked + below*unitsPerPlace
		}
		return asked + below/nodesPerUnit
	case WorkLists:
		if readsAll(arguments["filter"]) {
			return asked + cells/factsPerUnit
		}
		return asked + cells/listedPerUnit
	case WorkWhatIf:
		changes, _ := arguments["changes"].(WhatIfInput)
		return asked + supposed*len(changes.Publications) + unitsPerAnew*cells*min(len(changes.Entries), 1) +
			unitsPerDays*cells*min(len(changes.Arrangements), 1) + n.workOfLimits(changes.Limits)
	case WorkFacts:
		if n.view.byBooks() {
			return asked + cells/bookedPerUnit
		}
		return asked + cells/factsPerUnit
	case WorkEntries:
		filter, _ := arguments["filter"].(*CellFilter)
		if filter != nil || backwards(arguments) {
			return asked + index.Entries() + index.CellsBelow(n.place)/cellsPerUnit
		}
		return asked + index.Entries()
	}
	panic(fmt.Sprintf("there is no price for work by %s", per))
}

// workOfLimits is what it takes to derive the cells of entries under other limits.
func (n *Administrative) workOfLimits(limits []*WhatIfLimitInput) int {
	if len(limits) == 0 {
		return 0
	}
	entries := map[string]bool{}
	for _, limit := range limits {
		code := limit.EntryCode
		rule.Trim(&code)
		entries[code] = true
	}
	units := n.view.Index.CellsBelow(n.place) / cellsPerUnit
	for _, slot := range n.view.Index.Slots(n.place, coverage.Subtree, n.view.Today) {
		if entries[slot.EntryCode] {
			cells, duties := slot.Figures.Counted()
			units += unitsPerLimit*cells + duties/dutiesPerUnit
		}
	}
	return units
}
