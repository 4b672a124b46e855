package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestReachOfDatabase: of random trees, changed at random, and accounts with random
// grants, the database shows just the documents that the rights of the account let it see.
func TestReachOfDatabase(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	const seed = 7
	random := rand.New(rand.NewPCG(seed, seed)) //nolint:gosec // not for secrets
	today := calendar.DayOf(time.Now())
	serving := pgtest.Serving(t, db, today)
	exec := func(statement string, arguments ...any) {
		t.Helper()
		if _, err := db.DB().Exec(statement, arguments...); err != nil {
			t.Fatal(err)
		}
	}
	// Places below places, departments of either.
	const places, departments = 40, 30
	var nodes []*area.Node
	add := func(code, parent string, level area.Level, department bool) {
		nodes = append(nodes, &area.Node{Code: code, Name: code, ParentCode: parent, Level: level, Department: department})
		exec(`INSERT INTO node (code, name, level, department, parent_code) VALUES ($1, $1, $2, $3, nullif($4, ''))`,
			code, int(level), department, parent)
	}
	// above is any place above a level.
	above := func(level area.Level) string {
		for {
			if node := nodes[random.IntN(min(len(nodes), places))]; node.Level < level {
				return node.Code
			}
		}
	}
	add("p0", "", area.Nation, false)
	for n := 1; n < places; n++ {
		level := area.Level(1 + random.IntN(5))
		add(fmt.Sprint("p", n), above(level), level, false)
	}
	for n := range departments {
		parent := nodes[random.IntN(places)]
		add(fmt.Sprint("d", n), parent.Code, parent.Level, true)
	}
	var refs []string
	for _, node := range nodes {
		refs = append(refs, "r"+node.Code)
		exec(`INSERT INTO disclosure (ref, publisher_code, entry_code, title, attribute) VALUES ($1, $2, '1.1', '题', $3)`,
			"r"+node.Code, node.Code, random.IntN(3))
	}
	exec(`INSERT INTO disclosure (ref, publisher_code, entry_code, title, attribute, published_on) VALUES
		('today', 'p1', '1.1', '题', 0, $1), ('tomorrow', 'p1', '1.1', '题', 0, $2)`, today.String(), (today + 1).String())
	refs = append(refs, "today", "tomorrow")

	for trial := range 60 {
		if trial%10 == 9 { // a place moves, with all below
			moved := nodes[1+random.IntN(places-1)]
			moved.ParentCode = above(moved.Level)
			exec(`UPDATE node SET parent_code = $2 WHERE code = $1`, moved.Code, moved.ParentCode)
		}
		tree, err := area.NewTree(nodes)
		if err != nil {
			t.Fatal(err)
		}
		held := account.Account{Name: fmt.Sprint("account", trial)}
		for range random.IntN(4) {
			grant := account.Grant{
				Role: account.Role(random.IntN(3)), NodeCode: nodes[random.IntN(len(nodes))].Code, Scope: account.Scope(random.IntN(2)),
				From: today + calendar.Day(random.IntN(5)-3),
			}
			if random.IntN(2) == 0 {
				grant.To = grant.From + calendar.Day(random.IntN(4))
			}
			if held.CheckGrant(&grant) == nil { // the same is held once
				held.Grants = append(held.Grants, grant)
			}
		}
		if len(held.Grants) == 0 {
			held.Grants = []account.Grant{{Role: account.SystemAdmin + account.Role(random.IntN(3)), From: today}}
		}
		pgtest.Account(t, db, held.Name, held.Grants...)
		switch random.IntN(6) {
		case 0:
			exec(
				`UPDATE account_grant SET ended_at = now(), ended_by = 'x' WHERE account_id = (SELECT id FROM account WHERE name = $1)`,
				held.Name,
			)
			held.Grants = nil
		case 1:
			exec(`UPDATE account SET disabled_at = now() WHERE name = $1`, held.Name)
			held.Grants = nil
		}
		found, err := db.AccountsByName(t.Context(), held.Name)
		if err != nil {
			t.Fatal(err)
		}
		rights := held.RightsAt(time.Now(), tree)
		var want []string
		for _, node := range nodes {
			if rights.May(account.SeeHidden, tree.Find(node.Code)) {
				want = append(want, "r"+node.Code)
			}
		}
		want = append(want, "today")
		if rights.May(account.SeeHidden, tree.Find("p1")) {
			want = append(want, "tomorrow")
		}
		seen := func(of store.Reads) (seen []string) {
			shown, err := of.DisclosuresByRef(t.Context(), refs)
			if err != nil {
				t.Fatal(err)
			}
			for _, ref := range refs {
				if _, is := shown[ref]; is {
					seen = append(seen, ref)
				}
			}
			return seen
		}
		if got := seen(serving.For(found[0].ID)); !slices.Equal(got, want) {
			t.Errorf("seed %d, trial %d, %+v: the database shows %v, and the rights are %v", seed, trial, held.Grants, got, want)
		}
		if got := seen(serving.For(0)); !slices.Equal(got, []string{"today"}) {
			t.Errorf("to nobody the database shows %v", got)
		}
	}
	// A node that is gone leaves nothing in reach.
	var stale int
	err := db.DB().QueryRow(
		`SELECT count(*) FROM (SELECT * FROM node_reach EXCEPT SELECT * FROM reach_of_nodes(ARRAY(SELECT code FROM node))) AS r`,
	).Scan(
		&stale,
	)
	if err != nil || stale > 0 {
		t.Errorf("%d rows of the closure are not as the tree: %v", stale, err)
	}
}

// TestServingRoles: none of the roles that serve passes the wall, whoever owns the
// database; who may not make them is told how they are made.
func TestServingRoles(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	serving := pgtest.Serving(t, db, calendar.DayOf(time.Now()))
	var name string
	if err := serving.DB().QueryRow(`SELECT current_user`).Scan(&name); err != nil || name == "reliefgraph" {
		t.Fatalf("%s serves: %v", name, err)
	}
	for statement, forbidden := range map[string]bool{
		`SELECT count(*) FROM disclosure`:                              false,
		`ALTER TABLE disclosure DISABLE ROW LEVEL SECURITY`:            true,
		`DROP POLICY owner ON disclosure`:                              true,
		`UPDATE log_entry SET account = 'x'`:                           true,
		`DELETE FROM log_checkpoint`:                                   true,
		`CREATE ROLE intruder SUPERUSER`:                               true,
		`SET ROLE reliefgraph`:                                         true,
		`ALTER TABLE disclosure DISABLE TRIGGER log_updated`:           true,
		`CREATE FUNCTION present_day() RETURNS date AS 'x' LANGUAGE c`: true,
	} {
		_, err := serving.DB().Exec(statement)
		if (err != nil) != forbidden {
			t.Errorf("%s: %v", statement, err)
		}
	}
}
