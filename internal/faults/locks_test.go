package faults

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// holding does something while a transaction past the server holds a lock.
func holding(t *testing.T, during *round, lock string, argument any, do func()) {
	t.Helper()
	db, err := sql.Open("postgres", during.database(t))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback() // it wrote nothing
	if argument == nil {
		_, err = tx.Exec(lock)
	} else {
		_, err = tx.Exec(lock, argument)
	}
	if err != nil {
		t.Fatal(err)
	}
	do()
}

// lockTable locks what every answer needs: answers say so, and so does /readyz.
func lockTable(t *testing.T, during *round) {
	holding(t, during, "LOCK TABLE publisher_timeline IN ACCESS EXCLUSIVE MODE", nil, func() {
		during.awaitRefusals(t)
	})
}

// lockPublisher locks one publisher, and nobody else waits for it.
func lockPublisher(t *testing.T, during *round) {
	const lock = "SELECT FROM publisher_timeline WHERE publisher_code = $1 FOR UPDATE"
	holding(t, during, lock, during.cells[0][0], func() {
		answered := during.plainAnswers.Load()
		// The callers that write to it wait; so another writes to all but that one.
		for n := range 10 {
			cell := during.cells[(n*7+3)%len(during.cells)]
			if cell[0] != during.cells[0][0] {
				f := during.invent(during.random, fmt.Sprintf("fault-%d-lock-%d", during.number, n), cell)
				if !during.send(f) {
					t.Errorf("a write to %s was not acknowledged while another is locked", cell[0])
				}
			}
		}
		pgtest.Eventually(t, "questions are answered", func() bool { return during.plainAnswers.Load() >= answered+10 })
		if got := during.ready(); got != 200 {
			t.Errorf("ready: %d", got)
		}
	})
}

// silence lets nothing through between the server and its database, for longer
// than a statement may take.
func silence(t *testing.T, during *round) {
	during.proxy.Silence()
	during.awaitRefusals(t)
	during.proxy.Heal()
}

// silentConnections makes the connections there are silent for ever: others are
// made.
func silentConnections(_ *testing.T, during *round) {
	during.proxy.SilencePresent()
}

// proxied serves a random world from a database behind a proxy.
func proxied(t testing.TB, random *rand.Rand) *scene {
	t.Helper()
	world, nodes, files := smallWorld(t, random)
	database := pgtest.URL(t)
	proxy, address := pgtest.NewProxy(t, database)
	s := serving(t, &process{arguments: soon, environment: []string{"DATABASE_URL=" + address}}, world, nodes, files)
	s.proxy = proxy
	s.database = func(testing.TB) string { return database }
	return s
}
