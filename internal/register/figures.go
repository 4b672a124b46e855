package register

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// NodeFigures are a node's figures with all below it, before and after a write. A
// node that was not there, or is no longer, had or has none.
type NodeFigures struct {
	Code, Name    string
	Before, After coverage.Figures
}

// change is by how many cells the two differ, over all statuses.
func (n *NodeFigures) change() (cells int) {
	for status := range n.Before.Cells {
		by := n.After.Cells[status] - n.Before.Cells[status]
		cells += max(by, -by)
	}
	return cells
}

// figuresChange are a publisher's own figures.
type figuresChange struct{ before, after coverage.Figures }

// counting counts the figures of publishers whose timelines differ, where that is
// asked for.
type counting struct {
	before, after *coverage.Counting
	own           map[string]figuresChange
}

func newCounting(how Recomputing) *counting {
	if !how.Figures {
		return &counting{}
	}
	c := &counting{own: map[string]figuresChange{}, after: coverage.NewCounting(how.Today, how.Reference.Days)}
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
	c.own[publisher] = figuresChange{was, is}
	return err
}

// touched adds the figures up at the publishers whose timelines differ and at the
// places above them, where they stood and where they stand.
func (b *Bulk) touched(ctx context.Context, own map[string]figuresChange) ([]NodeFigures, error) {
	if len(own) == 0 {
		return nil, nil
	}
	touched := map[string]*NodeFigures{}
	named(b.before.Tree, own, touched)
	named(b.Reference.Tree, own, touched)
	was, is := placed(b.before.Tree, touched), placed(b.Reference.Tree, touched)
	stays := newCounting(Recomputing{Reference: b.Reference, Today: b.how.Today, Before: b.former, Figures: true})
	add := func(publisher string, figures figuresChange) {
		if !figures.before.Zero() {
			for at := b.before.Tree.Find(publisher); at != area.Nowhere; at = b.before.Tree.Parent(at) {
				if node := was[at]; node != nil {
					node.Before.Plus(&figures.before)
				}
			}
		}
		if !figures.after.Zero() {
			for at := b.Reference.Tree.Find(publisher); at != area.Nowhere; at = b.Reference.Tree.Parent(at) {
				if node := is[at]; node != nil {
					node.After.Plus(&figures.after)
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
		add(t.PublisherCode, figuresChange{was, is})
		return err
	})
	for publisher, figures := range own {
		add(publisher, figures)
	}
	return largestFirst(touched), err
}

// named notes publishers and the places above them in a tree.
func named(tree *area.Tree, own map[string]figuresChange, touched map[string]*NodeFigures) {
	seen := make([]bool, tree.Size())
	for publisher := range own {
		for place := tree.Find(publisher); place != area.Nowhere && !seen[place]; place = tree.Parent(place) {
			seen[place] = true
			node := tree.Node(place)
			touched[node.Code] = &NodeFigures{Code: node.Code, Name: node.Name}
		}
	}
}

// placed are the nodes touched by their places in a tree.
func placed(tree *area.Tree, touched map[string]*NodeFigures) []*NodeFigures {
	at := make([]*NodeFigures, tree.Size())
	for code, node := range touched {
		if place := tree.Find(code); place != area.Nowhere {
			at[place] = node
		}
	}
	return at
}

func largestFirst(touched map[string]*NodeFigures) []NodeFigures {
	nodes := make([]NodeFigures, 0, len(touched))
	for _, code := range slices.Sorted(maps.Keys(touched)) {
		nodes = append(nodes, *touched[code])
	}
	slices.SortStableFunc(nodes, func(a, b NodeFigures) int {
		return cmp.Or(cmp.Compare(b.change(), a.change()), cmp.Compare(b.After.Required(), a.After.Required()))
	})
	return nodes
}
