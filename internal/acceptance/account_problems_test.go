package acceptance

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// ofAccounts are the mutations that change accounts.
var ofAccounts = []string{
	"addAccount", "disableAccount", "giveGrant", "endGrant", "bindAccount", "unbindAccount", "changePassword", "makeToken", "endToken",
}

// TestManaging: a security administrator manages accounts but their own; nobody else
// does, and everybody has their own password and tokens.
func TestManaging(t *testing.T) {
	t.Parallel()
	db, accounts := people(t, noon)
	mustDo(t, accounts.Add(context.Background(), register.NewAccount{Account: account.Account{Name: "person"}, Password: password + "。"}))
	from := calendar.Date(2026, 1, 1)
	as := map[string]map[string][]string{"": {}}
	for name, grants := range map[string][]account.Grant{
		"security": {{Role: account.SecurityAdmin, From: from}}, "system": {{Role: account.SystemAdmin, From: from}},
		"clerk": {{Role: account.Clerk, NodeCode: "533102", From: from}},
	} {
		as[name] = map[string][]string{"Authorization": {"Bearer " + pgtest.Account(t, db, name, grants...)}}
	}
	s := serve(t, db, nil)
	cookie, _ := s.signIn("person", password+"。")
	as["person"] = map[string][]string{"Cookie": {cookie}}
	for _, c := range []struct{ as, mutation, code, field string }{
		{"", `addAccount(input: {name: "x", password: "long enough 1"}) { account { disabled } }`, "UNAUTHENTICATED", ""},
		{"system", `addAccount(input: {name: "x", password: "long enough 1"}) { account { disabled } }`, "FORBIDDEN", ""},
		{"clerk", `giveGrant(input: {name: "clerk", grant: {role: REVIEWER, nodeCode: "53"}}) { account { disabled } }`, "FORBIDDEN", ""},
		{"security", `addAccount(input: {name: "x y", password: "short"}) { account { disabled } }`, "INVALID_INPUT", "name"},
		{"security", `addAccount(input: {name: "x", password: "password123"}) { account { disabled } }`, "INVALID_INPUT", "password"},
		{"security", `addAccount(input: {name: "x", password: "long enough 1", grants: [{role: CLERK}], reason: "轮岗"}) { account { disabled } }`, "INVALID_INPUT", "nodeCode"},
		{"security", `addAccount(input: {name: "x", password: "long enough 1", grants: [{role: CLERK, nodeCode: "9"}], reason: "轮岗"}) { account { disabled } }`, "NOT_FOUND", "nodeCode"},
		{"security", `addAccount(input: {name: "x", password: "long enough 1", grants: [{role: AUDITOR}, {role: CLERK, nodeCode: "53"}], reason: "轮岗"}) { account { disabled } }`, "CONFLICT", "role"},
		{"security", `addAccount(input: {name: "x", password: "long enough 1", grants: [{role: CLERK, nodeCode: "53"}], reason: "轮岗"}) { account { disabled } }`, "", ""},
		{"security", `addAccount(input: {name: "x", password: "long enough 1"}) { account { disabled } }`, "CONFLICT", "name"},
		{"security", `addAccount(input: {name: "X", password: "long enough 1"}) { account { disabled } }`, "CONFLICT", "name"},
		{"security", `addAccount(input: {name: "ｘ", password: "long enough 1"}) { account { disabled } }`, "CONFLICT", "name"},
		{"security", `addAccount(input: {name: "z", displayName: "a\u202eb", password: "long enough 1"}) { account { disabled } }`, "INVALID_INPUT", "displayName"},
		{"security", `addAccount(input: {name: "z", password: "long enough 1", grants: [{role: CLERK, nodeCode: "53"}]}) { account { disabled } }`, "INVALID_INPUT", "reason"},
		{"security", `giveGrant(input: {name: "x", grant: {role: REVIEWER, nodeCode: "53"}}) { account { disabled } }`, "INVALID_INPUT", "reason"},
		{"security", `giveGrant(input: {name: "x", grant: {role: REVIEWER, nodeCode: "53"}, reason: "　\u200b "}) { account { disabled } }`, "INVALID_INPUT", "reason"},
		{"security", `giveGrant(input: {name: "x", grant: {role: CLERK, nodeCode: "53"}, reason: "a\nb"}) { account { disabled } }`, "INVALID_INPUT", "reason"},
		{"person", `makeToken(input: {label: " ", expiresOn: "2026-12-31"}) { secret }`, "INVALID_INPUT", "label"},
		{"security", `giveGrant(input: {name: "security", grant: {role: AUDITOR}, reason: "轮岗"}) { account { disabled } }`, "FORBIDDEN", "name"},
		{"security", `endGrant(input: {name: "security", grant: {role: SECURITY_ADMIN}}) { account { disabled } }`, "FORBIDDEN", "name"},
		{"security", `disableAccount(input: {name: "security"}) { account { disabled } }`, "FORBIDDEN", "name"},
		{"clerk", `bindAccount(input: {name: "clerk", subject: "1"}) { account { disabled } }`, "FORBIDDEN", ""},
		{"", `unbindAccount(input: {name: "clerk"}) { account { disabled } }`, "UNAUTHENTICATED", ""},
		{"security", `disableAccount(input: {name: "y"}) { account { disabled } }`, "NOT_FOUND", "name"},
		{"security", `giveGrant(input: {name: "x", grant: {role: AUDITOR}, reason: "轮岗"}) { account { disabled } }`, "CONFLICT", "role"},
		{"security", `giveGrant(input: {name: "x", grant: {role: CLERK, nodeCode: "53", from: "2026-12-02", to: "2026-12-01"}, reason: "轮岗"}) { account { disabled } }`, "INVALID_INPUT", "to"},
		{"security", `giveGrant(input: {name: "x", grant: {role: CLERK, nodeCode: "53", to: "2026-12-02"}, reason: "轮岗"}) { account { disabled } }`, "CONFLICT", "grant"},
		{"security", `giveGrant(input: {name: "x", grant: {role: CLERK, nodeCode: "53"}, reason: "又"}) { account { disabled } }`, "CONFLICT", "grant"},
		{"security", `giveGrant(input: {name: "x", grant: {role: CLERK, nodeCode: "53"}, reason: "轮岗"}) { account { disabled } }`, "", ""}, // changes nothing
		{"security", `endGrant(input: {name: "x", grant: {role: CLERK, nodeCode: "53"}}) { account { disabled } }`, "", ""},
		{"security", `endGrant(input: {name: "x", grant: {role: CLERK, nodeCode: "53"}}) { account { disabled } }`, "NOT_FOUND", "grant"},
		{"security", `giveGrant(input: {name: "x", grant: {role: AUDITOR}, reason: "查"}) { account { disabled } }`, "", ""},
		{"security", `disableAccount(input: {name: "x"}) { account { disabled } }`, "", ""},
		{"", `makeToken(input: {label: "t", expiresOn: "2026-12-31", networks: ["x"]}) { secret }`, "UNAUTHENTICATED", ""},
		{"person", `makeToken(input: {label: "t", expiresOn: "2027-12-31"}) { secret }`, "INVALID_INPUT", "expiresOn"},
		{"person", `makeToken(input: {label: "t", expiresOn: "2027-11-24"}) { secret }`, "INVALID_INPUT", "expiresOn"}, // a year and half a day
		{"person", `makeToken(input: {label: "t", expiresOn: "2027-11-23"}) { secret }`, "", ""},
		{"person", `makeToken(input: {label: "t", expiresOn: "2026-12-31", networks: ["10.0.0.1/8"]}) { secret }`, "INVALID_INPUT", "networks"},
		{"person", `makeToken(input: {label: "t", expiresOn: "2026-12-31", networks: ["10.0.0.0/8"]}) { secret }`, "", ""},
		{"person", `endToken(input: {key: "x"}) { done }`, "NOT_FOUND", "key"},
		{"clerk", `makeToken(input: {label: "t", expiresOn: "2026-12-31"}) { secret }`, "FORBIDDEN", ""}, // by a token
		{"person", `changePassword(input: {present: "wrong", password: "long enough 3"}) { done }`, "FORBIDDEN", "present"},
		{"person", `changePassword(input: {present: "` + password + `。", password: "short"}) { done }`, "INVALID_INPUT", "password"},
		{"person", `changePassword(input: {present: "` + password + `。", password: "long enough 3"}) { done }`, "", ""},
		{"person", `endToken(input: {key: "x"}) { done }`, "UNAUTHENTICATED", ""}, // the session ended
	} {
		r := s.askWith(as[c.as], "mutation { "+c.mutation+" }", nil)
		field := ""
		if len(r.Errors) > 0 {
			field, _ = r.Errors[0].Extensions["field"].(string)
		}
		if r.code() != c.code || field != c.field {
			t.Errorf("%q: %s: %q of %q: %+v", c.as, c.mutation, r.code(), field, r.Errors)
		}
	}
	const asked = `{ accounts(search: "x") { account { name kind } disabled grants { held reason grantedBy endedBy grant { role scope node { code } } } } }`
	if r := s.askWith(as["clerk"], asked, nil); r.code() != "FORBIDDEN" {
		t.Errorf("a clerk reads accounts: %+v", r)
	}
	r := s.askWith(as["security"], asked, nil)
	if len(r.Errors) > 0 || at(t, r.Data, "accounts", 0, "account", "name") != "x" || at(t, r.Data, "accounts", 0, "disabled") != true {
		t.Fatalf("%+v", r)
	}
	grants := at(t, r.Data, "accounts", 0, "grants").([]any)
	if len(grants) != 2 || at(t, grants[0], "endedBy") != "security" || at(t, grants[1], "reason") != "查" ||
		at(t, grants[1], "held") != true {
		t.Errorf("%v", grants)
	}
}

// TestPathsOfAccounts: the path of what is refused leads to it, to the one of several too.
func TestPathsOfAccounts(t *testing.T) {
	t.Parallel()
	db, accounts := people(t, noon)
	mustDo(t, accounts.Add(context.Background(), register.NewAccount{Account: account.Account{Name: "x"}, Password: password + "。"}))
	security := pgtest.Account(t, db, "security", account.Grant{Role: account.SecurityAdmin, From: calendar.Date(2026, 1, 1)})
	s := serve(t, db, nil)
	cookie, _ := s.signIn("x", password+"。")
	as := map[string]map[string][]string{"security": {"Authorization": {"Bearer " + security}}, "x": {"Cookie": {cookie}}}
	const adding = `addAccount(input: {name: "z", password: "long enough 1", reason: "轮岗", grants: [{role: CLERK, nodeCode: "53"}, `
	for _, c := range []struct{ as, mutation, want string }{
		{"security", `giveGrant(input: {name: "x", reason: "轮岗", grant: {role: CLERK, nodeCode: "99"}})`, "input.grant.nodeCode NOT_FOUND"},
		{"security", `giveGrant(input: {name: "x", reason: "轮岗", grant: {role: CLERK}})`, "input.grant.nodeCode INVALID_INPUT"},
		{"security", `giveGrant(input: {name: "x", grant: {role: CLERK, nodeCode: "53"}})`, "input.reason INVALID_INPUT"},
		{"security", `giveGrant(input: {name: "x", reason: "轮岗", grant: {role: CLERK, nodeCode: "53", from: "2026-12-02", to: "2026-12-01"}})`, "input.grant.to INVALID_INPUT"},
		{"security", `endGrant(input: {name: "x", grant: {role: CLERK, nodeCode: "53"}})`, "input.grant NOT_FOUND"},
		{"security", adding + `{role: CLERK, nodeCode: "99"}]})`, "input.grants.1.nodeCode NOT_FOUND"},
		{"security", adding + `{role: AUDITOR}]})`, "input.grants.1.role CONFLICT"},
		{"security", adding + `{role: CLERK, nodeCode: "53"}]})`, "input.grants.1 CONFLICT"},
		{"security", `addAccount(input: {name: "z", password: "short", grants: [{role: CLERK, nodeCode: "53"}]})`, "input.password INVALID_INPUT, input.reason INVALID_INPUT"},
		{
			"security", `addAccount(input: {name: "z y", password: "short", grants: [{role: CLERK, nodeCode: "53"}]})`,
			"input.name INVALID_INPUT, input.password INVALID_INPUT, input.reason INVALID_INPUT",
		},
		{"x", `makeToken(input: {label: "t", expiresOn: "2027-12-31"})`, "input.expiresOn INVALID_INPUT"},
		{"x", `makeToken(input: {label: "t", expiresOn: "2026-12-31", networks: ["10.0.0.0/8", "x"]})`, "input.networks.1 INVALID_INPUT"},
	} {
		r := s.askWith(as[c.as], "mutation { "+c.mutation+" { __typename } }", nil)
		if got := strings.Join(problemsIn(t, r), ", "); got != c.want {
			t.Errorf("%s: %s, want %s", c.mutation, got, c.want)
		}
	}
}

// TestGrantsEndedByTheirDays: where days are given, one grant of several that give the
// same is ended; those that are over stay as they were. Instants are China's.
func TestGrantsEndedByTheirDays(t *testing.T) {
	t.Parallel()
	db, accounts := people(t, noon)
	ctx := context.Background()
	mustDo(t, accounts.Add(ctx, register.NewAccount{Account: account.Account{Name: "x"}, Password: password + "。"}))
	for _, days := range [][2]calendar.Day{
		{calendar.Date(2025, 1, 1), calendar.Date(2025, 12, 31)}, {calendar.Date(2026, 1, 1), calendar.Date(2026, 12, 31)}, {calendar.Date(2027, 1, 1), calendar.None},
	} {
		mustDo(t, accounts.Grant(ctx, "x", account.Grant{Role: account.Auditor, From: days[0], To: days[1]}, "审计"))
	}
	security := pgtest.Account(t, db, "security", account.Grant{Role: account.SecurityAdmin, From: calendar.Date(2026, 1, 1)})
	s := serve(t, db, nil)
	headers := map[string][]string{"Authorization": {"Bearer " + security}}
	end := func(days string) (code string, ended []bool) {
		t.Helper()
		r := s.askWith(headers, `mutation { endGrant(input: {name: "x", grant: {role: AUDITOR`+days+`}}) { account { disabled } } }`, nil)
		shown := s.askWith(headers, `{ accounts(search: "x") { grants { grantedAt endedAt } } }`, nil)
		for _, grant := range at(t, shown.Data, "accounts", 0, "grants").([]any) {
			instant, is := at(t, grant, "endedAt").(string)
			ended = append(ended, is)
			if granted := at(t, grant, "grantedAt").(string); is && !strings.HasSuffix(instant, "+08:00") ||
				!strings.HasSuffix(granted, "+08:00") {
				t.Errorf("%s %s", granted, instant)
			}
		}
		return r.code(), ended
	}
	for _, c := range []struct {
		days, code string
		ended      []bool
	}{
		{`, from: "2026-01-02"`, "NOT_FOUND", []bool{false, false, false}},
		{`, from: "2025-01-01", to: "2025-12-31"`, "NOT_FOUND", []bool{false, false, false}}, // it is over
		{`, from: "2027-01-01"`, "", []bool{false, false, true}},
		{``, "", []bool{false, true, true}},
		{``, "NOT_FOUND", []bool{false, true, true}},
	} {
		if code, ended := end(c.days); code != c.code || !slices.Equal(ended, c.ended) {
			t.Errorf("%s: %q, %v", c.days, code, ended)
		}
	}
}

// TestGrantWhereNothingIsLeft: a grant at a place that was taken out tells its code, by
// which it is ended, of a disabled account too.
func TestGrantWhereNothingIsLeft(t *testing.T) {
	t.Parallel()
	db, ctx := demoIn(t, pgtest.Store(t)), context.Background()
	accounts := register.NewAccounts(db, noon, store.By{Way: store.ByCommand, Name: "test"})
	mustDo(t, accounts.Add(ctx, register.NewAccount{Account: account.Account{Name: "x"}, Password: password + "。"}))
	mustDo(t, accounts.Grant(ctx, "x", account.Grant{Role: account.Clerk, NodeCode: "533102", Scope: account.Self}, "轮岗"))
	mustDo(t, accounts.Disable(ctx, "x"))
	security := pgtest.Account(t, db, "security", account.Grant{Role: account.SecurityAdmin, From: calendar.Date(2026, 1, 1)})
	var number int64
	mustDo(t, db.DB().QueryRow("SELECT max(number) FROM import").Scan(&number))
	if _, err := importer.Undo(ctx, db, number, importing); err != nil {
		t.Fatal(err)
	}
	s := serve(t, db, nil)
	headers := map[string][]string{"Authorization": {"Bearer " + security}}
	const fields = `grants { held endedBy grant { nodeCode node { code } } }`
	shown := s.askWith(headers, `{ accounts(search: "x") { `+fields+` } }`, nil)
	grant := at(t, shown.Data, "accounts", 0, "grants", 0)
	if at(t, grant, "grant", "node") != nil || at(t, grant, "grant", "nodeCode") != "533102" || at(t, grant, "held") != true {
		t.Errorf("%v", grant)
	}
	ended := s.askWith(
		headers,
		`mutation { endGrant(input: {name: "x", grant: {role: CLERK, nodeCode: "533102"}}) { account { `+fields+` } } }`,
		nil,
	)
	if ended.code() != "" || at(t, ended.Data, "endGrant", "account", "grants", 0, "endedBy") != "security" {
		t.Errorf("%+v", ended)
	}
}
