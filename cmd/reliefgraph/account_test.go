package main

import (
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestTokensOfPrograms: the tokens of a program are made with limits, listed, ended one
// by one and renewed by command; an account that was disabled comes back without them.
func TestTokensOfPrograms(t *testing.T) {
	t.Parallel()
	database := pgtest.URL(t)
	run := func(code int, arguments ...string) string {
		t.Helper()
		done := on(t, database, append([]string{"account"}, arguments...)...)
		if done.code != code {
			t.Fatalf("%v: %d %s", arguments, done.code, done.faults)
		}
		return done.out
	}
	listed := func() []string { return strings.Split(strings.TrimSpace(run(0, "token", "list", "portal")), "\n") }
	first := run(0, "add", "portal", "--token", "--read-only", "--network", "10.1.0.0/16", "--network", "10.2.0.0/16")
	if !strings.HasPrefix(first, "rg_") {
		t.Error(first)
	}
	if lines := listed(); len(lines) != 1 || !strings.Contains(lines[0], "reads only, from 10.1.0.0/16 10.2.0.0/16") ||
		!strings.Contains(lines[0], "never used") {
		t.Error(lines)
	}
	if second := run(0, "token", "add", "portal", "--label", "新令牌", "--trusted-documents"); second == first {
		t.Error("the same token again")
	}
	run(0, "token", "add", "portal", "--due-days")
	lines := listed()
	if len(lines) != 3 || !strings.Contains(lines[0], "due days") || !strings.Contains(lines[1], "新令牌") ||
		!strings.Contains(lines[1], "reads and writes, trusted documents") {
		t.Fatal(lines)
	}
	key, _, _ := strings.Cut(lines[2], " ")
	run(0, "token", "end", "portal", key)
	run(1, "token", "end", "portal", key)
	run(1, "token", "end", "portal", "x")
	run(1, "token", "list", "nobody")
	if lines = listed(); !strings.Contains(lines[2], "ended") || strings.Contains(lines[0]+lines[1], "ended") {
		t.Error(lines)
	}
	run(1, "enable", "portal")
	run(0, "disable", "portal")
	run(1, "token", "add", "portal")
	run(0, "enable", "portal")
	if lines = listed(); strings.Count(strings.Join(lines, "\n"), "ended") != 3 {
		t.Error("tokens are good again: ", lines)
	}
	run(1, "token", "add", "portal", "--network", "10.0.0.1/8")
	run(1, "token", "add", "portal", "--expires", "2099-01-01")
	run(2, "add", "person", "--read-only")
}

// TestAccountCommandsAreNamed: the log and the grants say which command did it, and
// nothing of why but what was said.
func TestAccountCommandsAreNamed(t *testing.T) {
	t.Parallel()
	database := pgtest.URL(t)
	run := func(arguments ...string) string {
		t.Helper()
		done := on(t, database, append([]string{"account"}, arguments...)...)
		if done.code != 0 {
			t.Fatalf("%v: %d %s", arguments, done.code, done.faults)
		}
		return done.out
	}
	run("add", "portal", "--token", "--grant", "AUDITOR", "--reason", "年度审计")
	run("revoke", "portal", "AUDITOR")
	run("grant", "portal", "AUDITOR", "--from", "2026-01-01", "--to", "2026-01-31")
	run("grant", "portal", "AUDITOR", "--from", "2100-01-01", "--reason", "轮岗")
	db := pgtest.Open(t, database, store.Options{Connections: 2})
	for query, want := range map[string]string{
		`SELECT string_agg(reason || '|' || split_part(granted_by, ' by ', 1) || '|' || coalesce(split_part(ended_by, ' by ', 1), ''), ' ' ORDER BY id) FROM account_grant`: "年度审计|account add|account revoke |account grant| 轮岗|account grant|",
		`SELECT string_agg(DISTINCT way || coalesce(account, '-'), ' ') FROM log_transaction`:                                                                               "CLI-",
	} {
		if got := scan(t, db, query); got != want {
			t.Errorf("%s: %s", query, got)
		}
	}
	if list := run("list"); strings.Contains(list, "import by") || !strings.Contains(list, "account grant by") {
		t.Error(list)
	}
}
