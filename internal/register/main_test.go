package register_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// today is the day on which all tests are run.
var today = calendar.Date(2026, 11, 24)

// randomWorld imports a small random world.
func randomWorld(t *testing.T, seed uint64) (*oracle.World, string) {
	t.Helper()
	world, address := oracle.Random(seed), pgtest.URL(t)
	folder := t.TempDir()
	if err := world.WriteFolder(folder); err != nil {
		t.Fatal(err)
	}
	db := pgtest.Open(t, address, store.Options{Connections: 2})
	pgtest.Import(t, db, importer.Options{By: store.By{Account: "test", Way: store.ByCommand}, Today: today}, folder)
	return world, address
}

func registerOf(t *testing.T, db *store.Store) *register.Register {
	t.Helper()
	follower, err := db.Follow(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return register.New(db, follower.Index, func() calendar.Day { return today }, store.By{Account: "test", Way: store.ByGraphQL})
}

// mustVerify fails the test if a stored timeline is not what the facts say.
func mustVerify(t *testing.T, db *store.Store, after string) {
	t.Helper()
	effect, err := register.Rebuild(context.Background(), db, today, true, nil)
	if err != nil {
		t.Fatal(err)
	}
	if effect.Publishers > 0 {
		t.Fatalf("after %s the timelines of %v differ from the facts", after, effect.Differing)
	}
}

// document is a disclosure that its publisher may register.
func document(ref, publisher, entry string) disclosure.Disclosure {
	return disclosure.Disclosure{
		Ref:           ref,
		PublisherCode: publisher,
		EntryCode:     entry,
		Title:         "关于" + ref + "的通知",
		FormedOn:      calendar.Date(2024, 3, 1),
		PublishedOn:   calendar.Date(2024, 3, 5),
	}
}

func ref(format string, parts ...any) string { return fmt.Sprintf(format, parts...) }

func writeFiles(t *testing.T, folder string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
