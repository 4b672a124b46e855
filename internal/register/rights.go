package register

import (
	"context"
	"errors"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/relief"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// As is the register for what an account does at an instant: it may what its grants
// let it, and is named in what is kept of the write.
func (r *Register) As(who *account.Account, at time.Time) *Register {
	as := *r
	as.who, as.at = who, at
	as.by = store.By{Account: who.Name, AccountID: who.ID, Way: r.by.Way}
	return &as
}

// as gives the write the rights that the account has now: since it was asked who asks,
// it may have lost some.
func (w *writing) as(ctx context.Context, who *account.Account, at time.Time) (err error) {
	if who == nil {
		return nil
	}
	w.rights, err = presentRights(ctx, w.Writing, who, at, w.index.Tree)
	return err
}

// presentRights are those that an account has now.
func presentRights(
	ctx context.Context, w *store.Writing, who *account.Account, at time.Time, tree *area.Tree,
) (rights account.Rights, err error) {
	present, err := w.PresentAccount(ctx, who.ID)
	if err != nil {
		return rights, err
	}
	if present == nil {
		return rights, problem.New(problem.Unauthenticated, "", "the account is disabled")
	}
	return present.RightsAt(at, tree), nil
}

// errForbidden refuses what an account may not do with a thing that it may see.
var errForbidden = problem.New(problem.Forbidden, "", "your account may not do this for this publisher").
	Mend("ask a security administrator for the grant, or somebody who has it")

// mayAdd refuses a new fact that the account may not add for a publisher. Of one that is
// unknown its rules tell, to those who may do it somewhere.
func (w *writing) mayAdd(act account.Act, publisher string) error {
	if w.index.Tree.Find(publisher) == area.Nowhere && w.rights.MayAtAll(act) {
		return nil
	}
	return w.may(act, publisher)
}

// may refuses an act that the account may not do for a publisher.
func (w *writing) may(act account.Act, publisher string) error {
	if w.who == nil || w.rights.May(act, w.index.Tree.Find(publisher)) {
		return nil
	}
	return errForbidden
}

// maySee tells whether the account may see a document; of one that it may not it
// learns what it would of one that is not there.
func (w *writing) maySee(d *disclosure.Disclosure) bool {
	return w.who == nil || d.PublicOn(w.today()) || w.rights.May(account.SeeHidden, w.index.Tree.Find(d.PublisherCode))
}

// mayChange refuses an act on a document that the account may not do.
func (w *writing) mayChange(act account.Act, d *disclosure.Disclosure) error {
	if !w.maySee(d) {
		return disclosure.Unknown(d.Ref)
	}
	return w.may(act, d.PublisherCode)
}

// mayReview refuses a review by the account that registered the document (four eyes,
// 双人), which may review others.
func (w *writing) mayReview(ctx context.Context, d *disclosure.Disclosure) error {
	if w.who == nil {
		return nil
	}
	registrar, err := w.Registrar(ctx, d.Ref)
	if err == nil && registrar == w.who.Name {
		err = problem.New(problem.Forbidden, "", "you registered this document; somebody else reviews it").
			Mend("ask another reviewer")
	}
	return err
}

// forbidden tells whether a write is refused for want of a right: then nothing else
// is told.
func forbidden(err error) bool {
	p, ok := errors.AsType[*problem.Problem](err)
	return ok && p.Code == problem.Forbidden
}

// ownerOf is whose a movement is: its giver's, of a donation the receiver's.
func ownerOf(m *relief.Movement) string {
	if m.FromCode != "" {
		return m.FromCode
	}
	return m.ToCode
}
