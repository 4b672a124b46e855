package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"

	"github.com/reliefgraph/reliefgraph/internal/server"
)

// listenSettings say where the server is asked, and how it is known to be that one.
type listenSettings struct {
	Listen         string   `help:"Address to listen on." env:"RELIEFGRAPH_LISTEN" default:"127.0.0.1:8080"`
	TLSCert        string   `help:"Certificate in PEM, with those that lead to its authority; read anew when it is renewed." name:"tls-cert" env:"RELIEFGRAPH_TLS_CERT" placeholder:"FILE" and:"tls"`
	TLSKey         string   `help:"Its key in PEM." name:"tls-key" env:"RELIEFGRAPH_TLS_KEY" placeholder:"FILE" and:"tls"`
	TrustedProxies []string `help:"Addresses and networks of proxies that are believed from where they are asked and whether over TLS; none: nobody is." env:"RELIEFGRAPH_TRUSTED_PROXIES" placeholder:"NETWORK"`
	Insecure       bool     `help:"Listen beyond this machine without TLS: whoever is on the way reads passwords and tokens." env:"RELIEFGRAPH_INSECURE"`
}

// proxies are those that are trusted.
func (c *listenSettings) proxies() (trusted []netip.Prefix, err error) {
	for _, text := range c.TrustedProxies {
		network, err := server.ParseProxy(text)
		if err != nil {
			return nil, fmt.Errorf("--trusted-proxies: %w", err)
		}
		trusted = append(trusted, network)
	}
	return trusted, nil
}

// certificate reads what the server shows itself by, nil where it has no TLS.
func (c *listenSettings) certificate() (*server.Certificate, error) {
	if c.TLSCert == "" {
		return nil, nil //nolint:nilnil // there is none
	}
	read, err := server.ReadCertificate(c.TLSCert, c.TLSKey)
	if err != nil {
		return nil, fmt.Errorf("--tls-cert, --tls-key: %w", err)
	}
	return read, nil
}

// checkReach refuses an address that others reach where what they send could be read
// on its way.
func (c *listenSettings) checkReach() error {
	if c.TLSCert != "" || c.Insecure || len(c.TrustedProxies) > 0 || onLoopback(c.Listen) {
		return nil
	}
	return &exitError{
		exitUsage,
		fmt.Errorf(`--listen %s: others reach this address, and without TLS passwords and tokens could be read on their way here; either
  give --tls-cert and --tls-key,
  or name with --trusted-proxies the addresses of the proxy that has TLS; others are then not answered,
  or say --insecure where nobody else is on the way`, c.Listen),
	}
}

// proxiesAlone tells whether others than the trusted proxies are kept out: what they
// send could be read.
func (c *listenSettings) proxiesAlone() bool {
	return len(c.TrustedProxies) > 0 && c.TLSCert == "" && !c.Insecure && !onLoopback(c.Listen)
}

// onLoopback tells whether this machine alone reaches an address. Where it is none,
// listening there tells what is wrong.
func onLoopback(listen string) bool {
	address, err := net.ResolveTCPAddr("tcp", listen)
	return err != nil || address.IP.IsLoopback()
}

// checkDemo refuses an address that others reach.
func checkDemo(listen string) error {
	if onLoopback(listen) {
		return nil
	}
	return &exitError{exitUsage, errors.New(
		"--listen: the demo has accounts that anybody may sign in to, and listens on loopback alone; use 127.0.0.1:PORT, or `serve`")}
}
