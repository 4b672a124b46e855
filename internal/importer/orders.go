package importer

import (
	"context"
	"fmt"

	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/order"
	"github.com/reliefgraph/reliefgraph/internal/register"
)

func (r *run) orderReference() order.Reference {
	return order.Reference{Tree: r.Reference.Tree, Library: r.Reference.Library, Today: r.options.Today}
}

func (r *run) orders(ctx context.Context, sources []Source) error {
	r.WhereNotAllowed(r.notAllowed)
	return importFacts(ctx, r, sources, kindOrders, &register.Orders, checks[order.Order]{
		check: func(f *row[order.Order]) {
			o := &f.value
			o.Normalise()
			r.mentioned.orders[o.Ref] = true
			f.found(r.mentioned.unexplained(o.Check(r.orderReference())))
			r.mentioned.badOrders[o.Ref] = r.mentioned.badOrders[o.Ref] || f.bad
		},
		always: true,
	})
}

func (r *run) orderEvents(ctx context.Context, sources []Source) error {
	r.WhereNotAllowed(r.notAllowed)
	var orders map[string]order.Order
	var documents map[string]disclosure.Disclosure
	return importFacts(ctx, r, sources, kindOrderEvents, &register.OrderEvents, checks[order.Event]{
		lookUp: func(rows []row[order.Event], pause func() error) (err error) {
			if err := pause(); err != nil {
				return err
			}
			var refs, named []string
			for i := range rows {
				e := &rows[i].value
				e.Normalise()
				refs, named = append(refs, e.OrderRef), append(named, e.DisclosureRefs...)
			}
			if orders, err = r.OrdersByRef(ctx, refs); err != nil {
				return err
			}
			documents, err = r.DisclosuresByRef(ctx, named)
			return err
		},
		check: func(f *row[order.Event]) {
			e := &f.value
			found := e.Check(r.options.Today)
			if _, known := orders[e.OrderRef]; !known && e.OrderRef != "" {
				found.Add(order.UnknownOrder(e.OrderRef))
			}
			for _, ref := range e.DisclosureRefs {
				if _, known := documents[ref]; !known {
					found.Add(order.UnknownDocument(ref))
				}
			}
			f.found(r.mentioned.unexplained(found))
			r.mentioned.badOrders[e.OrderRef] = r.mentioned.badOrders[e.OrderRef] || f.bad
		},
		always: true,
	})
}

func (r *run) requests(ctx context.Context, sources []Source) error {
	return importFacts(ctx, r, sources, kindRequests, &register.Requests, checks[order.ExemptionRequest]{
		check: func(f *row[order.ExemptionRequest]) {
			f.value.Normalise()
			f.found(r.mentioned.unexplained(f.value.Check(r.orderReference())))
		},
	})
}

// notAllowed refuses events that are not allowed at their place. Where another row of the
// order is bad, its place is not known.
func (r *run) notAllowed(events []register.NotAllowed) error {
	for i := range events {
		e := &events[i]
		if r.mentioned.badOrders[e.OrderRef] {
			continue
		}
		for _, found := range e.Found {
			p := tabular.Problem{
				Code:   found.Rule.Name,
				Rule:   found.Rule.Name,
				File:   e.At.File,
				Line:   e.At.Line,
				Value:  shortened(register.KeyOfEvent(&e.Event)),
				Reason: found.Message,
				Remedy: found.Remedy,
			}
			if e.Hidden {
				p.Code, p.Rule = order.NotAllowed.Name, order.NotAllowed.Name
				p.Reason, p.Remedy = "it is not allowed at its place among the events of its order",
					"ask those who may see the order how it stands, and correct the event"
			}
			if e.Itself && !e.Hidden {
				p.Column = layoutOf[kindOrderEvents].columnOf[found.Field]
				p.Value = shortened(valueOf(&e.Event, found.Field))
			} else if !e.Itself {
				p.Reason = fmt.Sprintf(
					"what it changes does not allow event %d (%s) of the order %s: %s",
					e.Number,
					e.Kind,
					e.OrderRef,
					p.Reason,
				)
			}
			r.report.problem(p)
			if e.Hidden {
				break // each would be told as the first
			}
		}
	}
	if r.report.ProblemCount > 0 {
		return &Refused{r.report}
	}
	return nil
}

// valueOf is what an event says in a field that may be refused by its place.
func valueOf(e *order.Event, field string) string {
	switch field {
	case "kind":
		return e.Kind.String()
	case "at":
		return shownInstant(e.At)
	case "newDueOn":
		return e.NewDueOn.String()
	}
	return e.Text
}
