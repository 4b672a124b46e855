package backup_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/backup"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestNightly: of two servers one makes the backup of a night; so many are kept; a
// failure is told until it is mended.
func TestNightly(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	address := pgtest.URL(t)
	folder := t.TempDir()
	now := time.Date(2026, 11, 29, 17, 59, 0, 0, time.UTC) // a minute before two in the morning
	server := func() *backup.Nightly {
		return &backup.Nightly{
			Store: pgtest.Open(t, address, store.Options{Connections: 2}), Folder: folder, Keep: 2,
			Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return now },
		}
	}
	one, other := server(), server()
	if err := one.Check(); err != nil {
		t.Fatal(err)
	}
	made := func() (names []string) {
		t.Helper()
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			names = append(names, entry.Name())
		}
		return names
	}
	both := func(want ...string) {
		t.Helper()
		var servers sync.WaitGroup
		servers.Go(func() { one.Look(ctx) })
		servers.Go(func() { other.Look(ctx) })
		servers.Wait()
		one.Look(ctx)
		if got := strings.Join(made(), " "); got != strings.Join(want, " ") {
			t.Errorf("at %v there is %s, want %v", now, got, want)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "mine.backup"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	both("mine.backup", "reliefgraph-20261129T175900Z.backup") // there was none
	now = now.Add(30 * time.Second)
	both("mine.backup", "reliefgraph-20261129T175900Z.backup")
	now = now.Add(time.Minute)
	both("mine.backup", "reliefgraph-20261129T175900Z.backup", "reliefgraph-20261129T180030Z.backup")
	now = now.AddDate(0, 0, 1)
	both("mine.backup", "reliefgraph-20261129T180030Z.backup", "reliefgraph-20261130T180030Z.backup")
	if fault, last := one.State(); fault != "" || time.Since(last) > time.Minute {
		t.Errorf("%q %v", fault, last)
	}
	now = now.AddDate(0, 0, 1)
	if err := os.Rename(folder, folder+".away"); err != nil {
		t.Fatal(err)
	}
	one.Look(ctx)
	other.Look(ctx)
	for _, n := range []*backup.Nightly{one, other} {
		if fault, _ := n.State(); !strings.Contains(fault, "no such file") {
			t.Errorf("%q", fault)
		}
	}
	if err := one.Check(); err == nil || !strings.Contains(err.Error(), "--backup-folder") {
		t.Error(err)
	}
	if err := os.Rename(folder+".away", folder); err != nil {
		t.Fatal(err)
	}
	one.Look(ctx) // not yet again
	if fault, _ := one.State(); fault == "" {
		t.Error("it is tried again at once")
	}
	exec(t, one.Store, "UPDATE backup_made SET ended_at = ended_at - interval '1 hour' WHERE fault IS NOT NULL")
	both("mine.backup", "reliefgraph-20261130T180030Z.backup", "reliefgraph-20261201T180030Z.backup")
	if fault, _ := other.State(); fault != "" {
		other.Look(ctx)
		if fault, _ = other.State(); fault != "" {
			t.Errorf("it is made, and told: %q", fault)
		}
	}
}

// TestNightlyPruning: a backup is made though an older one cannot be removed, once a
// night; that is told, and others are removed.
func TestNightlyPruning(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	now := time.Date(2026, 11, 29, 18, 1, 0, 0, time.UTC)
	var told strings.Builder
	n := &backup.Nightly{
		Store: pgtest.Open(t, pgtest.URL(t), store.Options{Connections: 2}), Folder: folder, Keep: 1,
		Log: slog.New(slog.NewTextHandler(&told, nil)), Now: func() time.Time { return now },
	}
	stuck := filepath.Join(folder, "reliefgraph-20200101T000000Z.backup", "in the way")
	if err := os.MkdirAll(stuck, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "reliefgraph-20200102T000000Z.backup"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	n.Look(t.Context())
	exec(t, n.Store, "UPDATE backup_made SET ended_at = ended_at - interval '1 hour'")
	now = now.Add(time.Hour)
	n.Look(t.Context())
	names := func() (names []string) {
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			names = append(names, entry.Name())
		}
		return names
	}
	if got := strings.Join(names(), " "); got != "reliefgraph-20200101T000000Z.backup reliefgraph-20261129T180100Z.backup" {
		t.Errorf("there is %s", got)
	}
	if fault, last := n.State(); fault != "" || last.IsZero() {
		t.Errorf("the night has a backup, and %q is told, made at %v", fault, last)
	}
	if strings.Count(told.String(), "older nightly backups were not removed") != 1 {
		t.Errorf("told: %s", told.String())
	}
	if err := os.Remove(stuck); err != nil {
		t.Fatal(err)
	}
	n.Look(t.Context())
	if got := strings.Join(names(), " "); got != "reliefgraph-20261129T180100Z.backup" {
		t.Errorf("when it can be removed there is %s", got)
	}
}
