package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/netip"
	"strconv"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/reliefgraph/reliefgraph/internal/account"
)

// How long a session lasts: idle, and in all; and how exactly its last use is known.
const (
	sessionIdle  = 12 * time.Hour
	sessionWhole = 7 * 24 * time.Hour
	useKnownTo   = time.Minute
)

const passwordOfSQL = `-- store.PasswordOf
SELECT id, coalesce(password_hash, '') FROM account WHERE name = $1 AND disabled_at IS NULL AND NOT program`

// PasswordOf is the hash of an account's password, empty where there is none or the
// account is unknown, disabled or a program's.
func (r Reads) PasswordOf(ctx context.Context, name string) (id int64, hash string, err error) {
	err = r.each(ctx, "reading the password's hash", passwordOfSQL, func(scan func(...any) error) error {
		return scan(&id, &hash)
	}, name)
	return id, hash, err
}

const addSessionSQL = `-- store.AddSession
WITH ended AS (DELETE FROM session WHERE used_at < $3::timestamptz - $4::interval OR began_at < $3::timestamptz - $5::interval)
INSERT INTO session (hash, account_id, began_at, used_at) SELECT $1, id, $3, $3 FROM account
WHERE id = $2 AND disabled_at IS NULL AND password_hash IS NOT DISTINCT FROM $6`

// AddSession begins a session of an account, whose password is still that of the hash;
// those of all that have ended go.
func (s *Store) AddSession(ctx context.Context, hash []byte, accountID int64, passwordHash string, at time.Time) (began bool, err error) {
	result, err := s.unlessHalted(
		ctx,
		"beginning a session",
		signWait,
		addSessionSQL,
		hash,
		accountID,
		at,
		interval(sessionIdle),
		interval(sessionWhole),
		text(passwordHash),
	)
	return wroteRow(result, err)
}

func interval(d time.Duration) string { return fmt.Sprintf("%d s", int(d.Seconds())) }

const endSessionSQL = `-- store.EndSession
DELETE FROM session WHERE hash = $1`

// EndSession ends a session.
func (s *Store) EndSession(ctx context.Context, hash []byte) error {
	_, err := s.unlessHalted(ctx, "ending a session", signWait, endSessionSQL, hash)
	return err
}

const endSessionsSQL = `-- store.EndSessions
DELETE FROM session WHERE account_id = $1`

// EndSessions ends all sessions of an account.
func (w *Writing) EndSessions(ctx context.Context, accountID int64) error {
	_, err := w.tx.ExecContext(ctx, endSessionsSQL, accountID)
	return wrap("ending sessions", err)
}

const sessionAccountSQL = `-- store.SessionAccount
SELECT s.used_at, ` + accountColumns + ` FROM session AS s JOIN account AS a ON a.id = s.account_id` + withPresentGrants + `
WHERE s.hash = $1 AND a.disabled_at IS NULL AND s.used_at > $2::timestamptz - $3::interval AND s.began_at > $2::timestamptz - $4::interval
ORDER BY g.id`

const useSessionSQL = `-- store.SessionAccount, its use
UPDATE session SET used_at = $2 WHERE hash = $1 AND used_at < $2`

// SessionAccount is whose session it is, nil where it is none or has ended. That it was
// used is noted.
func (s *Store) SessionAccount(ctx context.Context, hash []byte, at time.Time) (*account.Account, error) {
	var found []HeldAccount
	var used time.Time
	err := s.eachPrepared(ctx, "reading a session", sessionAccountSQL, func(scan func(...any) error) (err error) {
		found, err = scanAccount(scan, found, &used)
		return err
	}, hash, at, interval(sessionIdle), interval(sessionWhole))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	if at.Sub(used) > useKnownTo {
		s.noteUse(ctx, useSessionSQL, hash, at)
	}
	return &found[0].Account, nil
}

// noteUse notes when a session or token was used. Where that cannot be written, who asks
// is answered all the same.
func (s *Store) noteUse(ctx context.Context, statement string, hash []byte, at time.Time) {
	s.unlessHalted(ctx, "noting a use", noteWait, statement, hash, at) //nolint:errcheck // as said
}

const (
	noteWait = 20 * time.Millisecond // many who ask would wait at once
	signWait = 2 * time.Second
)

const lockTimeoutSQL = `-- store.unlessHalted
SELECT set_config('lock_timeout', $1, true)`

// unlessHalted runs a statement that changes rows of nobody else, and gives up where its
// table may not be changed for so long.
func (s *Store) unlessHalted(
	ctx context.Context, doing string, wait time.Duration, statement string, arguments ...any,
) (result sql.Result, err error) {
	tx, err := s.db.BeginTxx(ctx, nil)
	if err != nil {
		return nil, wrap(doing, err)
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	if _, err := tx.ExecContext(ctx, lockTimeoutSQL, strconv.FormatInt(wait.Milliseconds(), 10)); err != nil {
		return nil, wrap(doing, err)
	}
	result, err = tx.ExecContext(ctx, statement, arguments...)
	if pq.As(err, pqerror.LockNotAvailable) != nil {
		return nil, fmt.Errorf("%s: %w: %w", doing, halted(), err)
	}
	if err == nil {
		err = tx.Commit()
	}
	return result, wrap(doing, err)
}

// Purpose is at which addresses a token is good.
type Purpose uint8

// The purposes.
const (
	ForAll Purpose = iota
	ForDueDays
)

// Token is what is known of a token.
type Token struct {
	Hash     []byte
	Label    string
	Purpose  Purpose
	ReadOnly bool
	// TrustedDocuments: it asks documents that the server trusts, and no others.
	TrustedDocuments bool
	Networks         []netip.Prefix // from which alone it is good; none: from any
	MadeAt           time.Time
	ExpiresAt        time.Time
	LastUsedAt       time.Time // zero: never
	EndedAt          time.Time // zero: it was not ended
}

const tokenColumns = `t.hash, t.label, t.purpose, t.read_only, t.documents, t.networks::text[],
       t.made_at, t.expires_at, t.last_used_at, t.ended_at`

type scannedToken struct {
	Token
	networks        []string
	lastUsed, ended sql.NullTime
}

func (t *scannedToken) targets() []any {
	return []any{
		&t.Hash,
		&t.Label,
		&t.Purpose,
		&t.ReadOnly,
		&t.TrustedDocuments,
		pq.Array(&t.networks),
		&t.MadeAt,
		&t.ExpiresAt,
		&t.lastUsed,
		&t.ended,
	}
}

func (t *scannedToken) token() (Token, error) {
	t.LastUsedAt, t.EndedAt = t.lastUsed.Time, t.ended.Time
	t.Networks = nil
	for _, network := range t.networks {
		prefix, err := netip.ParsePrefix(network)
		if err != nil {
			return t.Token, wrap("reading a token's networks", err)
		}
		t.Networks = append(t.Networks, prefix)
	}
	return t.Token, nil
}

const addTokenSQL = `-- store.AddToken
INSERT INTO api_token (hash, account_id, label, purpose, read_only, documents, networks, made_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7::cidr[], $8, $9)`

const tokensChangedSQL = `-- store.TokensChanged
UPDATE account SET tokens_changed_at = $2, recorded_by = DEFAULT, recorded_at = DEFAULT WHERE id = $1`

// AddToken gives an account a token.
func (w *Writing) AddToken(ctx context.Context, accountID int64, t *Token) error {
	networks := make([]string, len(t.Networks))
	for i, network := range t.Networks {
		networks[i] = network.String()
	}
	_, err := w.tx.ExecContext(ctx, addTokenSQL, t.Hash, accountID, t.Label, int(t.Purpose), t.ReadOnly, t.TrustedDocuments,
		pq.Array(networks), t.MadeAt, t.ExpiresAt)
	if err == nil {
		_, err = w.tx.ExecContext(ctx, tokensChangedSQL, accountID, t.MadeAt)
	}
	return wrap("adding a token", err)
}

const endTokenSQL = `-- store.EndToken
UPDATE api_token SET ended_at = $3 WHERE hash = $1 AND account_id = $2 AND ended_at IS NULL AND expires_at > $3`

// EndToken ends a token of an account; ended is false where it has none such that is good.
func (w *Writing) EndToken(ctx context.Context, hash []byte, accountID int64, at time.Time) (ended bool, err error) {
	result, err := w.tx.ExecContext(ctx, endTokenSQL, hash, accountID, at)
	if ended, err = wroteRow(result, wrap("ending a token", err)); err != nil || !ended {
		return ended, err
	}
	_, err = w.tx.ExecContext(ctx, tokensChangedSQL, accountID, at)
	return true, wrap("ending a token", err)
}

const endTokensSQL = `-- store.EndTokens
UPDATE api_token SET ended_at = $2 WHERE account_id = $1 AND ended_at IS NULL AND expires_at > $2`

// EndTokens ends all tokens of an account that are good.
func (w *Writing) EndTokens(ctx context.Context, accountID int64, at time.Time) error {
	_, err := w.tx.ExecContext(ctx, endTokensSQL, accountID, at)
	return wrap("ending tokens", err)
}

const tokensSQL = `-- store.Tokens
SELECT ` + tokenColumns + ` FROM api_token AS t WHERE t.account_id = $1 ORDER BY t.made_at DESC, t.hash`

// Tokens reads the tokens of an account, the newest first.
func (r Reads) Tokens(ctx context.Context, accountID int64) (tokens []Token, err error) {
	err = r.each(ctx, "reading tokens", tokensSQL, func(scan func(...any) error) error {
		var t scannedToken
		if err := scan(t.targets()...); err != nil {
			return err
		}
		token, err := t.token()
		tokens = append(tokens, token)
		return err
	}, accountID)
	return tokens, err
}

const tokenAccountSQL = `-- store.TokenAccount
SELECT ` + tokenColumns + `, ` + accountColumns + ` FROM api_token AS t JOIN account AS a ON a.id = t.account_id` + withPresentGrants + `
WHERE t.hash = $1 AND t.ended_at IS NULL AND t.expires_at > $2 AND a.disabled_at IS NULL ORDER BY g.id`

const useTokenSQL = `-- store.TokenAccount, its use
UPDATE api_token SET last_used_at = $2 WHERE hash = $1 AND (last_used_at IS NULL OR last_used_at < $2)`

// TokenAccount is whose token it is, nil where it is none or is good no more. That it
// was used is noted.
func (s *Store) TokenAccount(ctx context.Context, hash []byte, at time.Time) (*account.Account, Token, error) {
	var found []HeldAccount
	var token Token
	err := s.eachPrepared(ctx, "reading a token", tokenAccountSQL, func(scan func(...any) error) (err error) {
		var t scannedToken
		if found, err = scanAccount(scan, found, t.targets()...); err != nil {
			return err
		}
		token, err = t.token()
		return err
	}, hash, at)
	if err != nil || len(found) == 0 {
		return nil, Token{}, err
	}
	if at.Sub(token.LastUsedAt) > useKnownTo {
		s.noteUse(ctx, useTokenSQL, hash, at)
	}
	return &found[0].Account, token, nil
}
