package acceptance

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/signin"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// behindProxy lets tests be a proxy that is trusted.
func behindProxy(o *server.Options) {
	o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
}

// from lets all requests come from an address.
func from(address string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.RemoteAddr = net.JoinHostPort(address, "50000")
			next.ServeHTTP(w, r)
		})
	}
}

// TestBehindProxy: behind a trusted proxy a token is good in the networks of its
// clients, and a name is held up at the address where it was wrong; TLS of the proxy
// counts as the server's own. Without trust nothing of it is believed.
func TestBehindProxy(t *testing.T) {
	t.Parallel()
	db, accounts := people(t, noon)
	ctx := context.Background()
	mustDo(t, accounts.Add(ctx, register.NewAccount{Account: account.Account{Name: "张三"}, Password: password + "。"}))
	bound, err := accounts.AddProgram(ctx, register.NewAccount{Account: account.Account{Name: "portal"}},
		store.Token{ExpiresAt: noon().Add(time.Hour), Networks: pgtest.Networks(t, "203.0.113.0/24", "2001:db8::/32")})
	mustDo(t, err)
	trusting, strict := serve(t, db, behindProxy), serve(t, db, nil)
	for client, status := range map[string]int{
		"203.0.113.9": 200, "2001:db8::1": 200, "198.51.100.1": 401, "203.0.113.9, 198.51.100.1": 401, "nonsense": 401,
	} {
		if answer := trusting.send("GET", "/graphql?query={roots{code}}", "",
			"Authorization", "Bearer "+bound, "X-Forwarded-For", client); answer.StatusCode != status {
			t.Errorf("from %s: %d, want %d", client, answer.StatusCode, status)
		}
	}
	if answer := strict.send("GET", "/", "", "Authorization", "Bearer "+bound, "X-Forwarded-For", "203.0.113.9"); answer.StatusCode != 401 {
		t.Errorf("a client says where it is: %d", answer.StatusCode)
	}

	signIn := func(s *service, word string, headers ...string) *sent {
		return s.send("POST", "/session", `{"name":"张三","password":"`+word+`"}`, append(headers, "Content-Type", "application/json")...)
	}
	for range 100 {
		if signIn(trusting, "wrong wrong", "X-Forwarded-For", "198.51.100.1").StatusCode == 429 {
			break
		}
	}
	for client, status := range map[string]int{"198.51.100.1": 429, "198.51.100.2": 204} {
		if answer := signIn(trusting, password+"。", "X-Forwarded-For", client); answer.StatusCode != status {
			t.Errorf("signing in from %s: %d, want %d", client, answer.StatusCode, status)
		}
	}
	for range 100 {
		if signIn(trusting, "wrong wrong", "X-Forwarded-For", "2001:db8:0:1::1").StatusCode == 429 {
			break
		}
	}
	for client, status := range map[string]int{"2001:db8:0:1::2": 429, "2001:db8:0:2::2": 204} {
		if answer := signIn(trusting, password+"。", "X-Forwarded-For", client); answer.StatusCode != status {
			t.Errorf("signing in from %s: %d, want %d", client, answer.StatusCode, status)
		}
	}

	secure := []string{"X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", "https"}
	for name, c := range map[string]struct {
		of     *service
		cookie string
	}{"trusted": {trusting, "__Host-reliefgraph_session"}, "not trusted": {strict, "reliefgraph_session"}} {
		answer := signIn(c.of, password+"。", secure...)
		if len(answer.Cookies()) != 1 {
			t.Fatal(name, answer.StatusCode, answer.content)
		}
		one := answer.Cookies()[0]
		if isSecure := c.of == trusting; one.Name != c.cookie || one.Secure != isSecure || one.Path != "/" || one.Domain != "" ||
			(answer.Header.Get("Strict-Transport-Security") != "") != isSecure {
			t.Errorf("%s: %+v %v", name, one, answer.Header)
		}
		session := append([]string{"Cookie", one.Name + "=" + one.Value}, secure...)
		if who := c.of.who(session...); who != "张三" {
			t.Errorf("%s: with the cookie it is %q who asks", name, who)
		}
		host := strings.TrimPrefix(c.of.url, "http://")
		for origin, want := range map[string]string{"https://" + host: "张三", "http://" + host: map[bool]string{false: "张三"}[c.of == trusting]} {
			if who := c.of.who(append(session, "Origin", origin)...); who != want {
				t.Errorf("%s: a page at %s asks as %q", name, origin, who)
			}
		}
		if out := c.of.send("DELETE", "/session", "", session...); out.StatusCode != 204 || c.of.who(session...) != "" {
			t.Errorf("%s: signing out: %d", name, out.StatusCode)
		}
	}
	plain := signIn(trusting, password+"。", "X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", "http").Cookies()[0]
	if plain.Secure || plain.Name != "reliefgraph_session" {
		t.Errorf("without TLS: %+v", plain)
	}
	if who := trusting.who(append([]string{"Cookie", plain.Name + "=" + plain.Value}, secure...)...); who != "" {
		t.Errorf("over TLS a cookie that was set without it counts: %q", who)
	}
}

// TestProxiesAlone: where the server is asked through proxies alone, who comes past them
// gets no further than the probes.
func TestProxiesAlone(t *testing.T) {
	t.Parallel()
	s := serve(t, pgtest.Store(t), func(o *server.Options) { o.ProxiesAlone = true })
	behind := serve(t, pgtest.Store(t), func(o *server.Options) {
		behindProxy(o)
		o.ProxiesAlone = true
	})
	if answer := s.send("GET", "/graphql?query={roots{code}}", ""); answer.StatusCode != 200 {
		t.Errorf("from this machine: %d", answer.StatusCode)
	}
	if answer := behind.send("GET", "/graphql?query={roots{code}}", "", "X-Forwarded-For", "203.0.113.9"); answer.StatusCode != 200 {
		t.Errorf("through the proxy: %d", answer.StatusCode)
	}
	past := serveThrough(t, pgtest.Store(t), func(o *server.Options) { o.ProxiesAlone = true }, from("198.51.100.1"))
	for path, status := range map[string]int{"/graphql?query={roots{code}}": 403, "/": 403, "/session": 403, "/healthz": 200, "/readyz": 200} {
		if got := past.send("GET", path, ""); got.StatusCode != status {
			t.Errorf("past the proxy, %s: %d, want %d", path, got.StatusCode, status)
		}
	}
}

// TestBadTokens: a token that is not good is refused on every address, also those that
// need none; programs learn what would be, and pages of allowed origins may read it.
func TestBadTokens(t *testing.T) {
	t.Parallel()
	const friend = "https://friend.example"
	db, accounts := people(t, noon)
	good, err := accounts.AddProgram(context.Background(), register.NewAccount{Account: account.Account{Name: "portal"}},
		store.Token{ExpiresAt: noon().Add(time.Hour)})
	mustDo(t, err)
	admin, err := net.Listen("tcp", "127.0.0.1:0")
	mustDo(t, err)
	public, err := net.Listen("tcp", "127.0.0.1:0")
	mustDo(t, err)
	var apart *server.Server
	s := serve(t, db, func(o *server.Options) {
		o.AllowedOrigins = []string{friend}
		separate := *o
		separate.Admin = admin
		apart = server.New(separate)
	})
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- apart.Serve(ctx, public) }()
	t.Cleanup(func() {
		stop()
		<-ended
	})
	besides := &service{t, "http://" + admin.Addr().String(), db, s.log, s.serving}
	for _, of := range []*service{s, besides} {
		for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
			for token, status := range map[string]int{"Bearer " + good: 200, "Bearer " + signin.NewToken(): 401, "Bearer x": 401, "Bearer": 401, "": 200} {
				headers := []string{}
				if token != "" {
					headers = []string{"Authorization", token}
				}
				answer := of.send("GET", path, "", headers...)
				if answer.StatusCode != status || status == 401 && answer.code() != "UNAUTHENTICATED" {
					t.Errorf("%s%s with %q: %d, want %d", of.url, path, token, answer.StatusCode, status)
				}
			}
		}
	}
	for _, path := range []string{"/graphql?query={roots{code}}", "/export/gaps.csv?code=533102", "/schema.graphql", "/audit/checkpoint", "/healthz"} {
		answer := s.send("GET", path, "", "Authorization", "Bearer x", "Origin", friend)
		if answer.StatusCode != 401 || answer.Header.Get("WWW-Authenticate") != "Bearer" {
			t.Errorf("%s: %d %v", path, answer.StatusCode, answer.Header)
		}
		if path != "/healthz" && answer.Header.Get("Access-Control-Allow-Origin") != friend {
			t.Errorf("%s: a page that may ask cannot read why it was refused: %v", path, answer.Header)
		}
		if answer := s.send(
			"GET",
			path,
			"",
			"Authorization",
			"Bearer x",
			"Origin",
			"https://else.example",
		); answer.Header.Get(
			"Access-Control-Allow-Origin",
		) != "" {
			t.Errorf("%s: a stranger's page reads it", path)
		}
	}
	if _, answer := s.signIn("nobody", "wrong wrong"); answer.Header.Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("signing in: %v", answer.Header)
	}
}
