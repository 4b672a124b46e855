package server

import (
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzhttp"
)

// compressed compresses what a handler answers in some types. Browsers get zstd,
// which they read where they ask for it; all others gzip. Node up to 22.14 hands
// over an answer in zstd as it comes, though programs ask for it that copy what
// browsers send.
func compressed(next http.Handler, types ...string) http.Handler {
	wrapped := func(zstd bool) http.Handler {
		wrap, err := gzhttp.NewWrapper(gzhttp.ContentTypes(types), gzhttp.EnableZstd(zstd))
		if err != nil {
			panic(err) // the options above do not fit the library
		}
		return wrap(next)
	}
	best, plain := wrapped(true), wrapped(false)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if fromBrowser(r.Header) {
			w.Header().Add("Vary", "User-Agent, Sec-Fetch-Mode")
			best.ServeHTTP(w, r)
			return
		}
		plain.ServeHTTP(w, r)
	})
}

// fromBrowser tells browsers from programs, whatever name these give themselves:
// Node's fetch says Sec-Fetch-Mode as a browser does, and never Sec-Fetch-Site,
// which no browser leaves out beside it.
func fromBrowser(header http.Header) bool {
	return strings.HasPrefix(header.Get("User-Agent"), "Mozilla/") &&
		(header.Get("Sec-Fetch-Mode") == "") == (header.Get("Sec-Fetch-Site") == "")
}
