package store_test

import (
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestVersion: followers name a state alike, keep its name while nothing ends, and
// name no two states alike; on a standby none while something goes on.
func TestVersion(t *testing.T) {
	t.Parallel()
	cluster := pgtest.NewCluster(t, replicated...)
	db := pgtest.Open(t, cluster.URL(), store.Options{})
	addTownships(t, db)
	one, two := follow(t, db), follow(t, pgtest.Open(t, cluster.URL(), store.Options{}))
	named := map[store.Version]string{}
	state := func(what string, is bool) {
		t.Helper()
		first, again, other := versionNow(t, one), versionNow(t, one), versionNow(t, two)
		if first == "" || first != again || first != other {
			t.Errorf("%s: named %q, %q, and by another server %q", what, first, again, other)
		}
		if before, known := named[first]; known == is {
			t.Errorf("%s: named %s, as %q", what, first, before)
		}
		named[first] = what
	}
	state("at first", true)
	state("at rest", false)
	ends := openWrite(t, db, 1, 1)
	acknowledged(t, db, 2, 1)
	state("beside an open write", true)
	acknowledged(t, db, 3, 1)
	state("beside the same", true)
	ends()
	state("after it", true)
	if err := rename(db, 2, "新名"); err != nil {
		t.Fatal(err)
	}
	state("a name", true)
	if _, err := db.DB().Exec(`UPDATE node SET name = '某镇' WHERE code = $1`, township(3)); err != nil {
		t.Fatal(err)
	}
	state("what no index is told of", true)

	standby := pgtest.Open(t, cluster.Standby().URL(), store.Options{})
	third := follow(t, standby)
	state("meanwhile, at the primary", false)
	replay(t, db, standby)
	if version := versionNow(t, third); version == "" || named[version] != "" {
		t.Errorf("a standby at rest names its state %q", version)
	}
	early := openWrite(t, db, 4, 1)
	late := openWrite(t, db, 5, 1)
	acknowledged(t, db, 6, 1)
	replay(t, db, standby)
	if version := versionNow(t, third); version != "" {
		t.Errorf("a standby names a state that it cannot tell: %q", version)
	}
	late()
	early()
}
