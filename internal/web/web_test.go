package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const script = "export const words = '救灾领域基层政务公开';\n"

func builtSite() http.Handler {
	return http.StripPrefix("/playground", newSite(fstest.MapFS{
		"index.html":            {Data: []byte("<!doctype html><title>查询台</title>")},
		"licenses.md":           {Data: []byte("# Licenses")},
		"assets/index-abc.js":   {Data: []byte(script)},
		"assets/index-abc.css":  {Data: []byte("body{}")},
		"assets/icon-abc.svg":   {Data: []byte("<svg/>")},
		"assets/code-abc.ttf":   {Data: []byte("ttf")},
		"assets/text-abc.woff2": {Data: []byte("woff2")},
		"assets/other-abc.bin":  {Data: []byte("bin")},
	}))
}

func get(t *testing.T, handler http.Handler, method, target string, header ...string) *http.Response {
	t.Helper()
	request := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder.Result()
}

func body(t *testing.T, response *http.Response) string {
	t.Helper()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestServesBuiltFiles(t *testing.T) {
	const (
		revalidated = "no-cache"
		immutable   = "public, max-age=31536000, immutable"
	)
	for _, c := range []struct{ target, contentType, cache string }{
		{"/playground/", "text/html; charset=utf-8", revalidated},
		{"/playground/?query=x", "text/html; charset=utf-8", revalidated},
		{"/playground/index.html", "text/html; charset=utf-8", revalidated},
		{"/playground/licenses.md", "text/plain; charset=utf-8", revalidated},
		{"/playground/assets/index-abc.js", "text/javascript; charset=utf-8", immutable},
		{"/playground/assets/index-abc.css", "text/css; charset=utf-8", immutable},
		{"/playground/assets/icon-abc.svg", "image/svg+xml", immutable},
		{"/playground/assets/code-abc.ttf", "font/ttf", immutable},
		{"/playground/assets/text-abc.woff2", "font/woff2", immutable},
		{"/playground/assets/other-abc.bin", "application/octet-stream", immutable},
	} {
		response := get(t, builtSite(), http.MethodGet, c.target)
		if response.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", c.target, response.StatusCode)
		}
		for name, want := range map[string]string{
			"Content-Type":           c.contentType,
			"Cache-Control":          c.cache,
			"X-Content-Type-Options": "nosniff",
			"Content-Encoding":       "",
		} {
			if got := response.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", c.target, name, got, want)
			}
		}
		if response.Header.Get("ETag") == "" {
			t.Errorf("%s: no ETag", c.target)
		}
	}
}

func TestPrefixMayKeepOrLoseItsSlash(t *testing.T) {
	files := fstest.MapFS{"index.html": {Data: []byte("index")}, "assets/a.js": {Data: []byte("script")}}
	for _, prefix := range []string{"/playground", "/playground/"} {
		handler := http.StripPrefix(prefix, newSite(files))
		for target, want := range map[string]string{"/playground/": "index", "/playground/assets/a.js": "script"} {
			if got := body(t, get(t, handler, http.MethodGet, target)); got != want {
				t.Errorf("prefix %s: %s answers %q", prefix, target, got)
			}
		}
	}
}

func TestAddressWithoutSlashIsRedirected(t *testing.T) {
	response := get(t, builtSite(), http.MethodGet, "/playground?a=1")
	if response.StatusCode != http.StatusPermanentRedirect || response.Header.Get("Location") != "playground/" {
		t.Errorf("got %d to %q", response.StatusCode, response.Header.Get("Location"))
	}
}

func TestGzip(t *testing.T) {
	const target = "/playground/assets/index-abc.js"
	for accept, want := range map[string]bool{
		"":                    false,
		"br":                  false,
		"gzip;q=0":            false,
		"gzip; q=0.000, br":   false,
		"gzip;q=bad":          false,
		"gzip":                true,
		"deflate, GZIP;q=0.5": true,
		"br, gzip, zstd":      true,
	} {
		response := get(t, builtSite(), http.MethodGet, target, "Accept-Encoding", accept)
		if got := response.Header.Get("Content-Encoding") == "gzip"; got != want {
			t.Errorf("Accept-Encoding %q: gzip is %t", accept, got)
		}
		if response.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("Accept-Encoding %q: Vary is %q", accept, response.Header.Get("Vary"))
		}
		text := body(t, response)
		if want {
			reader, err := gzip.NewReader(bytes.NewReader([]byte(text)))
			if err != nil {
				t.Fatal(err)
			}
			plain, err := io.ReadAll(reader)
			if err != nil {
				t.Fatal(err)
			}
			text = string(plain)
		}
		if text != script {
			t.Errorf("Accept-Encoding %q: got %q", accept, text)
		}
	}

	response := get(t, builtSite(), http.MethodGet, "/playground/assets/text-abc.woff2", "Accept-Encoding", "gzip")
	if response.Header.Get("Content-Encoding") != "" {
		t.Error("a compressed font was compressed again")
	}
}

func TestUnchangedFileIsNotSentAgain(t *testing.T) {
	const target = "/playground/"
	etags := map[string]bool{}
	for _, accept := range []string{"", "gzip"} {
		first := get(t, builtSite(), http.MethodGet, target, "Accept-Encoding", accept)
		etag := first.Header.Get("ETag")
		etags[etag] = true
		again := get(t, builtSite(), http.MethodGet, target, "Accept-Encoding", accept, "If-None-Match", etag)
		if again.StatusCode != http.StatusNotModified || body(t, again) != "" {
			t.Errorf("Accept-Encoding %q: status %d", accept, again.StatusCode)
		}
	}
	if len(etags) != 2 {
		t.Errorf("the plain and the gzipped file share an ETag: %v", etags)
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		method, target string
		status         int
	}{
		{http.MethodPost, "/playground/", http.StatusMethodNotAllowed},
		{http.MethodDelete, "/playground/assets/index-abc.js", http.StatusMethodNotAllowed},
		{http.MethodGet, "/playground/assets/", http.StatusNotFound},
		{http.MethodGet, "/playground/assets/index-old.js", http.StatusNotFound},
		{http.MethodGet, "/playground/../web.go", http.StatusNotFound},
		{http.MethodGet, "/playground/.gitkeep", http.StatusNotFound},
	} {
		response := get(t, builtSite(), c.method, c.target)
		if response.StatusCode != c.status {
			t.Errorf("%s %s: status %d, want %d", c.method, c.target, response.StatusCode, c.status)
		}
		if response.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s %s: no nosniff", c.method, c.target)
		}
		if strings.Contains(response.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s %s: a refusal is cached", c.method, c.target)
		}
	}
}

// TestAddressThatIsNone: a reader is shown the page that says so, whatever else asks is told so in a line; both as 404.
func TestAddressThatIsNone(t *testing.T) {
	t.Parallel()
	handler := newSite(fstest.MapFS{"index.html": {Data: []byte("<!doctype html><title>救灾公开督查</title>")}})
	handler.hasPage = hasPage
	for accept, want := range map[string]string{"text/html,*/*;q=0.8": "救灾公开督查", "*/*": "404 page not found"} {
		response := get(t, handler, http.MethodGet, "/nothing", "Accept", accept)
		if response.StatusCode != http.StatusNotFound || response.Header.Get("Cache-Control") == "no-cache" {
			t.Errorf("%s: %s, kept as %q", accept, response.Status, response.Header.Get("Cache-Control"))
		}
		if got := body(t, response); !strings.Contains(got, want) {
			t.Errorf("%s: %q", accept, got)
		}
	}
	head := get(t, handler, http.MethodHead, "/nothing", "Accept", "text/html")
	if got := body(t, head); head.StatusCode != http.StatusNotFound || got != "" {
		t.Errorf("HEAD: %s %q", head.Status, got)
	}
}

// TestPagesHaveAddresses: the server knows the views that the pages have, and no others.
func TestPagesHaveAddresses(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("ui/src/views.ts")
	if err != nil {
		t.Fatal(err)
	}
	var views []string
	of, _, _ := strings.Cut(strings.SplitN(string(source), "const ofNode", 2)[1], "}")
	for _, found := range regexp.MustCompile(`(?m)^  (\w+): `).FindAllStringSubmatch(of, -1) {
		if found[1] != "node" {
			views = append(views, found[1])
		}
	}
	if !slices.Equal(views, nodeViews) {
		t.Errorf("the pages have %v, the server %v", views, nodeViews)
	}
	for name, want := range map[string]bool{
		"n/533102": true, "n/533102%2Fczj": true, "n/533102%2Fczj/gaps": true, "c/533102%2Fczj/1.2": true,
		"n/533102/nosuch": false, "n/533102/czj": false, "n/": false, "c/533102": false,
		"o/533102%2Fczj/1": true, "o/533102": false, "n/533102/gaps/more": false,
		"signin": true, "account": true, "accounts": true, "audit": true, "accounts/more": false, "audit/more": false, "session": false,
	} {
		if hasPage(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}

func TestHeadHasNoBody(t *testing.T) {
	response := get(t, builtSite(), http.MethodHead, "/playground/")
	if response.StatusCode != http.StatusOK || body(t, response) != "" {
		t.Errorf("status %d", response.StatusCode)
	}
}

func TestPolicyNamesNoOtherOrigin(t *testing.T) {
	policy := get(t, builtSite(), http.MethodGet, "/playground/").Header.Get("Content-Security-Policy")
	for directive := range strings.SplitSeq(policy, "; ") {
		name, sources, _ := strings.Cut(directive, " ")
		for _, source := range strings.Fields(sources) {
			switch source {
			case "'none'", "'self'":
			case "data:":
				if name != "font-src" && name != "img-src" {
					t.Errorf("%s allows data:", name)
				}
			case "'unsafe-inline'":
				if name != "style-src" {
					t.Errorf("%s allows inline", name)
				}
			default:
				t.Errorf("%s allows %s", name, source)
			}
		}
	}
	if !strings.HasPrefix(policy, "default-src 'none'; ") {
		t.Errorf("policy is %q", policy)
	}
}

func TestNotBuilt(t *testing.T) {
	for name, files := range map[string]fstest.MapFS{
		"empty":    {},
		"leftover": {"assets/index-abc.js": {Data: []byte(script)}},
	} {
		handler := http.StripPrefix("/playground", newSite(files))
		for _, target := range []string{"/playground/", "/playground/assets/index-abc.js"} {
			response := get(t, handler, http.MethodGet, target)
			if response.StatusCode != http.StatusServiceUnavailable {
				t.Errorf("%s: %s: status %d", name, target, response.StatusCode)
			}
			if got := response.Header.Get("Content-Type"); got != "text/plain; charset=utf-8" {
				t.Errorf("%s: %s: Content-Type is %q", name, target, got)
			}
			if !strings.Contains(body(t, response), "make web") {
				t.Errorf("%s: %s: does not say what to run", name, target)
			}
		}
	}
}

// Whether or not the pages are built in, the program starts and answers.
func TestEmbedded(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("/playground/", http.StripPrefix("/playground", Playground()))
	response := get(t, mux, http.MethodGet, "/playground/")
	switch response.StatusCode {
	case http.StatusOK:
		if page := body(t, response); !strings.Contains(page, "./assets/") {
			t.Errorf("the page names no assets of its own: %s", page)
		}
	case http.StatusServiceUnavailable:
	default:
		t.Errorf("status %d", response.StatusCode)
	}
	if redirect := get(t, mux, http.MethodGet, "/playground"); redirect.StatusCode/100 != 3 {
		t.Errorf("/playground answers %d", redirect.StatusCode)
	}
}
