package backup_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/audit"
	"github.com/reliefgraph/reliefgraph/internal/backup"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestPlainOwner: a database whose owner is no superuser is migrated, filled, served,
// written to, saved while it is served, restored and verified as any other.
func TestPlainOwner(t *testing.T) {
	t.Parallel()
	t.Run("directly", func(t *testing.T) {
		t.Parallel()
		ownedIsAsAnyOther(t, func() *store.Store {
			return pgtest.Open(t, pgtest.Owned(t, true), store.Options{Connections: 4})
		})
	})
	t.Run("through a proxy", func(t *testing.T) {
		t.Parallel()
		ownedIsAsAnyOther(t, func() *store.Store {
			return pgtest.Open(t, pgtest.Bouncer(t, pgtest.Owned(t, true)), store.Options{Connections: 4, NoPrepare: true})
		})
	})
}

func ownedIsAsAnyOther(t *testing.T, empty func() *store.Store) {
	t.Helper()
	ctx, today := context.Background(), calendar.Date(2026, 11, 24)
	db := empty()
	if _, err := db.MigrateUp(ctx); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := oracle.Random(31).WriteFolder(folder); err != nil {
		t.Fatal(err)
	}
	pgtest.Import(t, db, importer.Options{Today: today}, folder)
	serving := pgtest.Serving(t, db, today)
	follower, err := serving.Follow(ctx)
	if err != nil {
		t.Fatal(err)
	}
	writer := register.New(serving, follower.Index, func() calendar.Day { return today }, store.By{Name: "test", Way: store.ByGraphQL})
	publisher := scan(t, db, "SELECT min(code) FROM node WHERE department")
	d := disclosure.Disclosure{Ref: "new", PublisherCode: publisher, EntryCode: "1.1", Title: "题", FormedOn: today - 10, PublishedOn: today}
	if _, err := writer.Disclosure(ctx, d); err != nil {
		t.Fatal(err)
	}
	log, key := logOf(t, serving)
	name, _ := saved(t, serving, log)
	want := rowsOf(t, db)

	into := empty()
	if err := restored(t, name, into, backup.Restoring{Today: today, WithSessions: true, Key: key, Log: how.Log}); err != nil {
		t.Fatal(err)
	}
	for table, rows := range rowsOf(t, into) {
		if table != "database_identity" && want[table] != rows {
			t.Errorf("%s: %s, want %s", table, rows, want[table])
		}
	}
	const walled = "SELECT count(*) FROM pg_class WHERE relforcerowsecurity"
	if forced := scan(t, into, walled); forced != scan(t, db, walled) {
		t.Errorf("%s tables are behind the wall after the restore", forced)
	}
	pgtest.Serving(t, into, today)
	if effect, err := register.Rebuild(ctx, into, today, true, nil); err != nil || effect.Publishers > 0 {
		t.Errorf("%v %v", effect.Differing, err)
	}
	if found, err := audit.New(into, key).Verify(ctx, "", ""); err != nil || len(found.Problems) > 0 {
		t.Errorf("%v %q", err, found.Problems)
	}
}

// TestOwnerWithoutRoles: an owner who may not make roles is told how they are made, and
// serves when they are.
func TestOwnerWithoutRoles(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	address := pgtest.Owned(t, false)
	db := pgtest.Open(t, address, store.Options{Connections: 4})
	if _, err := db.MigrateUp(ctx); err != nil {
		t.Fatal(err)
	}
	_, err := db.Serving(ctx)
	told, ok := errors.AsType[*problem.Problem](err)
	if !ok || !strings.Contains(told.Remedy, "CREATE ROLE") || strings.Contains(told.Remedy, "its own") {
		t.Fatalf("%v", err)
	}
	admin := pgtest.Store(t)
	for _, statement := range strings.Split(strings.TrimPrefix(told.Remedy, "as a role that may, run once: "), "; ") {
		if strings.HasPrefix(statement, "or ") {
			continue
		}
		exec(t, admin, statement)
	}
	serving, err := db.Serving(ctx)
	if err != nil {
		t.Fatal(err)
	}
	serving.Close()
}

// TestBrokenWall: a server does not start by roles to which the wall is none, and says
// which; an owner that has another password gives its roles theirs.
func TestBrokenWall(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	address := pgtest.Owned(t, true)
	db := pgtest.Open(t, address, store.Options{Connections: 4})
	if _, err := db.MigrateUp(ctx); err != nil {
		t.Fatal(err)
	}
	serves := func(db *store.Store) error {
		serving, err := db.Serving(ctx)
		if err == nil {
			serving.Close()
		}
		return err
	}
	if err := serves(db); err != nil {
		t.Fatal(err)
	}
	owner, admin := scan(t, db, "SELECT current_user"), pgtest.Store(t)
	for _, broken := range []struct{ by, mend, told string }{
		{"ALTER ROLE " + owner + "_staff BYPASSRLS", "ALTER ROLE " + owner + "_staff NOBYPASSRLS", owner + "_staff"},
		{"ALTER ROLE " + owner + "_index SUPERUSER", "ALTER ROLE " + owner + "_index NOSUPERUSER", owner + "_index"},
		{"GRANT " + owner + " TO " + owner + "_public", "REVOKE " + owner + " FROM " + owner + "_public", owner + "_index"}, // which may become it,
	} {
		exec(t, admin, broken.by)
		if err := serves(db); err == nil || !strings.Contains(err.Error(), broken.told) {
			t.Errorf("after %s: %v", broken.by, err)
		}
		exec(t, admin, broken.mend)
	}
	exec(t, db, "ALTER TABLE review NO FORCE ROW LEVEL SECURITY")
	if err := serves(db); err == nil || !strings.Contains(err.Error(), "review") {
		t.Errorf("where it is not forced: %v", err)
	}
	exec(t, db, "ALTER TABLE review FORCE ROW LEVEL SECURITY")

	exec(t, admin, "ALTER ROLE "+owner+" PASSWORD 'another one'")
	changed, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	changed.User = url.UserPassword(owner, "another one")
	if err := serves(pgtest.Open(t, changed.String(), store.Options{Connections: 4})); err != nil {
		t.Errorf("with another password: %v", err)
	}
}
