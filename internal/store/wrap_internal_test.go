package store

import (
	"testing"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// TestFaultsOfTheDatabase: what the database cannot do just now is told as that,
// what it does not understand is a fault of ours.
func TestFaultsOfTheDatabase(t *testing.T) {
	t.Parallel()
	for code, want := range map[pqerror.Code]problem.Code{
		"08006": problem.Unavailable, // the connection failed
		"25P03": problem.Unavailable, // a transaction that had been silent for too long
		"53100": problem.Unavailable, // the disk is full
		"53300": problem.Unavailable, // too many connections
		"57P01": problem.Unavailable, // it is shutting down
		"57014": problem.Timeout,     // a statement took too long
		"58030": problem.Unavailable, // the disk cannot be read or written
		"22021": problem.InvalidInput,
		"42P01": problem.Internal,
		"23505": problem.Internal,
	} {
		if got := problem.CodeOf(wrap("testing", &pq.Error{Code: code})); got != want {
			t.Errorf("%s is %s, want %s", code, got, want)
		}
	}
}
