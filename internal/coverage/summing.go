package coverage

import (
	"cmp"
	"maps"
	"runtime"
	"slices"
	"sync"

	"github.com/reliefgraph/reliefgraph/internal/area"
)

// sumAll makes the sums of every node that keeps them, the subtrees of the
// roots' grandchildren at once.
func (x *Index) sumAll() {
	x.cells = 0
	x.cellsBelow = make([]int32, x.Tree.Size())
	count := make([]int, x.Tree.Size())
	var countBelow func(area.Place) int
	children := x.childrenAsHeld()
	x.children = children
	countBelow = func(place area.Place) int {
		if r := x.rows.at(place); r != nil && (len(r.cells) > 0 || r.orders != nil) {
			count[place]++
			x.cells += len(x.rows.at(place).cells)
			x.cellsBelow[place] = int32(len(x.rows.at(place).cells))
		}
		for _, child := range children[place] {
			count[place] += countBelow(child)
			x.cellsBelow[place] += x.cellsBelow[child]
		}
		return count[place]
	}
	var work []area.Place // from the lowest up: a node after its children
	var order func(area.Place)
	order = func(place area.Place) {
		if count[place] < x.large.sums {
			return
		}
		for _, child := range children[place] {
			order(child)
		}
		work = append(work, place)
	}
	for _, root := range x.Tree.Roots() {
		countBelow(root)
		order(root)
	}
	done := make(map[area.Place]chan struct{}, len(work))
	for _, place := range work {
		done[place] = make(chan struct{})
	}
	next := make(chan area.Place)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			g, adding := newGathering(x.Days), &adding{}
			for place := range next {
				x.sums.put(place, x.sumOf(place, g, adding, done))
				if int(x.cellsBelow[place]) >= x.large.runs {
					x.sums.at(place).runs = x.keepRuns(place)
				}
				close(done[place])
			}
		})
	}
	for _, place := range work {
		next <- place
	}
	close(next)
	workers.Wait()
}

// childrenAsHeld lists the children by the tree's own parents, not as shown.
func (x *Index) childrenAsHeld() [][]area.Place {
	children := make([][]area.Place, x.Tree.Size())
	for place := range area.Place(x.Tree.Size()) {
		if parent := x.Tree.Parent(place); parent != area.Nowhere {
			children[parent] = append(children[parent], place)
		}
	}
	return children
}

// sumOf adds up a node's own row, the rows below its small children, and the
// sums of its large ones, for which it waits: they come before it in order.
func (x *Index) sumOf(place area.Place, g *gathering, a *adding, done map[area.Place]chan struct{}) *sums {
	g.again()
	g.row(x.rows.at(place), x.Tree.Node(place).Level)
	var large []*sums
	for _, child := range x.children[place] {
		if finished, keepsSums := done[child]; keepsSums {
			<-finished
			large = append(large, x.sums.at(child))
			continue
		}
		for below := range x.Tree.Below(child) {
			g.row(x.rows.at(below), x.Tree.Node(below).Level)
		}
	}
	return (*sums)(nil).with(g.finish()).added(large, a)
}

// resum changes sums by what differs of rows: in the lowest node that keeps sums a cell is
// taken out and put in, and what that comes to in each node above.
func (x *Index) resum(differing []rowChange) {
	gatherings := map[area.Place]*gathering{}
	at := func(place area.Place) *gathering {
		if gatherings[place] == nil {
			gatherings[place] = newGathering(x.Days)
		}
		return gatherings[place]
	}
	for i := range differing {
		change := &differing[i]
		if change.empty() {
			continue
		}
		if keeps := x.fromUp(change.place, x.hasSums); keeps != area.Nowhere {
			at(keeps).change(change)
		}
		if keeps := x.fromUp(change.place, x.hasRuns); keeps != area.Nowhere {
			at(keeps).changeRuns(change)
		}
	}
	above := map[area.Place]int{} // how many nodes that keep sums are
	var count func(area.Place) int
	count = func(place area.Place) int {
		if place == area.Nowhere {
			return 0
		}
		if _, known := above[place]; !known {
			above[place] = count(x.sumsAbove(place)) + 1
		}
		return above[place]
	}
	for place := range gatherings {
		count(place)
	}
	if len(above) > 0 {
		x.sums = x.sums.next()
	}
	lowestFirst := func(a, b area.Place) int { return cmp.Compare(above[b], above[a]) }
	for _, place := range slices.SortedFunc(maps.Keys(above), lowestFirst) {
		g := at(place)
		events := g.finish()
		if len(events.cells)+len(events.orders) > 0 {
			x.sums.put(place, x.sums.at(place).with(events))
		}
		if len(g.runsGone)+len(g.runsCome) > 0 {
			changed := *x.sums.at(place)
			changed.runs = changed.runs.with(g.runsGone, g.runsCome, x.compareRuns)
			x.sums.put(place, &changed)
		}
		if up := x.sumsAbove(place); up != area.Nowhere {
			at(up).cells = append(at(up).cells, events.cells...)
			at(up).orders = append(at(up).orders, events.orders...)
		}
	}
}

func (x *Index) hasSums(place area.Place) bool { return x.sums.at(place) != nil }

// sumsAbove is the nearest node above one that keeps sums, Nowhere where there is none.
func (x *Index) sumsAbove(place area.Place) area.Place {
	return x.fromUp(x.Tree.Parent(place), x.hasSums)
}

// fromUp is the nearest of a node and those above it of which something holds, Nowhere
// where it does of none.
func (x *Index) fromUp(place area.Place, holds func(area.Place) bool) area.Place {
	for place != area.Nowhere && !holds(place) {
		place = x.Tree.Parent(place)
	}
	return place
}
