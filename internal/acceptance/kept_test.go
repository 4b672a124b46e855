package acceptance

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// ownCluster is a database that no other test's transactions are told of.
func ownCluster(t *testing.T) (db *store.Store, address string) {
	t.Helper()
	address = pgtest.NewCluster(t, "autovacuum=off").URL()
	return demoIn(t, pgtest.Open(t, address, store.Options{})), address
}

// got asks a query by GET or HEAD, with headers by name and value.
func (s *service) got(t *testing.T, method, query, variables string, headers ...string) (*http.Response, string) {
	t.Helper()
	address := s.url + "/graphql?query=" + url.QueryEscape(query)
	if variables != "" {
		address += "&variables=" + url.QueryEscape(variables)
	}
	request, err := http.NewRequest(method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Add(headers[i], headers[i+1])
	}
	return roundTrip(t, request)
}

const (
	documentsOf = `query Documents($n: Int) { administrativeNode(code: "533102") { disclosures(first: $n) { totalCount edges { node { title } } } } }`
	hoursOf     = `query($at: DateTime) { concerns(code: "533102") { edges { node { ref hoursLeft(at: $at) } } } }`
)

// TestKept: answers to GET have a name, under which the same question is answered
// by 304 as long as nothing that they depend on has changed, on every server.
func TestKept(t *testing.T) {
	t.Parallel()
	db, address := ownCluster(t)
	var clock sync.Mutex
	at := noon()
	trusted := pgtest.Trust(t, db)
	s := serveThrough(t, db, func(o *server.Options) {
		o.Now = func() time.Time { clock.Lock(); defer clock.Unlock(); return at }
	}, trusted.SignedIn)
	first, body := s.got(t, "GET", documentsOf, `{"n": 3}`)
	tag := first.Header.Get("ETag")
	if first.StatusCode != 200 || !strings.HasPrefix(tag, `W/"`) || !strings.Contains(body, "totalCount") {
		t.Fatalf("%d %q %.200s", first.StatusCode, tag, body)
	}
	unchanged := func(what string, want int, headers ...string) *http.Response {
		t.Helper()
		response, content := s.got(t, "GET", documentsOf, `{"n": 3}`, headers...)
		if response.StatusCode != want || (want == 304) != (content == "") {
			t.Errorf("%s: %d, want %d: %.100s", what, response.StatusCode, want, content)
		}
		return response
	}
	t.Run("the lists of tags", func(t *testing.T) {
		opaque := strings.TrimPrefix(tag, "W/")
		for list, want := range map[string]int{
			tag: 304, opaque: 304, "*": 304, `"other", ` + tag: 304, `"a,b" ,W/"c",` + opaque: 304, `"other"`: 200, "": 200,
			strings.Trim(opaque, `"`): 200, `"x` + opaque: 200, "W/": 200, `"` + strings.TrimPrefix(opaque, `"`) + "x": 304,
			strings.ToLower(tag): 200,
		} {
			unchanged(list, want, "If-None-Match", list)
		}
		unchanged("two lists", 304, "If-None-Match", `"other"`, "If-None-Match", tag)
	})
	t.Run("what 304 tells", func(t *testing.T) {
		response := unchanged("the same", 304, "If-None-Match", tag)
		for name, want := range map[string]string{"ETag": tag, "Cache-Control": "private, no-cache", "Content-Length": ""} {
			if got := response.Header.Get(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		for _, varies := range []string{"Accept", "Authorization", "Cookie", "Accept-Encoding"} {
			if !strings.Contains(strings.Join(response.Header.Values("Vary"), ", ")+",", varies+",") {
				t.Errorf("Vary lacks %s: %q", varies, response.Header.Values("Vary"))
			}
		}
	})
	t.Run("compressed", func(t *testing.T) {
		response := unchanged("compressed", 304, "If-None-Match", tag, "Accept-Encoding", "gzip")
		whole, _ := s.got(t, "GET", documentsOf, `{"n": 50}`, "Accept-Encoding", "gzip")
		plain, _ := s.got(t, "GET", documentsOf, `{"n": 50}`, "Accept-Encoding", "identity")
		if response.Header.Get("ETag") != tag || whole.Header.Get("Content-Encoding") != "gzip" ||
			whole.Header.Get("ETag") != plain.Header.Get("ETag") {
			t.Errorf("%v %v", whole.Header, plain.Header)
		}
	})
	t.Run("HEAD", func(t *testing.T) {
		response, content := s.got(t, "HEAD", documentsOf, `{"n": 3}`)
		if response.StatusCode != 200 || content != "" || response.Header.Get("ETag") != tag || response.ContentLength != int64(len(body)) {
			t.Errorf("%d %v %q", response.StatusCode, response.Header, content)
		}
		if response, _ := s.got(t, "HEAD", documentsOf, `{"n": 3}`, "If-None-Match", tag); response.StatusCode != 304 {
			t.Errorf("with the tag: %d", response.StatusCode)
		}
	})
	t.Run("another server of the database", func(t *testing.T) {
		other := serveThrough(t, pgtest.Open(t, address, store.Options{}), nil, trusted.SignedIn)
		if response, _ := other.got(t, "GET", documentsOf, `{"n": 3}`, "If-None-Match", tag); response.StatusCode != 304 {
			t.Errorf("%d, %s is not %s", response.StatusCode, response.Header.Get("ETag"), tag)
		}
	})
	t.Run("304 asks no table of facts", func(t *testing.T) {
		locked(t, db, "disclosure", func() {
			within(t, 30*time.Second, func() { unchanged("while the table is locked", 304, "If-None-Match", tag) })
		})
	})
	t.Run("another question, reader or day", func(t *testing.T) {
		public := serve(t, pgtest.Open(t, address, store.Options{}), nil)
		named := strings.Replace(documentsOf, "Documents", "Others", 1)
		for what, ask := range map[string]func() (*http.Response, string){
			"variables": func() (*http.Response, string) { return s.got(t, "GET", documentsOf, `{"n": 4}`, "If-None-Match", tag) },
			"document":  func() (*http.Response, string) { return s.got(t, "GET", named, `{"n": 3}`, "If-None-Match", tag) },
			"media type": func() (*http.Response, string) {
				return s.got(t, "GET", documentsOf, `{"n": 3}`, "If-None-Match", tag, "Accept", "application/graphql-response+json")
			},
			"reader": func() (*http.Response, string) {
				return public.got(t, "GET", documentsOf, `{"n": 3}`, "If-None-Match", tag)
			},
			"after a night": func() (*http.Response, string) {
				clock.Lock()
				at = at.Add(13 * time.Hour)
				clock.Unlock()
				defer func() { clock.Lock(); at = noon(); clock.Unlock() }()
				return s.got(t, "GET", documentsOf, `{"n": 3}`, "If-None-Match", tag)
			},
		} {
			if response, _ := ask(); response.StatusCode != 200 || response.Header.Get("ETag") == tag || response.Header.Get("ETag") == "" {
				t.Errorf("%s: %d %q", what, response.StatusCode, response.Header.Get("ETag"))
			}
		}
		if response, _ := public.got(t, "GET", documentsOf, `{"n": 3}`); response.Header.Get("Cache-Control") != "no-cache" {
			t.Errorf("what everybody sees: %q", response.Header.Get("Cache-Control"))
		}
	})
	t.Run("what nobody keeps", func(t *testing.T) {
		const one = `{ administrativeNode(code: "533102") { children(first: 501) { totalCount } } }`
		for what, ask := range map[string]func() (*http.Response, string){
			"a fault":                 func() (*http.Response, string) { return s.got(t, "GET", one, "") },
			"a document that is none": func() (*http.Response, string) { return s.got(t, "GET", "{", "") },
			"a mutation": func() (*http.Response, string) {
				return s.got(t, "GET", `mutation { escalateConcern(ref: "x", to: "y") { closedGap } }`, "")
			},
			"a mutation by HEAD": func() (*http.Response, string) {
				return s.got(t, "HEAD", `mutation { escalateConcern(ref: "x", to: "y") { closedGap } }`, "")
			},
			"another site's page": func() (*http.Response, string) {
				return s.got(t, "GET", documentsOf, `{"n": 3}`, "Sec-Fetch-Site", "cross-site")
			},
			"POST": func() (*http.Response, string) {
				request, err := http.NewRequest("POST", s.url+"/graphql", strings.NewReader(`{"query": "{ roots { code } }"}`))
				if err != nil {
					t.Fatal(err)
				}
				request.Header.Set("Content-Type", "application/json")
				request.Header.Set("If-None-Match", "*")
				return roundTrip(t, request)
			},
		} {
			if response, _ := ask(); response.Header.Get("ETag") != "" || response.Header.Get("Cache-Control") != "no-store" ||
				response.StatusCode == 304 {
				t.Errorf("%s: %d %v", what, response.StatusCode, response.Header)
			}
		}
	})
	t.Run("the instant", func(t *testing.T) {
		s.data(
			`mutation { registerConcern(input: {ref: "k1", publisherCode: "533102", title: "某事", detectedAt: "2026-11-24T03:00:00Z"}) { closedGap } }`,
			nil,
		)
		if response, content := s.got(t, "GET", hoursOf, ""); response.Header.Get("ETag") != "" ||
			response.Header.Get("Cache-Control") != "no-store" || !strings.Contains(content, `"k1"`) {
			t.Errorf("hours left now: %v %s", response.Header, content)
		}
		if response, _ := s.got(t, "GET", hoursOf, `{"at": "2026-11-24T04:00:00Z"}`); response.Header.Get("ETag") == "" {
			t.Error("hours left at an instant have no tag")
		}
	})
	t.Run("after a write", func(t *testing.T) {
		before := unchanged("again", 200).Header.Get("ETag")
		s.data(
			`mutation { addNews(input: {publisherCode: "533102", title: "新闻", publishedAt: "2026-11-24T03:00:00Z", ref: "k"}) { __typename } }`,
			nil,
		)
		unchanged("after a write", 200, "If-None-Match", before)
	})
}

// TestKeptWhileWritten: while others write, no answer that is kept outlives a
// write that was acknowledged, on another server than wrote it.
func TestKeptWhileWritten(t *testing.T) {
	t.Parallel()
	db, address := ownCluster(t)
	writes := serveTrusted(t, db, nil)
	reads := serveTrusted(t, pgtest.Open(t, address, store.Options{}), nil)
	done := make(chan struct{})
	var others sync.WaitGroup
	for writer := range 2 {
		others.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-done:
					return
				default:
				}
				writes.data(
					fmt.Sprintf(
						`mutation { registerConcern(input: {ref: "o%d-%d", publisherCode: "533102102", title: "某事", detectedAt: "2026-11-24T03:00:00Z"}) { closedGap } }`,
						writer,
						i,
					),
					nil,
				)
			}
		})
	}
	const asked = `{ concerns(code: "533102", first: 500) { edges { node { ref } } } }`
	var tag, kept string
	spared := 0
	for i := range 60 {
		ref := fmt.Sprintf("mine-%d", i)
		if i == 50 { // then nobody else writes, and answers are kept
			close(done)
			others.Wait()
		}
		if i%3 == 0 {
			writes.data(
				fmt.Sprintf(
					`mutation { registerConcern(input: {ref: %q, publisherCode: "533102", title: "某事", detectedAt: "2026-11-24T03:00:00Z"}) { closedGap } }`,
					ref,
				),
				nil,
			)
		} else {
			ref = fmt.Sprintf("mine-%d", i-i%3)
		}
		response, content := reads.got(t, "GET", asked, "", "If-None-Match", tag)
		switch response.StatusCode {
		case 304:
			spared++
		case 200:
			tag, kept = response.Header.Get("ETag"), content
		default:
			t.Fatalf("%d %s", response.StatusCode, content)
		}
		if !strings.Contains(kept, `"`+ref+`"`) {
			t.Fatalf("%d: the answer kept lacks %s, which was acknowledged", response.StatusCode, ref)
		}
	}
	if spared < 3 {
		t.Errorf("%d answers were spared", spared)
	}
}
