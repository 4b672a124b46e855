package register

import (
	"context"
	"slices"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/order"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/rule"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// WrittenOrder is what a write to an order did.
type WrittenOrder struct {
	Order order.Order
	Written
}

func (w *writing) orderReference() order.Reference {
	return order.Reference{Tree: w.index.Tree, Library: w.index.Library, Today: w.today()}
}

// instant is that of the write, as the database keeps it.
func (r *Register) instant() time.Time { return r.at.UTC().Truncate(time.Microsecond) }

// IssueOrder issues an order at the instant of the write. The same again changes
// nothing; the same ref with another content is a conflict.
func (r *Register) IssueOrder(ctx context.Context, o order.Order) (written WrittenOrder, err error) {
	o.IssuedAt = r.instant()
	o.Normalise()
	written.State, err = r.write(ctx, o.PublisherCode, func(w *writing) error {
		if err := w.mayIssue(&o); err != nil {
			return err
		}
		found := o.Check(w.orderReference())
		if err := r.refused(found); err != nil {
			return withTaken(ctx, err, o.Ref, &o, &fact.Orders, w.OrdersByRef, sameOrder)
		}
		written.Warnings = found.Warned()
		if err := w.lock(ctx, store.Concerned{Publishers: []string{o.PublisherCode}}); err != nil {
			return err
		}
		added, err := w.AddOrder(ctx, &o)
		if err != nil {
			return err
		}
		written.Order = o
		if !added {
			known, err := w.OrdersByRef(ctx, []string{o.Ref})
			present := known[o.Ref]
			if err == nil {
				err = sameOrder(&o, &present)
			}
			written.Order = present
			return err
		}
		return w.packOrders(ctx, &o)
	})
	return written, err
}

// mayIssue refuses an order that the account may not issue. Of nodes that are unknown
// the rules tell, to those who may issue some.
func (w *writing) mayIssue(o *order.Order) error {
	issuer, publisher := w.index.Tree.Find(o.IssuerCode), w.index.Tree.Find(o.PublisherCode)
	unknown := issuer == area.Nowhere || publisher == area.Nowhere
	if w.who == nil || unknown && w.rights.MayAtAll(account.IssueOrder) || w.rights.MayIssue(issuer, publisher) {
		return nil
	}
	return errForbidden
}

// sameOrder accepts an order issued before, if it says the same.
func sameOrder(o, present *order.Order) error {
	if !o.Repeats(present) {
		return problem.New(problem.Conflict, "ref", "another order is registered under the ref %q", o.Ref).
			Mend("give another ref")
	}
	return nil
}

// packOrders packs the orders to an order's publisher anew.
func (w *writing) packOrders(ctx context.Context, o *order.Order) error {
	set := affected.New()
	set.OrderTo(o.PublisherCode)
	_, err := w.recompute(ctx, set, catalog.CellKey{})
	return err
}

// ToOrder does a step of an order, at the instant of the write; its number follows the
// last. The same again changes nothing. A granted extension may leave out its day: then it
// is the one asked for.
func (r *Register) ToOrder(ctx context.Context, e order.Event) (written WrittenOrder, err error) {
	ref := e.OrderRef // as given: what is asked for by a ref is not altered
	e.Normalise()
	e.OrderRef, e.At = ref, r.instant()
	if r.who != nil {
		e.By = r.who.Name
	}
	written.State, err = r.write(ctx, "", func(w *writing) error {
		o, err := w.orderToChange(ctx, ref, e.Kind)
		if err != nil {
			return r.unknown(err, asInput(e.CheckAlone(r.today())))
		}
		if err := w.lock(ctx, store.Concerned{Publishers: []string{o.PublisherCode}}); err != nil {
			return err
		}
		// The lock is taken: now it is read for good.
		if o, err = w.orderToChange(ctx, ref, e.Kind); err != nil {
			return err
		}
		written.Order = o
		events, err := w.OrderEventsByOrder(ctx, []string{ref})
		if err != nil {
			return err
		}
		found, repeated, err := w.placeEvent(ctx, &o, &e, events[ref])
		if err != nil {
			return err
		}
		if err := r.refused(asInput(found)); err != nil || repeated {
			return err
		}
		written.Warnings = asInput(found).Warned()
		if err := w.AddOrderEvent(ctx, &e); err != nil {
			return err
		}
		return w.packOrders(ctx, &o)
	})
	return written, err
}

// orderToChange is an order that the account may do something to. One that it may not see
// answers as one that is not there.
func (w *writing) orderToChange(ctx context.Context, ref string, kind order.EventKind) (order.Order, error) {
	found, err := w.OrdersByRef(ctx, []string{ref})
	o, known := found[ref]
	if err != nil {
		return o, err
	}
	publisher := w.index.Tree.Find(o.PublisherCode)
	if !known || w.who != nil && !o.Kind.Public() && !w.rights.May(account.SeeHidden, publisher) {
		return o, problem.New(problem.NotFound, "ref", "there is no order of the ref %q", ref).Mend("correct the ref")
	}
	if w.who != nil && !kind.May(&w.rights, w.index.Tree.Find(o.IssuerCode), publisher) {
		return o, errForbidden
	}
	return o, nil
}

// placeEvent puts an event among those of its order, completes it, and finds whether it
// and those after it are allowed there. It tells whether it repeats the last one.
func (w *writing) placeEvent(
	ctx context.Context, o *order.Order, e *order.Event, events []order.Event,
) (found rule.Findings, repeated bool, err error) {
	days := w.index.Days
	if early := o.IssuedAt.Sub(e.At); early > 0 && early < clocksDiffer {
		e.At = o.IssuedAt // another server's clock is ahead, which has passed midnight
	}
	past := slices.IndexFunc(events, func(other order.Event) bool { return other.At.After(e.At) })
	if past < 0 {
		past = len(events)
	}
	for i := past; i < len(events) && events[i].At.Sub(e.At) < clocksDiffer; i++ {
		e.At, past = events[i].At.Add(time.Microsecond), i+1 // another server's clock is ahead
	}
	standing := o.Begin(days)
	for i := range events {
		e.Number = max(e.Number, events[i].Number+1)
	}
	e.Number = max(e.Number, 1)
	for i := range events[:past] {
		standing = standing.After(&events[i], days)
	}
	if repeats(e, events[:past], &standing) {
		return nil, true, nil
	}
	if e.Kind == order.ExtensionGranted && e.NewDueOn == calendar.None && standing.Pending != nil {
		e.NewDueOn = standing.Pending.NewDueOn
	}
	if w.who != nil && e.Kind.TwoEyes(w.who.Name, &standing, events[:past]) {
		return nil, false, errTwoEyes
	}
	if found, err = w.checkDocuments(ctx, e); err != nil {
		return nil, false, err
	}
	present, err := w.LockTimelines(ctx, []string{o.PublisherCode})
	if err != nil {
		return nil, false, err
	}
	gaps := gapsOfOrders{}
	if err := gaps.take(present[o.PublisherCode]); err != nil {
		return nil, false, err
	}
	judge := func(e *order.Event) rule.Findings {
		return o.Judge(&standing, e, func() []string { return gaps.on(o, e.On()) })
	}
	if standing.Allows(e.Kind) {
		found = append(e.Check(w.today()), found...)
	} else {
		found = append(e.CheckAlone(w.today()), found...)
	}
	found = append(found, judge(e)...)
	standing = standing.After(e, days)
	for i := past; i < len(events) && len(found) == 0; i++ {
		for _, later := range judge(&events[i]) {
			later.Message = "event " + events[i].Kind.String() + " of " + events[i].On().String() + " would not be allowed: " + later.Message
			found.Add(later)
		}
		standing = standing.After(&events[i], days)
	}
	return found, false, nil
}

// repeats tells whether an event says the same as the last of its author, to whom the
// answer was lost: others may have remarked since and, where it is not allowed any more,
// gone on.
func repeats(e *order.Event, before []order.Event, standing *order.Standing) bool {
	for i := len(before) - 1; i >= 0; i-- {
		same := *e
		if e.Kind == order.ExtensionGranted && e.NewDueOn == calendar.None {
			for _, earlier := range before[:i] {
				if earlier.Kind == order.ExtensionAsked {
					same.NewDueOn = earlier.NewDueOn
				}
			}
		}
		switch other := &before[i]; {
		case other.Repeats(&same):
			return true
		case other.By == e.By, standing.Allows(e.Kind) && other.Kind != order.EventRemarked:
			return false
		}
	}
	return false
}

// clocksDiffer is by how much the clocks of servers may differ.
const clocksDiffer = time.Minute

// checkDocuments finds the documents named that are not known, to the account.
func (w *writing) checkDocuments(ctx context.Context, e *order.Event) (found rule.Findings, err error) {
	if len(e.DisclosureRefs) == 0 {
		return nil, nil
	}
	known, err := w.DisclosuresByRef(ctx, e.DisclosureRefs)
	for _, ref := range e.DisclosureRefs {
		if d, registered := known[ref]; !registered || !w.maySee(&d) {
			found.Add(order.UnknownDocument(ref))
		}
	}
	return found, err
}

// errTwoEyes refuses what would be the second look at what the account itself did.
var errTwoEyes = problem.New(problem.Forbidden, "", "you gave this answer or asked for this extension; somebody else decides").
	Mend("ask another supervisor")

// asInput calls the fields of an event as the inputs of mutations do, which have no kind,
// instant and number.
func asInput(found rule.Findings) rule.Findings {
	told := slices.Clone(found)
	for i := range told {
		switch told[i].Field {
		case "orderRef":
			told[i].Field = "ref"
		case "kind", "at", "n":
			told[i].Field = ""
		}
	}
	return told
}
