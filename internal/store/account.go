package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// accountColumns are an account with one of its grants, which may be none.
const accountColumns = `a.id, a.name, a.display_name, a.program, a.disabled_at IS NOT NULL, coalesce(a.subject, ''),
       g.id, g.role, coalesce(g.node_code, ''), g.self, g.from_day - date '1970-01-01', coalesce(g.to_day - date '1970-01-01', 0),
       g.ended_at, g.reason, g.granted_by, g.granted_at, coalesce(g.ended_by, '')`

const (
	withGrants = ` LEFT JOIN account_grant AS g ON g.account_id = a.id`
	// Of who acts now, what was ended is ended, whatever the clock of who ended it.
	withPresentGrants = withGrants + ` AND g.ended_at IS NULL`
)

// HeldAccount is an account as those see it who manage accounts.
type HeldAccount struct {
	account.Account
	Disabled bool
	Subject  string       // who it is at the provider; empty: it is bound to nobody there
	History  []GivenGrant // of its grants, in the order in which they were given
}

// GivenGrant is a grant with who gave it and why.
type GivenGrant struct {
	account.Grant
	Reason, GrantedBy, EndedBy string
	GrantedAt                  time.Time
}

// scanAccount reads a row into the last account, if it is the same one, else into a new
// one. `more` are columns before those of the account.
func scanAccount(scan func(...any) error, into []HeldAccount, more ...any) ([]HeldAccount, error) {
	var a HeldAccount
	var id, role, from, to sql.NullInt64
	var self sql.NullBool
	var node, reason, by, endedBy sql.NullString
	var endedAt, grantedAt sql.NullTime
	if err := scan(append(more, &a.ID, &a.Name, &a.DisplayName, &a.Program, &a.Disabled, &a.Subject,
		&id, &role, &node, &self, &from, &to, &endedAt, &reason, &by, &grantedAt, &endedBy)...); err != nil {
		return nil, err
	}
	if len(into) == 0 || into[len(into)-1].ID != a.ID {
		into = append(into, a)
	}
	if id.Valid {
		grant := account.Grant{
			ID: id.Int64, Role: account.Role(role.Int64), NodeCode: node.String, Scope: account.Subtree,
			From: calendar.Day(from.Int64), To: calendar.Day(to.Int64), EndedAt: endedAt.Time,
		}
		if self.Bool {
			grant.Scope = account.Self
		}
		last := &into[len(into)-1]
		last.Grants = append(last.Grants, grant)
		last.History = append(last.History, GivenGrant{grant, reason.String, by.String, endedBy.String, grantedAt.Time})
	}
	return into, nil
}

const accountsByNameSQL = `-- store.AccountsByName
SELECT ` + accountColumns + ` FROM account AS a` + withGrants + ` WHERE a.name = ANY ($1) ORDER BY a.name, g.id`

// AccountsByName reads accounts with all their grants; unknown ones are left out.
func (r Reads) AccountsByName(ctx context.Context, names ...string) (found []HeldAccount, err error) {
	err = r.each(ctx, "reading accounts", accountsByNameSQL, func(scan func(...any) error) error {
		found, err = scanAccount(scan, found)
		return err
	}, pq.Array(names))
	return found, err
}

const accountsSQL = `-- store.Accounts
SELECT ` + accountColumns + ` FROM (
    SELECT * FROM account
    WHERE name > $1 AND ($2 = '' OR position(lower($2) IN lower(name)) > 0 OR position(lower($2) IN lower(display_name)) > 0
          OR EXISTS (SELECT FROM account_grant WHERE account_id = account.id AND node_code = $2))
    ORDER BY name LIMIT $3) AS a` + withGrants + ` ORDER BY a.name, g.id`

// Accounts reads a page of the accounts by name, those whose name or display name
// contains a text or that were granted something at the node of that code.
func (r Reads) Accounts(ctx context.Context, search, after string, first int) (found []HeldAccount, err error) {
	err = r.each(ctx, "reading accounts", accountsSQL, func(scan func(...any) error) error {
		found, err = scanAccount(scan, found)
		return err
	}, after, search, first)
	return found, err
}

const lockAccountSQL = `-- store.LockAccount
SELECT FROM account WHERE name = $1 FOR UPDATE`

// LockAccount keeps an account and its grants as they are, and reads them; known is
// false where there is none.
func (w *Writing) LockAccount(ctx context.Context, name string) (a HeldAccount, known bool, err error) {
	if _, err := w.tx.ExecContext(ctx, lockAccountSQL, name); err != nil {
		return a, false, wrap("locking the account", err)
	}
	found, err := w.AccountsByName(ctx, name)
	if err != nil || len(found) == 0 {
		return a, false, err
	}
	return found[0], true, nil
}

const (
	lockNamesSQL = `-- store.LockNames
SELECT pg_advisory_xact_lock(` + namesKey + `)`
	accountNamesSQL = `-- store.LockNames, all
SELECT name FROM account`
)

// LockNames lets no other account be named meanwhile, and reads the names of all.
func (w *Writing) LockNames(ctx context.Context) (names []string, err error) {
	if _, err := w.tx.ExecContext(ctx, lockNamesSQL); err != nil {
		return nil, wrap("locking the names of accounts", err)
	}
	err = w.each(ctx, "reading the names of accounts", accountNamesSQL, func(scan func(...any) error) error {
		var name string
		err := scan(&name)
		names = append(names, name)
		return err
	})
	return names, err
}

const addAccountSQL = `-- store.AddAccount
INSERT INTO account (name, display_name, program, password_hash, password_changed_at)
VALUES ($1, $2, $3, $4, CASE WHEN $4::text IS NOT NULL THEN $5::timestamptz END)
ON CONFLICT (name) DO NOTHING RETURNING id`

// AddAccount makes an account; added is false where its name is taken.
func (w *Writing) AddAccount(ctx context.Context, a *account.Account, passwordHash string, at time.Time) (added bool, err error) {
	err = w.tx.QueryRowContext(ctx, addAccountSQL, a.Name, a.DisplayName, a.Program, text(passwordHash), at).Scan(&a.ID)
	if err == sql.ErrNoRows {
		return false, nil
	}
	return err == nil, wrap("adding the account", err)
}

const disableAccountSQL = `-- store.DisableAccount
UPDATE account SET disabled_at = coalesce(disabled_at, $2), recorded_by = DEFAULT, recorded_at = DEFAULT WHERE id = $1`

// DisableAccount ends what an account may do, its sessions and tokens with it.
func (w *Writing) DisableAccount(ctx context.Context, id int64, at time.Time) error {
	if _, err := w.tx.ExecContext(ctx, disableAccountSQL, id, at); err != nil {
		return wrap("disabling the account", err)
	}
	if err := w.EndTokens(ctx, id, at); err != nil {
		return err
	}
	return w.EndSessions(ctx, id)
}

const enableAccountSQL = `-- store.EnableAccount
UPDATE account SET disabled_at = NULL, recorded_by = DEFAULT, recorded_at = DEFAULT WHERE id = $1`

// EnableAccount lets an account that was disabled do again what it is granted.
func (w *Writing) EnableAccount(ctx context.Context, id int64) error {
	_, err := w.tx.ExecContext(ctx, enableAccountSQL, id)
	return wrap("enabling the account", err)
}

const setPasswordSQL = `-- store.SetPassword
UPDATE account SET password_hash = $2, password_changed_at = $3, recorded_by = DEFAULT, recorded_at = DEFAULT WHERE id = $1`

// SetPassword changes the password of an account and ends its sessions.
func (w *Writing) SetPassword(ctx context.Context, id int64, hash string, at time.Time) error {
	if _, err := w.tx.ExecContext(ctx, setPasswordSQL, id, hash, at); err != nil {
		return wrap("changing the password", err)
	}
	return w.EndSessions(ctx, id)
}

const addGrantSQL = `-- store.AddGrant
INSERT INTO account_grant (account_id, role, node_code, self, from_day, to_day, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`

// AddGrant gives an account a grant.
func (w *Writing) AddGrant(ctx context.Context, accountID int64, g *account.Grant, reason string) error {
	err := w.tx.QueryRowContext(ctx, addGrantSQL, accountID, int(g.Role), text(g.NodeCode), g.Scope == account.Self,
		day(g.From), day(g.To), reason).Scan(&g.ID)
	return wrap("giving the grant", err)
}

const endGrantsSQL = `-- store.EndGrants
UPDATE account_grant SET ended_at = $2, ended_by = coalesce(current_setting('reliefgraph.actor', true), session_user)
WHERE id = ANY ($1) AND ended_at IS NULL`

// EndGrants ends grants from an instant on.
func (w *Writing) EndGrants(ctx context.Context, ids []int64, at time.Time) error {
	_, err := w.tx.ExecContext(ctx, endGrantsSQL, pq.Array(ids), at)
	return wrap("ending grants", err)
}

const nodeKnownSQL = `-- store.NodeKnown
SELECT EXISTS (SELECT FROM node WHERE code = $1)`

// NodeKnown tells whether there is a node of a code.
func (r Reads) NodeKnown(ctx context.Context, code string) (known bool, err error) {
	err = r.each(ctx, "reading a node", nodeKnownSQL, func(scan func(...any) error) error { return scan(&known) }, code)
	return known, err
}

const registrarSQL = `-- store.Registrar
SELECT coalesce(registered_by, '') FROM disclosure WHERE ref = $1`

// Registrar is the account that registered a document, empty where none did.
func (r Reads) Registrar(ctx context.Context, ref string) (name string, err error) {
	err = r.each(ctx, "reading who registered a document", registrarSQL, func(scan func(...any) error) error { return scan(&name) }, ref)
	return name, err
}

const presentAccountSQL = `-- store.PresentAccount
SELECT ` + accountColumns + ` FROM account AS a` + withPresentGrants + ` WHERE a.id = $1 AND a.disabled_at IS NULL ORDER BY g.id`

// PresentAccount reads an account as it is now, nil where it is disabled.
func (w *Writing) PresentAccount(ctx context.Context, id int64) (*account.Account, error) {
	var found []HeldAccount
	err := w.each(ctx, "reading who writes", presentAccountSQL, func(scan func(...any) error) (err error) {
		found, err = scanAccount(scan, found)
		return err
	}, id)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0].Account, nil
}
