package register

import (
	"context"
	"strings"
	"unicode"

	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/signin"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// longestSubject is how long a provider's subject is at most (OpenID Connect Core, 2).
const longestSubject = 255

// Bind lets a subject of a provider sign in as an account, and ends the account's
// sessions.
func (a *Accounts) Bind(ctx context.Context, name, issuer, subject string) error {
	switch {
	case issuer == "":
		return problem.New(problem.Conflict, "", "nobody signs in by a provider here").Mend("give --oidc-issuer first")
	case subject == "" || len(subject) > longestSubject || strings.ContainsFunc(subject, unicode.IsControl):
		return problem.Invalid("subject", "give it as the provider does (`sub`)", "%q is nobody's subject", subject)
	}
	return a.change(ctx, name, func(w *store.Writing, held *store.HeldAccount) error {
		if held.Program {
			return problem.New(problem.Conflict, "name", "%s is a program's account, which signs in by tokens", name)
		}
		bound, err := w.BindAccount(ctx, &held.Account, issuer, subject)
		if err == nil && !bound {
			err = problem.New(problem.Conflict, "subject", "another account is bound to this subject").Mend("unbind that one first")
		}
		return err
	})
}

// Unbind lets nobody sign in as an account by a provider, and ends its sessions.
func (a *Accounts) Unbind(ctx context.Context, name string) error {
	return a.change(ctx, name, func(w *store.Writing, held *store.HeldAccount) error {
		_, err := w.BindAccount(ctx, &held.Account, "", "")
		return err
	})
}

// SignInBy begins a session of the account that a subject of a provider is bound to.
func (a *Accounts) SignInBy(ctx context.Context, issuer, subject string) (session, name string, err error) {
	session = signin.NewSession()
	name, disabled, err := a.store.AddSessionOf(ctx, signin.HashOf(session), issuer, subject, a.now())
	switch {
	case err != nil:
	case name == "":
		err = signin.Unbound
	case disabled:
		err = signin.Disabled
	}
	return session, name, err
}
