package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/signin"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// demoAccounts are one of each role for 瑞丽市, and the clerk of a township.
var demoAccounts = []struct{ name, display, grant string }{
	{"clerk", "市级经办员", "CLERK:533102"},
	{"clerk.township", "乡镇经办员", "CLERK:533102102"},
	{"reviewer", "审核员", "REVIEWER:533102"},
	{"supervisor", "督查员", "SUPERVISOR:533102"},
	{"system", "系统管理员", "SYSTEM_ADMIN"},
	{"security", "安全管理员", "SECURITY_ADMIN"},
	{"auditor", "审计员", "AUDITOR"},
}

const demoReason = "demo"

// makeDemoAccounts makes the accounts of the demo where they are not there, gives all
// the same new password, and prints it: whoever serves this database later with other
// people near has no account whose password is known.
func makeDemoAccounts(ctx context.Context, db *store.Store) (*server.Demo, error) {
	accounts := register.NewAccounts(db, time.Now, store.By{Way: store.ByCommand, Name: "demo"})
	demo := &server.Demo{Password: strings.ToLower(signin.NewSession()[:12])}
	for _, one := range demoAccounts {
		grant, err := account.ParseGrant(one.grant)
		if err != nil {
			return nil, err
		}
		adding := account.Account{Name: one.name, DisplayName: one.display, Grants: []account.Grant{grant}}
		err = accounts.Add(ctx, register.NewAccount{Account: adding, Password: demo.Password, Reason: demoReason})
		if problem.CodeOf(err) == problem.Conflict {
			own, failed := ofDemo(ctx, db, one.name)
			if failed != nil {
				return nil, failed
			}
			if !own {
				continue // somebody else's, of the same name
			}
			err = accounts.SetPassword(ctx, one.name, demo.Password)
		}
		if err != nil {
			return nil, fmt.Errorf("making the account %s: %w", one.name, err)
		}
		demo.Accounts = append(demo.Accounts, server.DemoAccount{Name: one.name, DisplayName: one.display})
	}
	return demo, nil
}

// ofDemo tells whether an account was made by the demo.
func ofDemo(ctx context.Context, db *store.Store, name string) (bool, error) {
	found, err := db.AccountsByName(ctx, name)
	if err != nil || len(found) != 1 || len(found[0].History) == 0 {
		return false, err
	}
	first := &found[0].History[0]
	return first.Reason == demoReason && first.GrantedBy == "demo", nil
}

// sayAccounts prints how to sign in.
func sayAccounts(demo *server.Demo) {
	names := make([]string, len(demo.Accounts))
	for i, one := range demo.Accounts {
		names[i] = one.Name
	}
	fmt.Fprintf(os.Stdout, "accounts    %s\npassword    %s\n", strings.Join(names, ", "), demo.Password)
}
