// Package web serves the pages built into the binary. They are built from
// npm by `make web` into dist; without that the package still compiles and says
// so when asked for a page.
package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed all:dist
var built embed.FS

// Playground serves GraphiQL with the contract's operations as ready tabs. It
// asks the GraphQL endpoint beside it, /graphql for /playground/, and loads
// nothing from elsewhere. Mount it without its prefix:
//
//	mux.Handle("/playground/", http.StripPrefix("/playground", web.Playground()))
func Playground() http.Handler { return playground() }

var playground = sync.OnceValue(func() *site { return siteIn("dist/playground") })

// siteIn reads and hashes the files of a folder, which a process does once.
func siteIn(folder string) *site {
	files, err := fs.Sub(built, folder)
	if err != nil {
		panic(err) // only for a name that is no path
	}
	return newSite(files)
}

// Dashboard serves the pages of supervisors at the root. Each view is an address
// of its own (/n/CODE, /c/PUBLISHER/ENTRY, /o/PUBLISHER/REF); all of them are one page, which reads
// the address itself.
func Dashboard() http.Handler { return dashboard() }

var dashboard = sync.OnceValue(func() *site {
	s := siteIn("dist/dashboard")
	s.hasPage = hasPage
	return s
})

// nodeViews are the views of a node beside its first, as src/views.ts of the pages has
// them.
var nodeViews = []string{
	"gaps", "upcoming", "orders", "exemptions", "matrix", "relief", "change", "compare", "late", "disclosures", "news", "catalog", "whatif",
	"bulletin",
}

// accountViews are the pages of accounts, as src/views.ts has them.
var accountViews = []string{"signin", "account", "accounts", "audit"}

// hasPage tells whether an address, escaped and without the first slash, is a view's:
// n/CODE, n/CODE/VIEW, c/PUBLISHER/ENTRY or o/PUBLISHER/REF, or one of accounts.
func hasPage(name string) bool {
	if slices.Contains(accountViews, name) {
		return true
	}
	parts := strings.Split(name, "/")
	switch {
	case len(parts) < 2 || slices.Contains(parts, ""):
		return false
	case parts[0] == "n":
		return len(parts) == 2 || len(parts) == 3 && slices.Contains(nodeViews, parts[2])
	}
	return (parts[0] == "c" || parts[0] == "o") && len(parts) == 3
}

// Documents returns the documents that the contract and the dashboard ask, by the
// SHA-256 of their texts; none where the pages are not built.
func Documents() (map[string]string, error) {
	content, err := built.ReadFile("dist/dashboard/" + documents)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the documents of the dashboard: %w", err)
	}
	var byHash map[string]string
	if err := json.Unmarshal(content, &byHash); err != nil {
		return nil, fmt.Errorf("reading the documents of the dashboard: %w", err)
	}
	return byHash, nil
}

const (
	index = "index.html"
	// documents is the manifest that the dashboard's build writes.
	documents = "documents.json"
	// assets holds what the build names by its content, so it never changes.
	assets = "assets/"
)

// contentTypes are written down, as the system's own table may lack or change them.
var contentTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".html":  "text/html; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".json":  "application/json",
	".md":    "text/plain; charset=utf-8",
	".png":   "image/png",
	".svg":   "image/svg+xml",
	".ttf":   "font/ttf",
	".woff2": "font/woff2",

	".webmanifest": "application/manifest+json",
}

// compressed already, so gzip would only cost time.
var compressed = map[string]bool{".png": true, ".woff2": true}

// contentSecurityPolicy lets a page load from its own origin alone. Monaco
// writes style elements as it runs, and the style sheets hold fonts and images
// as data; 'self' in connect-src covers the WebSocket of the same host.
var contentSecurityPolicy = strings.Join([]string{
	"default-src 'none'",
	"script-src 'self'",
	"worker-src 'self'",
	"style-src 'self' 'unsafe-inline'",
	"font-src 'self' data:",
	"img-src 'self' data:",
	"connect-src 'self'",
	"manifest-src 'self'",
	"base-uri 'none'",
	"form-action 'none'",
	"frame-ancestors 'none'",
}, "; ")

const notBuilt = `网页尚未构建：请运行 make web，然后重新构建程序。
The page is not built in: run "make web", then build the program again.
`

// site serves the files of one page.
type site struct {
	files map[string]*file
	// hasPage tells whether the index answers an address of no file; nil where there is none.
	hasPage func(escaped string) bool
}

type file struct {
	content     []byte
	etag        string // without quotes
	contentType string
	cache       string
	// gzipped is nil for what is compressed already; made when first asked for.
	gzipped func() []byte
}

// newSite reads the files once. A folder without an index is a page not built.
func newSite(files fs.FS) *site {
	s := &site{files: map[string]*file{}}
	if _, err := fs.Stat(files, index); err != nil {
		return s
	}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		s.files[name] = newFile(name, content)
		return nil
	})
	if err != nil {
		panic(fmt.Sprintf("web: reading the embedded files: %v", err))
	}
	return s
}

func newFile(name string, content []byte) *file {
	sum := sha256.Sum256(content)
	f := &file{
		content:     content,
		etag:        hex.EncodeToString(sum[:16]),
		contentType: "application/octet-stream",
		cache:       "no-cache", // kept, but asked about each time
	}
	if strings.HasPrefix(name, assets) {
		f.cache = "public, max-age=31536000, immutable"
	}
	extension := path.Ext(name)
	if known, ok := contentTypes[extension]; ok {
		f.contentType = known
	}
	if !compressed[extension] {
		f.gzipped = sync.OnceValue(func() []byte { return gzipOf(content) })
	}
	return f
}

func gzipOf(content []byte) []byte {
	var buffer bytes.Buffer
	writer := gzip.NewWriter(&buffer)
	// A bytes.Buffer never refuses a write.
	_, _ = writer.Write(content)
	_ = writer.Close()
	return buffer.Bytes()
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Security-Policy", contentSecurityPolicy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "same-origin")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	if len(s.files) == 0 {
		header.Set("Cache-Control", "no-store")
		http.Error(w, notBuilt, http.StatusServiceUnavailable)
		return
	}
	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "" {
		// The page's own links are relative, so its address has to end in a slash.
		if asked, _, _ := strings.Cut(r.RequestURI, "?"); !strings.HasSuffix(asked, "/") {
			header.Set("Location", path.Base(asked)+"/")
			w.WriteHeader(http.StatusPermanentRedirect)
			return
		}
		name = index
	}
	f, ok := s.files[name]
	if !ok && s.hasPage != nil && s.hasPage(strings.TrimPrefix(r.URL.EscapedPath(), "/")) {
		f, ok = s.files[index], true
	}
	switch {
	case ok:
		f.serve(w, r)
	case s.hasPage != nil && strings.Contains(r.Header.Get("Accept"), "text/html"):
		s.files[index].serveAbsent(w, r)
	default:
		http.NotFound(w, r)
	}
}

func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	content, etag := f.encoded(header, r)
	header.Set("Cache-Control", f.cache)
	header.Set("ETag", strconv.Quote(etag))
	// No time: embedded files have none, and the ETag says all.
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

// serveAbsent answers a reader's address that is none with the page that says so, as 404.
func (f *file) serveAbsent(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	content, _ := f.encoded(header, r)
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Length", strconv.Itoa(len(content)))
	w.WriteHeader(http.StatusNotFound)
	if r.Method != http.MethodHead {
		_, _ = w.Write(content) // the reader may be gone
	}
}

// encoded returns the content as the request takes it and its ETag, and sets the headers that say how.
func (f *file) encoded(header http.Header, r *http.Request) (content []byte, etag string) {
	header.Set("Content-Type", f.contentType)
	if f.gzipped == nil {
		return f.content, f.etag
	}
	header.Add("Vary", "Accept-Encoding")
	if !acceptsGzip(r.Header.Values("Accept-Encoding")) {
		return f.content, f.etag
	}
	header.Set("Content-Encoding", "gzip")
	return f.gzipped(), f.etag + "-gzip"
}

// acceptsGzip reads Accept-Encoding: gzip named with a weight above 0.
func acceptsGzip(values []string) bool {
	for coding := range strings.SplitSeq(strings.Join(values, ","), ",") {
		name, parameters, _ := strings.Cut(coding, ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		weight, found := strings.CutPrefix(strings.ReplaceAll(parameters, " ", ""), "q=")
		if !found {
			return true
		}
		q, err := strconv.ParseFloat(weight, 64)
		return err == nil && q > 0
	}
	return false
}
