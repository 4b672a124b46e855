package acceptance

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/server"
)

// TestMedia: the media types of requests and answers, and what only some
// requests bring.
func TestMedia(t *testing.T) {
	t.Parallel()
	s := serve(t, pgtest.Store(t), func(o *server.Options) { o.Limits.BodyBytes = 2000 })
	const (
		question = `{"query":"{ roots { code } }"}`
		wrong    = `{"query":"{ nothing }"}`
		answers  = "application/graphql-response+json"
	)
	type header = map[string]string
	twoOperations := url.QueryEscape("query A { a: roots { code } } query B { b: roots { code } }")
	for _, c := range []struct {
		name, method, path, body string
		header                   header
		status                   int
		media, says              string
	}{
		{"JSON in UTF-8", "POST", "/graphql", question, header{"Content-Type": "application/json; charset=UTF-8"}, 200, "application/json", `"roots":[]`},
		{"JSON in another encoding", "POST", "/graphql", question, header{"Content-Type": "application/json; charset=gb18030"}, 415, "", "UTF-8"},
		{"no media type", "POST", "/graphql", question, nil, 415, "", "application/json"},
		{"a multipart form", "POST", "/graphql", question, header{"Content-Type": "multipart/form-data; boundary=x"}, 415, "", "application/json"},
		{"an answer of the newer type", "POST", "/graphql", question, header{"Accept": answers}, 200, answers, `"roots":[]`},
		{"an answer of the type liked better", "POST", "/graphql", question, header{"Accept": "application/json;q=0.5, " + answers}, 200, answers, ""},
		{"any answer", "POST", "/graphql", question, header{"Accept": "*/*"}, 200, "application/json", ""},
		{"an answer as a page", "POST", "/graphql", question, header{"Accept": "text/html"}, 406, "", "graphql-response"},
		{"a wrong document under the newer type", "POST", "/graphql", wrong, header{"Accept": answers}, 400, answers, "GRAPHQL_VALIDATION_FAILED"},
		{"a wrong document under the older type", "POST", "/graphql", wrong, header{"Accept": "application/json"}, 200, "application/json", "GRAPHQL_VALIDATION_FAILED"},
		{"HEAD without a query", "HEAD", "/graphql", "", nil, 400, "", ""},
		{"HEAD", "HEAD", "/graphql?query=" + url.QueryEscape("{roots{code}}"), "", nil, 200, "application/json", ""},
		{"HEAD of the dashboard", "HEAD", "/n/533102", "", nil, 200, "text/html", ""},
		{"HEAD of the playground", "HEAD", "/playground/", "", nil, 200, "text/html", ""},
		{"HEAD of the schema", "HEAD", "/schema.graphql", "", nil, 200, "text/plain", ""},
		{"DELETE", "DELETE", "/graphql", "", nil, 405, "", "POST"},
		{"a foreign page without Sec-Fetch-Site", "POST", "/graphql", question, header{"Origin": "https://elsewhere.example"}, 403, "", ""},
		{"an opaque page", "POST", "/graphql", question, header{"Origin": "null"}, 403, "", ""},
		{"our own page", "POST", "/graphql", question, header{"Origin": s.url, "Sec-Fetch-Site": "same-origin"}, 200, "", `"roots":[]`},
		{"a query by GET from a foreign page", "GET", "/graphql?query=" + url.QueryEscape("{roots{code}}"), "", header{"Sec-Fetch-Site": "cross-site"}, 403, "", "FORBIDDEN"},
		{"a query by GET to which a foreign page leads", "GET", "/graphql?query=" + url.QueryEscape("{roots{code}}"), "", header{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 200, "", `"roots":[]`},
		{"variables by GET", "GET", "/graphql?query=" + url.QueryEscape("query($c:String!){administrativeNode(code:$c){code}}") + "&variables=" + url.QueryEscape(`{"c":"x"}`), "", nil, 200, "", `"administrativeNode":null`},
		{"variables by GET that are no object", "GET", "/graphql?query=%7Broots%7Bcode%7D%7D&variables=1", "", nil, 400, "", "variables"},
		{"an operation by name", "POST", "/graphql", `{"query":"query A { a: roots { code } } query B { b: roots { code } }","operationName":"B"}`, nil, 200, "", `"b":[]`},
		{"two operations and no name", "POST", "/graphql", `{"query":"query A { a: roots { code } } query B { b: roots { code } }"}`, header{"Accept": answers}, 400, "", "GRAPHQL_VALIDATION_FAILED"},
		{"two operations by GET", "GET", "/graphql?query=" + twoOperations, "", nil, 200, "", "must name one of A, B"},
		{"two operations by GET and a name", "GET", "/graphql?operationName=B&query=" + twoOperations, "", nil, 200, "", `"b":[]`},
		{"two operations by GET and another's name", "GET", "/graphql?operationName=C&query=" + twoOperations, "", nil, 200, "", "no operation C: it must name one of A, B"},
		{"two values in a body", "POST", "/graphql", question + question, nil, 400, "", "JSON"},
		{"a query that is no text", "POST", "/graphql", `{"query":1}`, nil, 400, "", "query"},
		{"a list of questions", "POST", "/graphql", `[` + question + `]`, nil, 400, "", "JSON"},
		{"health is not written to", "POST", "/healthz", "", nil, 405, "", ""},
		{"the playground", "GET", "/playground/", "", nil, 200, "text/html", ""},
		{"the dashboard", "GET", "/n/533102", "", nil, 200, "text/html", ""},
		{"something below GraphQL", "GET", "/graphql/more", "", nil, 404, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			request, err := http.NewRequest(c.method, s.url+c.path, strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			if c.method == http.MethodPost && c.header != nil || c.name[0] == 't' || c.name[0] == 'a' {
				request.Header.Set("Content-Type", "application/json")
			}
			for name, value := range c.header {
				request.Header.Set(name, value)
			}
			response, content := roundTrip(t, request)
			if response.StatusCode != c.status || !strings.Contains(content, c.says) ||
				!strings.HasPrefix(response.Header.Get("Content-Type"), c.media) {
				t.Errorf(
					"status %d, %s, want %d, %s: %.300s",
					response.StatusCode,
					response.Header.Get("Content-Type"),
					c.status,
					c.media,
					content,
				)
			}
			if response.StatusCode == http.StatusMethodNotAllowed && response.Header.Get("Allow") == "" {
				t.Error("it does not say which methods are allowed")
			}
		})
	}
	t.Run("a body too large of a length not told", func(t *testing.T) {
		request, err := http.NewRequest(
			http.MethodPost,
			s.url+"/graphql",
			io.MultiReader(strings.NewReader(`{"query":"`), strings.NewReader(strings.Repeat(" ", 5000))),
		)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		if response, content := roundTrip(t, request); response.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("status %d: %s", response.StatusCode, content)
		}
	})
}

// roundTrip sends a request, follows no redirection and reads the answer.
func roundTrip(t *testing.T, request *http.Request) (*http.Response, string) {
	t.Helper()
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(content)
}

// TestExplorable: a server that is not to be explored tells nothing of its
// schema and has no playground, but answers.
func TestExplorable(t *testing.T) {
	t.Parallel()
	s := serve(t, pgtest.Store(t), func(o *server.Options) { o.Explorable = false })
	for _, question := range []string{`{ __schema { types { name } } }`, `{ ... { ...f } } fragment f on Query { __type(name: "Query") { name } }`} {
		if r := s.ask(question, nil); r.code() != "FORBIDDEN" || r.Data != nil {
			t.Errorf("%s: %v, %+v", question, r.Data, r.Errors)
		}
	}
	for path, status := range map[string]int{"/playground/": 404, "/": 200} {
		response, err := http.Get(s.url + path)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != status {
			t.Errorf("%s: status %d, want %d", path, response.StatusCode, status)
		}
	}
	s.data(`{ roots { __typename } }`, nil)
}

func text(t testing.TB, value any) string {
	t.Helper()
	encoded, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}

// documentedCodes are the values of the schema's enum ErrorCode.
func documentedCodes(t testing.TB) []string {
	t.Helper()
	content, err := os.ReadFile("../../schema.graphql")
	if err != nil {
		t.Fatal(err)
	}
	enum := regexp.MustCompile(`(?s)enum ErrorCode {(.*?)}`).FindStringSubmatch(string(content))
	if enum == nil {
		t.Fatal("the schema has no enum ErrorCode")
	}
	var codes []string
	for _, found := range regexp.MustCompile(`(?m)^  ([A-Z_]+)$`).FindAllStringSubmatch(enum[1], -1) {
		codes = append(codes, found[1])
	}
	return codes
}

// cursorOf is an id or cursor made up of parts.
func cursorOf(parts ...string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(parts, " ")))
}

// TestRefusals: what a caller gets wrong is refused with a code of the schema,
// in a message that names the argument; nothing of it is an internal error.
func TestRefusals(t *testing.T) {
	t.Parallel()
	s := serveTrusted(t, demo(t), nil)
	codes := documentedCodes(t)
	if len(codes) != 14 {
		t.Fatalf("the schema documents %v", codes)
	}
	type v = map[string]any
	const (
		coverage  = `query($x: Date) { administrativeNode(code: "533102") { coverage(asOf: $x) { required } } }`
		documents = `query($x: String, $filter: DisclosureFilter) { administrativeNode(code: "533102") { disclosures(first: 2, after: $x, filter: $filter) { totalCount edges { node { ref } } } } }`
		news      = `query($x: String) { administrativeNode(code: "533102") { news(first: 2, after: $x) { edges { node { ref } } } } }`
		movements = `query($x: String) { administrativeNode(code: "533102") { relief(from: "2020-01-01", to: "2026-01-01") { movements(first: 2, after: $x) { edges { node { ref } } } } } }`
		children  = `query($x: String) { administrativeNode(code: "533102") { children(first: 2, after: $x) { edges { node { code } } } } }`
		gaps      = `query($x: String) { gaps(code: "533102", first: 2, after: $x) { edges { node { since } } } }`
		upcoming  = `query($x: String) { upcoming(code: "533102", workingDays: 5, first: 2, after: $x) { edges { node { dueOn } } } }`
		search    = `query($x: String) { administrativeNodes(search: "村", first: 2, after: $x) { totalCount } }`
		matrix    = `query($x: String) { coverageMatrix(code: "533102", first: 2, after: $x) { rows { publisher { code } } } }`
		addNews   = `mutation($x: NewsInput!) { addNews(input: $x) { closedGap } }`
		record    = `mutation($x: ReliefMovementInput!) { recordReliefMovement(input: $x) { movement { ref } } }`
		withdraw  = `mutation($input: WithdrawDocumentInput!) { withdrawDocument(input: $input) { closedGap } }`
	)
	// with alters one field of an input that is right.
	with := func(right v, field string, value any) v {
		altered := v{}
		for name, of := range right {
			altered[name] = of
		}
		altered[field] = value
		return v{"x": altered, "input": altered}
	}
	item := v{"ref": "r", "publisherCode": "533102102", "title": "t", "publishedAt": "2026-11-20T08:00:00+08:00"}
	movement := v{
		"ref":         "r",
		"kind":        "ALLOCATION",
		"fromCode":    "533102",
		"toCode":      "533102102",
		"reliefClass": "DROUGHT",
		"funds":       "1",
		"occurredOn":  "2026-11-20",
	}
	document := v{
		"ref":           "r",
		"publisherCode": "533102102",
		"entryCode":     "1.1",
		"title":         "t",
		"attribute":     "PROACTIVE",
		"formedOn":      "2026-11-20",
	}
	gap := at(t, s.data(`{ gaps(code: "533102", first: 1) { edges { cursor } } }`, nil), "gaps", "edges", 0, "cursor")
	for _, c := range []struct {
		rule, query       string
		variables         v
		code, field, says string
	}{
		{"dates from 1990", coverage, v{"x": "1989-12-31"}, "INVALID_INPUT", "asOf", "1990-01-01 to 2100-12-31"},
		{"dates to 2100", coverage, v{"x": "2101-01-01"}, "INVALID_INPUT", "asOf", "1990-01-01 to 2100-12-31"},
		{"days of the calendar", coverage, v{"x": "2024-02-30"}, "INVALID_INPUT", "asOf", "no day of the calendar"},
		{"days as YYYY-MM-DD", coverage, v{"x": "2024-2-3"}, "INVALID_INPUT", "asOf", "YYYY-MM-DD"},
		{"days are texts", coverage, v{"x": 20240203}, "INVALID_INPUT", "asOf", "YYYY-MM-DD"},
		{"days written in the document", `{ gaps(code: "533102", asOf: "2024-02-30") { totalCount } }`, nil, "INVALID_INPUT", "asOf", "check month and day"},
		{"days in filters", documents, v{"filter": v{"from": "2024-02-30"}}, "INVALID_INPUT", "from", "no day of the calendar"},
		{"days in inputs", record, with(movement, "occurredOn", "1989-01-01"), "INVALID_INPUT", "occurredOn", "1990-01-01 to 2100-12-31"},
		{"days of a mutation", publishMutation, v{"id": cursorOf("d", "demo-0001"), "on": "2101-01-01"}, "INVALID_INPUT", "publishedOn", "1990-01-01 to 2100-12-31"},
		{"instants with an offset", addNews, with(item, "publishedAt", "2026-11-20"), "INVALID_INPUT", "publishedAt", "RFC 3339"},
		{"instants from 1990", addNews, with(item, "publishedAt", "1989-11-20T00:00:00Z"), "INVALID_INPUT", "publishedAt", "1990 to 2100"},
		{"kinds of values", `query($x: Int) { gaps(code: "533102", first: $x) { totalCount } }`, v{"x": "ten"}, "INVALID_INPUT", "x", "Int"},
		{"values of enums", `query($x: GapOrder) { gaps(code: "533102", orderBy: $x) { totalCount } }`, v{"x": "WORST"}, "INVALID_INPUT", "x", "OLDEST_FIRST"},
		{"fields of inputs", documents, v{"filter": v{"colour": "red"}}, "INVALID_INPUT", "filter", "colour: unknown field; give categories, entries"},
		{"variables that are needed", `query($x: String!) { gaps(code: $x) { totalCount } }`, nil, "INVALID_INPUT", "x", "must be defined"},
		{"subscriptions", `subscription { gapEvents(code: "533102") { token } }`, nil, "INVALID_INPUT", "", "subscription"},
		{"pages of change", `{ coverageChange(code: "533102", from: "2024-01-01", to: "2024-02-01") { opened(first: 501) { totalCount } } }`, nil, "INVALID_INPUT", "first", "0 to 500"},
		{"pages of movements", `{ administrativeNode(code: "533102") { relief(from: "2024-01-01", to: "2024-02-01") { movements(first: -1) { totalCount } } } }`, nil, "INVALID_INPUT", "first", "0 to 500"},
		{"pages of matrices", `{ coverageMatrix(code: "533102", first: 501) { rows { publisher { code } } } }`, nil, "INVALID_INPUT", "first", "0 to 500"},
		{"pages of searches", `{ administrativeNodes(search: "村", first: 501) { totalCount } }`, nil, "INVALID_INPUT", "first", "0 to 500"},
		{"ids at once", `query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, v{"ids": slices.Repeat([]any{"x"}, 101)}, "INVALID_INPUT", "ids", "at most 100"},
		{"least days open", `{ gaps(code: "533102", filter: {minDaysOpen: 0}) { totalCount } }`, nil, "INVALID_INPUT", "minDaysOpen", "from 1"},
		{"texts in filters", documents, v{"filter": v{"title": strings.Repeat("长", 101)}}, "INVALID_INPUT", "title", "at most 100"},
		{"texts that cannot be stored, in filters", documents, v{"filter": v{"title": "a\x00b"}}, "INVALID_INPUT", "title", "U+0000"},
		{"entries that cannot be stored, in filters", documents, v{"filter": v{"entries": []any{"a\x00b"}}}, "INVALID_INPUT", "entries", "U+0000"},
		{"idle days", `{ administrativeNode(code: "533102") { relief(from: "2024-01-01", to: "2024-02-01") { discrepancies(idleWorkingDays: -1) { kind } } } }`, nil, "INVALID_INPUT", "idleWorkingDays", "from 0"},
		{"least required", `{ ranking(code: "533102", level: TOWNSHIP, minRequired: -1) { rank } }`, nil, "INVALID_INPUT", "minRequired", "from 0"},
		{"a cursor that is no text of ours", children, v{"x": "!"}, "INVALID_INPUT", "after", "cursor of the same list"},
		{"an empty cursor", documents, v{"x": ""}, "INVALID_INPUT", "after", "cursor of the same list"},
		{"an empty cursor of movements", movements, v{"x": ""}, "INVALID_INPUT", "after", "cursor of the same list"},
		{"a cursor of gaps for documents", documents, v{"x": gap}, "INVALID_INPUT", "after", "cursor of the same list"},
		{"a cursor of gaps for news", news, v{"x": gap}, "INVALID_INPUT", "after", "cursor of the same list"},
		{"a cursor of gaps for movements", movements, v{"x": gap}, "INVALID_INPUT", "after", "cursor of the same list"},
		{"a cursor of gaps for children", children, v{"x": gap}, "INVALID_INPUT", "after", "cursor of the same list"},
		{"a cursor of gaps for what is upcoming", upcoming, v{"x": gap}, "INVALID_INPUT", "after", "cursor of the same list"},
		{"a cursor of gaps for searches", search, v{"x": gap}, "INVALID_INPUT", "after", "cursor of the same list"},
		{"a cursor of gaps for matrices", matrix, v{"x": gap}, "INVALID_INPUT", "after", "cursor of the same list"},
		{"a cursor of documents for gaps", gaps, v{"x": cursorOf("cl", "20000", "r")}, "INVALID_INPUT", "after", "cursor of the same list"},
		{"a cursor with a day out of range", documents, v{"x": cursorOf("cl", "999999999999", "r")}, "INVALID_INPUT", "after", "cursor of the same list"},
		{"a cursor with a day before all", news, v{"x": cursorOf("cl", "-2147483648", "r")}, "INVALID_INPUT", "after", "cursor of the same list"},
		{"a cursor that cannot be stored", documents, v{"x": cursorOf("cl", "20000", "\x00")}, "INVALID_INPUT", "after", "cursor of the same list"},
		{"a cursor that is no UTF-8", movements, v{"x": cursorOf("cl", "20000", "\xff")}, "INVALID_INPUT", "after", "cursor of the same list"},
		{"refs without blanks", registerMutation, with(document, "ref", "a b"), "INVALID_INPUT", "ref", "blanks"},
		{"titles", registerMutation, with(document, "title", ""), "INVALID_INPUT", "title", "give a value"},
		{"titles of blanks", registerMutation, with(document, "title", "\u3000 "), "INVALID_INPUT", "title", "give a value"},
		{"long titles", registerMutation, with(document, "title", strings.Repeat("长", 501)), "INVALID_INPUT", "title", "more than 500"},
		{"texts that cannot be stored", registerMutation, with(document, "title", "a\x00b"), "INVALID_INPUT", "title", "U+0000"},
		{"tags that cannot be stored", addNews, with(item, "tags", []any{"a\x00b"}), "INVALID_INPUT", "tags", "U+0000"},
		{"periods", registerMutation, with(document, "period", "2024H3"), "INVALID_INPUT", "period", "2024H1"},
		{"publishers that exist", registerMutation, with(document, "publisherCode", "nowhere"), "NOT_FOUND", "publisherCode", "nowhere"},
		{"entries that exist", registerMutation, with(document, "entryCode", "9.9"), "NOT_FOUND", "entryCode", "9.9"},
		{"givers that exist", record, with(movement, "fromCode", "nowhere"), "NOT_FOUND", "fromCode", "nowhere"},
		{"allocations go down", record, with(movement, "toCode", "53"), "INVALID_INPUT", "toCode", ""},
		{"allocations have a giver", record, with(movement, "fromCode", nil), "INVALID_INPUT", "fromCode", "giver"},
		{"fen", record, with(movement, "funds", "1.234"), "INVALID_INPUT", "funds", "decimals"},
		{"amounts", record, with(movement, "funds", "-1"), "INVALID_INPUT", "funds", "below 0"},
		{"numbers of people", record, with(movement, "persons", -1), "INVALID_INPUT", "persons", "from 0"},
		{"goods with a unit", record, with(movement, "goodsItem", "棉被"), "INVALID_INPUT", "goodsQuantity", "unit"},
		{"documents that exist", publishMutation, v{"id": cursorOf("d", "nothing"), "on": "2026-11-20"}, "NOT_FOUND", "id", "no disclosure"},
		{"ids of documents", publishMutation, v{"id": cursorOf("n", "533102"), "on": "2026-11-20"}, "NOT_FOUND", "id", "no disclosure"},
		{"refs of documents", withdraw, v{"input": v{"ref": "nothing", "withdrawnOn": "2026-11-20"}}, "NOT_FOUND", "ref", `of the ref "nothing"`},
		{"refs as they are", withdraw, v{"input": v{"ref": " demo-0001", "withdrawnOn": "2026-11-20"}}, "NOT_FOUND", "ref", `of the ref " demo`},
		{"refs that cannot be stored, of documents", withdraw, v{"input": v{"ref": "a\x00b", "withdrawnOn": "2026-11-20"}}, "INVALID_INPUT", "", "cannot be stored"},
		{"refs that cannot be stored, of concerns", `mutation { recordEscalation(input: {ref: "a\u0000b", escalatedTo: "x"}) { closedGap } }`, nil, "INVALID_INPUT", "", "cannot be stored"},
		{"documents with a name", withdraw, v{"input": v{"withdrawnOn": "2026-11-20"}}, "INVALID_INPUT", "ref", "no document is named; give either its id or its ref"},
		{"documents with one name", withdraw, v{"input": v{"id": "x", "ref": "y", "withdrawnOn": "2026-11-20"}}, "INVALID_INPUT", "ref", "named twice"},
		{"names of documents that are texts", withdraw, v{"input": v{"ref": v{}, "withdrawnOn": "2026-11-20"}}, "INVALID_INPUT", "input", "ref: "},
		{"ids that cannot be stored", withdrawMutation, v{"id": cursorOf("d", "\x00"), "on": "2026-11-20"}, "NOT_FOUND", "id", "no disclosure"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			r := s.ask(c.query, c.variables)
			if r.code() != c.code || !slices.Contains(codes, r.code()) {
				t.Fatalf("code %q, want %q: %+v", r.code(), c.code, r.Errors)
			}
			field, _ := r.Errors[0].Extensions["field"].(string)
			if field != c.field || !strings.Contains(r.Errors[0].Message, c.says) || !strings.Contains(r.Errors[0].Message, c.field) {
				t.Errorf("field %q, message %q", field, r.Errors[0].Message)
			}
		})
	}
	mustVerify(t, s.db)
}
