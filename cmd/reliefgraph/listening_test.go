package main

import (
	"strings"
	"testing"
)

// TestReach: an address that others reach is refused without TLS, a trusted proxy or a
// word; what would not be is let through.
func TestReach(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		of           listenSettings
		passes, past bool // past: who comes past the proxies is kept out
	}{
		{listenSettings{Listen: "127.0.0.1:8080"}, true, false},
		{listenSettings{Listen: "[::1]:8080"}, true, false},
		{listenSettings{Listen: "localhost:8080"}, true, false},
		{listenSettings{Listen: "127.0.0.1:0", TrustedProxies: []string{"127.0.0.1"}}, true, false},
		{listenSettings{Listen: ":8080"}, false, false},
		{listenSettings{Listen: "0.0.0.0:8080"}, false, false},
		{listenSettings{Listen: "[::]:8080"}, false, false},
		{listenSettings{Listen: "192.0.2.1:8080"}, false, false},
		{listenSettings{Listen: "192.0.2.1:8080", TLSCert: "cert.pem", TLSKey: "key.pem"}, true, false},
		{listenSettings{Listen: "192.0.2.1:8080", Insecure: true}, true, false},
		{listenSettings{Listen: "192.0.2.1:8080", TrustedProxies: []string{"192.0.2.2"}}, true, true},
		{listenSettings{Listen: "192.0.2.1:8080", TrustedProxies: []string{"192.0.2.2"}, Insecure: true}, true, false},
		{listenSettings{Listen: "192.0.2.1:8080", TrustedProxies: []string{"192.0.2.2"}, TLSCert: "cert.pem"}, true, false},
	} {
		err := c.of.checkReach()
		if (err == nil) != c.passes || c.of.proxiesAlone() != c.past {
			t.Errorf("%+v: %v, past proxies %t", c.of, err, c.of.proxiesAlone())
		}
		if err != nil {
			for _, way := range []string{"--tls-cert", "--tls-key", "--trusted-proxies", "--insecure"} {
				if !strings.Contains(err.Error(), way) {
					t.Errorf("it names no way by %s: %v", way, err)
				}
			}
		}
	}
}
