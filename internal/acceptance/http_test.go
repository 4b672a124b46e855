package acceptance

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestGraphQLOverHTTP runs the audits of npm graphql-http against the server.
func TestGraphQLOverHTTP(t *testing.T) {
	t.Parallel()
	s := serve(t, pgtest.Store(t), nil)
	if _, err := os.Stat("audit/node_modules"); err != nil {
		install := exec.Command("npm", "ci", "--no-audit", "--no-fund")
		install.Dir = "audit"
		if output, err := install.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
	}
	audit := exec.Command("node", "audit.mjs", s.url+"/graphql")
	audit.Dir = "audit"
	output, err := audit.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	t.Logf("%s", output)
}

// TestRequests: what is no GraphQL request is refused with the right status.
func TestRequests(t *testing.T) {
	t.Parallel()
	s := serve(t, pgtest.Store(t), func(o *server.Options) { o.Limits.BodyBytes = 2000 })
	const question = `{"query":"{ roots { code } }"}`
	for _, c := range []struct {
		name, method, path, media, body string
		header                          string
		status                          int
	}{
		{"a query by POST", "POST", "/graphql", "application/json", question, "", 200},
		{"a query by GET", "GET", "/graphql?query=%7Broots%7Bcode%7D%7D", "", "", "", 200},
		{"a mutation by GET", "GET", "/graphql?query=mutation%7BpublishDisclosure(id:%22x%22,publishedOn:%222024-01-01%22)%7BclosedGap%7D%7D", "", "", "", 405},
		{"no JSON", "POST", "/graphql", "application/json", "{", "", 400},
		{"JSON that is no object", "POST", "/graphql", "application/json", "[1]", "", 400},
		{"no query", "POST", "/graphql", "application/json", "{}", "", 400},
		{"another media type", "POST", "/graphql", "text/plain", question, "", 415},
		{"a form, which a foreign page may send", "POST", "/graphql", "application/x-www-form-urlencoded", "query=1", "", 415},
		{"a foreign page", "POST", "/graphql", "application/json", question, "https://elsewhere.example", 403},
		{"a body too large", "POST", "/graphql", "application/json", `{"query":"` + strings.Repeat(" ", 3000) + `"}`, "", 413},
		{"PUT", "PUT", "/graphql", "application/json", question, "", 405},
		{"an unknown address", "GET", "/nothing", "", "", "", 404},
		{"alive", "GET", "/healthz", "", "", "", 200},
		{"ready", "GET", "/readyz", "", "", "", 200},
		{"metrics", "GET", "/metrics", "", "", "", 200},
	} {
		request, err := http.NewRequest(c.method, s.url+c.path, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		if c.media != "" {
			request.Header.Set("Content-Type", c.media)
		}
		if c.header != "" {
			request.Header.Set("Origin", c.header)
			request.Header.Set("Sec-Fetch-Site", "cross-site")
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		content, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode != c.status {
			t.Errorf("%s: status %d, want %d: %.200s", c.name, response.StatusCode, c.status, content)
		}
		if response.Header.Get("X-Request-Id") == "" {
			t.Errorf("%s: no request id", c.name)
		}
		if c.path == "/metrics" && !bytes.Contains(content, []byte("reliefgraph_http_requests_total")) {
			t.Error("metrics do not count requests")
		}
	}
}

// TestArguments: an argument outside its range says which and what is allowed.
func TestArguments(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	long := strings.Repeat("长", 101)
	for _, c := range []struct{ query, field, code, says string }{
		{`{ administrativeNode(code: "533102") { children(first: 501) { totalCount } } }`, "first", "INVALID_INPUT", "0 to 500"},
		{`{ administrativeNode(code: "533102") { gaps(first: -1) { totalCount } } }`, "first", "INVALID_INPUT", "0 to 500"},
		{`{ administrativeNode(code: "533102") { coverage(asOf: "1989-12-31") { required } } }`, "", "INVALID_INPUT", "1990-01-01 to 2100-12-31"},
		{`{ administrativeNode(code: "533102") { coverage(asOf: "2101-01-01") { required } } }`, "", "INVALID_INPUT", "1990-01-01 to 2100-12-31"},
		{`{ administrativeNode(code: "533102") { coverage(asOf: "2024-02-30") { required } } }`, "", "INVALID_INPUT", "no day of the calendar"},
		{`{ administrativeNode(code: "533102") { coverage(asOf: "2024/2/3") { required } } }`, "", "INVALID_INPUT", "YYYY-MM-DD"},
		{fmt.Sprintf(`{ administrativeNodes(search: %q) { totalCount } }`, long), "search", "INVALID_INPUT", "at most 100"},
		{`{ upcoming(code: "533102", workingDays: 251) { totalCount } }`, "workingDays", "INVALID_INPUT", "0 to 250"},
		{`{ upcoming(code: "533102", workingDays: -1) { totalCount } }`, "workingDays", "INVALID_INPUT", "0 to 250"},
		{`{ gaps(code: "533102", after: "garbled") { totalCount } }`, "after", "INVALID_INPUT", "cursor of the same list"},
		{`{ deadline(from: "2024-01-01", limit: {kind: WORKING_DAYS}) { dueOn } }`, "n", "INVALID_INPUT", "needs a number"},
		{`{ deadline(from: "2024-01-01", limit: {kind: WORKING_DAYS, n: 4000}) { dueOn } }`, "n", "INVALID_INPUT", "0 to 3660"},
		{`{ administrativeNode(code: "533102") { coverageTrend(from: "1990-01-01", to: "2100-01-01", step: DAY) { required } } }`, "step", "INVALID_INPUT", "4000 days"},
		{`{ administrativeNode(code: "533102") { coverageTrend(from: "1990-01-01", to: "2100-01-01", step: WEEK) { required } } }`, "step", "INVALID_INPUT", "4000 days"},
		{`{ administrativeNode(code: "533102") { relief(from: "2024-01-02", to: "2024-01-01") { total { received } } } }`, "to", "INVALID_INPUT", "before it begins"},
		{`{ administrativeNode(code: "533102") { disclosures(filter: {period: "2024H3"}) { totalCount } } }`, "period", "INVALID_INPUT", "2024H1"},
		{`{ nothing }`, "", "GRAPHQL_VALIDATION_FAILED", "nothing"},
		{`{ roots {`, "", "GRAPHQL_PARSE_FAILED", ""},
		{`mutation { registerDisclosure(input: {ref: "a", publisherCode: "533102", entryCode: "1.1", title: "t", attribute: PROACTIVE}) { closedGap } }`, "", "UNAUTHENTICATED", "sign in"},
	} {
		r := s.ask(c.query, nil)
		if r.code() != c.code {
			t.Errorf("%.90s: code %q, want %q: %+v", c.query, r.code(), c.code, r.Errors)
			continue
		}
		if field, _ := r.Errors[0].Extensions["field"].(string); c.field != "" && field != c.field ||
			!strings.Contains(r.Errors[0].Message, c.says) {
			t.Errorf("%.90s: field %q, message %q", c.query, field, r.Errors[0].Message)
		}
		if id, _ := r.Errors[0].Extensions["requestId"].(string); id == "" {
			t.Errorf("%.90s: no request id", c.query)
		}
	}
	for _, unknown := range []string{
		`{ x: administrativeNode(code: "nowhere") { code } }`, `{ x: node(id: "garbled") { id } }`, `{ x: gaps(code: "nowhere") { totalCount } }`,
		`{ x: cell(publisher: "533102102", entry: "9.9") { id } }`, `{ x: ranking(code: "nowhere", level: COUNTY) { rank } }`,
	} {
		if value := s.data(unknown, nil)["x"]; value != nil {
			t.Errorf("%s answers %v, not null", unknown, value)
		}
	}
}

// TestHostile: requests that ask for too much are refused at once, and nothing
// is read for them.
func TestHostile(t *testing.T) {
	t.Parallel()
	s := serve(t, pgtest.Store(t), nil)
	deep := strings.Repeat(`parent { `, 30)
	var aliases, spreads strings.Builder
	for i := range 100 {
		fmt.Fprintf(&aliases, "a%d: code ", i)
	}
	for i := range 40 {
		fmt.Fprintf(&spreads, "fragment f%d on Region { ...f%d ...f%d } ", i, i+1, i+1)
	}
	for _, c := range []struct{ name, query, code string }{
		{"levels upon levels", `{ administrativeNode(code: "CN") { ` + deep + `code` + strings.Repeat(`}`, 30) + ` } }`, "TOO_COMPLEX"},
		{"aliases", `{ administrativeNode(code: "CN") { ` + aliases.String() + ` } }`, "TOO_COMPLEX"},
		{"one field many times", `{ administrativeNode(code: "CN") { ` + strings.Repeat("code ", 5000) + ` } }`, "GRAPHQL_PARSE_FAILED"},
		{"fragments that double", `{ roots { ...f0 } } ` + spreads.String() + `fragment f40 on Region { code name }`, ""},
	} {
		within(t, 30*time.Second, func() {
			if r := s.ask(c.query, nil); r.code() != c.code {
				t.Errorf("%s: code %q, want %q: %+v", c.name, r.code(), c.code, r.Errors)
			}
		})
	}
}

// TestTime: a request and a statement may take only so long.
func TestTime(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	hurried := serve(t, pgtest.Open(t, address, store.Options{}), func(o *server.Options) { o.Limits.RequestTime = time.Nanosecond })
	if r := hurried.ask(`{ roots { code } }`, nil); r.code() != "TIMEOUT" {
		t.Errorf("a request out of time: %q %+v", r.code(), r.Errors)
	}
	short := serve(t, pgtest.Open(t, address, store.Options{StatementTimeout: time.Second}), nil)
	locked(t, pgtest.Open(t, address, store.Options{}), "publisher_timeline", func() {
		if r := short.ask(`{ roots { code } }`, nil); r.code() != "TIMEOUT" {
			t.Errorf("a statement out of time: %q %+v", r.code(), r.Errors)
		}
	})
}

// TestMasked: what is our fault is not shown; the log has it under the request id.
func TestMasked(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s := serve(t, db, nil)
	if _, err := db.DB().Exec("ALTER TABLE disclosure RENAME TO gone"); err != nil {
		t.Fatal(err)
	}
	r := s.ask(`{ administrativeNode(code: "533102") { disclosures { edges { node { title } } } } }`, nil)
	if r.code() != "INTERNAL" || strings.Contains(r.Errors[0].Message, "disclosure") {
		t.Errorf("%+v", r.Errors)
	}
	if id, _ := r.Errors[0].Extensions["requestId"].(string); id == "" ||
		!strings.Contains(s.log.String(), "gone") && !strings.Contains(s.log.String(), "disclosure") {
		t.Errorf("the log does not tell: %s", s.log)
	}
}
