package store

import (
	"context"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// Serving opens the migrated database of this store, whose role owns it, as a server
// uses it: by login roles that the owner has made, none of which passes row-level
// security. It makes those that lack.
func (s *Store) Serving(ctx context.Context) (*Store, error) {
	serving, err := s.servingWith(ctx, false)
	var fault *pq.Error
	if errors.As(err, &fault) && fault.Code.Class() == "28" {
		// The owner's password is another since they were made, and theirs with it.
		serving, err = s.servingWith(ctx, true)
	}
	if errors.As(err, &fault) && fault.Code.Class() == "28" {
		return nil, fmt.Errorf("%w: %w", problem.New(problem.Conflict, "database-url",
			"the database does not let the roles sign in by which it is served").
			Mend(
				"let those whose names begin as the owner's sign in as it does, in pg_hba.conf (docs/operations.md, The database's roles)",
			), err)
	}
	return serving, err
}

func (s *Store) servingWith(ctx context.Context, passwords bool) (*Store, error) {
	owner, err := s.arranged(ctx, passwords)
	if err != nil {
		return nil, err
	}
	serving, err := open(ctx, s.configOf(indexRole, owner), s.options, func(role servingRole) pq.Config { return s.configOf(role, owner) })
	if err != nil {
		return nil, err
	}
	for _, pool := range []*sqlx.DB{serving.db, serving.callers.public.db, serving.callers.staff.db, serving.seals} {
		if err := checkWall(ctx, pool, owner); err != nil {
			serving.Close()
			return nil, err
		}
	}
	return serving, nil
}

const (
	// arrangeWait is how long readers may wait behind one who waits for another reader. It is
	// shorter than PostgreSQL's deadlock_timeout (1 s), so that of two who wait for each other
	// never a reader is the one refused.
	arrangeWait     = 500 * time.Millisecond
	arrangePause    = time.Second
	arrangeAttempts = 100
	// Roles are of all databases of a cluster, which a lock in one does not keep others from.
	collidedPause    = 50 * time.Millisecond
	collidedAttempts = 10
)

var (
	inTheWay = []pqerror.Code{pqerror.LockNotAvailable, pqerror.TRDeadlockDetected}
	collided = []pqerror.Code{pqerror.UniqueViolation, pqerror.DuplicateObject, pqerror.InternalError}
)

// arranged is arrange, tried again where others are met.
func (s *Store) arranged(ctx context.Context, passwords bool) (owner string, err error) {
	err = tryAgain(ctx, arrangeAttempts, arrangePause, inTheWay, func() error {
		return tryAgain(ctx, collidedAttempts, collidedPause, collided, func() (err error) {
			owner, err = s.arrange(ctx, passwords)
			return err
		})
	})
	if pq.As(err, inTheWay...) != nil {
		return "", problem.New(problem.Conflict, "", "others have used the tables all the while; nothing was changed").
			Mend("start it again when what they do, most likely an import or a backup, is done")
	}
	return owner, err
}

// configOf is how a role that serves is signed in.
func (s *Store) configOf(role servingRole, owner string) pq.Config {
	config := s.config.Clone()
	config.User = role.of(owner)
	// Whoever may sign in as the owner may sign in as what the owner has made.
	if config.Password != "" {
		config.Password = derived(s.config.Password, config.User)
	}
	return config
}

// derived is the password of a role, from that of its owner.
func derived(of, role string) string {
	mac := hmac.New(sha256.New, []byte(of))
	mac.Write([]byte("reliefgraph " + role))
	return hex.EncodeToString(mac.Sum(nil))
}

// verifier is a password as PostgreSQL keeps it (RFC 5802, SCRAM-SHA-256), so that
// neither a log nor who makes the roles by hand sees the password itself.
func verifier(password, role string) (string, error) {
	const iterations = 4096
	salt := sha256.Sum256([]byte(role))
	salted, err := pbkdf2.Key(sha256.New, password, salt[:16], iterations, sha256.Size)
	if err != nil {
		return "", fmt.Errorf("deriving a password: %w", err)
	}
	keyed := func(text string) []byte {
		mac := hmac.New(sha256.New, salted)
		mac.Write([]byte(text))
		return mac.Sum(nil)
	}
	stored := sha256.Sum256(keyed("Client Key"))
	encode := base64.StdEncoding.EncodeToString
	return fmt.Sprintf("SCRAM-SHA-256$%d:%s$%s:%s", iterations, encode(salt[:16]), encode(stored[:]), encode(keyed("Server Key"))), nil
}

const ownerSQL = `-- store.Serving: owner
SELECT current_user, current_schema(), current_database(), (SELECT max(version_id) FROM goose_db_version WHERE is_applied)`

// lockRolesSQL lets servers that start together make the roles one after the other; it is
// the tables that they do not wait long for.
const lockRolesSQL = `-- store.Serving: one at a time
SELECT set_config('statement_timeout', '0', true), pg_advisory_xact_lock(` + rolesKey + `), set_config('lock_timeout', $1, true)`

const madeRolesSQL = `-- store.Serving: what is made
SELECT EXISTS (SELECT FROM pg_policy AS p WHERE p.polrelid = 'disclosure'::regclass AND obj_description(p.oid, 'pg_policy') = $1),
       ARRAY(SELECT rolname::text FROM pg_roles WHERE rolname = ANY ($2))`

// arrange makes the roles that serve, with their rights in this database, where they
// are not made yet, and names the owner.
func (s *Store) arrange(ctx context.Context, passwords bool) (owner string, err error) {
	const doing = "making the roles that serve"
	var schema, database string
	var version int64
	if err := s.db.QueryRowContext(ctx, ownerSQL).Scan(&owner, &schema, &database, &version); err != nil {
		return "", wrap(doing, err)
	}
	statements := arrangement(owner, schema, database)
	made := fmt.Sprintf("%d %x", version, sha256.Sum256([]byte(strings.Join(statements, ";"))))
	tx, err := s.db.BeginTxx(ctx, nil)
	if err != nil {
		return "", wrap(doing, err)
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	if _, err := tx.ExecContext(ctx, lockRolesSQL, fmt.Sprint(arrangeWait.Milliseconds())); err != nil {
		return "", wrap(doing, err)
	}
	names := make([]string, len(servingRoles))
	for i, role := range servingRoles {
		names[i] = role.of(owner)
	}
	var arranged bool
	var there []string
	if err := tx.QueryRowContext(ctx, madeRolesSQL, made, pq.Array(names)).Scan(&arranged, pq.Array(&there)); err != nil {
		return "", wrap(doing, err)
	}
	if err := s.makeRoles(ctx, tx, owner, there, passwords); err != nil {
		return "", err
	}
	if arranged && len(there) == len(names) {
		return owner, wrap(doing, tx.Commit())
	}
	// What is made is told by a policy that is made with it, and goes when it does.
	statements = append(statements, fmt.Sprintf("COMMENT ON POLICY %s ON disclosure IS %s",
		policyName(indexRole, "all"), pq.QuoteLiteral(made)))
	for _, statement := range statements {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return "", wrap(doing, err)
		}
	}
	return owner, wrap(doing, tx.Commit())
}

// makeRoles makes the roles that lack, and gives the others their passwords where that is
// wanted.
func (s *Store) makeRoles(ctx context.Context, tx *sqlx.Tx, owner string, there []string, passwords bool) error {
	var statements []string
	for _, role := range servingRoles {
		name := role.of(owner)
		known := slices.Contains(there, name)
		if known && !passwords {
			continue
		}
		statement := "CREATE ROLE " + pq.QuoteIdentifier(name) + " NOINHERIT"
		if known {
			statement = "ALTER ROLE " + pq.QuoteIdentifier(name)
		}
		statement += " LOGIN"
		if password := s.configOf(role, owner).Password; password != "" {
			kept, err := verifier(password, name)
			if err != nil {
				return err
			}
			statement += " PASSWORD " + pq.QuoteLiteral(kept)
		}
		statements = append(statements, statement)
	}
	if len(statements) == 0 {
		return nil
	}
	// Within a write, and within an export, the one acts as the other.
	index := pq.QuoteIdentifier(indexRole.of(owner))
	for _, role := range []servingRole{publicRole, staffRole} {
		statements = append(statements, "GRANT "+pq.QuoteIdentifier(role.of(owner))+" TO "+index)
	}
	for _, statement := range statements {
		_, err := tx.ExecContext(ctx, statement)
		switch {
		case pq.As(err, pqerror.InsufficientPrivilege) != nil:
			return problem.New(problem.Conflict, "database-url", "%s may not make the roles by which the database is served", owner).
				Mend(
					"as a role that may, run once: " + strings.Join(
						statements,
						"; ",
					) + "; or ALTER ROLE " + pq.QuoteIdentifier(
						owner,
					) + " CREATEROLE",
				)
		case err != nil:
			return wrap("making the roles that serve", err)
		}
	}
	return nil
}
