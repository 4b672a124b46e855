package register

import (
	"context"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/order"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/rule"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// WrittenRequest is what a write to a request for exemption did.
type WrittenRequest struct {
	Request order.ExemptionRequest
	Written
}

// AskExemption asks that a cell be exempted. The same again changes nothing; the same
// ref with another content is a conflict.
func (r *Register) AskExemption(ctx context.Context, x order.ExemptionRequest) (written WrittenRequest, err error) {
	x.AskedAt = r.instant()
	if r.who != nil {
		x.AskedBy = r.who.Name
	}
	x.Normalise()
	written.State, err = r.write(ctx, x.PublisherCode, func(w *writing) error {
		if err := w.mayAdd(account.AskExemption, x.PublisherCode); err != nil {
			return err
		}
		found := x.Check(w.orderReference())
		if err := r.refused(found); err != nil {
			return withTaken(ctx, err, x.Ref, &x, &fact.ExemptionRequests, w.RequestsByRef, sameRequest)
		}
		written.Request, written.Warnings = x, found.Warned()
		added, err := w.AddRequest(ctx, &x)
		if err != nil || added {
			return err
		}
		known, err := w.RequestsByRef(ctx, []string{x.Ref})
		present := known[x.Ref]
		if err == nil {
			err = sameRequest(&x, &present)
		}
		written.Request = present // it may have been decided since
		return err
	})
	return written, err
}

// sameRequest accepts a request made before, if it says the same.
func sameRequest(x, present *order.ExemptionRequest) error {
	if !x.Repeats(present) {
		return problem.New(problem.Conflict, "ref", "another request is registered under the ref %q", x.Ref).
			Mend("give another ref")
	}
	return nil
}

// DecideExemption decides a request; to grant it exempts the cell in the same
// transaction, with the request's reason. The same again changes nothing; another
// decision is a conflict.
func (r *Register) DecideExemption(
	ctx context.Context,
	ref string,
	decision order.Decision,
	reason string,
) (written WrittenRequest, err error) {
	written.State, err = r.write(ctx, "", func(w *writing) error {
		x, err := w.requestToDecide(ctx, ref)
		if err != nil {
			// Of no request: what is hidden may have been decided, which is not told.
			_, found := new(order.ExemptionRequest).Decide(decision, "", reason, r.instant())
			return r.unknown(err, ofReason(found))
		}
		if err := w.lock(ctx, store.Concerned{Publishers: []string{x.PublisherCode}}); err != nil {
			return err
		}
		// The lock is taken: now it is read for good.
		if x, err = w.requestToDecide(ctx, ref); err != nil {
			return err
		}
		by := string(r.by.Way)
		if r.who != nil {
			by = r.who.Name
		}
		changed, found := x.Decide(decision, by, reason, r.instant())
		found = ofReason(found)
		if err := r.refused(found); err != nil {
			return err
		}
		written.Request, written.Warnings = x, found.Warned()
		if !changed {
			return nil
		}
		if err := w.DecideRequest(ctx, &x); err != nil || decision != order.Granted {
			return err
		}
		exemption := x.Exemption()
		if err := w.AddExemption(ctx, &exemption); err != nil {
			return err
		}
		cell := catalog.CellKey{PublisherCode: x.PublisherCode, EntryCode: x.EntryCode}
		set := affected.New()
		set.Assignment(w.index.Reference, cell)
		written.ClosedGap, err = w.recompute(ctx, set, cell)
		return err
	})
	return written, err
}

// ofReason calls the reason of a decision as the input of its mutation does.
func ofReason(found rule.Findings) rule.Findings {
	told := slices.Clone(found)
	for i := range told {
		if told[i].Field == "decisionReason" {
			told[i].Field = "reason"
		}
	}
	return told
}

// requestToDecide is a request that the account may decide. One that it may not see
// answers as one that is not there; who asked does not decide (four eyes, 双人).
func (w *writing) requestToDecide(ctx context.Context, ref string) (order.ExemptionRequest, error) {
	found, err := w.RequestsByRef(ctx, []string{ref})
	x, known := found[ref]
	if err != nil {
		return x, err
	}
	publisher := w.index.Tree.Find(x.PublisherCode)
	switch {
	case !known || w.who != nil && !w.rights.May(account.SeeHidden, publisher):
		return x, problem.New(problem.NotFound, "ref", "there is no request of the ref %q", ref).Mend("correct the ref")
	case w.who == nil || publisher == area.Nowhere:
		return x, nil
	case !w.rights.MayDecideExemption(publisher):
		return x, errForbidden
	case x.AskedBy == w.who.Name:
		return x, problem.New(
			problem.Forbidden,
			"",
			"you asked for this exemption; somebody else decides it",
		).Mend(
			"ask another supervisor",
		)
	}
	return x, nil
}
