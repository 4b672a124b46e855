package acceptance

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestRateLimits: an account that asks too often is told when to ask again, wherever it
// is, and so are those together who have not signed in at one address; neither holds up
// another account there, nor what this machine asks, nor probes.
func TestRateLimits(t *testing.T) {
	t.Parallel()
	const friend, office = "https://friend.example", "198.51.100.1:5000"
	db, accounts := people(t, noon)
	tokens := map[string]string{}
	for _, name := range []string{"wild", "calm"} {
		token, err := accounts.AddProgram(context.Background(), register.NewAccount{Account: account.Account{Name: name}},
			store.Token{ExpiresAt: noon().Add(time.Hour)})
		mustDo(t, err)
		tokens[name] = "Bearer " + token
	}
	var handler http.Handler
	serve(t, db, func(o *server.Options) {
		o.AllowedOrigins = []string{friend}
		handler = server.New(*o).Handler()
	})
	ask := func(from, token, path string) *httptest.ResponseRecorder {
		request := httptest.NewRequest("GET", path, nil)
		request.RemoteAddr, request.Host = from, "localhost"
		request.Header.Set("Origin", friend)
		if token != "" {
			request.Header.Set("Authorization", token)
		}
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		return answer
	}
	// until is how often one may ask at once, and what is answered then.
	until := func(from, token string) (asked int, last *httptest.ResponseRecorder) {
		for asked < 10_000 {
			if last = ask(from, token, "/schema.graphql"); last.Code != http.StatusOK && last.Code != http.StatusUnauthorized {
				return asked, last
			}
			asked++
		}
		return asked, last
	}
	expect := func(from, token string, status int) {
		t.Helper()
		if answer := ask(from, token, "/graphql?query={roots{code}}"); answer.Code != status {
			t.Errorf("from %s with %q: %d, want %d: %s", from, token, answer.Code, status, answer.Body)
		}
	}
	asked, last := until(office, tokens["wild"])
	var told reply
	mustDo(t, json.Unmarshal(last.Body.Bytes(), &told))
	if asked < 500 || asked > 2000 || last.Code != 429 || last.Header().Get("Retry-After") != "1" || told.code() != "RATE_LIMITED" ||
		told.retryAfter() != 1 || last.Header().Get("Access-Control-Allow-Origin") != friend {
		t.Errorf("%d times, then %d %v %s", asked, last.Code, last.Header(), last.Body)
	}
	expect("203.0.113.5:6000", tokens["wild"], 429) // wherever it is
	expect(office, tokens["calm"], 200)
	expect(office, "", 200)
	expect("127.0.0.1:5000", tokens["wild"], 200)

	if asked, _ := until(office, ""); asked < 1000 {
		t.Errorf("an office may ask %d times at once", asked)
	}
	expect(office, "", 429)
	expect(office, "Bearer x", 429) // so does who tries tokens
	expect(office, tokens["calm"], 200)
	expect("198.51.100.2:5000", "", 200)
	if answer := ask(office, "", "/healthz"); answer.Code != 200 {
		t.Errorf("a probe: %d", answer.Code)
	}
	until("[2001:db8:0:1::1]:5000", "")
	expect("[2001:db8:0:1::2]:5000", "", 429)
	expect("[2001:db8:0:2::2]:5000", "", 200)
}
