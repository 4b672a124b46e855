package acceptance

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptrace"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/server"
)

// certify writes a certificate of 127.0.0.1 with a number, and its key.
func certify(t *testing.T, number int64, certFile, keyFile string) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	mustDo(t, err)
	made := &x509.Certificate{
		SerialNumber: big.NewInt(number), Subject: pkix.Name{CommonName: "reliefgraph"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Duration(number) * 24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	signed, err := x509.CreateCertificate(rand.Reader, made, made, key.Public(), key)
	mustDo(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	mustDo(t, err)
	mustDo(t, os.WriteFile(certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed}), 0o600))
	mustDo(t, os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600))
	parsed, err := x509.ParseCertificate(signed)
	mustDo(t, err)
	return parsed
}

// TestTLS: over TLS the server is asked by HTTP/2 and by no version before TLS 1.2, and
// its cookies are for TLS alone. A renewed certificate is shown to new connections while
// the old ones go on; one that is not good leaves the one before, and is told.
func TestTLS(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	certFile, keyFile := filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	if _, err := server.ReadCertificate(certFile, keyFile); err == nil {
		t.Fatal("files that are not there are read")
	}
	first := certify(t, 1, certFile, keyFile)
	certificate, err := server.ReadCertificate(certFile, keyFile)
	mustDo(t, err)
	db, accounts := people(t, noon)
	mustDo(t, accounts.Add(context.Background(), register.NewAccount{Account: account.Account{Name: "张三"}, Password: password + "。"}))
	var running *server.Server
	serve(t, db, func(o *server.Options) {
		o.Certificate = certificate
		running = server.New(*o)
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	mustDo(t, err)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- running.Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		<-ended
	})
	at := listener.Addr().String()

	roots := x509.NewCertPool()
	roots.AddCert(first)
	client := func(config *tls.Config) *http.Client {
		config.RootCAs = roots
		transport := &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true}
		t.Cleanup(transport.CloseIdleConnections)
		return &http.Client{Transport: transport}
	}
	// get asks, and tells which certificate was shown and whether the connection is another one.
	get := func(of *http.Client, path string) (answer *sent, number int64, another bool) {
		t.Helper()
		traced := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{
			GotConn: func(info httptrace.GotConnInfo) { another = !info.Reused },
		})
		request, err := http.NewRequestWithContext(traced, "GET", "https://"+at+path, nil)
		mustDo(t, err)
		response, err := of.Do(request)
		mustDo(t, err)
		defer response.Body.Close()
		content, err := io.ReadAll(response.Body)
		mustDo(t, err)
		return &sent{response, string(content)}, response.TLS.PeerCertificates[0].SerialNumber.Int64(), another
	}
	const question = "/graphql?query={roots{code}}"
	old := client(&tls.Config{})
	answer, number, _ := get(old, question)
	if answer.StatusCode != 200 || answer.ProtoMajor != 2 || number != 1 || answer.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("%d %s, certificate %d, %v", answer.StatusCode, answer.Proto, number, answer.Header)
	}
	if answer, _, _ := get(old, "/export/gaps.csv?code=533102"); answer.StatusCode != 200 || !strings.Contains(answer.content, "533102") {
		t.Errorf("a file: %d %.100s", answer.StatusCode, answer.content)
	}
	if _, err := client(
		&tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10},
	).Get(
		"https://" + at + question,
	); err == nil {
		t.Error("TLS 1.1 is taken")
	}
	if plain, err := http.Get("http://" + at + question); err != nil || plain.StatusCode != 400 {
		t.Errorf("without TLS: %v %v", plain, err)
	}
	in, err := old.Post("https://"+at+"/session", "application/json", strings.NewReader(`{"name":"张三","password":"`+password+`。"}`))
	mustDo(t, err)
	in.Body.Close()
	if len(in.Cookies()) != 1 || !in.Cookies()[0].Secure || in.Cookies()[0].Name != "__Host-reliefgraph_session" {
		t.Errorf("signing in: %d %v", in.StatusCode, in.Cookies())
	}

	log := &bytes.Buffer{}
	renew := func() { certificate.Renew(slog.New(slog.NewTextHandler(log, nil))) }
	failed := func() bool {
		t.Helper()
		answer, _, _ := get(old, "/metrics")
		return strings.Contains(answer.content, "\nreliefgraph_certificate_renewal_failed 1\n")
	}
	renew()
	if log.Len() > 0 || failed() {
		t.Errorf("nothing was renewed, and it says %s", log)
	}
	second := certify(t, 2, certFile, filepath.Join(folder, "other.pem"))
	roots = roots.Clone()
	roots.AddCert(second)
	for range 3 {
		renew() // the certificate is there and its key not yet
	}
	if _, number, _ := get(client(&tls.Config{}), question); number != 1 || !failed() || strings.Count(log.String(), "level=ERROR") != 1 {
		t.Errorf("half a pair: certificate %d, %s", number, log)
	}
	mustDo(t, os.Remove(keyFile))
	renew()
	if _, number, _ := get(client(&tls.Config{}), question); number != 1 || !failed() {
		t.Errorf("without a key: certificate %d, %s", number, log)
	}
	mustDo(t, os.Rename(filepath.Join(folder, "other.pem"), keyFile))
	renew()
	if _, number, _ := get(
		client(&tls.Config{}),
		question,
	); number != 2 || failed() ||
		!strings.Contains(log.String(), "the certificate is renewed") {
		t.Errorf("renewed: certificate %d, %s", number, log)
	}
	if _, number, another := get(old, question); number != 1 || another {
		t.Errorf("the connection of before: certificate %d, another %t", number, another)
	}
}
