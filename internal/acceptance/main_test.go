// Package acceptance tests the whole: worlds imported into a real PostgreSQL,
// asked over HTTP or at the index, held against the worked examples and against
// an oracle that shares no code with what it checks.
package acceptance

import (
	"context"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// today is the day on which all tests are run.
var today = calendar.Date(2026, 11, 24)

func noon() time.Time { return today.Time().Add(12 * time.Hour) }

var importing = importer.Options{By: store.By{Account: "test", Way: store.ByCommand}, Today: today}

// mustVerify fails the test if a stored timeline is not what the facts say.
func mustVerify(t testing.TB, db *store.Store) {
	t.Helper()
	effect, err := register.Rebuild(context.Background(), db, today, true, nil)
	if err != nil {
		t.Fatal(err)
	}
	if effect.Publishers > 0 {
		t.Fatalf("the timelines of %v differ from the facts", effect.Differing)
	}
}
