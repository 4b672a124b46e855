package acceptance

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
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

// sent is an answer over HTTP.
type sent struct {
	*http.Response
	content string
}

// code is that of the first error told.
func (s *sent) code() string {
	var told reply
	if json.Unmarshal([]byte(s.content), &told) != nil {
		return ""
	}
	return told.code()
}

// send sends a request; the headers come in pairs.
func (s *service) send(method, path, body string, headers ...string) *sent {
	s.t.Helper()
	request, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return &sent{response, string(content)}
}

// signIn signs in and returns the cookie, empty where it is refused.
func (s *service) signIn(name, password string) (cookie string, answer *sent) {
	s.t.Helper()
	body, err := json.Marshal(map[string]string{"name": name, "password": password})
	if err != nil {
		s.t.Fatal(err)
	}
	answer = s.send("POST", "/session", string(body), "Content-Type", "application/json")
	for _, one := range answer.Cookies() {
		cookie = one.Name + "=" + one.Value
	}
	return cookie, answer
}

// who is the name of the account that asks with headers, empty where none does.
func (s *service) who(headers ...string) string {
	s.t.Helper()
	answer := s.send(
		"POST",
		"/graphql",
		`{"query":"{ viewer { account { name } } }"}`,
		append(headers, "Content-Type", "application/json")...)
	var told struct {
		Data struct {
			Viewer *struct{ Account struct{ Name string } }
		}
	}
	if err := json.Unmarshal([]byte(answer.content), &told); err != nil {
		s.t.Fatal(err, answer.content)
	}
	if told.Data.Viewer == nil {
		return ""
	}
	return told.Data.Viewer.Account.Name
}

const (
	password      = "相当长的一个密码呢"
	otherPassword = "another long one"
)

// people makes accounts by command on a database of the demo world.
func people(t *testing.T, now func() time.Time) (*store.Store, *register.Accounts) {
	t.Helper()
	db := demo(t)
	return db, register.NewAccounts(db, now, store.By{Way: store.ByCommand, Name: "test"})
}

func mustDo(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestSessions: who signs in has a cookie until the session ends: by signing out, after
// a while, by a new password, or with the account. A cookie that is not good is none.
func TestSessions(t *testing.T) {
	t.Parallel()
	at := noon()
	now := func() time.Time { return at }
	db, accounts := people(t, now)
	ctx := context.Background()
	mustDo(t, accounts.Add(ctx, register.NewAccount{Account: account.Account{Name: "张三"}, Password: password + "。"}))
	s := serve(t, db, func(o *server.Options) { o.Now = now })
	cookie, answer := s.signIn("张三", password+"。")
	if answer.StatusCode != 204 || len(answer.Cookies()) != 1 {
		t.Fatal(answer.StatusCode, answer.content)
	}
	if one := answer.Cookies()[0]; !one.HttpOnly || one.SameSite != http.SameSiteLaxMode || one.Secure || one.Path != "/" {
		t.Errorf("%+v", one)
	}
	if who := s.who("Cookie", cookie); who != "张三" {
		t.Errorf("with the cookie it is %q who asks", who)
	}
	if who := s.who("Cookie", cookie[:len(cookie)-1]+"x"); who != "" {
		t.Errorf("with another cookie it is %q who asks", who)
	}
	for _, foreign := range [][]string{{"Origin", "https://other.example"}, {"Sec-Fetch-Site", "same-site"}} {
		if who := s.who(append(foreign, "Cookie", cookie)...); who != "" && foreign[0] == "Sec-Fetch-Site" {
			t.Errorf("%v: a page of another site asks as %q", foreign, who)
		}
		if out := s.send("DELETE", "/session", "", append(foreign, "Cookie", cookie)...); out.StatusCode != 403 {
			t.Errorf("%v: signs out: %d", foreign, out.StatusCode)
		}
	}
	if out := s.send(
		"DELETE",
		"/session",
		"a=b",
		"Cookie",
		cookie,
		"Content-Type",
		"application/x-www-form-urlencoded",
	); out.StatusCode != 415 {
		t.Errorf("a form signs out: %d", out.StatusCode)
	}
	for _, wrong := range []string{"text/plain", "application/x-www-form-urlencoded", ""} {
		in := s.send("POST", "/session", `{"name":"张三","password":"`+password+`。"}`, "Content-Type", wrong)
		if in.StatusCode != 415 || len(in.Cookies()) > 0 {
			t.Errorf("%q signs in: %d", wrong, in.StatusCode)
		}
	}
	if who := s.who("Cookie", cookie); who != "张三" {
		t.Fatal("the session has ended")
	}
	at = at.Add(11 * time.Hour)
	if s.who("Cookie", cookie) == "" {
		t.Error("ended while it was used")
	}
	at = at.Add(11 * time.Hour)
	if s.who("Cookie", cookie) == "" {
		t.Error("ended while it was used")
	}
	at = at.Add(13 * time.Hour)
	if s.who("Cookie", cookie) != "" {
		t.Error("lasts though nobody used it")
	}
	cookie, _ = s.signIn("张三", password+"。")
	for range 16 {
		at = at.Add(10*time.Hour + 29*time.Minute)
		s.who("Cookie", cookie)
	}
	if s.who("Cookie", cookie) == "" {
		t.Error("ended within seven days")
	}
	at = at.Add(30 * time.Minute)
	if s.who("Cookie", cookie) != "" {
		t.Error("lasts for more than seven days")
	}
	for what, end := range map[string]func(){
		"signing out": func() { s.send("DELETE", "/session", "", "Cookie", cookie) },
		"a new password": func() {
			mustDo(t, accounts.SetPassword(ctx, "张三", otherPassword))
			mustDo(t, accounts.SetPassword(ctx, "张三", password+"。"))
		},
	} {
		if cookie, _ = s.signIn("张三", password+"。"); s.who("Cookie", cookie) == "" {
			t.Fatal(what)
		}
		if end(); s.who("Cookie", cookie) != "" {
			t.Errorf("%s does not end it", what)
		}
	}
	cookie, _ = s.signIn("张三", password+"。")
	mustDo(t, accounts.Disable(ctx, "张三"))
	if s.who("Cookie", cookie) != "" {
		t.Error("a disabled account asks")
	}
	if _, answer := s.signIn("张三", password+"。"); answer.StatusCode != 401 {
		t.Errorf("a disabled account signs in: %d", answer.StatusCode)
	}
}

// TestWrongTries: a wrong password and an unknown name are answered alike, and too many
// of either are held up alike, while it lasts with the right password too; others at
// the same address are not.
func TestWrongTries(t *testing.T) {
	t.Parallel()
	db, accounts := people(t, noon)
	for _, name := range []string{"a", "b"} {
		mustDo(t, accounts.Add(context.Background(), register.NewAccount{Account: account.Account{Name: name}, Password: password + "。"}))
	}
	s := serve(t, db, nil)
	until := func(name string) (tries int, told string) {
		for tries = 1; tries <= 101; tries++ {
			_, answer := s.signIn(name, "wrong wrong")
			if answer.StatusCode == 429 && answer.Header.Get("Retry-After") != "" {
				return tries, told
			}
			if answer.StatusCode != 401 || answer.code() != "UNAUTHENTICATED" {
				t.Fatal(answer.StatusCode, answer.content)
			}
			told = answer.content[:60]
		}
		return tries, told
	}
	tries, told := until("a")
	others, toldOthers := until("nobody")
	if tries > 100 || others != tries || told != toldOthers {
		t.Errorf("%d and %d tries, %s and %s", tries, others, told, toldOthers)
	}
	if _, answer := s.signIn("a", password+"。"); answer.StatusCode != 429 {
		t.Errorf("with the right password: %d", answer.StatusCode)
	}
	if _, answer := s.signIn("b", password+"。"); answer.StatusCode != 204 {
		t.Errorf("another of the same office: %d", answer.StatusCode)
	}
}

// TestWrongPresentPasswords: who is wrong too often of their own present password is
// told when they may go on, and signs in meanwhile.
func TestWrongPresentPasswords(t *testing.T) {
	t.Parallel()
	db, accounts := people(t, noon)
	mustDo(t, accounts.Add(context.Background(), register.NewAccount{Account: account.Account{Name: "a"}, Password: password + "。"}))
	s := serve(t, db, nil)
	cookie, _ := s.signIn("a", password+"。")
	change := func() *reply {
		return s.askWith(http.Header{"Cookie": {cookie}},
			`mutation { changePassword(input: {present: "wrong wrong", password: "`+otherPassword+`"}) { done } }`, nil)
	}
	for range 20 {
		if r := change(); r.code() != "FORBIDDEN" {
			t.Fatalf("%+v", r.Errors)
		}
	}
	if r := change(); r.code() != "RATE_LIMITED" || r.Errors[0].Extensions["retryAfter"] != 900.0 {
		t.Errorf("%+v", r.Errors)
	}
	if _, answer := s.signIn("a", password+"。"); answer.StatusCode != 204 {
		t.Errorf("signing in: %d", answer.StatusCode)
	}
}

// TestTokens: a token says who asks, on every address, and is refused everywhere where
// it is not good.
func TestTokens(t *testing.T) {
	t.Parallel()
	at := noon()
	now := func() time.Time { return at }
	db, accounts := people(t, now)
	ctx := context.Background()
	clerk := []account.Grant{{Role: account.Clerk, NodeCode: "533102", From: calendar.Date(2026, 1, 1)}}
	good, err := accounts.AddProgram(ctx, register.NewAccount{Account: account.Account{Name: "portal", Grants: clerk}},
		store.Token{ExpiresAt: at.Add(time.Hour)})
	mustDo(t, err)
	s := serve(t, db, func(o *server.Options) { o.Now = now })
	if who := s.who("Authorization", "bearer "+good); who != "portal" {
		t.Errorf("it is %q who asks", who)
	}
	tampered := good[:10] + "AAAA" + good[14:]
	for _, bad := range []string{"x", tampered, signin.NewToken(), "", good + "0"} {
		for _, path := range []string{"/graphql?query={roots{code}}", "/", "/export/gaps.csv?code=533102", "/schema.graphql"} {
			if answer := s.send(
				"GET",
				path,
				"",
				"Authorization",
				"Bearer "+bad,
			); answer.StatusCode != 401 ||
				answer.code() != "UNAUTHENTICATED" {
				t.Errorf("%s with %q: %d %.100s", path, bad, answer.StatusCode, answer.content)
			}
		}
	}
	make := func(token store.Token) string {
		t.Helper()
		token.ExpiresAt = at.Add(24 * time.Hour)
		secret, err := accounts.AddToken(ctx, "portal", token)
		mustDo(t, err)
		return "Bearer " + secret
	}
	news := func(token string) *sent {
		return s.send(
			"POST",
			"/graphql",
			`{"query":"mutation { addNews(input: {ref: \"n1\", publisherCode: \"533102\", title: \"动态\", publishedAt: \"2026-11-20T08:00:00Z\"}) { closedGap } }"}`,
			"Authorization",
			token,
			"Content-Type",
			"application/json",
		)
	}
	reading := make(store.Token{ReadOnly: true})
	if answer := news(reading); answer.code() != "FORBIDDEN" || s.who("Authorization", reading) != "portal" {
		t.Errorf("read-only: %s", answer.content)
	}
	if answer := news(make(store.Token{})); answer.code() != "" {
		t.Errorf("one that writes: %s", answer.content)
	}
	trusting := make(store.Token{TrustedDocuments: true})
	if answer := s.send("GET", "/graphql?query={roots{code}}", "", "Authorization", trusting); answer.code() != "FORBIDDEN" {
		t.Errorf("trusted documents alone: %s", answer.content)
	}
	for _, address := range []string{"/export/disclosures.csv?code=533102", "/feed/533102.atom"} {
		if answer := s.send("GET", address, "", "Authorization", trusting); answer.StatusCode != 403 {
			t.Errorf("%s, trusted documents alone: %d", address, answer.StatusCode)
		}
		if answer := s.send("GET", address, "", "Authorization", make(store.Token{})); answer.StatusCode != 200 {
			t.Errorf("%s: %d", address, answer.StatusCode)
		}
	}
	for network, status := range map[string]int{"127.0.0.0/8": 200, "10.0.0.0/8": 401} {
		token := make(store.Token{Networks: pgtest.Networks(t, network)})
		if answer := s.send("GET", "/graphql?query={roots{code}}", "", "Authorization", token); answer.StatusCode != status {
			t.Errorf("from %s: %d", network, answer.StatusCode)
		}
	}
	if answer := s.send("GET", "/", "", "Authorization", make(store.Token{Purpose: store.ForDueDays})); answer.StatusCode != 401 {
		t.Errorf("one for due days is good elsewhere: %d", answer.StatusCode)
	}
	if _, err := accounts.AddToken(ctx, "portal", store.Token{ExpiresAt: at.AddDate(1, 0, 0).Add(time.Second)}); err == nil {
		t.Error("one for more than a year is made")
	}
	at = at.Add(time.Hour)
	if answer := s.send("GET", "/", "", "Authorization", "Bearer "+good); answer.StatusCode != 401 {
		t.Errorf("after its end: %d", answer.StatusCode)
	}
	at = at.Add(-time.Hour)
	mustDo(t, accounts.Disable(ctx, "portal"))
	if answer := s.send("GET", "/", "", "Authorization", "Bearer "+good); answer.StatusCode != 401 {
		t.Errorf("of a disabled account: %d", answer.StatusCode)
	}
}
