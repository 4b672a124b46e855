package graph

import (
	"context"

	"github.com/reliefgraph/reliefgraph/graph/model"
	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/register"
)

func (query) Viewer(ctx context.Context) (*model.Asking, error) {
	return model.ViewOf(ctx).Asking(), nil
}

func (query) Accounts(ctx context.Context, search *string, first *int, after *string) ([]*model.ManagedAccount, error) {
	return model.ViewOf(ctx).Accounts(ctx, search, after, first)
}

func (query) Audit(
	ctx context.Context, filter *model.AuditFilter, first *int, after *string, last *int, before *string,
) (*model.AuditConnection, error) {
	return model.ViewOf(ctx).Audit(ctx, filter, model.Ask{First: first, After: after, Last: last, Before: before})
}

func (query) LogCheckpoint(ctx context.Context) (*model.LogCheckpoint, error) {
	return model.ViewOf(ctx).LogCheckpoint(ctx)
}

// managing changes an account in the name of a security administrator, and shows it.
func (m mutation) managing(ctx context.Context, name string, do func(*register.Accounts) error) (*model.AccountPayload, error) {
	view := model.ViewOf(ctx)
	if err := view.MayManage(); err != nil {
		return nil, err
	}
	if unread := unreadIn(ctx); len(unread) > 0 {
		return nil, problem.Together(unread...)
	}
	if err := do(m.AccountsBy(view.Account.Name)); err != nil {
		return nil, err
	}
	changed, err := view.AccountNamed(ctx, name)
	return &model.AccountPayload{Account: changed}, err
}

func (m mutation) AddAccount(ctx context.Context, input model.AddAccountInput) (*model.AccountPayload, error) {
	adding := register.NewAccount{Account: account.Account{Name: input.Name}, Password: input.Password}
	if input.DisplayName != nil {
		adding.DisplayName = *input.DisplayName
	}
	if input.Reason != nil {
		adding.Reason = *input.Reason
	}
	for _, grant := range input.Grants {
		adding.Grants = append(adding.Grants, grant.Grant())
	}
	return m.managing(ctx, input.Name, func(a *register.Accounts) error { return a.Add(ctx, adding) })
}

func (m mutation) DisableAccount(ctx context.Context, input model.AccountInput) (*model.AccountPayload, error) {
	return m.managing(ctx, input.Name, func(a *register.Accounts) error { return a.Disable(ctx, input.Name) })
}

func (m mutation) GiveGrant(ctx context.Context, input model.GiveGrantInput) (*model.AccountPayload, error) {
	return m.managing(ctx, input.Name, func(a *register.Accounts) error {
		reason := ""
		if input.Reason != nil {
			reason = *input.Reason
		}
		return a.Grant(ctx, input.Name, input.Grant.Grant(), reason)
	})
}

func (m mutation) EndGrant(ctx context.Context, input model.EndGrantInput) (*model.AccountPayload, error) {
	return m.managing(ctx, input.Name, func(a *register.Accounts) error { return a.Revoke(ctx, input.Name, input.Grant.Grant()) })
}

func (m mutation) BindAccount(ctx context.Context, input model.BindAccountInput) (*model.AccountPayload, error) {
	return m.managing(ctx, input.Name, func(a *register.Accounts) error { return a.Bind(ctx, input.Name, m.Issuer, input.Subject) })
}

func (m mutation) UnbindAccount(ctx context.Context, input model.AccountInput) (*model.AccountPayload, error) {
	return m.managing(ctx, input.Name, func(a *register.Accounts) error { return a.Unbind(ctx, input.Name) })
}

// own changes what belongs to the account that asks.
func (m mutation) own(ctx context.Context, do func(of *register.Accounts, name string) error) (*model.DonePayload, error) {
	view := model.ViewOf(ctx)
	if view.Account == nil {
		return nil, problem.New(problem.Unauthenticated, "", "this takes an account").Mend("sign in")
	}
	if view.ByToken {
		return nil, problem.New(problem.Forbidden, "", "passwords and tokens are changed by who signs in, not by a token").Mend("sign in")
	}
	if unread := unreadIn(ctx); len(unread) > 0 {
		return nil, problem.Together(unread...)
	}
	if err := do(m.AccountsBy(view.Account.Name), view.Account.Name); err != nil {
		return nil, err
	}
	return &model.DonePayload{Done: true}, nil
}

func (m mutation) ChangePassword(ctx context.Context, input model.ChangePasswordInput) (*model.DonePayload, error) {
	return m.own(ctx, func(a *register.Accounts, name string) error {
		return a.ChangePassword(ctx, name, input.Present, input.Password)
	})
}

func (m mutation) EndToken(ctx context.Context, input model.EndTokenInput) (*model.DonePayload, error) {
	return m.own(ctx, func(a *register.Accounts, name string) error {
		return a.EndToken(ctx, name, model.TokenOfKey(input.Key))
	})
}

func (m mutation) MakeToken(ctx context.Context, input model.MakeTokenInput) (*model.TokenPayload, error) {
	token, err := input.Token()
	if err != nil && model.ViewOf(ctx).Account != nil {
		return nil, err
	}
	var secret string
	_, err = m.own(ctx, func(a *register.Accounts, name string) (err error) {
		secret, err = a.AddToken(ctx, name, token)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &model.TokenPayload{Secret: &secret}, nil
}
