package store_test

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestFollowerAfterRestore: a dump of an earlier state is put back while a
// follower runs, whose rows carry transaction ids of their time.
func TestFollowerAfterRestore(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	tables := "node, publisher_timeline, reference_change"
	for name, restore := range map[string]func(t *testing.T, r *restored){
		// The tables are dropped and made again; connections stay.
		"in place": func(_ *testing.T, r *restored) { r.restore("--clean", "--if-exists") },
		"in place, looked at meanwhile": func(t *testing.T, r *restored) {
			r.exec(t, "DROP SCHEMA IF EXISTS known CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public")
			r.restore("--section=pre-data")
			r.look()
			r.restore("--section=data")
			r.look()
			r.restore("--section=post-data")
		},
		"into a new database": func(t *testing.T, r *restored) {
			r.admin(t, "DROP DATABASE "+r.name+" WITH (FORCE)")
			r.look()
			r.admin(t, "CREATE DATABASE "+r.name)
			r.look()
			r.restore("--section=pre-data")
			r.look()
			r.restore("--section=data")
			r.look()
			r.restore("--section=post-data")
		},
		"the rows alone": func(t *testing.T, r *restored) {
			r.exec(t, "TRUNCATE "+tables+" CASCADE")
			r.look()
			r.restore("--data-only", "--table=node", "--table=publisher_timeline", "--table=reference_change")
		},
		"the rows alone, deleted first": func(t *testing.T, r *restored) {
			r.exec(t, "DELETE FROM publisher_timeline; DELETE FROM reference_change; DELETE FROM node")
			r.look()
			r.restore("--data-only", "--table=node", "--table=publisher_timeline", "--table=reference_change")
		},
		"the rows alone, without triggers": func(t *testing.T, r *restored) {
			r.exec(t, "DELETE FROM publisher_timeline; DELETE FROM reference_change; DELETE FROM node")
			r.look()
			r.restore("--data-only", "--disable-triggers", "--table=node", "--table=publisher_timeline", "--table=reference_change")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := pgtest.URL(t)
			r := &restored{t: t, address: address, dump: filepath.Join(t.TempDir(), "dump")}
			parsed, err := url.Parse(address)
			if err != nil {
				t.Fatal(err)
			}
			r.name = strings.TrimPrefix(parsed.Path, "/")
			db := pgtest.Open(t, address, store.Options{})
			r.db = db
			addTownships(t, db)
			acknowledged(t, db, 0, 1)
			acknowledged(t, db, 1, 1)
			r.run("pg_dump", "--format=custom", "--file="+r.dump, "--dbname="+address)

			acknowledged(t, db, 1, 2)
			acknowledged(t, db, 2, 2)
			for _, statement := range []string{
				`INSERT INTO node (code, name, level, department, parent_code) VALUES ('533124999', '新镇', 4, false, '533124')`,
				`INSERT INTO publisher_timeline (publisher_code) VALUES ('533124999')`,
			} {
				r.exec(t, statement)
			}
			if err := rename(db, 3, "后来的名字"); err != nil {
				t.Fatal(err)
			}
			r.follower = follow(t, db)
			caughtUp(t, r.follower)

			restore(t, r)
			index := eventuallyCaughtUp(t, r.follower)
			for n, want := range []int{1, 1, 0} {
				if version := versionIn(t, index, n); version != want {
					t.Errorf("%s: version %d, want %d", township(n), version, want)
				}
			}
			if name := index.Tree.ByCode(township(3)).Name; name != "镇" {
				t.Errorf("the name of later is in memory: %s", name)
			}
			sameIndex(t, "caught up and loaded", index, follow(t, db).Current())
			// It goes on as ever.
			if err := setVersion(ctx, db, 2, 9, false); err != nil {
				t.Fatal(err)
			}
			if version := versionIn(t, caughtUp(t, r.follower), 2); version != 9 {
				t.Errorf("version %d, want 9", version)
			}
		})
	}
}

// restored is a database that is put back under a follower.
type restored struct {
	t                   *testing.T
	address, name, dump string
	db                  *store.Store
	follower            *store.Follower
}

func (r *restored) run(program string, arguments ...string) {
	r.t.Helper()
	command := exec.Command(pgtest.Program(r.t, program), arguments...)
	command.Env = append(os.Environ(), "PGOPTIONS=")
	if output, err := command.CombinedOutput(); err != nil {
		r.t.Fatalf("%s: %v\n%s", program, err, output)
	}
}

func (r *restored) restore(how ...string) {
	r.t.Helper()
	r.run("pg_restore", append(how, "--exit-on-error", "--dbname="+r.address, r.dump)...)
}

// look asks for the index while the database is in no state to be read, perhaps.
func (r *restored) look() {
	_, err := r.follower.Index(context.Background())
	r.t.Log("a look meanwhile:", err)
}

func (r *restored) exec(t *testing.T, statement string) {
	t.Helper()
	if _, err := r.db.DB().Exec(statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// admin runs a statement from another database.
func (r *restored) admin(t *testing.T, statement string) {
	t.Helper()
	other := pgtest.Store(t)
	if _, err := other.DB().Exec(statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// TestFollowerWithIDsToCome: rows restored into a cluster that has not reached
// their transaction ids yet are not read again at every look.
func TestFollowerWithIDsToCome(t *testing.T) {
	t.Parallel()
	db := withTownships(t)
	acknowledged(t, db, 1, 1)
	for _, table := range []string{"publisher_timeline", "reference_change"} {
		if _, err := db.DB().Exec(`UPDATE ` + table + ` SET changed = '1000000000000'`); err != nil {
			t.Fatal(err)
		}
	}
	follower := follow(t, db)
	if first := caughtUp(t, follower); first != caughtUp(t, follower) || versionIn(t, first, 1) != 1 {
		t.Error("nothing changed, and another look made another index")
	}
	acknowledged(t, db, 1, 2)
	if err := rename(db, 1, "改名镇"); err != nil {
		t.Fatal(err)
	}
	index := caughtUp(t, follower)
	if version := versionIn(t, index, 1); version != 2 || index.Tree.ByCode(township(1)).Name != "改名镇" {
		t.Errorf("version %d of %s, want 2 of 改名镇", version, index.Tree.ByCode(township(1)).Name)
	}
}
