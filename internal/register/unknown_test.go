package register_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

const reliefHeader = "ref,kind,from_code,to_code,relief_class,funds_yuan,occurred_on,disclosure_ref\n"

// unrelieved opens a store in which a deadlock stays: who meets in one does not
// come out of it before the context ends.
func unrelieved(t *testing.T, address string) (*store.Store, context.Context) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return pgtest.Open(t, address+"&options=-c%20deadlock_timeout%3D5min", store.Options{}), ctx
}

// importFiles imports files and tells how often each was begun to be read.
func importFiles(
	ctx context.Context,
	t *testing.T,
	db *store.Store,
	files map[string]string,
	progress func(what string),
) (*importer.Report, map[string]int, error) {
	t.Helper()
	folder := t.TempDir()
	writeFiles(t, folder, files)
	sources, err := importer.FromPaths([]string{folder})
	if err != nil {
		return nil, nil, err
	}
	begun := map[string]int{}
	report, err := importer.Import(
		ctx,
		db,
		sources,
		importer.Options{By: store.By{Account: "test", Way: store.ByCommand}, Today: today, Progress: func(what string, _, _ int64) {
			what = strings.TrimPrefix(what, folder+"/")
			begun[what]++
			progress(what)
		}},
	)
	return report, begun, err
}

// TestImportsOfUnknownDocuments: imports that each name a document that is not
// registered wait for each other; none is in another's way.
func TestImportsOfUnknownDocuments(t *testing.T) {
	t.Parallel()
	address := twoTownships(t)
	db, ctx := unrelieved(t, address)
	const imports, movements = 4, 20
	var allRead, all sync.WaitGroup
	allRead.Add(imports)
	for i := range imports {
		content := reliefHeader
		for k := range movements {
			content += ref("m%d-%d,ALLOCATION,533102,%s,DROUGHT,5,2024-03-01,unknown%d\n", i, k, oneTownship, i)
		}
		all.Go(func() {
			var once sync.Once
			report, begun, err := importFiles(ctx, t, db, map[string]string{"relief.csv": content}, func(string) {
				once.Do(func() { allRead.Done(); allRead.Wait() })
			})
			if err != nil {
				t.Error(err)
				return
			}
			if n := begun["relief.csv"]; n != 2 {
				t.Errorf("the file was read %d times: once, and once again when all others are kept out", n)
			}
			if len(report.Files) != 1 || report.Files[0].Added != movements || report.WarningCount != movements ||
				len(report.Warnings) != movements {
				t.Errorf("it reports %+v and %d warnings", report.Files, report.WarningCount)
			}
		})
	}
	all.Wait()
	mustVerify(t, pgtest.Open(t, address, store.Options{Connections: 2}), "the imports")
}

// TestImportOfUnknownDocumentBesideWriter: an import that has written documents of
// a publisher, and then names one that is not registered, and a writer that
// registers a document there both end.
func TestImportOfUnknownDocumentBesideWriter(t *testing.T) {
	t.Parallel()
	address := twoTownships(t)
	db, ctx := unrelieved(t, address)
	watch := pgtest.Open(t, address, store.Options{Connections: 2})
	registers := registerOf(t, db)
	var writer sync.WaitGroup
	var once sync.Once
	report, begun, err := importFiles(ctx, t, db, map[string]string{
		"disclosures.csv": "ref,publisher_code,entry_code,title,attribute,formed_on\nz1," + oneTownship + ",1.1,通知,PROACTIVE,2024-03-01\n",
		"relief.csv":      reliefHeader + "m1,ALLOCATION,533102," + oneTownship + ",DROUGHT,5,2024-03-01,unknown\n",
	}, func(what string) {
		if what != "relief.csv" {
			return
		}
		once.Do(func() {
			writer.Go(func() {
				d := document("w1", oneTownship, entry)
				if err := insist(func() error { _, err := registers.Disclosure(ctx, d); return err }); err != nil {
					t.Errorf("the writer: %v", err)
				}
			})
			pgtest.Eventually(t, "the writer waits", func() bool { return db.Waits().Waiting > 0 })
		})
	})
	writer.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if begun["disclosures.csv"] != 2 || begun["relief.csv"] != 2 {
		t.Errorf("the files were begun %v times, want twice each", begun)
	}
	if len(report.Files) != 2 || report.Files[0].Added != 1 || report.Files[1].Added != 1 || report.WarningCount != 1 {
		t.Errorf("it reports %+v and the warnings %v", report.Files, report.Warnings)
	}
	mustVerify(t, watch, "both")
}

// TestWhoKeepsRegisteringOut: a movement that names a document not registered yet
// gives an entry to whoever registers it; the answer to a concern gives nothing.
func TestWhoKeepsRegisteringOut(t *testing.T) {
	t.Parallel()
	for file, c := range map[string]struct {
		content string
		waits   bool
	}{
		"relief.csv": {reliefHeader + "m1,ALLOCATION,533102," + oneTownship + ",DROUGHT,5,2024-03-01,unknown\n", true},
		"concerns.csv": {
			"ref,publisher_code,title,severity,detected_at,responded_at,response_ref\nc1," + oneTownship +
				",反映,NORMAL,2024-05-06,2024-05-07,unknown\n", false,
		},
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			address := twoTownships(t)
			registers := registerOf(t, impatient(t, address))
			var asked atomic.Bool
			report, _, err := importFiles(
				context.Background(),
				t,
				pgtest.Open(t, address, store.Options{}),
				map[string]string{file: c.content},
				func(what string) {
					if what != "timelines" || asked.Swap(true) {
						return
					}
					_, err := registers.Disclosure(context.Background(), document("d", anotherTownship, entry))
					if waitedInVain(err) != c.waits || err != nil && !c.waits {
						t.Errorf("registering a document meanwhile: %v", err)
					}
				},
			)
			if err != nil || report.WarningCount != 1 || !asked.Load() {
				t.Errorf("%v, the warnings %v", err, report.Warnings)
			}
		})
	}
}

// untilOneWaits returns when a transaction waits for a lock of another.
func untilOneWaits(t *testing.T, db *store.Store) {
	t.Helper()
	const query = `SELECT count(*) FROM pg_locks
WHERE NOT granted AND (database IS NULL OR database = (SELECT oid FROM pg_database WHERE datname = current_database()))`
	for waiting := 0; waiting == 0; time.Sleep(5 * time.Millisecond) {
		if err := db.DB().QueryRow(query).Scan(&waiting); err != nil {
			t.Error(err)
			return
		}
	}
}

// TestCollisionsAreTold: who collides with others each time is told so, however
// the database calls it.
func TestCollisionsAreTold(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	for _, code := range []pqerror.Code{"40P01", "40001", "23505"} {
		attempts := 0
		err := db.Write(context.Background(), store.By{Account: "test", Way: store.ByCommand}, func(*store.Writing) error {
			attempts++
			return fmt.Errorf("writing: %w", &pq.Error{Code: code})
		})
		if problem.CodeOf(err) != problem.Conflict || attempts < 2 || attempts > 10 {
			t.Errorf("%s after %d attempts: %v", code, attempts, err)
		}
	}
}
