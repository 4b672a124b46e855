package register

import (
	"cmp"
	"context"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// NodeFigures are a node's figures with all below it, before and after a write. A
// node that was not there, or is no longer, had or has none.
type NodeFigures struct {
	Code, Name    string
	before, after cellCounts
}

// cellCounts are small numbers, as a write may touch every node of the nation.
type cellCounts [timeline.Statuses]int32

func (c *cellCounts) plus(own *ownCounts) {
	for status := range c {
		c[status] += int32(own[status])
	}
}

func (c *cellCounts) figures() (figures coverage.Figures) {
	for status, cells := range c {
		figures.Cells[status] = int(cells)
	}
	return figures
}

// Before are the figures of cells before the write.
func (n *NodeFigures) Before() coverage.Figures { return n.before.figures() }

// After are those after it.
func (n *NodeFigures) After() coverage.Figures { return n.after.figures() }

// change is by how many cells the two differ, over all statuses.
func (n *NodeFigures) change() (cells int) {
	for status := range n.before {
		by := int(n.after[status] - n.before[status])
		cells += max(by, -by)
	}
	return cells
}

// ownFigures are a publisher's own figures of cells, before and after.
type ownFigures struct {
	before, after ownCounts
	// dutiesDiffer: those of its duties are not what they were.
	dutiesDiffer bool
}

func ownFiguresOf(was, is *coverage.Figures) ownFigures {
	return ownFigures{ownCountsOf(was), ownCountsOf(is), was.Duties != is.Duties}
}

// differ tells whether any figure is not what it was.
func (o *ownFigures) differ() bool { return o.dutiesDiffer || o.before != o.after }

// ownCounts are cells of one publisher, one an entry.
type ownCounts [timeline.Statuses]uint16

func ownCountsOf(figures *coverage.Figures) (own ownCounts) {
	for status, cells := range figures.Cells {
		own[status] = uint16(cells)
	}
	return own
}

// counting counts the figures of publishers whose timelines differ, where that is
// asked for.
type counting struct {
	before, after *coverage.Counting
	own           map[string]ownFigures
}

func newCounting(how Recomputing) *counting {
	if !how.Figures {
		return &counting{}
	}
	c := &counting{own: map[string]ownFigures{}, after: coverage.NewCounting(how.Today, how.Reference.Days)}
	c.before = c.after
	if how.Before != nil {
		c.before = coverage.NewCounting(how.Today, how.Before)
	}
	return c
}

func (c *counting) count(publisher string, before, after timeline.Packed) error {
	if c.own == nil {
		return nil
	}
	was, err := c.before.Of(before)
	if err != nil {
		return err
	}
	is, err := c.after.Of(after)
	c.own[publisher] = ownFiguresOf(&was, &is)
	return err
}

// touched adds the figures up at the publishers whose timelines differ and at the
// places above them, where they stood and where they stand.
func (b *Bulk) touched(ctx context.Context, own map[string]ownFigures) ([]NodeFigures, error) {
	if len(own) == 0 {
		return nil, nil
	}
	touched := b.touches(own)
	was, is := placed(b.before.Tree, touched), placed(b.Reference.Tree, touched)
	stays := newCounting(Recomputing{Reference: b.Reference, Today: b.how.Today, Before: b.former, Figures: true})
	add := func(publisher string, figures ownFigures) {
		if figures.before != (ownCounts{}) {
			for at := b.before.Tree.Find(publisher); at != area.Nowhere; at = b.before.Tree.Parent(at) {
				if was[at] > 0 {
					touched[was[at]-1].before.plus(&figures.before)
				}
			}
		}
		if figures.after != (ownCounts{}) {
			for at := b.Reference.Tree.Find(publisher); at != area.Nowhere; at = b.Reference.Tree.Parent(at) {
				if is[at] > 0 {
					touched[is[at]-1].after.plus(&figures.after)
				}
			}
		}
	}
	err := b.w.EachTimelines(ctx, func(t coverage.Timelines) error {
		if _, differs := own[t.PublisherCode]; differs {
			return nil
		}
		is, err := stays.after.Of(t.Packed)
		was := is
		if err == nil && stays.before != stays.after {
			was, err = stays.before.Of(t.Packed)
		}
		add(t.PublisherCode, ownFiguresOf(&was, &is))
		return err
	})
	for publisher, figures := range own {
		add(publisher, figures)
	}
	slices.SortStableFunc(touched, func(a, b NodeFigures) int {
		after, afterB := a.After(), b.After()
		return cmp.Or(cmp.Compare(b.change(), a.change()), cmp.Compare(afterB.Required(), after.Required()))
	})
	return touched, err
}

// touches are the publishers and the places above them, where they stood and where they
// stand, by code.
func (b *Bulk) touches(own map[string]ownFigures) (touched []NodeFigures) {
	was, is := b.before.Tree, b.Reference.Tree
	touches := func(tree *area.Tree) []bool {
		places := make([]bool, tree.Size())
		for publisher := range own {
			for place := tree.Find(publisher); place != area.Nowhere && !places[place]; place = tree.Parent(place) {
				places[place] = true
			}
		}
		return places
	}
	stood, stands := touches(was), touches(is)
	for place, touched := range stood {
		if !touched {
			continue
		}
		if now := is.Find(was.Node(area.Place(place)).Code); now != area.Nowhere {
			stood[place], stands[now] = false, true
		}
	}
	list := func(tree *area.Tree, places []bool) {
		for place, touches := range places {
			if node := tree.Node(area.Place(place)); touches {
				touched = append(touched, NodeFigures{Code: node.Code, Name: node.Name})
			}
		}
	}
	list(was, stood)
	list(is, stands)
	slices.SortFunc(touched, func(a, b NodeFigures) int { return cmp.Compare(a.Code, b.Code) })
	return touched
}

// placed are, by place in a tree, which of the nodes touched each is, from 1 on.
func placed(tree *area.Tree, touched []NodeFigures) []int32 {
	at := make([]int32, tree.Size())
	for i := range touched {
		if place := tree.Find(touched[i].Code); place != area.Nowhere {
			at[place] = int32(i + 1)
		}
	}
	return at
}
