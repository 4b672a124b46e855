package register

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/signin"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// Accounts writes accounts, their grants and what they sign in with.
type Accounts struct {
	store *store.Store
	now   func() time.Time
	by    store.By
	tries *signin.Tries // of present passwords; nil: they are not counted
}

// NewAccounts makes it; `by` is who manages accounts: a command, or an account that may.
func NewAccounts(into *store.Store, now func() time.Time, by store.By) *Accounts {
	return &Accounts{store: into, now: now, by: by}
}

// Counting counts wrong passwords with the others.
func (a *Accounts) Counting(tries *signin.Tries) *Accounts {
	counting := *a
	counting.tries = tries
	return &counting
}

// NewAccount is an account to be made.
type NewAccount struct {
	account.Account // with its first grants
	Password        string
	Reason          string // for the grants
}

// Add makes the account of a person, or nothing at all.
func (a *Accounts) Add(ctx context.Context, adding NewAccount) error {
	err := problem.Both(account.CheckName(adding.Name), account.CheckPassword(adding.Password, signin.Common))
	if len(adding.Grants) > 0 {
		err = problem.Both(err, a.checkReason(adding.Reason))
	}
	if err != nil {
		return err
	}
	hash, err := signin.Hash(ctx, adding.Password)
	if err != nil {
		return err
	}
	return a.add(ctx, adding, hash, func(*store.Writing, *account.Account) error { return nil })
}

// AddProgram makes the account of a program with a token, which it returns, or nothing
// at all.
func (a *Accounts) AddProgram(ctx context.Context, adding NewAccount, token store.Token) (secret string, err error) {
	if secret, err = a.newToken(&token); err != nil {
		return "", err
	}
	adding.Program = true
	err = a.add(ctx, adding, "", func(w *store.Writing, made *account.Account) error { return w.AddToken(ctx, made.ID, &token) })
	return secret, err
}

func (a *Accounts) add(ctx context.Context, adding NewAccount, hash string, then func(*store.Writing, *account.Account) error) error {
	if err := cmp.Or(account.CheckName(adding.Name), account.CheckDisplayName(adding.DisplayName)); err != nil {
		return err
	}
	return a.store.Write(ctx, a.by, func(w *store.Writing) error {
		if err := a.mayManage(ctx, w); err != nil {
			return err
		}
		names, err := w.LockNames(ctx)
		if err != nil {
			return err
		}
		for _, taken := range names {
			if taken != adding.Name && account.Folded(taken) == account.Folded(adding.Name) {
				return problem.New(problem.Conflict, "name", "there is an account %s, from which %s is hardly told", taken, adding.Name).
					Mend("choose another name")
			}
		}
		grants := adding.Grants
		made := adding.Account
		made.Grants = nil
		added, err := w.AddAccount(ctx, &made, hash, a.now())
		if err != nil {
			return err
		}
		if !added {
			return problem.New(problem.Conflict, "name", "there is an account %s", made.Name).
				Mend("choose another name; grants are added by `account grant`")
		}
		for i := range grants {
			if err := a.give(ctx, w, &made, grants[i], adding.Reason); err != nil {
				return ofGrant(err, "grants", i)
			}
		}
		return then(w, &made)
	})
}

// dated begins a grant today where it names no day.
func (a *Accounts) dated(grant account.Grant) account.Grant {
	if grant.From == calendar.None {
		grant.From = calendar.DayOf(a.now())
		if grant.To != calendar.None {
			grant.From = min(grant.From, grant.To)
		}
	}
	return grant
}

// checkReason refuses what is no reason for a grant. An account that grants gives one; by
// a command it may be left out, as scripts do that were written before.
func (a *Accounts) checkReason(reason string) error {
	if a.by.Account == "" {
		return account.CheckReason(reason)
	}
	return account.CheckGivenReason(reason)
}

// ofGrant tells of a fault of a grant where in the input that stands.
func ofGrant(err error, grant ...any) error {
	p, is := errors.AsType[*problem.Problem](err)
	if !is || p.Field == "" || p.Field == "reason" {
		return err
	}
	at := *p
	at.Path = append([]any{"input"}, grant...)
	if p.Field != "grant" {
		at.Path = append(at.Path, p.Field)
	}
	return &at
}

// give gives an account a grant.
func (a *Accounts) give(ctx context.Context, w *store.Writing, to *account.Account, grant account.Grant, reason string) error {
	grant = a.dated(grant)
	if err := cmp.Or(a.checkReason(reason), to.CheckGrant(&grant)); err != nil {
		return err
	}
	if grant.NodeCode != "" {
		known, err := w.NodeKnown(ctx, grant.NodeCode)
		if err != nil {
			return err
		}
		if !known {
			return problem.New(problem.NotFound, "nodeCode", "there is no node of the code %s", grant.NodeCode).
				Mend("correct the code, or import the node first")
		}
	}
	to.Grants = append(to.Grants, grant)
	return w.AddGrant(ctx, to.ID, &grant, reason)
}

// errOwn refuses what nobody does to themselves (docs/design.md).
var errOwn = problem.New(problem.Forbidden, "name", "nobody gives or ends their own grants, or disables or binds their own account").
	Mend("ask another security administrator")

// change changes an account that is there.
func (a *Accounts) change(ctx context.Context, name string, do func(*store.Writing, *store.HeldAccount) error) error {
	if a.by.Account != "" && a.by.Account == name {
		return errOwn
	}
	return a.changeAny(ctx, name, func(w *store.Writing, held *store.HeldAccount) error {
		if err := a.mayManage(ctx, w); err != nil {
			return err
		}
		return do(w, held)
	})
}

// mayManage refuses an account that may not, or no more, manage accounts.
func (a *Accounts) mayManage(ctx context.Context, w *store.Writing) error {
	if a.by.Account == "" {
		return nil
	}
	managing, err := w.AccountsByName(ctx, a.by.Account)
	if err != nil {
		return err
	}
	if len(managing) == 1 && !managing[0].Disabled && managing[0].RightsAt(a.now(), nil).MayAtAll(account.ManageAccounts) {
		return nil
	}
	return problem.New(problem.Forbidden, "", "your account may not manage accounts").Mend("ask a security administrator")
}

// UnknownAccount says that there is no account of a name.
func UnknownAccount(name string) error {
	return problem.New(problem.NotFound, "name", "there is no account %s", name).Mend("correct the name")
}

func (a *Accounts) changeAny(ctx context.Context, name string, do func(*store.Writing, *store.HeldAccount) error) error {
	return a.store.Write(ctx, a.by, func(w *store.Writing) error {
		held, known, err := w.LockAccount(ctx, name)
		if err != nil {
			return err
		}
		if !known {
			return UnknownAccount(name)
		}
		return do(w, &held)
	})
}

// Disable ends what an account may do.
func (a *Accounts) Disable(ctx context.Context, name string) error {
	return a.change(ctx, name, func(w *store.Writing, held *store.HeldAccount) error {
		return w.DisableAccount(ctx, held.ID, a.now())
	})
}

// Enable lets an account that was disabled do again what it is granted. By its tokens
// nobody does: they may be why it was disabled.
func (a *Accounts) Enable(ctx context.Context, name string) error {
	return a.change(ctx, name, func(w *store.Writing, held *store.HeldAccount) error {
		if !held.Disabled {
			return problem.New(problem.Conflict, "name", "the account %s is not disabled", name)
		}
		if err := w.EndTokens(ctx, held.ID, a.now()); err != nil {
			return err
		}
		return w.EnableAccount(ctx, held.ID)
	})
}

// Grant gives an account a grant; the same again, for the same reason, changes nothing.
// Where an account gives it, not a command, it says why.
func (a *Accounts) Grant(ctx context.Context, name string, grant account.Grant, reason string) error {
	grant = a.dated(grant)
	return a.change(ctx, name, func(w *store.Writing, held *store.HeldAccount) error {
		if err := a.checkReason(reason); err != nil {
			return err
		}
		if slices.ContainsFunc(held.History, func(given store.GivenGrant) bool {
			return given.EndedAt.IsZero() && given.Same(&grant) && given.From == grant.From && given.To == grant.To &&
				given.Reason == reason
		}) {
			return nil
		}
		return ofGrant(a.give(ctx, w, &held.Account, grant, reason), "grant")
	})
}

// Revoke ends the grants of an account that are named: that give the same and have the
// days, where it has any. Those that are over stay as they are.
func (a *Accounts) Revoke(ctx context.Context, name string, grant account.Grant) error {
	return a.change(ctx, name, func(w *store.Writing, held *store.HeldAccount) error {
		var ids []int64
		for i := range held.Grants {
			if g := &held.Grants[i]; grant.Names(g) && !g.Over(a.now()) {
				ids = append(ids, g.ID)
			}
		}
		if len(ids) == 0 {
			return problem.New(problem.NotFound, "grant", "%s does not hold %s on these days, or no more", name, &grant).
				Mend("see its grants for what it holds, and from when to when")
		}
		return w.EndGrants(ctx, ids, a.now())
	})
}

// SetPassword gives an account another password, and ends its sessions.
func (a *Accounts) SetPassword(ctx context.Context, name, password string) error {
	return a.setPassword(ctx, name, password, nil)
}

func (a *Accounts) setPassword(ctx context.Context, name, password string, present *string) error {
	if err := account.CheckPassword(password, signin.Common); err != nil {
		return err
	}
	hash, err := signin.Hash(ctx, password)
	if err != nil {
		return err
	}
	return a.changeAny(ctx, name, func(w *store.Writing, held *store.HeldAccount) error {
		if held.Program {
			return problem.New(problem.Conflict, "name", "%s is a program's account, which signs in by tokens", name)
		}
		if present != nil {
			if _, now, err := w.PasswordOf(ctx, name); err != nil || now != *present {
				return errors.Join(err, problem.New(problem.Conflict, "present", "the password has just been changed"))
			}
		}
		return w.SetPassword(ctx, held.ID, hash, a.now())
	})
}

// ChangePassword is SetPassword for one who knows the present one.
func (a *Accounts) ChangePassword(ctx context.Context, name, present, password string) error {
	if a.tries != nil {
		if wait := a.tries.Begin(name, signin.Inside, a.now()); wait > 0 {
			seconds := int(math.Ceil(wait.Seconds()))
			return problem.New(problem.RateLimited, "present", "there were too many wrong tries; try again in %d s", seconds).In(seconds)
		}
	}
	_, hash, err := a.store.PasswordOf(ctx, name)
	if err != nil {
		return err
	}
	same, err := signin.Matches(ctx, present, hash)
	if err != nil {
		return err
	}
	if !same {
		return problem.New(problem.Forbidden, "present", "the present password is another one")
	}
	if a.tries != nil {
		a.tries.Right(name, signin.Inside, a.now())
	}
	return a.setPassword(ctx, name, password, &hash)
}

// yearAfter is until when a token that is made at an instant is good at most.
func yearAfter(at time.Time) time.Time { return at.In(calendar.Shanghai).AddDate(1, 0, 0) }

// AddToken gives an account a token and returns it: it is shown this once.
func (a *Accounts) AddToken(ctx context.Context, name string, token store.Token) (secret string, err error) {
	if secret, err = a.newToken(&token); err != nil {
		return "", err
	}
	err = a.changeAny(ctx, name, func(w *store.Writing, held *store.HeldAccount) error {
		if held.Disabled {
			return problem.New(problem.Conflict, "name", "the account %s is disabled", name)
		}
		return w.AddToken(ctx, held.ID, &token)
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// newToken makes a token that is good from now on, for a year where it says no end.
func (a *Accounts) newToken(token *store.Token) (secret string, err error) {
	token.MadeAt = a.now()
	if err := account.CheckLabel(token.Label); err != nil {
		return "", err
	}
	last := yearAfter(token.MadeAt)
	switch {
	case token.ExpiresAt.IsZero():
		token.ExpiresAt = last
	case !token.ExpiresAt.After(token.MadeAt):
		return "", problem.Invalid("expiresOn", "give a later day", "the token would be good no more")
	case token.ExpiresAt.After(last):
		return "", problem.Invalid(
			"expiresOn",
			fmt.Sprintf("give %s or an earlier day", calendar.DayOf(last)-1),
			"a token is good for a year at most",
		)
	}
	secret = signin.NewToken()
	token.Hash = signin.HashOf(secret)
	return secret, nil
}

// EndToken ends a token of an account.
func (a *Accounts) EndToken(ctx context.Context, name string, hash []byte) error {
	return a.changeAny(ctx, name, func(w *store.Writing, held *store.HeldAccount) error {
		ended, err := w.EndToken(ctx, hash, held.ID, a.now())
		if err == nil && !ended {
			err = problem.New(problem.NotFound, "key", "there is no such token, or it has ended")
		}
		return err
	})
}

// SignIn begins a session and returns its id; empty where name and password are not
// those of an account.
func (a *Accounts) SignIn(ctx context.Context, name, password string) (session string, err error) {
	var id int64
	var hash string
	if account.CheckName(name) == nil { // else it takes as long as one that is unknown
		if id, hash, err = a.store.PasswordOf(ctx, name); err != nil {
			return "", err
		}
	}
	if same, err := signin.Matches(ctx, password, hash); err != nil || !same {
		return "", err
	}
	session = signin.NewSession()
	began, err := a.store.AddSession(ctx, signin.HashOf(session), id, hash, a.now())
	if err != nil || !began {
		return "", err
	}
	return session, nil
}
