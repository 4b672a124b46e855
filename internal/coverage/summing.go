package coverage

import (
	"runtime"
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
