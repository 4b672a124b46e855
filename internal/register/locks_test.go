package register_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// The two townships and the entry of the tests of locks.
const (
	oneTownship     = "533102102"
	anotherTownship = "533102103"
	entry           = "1.1"
)

// twoTownships imports a county with two townships that owe one entry.
func twoTownships(t *testing.T) string {
	t.Helper()
	address := pgtest.URL(t)
	folder := t.TempDir()
	writeFiles(t, folder, map[string]string{
		"areas.csv":    "code,name,level,parent_code\n533102,瑞丽市,COUNTY,\n533102102,畹町镇,TOWNSHIP,533102\n533102103,弄岛镇,TOWNSHIP,533102\n533102104,姐相镇,TOWNSHIP,533102\n",
		"catalogs.csv": "catalog_code,title,issuer_code,based_on,effective_from,effective_to,grace_working_days,interpretation_working_days,entries_file,source\nC1,标准目录,533102,,2020-01-01,,20,3,c1.csv,\n",
		"c1.csv": "entry_code,category,item,sub_item,content,legal_basis,levels,publishers,mode,audience,limit_kind,limit_n,limit_anchor,period,period_limit_n,refresh_days,channels,omit,evidence\n" +
			"1.1,政策文件,法律法规,,内容,《条例》,TOWNSHIP,GOVERNMENT,PROACTIVE,PUBLIC,WORKING_DAYS,20,FORMED,NONE,,0,,,\n" +
			"1.6,政策文件,解读,,内容,《条例》,TOWNSHIP,GOVERNMENT,PROACTIVE,PUBLIC,WITH_SOURCE,,FORMED,NONE,,0,,,\n",
	})
	pgtest.Import(
		t,
		pgtest.Open(t, address, store.Options{Connections: 2}),
		importer.Options{By: store.By{Account: "test", Way: store.ByCommand}, Today: today},
		folder,
	)
	return address
}

// impatient opens a store that waits for no lock for long.
func impatient(t *testing.T, address string) *store.Store {
	t.Helper()
	return pgtest.Open(t, address+"&options=-c%20lock_timeout%3D300ms", store.Options{})
}

// waitedInVain tells whether another writer's lock is why nothing was written.
func waitedInVain(err error) bool {
	fault, ok := errors.AsType[*pq.Error](err)
	return ok && fault.Code == "55P03" || comesAgain(err)
}

// comesAgain tells whether a write is to be tried again later.
func comesAgain(err error) bool {
	p, ok := errors.AsType[*problem.Problem](err)
	return ok && p.Code == problem.Conflict && p.RetryAfter > 0
}

// insist writes as a client does who tries again when told to.
func insist(do func() error) error {
	for {
		if err := do(); !comesAgain(err) {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// TestWritersOfOtherPublishers: a writer waits for one that writes to the same
// publisher, and for no other.
func TestWritersOfOtherPublishers(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	address := twoTownships(t)
	db := pgtest.Open(t, address, store.Options{})
	writes := registerOf(t, impatient(t, address))
	// The first writer has done all that registering does, but has not ended.
	first := document("first", oneTownship, entry)
	written, mayEnd, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- db.Write(ctx, store.By{Account: "test", Way: store.ByCommand}, func(w *store.Writing) error {
			reference, err := w.Reference(ctx)
			if err != nil {
				return err
			}
			cells := affected.Cells{}
			cells.Add(catalog.CellKey{PublisherCode: first.PublisherCode, EntryCode: first.EntryCode})
			if _, err := w.AddDisclosure(ctx, &first); err != nil {
				return err
			}
			_, err = register.Recompute(ctx, w, cells, register.Recomputing{Reference: reference, Today: today})
			close(written)
			<-mayEnd
			return err
		}, store.ReferenceShared, store.UnknownShared)
	}()
	<-written
	if _, err := writes.Disclosure(ctx, document("second", anotherTownship, entry)); err != nil {
		t.Errorf("a writer to another publisher had to wait: %v", err)
	}
	news := disclosure.News{Ref: "news", PublisherCode: anotherTownship, EntryCode: entry, Title: "动态", PublishedAt: today.Time()}
	if _, err := writes.News(ctx, news); err != nil {
		t.Errorf("news of another publisher had to wait: %v", err)
	}
	if _, err := writes.Publish(ctx, "second", calendar.Date(2024, 3, 5), nil, nil); err != nil {
		t.Errorf("publishing of another publisher had to wait: %v", err)
	}
	if _, err := writes.Disclosure(ctx, document("third", oneTownship, entry)); !waitedInVain(err) {
		t.Errorf("a writer to the same publisher did not wait: %v", err)
	}
	// A document of another publisher that explains one of this affects both.
	explains := document("fourth", anotherTownship, "1.6")
	explains.InterpretsRef = "second"
	if _, err := writes.Disclosure(ctx, explains); err != nil {
		t.Errorf("explaining a document of another publisher had to wait: %v", err)
	}
	close(mayEnd)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	explains.Ref, explains.InterpretsRef = "fifth", "first"
	if _, err := writes.Disclosure(ctx, explains); err != nil {
		t.Error(err)
	}
	if _, err := writes.Disclosure(ctx, document("third", oneTownship, entry)); err != nil {
		t.Error(err)
	}
	mustVerify(t, db, "all writes")
}

// TestReferenceKeepsWritersOut: while nodes, catalogs or the calendar change, no
// fact is written, and they wait for the writers under way.
func TestReferenceKeepsWritersOut(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	address := twoTownships(t)
	db, hasty := pgtest.Open(t, address, store.Options{}), impatient(t, address)
	writes := registerOf(t, hasty)
	while := func(held store.Lock, then func()) {
		t.Helper()
		err := db.Write(ctx, store.By{Account: "test", Way: store.ByCommand}, func(*store.Writing) error {
			then()
			return nil
		}, held)
		if err != nil {
			t.Fatal(err)
		}
	}
	while(store.ReferenceExclusive, func() {
		if _, err := writes.Disclosure(ctx, document("d", oneTownship, entry)); !waitedInVain(err) {
			t.Errorf("a fact was written while nodes change: %v", err)
		}
	})
	while(store.ReferenceShared, func() {
		err := hasty.Write(
			ctx,
			store.By{Account: "test", Way: store.ByCommand},
			func(*store.Writing) error { return nil },
			store.ReferenceExclusive,
		)
		if !waitedInVain(err) {
			t.Errorf("nodes changed under a writer: %v", err)
		}
	})
}

// TestDeadlockIsTriedAgain: two transactions that lock each other out both end.
func TestDeadlockIsTriedAgain(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := pgtest.Open(t, twoTownships(t), store.Options{})
	var attempts atomic.Int64
	var firstLocks, both sync.WaitGroup
	firstLocks.Add(2)
	for _, order := range [][2]string{{oneTownship, anotherTownship}, {anotherTownship, oneTownship}} {
		first := true
		both.Go(func() {
			err := db.Write(ctx, store.By{Account: "test", Way: store.ByCommand}, func(w *store.Writing) error {
				attempts.Add(1)
				if _, err := w.LockTimelines(ctx, order[:1]); err != nil {
					return err
				}
				if first {
					first = false
					firstLocks.Done()
					firstLocks.Wait()
				}
				_, err := w.LockTimelines(ctx, order[1:])
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	// The one tried again may meet the other a second time.
	if n := attempts.Load(); n < 3 {
		t.Errorf("%d attempts: one of two was to be tried again", n)
	}
}

// TestRetryEnds: a transaction that asks to begin again does so a few times,
// then its caller is told.
func TestRetryEnds(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := pgtest.Store(t)
	attempts := 0
	err := db.Write(ctx, store.By{Account: "test", Way: store.ByCommand}, func(*store.Writing) error {
		if attempts++; attempts < 4 {
			return store.RetryWith()
		}
		return nil
	})
	if err != nil || attempts != 4 {
		t.Errorf("after %d attempts: %v", attempts, err)
	}
	attempts = 0
	err = db.Write(
		ctx,
		store.By{Account: "test", Way: store.ByCommand},
		func(*store.Writing) error { attempts++; return store.RetryWith() },
	)
	if problem.CodeOf(err) != problem.Conflict || attempts > 10 {
		t.Errorf("after %d attempts: %v", attempts, err)
	}
}

// TestLinkedDocuments: documents of many publishers that explain each other, in
// any order, registered, published and withdrawn at once, leave every timeline
// as the facts say.
func TestLinkedDocuments(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	address := twoTownships(t)
	db := pgtest.Open(t, address, store.Options{})
	writes := registerOf(t, db)
	publishers := []string{oneTownship, anotherTownship, "533102104"}
	const rounds, chain = 5, 8
	var conflicts atomic.Int64
	for round := range rounds {
		var writers sync.WaitGroup
		attempt := func(what string, do func() error) {
			writers.Go(func() {
				err := insist(do)
				switch problem.CodeOf(err) {
				case problem.Conflict:
					conflicts.Add(1) // refused whole
				case problem.NotFound:
				default:
					if err != nil {
						t.Errorf("%s: %v", what, err)
					}
				}
			})
		}
		for n := range chain {
			// Each explains the next, the last the first.
			d := document(ref("d%d-%d", round, n), publishers[(n+round)%3], []string{entry, "1.6"}[n%2])
			d.InterpretsRef = ref("d%d-%d", round, (n+1)%chain)
			d.RequiresInterpretation = true
			if n%3 == 0 {
				d.PublishedOn = calendar.None
			}
			attempt("registering "+d.Ref, func() error { _, err := writes.Disclosure(ctx, d); return err })
			attempt("publishing "+d.Ref, func() error {
				time.Sleep(time.Duration(n) * time.Millisecond)
				_, err := writes.Publish(ctx, d.Ref, calendar.Date(2024, 3, 5), nil, nil)
				return err
			})
			attempt("withdrawing "+d.Ref, func() error {
				time.Sleep(time.Duration(2*n) * time.Millisecond)
				_, err := writes.Withdraw(ctx, d.Ref, calendar.Date(2024, 5, 1))
				return err
			})
		}
		writers.Wait()
		mustVerify(t, db, ref("round %d", round))
	}
	t.Logf("%d conflicts", conflicts.Load())
	var documents int
	if err := db.DB().QueryRow("SELECT count(*) FROM disclosure").Scan(&documents); err != nil || documents != rounds*chain {
		t.Errorf("%d documents are registered, want %d: %v", documents, rounds*chain, err)
	}
}

// TestUnknownDocuments: a document and one that explains it, registered at the
// same time, do not miss each other, whichever comes first.
func TestUnknownDocuments(t *testing.T) {
	t.Parallel()
	source, explains := document("source", oneTownship, entry), document("explains", anotherTownship, "1.6")
	source.RequiresInterpretation, explains.InterpretsRef = true, "source"
	for name, order := range map[string][2]disclosure.Disclosure{"the source first": {source, explains}, "the explanation first": {explains, source}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := context.Background()
			address := twoTownships(t)
			db := pgtest.Open(t, address, store.Options{})
			follower, err := db.Follow(ctx)
			if err != nil {
				t.Fatal(err)
			}
			// The first writer asks for the day to check the document, and again when all that
			// is left is to save.
			computing, mayEnd, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
			asked := 0
			slow := register.New(db, follower.Index, func() calendar.Day {
				if asked++; asked == 2 {
					close(computing)
					<-mayEnd
				}
				return today
			}, store.By{Account: "test", Way: store.ByGraphQL})
			go func() {
				_, err := slow.Disclosure(ctx, order[0])
				ended <- err
			}()
			<-computing
			_, err = registerOf(t, impatient(t, address)).Disclosure(ctx, order[1])
			if err != nil && !waitedInVain(err) {
				t.Error(err)
			}
			close(mayEnd)
			if err := <-ended; err != nil {
				t.Fatal(err)
			}
			mustVerify(t, db, "the first")
			if _, err := registerOf(t, db).Disclosure(ctx, order[1]); err != nil {
				t.Fatal(err)
			}
			mustVerify(t, db, "both")
		})
	}
}

// TestUnknownBesideImport: while an import of documents goes on, writers that name
// unknown ones are told to come later, and however many they are, those that
// register others come through.
func TestUnknownBesideImport(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	address := twoTownships(t)
	db := pgtest.Open(t, address, store.Options{})
	writes := registerOf(t, pgtest.Open(t, address, store.Options{Connections: 4}))
	err := db.Write(ctx, store.By{Account: "import", Way: store.ByCommand}, func(*store.Writing) error {
		var naming sync.WaitGroup
		var done atomic.Bool
		for n := range 12 {
			naming.Go(func() {
				d := document(ref("naming-%d", n), anotherTownship, "1.6")
				d.InterpretsRef = "nowhere"
				for told := false; !told || !done.Load(); told = true {
					if _, err := writes.Disclosure(ctx, d); !comesAgain(err) {
						t.Errorf("naming an unknown document: %v", err)
					}
				}
			})
		}
		for n := range 10 {
			d := document(ref("other-%d", n), oneTownship, entry)
			if err := insist(func() error { _, err := writes.Disclosure(ctx, d); return err }); err != nil {
				t.Errorf("registering meanwhile: %v", err)
			}
		}
		done.Store(true)
		naming.Wait()
		return nil
	}, store.ReferenceShared, store.UnknownShared)
	if err != nil {
		t.Fatal(err)
	}
	mustVerify(t, db, "all")
}
