package acceptance

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// TestTitlesOfMany: at nodes of so many publishers that documents are searched for among
// all, a part of a title finds and counts the same as a look at each, both ways and page
// by page, to everybody as each may see it, by both walls and by each alone.
func TestTitlesOfMany(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	const seed = 5
	random := rand.New(rand.NewPCG(seed, seed)) //nolint:gosec // not for secrets
	areas := "code,name,level,parent_code\nCN,中国,NATION,\n"
	var publishers []string
	for province, townships := range map[string]int{"11": 800, "53": 600} { // 53 has not most of them
		areas += province + ",省,PROVINCE,CN\n"
		for n := range townships {
			code := fmt.Sprintf("%s%07d", province, n)
			publishers = append(publishers, code)
			areas += code + ",镇,TOWNSHIP," + province + "\n"
		}
	}
	slices.Sort(publishers)
	type document struct {
		ref, publisher, title string
		listed                calendar.Day
		hidden                bool
	}
	var documents []document
	rows := "ref,publisher_code,entry_code,title,attribute,formed_on,published_on\n"
	for n := range 900 {
		formed := calendar.Date(2021, 1, 1) + calendar.Day(random.IntN(2100))
		d := document{
			fmt.Sprintf("t-%04d", n), publishers[random.IntN(len(publishers))],
			[]string{"关于救灾", "救助款", "防汛", "冬春救助"}[random.IntN(4)] + []string{"的通知", "公示", "100%_", "２０２４年"}[random.IntN(4)], formed, false,
		}
		attribute, published := "PROACTIVE", formed.String()
		switch random.IntN(8) {
		case 0:
			attribute, published, d.hidden = "ON_REQUEST", "", true
		case 1:
			published, d.hidden = "", true
		}
		documents = append(documents, d)
		rows += fmt.Sprintf("%s,%s,1.3,%s,%s,%s,%s\n", d.ref, d.publisher, d.title, attribute, formed, published)
	}
	pgtest.Import(t, db, importing, writeFile(t, "areas.csv", areas))
	national, err := os.ReadFile("../sample/data/national.csv")
	mustDo(t, err)
	catalog := writeFile(
		t,
		"catalogs.csv",
		"catalog_code,title,issuer_code,effective_from,grace_working_days,interpretation_working_days,entries_file\n"+
			"C,标准目录,CN,2020-01-01,20,3,national.csv\n",
	)
	mustDo(t, os.WriteFile(filepath.Join(filepath.Dir(catalog), "national.csv"), national, 0o600))
	pgtest.Import(t, db, importing, catalog)
	pgtest.Import(t, db, importing, writeFile(t, "disclosures.csv", rows))
	day := calendar.Date(2026, 1, 1)
	callers := map[string]struct {
		headers map[string][]string
		sees    func(publisher string) bool
	}{"nobody": {nil, func(string) bool { return false }}}
	for name, at := range map[string]string{"nation": "CN", "province": "53", "township": publishers[1000]} {
		grant := account.Grant{Role: account.Supervisor, NodeCode: at, Scope: account.Subtree, From: day}
		callers[name] = struct {
			headers map[string][]string
			sees    func(publisher string) bool
		}{
			map[string][]string{"Authorization": {"Bearer " + pgtest.Account(t, db, name, grant)}},
			func(publisher string) bool { return at == "CN" || strings.HasPrefix(publisher, at) },
		}
	}
	const query = `query($code: String!, $title: String!, $order: ListOrder!, $after: String) { administrativeNode(code: $code) {
		disclosures(filter: {title: $title}, orderBy: $order, first: 40, after: $after) {
			totalCount pageInfo { endCursor hasNextPage } edges { node { ref } } } } }`
	type answer struct {
		Data struct {
			AdministrativeNode struct {
				Disclosures struct {
					TotalCount int
					PageInfo   struct {
						EndCursor   string
						HasNextPage bool
					}
					Edges []struct{ Node struct{ Ref string } }
				}
			}
		}
	}
	for wall, s := range walls(t, db, nil) {
		for name, caller := range callers {
			for _, code := range []string{"CN", "53"} {
				for _, title := range []string{"救灾", "冬春", "救", "0%_", "关于救灾２０２４年", "没有"} {
					order := []string{"NEWEST_FIRST", "OLDEST_FIRST"}[random.IntN(2)]
					wanted := slices.DeleteFunc(slices.Clone(documents), func(d document) bool {
						return !strings.HasPrefix(d.publisher, strings.TrimPrefix(code, "CN")) || !strings.Contains(d.title, title) ||
							d.hidden && !caller.sees(d.publisher)
					})
					slices.SortFunc(wanted, func(a, b document) int {
						if order == "OLDEST_FIRST" {
							a, b = b, a
						}
						if a.listed != b.listed {
							return int(b.listed - a.listed)
						}
						return strings.Compare(a.ref, b.ref)
					})
					total, variables := len(wanted), map[string]any{"code": code, "title": title, "order": order}
					for page := range 3 {
						var got answer
						told := asJSON(s.askWith(caller.headers, query, variables))
						mustDo(t, json.Unmarshal([]byte(told), &got))
						list := got.Data.AdministrativeNode.Disclosures
						var refs, ought []string
						for _, edge := range list.Edges {
							refs = append(refs, edge.Node.Ref)
						}
						for _, d := range wanted[:min(40, len(wanted))] {
							ought = append(ought, d.ref)
						}
						if !slices.Equal(refs, ought) || list.TotalCount != total {
							t.Fatalf("%s, %s at %s, %q, %s, page %d: %d %v instead of %d %v\n%.300s",
								wall, name, code, title, order, page, list.TotalCount, refs, total, ought, told)
						}
						wanted = wanted[len(ought):]
						if !list.PageInfo.HasNextPage {
							break
						}
						variables["after"] = list.PageInfo.EndCursor
					}
				}
			}
		}
	}
}
