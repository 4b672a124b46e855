package server

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// AnyHost, as a host, lets the server answer under every name.
const AnyHost = "*"

// invited keeps out what a page of another site makes a browser ask. Such a page
// may lead a name of its own to this address, and then counts as of the same
// origin (DNS rebinding): so the server answers under its own names alone. And it
// may ask for large answers though it cannot read them: so nothing is answered to
// another site's page but that its reader goes here, as by a link; what a frame or
// an object in that page shows, its reader has not asked for. Pages of the origins
// set may ask.
func (s *Server) invited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.answersAs(r) {
			s.refuseAs(w, mediaJSON, http.StatusMisdirectedRequest, problem.Forbidden, fmt.Sprintf(
				"this server does not answer under the name %q; the operator can add it with --hosts", r.Host))
			return
		}
		if r.Header.Get("Sec-Fetch-Site") == "cross-site" && !goesHere(r.Header) && !s.allowed(r) {
			s.refuseForeign(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Server) refuseForeign(w http.ResponseWriter, _ *http.Request) {
	s.refuseAs(w, mediaJSON, http.StatusForbidden, problem.Forbidden,
		"a page of another site may lead here, but not ask in its reader's name; the operator can allow its origin with --allowed-origins")
}

// goesHere tells whether a browser is led to what it asks for, as the page it shows.
func goesHere(header http.Header) bool {
	into := header.Get("Sec-Fetch-Dest")
	return header.Get("Sec-Fetch-Mode") == "navigate" && (into == "document" || into == "")
}

// answersAs tells whether the request names this server: by a loopback name, by
// the address that the connection came to, or by one of the hosts set. An address
// cannot be rebound, a name can.
func (s *Server) answersAs(r *http.Request) bool {
	name := r.Host
	if host, _, err := net.SplitHostPort(name); err == nil {
		name = host
	}
	name = strings.ToLower(strings.TrimSuffix(strings.Trim(name, "[]"), "."))
	if name == "localhost" || strings.HasSuffix(name, ".localhost") || slices.Contains(s.options.Hosts, AnyHost) {
		return true
	}
	if address, err := netip.ParseAddr(name); err == nil && (address.IsLoopback() || cameTo(r) == address.Unmap()) {
		return true
	}
	return slices.ContainsFunc(s.options.Hosts, func(host string) bool { return strings.EqualFold(host, name) })
}

// cameTo is the address of this machine that the connection came to.
func cameTo(r *http.Request) netip.Addr {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	return local.AddrPort().Addr().Unmap()
}
