package register_test

import (
	"context"
	"sync"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestImportsBesideWriters: files that move linked documents from publisher to
// publisher, imported at the same time as each other and as single writes,
// leave every timeline as the facts say.
func TestImportsBesideWriters(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	address := twoTownships(t)
	db := pgtest.Open(t, address, store.Options{})
	writes := registerOf(t, db)
	publishers := []string{oneTownship, anotherTownship, "533102104"}
	for round := range 12 {
		var writers sync.WaitGroup
		for mover := range 3 {
			content := "ref,publisher_code,entry_code,title,document_number,index_number,attribute,formed_on,issued_on,published_on,withdrawn_on,period,nil,requires_interpretation,interprets_ref,channel,url\n"
			for n := range 6 {
				content += ref(
					"m%d,%s,1.1,通知,,,PROACTIVE,2024-03-01,,2024-03-%02d,,,,1,m%d,,\n",
					n,
					publishers[(n+mover+round)%3],
					5+mover,
					(n+mover+1)%6,
				)
			}
			folder := t.TempDir()
			writeFiles(t, folder, map[string]string{"disclosures.csv": content})
			writers.Go(func() {
				sources, err := importer.FromPaths([]string{folder})
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := importer.Import(
					ctx,
					db,
					sources,
					importer.Options{By: store.By{Account: "test", Way: store.ByCommand}, Today: today},
				); err != nil {
					t.Errorf("importing: %v", err)
				}
			})
		}
		for n := range 6 {
			d := document(ref("w%d-%d", round, n), publishers[n%3], "1.6")
			d.InterpretsRef = ref("m%d", n)
			writers.Go(func() {
				err := insist(func() error { _, err := writes.Disclosure(ctx, d); return err })
				if err != nil && problem.CodeOf(err) != problem.Conflict {
					t.Errorf("registering: %v", err)
				}
			})
		}
		writers.Wait()
		mustVerify(t, db, ref("round %d", round))
	}
}

// TestImportAfterImport: an import that waits for another which moves the same
// document recomputes the timelines of all publishers that the document was at.
func TestImportAfterImport(t *testing.T) {
	t.Parallel()
	at := func(row string) func(int, string) string {
		return func(n int, publisher string) string { return ref(row, n, publisher) }
	}
	for name, file := range map[string]struct {
		name, header string
		row          func(n int, publisher string) string
	}{
		"disclosures": {
			"disclosures.csv", "ref,publisher_code,entry_code,title,document_number,index_number,attribute,formed_on,issued_on,published_on,withdrawn_on,period,nil,requires_interpretation,interprets_ref,channel,url",
			at("x%d,%s,1.1,通知,,,PROACTIVE,2024-03-01,,2024-03-05,,,,,,,"),
		},
		"news": {"news.csv", "ref,publisher_code,entry_code,title,summary,published_at,url,tags", at("x%d,%s,1.1,动态,,2024-03-05,,")},
		"movements": {
			"relief.csv", "ref,kind,from_code,to_code,relief_class,funds_yuan,occurred_on",
			at("x%d,DISTRIBUTION,%s,,DROUGHT,5,2024-03-05"),
		},
		// As it stands nobody gave it.
		"donations": {"relief.csv", "ref,kind,from_code,to_code,relief_class,funds_yuan,occurred_on", func(n int, publisher string) string {
			if publisher == oneTownship {
				return ref("x%d,DONATION,,%s,DROUGHT,5,2024-03-05", n, publisher)
			}
			return ref("x%d,DISTRIBUTION,%s,,DROUGHT,5,2024-03-05", n, publisher)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := context.Background()
			db := pgtest.Open(t, twoTownships(t), store.Options{})
			importAt := func(progress func(string, int64, int64), publishers ...string) error {
				folder, content := t.TempDir(), file.header
				for n, publisher := range publishers {
					content += "\n" + file.row(n, publisher)
				}
				writeFiles(t, folder, map[string]string{file.name: content + "\n"})
				sources, err := importer.FromPaths([]string{folder})
				if err != nil {
					return err
				}
				_, err = importer.Import(
					ctx,
					db,
					sources,
					importer.Options{By: store.By{Account: "test", Way: store.ByCommand}, Today: today, Progress: progress},
				)
				return err
			}
			if err := importAt(nil, oneTownship, oneTownship, oneTownship); err != nil {
				t.Fatal(err)
			}
			written, mayEnd := make(chan struct{}), make(chan struct{})
			var imports sync.WaitGroup
			imports.Go(func() {
				err := importAt(func(what string, _, _ int64) {
					if what == "timelines" {
						close(written)
						<-mayEnd
					}
				}, anotherTownship, anotherTownship, oneTownship)
				if err != nil {
					t.Error(err)
				}
			})
			<-written
			imports.Go(func() {
				// The second row stays as it is as long as the first import has not ended.
				if err := importAt(nil, "533102104", oneTownship, "533102104"); err != nil {
					t.Error(err)
				}
			})
			untilOneWaits(t, db)
			close(mayEnd)
			imports.Wait()
			mustVerify(t, db, "both imports")
		})
	}
}
