package acceptance

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/signin"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// logged is a server that is asked without a network, so that what it logs of a request
// is there when the answer is.
type logged struct {
	t       *testing.T
	handler http.Handler
	log     bytes.Buffer
}

func logging(t *testing.T, db *store.Store, change func(*server.Options)) *logged {
	t.Helper()
	l := &logged{t: t}
	serve(t, db, func(o *server.Options) {
		o.LogRequests = true
		o.Log = slog.New(slog.NewJSONHandler(&l.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		behindProxy(o)
		change(o)
		l.handler = server.New(*o).Handler()
	})
	return l
}

// ask asks, and returns what is logged of it.
func (l *logged) ask(method, path, body string, headers ...string) (answer *httptest.ResponseRecorder, lines []map[string]any) {
	l.t.Helper()
	request := httptest.NewRequest("POST", "/", strings.NewReader(body))
	request.Method = method
	if parsed, err := url.ParseRequestURI(path); err == nil {
		request.URL, request.RequestURI = parsed, path
	}
	request.RemoteAddr, request.Host = "127.0.0.1:5000", "localhost"
	request.Header.Set("X-Forwarded-For", "203.0.113.9")
	request.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			request.Host = headers[i+1]
		}
		request.Header.Set(headers[i], headers[i+1])
	}
	before := l.log.Len()
	answer = httptest.NewRecorder()
	l.handler.ServeHTTP(answer, request)
	for line := range bytes.Lines(l.log.Bytes()[before:]) {
		var told map[string]any
		mustDo(l.t, json.Unmarshal(line, &told))
		lines = append(lines, told)
	}
	return answer, lines
}

// personAndProgram makes a person's account, and a program's with its token.
func personAndProgram(t *testing.T, accounts *register.Accounts) (token string) {
	t.Helper()
	ctx := context.Background()
	mustDo(t, accounts.Add(ctx, register.NewAccount{Account: account.Account{Name: "张三"}, Password: password + "。"}))
	token, err := accounts.AddProgram(
		ctx,
		register.NewAccount{Account: account.Account{Name: "portal"}},
		store.Token{ExpiresAt: noon().Add(time.Hour)},
	)
	mustDo(t, err)
	return token
}

// TestAccessLog: of each request the log tells who asked from where, what, and how it
// was answered.
func TestAccessLog(t *testing.T) {
	t.Parallel()
	db, accounts := people(t, noon)
	token := personAndProgram(t, accounts)
	l := logging(t, db, func(*server.Options) {})
	signIn := `{"name":"张三","password":"` + password + `。"}`
	in, _ := l.ask("POST", "/session", signIn)
	cookie := in.Result().Cookies()[0]
	for _, c := range []struct {
		method, path, body string
		header             []string
		want               map[string]any
	}{
		{"POST", "/graphql", `{"query":"query NodeNames { roots { name } }"}`, []string{"Authorization", "Bearer " + token}, map[string]any{
			"level": "INFO", "msg": "answered", "method": "POST", "route": "/graphql", "status": 200., "from": "203.0.113.9", "account": "portal", "by": "token", "operation": "NodeNames",
		}},
		{"GET", "/graphql?query={roots{name}}", "", []string{"Cookie", cookie.Name + "=" + cookie.Value}, map[string]any{
			"method": "GET", "account": "张三", "by": "session", "operation": "(unnamed)", "status": 200.,
		}},
		{"GET", "/graphql?query={roots{name}}", "", nil, map[string]any{"account": nil, "by": nil}},
		{"GET", "/export/gaps.csv?code=533102", "", nil, map[string]any{"route": "/export", "operation": "gaps", "status": 200.}},
		{"POST", "/session", signIn, nil, map[string]any{"level": "INFO", "route": "/session", "status": 204., "account": "张三"}},
		{"POST", "/session", `{"name":"张三","password":"wrong wrong"}`, nil, map[string]any{"route": "/session", "status": 401., "account": nil}},
		{"GET", "/due/x.ics", "", nil, map[string]any{"route": "/due"}},
		{"GET", "/healthz", "", nil, map[string]any{"level": "DEBUG", "route": "/healthz"}},
		{"GET", "/graphql?query={roots{name}}", "", []string{"X-Forwarded-For", "2001:db8:1:2:3:4:5:6"}, map[string]any{"from": "2001:db8:1:2:3:4:5:6"}},
	} {
		answer, lines := l.ask(c.method, c.path, c.body, c.header...)
		if len(lines) != 1 {
			t.Errorf("%s: %v", c.path, lines)
			continue
		}
		line := lines[0]
		c.want["requestId"], c.want["bytes"] = answer.Header().Get("X-Request-Id"), float64(answer.Body.Len())
		for name, want := range c.want {
			if line[name] != want {
				t.Errorf("%s: %s is %v, want %v", c.path, name, line[name], want)
			}
		}
		if _, there := line["milliseconds"]; !there {
			t.Errorf("%s: no duration in %v", c.path, line)
		}
	}
}

// TestSecretsStayOutOfTheLog: what is secret does not come into the log, wherever it
// stands in a request, whether it is good, wrong or misplaced, nor where the request
// fails.
func TestSecretsStayOutOfTheLog(t *testing.T) {
	t.Parallel()
	db, accounts := people(t, noon)
	token := personAndProgram(t, accounts)
	named := signin.NewToken()
	for strings.Contains(named, "-") { // one that may be the name of an operation
		named = signin.NewToken()
	}
	whole := logging(t, db, func(*server.Options) {})
	hurried := logging(t, db, func(o *server.Options) { o.Limits.RequestTime = time.Nanosecond })
	in, _ := whole.ask("POST", "/session", `{"name":"张三","password":"`+password+`。"}`)
	session := in.Result().Cookies()[0].Value
	secrets := []string{password + "。", token, named, session, "一个秘密的词"}
	for _, l := range []*logged{whole, hurried} {
		for _, secret := range secrets {
			word, escaped := secret, url.QueryEscape(secret)
			posted := func(member ...any) string {
				body, err := json.Marshal(map[string]any{"query": member[0], "variables": member[1]})
				mustDo(t, err)
				return string(body)
			}
			quoted, err := json.Marshal(word)
			mustDo(t, err)
			for _, c := range []struct{ method, path, body string }{
				{"POST", "/session", `{"name":"张三","password":` + string(quoted) + `}`},
				{"POST", "/session", `{"name":` + string(quoted) + `,"password":"wrong wrong"}`},
				{"POST", "/session", `{"name":` + string(quoted)},
				{"POST", "/session?password=" + escaped, "{}"},
				{"DELETE", "/session?token=" + escaped, ""},
				{"GET", "/due/" + escaped + ".ics", ""},
				{"GET", "/feed/" + escaped + ".atom", ""},
				{"GET", "/" + escaped, ""},
				{"GET", "/n/" + escaped + "?x=" + escaped, ""},
				{"GET", "/export/" + escaped + ".csv", ""},
				{"GET", "/export/gaps.csv?code=533102&" + escaped + "=1", ""},
				{"GET", "/export/gaps.csv?code=" + escaped, ""},
				{"GET", "/graphql?query={roots{code}}&token=" + escaped, ""},
				{"GET", "/graphql?documentId=" + escaped, ""},
				{"GET", "/graphql?query=" + escaped, ""},
				{"GET", "/graphql?query={roots{code}}&operationName=" + escaped, ""},
				{"GET", "/graphql?query={roots{code}}&variables=" + escaped, ""},
				{"POST", "/graphql", posted(`query { search(text: `+string(quoted)+`, first: 1) { totalCount } }`, nil)},
				{"POST", "/graphql", posted(`query ($c: String!) { administrativeNode(code: $c) { code } }`, map[string]any{"c": word})},
				{"POST", "/graphql", posted(`query ($c: Date!) { administrativeNode(code: "533102") { coverage(asOf: $c) { covered } } }`, map[string]any{"c": word})},
				{"POST", "/graphql", posted(`mutation ($p: String!) { changePassword(input: {old: $p, new: $p}) { changed } }`, map[string]any{"p": word})},
				{"POST", "/graphql", posted(`mutation ($p: String!) { addNews(input: {ref: $p, publisherCode: $p, title: $p, publishedAt: "2026-11-20T08:00:00Z"}) { closedGap } }`, map[string]any{"p": word})},
				{"POST", "/graphql", posted(`query `+word+` { roots { code } }`, nil)},
				{"POST", "/graphql", string(quoted)},
				{word, "/graphql", ""},
				{"GET", "/healthz?" + escaped, ""},
			} {
				l.ask(c.method, c.path, c.body)
			}
			for _, header := range []string{
				"Authorization", "Cookie", "Referer", "User-Agent", "Origin", "Host", "X-Request-Id", "Traceparent", "Accept", "Content-Type",
				"X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "If-None-Match", "Reliefgraph-Cost", "Sec-Fetch-Site",
			} {
				for _, value := range []string{word, "Bearer " + word, "reliefgraph_session=" + word, "https://" + word + ".example/"} {
					l.ask("POST", "/graphql", posted(`query { roots { code } }`, nil), header, value)
				}
			}
		}
		for _, secret := range secrets {
			forms := []string{secret, url.QueryEscape(secret), url.PathEscape(secret)}
			for line := range strings.Lines(l.log.String()) {
				if slices.ContainsFunc(forms, func(form string) bool { return strings.Contains(line, form) }) {
					t.Errorf("the log tells %q: %.400s", secret, line)
				}
			}
		}
	}
	if !strings.Contains(whole.log.String(), `"account":"portal"`) || !strings.Contains(hurried.log.String(), `"level":"WARN"`) {
		t.Error("nothing of it was done")
	}
}
