package server

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// peer is from where a request comes and how, as the connection tells, and a trusted
// proxy of what stands before it.
type peer struct {
	address netip.Addr // invalid where a proxy tells none that can be read
	overTLS bool
	direct  bool // from no proxy
}

type peerKey struct{}

// ParseProxy reads an address or a network of proxies that are trusted.
func ParseProxy(text string) (netip.Prefix, error) {
	network, err := netip.ParsePrefix(text)
	if err != nil {
		address, err := netip.ParseAddr(text)
		if err != nil || address.Zone() != "" {
			return network, fmt.Errorf("%q is neither an address nor a network; write each as 10.0.0.1 or 10.0.0.0/24", text)
		}
		address = address.Unmap()
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	if network.Bits() == 0 {
		return network, fmt.Errorf("%q is everybody, who could then say to come from anywhere; name the proxies", text)
	}
	return network.Masked(), nil
}

// arrived finds out from where each request comes.
func (s *Server) arrived(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := s.peerOf(r)
		if p.overTLS {
			w.Header().Set("Strict-Transport-Security", strictTransport)
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), peerKey{}, p)))
	})
}

// strictTransport lets browsers that have been here over TLS come over TLS alone for a
// year.
const strictTransport = "max-age=31536000"

// throughProxies keeps out who comes neither over TLS nor from a trusted proxy nor from
// this machine, where the server is for those.
func (s *Server) throughProxies(next http.Handler) http.Handler {
	if !s.options.ProxiesAlone {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p := peerOf(r); p.direct && !p.overTLS && !p.address.IsLoopback() {
			s.refuseAs(w, mediaJSON, http.StatusForbidden, problem.Forbidden,
				"this server is asked through its proxy; the operator can add the proxy's address to --trusted-proxies")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// peerOf is from where a request comes.
func peerOf(r *http.Request) peer {
	p, _ := r.Context().Value(peerKey{}).(peer)
	return p
}

// overTLS tells whether the client's request was encrypted on its way, here or by a
// trusted proxy.
func overTLS(r *http.Request) bool { return peerOf(r).overTLS }

// caller is whom a request is from, as far as something is shared out or counted by
// address. Who has one address of IPv6 has all of its network.
func caller(r *http.Request) string {
	const ofOne = 64
	address := peerOf(r).address
	if address.Is6() {
		if network, err := address.Prefix(ofOne); err == nil {
			return network.String()
		}
	}
	return address.String()
}

// peerOf goes from the connection back through the proxies that are trusted, each of
// which has written down whom it was asked by. What somebody else wrote before them is
// not believed.
func (s *Server) peerOf(r *http.Request) peer {
	address := addressIn(r.RemoteAddr)
	p := peer{address: address, overTLS: r.TLS != nil, direct: true}
	if !s.trusts(address) {
		return p
	}
	p.direct = false
	old, hops := hopsOf(r.Header.Values("X-Forwarded-For")), forwarded(r.Header.Values("Forwarded"))
	proto := lastOf(r.Header.Values("X-Forwarded-Proto"))
	byOld, _ := s.lastUntrusted(address, old)
	byNew, at := s.lastUntrusted(address, hops)
	switch {
	case len(hops) == 0:
		p.address = byOld
	case len(old) == 0 || byOld == byNew:
		p.address = byNew
	default:
		// The proxy writes one of them, and the other is the client's own.
		p.address = netip.Addr{}
	}
	if proto == "" && len(hops) > 0 {
		proto = hops[at].proto
	}
	if proto != "" {
		p.overTLS = strings.EqualFold(proto, "https") || strings.EqualFold(proto, "wss")
	}
	return p
}

func (s *Server) trusts(address netip.Addr) bool {
	return slices.ContainsFunc(s.options.TrustedProxies, func(network netip.Prefix) bool { return network.Contains(address) })
}

// hop is what a proxy tells of whom it was asked by.
type hop struct {
	address netip.Addr // invalid where it cannot be read
	proto   string
}

// lastUntrusted is the last address of the hops, from the nearest on, that is no
// trusted proxy's, and at which hop it is; the farthest where all are.
func (s *Server) lastUntrusted(nearest netip.Addr, hops []hop) (address netip.Addr, at int) {
	address = nearest
	for i, hop := range slices.Backward(hops) {
		address, at = hop.address, i
		if !s.trusts(address) {
			break
		}
	}
	return address, at
}

// hopsOf reads X-Forwarded-For.
func hopsOf(headers []string) (hops []hop) {
	for _, entry := range parts(strings.Join(headers, ","), ',') {
		hops = append(hops, hop{address: addressIn(entry)})
	}
	return hops
}

// forwarded reads Forwarded (RFC 7239).
func forwarded(headers []string) (hops []hop) {
	for _, element := range parts(strings.Join(headers, ","), ',') {
		var one hop
		for _, pair := range parts(element, ';') {
			name, value, _ := strings.Cut(pair, "=")
			value = strings.Trim(strings.TrimSpace(value), `"`)
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "for":
				one.address = addressIn(value)
			case "proto":
				one.proto = value
			}
		}
		hops = append(hops, one)
	}
	return hops
}

// parts splits a header's value where the separator is not between quotes, and leaves
// out what is empty.
func parts(text string, separator rune) (all []string) {
	begin, quoted := 0, false
	for i, r := range text + string(separator) {
		switch {
		case r == '"':
			quoted = !quoted
		case r == separator && !quoted || i == len(text):
			if part := strings.TrimSpace(text[begin:i]); part != "" {
				all = append(all, part)
			}
			begin = i + 1
		}
	}
	return all
}

func lastOf(headers []string) string {
	all := parts(strings.Join(headers, ","), ',')
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}

// addressIn is the address in a text that may have a port too.
func addressIn(text string) netip.Addr {
	if host, _, err := net.SplitHostPort(text); err == nil {
		text = host
	}
	address, err := netip.ParseAddr(strings.Trim(text, "[]"))
	if err != nil {
		return netip.Addr{}
	}
	return address.Unmap().WithZone("")
}
