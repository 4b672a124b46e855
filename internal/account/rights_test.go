package account_test

import (
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// tree is a county of two townships with departments, beside another county.
func tree(t *testing.T) *area.Tree {
	t.Helper()
	nodes := []*area.Node{
		{Code: "53", Name: "省", Level: area.Province},
		{Code: "5331", Name: "州", Level: area.Prefecture, ParentCode: "53"},
		{Code: "533102", Name: "市", Level: area.County, ParentCode: "5331"},
		{Code: "533102/yj", Name: "应急管理局", Department: true, ParentCode: "533102"},
		{Code: "533102101", Name: "镇", Level: area.Township, ParentCode: "533102", SucceededBy: []string{"533103101"}},
		{Code: "533102101/cz", Name: "财政所", Department: true, ParentCode: "533102101"},
		{Code: "533103", Name: "邻县", Level: area.County, ParentCode: "5331"},
		{Code: "533103101", Name: "邻镇", Level: area.Township, ParentCode: "533103"},
	}
	made, err := area.NewTree(nodes)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// table is that of docs/design.md, written a second time: what each role may for a
// publisher in its reach, and on the instance.
var table = map[account.Role][]account.Act{
	account.Clerk: {
		account.SeeHidden, account.WriteDocument, account.AddNews, account.RecordMovement, account.RegisterConcern,
		account.AnswerConcern, account.EscalateConcern, account.AnswerOrder, account.AskExemption, account.ImportOwn,
	},
	account.Reviewer: {account.SeeHidden, account.ReviewDocument, account.OrderInterpretation},
	account.Supervisor: {
		account.SeeHidden,
		account.OrderInterpretation,
		account.RegisterConcern,
		account.EscalateConcern,
		account.IssueOrder,
		account.SuperviseOrder,
		account.DecideExemption,
		account.ReadEntries,
	},
	account.SystemAdmin:   {account.ImportAll},
	account.SecurityAdmin: {account.ManageAccounts},
	account.Auditor:       {account.ReadLog},
}

// TestTable: each role may, for every node, exactly what the table says, by either
// scope, and on the days of its grant alone.
func TestTable(t *testing.T) {
	t.Parallel()
	of := tree(t)
	day := calendar.Date(2026, 11, 24)
	at := day.Time().Add(23*time.Hour + 59*time.Minute)
	reach := map[account.Scope]map[string][]string{
		account.Subtree: {
			"533102":    {"533102", "533102/yj", "533102101", "533102101/cz"},
			"533102/yj": {"533102/yj"},
		},
		account.Self: {
			"533102":    {"533102", "533102/yj"},
			"533102/yj": {"533102/yj"},
			"533102101": {"533102101", "533102101/cz"},
			"999":       nil,
		},
	}
	for role, acts := range table {
		for scope, byNode := range reach {
			for node, reached := range byNode {
				for _, days := range []struct {
					from, to calendar.Day
					ended    time.Time
					holds    bool
				}{
					{day, day, time.Time{}, true},
					{day - 9, calendar.None, time.Time{}, true},
					{day + 1, calendar.None, time.Time{}, false},
					{day - 9, day - 1, time.Time{}, false},
					{day - 9, calendar.None, at, false},
					{day - 9, calendar.None, at.Add(time.Microsecond), true},
				} {
					grant := account.Grant{Role: role, NodeCode: node, Scope: scope, From: days.from, To: days.to, EndedAt: days.ended}
					who := account.Account{Grants: []account.Grant{grant}}
					rights := who.RightsAt(at, of)
					for act := account.SeeHidden; act <= account.ReadLog; act++ {
						granted := days.holds && contains(acts, act)
						if rights.MayAtAll(act) != granted {
							t.Errorf("%s %d at all: %t", grant.String(), act, !granted)
						}
						for place, other := range of.Nodes() {
							if want := granted && contains(reached, other.Code); rights.May(act, area.Place(place)) != want {
								t.Errorf("%s %d for %s on %v: %t", grant.String(), act, other.Code, days, !want)
							}
							inParts := false
							for _, part := range rights.Reach(act) {
								inParts = inParts || part.Place == area.Place(place) ||
									part.Scope == account.Subtree && of.Contains(part.Place, area.Place(place))
							}
							if inParts != rights.May(act, area.Place(place)) {
								t.Errorf("%s %d: the parts have %s: %t", grant.String(), act, other.Code, inParts)
							}
						}
					}
				}
			}
		}
	}
	if (account.Rights{}).May(account.SeeHidden, area.Nowhere) {
		t.Error("nobody may see what is nowhere")
	}
}

func contains[T comparable](all []T, one T) bool {
	for _, other := range all {
		if other == one {
			return true
		}
	}
	return false
}

// TestPartsOfReach: parts of several grants do not overlap.
func TestPartsOfReach(t *testing.T) {
	t.Parallel()
	of := tree(t)
	grant := func(node string, scope account.Scope) account.Grant {
		return account.Grant{Role: account.Clerk, NodeCode: node, Scope: scope, From: calendar.Date(2026, 1, 1)}
	}
	who := account.Account{Grants: []account.Grant{
		grant(
			"533102",
			account.Self,
		),
		grant("533102", account.Self),
		grant("533102/yj", account.Subtree),
		grant("533102101", account.Subtree),
		grant("533102101/cz", account.Self),
		grant("533103", account.Subtree),
		grant("533103", account.Subtree),
	}}
	rights := who.RightsAt(calendar.Date(2026, 11, 24).Time(), of)
	parts := rights.Reach(account.SeeHidden)
	for place, node := range of.Nodes() {
		holding := 0
		for _, part := range parts {
			if part.Place == area.Place(place) || part.Scope == account.Subtree && of.Contains(part.Place, area.Place(place)) {
				holding++
			}
		}
		want := 0
		if rights.May(account.SeeHidden, area.Place(place)) {
			want = 1
		}
		if holding != want {
			t.Errorf("%s is in %d parts, not %d: %v", node.Code, holding, want, parts)
		}
	}
}

// TestAdministrators: no account holds two administrators' roles, nor one of them
// beside another role or twice, at one time.
func TestAdministrators(t *testing.T) {
	t.Parallel()
	day := calendar.Date(2026, 11, 24)
	holding := func(role account.Role, to calendar.Day, ended bool) *account.Account {
		grant := account.Grant{Role: role, From: day - 9, To: to}
		if !role.OfInstance() {
			grant.NodeCode = "533102"
		}
		if ended {
			grant.EndedAt = day.Time()
		}
		return &account.Account{Name: "a", Grants: []account.Grant{grant}}
	}
	for role := account.Clerk; role <= account.Auditor; role++ {
		for other := account.Clerk; other <= account.Auditor; other++ {
			grant := account.Grant{Role: other, From: day}
			if !other.OfInstance() {
				grant.NodeCode = "533102101"
			}
			refused := role.OfInstance() || other.OfInstance()
			if err := holding(role, calendar.None, false).CheckGrant(&grant); (err != nil) != refused {
				t.Errorf("%s beside %s: %v", other, role, err)
			}
			if err := holding(role, day-1, false).CheckGrant(&grant); err != nil {
				t.Errorf("%s after %s: %v", other, role, err)
			}
			if err := holding(role, calendar.None, true).CheckGrant(&grant); err != nil {
				t.Errorf("%s after %s was ended: %v", other, role, err)
			}
		}
	}
}

// TestSameGrantTwice: what an account holds is not given again for any of its days.
func TestSameGrantTwice(t *testing.T) {
	t.Parallel()
	day := calendar.Date(2026, 11, 24)
	held := account.Grant{Role: account.Clerk, NodeCode: "533102", Scope: account.Self, From: day, To: day + 9}
	of := account.Account{Name: "a", Grants: []account.Grant{held}}
	for name, c := range map[string]struct {
		change  func(*account.Grant)
		refused bool
	}{
		"the same":        {func(*account.Grant) {}, true},
		"its last day":    {func(g *account.Grant) { g.From, g.To = day+9, calendar.None }, true},
		"its first day":   {func(g *account.Grant) { g.From, g.To = day-9, day }, true},
		"afterwards":      {func(g *account.Grant) { g.From, g.To = day+10, calendar.None }, false},
		"before":          {func(g *account.Grant) { g.From, g.To = day-9, day-1 }, false},
		"another role":    {func(g *account.Grant) { g.Role = account.Reviewer }, false},
		"another node":    {func(g *account.Grant) { g.NodeCode = "533103" }, false},
		"a greater scope": {func(g *account.Grant) { g.Scope = account.Subtree }, false},
	} {
		grant := held
		c.change(&grant)
		err := of.CheckGrant(&grant)
		if (err != nil) != c.refused || c.refused && problem.CodeOf(err) != problem.Conflict {
			t.Errorf("%s: %v", name, err)
		}
	}
	of.Grants[0].EndedAt = day.Time()
	if err := of.CheckGrant(&held); err != nil {
		t.Errorf("one that was ended: %v", err)
	}
}

// TestGrantsAsText: what is written is read back.
func TestGrantsAsText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"CLERK:533102": "CLERK:533102:SELF", "REVIEWER:533102/yj": "REVIEWER:533102/yj:SUBTREE", "SUPERVISOR:53:SELF": "SUPERVISOR:53:SELF",
		"AUDITOR": "AUDITOR", "CLERK:533102:SUBTREE": "CLERK:533102:SUBTREE",
		"CLERK:": "", "clerk:533102": "", "CLERK:533102:ALL": "", "": "", "CLERK:533102:": "",
	} {
		grant, err := account.ParseGrant(text)
		if (err != nil) != (want == "") || err == nil && grant.String() != want {
			t.Errorf("%q: %s, %v", text, &grant, err)
		}
	}
}

// TestSupervising: orders are issued by the grant's own node, and acted on where that or
// one below it issued them, for others in reach than the grant's own node; so are requests
// decided.
func TestSupervising(t *testing.T) {
	t.Parallel()
	of := tree(t)
	at := calendar.Date(2026, 11, 24).Time()
	for _, c := range []struct {
		node      string
		scope     account.Scope
		role      account.Role
		issuer    string
		publisher string
		issues    bool
		acts      bool
		decides   bool
	}{
		{"533102", account.Subtree, account.Supervisor, "533102", "533102101", true, true, true},
		{"533102", account.Subtree, account.Supervisor, "533102", "533102/yj", true, true, true},
		{"533102", account.Self, account.Supervisor, "533102", "533102/yj", true, true, true},
		{"533102", account.Self, account.Supervisor, "533102", "533102101", false, false, false},
		{"5331", account.Subtree, account.Supervisor, "533102", "533102101", false, true, true},
		{"533102", account.Subtree, account.Supervisor, "5331", "533102101", false, false, true},
		{"533102", account.Subtree, account.Supervisor, "5331", "533102", false, false, false}, // its own node
		{"533102101", account.Subtree, account.Supervisor, "533102", "533102101", false, false, false},
		{"533103", account.Subtree, account.Supervisor, "533102", "533102101", false, false, false},
		{"533102", account.Subtree, account.Supervisor, "", "533102101", false, false, true},
		{"533102", account.Subtree, account.Supervisor, "533102", "", false, false, false},
		{"533102", account.Subtree, account.Clerk, "533102", "533102101", false, false, false},
		{"533102", account.Subtree, account.Reviewer, "533102", "533102101", false, false, false},
		{"", account.Subtree, account.SystemAdmin, "533102", "533102101", false, false, false},
	} {
		who := account.Account{Grants: []account.Grant{{Role: c.role, NodeCode: c.node, Scope: c.scope, From: calendar.Date(2026, 1, 1)}}}
		rights, issuer, publisher := who.RightsAt(at, of), of.Find(c.issuer), of.Find(c.publisher)
		if issues, acts, decides := rights.MayIssue(issuer, publisher), rights.MaySupervise(issuer, publisher),
			rights.MayDecideExemption(publisher); issues != c.issues || acts != c.acts || decides != c.decides {
			t.Errorf("%+v: issues %t, acts %t, decides %t", c, issues, acts, decides)
		}
	}
}
