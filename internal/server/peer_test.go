package server

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

// TestPeers: from where a request comes is what the connection says, and what trusted
// proxies say of what stands before them; nobody else is believed.
func TestPeers(t *testing.T) {
	t.Parallel()
	s := &Server{}
	for _, proxy := range []string{"10.0.0.0/24", "192.0.2.7", "fd00::/8"} {
		network, err := ParseProxy(proxy)
		if err != nil {
			t.Fatal(err)
		}
		s.options.TrustedProxies = append(s.options.TrustedProxies, network)
	}
	const nobody = "invalid IP"
	for _, c := range []struct {
		name, from string
		header     []string
		caller     string
		overTLS    bool
	}{
		{"no proxy", "198.51.100.1:5000", nil, "198.51.100.1", false},
		{"no proxy that claims to be one", "198.51.100.1:5000", []string{"X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", "https", "Forwarded", "for=203.0.113.9;proto=https"}, "198.51.100.1", false},
		{"a proxy", "10.0.0.1:5000", []string{"X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", "https"}, "203.0.113.9", true},
		{"a proxy of one address", "192.0.2.7:5000", []string{"X-Forwarded-For", "203.0.113.9"}, "203.0.113.9", false},
		{"its neighbour", "192.0.2.8:5000", []string{"X-Forwarded-For", "203.0.113.9"}, "192.0.2.8", false},
		{"a proxy by IPv4 over IPv6", "[::ffff:10.0.0.1]:5000", []string{"X-Forwarded-For", "203.0.113.9"}, "203.0.113.9", false},
		{"a proxy itself", "10.0.0.1:5000", nil, "10.0.0.1", false},
		{"what a client wrote before the proxy", "10.0.0.1:5000", []string{"X-Forwarded-For", "1.1.1.1, 203.0.113.9"}, "203.0.113.9", false},
		{"in a header of its own", "10.0.0.1:5000", []string{"X-Forwarded-For", "1.1.1.1", "X-Forwarded-For", "203.0.113.9"}, "203.0.113.9", false},
		{"two proxies", "10.0.0.1:5000", []string{"X-Forwarded-For", "1.1.1.1, 203.0.113.9, 192.0.2.7"}, "203.0.113.9", false},
		{"a client that claims to be a proxy", "10.0.0.1:5000", []string{"X-Forwarded-For", "1.1.1.1, 10.0.0.2, 203.0.113.9"}, "203.0.113.9", false},
		{"proxies alone", "10.0.0.1:5000", []string{"X-Forwarded-For", "10.0.0.3, 10.0.0.2"}, "10.0.0.3", false},
		{"an address with its port", "10.0.0.1:5000", []string{"X-Forwarded-For", "203.0.113.9:4444"}, "203.0.113.9", false},
		{"all of a network of IPv6", "10.0.0.1:5000", []string{"X-Forwarded-For", "2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::/64", false},
		{"IPv6 with its port", "10.0.0.1:5000", []string{"X-Forwarded-For", "[2001:db8::1]:4444"}, "2001:db8::/64", false},
		{"IPv6 without a proxy", "[2001:db8::1]:4444", nil, "2001:db8::/64", false},
		{"of a zone", "[fe80::1%eth0]:4444", nil, "fe80::/64", false},
		{"what is no address", "10.0.0.1:5000", []string{"X-Forwarded-For", "unknown"}, nobody, false},
		{"nor behind a good one", "10.0.0.1:5000", []string{"X-Forwarded-For", "203.0.113.9, nonsense"}, nobody, false},
		{"empty", "10.0.0.1:5000", []string{"X-Forwarded-For", " , "}, "10.0.0.1", false},
		{"the newer header", "10.0.0.1:5000", []string{"Forwarded", `for=1.1.1.1;proto=http, For="[2001:db8:cafe::17]:4711" ; Proto=https;by=203.0.113.43`}, "2001:db8:cafe::/64", true},
		{"the newer header, of IPv4", "10.0.0.1:5000", []string{"Forwarded", `for=203.0.113.9;host="a,b;c"`}, "203.0.113.9", false},
		{"the newer header, hidden", "10.0.0.1:5000", []string{"Forwarded", `for=_hidden;proto=https`}, nobody, true},
		{"the newer header, unfinished", "10.0.0.1:5000", []string{"Forwarded", `for="203.0.113.9`}, "203.0.113.9", false},
		{"both headers", "10.0.0.1:5000", []string{"Forwarded", "for=203.0.113.9", "X-Forwarded-For", "203.0.113.9"}, "203.0.113.9", false},
		{"both, one the client's own", "10.0.0.1:5000", []string{"Forwarded", "for=10.0.0.9", "X-Forwarded-For", "203.0.113.9"}, nobody, false},
		{"what a client says of TLS", "10.0.0.1:5000", []string{"X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", "https, http"}, "203.0.113.9", false},
		{"a socket of a page", "10.0.0.1:5000", []string{"X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", "wss"}, "203.0.113.9", true},
	} {
		request := httptest.NewRequest("GET", "/", nil)
		request.RemoteAddr = c.from
		for i := 0; i < len(c.header); i += 2 {
			request.Header.Add(c.header[i], c.header[i+1])
		}
		w := httptest.NewRecorder()
		s.arrived(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if got := caller(r); got != c.caller {
				t.Errorf("%s: from %s, want %s", c.name, got, c.caller)
			}
			if got := overTLS(r); got != c.overTLS {
				t.Errorf("%s: over TLS: %t", c.name, got)
			}
		})).ServeHTTP(w, request)
		if got := w.Header().Get("Strict-Transport-Security") != ""; got != c.overTLS {
			t.Errorf("%s: told to come over TLS: %t", c.name, got)
		}
	}
	encrypted := httptest.NewRequest("GET", "/", nil)
	encrypted.TLS = &tls.ConnectionState{}
	if p := s.peerOf(encrypted); !p.overTLS {
		t.Error("its own TLS is none")
	}
}

// TestProxies: what is no address, no network, or everybody, is refused.
func TestProxies(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"10.0.0.1": "10.0.0.1/32", "10.0.0.9/24": "10.0.0.0/24", "::1": "::1/128", "fd00::1/8": "fd00::/8", "::ffff:10.0.0.1": "10.0.0.1/32",
		"": "", "proxy": "", "10.0.0.1:80": "", "10.0.0.0/33": "", "0.0.0.0/0": "", "::/0": "", "fe80::1%eth0": "", "*": "",
	} {
		got, err := ParseProxy(text)
		if want == "" && err == nil || want != "" && (err != nil || got != netip.MustParsePrefix(want)) {
			t.Errorf("%q: %v %v, want %s", text, got, err, want)
		}
	}
}
