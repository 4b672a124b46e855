package acceptance

import (
	"context"
	"os"
	"os/exec"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestDashboardAccounts signs in to the dashboard, and out, in headless Chromium; its
// script says how.
func TestDashboardAccounts(t *testing.T) {
	t.Parallel()
	db := demo(t)
	accounts := register.NewAccounts(db, noon, store.By{Way: store.ByCommand, Name: "test"})
	offered := &server.Demo{Password: password + "。"}
	for _, one := range []struct {
		name, display string
		grant         account.Grant
	}{
		{"clerk", "市级经办员", account.Grant{Role: account.Clerk, NodeCode: "533102", To: calendar.Date(2027, 6, 30)}},
		{"security", "安全管理员", account.Grant{Role: account.SecurityAdmin}},
		{"auditor", "审计员", account.Grant{Role: account.Auditor}},
		{"changing", "改密码的人", account.Grant{Role: account.Reviewer, NodeCode: "533102"}},
	} {
		made := account.Account{Name: one.name, DisplayName: one.display, Grants: []account.Grant{one.grant}}
		mustDo(t, accounts.Add(context.Background(), register.NewAccount{Account: made, Password: offered.Password, Reason: "轮岗"}))
		offered.Accounts = append(offered.Accounts, server.DemoAccount{Name: one.name, DisplayName: one.display})
	}
	s := serve(t, db, func(o *server.Options) {
		withLog(t, db)(o)
		o.Demo = offered
	})
	script := exec.Command("node", "--test", "e2e/accounts.test.mjs", "e2e/managing.test.mjs")
	script.Dir = "../web/ui"
	script.Env = append(os.Environ(), "RELIEFGRAPH_URL="+s.url, "RELIEFGRAPH_PASSWORD="+offered.Password)
	if output, err := script.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
}

// TestDashboardProvider signs in to the dashboard by a provider, in headless Chromium, as
// who is bound to an account and then as who is no more.
func TestDashboardProvider(t *testing.T) {
	t.Parallel()
	p, s, accounts := bound(t, nil)
	mustDo(t, accounts.Add(t.Context(), register.NewAccount{
		Account: account.Account{Name: "security", Grants: []account.Grant{{Role: account.SecurityAdmin}}}, Password: password + "。",
	}))
	for _, account := range []string{"张三", ""} {
		script := exec.Command("node", "--test", "e2e/provider.test.mjs")
		script.Dir = "../web/ui"
		script.Env = append(os.Environ(), "RELIEFGRAPH_URL="+s.url, "RELIEFGRAPH_SUBJECT="+p.subject, "RELIEFGRAPH_BOUND="+account,
			"RELIEFGRAPH_PASSWORD="+password+"。")
		if output, err := script.CombinedOutput(); err != nil {
			t.Fatalf("%q: %v\n%s", account, err, output)
		}
		mustDo(t, accounts.Unbind(t.Context(), "张三"))
	}
}
