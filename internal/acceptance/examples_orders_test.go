package acceptance

import (
	"context"
	"net/http"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// supervisorOf makes an account that supervises a node with all below it, and a token of it.
func supervisorOf(t testing.TB, db *store.Store, name, node string) http.Header {
	t.Helper()
	return tokenOf(t, db, name, account.Grant{Role: account.Supervisor, NodeCode: node, From: calendar.Date(2020, 1, 1)})
}

// tokenOf makes an account with grants, and a token of it.
func tokenOf(t testing.TB, db *store.Store, name string, grants ...account.Grant) http.Header {
	t.Helper()
	accounts := register.NewAccounts(db, noon, store.By{Way: store.ByCommand, Name: "test"})
	mustDo(t, accounts.Add(context.Background(), register.NewAccount{
		Account: account.Account{Name: name, Grants: grants}, Password: password + name,
	}))
	token, err := accounts.AddToken(context.Background(), name, store.Token{ExpiresAt: noon().AddDate(0, 1, 0)})
	mustDo(t, err)
	return http.Header{"Authorization": {"Bearer " + token}}
}

// TestExamplesOfOrders asks the customer's questions about a world with orders, as a
// supervisor of the nation and as nobody.
func TestExamplesOfOrders(t *testing.T) {
	t.Parallel()
	const folder = "testdata/examples/people/"
	db := pgtest.Store(t)
	pgtest.Import(t, db, importing, folder+"world")
	s := serve(t, db, nil)
	as := map[string]http.Header{"": nil, "SUPERVISOR": supervisorOf(t, db, "supervisor", "CN")}
	operations := contract(t)
	all := questions(t, folder+"questions.ndjson.gz")
	if len(all) != 150 {
		t.Fatalf("%d questions", len(all))
	}
	for i, q := range all {
		headers, known := as[q.As]
		if !known {
			t.Fatalf("question %d is asked as %q", i+1, q.As)
		}
		answer := s.askWith(headers, operations[q.Operation], q.Variables)
		if len(answer.Errors) > 0 {
			t.Fatalf("question %d, %s %v: %v", i+1, q.Operation, q.Variables, answer.Errors)
		}
		if fault := differs(q.Answer, answer.Data, ""); fault != "" {
			t.Errorf("question %d as %q, %s %v: %s", i+1, q.As, q.Operation, q.Variables, fault)
		}
	}
	mustVerify(t, db)
}
