package acceptance

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/web"
)

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// TestTrustedDocuments: in each mode, what is named by an id, by a text, or both.
func TestTrustedDocuments(t *testing.T) {
	t.Parallel()
	const trusted, other = `{ roots { code } }`, `{ roots { name } }`
	db := pgtest.Store(t)
	documents, err := server.NewDocuments(map[string]string{"sha256:" + hash(trusted): trusted})
	if err != nil {
		t.Fatal(err)
	}
	apollo := fmt.Sprintf(
		`{"format":"apollo-persisted-query-manifest","version":1,"operations":[{"id":"the-app-1","name":"Roots","type":"query","body":%q}]}`,
		`query Roots { roots { id } }`,
	)
	if err := documents.Add([]byte(apollo)); err != nil {
		t.Fatal(err)
	}
	member := func(members ...string) string { return "{" + strings.Join(members, ",") + "}" }
	text := func(query string) string { return fmt.Sprintf(`"query":%q`, query) }
	id := func(id string) string { return fmt.Sprintf(`"documentId":%q`, id) }
	persisted := func(id string) string {
		return fmt.Sprintf(`"extensions":{"persistedQuery":{"version":1,"sha256Hash":%q}}`, id)
	}
	servers := map[server.TrustMode]*service{}
	for _, mode := range []server.TrustMode{server.TrustOnly, server.TrustPrefer, server.TrustOff} {
		servers[mode] = serve(t, db, func(o *server.Options) { o.Documents, o.Trust = documents, mode })
	}
	for _, c := range []struct {
		name, body        string
		only, prefer, off string // the code of the error, empty for an answer
	}{
		{"a trusted id", member(id("sha256:" + hash(trusted))), "", "", "PERSISTED_QUERY_NOT_SUPPORTED"},
		{"the same as Apollo's clients send it", member(persisted(hash(trusted))), "", "", "PERSISTED_QUERY_NOT_SUPPORTED"},
		{"an id of Apollo's manifest", member(persisted("the-app-1")), "", "", "PERSISTED_QUERY_NOT_SUPPORTED"},
		{"an id with its text", member(persisted(hash(trusted)), text(trusted)), "", "", ""},
		{"an unknown id", member(id(hash(other))), "PERSISTED_QUERY_NOT_FOUND", "PERSISTED_QUERY_NOT_FOUND", "PERSISTED_QUERY_NOT_SUPPORTED"},
		{"an unknown id with its text", member(persisted(hash(other)), text(other)), "FORBIDDEN", "", ""},
		{"that id again, which nobody kept", member(id(hash(other))), "PERSISTED_QUERY_NOT_FOUND", "PERSISTED_QUERY_NOT_FOUND", "PERSISTED_QUERY_NOT_SUPPORTED"},
		{"a text that is not the id's", member(persisted(hash(trusted)), text(other)), "INVALID_INPUT", "INVALID_INPUT", "INVALID_INPUT"},
		{"a trusted text", member(text(trusted)), "", "", ""},
		{"any text", member(text(other)), "FORBIDDEN", "", ""},
		{"no GraphQL", member(text("{")), "FORBIDDEN", "GRAPHQL_PARSE_FAILED", "GRAPHQL_PARSE_FAILED"},
	} {
		for mode, want := range map[server.TrustMode]string{server.TrustOnly: c.only, server.TrustPrefer: c.prefer, server.TrustOff: c.off} {
			response, err := http.Post(servers[mode].url+"/graphql", "application/json", strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			answer := &reply{}
			if err := json.NewDecoder(response.Body).Decode(answer); err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			if answer.code() != want || want != "" && answer.Errors[0].Extensions["requestId"] == nil {
				t.Errorf("%s, %s: %q %+v, want %q", mode, c.name, answer.code(), answer.Errors, want)
			}
		}
	}
}

// TestManifests: what is no manifest, a hash of another text and a document that
// does not fit the schema are refused by name.
func TestManifests(t *testing.T) {
	t.Parallel()
	for manifest, says := range map[string]string{
		`[]`: "neither an object",
		`{"` + hash("x") + `":"{ roots { code } }"}`:                                                      hash("x"),
		`{"` + hash("{ nothing }") + `":"{ nothing }"}`:                                                   "nothing",
		`{"format":"another","version":1,"operations":[]}`:                                                "another",
		`{"format":"apollo-persisted-query-manifest","version":2,"operations":[]}`:                        "version 2",
		`{"format":"apollo-persisted-query-manifest","version":1,"operations":[{"name":"N","body":"{"}]}`: "operation N",
	} {
		documents, err := server.NewDocuments(nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := documents.Add([]byte(manifest)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", manifest, err)
		}
	}
}

// TestDashboardDocuments: the manifest built in holds every operation of the
// contract, and what the dashboard asks.
func TestDashboardDocuments(t *testing.T) {
	t.Parallel()
	for name := range contract(t) {
		trustedDocument(t, name)
	}
}

// trustedDocument is the operation of a name in the manifest built in.
func trustedDocument(t testing.TB, name string) string {
	t.Helper()
	manifest, err := web.Documents()
	if err != nil {
		t.Fatal(err)
	}
	begins := regexp.MustCompile(`(?:^|} )(query|mutation|subscription) ` + name + `\b`)
	for _, text := range manifest {
		if begins.MatchString(text) {
			return text
		}
	}
	t.Errorf("%s is not in the manifest", name)
	return ""
}

// mostNodeHome is how many bytes a page of NodeHome may weigh on a phone's wire.
const mostNodeHome = 4000

// TestCompression: a phone's first page is small on the wire; a small answer is
// sent as it is.
func TestCompression(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	node := s.data(`{ administrativeNode(code: "533102") { id } }`, nil)
	variables, err := json.Marshal(map[string]any{"id": at(t, node, "administrativeNode", "id")})
	if err != nil {
		t.Fatal(err)
	}
	get := func(query string, variables []byte) (encoding string, bytes int) {
		request, err := http.NewRequest(
			http.MethodGet,
			s.url+"/graphql?query="+url.QueryEscape(query)+"&variables="+url.QueryEscape(string(variables)),
			nil,
		)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept-Encoding", "gzip")
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		content, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != http.StatusOK {
			t.Fatalf("%d %v %.200s", response.StatusCode, err, content)
		}
		return response.Header.Get("Content-Encoding"), len(content)
	}
	encoding, bytes := get(contract(t)["NodeHome"], variables)
	t.Logf("NodeHome of 瑞丽市: %d bytes", bytes)
	if encoding != "gzip" || bytes > mostNodeHome {
		t.Errorf("%d bytes, %q", bytes, encoding)
	}
	if encoding, _ := get(`{ roots { code } }`, []byte("{}")); encoding != "" {
		t.Errorf("a small answer comes as %s", encoding)
	}
}
