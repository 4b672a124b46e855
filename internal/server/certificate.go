package server

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"time"
)

// Certificate is what the server shows itself by over TLS, read anew where its files
// have been renewed.
type Certificate struct {
	certFile, keyFile string
	held              atomic.Pointer[pair]
	failed            atomic.Bool
	told              string // the failure that was logged last
}

// pair is a certificate with its key, and the files that it was read from.
type pair struct {
	certificate tls.Certificate
	cert, key   []byte
}

// ReadCertificate reads the files of a certificate, with those that lead from it to an
// authority, and of its key, both in PEM.
func ReadCertificate(certFile, keyFile string) (*Certificate, error) {
	c := &Certificate{certFile: certFile, keyFile: keyFile}
	read, err := c.read()
	if err != nil {
		return nil, err
	}
	c.held.Store(read)
	return c, nil
}

func (c *Certificate) read() (*pair, error) {
	cert, err := os.ReadFile(c.certFile)
	if err != nil {
		return nil, fmt.Errorf("reading the certificate: %w", err)
	}
	key, err := os.ReadFile(c.keyFile)
	if err != nil {
		return nil, fmt.Errorf("reading the certificate's key: %w", err)
	}
	if held := c.held.Load(); held != nil && bytes.Equal(held.cert, cert) && bytes.Equal(held.key, key) {
		return held, nil
	}
	certificate, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return nil, fmt.Errorf("the certificate %s with the key %s: %w", c.certFile, c.keyFile, err)
	}
	return &pair{certificate, cert, key}, nil
}

// Renew reads the files again. What is not good leaves the pair held in its place, and
// is told once.
func (c *Certificate) Renew(log *slog.Logger) {
	held := c.held.Load()
	read, err := c.read()
	c.failed.Store(err != nil)
	if err != nil {
		if c.told != err.Error() {
			c.told = err.Error()
			log.Error("a renewed certificate is not good; the one before stays", "error", err, "expires", c.expires().Format(time.RFC3339))
		}
		return
	}
	c.told = ""
	if read != held {
		c.held.Store(read)
		log.Info("the certificate is renewed", "expires", c.expires().Format(time.RFC3339))
	}
}

// Keep renews the certificate until the context ends. The files are looked at rather
// than watched: what renews them may put others, or links to others, in their place.
func (c *Certificate) Keep(ctx context.Context, every time.Duration, log *slog.Logger) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			c.Renew(log)
		}
	}
}

// expires is until when the certificate held is good.
func (c *Certificate) expires() time.Time { return c.held.Load().certificate.Leaf.NotAfter }

func (c *Certificate) config() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			return &c.held.Load().certificate, nil
		},
	}
}
