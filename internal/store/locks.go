package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// Lock is one that a transaction keeps until its end. Which writer takes which,
// and why, is told in docs/adr/0004-locks.md.
type Lock struct {
	key       int64
	exclusive bool
}

// Keys of advisory locks. They are of the whole database, and each is of one purpose.
const (
	referenceKey = 5_331_020_001
	unknownKey   = 5_331_020_002
	sealKey      = "5331020003"
	endingKey    = "5331020004" // migrations have it too
	nightKey     = "5331020005"
	namesKey     = "5331020011"
	rolesKey     = "5331020012"
)

// The locks of writers. Those who change nodes, catalogs or the calendar keep all
// others out, who each go on with theirs; and a fact that names a document not
// registered yet keeps out those who register documents, so that neither misses
// the other.
var (
	ReferenceShared    = Lock{referenceKey, false}
	ReferenceExclusive = Lock{referenceKey, true}
	UnknownShared      = Lock{unknownKey, false}
	UnknownExclusive   = Lock{unknownKey, true}
)

// HoldsLock tells whether the transaction has taken a lock.
func (w *Writing) HoldsLock(lock Lock) bool { return slices.Contains(w.locks, lock) }

// String names the lock for those who wait for it.
func (l Lock) String() string { return fmt.Sprint("lock ", l.key) }

// keys are those of the locks of one mode.
func keys(locks []Lock, exclusive bool) any {
	found := []int64{}
	for _, lock := range locks {
		if lock.exclusive == exclusive {
			found = append(found, lock.key)
		}
	}
	return pq.Array(found)
}

// waited tells one who waited in vain for another writer, most likely an import,
// what to do.
func waited(doing string, err error) error {
	if pq.As(err, pqerror.QueryCanceled) != nil || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf(
			"%s: %w: %w",
			doing,
			problem.New(
				problem.Unavailable,
				"",
				"a larger write, as of an import, is under way; nothing was written: try again when it is done",
			),
			err,
		)
	}
	return wrap(doing, err)
}
