package acceptance

import (
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// sights are the ways to something hidden of rightsTownship: by ref and id, in lists and
// their counts, and where something else names it.
const sights = `fragment Whole on Disclosure { ref title attribute reviews { result consulted } secrecyReview { result reviewedBy } }
query ($id: ID!) {
	draft: disclosure(ref: "SECRET-draft") { ...Whole } request: disclosure(ref: "SECRET-request") { ...Whole }
	never: disclosure(ref: "SECRET-never") { ...Whole } future: disclosure(ref: "SECRET-future") { ...Whole }
	node(id: $id) { id ... on Disclosure { ...Whole } }
	nodes(ids: [$id]) { id }
	open: disclosure(ref: "open") { ...Whole interpretation { ...Whole } }
	explains: disclosure(ref: "explains") { ...Whole interpretsRef }
	concern(ref: "concern") { response { ...Whole } }
	movement(ref: "moved") { disclosure { ...Whole } }
	administrativeNode(code: "533102102") {
		disclosures(first: 200) { totalCount nodes { ...Whole } }
		named: disclosures(filter: {title: "SECRET"}) { totalCount }
		concerns { nodes { ref response { ref } } }
		reviewsDue { nodes { disclosure { ref } } }
		openTasks { nodes { disclosure { ref } } }
		gaps { nodes { entry { code } duties { title disclosure { ref } } explanation } }
		upcoming(workingDays: 60) { nodes { entry { code } duty { title disclosure { ref } } explanation } }
		relief(from: "2026-01-01", to: "2026-11-24") { movements { nodes { ref disclosure { ref } } } discrepancies { kind explanation } }
	}
	cell(publisher: "533102102", entry: "1.3") { status duties { title disclosure { ref } } }
}`

// TestSights: each role, granted at its node, above, below and beside it, before and after
// its days and when it was ended, is shown the whole of what is hidden or nothing of it, as
// docs/design.md says: by both walls, and by each of them alone.
func TestSights(t *testing.T) {
	t.Parallel()
	db := demo(t)
	hide(t, serveTrusted(t, db, nil))
	servers := walls(t, db, nil)
	today := calendar.DayOf(noon())
	variables := map[string]any{"id": cursorOf("d", secretMark+"-draft")}
	file := "/export/disclosures.ndjson?code=" + rightsTownship
	seen := func(wall string, headers map[string][]string) string {
		var asking []string
		for _, token := range headers["Authorization"] {
			asking = append(asking, "Authorization", token)
		}
		answer := asJSON(servers[wall].askWith(headers, strings.ReplaceAll(sights, "SECRET", secretMark), variables))
		return answer + servers[wall].send("GET", file, "", asking...).content
	}
	nothing := seen("both", nil)
	reaching := account.Grant{Role: account.Supervisor, NodeCode: "5331", Scope: account.Subtree, From: today}
	whole := seen("both", map[string][]string{"Authorization": {"Bearer " + pgtest.Account(t, db, "whole", reaching)}})
	if strings.Contains(nothing, "题"+secretMark) || strings.Count(whole, "题"+secretMark) < 12 {
		t.Fatalf("nobody is shown %s\nwho reaches it %s", nothing, whole)
	}
	asked := 0
	for role := account.Clerk; role <= account.Auditor; role++ {
		for name, at := range standpoints(today) {
			if role.OfInstance() != (at.node == "") {
				continue
			}
			headers := map[string][]string{"Authorization": {at.token(t, db, role, name)}}
			want := nothing
			if at.reaches && !role.OfInstance() {
				want = whole
			}
			for wall := range servers {
				asked++
				if got := seen(wall, headers); got != want {
					told, wanted := whereDiffer(got, want)
					t.Errorf("%s, %s, walls %s: is shown %s and not %s", role, name, wall, told, wanted)
				}
			}
		}
	}
	if asked < 100 {
		t.Errorf("asked %d times", asked)
	}
}
