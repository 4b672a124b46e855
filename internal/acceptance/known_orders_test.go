package acceptance

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// TestKnownOrdersAreHidden: of orders, their events and requests for exemption, what was
// known is shown where the caller might see it both then and today: in lists by every
// filter, counts, cells and gaps, by ref and id.
func TestKnownOrdersAreHidden(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s := serve(t, db, asOfNow)
	const own, beside = "533102102", "533102103"
	write := func(orders, events, requests string) []string {
		return []string{
			writeFile(t, "orders.csv", "ref,kind,issuer_code,publisher_code,entry_codes,text,issued_at,working_days\n"+orders),
			writeFile(t, "order_events.csv", "order_ref,n,kind,at,account,text\n"+events),
			writeFile(t, "exemption_requests.csv", "ref,publisher_code,entry_code,from,reason,asked_at\n"+requests),
		}
	}
	row := func(ref, publisher, kind string) string {
		return fmt.Sprintf("%s,%s,5331,%s,1.3,请%s,2026-08-03,10\n", ref, kind, publisher, ref)
	}
	request := func(ref, publisher string) string {
		return fmt.Sprintf("%s,%s,1.3,2030-01-01,由%s,2026-08-03\n", ref, publisher, ref)
	}
	issued := at(t, s.data(`query($code: String!) { administrativeNode(code: $code) { supervision { issued } } }`, map[string]any{"code": own}),
		"administrativeNode", "supervision", "issued").(float64) // of the demo
	pgtest.Import(t, db, importing, write(
		row("public-public", own, "CRITICISE")+row("public-hidden", own, "CRITICISE")+row("hidden-public", own, "URGE")+
			row("hidden-hidden", own, "RECTIFY")+row("public-hidden-beside", own, "CRITICISE")+row("hidden-hidden-beside", own, "URGE")+
			row("public-public-beside", own, "CRITICISE"),
		"public-public,1,RECEIVED,2026-08-04,某甲,收到甲\npublic-public,2,ANSWERED,2026-08-05,某甲,答复甲\n"+
			"public-public,3,REMARKED,2026-08-06,某甲,备注甲\n",
		request("stays", own)+request("moves", own))...)
	gone := pgtest.Import(t, db, importing, write(row("public-gone", own, "CRITICISE"),
		"public-gone,1,RECEIVED,2026-08-04,某甲,收到乙\n",
		request("goes", own))...)
	time.Sleep(time.Millisecond)
	then := time.Now().UTC().Format(time.RFC3339Nano)
	if _, err := importer.Undo(context.Background(), db, gone.Number, importing); err != nil {
		t.Fatal(err)
	}
	pgtest.Import(t, db, importing, write(
		row("public-hidden", own, "URGE")+row("hidden-public", own, "CRITICISE")+row("public-hidden-beside", beside, "URGE")+
			row("hidden-hidden-beside", beside, "URGE")+row("public-public-beside", beside, "CRITICISE"),
		"public-public,1,REMARKED,2026-08-04,某甲,备注乙\n", request("moves", beside))...)

	from := calendar.Date(2026, 1, 1)
	clerk := func(name string, codes ...string) map[string][]string {
		var grants []account.Grant
		for _, code := range codes {
			grants = append(grants, account.Grant{Role: account.Clerk, NodeCode: code, Scope: account.Self, From: from})
		}
		return map[string][]string{"Authorization": {"Bearer " + pgtest.Account(t, db, name, grants...)}}
	}
	all := []string{
		"public-public", "public-hidden", "hidden-public", "hidden-hidden", "public-hidden-beside", "hidden-hidden-beside",
		"public-public-beside", "public-gone",
	}
	slices.Sort(all)
	type caller struct {
		name    string
		headers map[string][]string
		sees    []string
	}
	var callers []caller
	ids := map[string]string{}
	for _, c := range []struct {
		name           string
		headers        map[string][]string
		sees, requests string
		events         string
	}{
		{"nobody", nil, "public-public public-public-beside", "", "答复甲"},
		{
			"who reaches the publisher", clerk("own", own),
			"public-public public-hidden hidden-public hidden-hidden public-gone public-public-beside", "goes stays", "收到甲 答复甲 备注甲",
		},
		{"who reaches another", clerk("beside", beside), "public-public public-hidden-beside public-public-beside", "", "答复甲"},
		{"who reaches both", clerk("both", own, beside), strings.Join(all, " "), "goes moves stays", "收到甲 答复甲 备注甲"},
		{"who reaches the issuer alone", clerk("issuer", "5331"), "public-public public-public-beside", "", "答复甲"},
	} {
		sees := strings.Fields(c.sees)
		slices.Sort(sees)
		refs := func(list any) string {
			var found []string
			nodes, _ := list.([]any)
			for _, node := range nodes {
				if ref := at(t, node, "ref").(string); !strings.HasPrefix(ref, "demo-") {
					found = append(found, ref)
				}
			}
			slices.Sort(found)
			return strings.Join(found, " ")
		}
		ask := func(question string, more map[string]any) any {
			t.Helper()
			variables := map[string]any{"then": then, "code": own}
			maps.Copy(variables, more)
			answer := s.askWith(c.headers, question, variables)
			if answer.code() != "" {
				t.Fatalf("%s: %+v", c.name, answer.Errors)
			}
			return answer.Data
		}
		for _, code := range []string{own, "533102", "5331"} {
			for _, filter := range []any{
				nil, map[string]any{"kinds": []string{"URGE", "RECTIFY", "CRITICISE"}}, map[string]any{"publishers": []string{own}},
				map[string]any{"states": []string{"ISSUED", "RECEIVED", "ANSWERED"}}, map[string]any{"timeliness": []string{"OVERDUE", "ON_TIME"}},
			} {
				answer := ask(`query($then: DateTime!, $code: String!, $filter: OrderFilter) { knownAt(instant: $then) { administrativeNode(code: $code) {
					orders(first: 100, filter: $filter) { totalCount nodes { ref } } last: orders(last: 100, filter: $filter) { nodes { ref } }
					some: orders(first: 1, filter: $filter) { totalCount } } } }`, map[string]any{"code": code, "filter": filter})
				list := at(t, answer, "knownAt", "administrativeNode")
				for _, name := range []string{"orders", "last"} {
					if got := refs(at(t, list, name, "nodes")); got != strings.Join(sees, " ") {
						t.Errorf("%s at %s, %v: %s are %s, want %s", c.name, code, filter, name, got, sees)
					}
				}
				listed := len(at(t, list, "orders", "nodes").([]any)) // with those of the demo
				for _, name := range []string{"orders", "some"} {
					if total := at(t, list, name, "totalCount"); total != float64(listed) {
						t.Errorf("%s at %s, %v: %v are counted, want %d", c.name, code, filter, total, listed)
					}
				}
			}
		}
		answer := ask(`query($then: DateTime!, $code: String!) { knownAt(instant: $then) { administrativeNode(code: $code) {
			cell(entry: "1.3") { orders { ref } } gaps { nodes { entry { code } orders { ref } } }
			supervision { issued }
			exemptionRequests { totalCount nodes { ref id } } undecided: exemptionRequests(undecided: true, last: 9) { totalCount nodes { ref } } } } }`, nil)
		node := at(t, answer, "knownAt", "administrativeNode")
		if got := refs(at(t, node, "cell", "orders")); got != strings.Join(sees, " ") {
			t.Errorf("%s: of the cell are %s, want %s", c.name, got, sees)
		}
		if got := at(t, node, "supervision", "issued"); got != issued+float64(len(all)) {
			t.Errorf("%s: %v are issued in all", c.name, got)
		}
		for _, gap := range at(t, node, "gaps", "nodes").([]any) {
			if got := refs(at(t, gap, "orders")); at(t, gap, "entry", "code") == "1.3" && got != strings.Join(sees, " ") {
				t.Errorf("%s: of the gap are %s, want %s", c.name, got, sees)
			}
		}
		for _, name := range []string{"exemptionRequests", "undecided"} {
			if got := refs(at(t, node, name, "nodes")); got != c.requests ||
				at(t, node, name, "totalCount") != float64(len(strings.Fields(c.requests))) {
				t.Errorf("%s: %s are %s of %v, want %s", c.name, name, got, at(t, node, name, "totalCount"), c.requests)
			}
		}
		for _, ref := range all {
			answer := ask(`query($then: DateTime!, $ref: String!) { knownAt(instant: $then) { order(ref: $ref) { id ref publisher { code } text } } }`,
				map[string]any{"ref": ref})
			one, _ := at(t, answer, "knownAt", "order").(map[string]any)
			if (one != nil) != slices.Contains(sees, ref) || one != nil && at(t, one, "publisher", "code") != own {
				t.Errorf("%s: %s by ref: %v", c.name, ref, one)
			}
			ids[ref] = cmp.Or(ids[ref], idOfKnown(one))
		}
		answer = ask(`query($then: DateTime!) { knownAt(instant: $then) { order(ref: "public-public") { events { kind by text } } } }`, nil)
		var texts []string
		for _, event := range at(t, answer, "knownAt", "order", "events").([]any) {
			texts = append(texts, at(t, event, "text").(string))
			if by := at(t, event, "by"); (by == nil) != (len(strings.Fields(c.events)) == 1) {
				t.Errorf("%s: an event is by %v", c.name, by)
			}
		}
		if got := strings.Join(texts, " "); got != c.events {
			t.Errorf("%s: the events are %s, want %s", c.name, got, c.events)
		}
		callers = append(callers, caller{c.name, c.headers, sees})
	}
	// By ids that another was given.
	for _, c := range callers {
		for _, ref := range all {
			answer := s.askWith(c.headers, `query($id: ID!) { node(id: $id) { ... on Order { ref } } nodes(ids: [$id]) { id } }`, map[string]any{"id": ids[ref]})
			want := slices.Contains(c.sees, ref)
			if (answer.Data["node"] != nil) != want || (at(t, answer.Data, "nodes", 0) != nil) != want {
				t.Errorf("%s: %s by id: %v", c.name, ref, answer.Data)
			}
		}
	}
}

// idOfKnown is the id of a thing, empty where it is not shown.
func idOfKnown(thing map[string]any) string {
	id, _ := thing["id"].(string)
	return id
}
