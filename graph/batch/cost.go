package batch

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Prices, in admission's units.
const (
	// unitsOfField is the work of answering a field.
	unitsOfField = 2
	// unitsOfBranch is what running beside others takes: a row, or a field of an
	// object, below which something is read.
	unitsOfBranch = 10
)

// fieldCost is what a field of a document took, at all its places in the answer.
type fieldCost struct {
	work, asked    atomic.Int64 // units of its own, and how often it took some
	refused        atomic.Int64 // how often it was not answered, as all was taken
	units, objects atomic.Int64 // units of the objects that were begun
	rows, lists    atomic.Int64 // rows of its lists, begun or not
	listed         atomic.Int64 // units of those rows: one alone takes less than one beside others

	dearest, longest atomic.Int64 // the most units that one asking took, the most rows of one list
}

// raise makes a number that is kept at least so much.
func raise(kept *atomic.Int64, to int64) {
	for is := kept.Load(); is < to && !kept.CompareAndSwap(is, to); is = kept.Load() {
	}
}

func (c *fieldCost) spent() int64 {
	return c.work.Load() + c.units.Load() + c.listed.Load()
}

// costsOf makes room for the costs of each field that an operation names.
func costsOf(reading Reading) map[*ast.Field]*fieldCost {
	costs := make(map[*ast.Field]*fieldCost, len(reading))
	for selection := range reading {
		if field, ok := selection.(*ast.Field); ok {
			costs[field] = &fieldCost{}
		}
	}
	return costs
}

// cost is that of the field in whose answer the context stands, nil at the root.
func (b *Batches) cost(ctx context.Context) *fieldCost {
	if b == nil {
		return nil
	}
	for at := fieldOf(ctx); at != nil; at = at.Parent {
		if at.Field.Field != nil {
			return b.costs[at.Field.Field]
		}
	}
	return nil
}

// answering counts the work of objects that are begun, and of those under way.
func (b *Batches) answering(ctx context.Context, begun, units int) {
	if b == nil {
		return
	}
	if cost := b.cost(ctx); cost != nil {
		cost.objects.Add(int64(begun))
		cost.units.Add(int64(units))
	}
	b.request.Add(units)
}

// listing counts a list before there is room for it; a row takes so many units.
func (b *Batches) listing(ctx context.Context, rows, units int) error {
	if b == nil {
		return nil
	}
	if cost := b.cost(ctx); cost != nil {
		cost.lists.Add(1)
		cost.rows.Add(int64(rows))
		cost.listed.Add(int64(units * rows))
		raise(&cost.longest, int64(rows))
	}
	return b.request.Spend(ctx, units*rows)
}

// Spend says that the field in whose answer the context stands is about to do so
// much work, and waits until the request may (admission.Request.Spend).
func Spend(ctx context.Context, units int) error {
	b := of(ctx)
	if b == nil {
		return nil
	}
	cost := b.cost(ctx)
	if cost == nil {
		return b.request.Spend(ctx, units)
	}
	cost.asked.Add(1)
	cost.work.Add(int64(units))
	raise(&cost.dearest, int64(units))
	err := b.request.Spend(ctx, units)
	if err != nil {
		cost.refused.Add(1)
	}
	return err
}

// Part is what a field took in all.
type Part struct {
	Path  string `json:"path"` // aliases, without places in lists
	Units int    `json:"units"`
}

// Cost is what an operation took, its costliest fields first.
type Cost struct {
	Spent   int    `json:"spent"`
	Allowed int    `json:"allowed"`
	Parts   []Part `json:"parts"`
}

// mostParts are told of a cost.
const mostParts = 10

// CostOf tells what the operation of a context took until now.
func CostOf(ctx context.Context) Cost {
	b := of(ctx)
	cost := Cost{Spent: b.request.Spent(), Allowed: b.request.Most(), Parts: []Part{}}
	for _, f := range b.measured(ctx) {
		if units := int(f.cost.spent()); units > 0 {
			cost.Parts = append(cost.Parts, Part{f.path, units})
		}
	}
	slices.SortStableFunc(cost.Parts, func(a, b Part) int { return cmp.Compare(b.Units, a.Units) })
	cost.Parts = cost.Parts[:min(len(cost.Parts), mostParts)]
	return cost
}

// measuredField is a field of the document, with what it will have taken when all is
// answered, by what it took for the objects that were begun.
type measuredField struct {
	field       *ast.Field
	cost        *fieldCost
	path        string
	above       *measuredField
	below       []*measuredField
	times       float64 // that it is asked
	rows        float64 // of one list
	own, within float64 // units, of its own and with all below it
}

func average(sum *atomic.Int64, of float64) float64 { return float64(sum.Load()) / max(of, 1) }

// measure tells what a field will have taken, asked so many times, and of how many
// objects it is each time.
func (b *Batches) measure(field *ast.Field, above *measuredField, times float64) (m *measuredField, each float64) {
	cost := b.costs[field]
	m = &measuredField{field: field, cost: cost, path: field.Alias, above: above, times: times}
	begun := 1.0
	if above != nil {
		above.below = append(above.below, m)
		m.path = above.path + "." + field.Alias
		begun = float64(above.cost.objects.Load() - cost.refused.Load())
	}
	each = average(&cost.objects, begun)
	if cost.lists.Load() > 0 {
		m.rows = average(&cost.rows, float64(cost.lists.Load()))
		each = m.rows
	}
	m.own = times * (average(&cost.work, float64(cost.asked.Load())) + average(&cost.listed, float64(cost.lists.Load())) +
		each*average(&cost.units, float64(cost.objects.Load())))
	for of := m; of != nil; of = of.above {
		of.within += m.own
	}
	return m, each
}

// measured are the fields of the operation, those above before those below.
func (b *Batches) measured(ctx context.Context) []*measuredField {
	var all []*measuredField
	seen := map[any]bool{} // what fragments spread often: told where it is first
	var walk func(set ast.SelectionSet, above *measuredField, times float64)
	walk = func(set ast.SelectionSet, above *measuredField, times float64) {
		for _, selection := range set {
			switch selected := selection.(type) {
			case *ast.InlineFragment:
				walk(selected.SelectionSet, above, times)
			case *ast.FragmentSpread:
				if !seen[selected.Definition] {
					seen[selected.Definition] = true
					walk(selected.Definition.SelectionSet, above, times)
				}
			case *ast.Field:
				m, each := b.measure(selected, above, times)
				all = append(all, m)
				walk(selected.SelectionSet, m, times*each)
			}
		}
	}
	walk(graphql.GetOperationContext(ctx).Operation.SelectionSet, nil, 1)
	return all
}

// sure is how much of what is allowed an advice uses: what stays beside the list that
// it shortens is known by averages.
const sure = 0.9

// row is what one row of the list takes at most, by the dearest that were begun below:
// lists in rows differ, and an advice is to pass whichever rows remain.
func (m *measuredField) row() float64 {
	units := average(&m.cost.units, float64(m.cost.objects.Load()))
	if m.cost.rows.Load() > 0 {
		units += average(&m.cost.listed, float64(m.cost.rows.Load()))
	}
	for _, below := range m.below {
		units += below.most()
	}
	return units
}

// most is what the field takes at most for one object.
func (m *measuredField) most() float64 {
	rows := float64(m.cost.longest.Load())
	if m.cost.lists.Load() == 0 {
		rows = 1
	}
	return float64(m.cost.dearest.Load()) + rows*m.row()
}

// Advice names the costliest field of an operation that was refused, and what would
// be answered instead, as far as the rows that it had come to tell.
func Advice(ctx context.Context) string {
	b := of(ctx)
	all := b.measured(ctx)
	if len(all) == 0 {
		return ""
	}
	dearest := slices.MaxFunc(all, func(a, b *measuredField) int { return cmp.Compare(a.own, b.own) })
	total := 0.0
	for _, m := range all {
		total += m.own
	}
	said := "most of it is for " + dearest.path
	// Of the lists on the way there, the longest that will do is to be shorter.
	var lists []*measuredField
	for m := dearest; m != nil; m = m.above {
		if m.rows > 1 && pageOf(m) != nil {
			lists = append(lists, m)
		}
	}
	slices.SortStableFunc(lists, func(a, b *measuredField) int { return cmp.Compare(b.rows, a.rows) })
	for _, list := range lists {
		left := sure*float64(b.request.Most()) - (total - list.within)
		if rows := int(min(left/(list.times*list.row()), list.rows*sure)); rows >= 1 {
			return fmt.Sprintf("%s: `first: %d` at %s would pass", said, rows, pageOf(list).path)
		}
	}
	return fmt.Sprintf("%s: leave it out, or ask for it alone, of a node further down or for less", said)
}

// pageOf is the field whose argument says how many rows a list has.
func pageOf(list *measuredField) *measuredField {
	for _, m := range []*measuredField{list, list.above} {
		if m != nil && m.field.Definition != nil && m.field.Definition.Arguments.ForName("first") != nil {
			return m
		}
	}
	return nil
}
