package acceptance

import (
	"bytes"
	"fmt"
	"sync"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// demoThroughBouncer is the demo world through a PgBouncer, which gives each transaction
// another connection.
func demoThroughBouncer(t testing.TB) *store.Store {
	t.Helper()
	return pgtest.Open(t, pgtest.Bouncer(t, demoURL(t)), store.Options{NoPrepare: true})
}

// TestContractThroughBouncer: the contract is answered as without a proxy.
func TestContractThroughBouncer(t *testing.T) {
	t.Parallel()
	answersContract(t, recorded(t, demoThroughBouncer(t)))
}

// TestServersBehindBouncer: two servers of a database behind PgBouncer are written to, and
// an import beside; each answers all that is written at once, exports one state, and those
// who follow are told.
func TestServersBehindBouncer(t *testing.T) {
	t.Parallel()
	db := demoThroughBouncer(t)
	servers := []*service{serveTrusted(t, db, nil), serveTrusted(t, db, nil)}
	const figures = `{ administrativeNode(code: "533102") { coverage { required covered missing overdue timeliness { open overdue onTime late } }
		relief(from: "2026-01-01", to: "2026-11-24") { total { received distributed balance } } disclosures { totalCount } gaps { totalCount } } }`
	followed := ways[0].follow(servers[1], liveCoverage, map[string]any{"code": "533102"})
	followed.next()
	var working sync.WaitGroup
	for writer := range 12 {
		working.Go(func() {
			s, publisher := servers[writer%2], []string{"533102", "533102102", "533102401"}[writer%3]
			for n := range 3 {
				ref := fmt.Sprintf("shared-%d-%d", writer, n)
				r := s.ask(registerMutation, registering(ref, publisher))
				for r.retryAfter() > 0 {
					r = s.ask(registerMutation, registering(ref, publisher))
				}
				if r.code() != "" {
					t.Errorf("%s: %+v", ref, r.Errors)
					return
				}
				for _, reader := range servers {
					if seen := reader.ask(
						`query($ref: String!) { disclosure(ref: $ref) { ref } }`,
						map[string]any{"ref": ref},
					); seen.code() != "" ||
						at(t, seen.Data, "disclosure", "ref") != ref {
						t.Errorf("%s is not seen: %+v", ref, seen)
					}
				}
			}
		})
	}
	for n := range 2 {
		working.Go(func() {
			if content := servers[n].exported("gaps.csv", map[string]string{"code": "533102"}); bytes.Count(content, []byte("\n")) < 2 {
				t.Errorf("an export of %d bytes", len(content))
			}
		})
	}
	working.Go(func() {
		pgtest.Import(t, db, importer.Options{Today: today}, writeFile(t, "news.csv",
			"ref,publisher_code,entry_code,title,published_at\nn-shared,533102102,1.1,并行,2026-11-20T10:00:00+08:00\n"))
	})
	working.Wait()
	if t.Failed() {
		return
	}
	one, other := servers[0].data(figures, nil), servers[1].data(figures, nil)
	if fmt.Sprint(one) != fmt.Sprint(other) {
		t.Errorf("%v\n%v", one, other)
	}
	want := fmt.Sprint(at(t, servers[0].data(coverageNow, map[string]any{"code": "533102"}), "administrativeNode", "coverage"))
	for is := ""; is != want; { // each that differs is told, the last one last
		is = fmt.Sprint(at(t, followed.next().Data, "liveCoverage", "coverage"))
	}
	mustVerify(t, db)
}
