package model

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// Account is an account.
type Account struct {
	Name, DisplayName string
	Kind              AccountKind
}

func newAccount(a *account.Account) *Account {
	shown := &Account{a.Name, a.DisplayName, AccountKindPerson}
	if a.Program {
		shown.Kind = AccountKindToken
	}
	return shown
}

// Grant is a grant of an account.
type Grant struct {
	view *View
	account.Grant
}

// Scope is null for a role of the whole instance.
func (g *Grant) Scope() *coverage.Scope {
	if g.Role.OfInstance() {
		return nil
	}
	scope := coverage.Subtree
	if g.Grant.Scope == account.Self {
		scope = coverage.Self
	}
	return &scope
}

// Node is null for a role of the whole instance, and where it is there no more.
func (g *Grant) Node() AdministrativeNode {
	if g.Grant.NodeCode == "" {
		return nil
	}
	return g.view.ByCode(g.Grant.NodeCode)
}

// NodeCode is null for a role of the whole instance.
func (g *Grant) NodeCode() *string { return optional(g.Grant.NodeCode) }

// Asking is who asks.
type Asking struct{ view *View }

// Asking is nil where nobody has signed in.
func (v *View) Asking() *Asking {
	if v.Account == nil {
		return nil
	}
	return &Asking{v}
}

// Account is the account that asks.
func (a *Asking) Account() *Account { return newAccount(a.view.Account) }

// Grants are those that it holds now.
func (a *Asking) Grants() []*Grant {
	shown := []*Grant{}
	for _, grant := range a.view.Account.Held(a.view.Now) {
		shown = append(shown, &Grant{a.view, grant})
	}
	return shown
}

// Unread is how many notices it has not read.
func (*Asking) Unread() int { return 0 }

// Tokens are its tokens.
func (a *Asking) Tokens(ctx context.Context) ([]*APIToken, error) {
	tokens, err := a.view.store.Tokens(ctx, a.view.Account.ID)
	if err != nil {
		return nil, err
	}
	shown := make([]*APIToken, len(tokens))
	for i := range tokens {
		shown[i] = &APIToken{tokens[i]}
	}
	return shown, nil
}

// APIToken is what a program asks by.
type APIToken struct{ store.Token }

// Key names the token by its hash, which says nothing of it.
func (t *APIToken) Key() string { return base64.RawURLEncoding.EncodeToString(t.Hash) }

// TokenOfKey is the hash that a key is of.
func TokenOfKey(key string) []byte {
	hash, err := base64.RawURLEncoding.DecodeString(key)
	if err != nil {
		return nil
	}
	return hash
}

// DueDays tells whether it shows due days, and nothing else.
func (t *APIToken) DueDays() bool { return t.Purpose == store.ForDueDays }

// Networks are those from which alone it is good.
func (t *APIToken) Networks() []string {
	shown := make([]string, len(t.Token.Networks))
	for i, network := range t.Token.Networks {
		shown[i] = network.String()
	}
	return shown
}

// LastUsedAt is null where it was never used.
func (t *APIToken) LastUsedAt() *time.Time { return optionalTime(t.Token.LastUsedAt) }

// EndedAt is null where it was not ended.
func (t *APIToken) EndedAt() *time.Time { return optionalTime(t.Token.EndedAt) }

func optionalTime(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	at = at.In(calendar.Shanghai)
	return &at
}

// MadeAt is when it was made.
func (t *APIToken) MadeAt() time.Time { return t.Token.MadeAt.In(calendar.Shanghai) }

// ExpiresAt is the instant from which it is good no more.
func (t *APIToken) ExpiresAt() time.Time { return t.Token.ExpiresAt.In(calendar.Shanghai) }

// ManagedAccount is an account as those see it who manage accounts.
type ManagedAccount struct {
	Account  *Account
	Disabled bool
	Subject  *string
	Grants   []*GivenGrant
}

// GivenGrant is a grant with who gave it and why.
type GivenGrant struct {
	Grant *Grant
	Held  bool
	store.GivenGrant
}

// EndedBy is null where nobody ended it.
func (g *GivenGrant) EndedBy() *string { return optional(g.GivenGrant.EndedBy) }

// GrantedAt is when it was given.
func (g *GivenGrant) GrantedAt() time.Time { return g.GivenGrant.GrantedAt.In(calendar.Shanghai) }

// EndedAt is null where nobody ended it.
func (g *GivenGrant) EndedAt() *time.Time { return optionalTime(g.GivenGrant.EndedAt) }

func (v *View) managed(a *store.HeldAccount) *ManagedAccount {
	shown := &ManagedAccount{newAccount(&a.Account), a.Disabled, optional(a.Subject), []*GivenGrant{}}
	for _, given := range a.History {
		shown.Grants = append(
			shown.Grants,
			&GivenGrant{&Grant{v, given.Grant}, given.EndedAt.IsZero() && given.HoldsAt(v.Now), given},
		)
	}
	return shown
}

// MayManage refuses who may not manage accounts.
func (v *View) MayManage() error {
	switch {
	case v.Account == nil:
		return problem.New(problem.Unauthenticated, "", "managing accounts takes an account").Mend("sign in")
	case !v.rights.MayAtAll(account.ManageAccounts):
		return problem.New(problem.Forbidden, "", "your account may not manage accounts").Mend("ask a security administrator")
	}
	return nil
}

// Accounts are a page of the accounts, by name.
func (v *View) Accounts(ctx context.Context, search, after *string, first *int) ([]*ManagedAccount, error) {
	if err := v.MayManage(); err != nil {
		return nil, err
	}
	const most = 500
	rows := 50
	if first != nil {
		rows = *first
	}
	if rows < 0 || rows > most {
		return nil, problem.Invalid("first", "give a number from 0 to 500", "%d rows are too many or too few", rows)
	}
	found, err := v.store.Accounts(ctx, valueOrZero(search), valueOrZero(after), rows)
	if err != nil {
		return nil, err
	}
	shown := make([]*ManagedAccount, len(found))
	for i := range found {
		shown[i] = v.managed(&found[i])
	}
	return shown, nil
}

// AccountNamed is an account as it is now, nil where it is unknown.
func (v *View) AccountNamed(ctx context.Context, name string) (*ManagedAccount, error) {
	found, err := v.store.AccountsByName(ctx, name)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return v.managed(&found[0]), nil
}

// GrantInput is a grant to give or to end.
type GrantInput struct {
	Role     account.Role
	NodeCode *string
	Scope    *coverage.Scope
	From, To *calendar.Day
}

// Grant is the domain's form of the input.
func (i *GrantInput) Grant() account.Grant {
	grant := account.Grant{
		Role: i.Role, NodeCode: valueOrZero(i.NodeCode), Scope: i.Role.UsualScope(), From: valueOrZero(i.From), To: valueOrZero(i.To),
	}
	if i.Scope != nil {
		grant.Scope = account.Subtree
		if *i.Scope == coverage.Self {
			grant.Scope = account.Self
		}
	}
	return grant
}

// AddAccountInput is an account to make.
type AddAccountInput struct {
	Name        string
	DisplayName *string
	Password    string
	Grants      []GrantInput
	Reason      *string
}

// MakeTokenInput is a token to make.
type MakeTokenInput struct {
	Label                               string
	ExpiresOn                           calendar.Day
	ReadOnly, TrustedDocuments, DueDays *bool
	Networks                            []string
}

// Token is the domain's form of the input.
func (i *MakeTokenInput) Token() (store.Token, error) {
	token := store.Token{
		Label:            i.Label,
		ExpiresAt:        (i.ExpiresOn + 1).Time(),
		ReadOnly:         valueOrZero(i.ReadOnly),
		TrustedDocuments: valueOrZero(i.TrustedDocuments),
	}
	if valueOrZero(i.DueDays) {
		token.Purpose, token.ReadOnly = store.ForDueDays, true
	}
	if strings.TrimSpace(i.Label) == "" {
		return token, problem.Invalid("label", "say what it is for", "the label is empty")
	}
	for n, text := range i.Networks {
		networks, err := account.ParseNetworks([]string{text})
		if p, is := errors.AsType[*problem.Problem](err); is {
			p.Path = []any{"input", "networks", n}
		}
		if err != nil {
			return token, err
		}
		token.Networks = append(token.Networks, networks...)
	}
	return token, nil
}
