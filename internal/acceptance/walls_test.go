package acceptance

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// walls are three servers of one database: as it is served, by the database's wall
// alone, and by the application's alone.
func walls(t *testing.T, db *store.Store, change func(*server.Options)) map[string]*service {
	t.Helper()
	if change == nil {
		change = func(*server.Options) {}
	}
	return map[string]*service{
		"both": serve(t, db, change),
		"the database's alone": serve(t, db, func(o *server.Options) {
			change(o)
			o.ByDatabase = true
		}),
		"the application's alone": serve(t, db, func(o *server.Options) {
			change(o)
			o.Store = db // its owner, whom no policy binds
			follower, err := db.Follow(context.Background())
			mustDo(t, err)
			o.Follower = follower
		}),
	}
}

// TestWallsAgree: every field of the schema, every export and feed, is answered alike by
// both walls and by each of them alone, to every role at, above, below and beside the
// publishers of what is hidden, before and after its days and when it was ended.
func TestWallsAgree(t *testing.T) {
	t.Parallel()
	db := demo(t)
	unbound := func(o *server.Options) { o.Limits = unlimited() }
	hide(t, serveTrusted(t, db, unbound))
	servers := walls(t, db, unbound)
	day, now := calendar.Date(2026, 1, 1), calendar.DayOf(noon())
	callers := map[string]map[string][]string{"nobody": nil}
	for name, grants := range map[string][]account.Grant{
		"clerk.own":       {{Role: account.Clerk, NodeCode: rightsTownship, Scope: account.Self, From: now, To: now}},
		"supervisor.just": {{Role: account.Supervisor, NodeCode: "533102", Scope: account.Self, From: day}},
		"two": {
			{Role: account.Clerk, NodeCode: rightsBody, Scope: account.Self, From: day},
			{Role: account.Supervisor, NodeCode: "530523", Scope: account.Self, From: day},
		},
		"auditor": {{Role: account.Auditor, From: day}},
	} {
		callers[name] = map[string][]string{"Authorization": {"Bearer " + pgtest.Account(t, db, name, grants...)}}
	}
	ended := map[string][]string{"Authorization": {"Bearer " + pgtest.Account(t, db, "clerk.ended",
		account.Grant{Role: account.Clerk, NodeCode: "5331", Scope: account.Subtree, From: day})}}
	_, err := db.DB().Exec(
		`UPDATE account_grant SET ended_at = now(), ended_by = 'test' WHERE account_id = (SELECT id FROM account WHERE name = 'clerk.ended')`,
	)
	mustDo(t, err)
	callers["clerk.ended"] = ended

	questions := newLeakWalk(t).questions
	differ := 0
	for owner, question := range questions {
		distinct := map[string]bool{}
		for caller, headers := range callers {
			answers := map[string]string{}
			for name, s := range servers {
				answers[name] = requestIDs.ReplaceAllString(asJSON(s.askWith(headers, question, nil)), "")
			}
			distinct[answers["both"]] = true
			for name, answer := range answers {
				if answer != answers["both"] {
					told, want := whereDiffer(answer, answers["both"])
					t.Errorf("%s, asked by %s: %s is told by %s, and %s by both", owner, caller, told, name, want)
				}
			}
		}
		if len(distinct) > 1 {
			differ++
		}
	}
	if differ < 15 {
		t.Errorf("%d of %d questions have different answers for different callers", differ, len(questions))
	}
	for _, path := range []string{
		"/export/disclosures.csv?code=5331", "/export/disclosures.ndjson?code=533102102", "/export/gaps.csv?code=5331",
		"/export/relief.csv?code=5331&from=2026-01-01&to=2026-11-24", "/export/news.csv?code=5331", "/export/orders.csv?code=5331", "/export/orders.ndjson?code=533102102", "/feed/5331.atom",
	} {
		for caller, headers := range callers {
			var asking []string
			for _, token := range headers["Authorization"] {
				asking = append(asking, "Authorization", token)
			}
			bodies := map[string]string{}
			for name, s := range servers {
				answer := s.send("GET", path, "", asking...)
				body := answer.Status + "\n" + answer.content
				bodies[name] = requestIDs.ReplaceAllString(strings.ReplaceAll(body, s.url, ""), "")
			}
			for name, body := range bodies {
				if body != bodies["both"] || !strings.HasPrefix(body, "200") {
					told, want := whereDiffer(body, bodies["both"])
					t.Errorf("%s, for %s: %s is sent by %s, and %s by both", path, caller, told, name, want)
				}
			}
		}
	}
}

// requestIDs are another for each request.
var requestIDs = regexp.MustCompile(`"requestId":"\w+"`)

// whereDiffer shows where two texts begin to differ.
func whereDiffer(one, other string) (string, string) {
	at := 0
	for at < min(len(one), len(other)) && one[at] == other[at] {
		at++
	}
	cut := func(text string) string { return "…" + text[max(0, at-80):min(len(text), at+80)] + "…" }
	return cut(one), cut(other)
}

// refusedByDatabase are the codes by which the database alone refuses a write: it does
// not tell a row that is not reached from one that is not there.
var refusedByDatabase = []string{string(problem.Forbidden), string(problem.NotFound)}

func refusedAlike(wall, code, want string) bool {
	if wall == "the database's alone" && want != "" {
		return slices.Contains(refusedByDatabase, code)
	}
	return code == want
}
