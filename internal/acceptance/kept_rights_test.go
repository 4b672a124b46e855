package acceptance

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestKeptByRights: an answer that was made while a grant was ended, of the state after
// it and with the rights before it, does not hold for who asks again.
func TestKeptByRights(t *testing.T) {
	t.Parallel()
	db, _ := ownCluster(t)
	accounts := register.NewAccounts(db, noon, store.By{Way: store.ByCommand, Name: "test"})
	var between atomic.Pointer[func()]
	var looks atomic.Int32
	s := serveThrough(t, db, func(o *server.Options) {
		o.Now = func() time.Time {
			// The clock is looked at to identify who asks, then how often they do.
			if do := between.Load(); do != nil && looks.Add(1) == 2 {
				(*do)()
			}
			return noon()
		}
	}, from("203.0.113.9"))
	for name, c := range map[string]struct{ asked, before, after string }{
		"viewer":   {`{ viewer { grants { role } } }`, `"SECURITY_ADMIN"`, `"grants":[]`},
		"accounts": {`{ accounts(search: "x") { disabled } }`, `"accounts":[]`, "FORBIDDEN"},
	} {
		grant := account.Grant{Role: account.SecurityAdmin, From: calendar.Date(2026, 1, 1)}
		token := "Bearer " + pgtest.Account(t, db, name, grant)
		s.got(t, "GET", c.asked, "", "Authorization", token) // that it is used is noted
		ended := func() { mustDo(t, accounts.Revoke(t.Context(), name, grant)) }
		looks.Store(0)
		between.Store(&ended)
		made, content := s.got(t, "GET", c.asked, "", "Authorization", token)
		between.Store(nil)
		if made.StatusCode != 200 || !strings.Contains(content, c.before) {
			t.Fatalf("%s: %d %s", name, made.StatusCode, content)
		}
		again, content := s.got(t, "GET", c.asked, "", "Authorization", token, "If-None-Match", made.Header.Get("ETag"))
		if made.Header.Get("ETag") == "" || again.StatusCode != 200 || !strings.Contains(content, c.after) {
			t.Errorf("%s, asked again with %s: %d %s", name, made.Header.Get("ETag"), again.StatusCode, content)
		}
	}
}
