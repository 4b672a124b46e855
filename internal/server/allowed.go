package server

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// CheckOrigin tells what is wrong with an origin whose pages are to be allowed to
// ask: browsers send it as scheme://host[:port], and nothing else is equal to it.
func CheckOrigin(origin string) error {
	address, err := url.Parse(origin)
	if err != nil || address.Scheme == "" || address.Hostname() == "" || strings.ContainsAny(origin, "*,") {
		return fmt.Errorf("%q is no origin; write each as https://name or https://name:port", origin)
	}
	if strings.ContainsFunc(origin, func(r rune) bool { return r > '~' }) {
		return fmt.Errorf("browsers send the name in %q as xn--…; write it so", origin)
	}
	host := strings.ToLower(address.Host)
	if address.Scheme == "https" {
		host = strings.TrimSuffix(host, ":443")
	} else if address.Scheme == "http" {
		host = strings.TrimSuffix(host, ":80")
	}
	if sent := address.Scheme + "://" + host; sent != origin {
		return fmt.Errorf("browsers never send %q as an origin; write %s", origin, sent)
	}
	return nil
}

// allowed tells whether a page of another origin asks that may.
func (s *Server) allowed(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	return origin != "" && slices.Contains(s.options.AllowedOrigins, origin)
}

// What browsers are told of pages that may ask.
const (
	// exposed are the headers of answers that such a page may read, besides those
	// that every page may.
	exposed = "Content-Disposition, ETag, Retry-After, " + requestIDHeader
	// preflightAge is for how many seconds a browser need not ask again whether a
	// page may ask: as long as any keeps it.
	preflightAge = "7200"
)

// shared lets pages of the allowed origins ask by some methods, in their readers'
// name, and read what is answered.
func (s *Server) shared(methods string, next http.Handler) http.Handler {
	if len(s.options.AllowedOrigins) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		allowed := s.readable(w, r)
		if r.Method != http.MethodOptions {
			next.ServeHTTP(w, r)
			return
		}
		header.Set("Allow", methods+", OPTIONS")
		header.Add("Vary", "Access-Control-Request-Headers")
		if allowed {
			header.Set("Access-Control-Allow-Methods", methods)
			if wanted := r.Header.Get("Access-Control-Request-Headers"); wanted != "" {
				// Whose page may ask may say what it likes: clients name themselves and
				// their traces in headers of many names.
				header.Set("Access-Control-Allow-Headers", wanted)
			}
			header.Set("Access-Control-Max-Age", preflightAge)
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

// readable lets the page of an allowed origin read what is answered.
func (s *Server) readable(w http.ResponseWriter, r *http.Request) (allowed bool) {
	if len(s.options.AllowedOrigins) == 0 {
		return false
	}
	header := w.Header()
	header.Add("Vary", "Origin")
	if allowed = s.allowed(r); allowed {
		header.Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
		header.Set("Access-Control-Allow-Credentials", "true")
		header.Set("Access-Control-Expose-Headers", exposed)
	}
	return allowed
}

// protected keeps out what pages of other origins post, but those allowed.
func (s *Server) protected(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	for _, origin := range s.options.AllowedOrigins {
		if err := protection.AddTrustedOrigin(origin); err != nil {
			panic(err) // CheckOrigin has not been asked
		}
	}
	protection.SetDenyHandler(http.HandlerFunc(s.refuseForeign))
	return protection.Handler(next)
}
