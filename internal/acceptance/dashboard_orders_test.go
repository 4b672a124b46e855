package acceptance

import (
	"os"
	"os/exec"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestDashboardOrders goes through orders and requests for exemption as a supervisor and
// as a clerk, in headless Chromium; its script says how.
func TestDashboardOrders(t *testing.T) {
	t.Parallel()
	db := demo(t)
	accounts := register.NewAccounts(db, noon, store.By{Way: store.ByCommand, Name: "test"})
	for name, role := range map[string]account.Role{"clerk": account.Clerk, "supervisor": account.Supervisor} {
		grant := account.Grant{Role: role, NodeCode: "533102", Scope: account.Subtree}
		mustDo(t, accounts.Add(t.Context(), register.NewAccount{
			Account: account.Account{Name: name, Grants: []account.Grant{grant}}, Password: password + "。", Reason: "轮岗",
		}))
	}
	s := serve(t, db, withLog(t, db))
	script := exec.Command("node", "--test", "e2e/orders.test.mjs")
	script.Dir = "../web/ui"
	script.Env = append(os.Environ(), "RELIEFGRAPH_URL="+s.url, "RELIEFGRAPH_PASSWORD="+password+"。")
	if output, err := script.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
}
