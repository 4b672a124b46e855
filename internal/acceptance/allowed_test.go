package acceptance

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/server"
)

// TestAllowedOrigins: pages of the origins set may ask and read answers, with what
// tells who asks; those of others may not, and learn nothing.
func TestAllowedOrigins(t *testing.T) {
	t.Parallel()
	const friend, stranger = "https://friend.example", "https://friend.example.evil.example"
	db := demo(t)
	s := serve(t, db, func(o *server.Options) { o.AllowedOrigins = []string{"http://else.example:8080", friend} })
	closed := serve(t, db, nil)
	query := "/graphql?query=" + url.QueryEscape("{roots{code}}")
	type header = map[string]string
	crossing := func(origin, method string) header {
		h := header{"Origin": origin, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}
		if method != "" {
			h["Access-Control-Request-Method"], h["Access-Control-Request-Headers"] = method, "content-type,x-client"
		}
		return h
	}
	for _, c := range []struct {
		name         string
		of           *service
		method, path string
		header       header
		status       int
		shared       bool
	}{
		{"a query by GET", s, "GET", query, crossing(friend, ""), 200, true},
		{"a query by POST", s, "POST", "/graphql", crossing(friend, ""), 200, true},
		{"a query by POST without Sec-Fetch-Site", s, "POST", "/graphql", header{"Origin": friend}, 200, true},
		{"HEAD", s, "HEAD", query, crossing(friend, ""), 200, true},
		{"a fault", s, "GET", "/graphql", crossing(friend, ""), 400, true},
		{"a file", s, "GET", "/export/gaps.csv?code=533102", crossing(friend, ""), 200, true},
		{"a file that is none", s, "GET", "/export/nothing.csv", crossing(friend, ""), 404, true},
		{"before POST", s, "OPTIONS", "/graphql", crossing(friend, "POST"), 204, true},
		{"the schema", s, "GET", "/schema.graphql", crossing(friend, ""), 200, true},
		{"before the schema", s, "OPTIONS", "/schema.graphql", crossing(friend, "GET"), 204, true},
		{"before a file", s, "OPTIONS", "/export/gaps.csv", crossing(friend, "GET"), 204, true},
		{"a page is not shared", s, "GET", "/", crossing(friend, ""), 200, false},
		{"a stranger's query by GET", s, "GET", query, crossing(stranger, ""), 403, false},
		{"a stranger's query by POST", s, "POST", "/graphql", crossing(stranger, ""), 403, false},
		{"a stranger's query by POST without Sec-Fetch-Site", s, "POST", "/graphql", header{"Origin": stranger}, 403, false},
		{"a stranger before POST", s, "OPTIONS", "/graphql", crossing(stranger, "POST"), 403, false},
		{"a stranger before POST, by an older browser", s, "OPTIONS", "/graphql", header{"Origin": stranger, "Access-Control-Request-Method": "POST"}, 204, false},
		{"a stranger's file", s, "GET", "/export/gaps.csv?code=533102", crossing(stranger, ""), 403, false},
		{"the same name, another scheme", s, "GET", query, crossing("http://friend.example", ""), 403, false},
		{"the same name, another port", s, "GET", query, crossing("https://friend.example:8443", ""), 403, false},
		{"an opaque page", s, "POST", "/graphql", crossing("null", ""), 403, false},
		{"an image of the friend's page", s, "GET", query, header{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403, false},
		{"no page", s, "GET", query, nil, 200, false},
		{"our own page", s, "POST", "/graphql", header{"Origin": s.url, "Sec-Fetch-Site": "same-origin"}, 200, false},
		{"a foreign name of the server", s, "GET", query, header{"Origin": friend, "Host": "evil.example"}, 421, false},
		{"none allowed: GET", closed, "GET", query, crossing(friend, ""), 403, false},
		{"none allowed: POST", closed, "POST", "/graphql", crossing(friend, ""), 403, false},
		{"none allowed: before POST", closed, "OPTIONS", "/graphql", header{"Origin": friend, "Access-Control-Request-Method": "POST"}, 405, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			request, err := http.NewRequest(c.method, c.of.url+c.path, nil)
			if c.method == http.MethodPost {
				request, err = http.NewRequest(c.method, c.of.url+c.path, strings.NewReader(`{"query":"{ roots { code } }"}`))
			}
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Content-Type", "application/json")
			for name, value := range c.header {
				request.Header.Set(name, value)
			}
			request.Host = c.header["Host"]
			response, content := roundTrip(t, request)
			got := response.Header
			if response.StatusCode != c.status {
				t.Errorf("status %d, want %d: %.200s", response.StatusCode, c.status, content)
			}
			if !c.shared {
				for name := range got {
					if strings.HasPrefix(name, "Access-Control-") {
						t.Errorf("%s: %s", name, got.Get(name))
					}
				}
			} else if got.Get("Access-Control-Allow-Origin") != friend || got.Get("Access-Control-Allow-Credentials") != "true" {
				t.Errorf("%v", got)
			}
			if (c.shared || c.status == 200 && c.path == query) && c.of == s &&
				!strings.Contains(strings.Join(got.Values("Vary"), ","), "Origin") {
				t.Errorf("caches are not told that the origin counts: %v", got.Values("Vary"))
			}
			if c.shared && c.method == "OPTIONS" {
				methods := map[bool]string{true: "GET, HEAD, POST", false: "GET, HEAD"}[c.path == "/graphql"]
				if got.Get("Access-Control-Allow-Methods") != methods ||
					got.Get("Access-Control-Allow-Headers") != "content-type,x-client" ||
					got.Get("Access-Control-Max-Age") == "" {
					t.Errorf("%v", got)
				}
			} else if c.shared {
				for _, name := range []string{"ETag", "Retry-After", "X-Request-Id", "Content-Disposition"} {
					if !strings.Contains(got.Get("Access-Control-Expose-Headers"), name) {
						t.Errorf("a page may not read %s", name)
					}
				}
			}
		})
	}
}

// TestOrigins: what no browser sends as an origin is refused before the start.
func TestOrigins(t *testing.T) {
	t.Parallel()
	for origin, good := range map[string]bool{
		"https://a.example": true, "http://a.example:8080": true, "http://127.0.0.1:3000": true, "http://[::1]:3000": true,
		"capacitor://localhost": true,
		"https://a.example/":    false, "https://a.example/x": false, "https://A.example": false, "HTTPS://a.example": false,
		"https://a.example:443": false, "http://a.example:80": false, "a.example": false, "*": false, "https://*.a.example": false,
		"null": false, "": false, "https://u@a.example": false, "https://a.example?x": false, "https://例子.example": false, "https://": false,
	} {
		if err := server.CheckOrigin(origin); (err == nil) != good {
			t.Errorf("%q: %v", origin, err)
		}
	}
}
