package register

import (
	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/order"
)

// movedOrders lists the open orders that are due on another day than by the calendar as it was.
func movedOrders(o []order.Recorded, how Recomputing) (moved []MovedDeadline) {
	for i := range o {
		now, _, issued := o[i].On(how.Today, o[i].Events, how.Reference.Days)
		if !issued || !now.State.Open() {
			continue
		}
		before, _, _ := o[i].On(how.Today, o[i].Events, how.Before)
		if before.DueOn != now.DueOn {
			moved = append(moved, MovedDeadline{
				PublisherCode: o[i].PublisherCode, Kind: orderDeadline, Name: o[i].Ref, Before: before.DueOn, After: now.DueOn,
				hidden: !o[i].Kind.Public(),
			})
		}
	}
	return moved
}

// orderDeadline is the kind of an order's due day among moved deadlines.
const orderDeadline = "ORDER"

// only are the cells of a batch that are recomputed: none of publishers of whom orders
// alone are.
func (how *Recomputing) only(cells affected.Cells, batch []string) affected.Cells {
	of := make(affected.Cells, len(batch))
	for _, publisher := range batch {
		entries, recomputed := cells[publisher]
		if !recomputed {
			entries = map[string]bool{}
		}
		of[publisher] = entries
	}
	return of
}

// packsOrders are those of a batch of whom orders are packed anew.
func (how *Recomputing) packsOrders(cells affected.Cells, batch []string) (publishers []string) {
	for _, publisher := range batch {
		entries, recomputed := cells[publisher]
		if how.Orders[publisher] || recomputed && entries == nil {
			publishers = append(publishers, publisher)
		}
	}
	return publishers
}
