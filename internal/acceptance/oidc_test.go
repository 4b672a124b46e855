package acceptance

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/signin"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// bound is a server with a provider, and 张三 bound to the provider's only user.
func bound(t *testing.T, change func(*server.Options)) (*idp, *service, *register.Accounts) {
	t.Helper()
	p := newIDP(t)
	db, accounts := people(t, noon)
	mustDo(t, accounts.Add(t.Context(), register.NewAccount{Account: account.Account{Name: "张三"}, Password: password + "。"}))
	mustDo(t, accounts.Bind(t.Context(), "张三", p.url, p.subject))
	s := serve(t, db, func(o *server.Options) {
		o.Provider = p.provider()
		if change != nil {
			change(o)
		}
	})
	return p, s, accounts
}

// TestProvider: who is bound signs in by the provider, on whichever server they come
// back, with a session like any other; nothing of it is good twice, or in another
// browser.
func TestProvider(t *testing.T) {
	t.Parallel()
	p, s, accounts := bound(t, nil)
	other := serve(t, s.db, func(o *server.Options) { o.Provider = p.provider() })
	b := s.browser()
	there := b.get(s.url + "/oidc/login?back=%2Fn%2F533102%3Fon%3D2026-01-01")
	begun := there.Cookies()
	if there.StatusCode != 303 || len(begun) != 1 || !begun[0].HttpOnly || begun[0].SameSite != http.SameSiteLaxMode || begun[0].Secure ||
		begun[0].MaxAge != 600 {
		t.Fatalf("%d %+v", there.StatusCode, begun)
	}
	asked, err := url.Parse(there.Header.Get("Location"))
	mustDo(t, err)
	for name := range asked.Query() {
		if value := asked.Query().Get(name); strings.Contains(begun[0].Value, value) && len(value) > 10 {
			t.Errorf("the provider is told what the cookie holds: %s", name)
		}
	}
	back := b.get(there.Header.Get("Location")).Header.Get("Location")
	if at := s.browser().get(back).Header.Get("Location"); refusal(at) != "begun" {
		t.Errorf("another browser comes back, and is led to %q", at)
	}
	in := b.get(
		strings.Replace(back, s.url, other.url, 1),
		"Sec-Fetch-Site",
		"cross-site",
		"Sec-Fetch-Mode",
		"navigate",
		"Sec-Fetch-Dest",
		"document",
	)
	// The address that the provider was told is that of the other server: it refuses the code.
	if refusal(in.Header.Get("Location")) != "code" {
		t.Errorf("at another name: %q", in.Header.Get("Location"))
	}
	if in := b.get(back); refusal(in.Header.Get("Location")) != "begun" {
		t.Errorf("a second time: %q", in.Header.Get("Location"))
	}
	// Two servers of one name.
	back = b.toProvider("/n/533102?on=2026-01-01")
	host := strings.TrimPrefix(s.url, "http://")
	request, err := http.NewRequest("GET", strings.Replace(back, s.url, other.url, 1), nil)
	mustDo(t, err)
	request.Host = host
	request.Header.Set("Cookie", "reliefgraph_oidc="+b.cookies["reliefgraph_oidc"])
	came, err := http.DefaultTransport.RoundTrip(request)
	mustDo(t, err)
	came.Body.Close()
	if came.StatusCode != 303 || landed(came.Header.Get("Location")) != "/n/533102?on=2026-01-01" {
		t.Fatalf("%d %s: %s", came.StatusCode, came.Header.Get("Location"), other.log)
	}
	for _, cookie := range came.Cookies() {
		b.cookies[cookie.Name] = cookie.Value
		if cookie.Name == "reliefgraph_session" &&
			(!cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.MaxAge != 7*24*3600) {
			t.Errorf("%+v", cookie)
		}
	}
	if who := b.who(); who != "张三" {
		t.Errorf("it is %q who asks", who)
	}
	if exchanged := p.exchanges.Load(); exchanged != 2 {
		t.Errorf("%d codes were exchanged", exchanged)
	}
	// The session ends like any other.
	mustDo(t, accounts.Unbind(t.Context(), "张三"))
	if b.who() != "" {
		t.Error("who is unbound asks")
	}
	if at := b.get(b.toProvider("/")).Header.Get("Location"); refusal(at) != "unbound" {
		t.Errorf("who is unbound comes in: %s", at)
	}
	told := s.send("GET", "/session", "", "Cookie", "reliefgraph_subject="+b.cookies["reliefgraph_subject"])
	if !strings.Contains(told.content, `"subject":"248289761001"`) {
		t.Error(told.content)
	}
	mustDo(t, accounts.Bind(t.Context(), "张三", p.url, p.subject))
	if b.get(b.toProvider("/")); b.who() != "张三" {
		t.Errorf("bound again it is %q", b.who())
	}
	mustDo(t, accounts.Disable(t.Context(), "张三"))
	if b.who() != "" {
		t.Error("a disabled account asks")
	}
	if at := b.get(b.toProvider("/")).Header.Get("Location"); refusal(at) != "disabled" {
		t.Errorf("a disabled account comes in: %s", at)
	}
	mustVerify(t, s.db)
}

// TestProviderRefusals: whatever is wrong with what comes back, nobody is in, the page
// that signs in is told why, and it is over.
func TestProviderRefusals(t *testing.T) {
	t.Parallel()
	p, s, _ := bound(t, nil)
	now := noon().Unix()
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	mustDo(t, err)
	changed := func(address string, change map[string]string) string {
		at, err := url.Parse(address)
		mustDo(t, err)
		query := at.Query()
		for name, value := range change {
			if query.Set(name, value); value == "" {
				query.Del(name)
			}
		}
		at.RawQuery = query.Encode()
		return at.String()
	}
	for name, c := range map[string]struct {
		claims map[string]any
		signer *rsa.PrivateKey
		query  map[string]string
		want   string
	}{
		"nothing":          {want: ""},
		"skewed clock":     {claims: map[string]any{"exp": now - 30, "iat": now - 330}, want: ""},
		"and ahead":        {claims: map[string]any{"exp": now + 330, "iat": now + 30}, want: ""},
		"two, for us":      {claims: map[string]any{"aud": []string{"another", clientID}, "azp": clientID}, want: ""},
		"expired":          {claims: map[string]any{"exp": now - 90, "iat": now - 390}, want: "clock"},
		"not yet":          {claims: map[string]any{"exp": now + 900, "iat": now + 600}, want: "clock"},
		"another audience": {claims: map[string]any{"aud": "another"}, want: "token"},
		"two audiences":    {claims: map[string]any{"aud": []string{"another", clientID}}, want: "token"},
		"another party":    {claims: map[string]any{"azp": "another"}, want: "token"},
		"another issuer":   {claims: map[string]any{"iss": "https://login.example"}, want: "token"},
		"another nonce":    {claims: map[string]any{"nonce": "x"}, want: "token"},
		"no nonce":         {claims: map[string]any{"nonce": ""}, want: "token"},
		"no subject":       {claims: map[string]any{"sub": ""}, want: "token"},
		"another subject":  {claims: map[string]any{"sub": "1"}, want: "unbound"},
		"another key":      {signer: stranger, want: "token"},
		"another code":     {query: map[string]string{"code": "x"}, want: "code"},
		"no code":          {query: map[string]string{"code": ""}, want: "rejected"},
		"another state":    {query: map[string]string{"state": "x"}, want: "begun"},
		"no state":         {query: map[string]string{"state": ""}, want: "begun"},
		"sent by another":  {query: map[string]string{"iss": "https://login.example"}, want: "token"},
		"left":             {query: map[string]string{"code": "", "error": "access_denied", "error_description": "x"}, want: "denied"},
		"another fault":    {query: map[string]string{"code": "", "error": "invalid_scope"}, want: "rejected"},
		"its own fault":    {query: map[string]string{"code": "", "error": "server_error"}, want: "away"},
	} {
		p.mutex.Lock()
		if p.claims, p.signer = c.claims, p.key; c.signer != nil {
			p.signer = c.signer
		}
		p.mutex.Unlock()
		b := s.browser()
		back := changed(b.toProvider("/n/533102"), c.query)
		at := b.get(back).Header.Get("Location")
		if refusal(at) != c.want || (c.want == "") != (b.who() == "张三") || (c.want == "") != (landed(at) == "/n/533102") {
			t.Errorf("%s: led to %q, in as %q", name, at, b.who())
		}
		if c.want != "" && !strings.HasSuffix(at, "?back=%2Fn%2F533102&refused="+c.want) {
			t.Errorf("%s: the page is forgotten: %s", name, at)
		}
		p.mutex.Lock()
		p.claims, p.signer = nil, p.key
		p.mutex.Unlock()
		if again := b.get(back).Header.Get("Location"); refusal(again) != "begun" {
			t.Errorf("%s: once more, led to %q", name, again)
		}
	}
	for _, answer := range []*sent{
		s.send("POST", "/oidc/login", "", "Content-Type", "application/json"), s.send("POST", "/oidc/callback", "", "Content-Type", "application/json"),
		s.send("HEAD", "/oidc/login", ""),
	} {
		if answer.StatusCode != 405 {
			t.Errorf("%s %s: %d", answer.Request.Method, answer.Request.URL.Path, answer.StatusCode)
		}
	}
	if framed := s.send(
		"GET",
		"/oidc/login",
		"",
		"Sec-Fetch-Site",
		"cross-site",
		"Sec-Fetch-Mode",
		"navigate",
		"Sec-Fetch-Dest",
		"iframe",
	); framed.StatusCode != 403 {
		t.Errorf("in a frame of another site: %d", framed.StatusCode)
	}
}

// TestProviderTakesTooLong: a sign-in that takes longer than ten minutes is over.
func TestProviderTakesTooLong(t *testing.T) {
	t.Parallel()
	at := noon()
	_, s, _ := bound(t, func(o *server.Options) { o.Now = func() time.Time { return at } })
	b := s.browser()
	back := b.toProvider("/")
	at = at.Add(10*time.Minute + time.Second)
	if led := b.get(back).Header.Get("Location"); refusal(led) != "begun" {
		t.Errorf("led to %q", led)
	}
}

// TestProviderAway: a server starts while its provider is away, says so to who wants to
// sign in by it, lets passwords in, and asks it again; what of it hangs is waited for a
// little.
func TestProviderAway(t *testing.T) {
	t.Parallel()
	p := newIDP(t)
	p.away.Store(true)
	db, accounts := people(t, noon)
	mustDo(t, accounts.Add(t.Context(), register.NewAccount{Account: account.Account{Name: "张三"}, Password: password + "。"}))
	mustDo(t, accounts.Bind(t.Context(), "张三", p.url, p.subject))
	s := serve(t, db, func(o *server.Options) { o.Provider = p.provider() })
	b := s.browser()
	if at := b.toProvider("/n/533102"); at != "/signin?back=%2Fn%2F533102&refused=away" || !strings.Contains(s.log.String(), "503") {
		t.Errorf("away: %q %s", at, s.log)
	}
	if _, answer := s.signIn("张三", password+"。"); answer.StatusCode != 204 {
		t.Errorf("with a password: %d", answer.StatusCode)
	}
	p.away.Store(false)
	for _, hanging := range []string{"/token", "/keys"} {
		p.hanging.Store(hanging)
		begun := time.Now()
		if at := b.get(b.toProvider("/")).Header.Get("Location"); refusal(at) != "away" || time.Since(begun) > 12*time.Second {
			t.Errorf("%s hangs: %q after %s", hanging, at, time.Since(begun))
		}
	}
	p.hanging.Store("")
	if b.get(b.toProvider("/")); b.who() != "张三" {
		t.Errorf("it is back: %q", b.who())
	}
	p.away.Store(true) // known by now
	if at := b.get(b.s.url + "/oidc/login").Header.Get("Location"); !strings.HasPrefix(at, p.url) {
		t.Errorf("known: %q", at)
	}
	// One that hangs from the start holds nobody else up.
	hangs := newIDP(t)
	hangs.hanging.Store("/.well-known/openid-configuration")
	slow := serve(t, db, func(o *server.Options) { o.Provider = hangs.provider() })
	led := make(chan string, 3)
	for range cap(led) {
		go func() {
			answer, err := http.DefaultTransport.RoundTrip(must(http.NewRequest("GET", slow.url+"/oidc/login", nil)))
			if err != nil {
				led <- err.Error()
				return
			}
			answer.Body.Close()
			led <- answer.Header.Get("Location")
		}()
	}
	if _, answer := slow.signIn("张三", password+"。"); answer.StatusCode != 204 {
		t.Errorf("with a password: %d", answer.StatusCode)
	}
	for range cap(led) {
		if at := <-led; refusal(at) != "away" {
			t.Errorf("it hangs: %q", at)
		}
	}
}

func must[T any](of T, err error) T {
	if err != nil {
		panic(err)
	}
	return of
}

// TestProviderByParameters: a provider that knows its clients by parameters alone is
// asked so.
func TestProviderByParameters(t *testing.T) {
	t.Parallel()
	p, s, _ := bound(t, nil)
	p.methods = []string{"client_secret_post"}
	b := s.browser()
	if b.get(b.toProvider("/")); b.who() != "张三" {
		t.Errorf("it is %q: %s", b.who(), s.log)
	}
}

// TestProviderReturns: after signing in one is led to a page of this server, whatever
// the address says.
func TestProviderReturns(t *testing.T) {
	t.Parallel()
	_, s, _ := bound(t, nil)
	for back, want := range map[string]string{
		"": "/", "/": "/", "/n/533102%2Fyjglj/gaps?on=2026-01-01&x=%2F%2Fy": "/n/533102%2Fyjglj/gaps?on=2026-01-01&x=%2F%2Fy", "/c/1/瑞": "/c/1/%E7%91%9E",
		"https://evil.example/": "/", "//evil.example/": "/", `/\evil.example/`: "/", `\\evil.example`: "/", "/%2Fevil.example": "/", "/%5Cevil.example": "/",
		"/\t/evil.example": "/", "/\r\nSet-Cookie: a=b": "/", "javascript:alert(1)": "/", "n/533102": "/", "/oidc/login": "/", "http:///x": "/", "///evil.example": "/",
		"/" + strings.Repeat("x", 2000): "/", "https:evil.example": "/", "/x#y": "/x", "//user@evil.example": "/",
	} {
		b := s.browser()
		if at := landed(b.get(b.toProvider(back)).Header.Get("Location")); at != want {
			t.Errorf("%q leads to %q, want %q", back, at, want)
		}
		// A cookie that somebody else wrote is believed no more.
		b.toProvider("/")
		secret, _, _ := strings.Cut(b.cookies["reliefgraph_oidc"], ".")
		b.cookies["reliefgraph_oidc"] = secret + "." + base64.RawURLEncoding.EncodeToString([]byte(back))
		if at := b.get(
			s.url + "/oidc/callback?state=x",
		).Header.Get(
			"Location",
		); !strings.HasPrefix(
			at,
			"/signin?back="+url.QueryEscape(want),
		) {
			t.Errorf("a cookie of %q leads to %q", back, at)
		}
	}
}

// TestProviderBehindProxy: the provider is told the address that browsers know, and over
// TLS the cookies are for TLS alone.
func TestProviderBehindProxy(t *testing.T) {
	t.Parallel()
	_, s, _ := bound(t, func(o *server.Options) {
		behindProxy(o)
		o.Hosts = []string{"relief.example"}
	})
	request, err := http.NewRequest("GET", s.url+"/oidc/login", nil)
	mustDo(t, err)
	request.Host = "relief.example"
	request.Header.Set("X-Forwarded-Proto", "https")
	request.Header.Set("X-Forwarded-For", "203.0.113.9")
	answer, err := http.DefaultTransport.RoundTrip(request)
	mustDo(t, err)
	answer.Body.Close()
	at, err := url.Parse(answer.Header.Get("Location"))
	mustDo(t, err)
	cookie := answer.Cookies()[0]
	if at.Query().Get("redirect_uri") != "https://relief.example/oidc/callback" || cookie.Name != "__Host-reliefgraph_oidc" ||
		!cookie.Secure ||
		cookie.Path != "/" {
		t.Errorf("%s %+v", at, cookie)
	}
}

// TestWithoutProvider: where none is given there is nothing at its addresses, and the
// page that signs in offers none.
func TestWithoutProvider(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	for _, path := range []string{"/oidc/login", "/oidc/callback?code=x&state=y"} {
		if answer := s.send("GET", path, ""); answer.StatusCode != 404 {
			t.Errorf("%s: %d", path, answer.StatusCode)
		}
	}
	if ways := s.send("GET", "/session", ""); !strings.Contains(ways.content, `"provider":false`) {
		t.Error(ways.content)
	}
	for issuer, good := range map[string]bool{
		"https://login.example/realm": true, "http://127.0.0.1:9/": true, "http://login.example": false, "login.example": false, "": false,
		"https://u:p@login.example": false, "https://login.example?x=y": false,
	} {
		if _, err := signin.NewProvider(issuer, clientID, clientSecret); (err == nil) != good {
			t.Errorf("%q: %v", issuer, err)
		}
	}
}

// TestBinding: a security administrator binds accounts but their own, each to one
// subject and each subject to one; the log of changes has it.
func TestBinding(t *testing.T) {
	t.Parallel()
	p := newIDP(t)
	db, accounts := people(t, noon)
	ctx := context.Background()
	from := calendar.Date(2026, 1, 1)
	token := "Bearer " + pgtest.Account(t, db, "security", account.Grant{Role: account.SecurityAdmin, From: from})
	for _, name := range []string{"a", "b"} {
		mustDo(t, accounts.Add(ctx, register.NewAccount{Account: account.Account{Name: name}, Password: password + "。"}))
	}
	_, err := accounts.AddProgram(
		ctx,
		register.NewAccount{Account: account.Account{Name: "program"}},
		store.Token{ExpiresAt: noon().Add(time.Hour)},
	)
	mustDo(t, err)
	s, without := serve(t, db, func(o *server.Options) { o.Provider = p.provider() }), serve(t, db, nil)
	cookie, _ := s.signIn("a", password+"。")
	as := map[string][]string{"Authorization": {token}}
	for _, c := range []struct {
		at                    *service
		mutation, code, field string
	}{
		{without, `bindAccount(input: {name: "a", subject: "1"}) { account { subject } }`, "CONFLICT", ""},
		{s, `bindAccount(input: {name: "a", subject: ""}) { account { subject } }`, "INVALID_INPUT", "subject"},
		{s, `bindAccount(input: {name: "a", subject: "1\n"}) { account { subject } }`, "INVALID_INPUT", "subject"},
		{s, `bindAccount(input: {name: "x", subject: "1"}) { account { subject } }`, "NOT_FOUND", "name"},
		{s, `bindAccount(input: {name: "security", subject: "1"}) { account { subject } }`, "FORBIDDEN", "name"},
		{s, `bindAccount(input: {name: "program", subject: "1"}) { account { subject } }`, "CONFLICT", "name"},
		{s, `bindAccount(input: {name: "a", subject: "1"}) { account { subject } }`, "", ""},
		{s, `bindAccount(input: {name: "a", subject: "1"}) { account { subject } }`, "", ""},
		{s, `bindAccount(input: {name: "b", subject: "1"}) { account { subject } }`, "CONFLICT", "subject"},
		{s, `bindAccount(input: {name: "a", subject: "2"}) { account { subject } }`, "", ""},
		{s, `bindAccount(input: {name: "b", subject: "1"}) { account { subject } }`, "", ""},
		{s, `unbindAccount(input: {name: "security"}) { account { subject } }`, "FORBIDDEN", "name"},
		{s, `unbindAccount(input: {name: "a"}) { account { subject } }`, "", ""},
	} {
		r := c.at.askWith(as, "mutation { "+c.mutation+" }", nil)
		field := ""
		if len(r.Errors) > 0 {
			field, _ = r.Errors[0].Extensions["field"].(string)
		}
		if r.code() != c.code || field != c.field {
			t.Errorf("%s: %q of %q: %+v", c.mutation, r.code(), field, r.Errors)
		}
	}
	if s.who("Cookie", cookie) != "" {
		t.Error("a session outlives the binding")
	}
	r := s.askWith(as, `{ accounts { account { name } subject } }`, nil)
	if got := at(t, r.Data, "accounts", 1, "subject"); got != "1" {
		t.Errorf("%+v", r.Data)
	}
	auditor := map[string][]string{
		"Authorization": {"Bearer " + pgtest.Account(t, db, "auditor", account.Grant{Role: account.Auditor, From: from})},
	}
	r = s.askWith(auditor, `{ audit(filter: {facts: ["account"], accounts: ["security"]}) { nodes { key before after } } }`, nil)
	if entries := at(t, r.Data, "audit", "nodes").([]any); len(entries) != 4 ||
		!strings.Contains(at(t, entries[0], "before").(string), p.url) {
		t.Errorf("the log has %+v", r)
	}
}

// TestProviderSecretsStayOutOfTheLog: nothing that a sign-in by the provider goes by, or
// that somebody sends in its place, comes into the log.
func TestProviderSecretsStayOutOfTheLog(t *testing.T) {
	t.Parallel()
	p := newIDP(t)
	db, accounts := people(t, noon)
	mustDo(t, accounts.Add(t.Context(), register.NewAccount{Account: account.Account{Name: "张三"}, Password: password + "。"}))
	mustDo(t, accounts.Bind(t.Context(), "张三", p.url, p.subject))
	l := logging(t, db, func(o *server.Options) { o.Provider = p.provider() })
	secrets := []string{clientSecret, p.subject}
	for n, claims := range []map[string]any{nil, {"aud": "another"}, {"nonce": "another"}, {"exp": 1}, {"sub": "9087654321"}} {
		p.claims = claims
		there, _ := l.ask("GET", "/oidc/login?back=%2Fa-secret-page", "")
		begun := there.Result().Cookies()[0]
		address := there.Header().Get("Location")
		b := &browser{&service{t: t}, map[string]string{}}
		back, err := url.Parse(b.get(address).Header.Get("Location"))
		mustDo(t, err)
		query := back.Query()
		if n == 1 { // the verifier is another's, and the provider repeats the code
			query.Set("code", query.Get("code")+"x")
		}
		query.Set("error_description", "a-secret-fault")
		in, lines := l.ask("GET", "/oidc/callback?"+query.Encode(), "", "Cookie", begun.Name+"="+begun.Value)
		secrets = append(secrets, begun.Value, strings.Split(begun.Value, ".")[0], query.Get("code"), query.Get("state"))
		for _, cookie := range in.Result().Cookies() {
			if len(cookie.Value) > 0 {
				secrets = append(secrets, cookie.Value)
			}
		}
		if last := lines[len(lines)-1]; last["route"] != "/oidc" || (n == 0) != (last["account"] == "张三") {
			t.Errorf("%d: %v", n, lines)
		}
	}
	for _, secret := range append(append(secrets, p.tokens...), "a-secret-page", "a-secret-fault", "9087654321") {
		if bytes.Contains(l.log.Bytes(), []byte(secret)) || bytes.Contains(l.log.Bytes(), []byte(url.QueryEscape(secret))) {
			t.Errorf("the log tells %q: %s", secret, l.log.String())
		}
	}
}
