package store

import (
	"context"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/account"
)

// AttemptAge is how long a sign-in by a provider may take.
const AttemptAge = 10 * time.Minute

const beginAttemptSQL = `-- store.BeginAttempt
WITH ended AS (DELETE FROM sign_in WHERE began_at < $2::timestamptz - $3::interval)
INSERT INTO sign_in (hash, began_at) VALUES ($1, $2)`

// BeginAttempt begins a sign-in by a provider; those that took too long go.
func (s *Store) BeginAttempt(ctx context.Context, hash []byte, at time.Time) error {
	_, err := s.unlessHalted(ctx, "beginning a sign-in by the provider", signWait, beginAttemptSQL, hash, at, interval(AttemptAge))
	return err
}

const endAttemptSQL = `-- store.EndAttempt
DELETE FROM sign_in WHERE hash = $1 AND began_at >= $2::timestamptz - $3::interval`

// EndAttempt ends a sign-in by a provider; begun is false where there was none, where it
// took too long, and where it has ended before.
func (s *Store) EndAttempt(ctx context.Context, hash []byte, at time.Time) (begun bool, err error) {
	result, err := s.unlessHalted(ctx, "ending a sign-in by the provider", signWait, endAttemptSQL, hash, at, interval(AttemptAge))
	return wroteRow(result, err)
}

// Of two at once, one that unbinds or disables the account and one that signs in, the
// first to hold its row is first.
const addSessionOfSQL = `-- store.AddSessionOf
WITH ended AS (DELETE FROM session WHERE used_at < $4::timestamptz - $5::interval OR began_at < $4::timestamptz - $6::interval),
     bound AS (SELECT id, name, disabled_at IS NOT NULL AS disabled FROM account WHERE provider = $2 AND subject = $3 FOR SHARE),
     began AS (INSERT INTO session (hash, account_id, began_at, used_at) SELECT $1, id, $4, $4 FROM bound WHERE NOT disabled)
SELECT name, disabled FROM bound`

// AddSessionOf begins a session of the account that is bound to a subject of a provider,
// unless it is disabled; name is empty where none is bound.
func (s *Store) AddSessionOf(
	ctx context.Context,
	hash []byte,
	provider, subject string,
	at time.Time,
) (name string, disabled bool, err error) {
	err = s.each(ctx, "beginning a session", addSessionOfSQL, func(scan func(...any) error) error {
		return scan(&name, &disabled)
	}, hash, provider, subject, at, interval(sessionIdle), interval(sessionWhole))
	return name, disabled, err
}

const boundAccountSQL = `-- store.BoundAccount
SELECT id FROM account WHERE provider = $1 AND subject = $2`

const bindAccountSQL = `-- store.BindAccount
UPDATE account SET provider = $2, subject = $3, recorded_by = DEFAULT, recorded_at = DEFAULT WHERE id = $1`

// BindAccount lets a subject of a provider sign in as an account, and nobody where the
// subject is empty, and ends the account's sessions. Bound is false where the subject
// signs in as another one.
func (w *Writing) BindAccount(ctx context.Context, of *account.Account, provider, subject string) (bound bool, err error) {
	var holder int64
	if err := w.each(ctx, "reading who is bound", boundAccountSQL, func(scan func(...any) error) error {
		return scan(&holder)
	}, provider, subject); err != nil {
		return false, err
	}
	if holder != 0 {
		return holder == of.ID, nil
	}
	if subject == "" {
		provider = ""
	}
	if _, err := w.tx.ExecContext(ctx, bindAccountSQL, of.ID, text(provider), text(subject)); err != nil {
		return false, wrap("binding the account", err)
	}
	return true, w.EndSessions(ctx, of.ID)
}
