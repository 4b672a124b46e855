package signin

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"
)

// Refusal is why nobody gets in by a provider; the page that signs in is told it
// (docs/accounts.md).
type Refusal string

// The refusals.
const (
	Away     Refusal = "away"     // the provider does not answer, or not as it should
	Denied   Refusal = "denied"   // it says that its user does not want to, or may not
	Rejected Refusal = "rejected" // it does not take what this server asks
	NotBegun Refusal = "begun"    // it was not begun in this browser, not lately, or is over
	BadCode  Refusal = "code"     // it does not know the code, or no more
	BadToken Refusal = "token"    // its token is not for this, or not of this provider
	BadClock Refusal = "clock"    // its token is of another time
	Unbound  Refusal = "unbound"  // no account is bound to who it says it is
	Disabled Refusal = "disabled" // the account is disabled
)

func (r Refusal) Error() string { return "signing in by the provider was refused: " + string(r) }

// because says what a refusal rests on, for the log.
func (r Refusal) because(cause error) error { return fmt.Errorf("%w: %w", r, cause) }

const (
	// A provider is given so long for each of its answers, and is looked up anew after
	// a while, since what it says of itself may change.
	providerPatience = 5 * time.Second
	providerHeld     = time.Hour
	largestAnswer    = 1 << 20
	// Clocks may differ by as much.
	clockSkew = time.Minute
)

// Provider is one of OpenID Connect, by which people sign in. It is asked when somebody
// does, not before, so that one that is away holds nothing else up.
type Provider struct {
	issuer, clientID, secret string
	client                   *http.Client
	finding                  singleflight.Group

	mutex   sync.Mutex
	found   *oidc.Provider
	foundAt time.Time
}

// NewProvider makes a provider, which is not asked yet.
func NewProvider(issuer, clientID, secret string) (*Provider, error) {
	at, err := url.Parse(issuer)
	if err != nil || at.Host == "" || at.User != nil || at.RawQuery != "" || at.Fragment != "" {
		return nil, errors.New("the issuer is no address; write it as the provider does, as https://login.example.gov.cn/realm")
	}
	if at.Scheme != "https" && !(at.Scheme == "http" && loopback(at.Hostname())) {
		return nil, errors.New("the issuer must be asked over TLS; write its address with https://")
	}
	if clientID == "" || secret == "" {
		return nil, errors.New("the client's id or secret is empty")
	}
	return &Provider{issuer: issuer, clientID: clientID, secret: secret, client: &http.Client{
		Timeout: providerPatience, Transport: boundedAnswers{http.DefaultTransport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

func loopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// boundedAnswers lets no answer fill the memory.
type boundedAnswers struct{ http.RoundTripper }

// RoundTrip asks.
func (b boundedAnswers) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		answer.Body = http.MaxBytesReader(nil, answer.Body, largestAnswer)
	}
	return answer, err
}

// Issuer names the provider, empty where there is none.
func (p *Provider) Issuer() string {
	if p == nil {
		return ""
	}
	return p.issuer
}

// Attempt is a sign-in under way: a secret of the browser's, which its cookie holds.
// What the provider is shown follows from it and does not tell it.
type Attempt string

// NewAttempt begins one.
func NewAttempt() Attempt { return Attempt(NewSession()) }

func (a Attempt) shown(as string) string {
	sum := hmac.New(sha256.New, []byte(a))
	sum.Write([]byte(as))
	return base64.RawURLEncoding.EncodeToString(sum.Sum(nil))
}

func (a Attempt) state() string    { return a.shown("state") }
func (a Attempt) nonce() string    { return a.shown("nonce") }
func (a Attempt) verifier() string { return a.shown("verifier") }

// Begun tells whether a state is that of the attempt.
func (a Attempt) Begun(state string) bool {
	return subtle.ConstantTimeCompare([]byte(a.state()), []byte(state)) == 1
}

// Address is where the provider signs somebody in, who then comes to `back`.
func (p *Provider) Address(a Attempt, back string) (string, error) {
	found, err := p.find()
	if err != nil {
		return "", err
	}
	return p.config(found, back).AuthCodeURL(a.state(), oidc.Nonce(a.nonce()), oauth2.S256ChallengeOption(a.verifier())), nil
}

// Returned is what the provider sends its user back with.
type Returned struct{ Code, Fault, Issuer string }

// Subject is who the provider says it is that has signed in.
func (p *Provider) Subject(ctx context.Context, a Attempt, back string, returned Returned, now time.Time) (string, error) {
	switch {
	case returned.Issuer != "" && returned.Issuer != p.issuer: // RFC 9207
		return "", BadToken.because(errors.New("the answer is of another issuer"))
	case returned.Fault == "access_denied":
		return "", Denied
	case returned.Fault == "temporarily_unavailable" || returned.Fault == "server_error":
		return "", Away.because(errors.New(returned.Fault))
	case returned.Fault != "" || returned.Code == "":
		return "", Rejected.because(errors.New("it sent no code"))
	}
	found, err := p.find()
	if err != nil {
		return "", err
	}
	raw, err := p.exchange(ctx, found, a, back, returned.Code)
	if err != nil {
		return "", err
	}
	return p.verified(ctx, found, a, raw, now)
}

// exchange gives the code for the token that says who it is.
func (p *Provider) exchange(ctx context.Context, found *oidc.Provider, a Attempt, back, code string) (string, error) {
	token, err := p.config(found, back).Exchange(oidc.ClientContext(ctx, p.client), code, oauth2.VerifierOption(a.verifier()))
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		// Nothing else of its answer is told: it may repeat what was sent.
		cause := fmt.Errorf("asked for a token it answered %d", refused.Response.StatusCode)
		switch {
		case refused.Response.StatusCode >= http.StatusInternalServerError:
			return "", Away.because(cause)
		case refused.ErrorCode == "invalid_grant":
			return "", BadCode
		}
		return "", Rejected.because(cause)
	}
	if err != nil {
		return "", Away.because(err)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return "", BadToken.because(errors.New("it sent no id_token"))
	}
	return raw, nil
}

// verified is the subject of a token that is for this sign-in and nothing else.
func (p *Provider) verified(ctx context.Context, found *oidc.Provider, a Attempt, raw string, now time.Time) (string, error) {
	token, err := found.Verifier(&oidc.Config{
		ClientID: p.clientID, Now: func() time.Time { return now.Add(-clockSkew) },
	}).Verify(ctx, raw)
	if expired, ok := errors.AsType[*oidc.TokenExpiredError](err); ok {
		return "", BadClock.because(expired)
	}
	if err != nil {
		if strings.Contains(err.Error(), "fetching keys") { // the library keeps the cause to itself
			return "", Away.because(err)
		}
		return "", BadToken.because(err)
	}
	if token.IssuedAt.After(now.Add(clockSkew)) {
		return "", BadClock.because(errors.New("the token is of a time to come"))
	}
	var of struct {
		Party string `json:"azp"`
	}
	if err := token.Claims(&of); err != nil {
		return "", BadToken.because(err)
	}
	switch {
	case subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(a.nonce())) != 1:
		return "", BadToken.because(errors.New("its nonce is another"))
	case of.Party != "" && of.Party != p.clientID, of.Party == "" && len(token.Audience) > 1:
		return "", BadToken.because(errors.New("it was made for another client"))
	case token.Subject == "":
		return "", BadToken.because(errors.New("it names no subject"))
	}
	return token.Subject, nil
}

// find looks up what the provider says of itself, one at a time for all who ask.
func (p *Provider) find() (*oidc.Provider, error) {
	found, err, _ := p.finding.Do("", func() (any, error) {
		p.mutex.Lock()
		held, at := p.found, p.foundAt
		p.mutex.Unlock()
		if held != nil && time.Since(at) < providerHeld {
			return held, nil
		}
		found, err := oidc.NewProvider(oidc.ClientContext(context.Background(), p.client), p.issuer)
		if err != nil {
			if held != nil {
				return held, nil
			}
			return nil, Away.because(err)
		}
		p.mutex.Lock()
		p.found, p.foundAt = found, time.Now()
		p.mutex.Unlock()
		return found, nil
	})
	if err != nil {
		return nil, err
	}
	return found.(*oidc.Provider), nil
}

func (p *Provider) config(found *oidc.Provider, back string) *oauth2.Config {
	config := &oauth2.Config{
		ClientID: p.clientID, ClientSecret: p.secret, Endpoint: found.Endpoint(), RedirectURL: back, Scopes: []string{oidc.ScopeOpenID},
	}
	// Said, not tried out: a code is sent once.
	config.Endpoint.AuthStyle = oauth2.AuthStyleInHeader
	var says struct {
		Methods []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := found.Claims(&says); err == nil && len(says.Methods) > 0 && !slices.Contains(says.Methods, "client_secret_basic") {
		config.Endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return config
}
