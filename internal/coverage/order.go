package coverage

import (
	"slices"
	"sort"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/order"
)

// Orders stand in the rows of their publishers, newest first, and are summed as cells
// are: of each kind and phase a curve.

// orderSlot is a kind of order in a phase.
func orderSlot(kind order.Kind, phase order.Phase) slotKey {
	return slotKey(kind)*order.Phases + slotKey(phase)
}

// orderCurves are by slot; nil where there are no orders.
type orderCurves []curve

// with returns the curves with events, which are summed, added.
func (c orderCurves) with(events []event) orderCurves {
	if len(events) == 0 {
		return c
	}
	next := make(orderCurves, order.Kinds*order.Phases)
	copy(next, c)
	for len(events) > 0 {
		slot, length := events[0].slot(), 1
		for length < len(events) && events[length].slot() == slot {
			length++
		}
		next[slot] = next[slot].with(events[:length])
		events = events[length:]
	}
	return next
}

// addOrders adds up the curves of orders of several sums.
func addOrders(all []*sums, a *adding) orderCurves {
	var added orderCurves
	for slot := range order.Kinds * order.Phases {
		var parts []*curve
		for _, s := range all {
			if s.orders != nil {
				parts = append(parts, &s.orders[slot])
			}
		}
		if c := a.add(parts); c.changes() > 0 {
			if added == nil {
				added = make(orderCurves, order.Kinds*order.Phases)
			}
			added[slot] = c
		}
	}
	return added
}

// order adds an order's events times `factor`.
func (g *gathering) order(o *order.Summary, factor int) {
	before := order.Phase(0)
	for _, span := range o.Spans {
		if span.From > calendar.Last {
			break
		}
		if before != 0 {
			g.orders = append(g.orders, newEvent(orderSlot(o.Kind, before), 0, span.From, -factor))
		}
		g.orders = append(g.orders, newEvent(orderSlot(o.Kind, span.Phase), 0, span.From, factor))
		before = span.Phase
	}
}

// lastIssued is the day of issue of the newest order, 0 where there is none.
func (r *row) lastIssued() uint16 {
	if r == nil || r.orders == nil {
		return 0
	}
	return r.orders.issued[0]
}

// changeOfOrders finds the orders in which two rows, either of which may be nil, differ.
func changeOfOrders(before, after *row) (gone, come []order.Summary) {
	stays := map[string]*order.Summary{}
	for i := range after.summaries() {
		o := &after.orders.summaries[i]
		stays[o.Ref] = o
	}
	for i := range before.summaries() {
		o := &before.orders.summaries[i]
		if now := stays[o.Ref]; now != nil && now.Kind == o.Kind && slices.Equal(now.Spans, o.Spans) {
			delete(stays, o.Ref)
		} else {
			gone = append(gone, *o)
		}
	}
	for _, o := range stays {
		come = append(come, *o)
	}
	return gone, come
}

// wantedOrders are the phases that are counted or listed, by kind.
type wantedOrders [order.Kinds]uint16

func (w *wantedOrders) has(o *order.Summary, on calendar.Day) bool {
	return w[o.Kind] != 0 && w[o.Kind]&(1<<order.PhaseOn(o.Spans, on)) != 0
}

// countOrders counts by kind and phase, on a day.
func (x *Index) countOrders(place area.Place, scope Scope, on calendar.Day, count func(order.Kind, order.Phase, int)) {
	if s := x.sumsAt(place, scope); s != nil {
		for slot := range s.orders {
			if orders := s.orders[slot].at(on); orders != 0 {
				count(order.Kind(slot/order.Phases), order.Phase(slot%order.Phases), orders)
			}
		}
		return
	}
	for _, r := range x.rowsOf(place, scope) {
		for i := range r.summaries() {
			o := &r.orders.summaries[i]
			if phase := order.PhaseOn(o.Spans, on); phase != 0 {
				count(o.Kind, phase, 1)
			}
		}
	}
}

// OrderFigures are the figures of the orders to a node, or to it and all below it, on a day.
func (x *Index) OrderFigures(place area.Place, scope Scope, on calendar.Day) (figures order.Figures) {
	x.countOrders(place, scope, on, func(_ order.Kind, phase order.Phase, orders int) { figures.Count(phase, orders) })
	return figures
}

// OrderTrend are the figures on each of several days.
func (x *Index) OrderTrend(place area.Place, scope Scope, days []calendar.Day) []order.Figures {
	trend := make([]order.Figures, len(days))
	for i, on := range days {
		trend[i] = x.OrderFigures(place, scope, on)
	}
	return trend
}

// OrderListing is a list of orders on a day, newest first, then by ref.
type OrderListing struct {
	On calendar.Day
	// States, Timeliness and Kinds let all through where they are nil, and nothing where
	// they are empty; so do Publishers, which are the orders' own.
	States     []order.State
	Timeliness []order.Timeliness
	Kinds      []order.Kind
	Publishers []area.Place
	// Whole are the parts of the tree of which all orders are listed, of which none holds
	// another; of others those of public kinds are.
	Whole []Part
	// Without are orders, by ref, that are not listed all the same, with whom they are to.
	Without map[string]area.Place
}

// countWithout counts the orders that are left out of what a node's listing would have.
func (x *Index) countWithout(place area.Place, scope Scope, listing *OrderListing, whole, others *wantedOrders) (total int) {
	for ref, at := range listing.Without {
		if at == area.Nowhere || !(Part{place, scope}).holds(x.Tree, at) ||
			listing.Publishers != nil && !slices.Contains(listing.Publishers, at) {
			continue
		}
		wanted := others
		if listing.seenWhole(x.Tree, at) {
			wanted = whole
		}
		if o := x.Order(at, ref); o != nil && wanted.has(o, listing.On) {
			total++
		}
	}
	return total
}

// ListedOrder is an order in a list.
type ListedOrder struct {
	Publisher area.Place
	*order.Summary
}

// OrderPosition is a place in a list of orders.
type OrderPosition struct {
	IssuedOn calendar.Day
	Ref      string
}

func (p *OrderPosition) compare(o *order.Summary) int {
	return order.NewestFirst(o, &order.Summary{IssuedOn: p.IssuedOn, Ref: p.Ref})
}

// OrderPage asks for so many orders after a position or, backwards, before it; nil is an
// end of the list. Backwards the last comes first.
type OrderPage struct {
	Rows      int
	From      *OrderPosition
	Backwards bool
}

// wanted are the phases listed of places that are seen whole, and of others.
func (l *OrderListing) wanted() (whole, others wantedOrders) {
	phases := uint16(0)
	for phase := order.Phase(1); phase < order.Phases; phase++ {
		if (l.States == nil || slices.Contains(l.States, phase.State())) &&
			(l.Timeliness == nil || slices.Contains(l.Timeliness, phase.Timeliness())) {
			phases |= 1 << phase
		}
	}
	for kind := range order.Kind(order.Kinds) {
		if l.Kinds == nil || slices.Contains(l.Kinds, kind) {
			whole[kind] = phases
			if kind.Public() {
				others[kind] = phases
			}
		}
	}
	return whole, others
}

func (l *OrderListing) seenWhole(tree *area.Tree, place area.Place) bool {
	return slices.ContainsFunc(l.Whole, func(p Part) bool { return p.holds(tree, place) })
}

// CountOrders counts what a node's listing has.
func (x *Index) CountOrders(place area.Place, scope Scope, listing *OrderListing) (total int) {
	whole, others := listing.wanted()
	total = -x.countWithout(place, scope, listing, &whole, &others)
	if listing.Publishers != nil {
		for at, r := range x.listedRows(place, scope, listing) {
			wanted := &others
			if listing.seenWhole(x.Tree, at) {
				wanted = &whole
			}
			for i := range r.summaries() {
				if wanted.has(&r.orders.summaries[i], listing.On) {
					total++
				}
			}
		}
		return total
	}
	of := func(place area.Place, scope Scope, wanted *wantedOrders, factor int) {
		x.countOrders(place, scope, listing.On, func(kind order.Kind, phase order.Phase, orders int) {
			if wanted[kind]&(1<<phase) != 0 {
				total += factor * orders
			}
		})
	}
	of(place, scope, &others, 1)
	for _, part := range listing.Whole {
		if part, ok := part.Within(x.Tree, place, scope); ok {
			of(part.Place, part.Scope, &whole, 1)
			of(part.Place, part.Scope, &others, -1)
		}
	}
	return total
}

// listedRows walks the rows of which orders are listed.
func (x *Index) listedRows(place area.Place, scope Scope, listing *OrderListing) func(func(area.Place, *row) bool) {
	if listing.Publishers == nil {
		return x.rowsOf(place, scope)
	}
	return func(yield func(area.Place, *row) bool) {
		publishers := slices.Clone(listing.Publishers)
		slices.Sort(publishers)
		for _, at := range slices.Compact(publishers) {
			if at == area.Nowhere || !(Part{place, scope}).holds(x.Tree, at) {
				continue
			}
			if r := x.rowAt(at); r != nil && !yield(at, r) {
				return
			}
		}
	}
}

// Orders reads a page of a node's listing. Each publisher's are in order, so that of one
// whose first comes after the last of those found no more is looked at; nor are parts of
// the tree that have none of what is listed, or none as new as those found.
func (x *Index) Orders(place area.Place, scope Scope, listing *OrderListing, page OrderPage) []ListedOrder {
	w := orderWalk{index: x, listing: listing, page: page}
	w.whole, w.others = listing.wanted()
	w.found.compare = func(a, b *ListedOrder) int {
		if page.Backwards {
			a, b = b, a
		}
		return order.NewestFirst(a.Summary, b.Summary)
	}
	if page.From == nil {
		w.page.Rows = min(page.Rows, x.CountOrders(place, scope, listing))
	}
	switch w.found.most = w.page.Rows; {
	case w.page.Rows <= 0:
		return nil
	case listing.Publishers != nil || scope == Self:
		for at, r := range x.listedRows(place, scope, listing) {
			w.row(at, r)
		}
	case x.Holds(place):
		w.below(place)
	}
	return w.found.sorted()
}

// orderWalk looks for the orders of a page.
type orderWalk struct {
	index         *Index
	listing       *OrderListing
	page          OrderPage
	whole, others wantedOrders
	found         foremost[ListedOrder]
}

// below looks at a node and all below it, part by part where it keeps sums.
func (w *orderWalk) below(place area.Place) {
	x := w.index
	s := x.sums.at(place)
	if s == nil {
		for at := range x.Tree.BelowFrom(place, 0) {
			if w.mayCome(x.lastIssued.at(at)) {
				w.row(at, x.rows.at(at))
			}
		}
		return
	}
	if !w.mayHave(s.orders) {
		return
	}
	if w.mayCome(x.lastIssued.at(place)) {
		w.row(place, x.rows.at(place))
	}
	for _, child := range x.children[place] {
		w.below(child)
	}
}

// mayCome tells whether of a publisher the newest of whose orders was issued on a day, 0
// where there are none, any may come before the last of those found.
func (w *orderWalk) mayCome(lastIssued uint16) bool {
	return lastIssued > 0 && (w.page.Backwards || !w.found.full() || calendar.Day(lastIssued) >= w.found.last().IssuedOn)
}

// mayHave tells whether a part of the tree has orders that are wanted and come before the
// last of those found, as far as its sums tell.
func (w *orderWalk) mayHave(sums orderCurves) bool {
	on := w.listing.On
	since := calendar.Day(-1)
	if w.found.full() && !w.page.Backwards {
		since = w.found.last().IssuedOn - 1
	}
	wanted, fresh := false, since < 0
	for kind := 0; kind < order.Kinds && sums != nil; kind++ {
		if w.whole[kind] == 0 {
			continue
		}
		// Whoever was issued after the day is in no phase on it.
		fresh = fresh || sums.issued(kind, on) != sums.issued(kind, since)
		for phase := 0; phase < order.Phases && !wanted; phase++ {
			wanted = w.whole[kind]&(1<<phase) != 0 && sums[kind*order.Phases+phase].at(on) != 0
		}
		if wanted && fresh {
			return true
		}
	}
	return false
}

// issued counts the orders of a kind that were issued by a day.
func (c orderCurves) issued(kind int, by calendar.Day) (count int) {
	for slot := kind * order.Phases; slot < (kind+1)*order.Phases; slot++ {
		count += c[slot].at(by)
	}
	return count
}

// row looks at the orders to one publisher.
func (w *orderWalk) row(at area.Place, r *row) {
	if !w.mayCome(r.lastIssued()) {
		return
	}
	wanted := &w.others
	if w.listing.seenWhole(w.index.Tree, at) {
		wanted = &w.whole
	}
	// Those issued after the day come first.
	orders, issued := r.orders.summaries, r.orders.issued
	first := sort.Search(len(issued), func(i int) bool { return calendar.Day(issued[i]) <= w.listing.On })
	for i := first; i < len(orders); i++ {
		if !w.mayCome(issued[i]) {
			return
		}
		o := &orders[i]
		if w.page.Backwards {
			o = &orders[len(orders)-1-(i-first)]
		}
		if w.page.From != nil {
			if to := w.page.From.compare(o); to == 0 || (to < 0) != w.page.Backwards {
				continue
			}
		}
		listed := ListedOrder{at, o}
		if w.found.full() && w.found.compare(&listed, w.found.last()) > 0 {
			return
		}
		if _, without := w.listing.Without[o.Ref]; !without && wanted.has(o, w.listing.On) {
			w.found.take(listed)
		}
	}
}

// OrdersOf are the orders to a place, newest first, as the index has them.
func (x *Index) OrdersOf(place area.Place) []order.Summary {
	return x.rowAt(place).summaries()
}

// Order is one of the orders to a place, nil where it has none of the ref.
func (x *Index) Order(place area.Place, ref string) *order.Summary {
	orders := x.OrdersOf(place)
	if i := slices.IndexFunc(orders, func(o order.Summary) bool { return o.Ref == ref }); i >= 0 {
		return &orders[i]
	}
	return nil
}
