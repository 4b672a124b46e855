package acceptance

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/signin"
)

const (
	clientID     = "reliefgraph"
	clientSecret = "the secret of the client"
)

// idp is a provider of OpenID Connect. Who comes to it is signed in as `subject` at once.
type idp struct {
	t         *testing.T
	url       string
	key       *rsa.PrivateKey
	away      atomic.Bool // it answers 503
	hanging   atomic.Value
	exchanges atomic.Int32

	mutex   sync.Mutex
	subject string
	claims  map[string]any // in place of those that are right
	signer  *rsa.PrivateKey
	methods []string
	given   map[string]url.Values // what a code was given for
	tokens  []string
}

// signingKey is one for all: making it takes long.
var signingKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func newIDP(t *testing.T) *idp {
	t.Helper()
	p := &idp{t: t, key: signingKey(), signer: signingKey(), subject: "248289761001", given: map[string]url.Values{}}
	p.hanging.Store("")
	release := make(chan struct{})
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", p.configuration)
	mux.HandleFunc("/keys", p.keys)
	mux.HandleFunc("/authorize", p.authorize)
	mux.HandleFunc("/token", p.token)
	running := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case p.away.Load():
			http.Error(w, "away", http.StatusServiceUnavailable)
		case p.hanging.Load() == r.URL.Path:
			select {
			case <-release:
			case <-r.Context().Done():
			}
		default:
			mux.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(running.Close)
	t.Cleanup(func() { close(release) })
	p.url = running.URL
	return p
}

// provider is how a server knows it.
func (p *idp) provider() *signin.Provider {
	p.t.Helper()
	provider, err := signin.NewProvider(p.url, clientID, clientSecret)
	mustDo(p.t, err)
	return provider
}

func (p *idp) configuration(w http.ResponseWriter, _ *http.Request) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	says := map[string]any{
		"issuer": p.url, "authorization_endpoint": p.url + "/authorize", "token_endpoint": p.url + "/token", "jwks_uri": p.url + "/keys",
		"id_token_signing_alg_values_supported": []string{"RS256"},
	}
	if p.methods != nil {
		says["token_endpoint_auth_methods_supported"] = p.methods
	}
	answerJSON(w, http.StatusOK, says)
}

func (p *idp) keys(w http.ResponseWriter, _ *http.Request) {
	text := base64.RawURLEncoding.EncodeToString
	answerJSON(w, http.StatusOK, map[string]any{"keys": []any{map[string]any{
		"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "1", "n": text(p.key.N.Bytes()), "e": text(big.NewInt(int64(p.key.E)).Bytes()),
	}}})
}

// authorize leads back with a code.
func (p *idp) authorize(w http.ResponseWriter, r *http.Request) {
	asked := r.URL.Query()
	for name, want := range map[string]string{
		"client_id": clientID, "response_type": "code", "scope": "openid", "code_challenge_method": "S256",
	} {
		if asked.Get(name) != want {
			p.t.Errorf("%s is %q, want %q", name, asked.Get(name), want)
		}
	}
	code := rand.Text()
	p.mutex.Lock()
	p.given[code] = asked
	p.mutex.Unlock()
	w.Header().Set(
		"Location",
		asked.Get("redirect_uri")+"?"+url.Values{"code": {code}, "state": {asked.Get("state")}, "iss": {p.url}}.Encode(),
	)
	w.WriteHeader(http.StatusFound)
}

// token gives a code's token, once, to who began the sign-in.
func (p *idp) token(w http.ResponseWriter, r *http.Request) {
	p.exchanges.Add(1)
	p.mutex.Lock()
	defer p.mutex.Unlock()
	code, verifier := r.PostFormValue("code"), sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	asked, known := p.given[code]
	delete(p.given, code)
	id, secret, basic := r.BasicAuth()
	if basic == (p.methods != nil) { // where it names methods, they are those by parameters
		p.t.Errorf("the client is known by basic: %t", basic)
	}
	if !basic {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	secret, _ = url.QueryUnescape(secret)
	switch {
	case id != clientID || secret != clientSecret && basic || !basic && r.PostFormValue("client_secret") != clientSecret:
		answerJSON(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client", "error_description": code})
	case !known || base64.RawURLEncoding.EncodeToString(verifier[:]) != asked.Get("code_challenge") ||
		r.PostFormValue("redirect_uri") != asked.Get("redirect_uri"):
		answerJSON(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant", "error_description": code})
	default:
		now := noon().Unix()
		claims := map[string]any{
			"iss": p.url, "sub": p.subject, "aud": clientID, "nonce": asked.Get("nonce"), "iat": now, "exp": now + 300,
		}
		maps.Copy(claims, p.claims)
		token := signed(p.t, p.signer, claims)
		p.tokens = append(p.tokens, token, code)
		answerJSON(w, http.StatusOK, map[string]any{"access_token": rand.Text(), "token_type": "Bearer", "id_token": token})
	}
}

func answerJSON(w http.ResponseWriter, status int, content any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(content) //nolint:errchkjson // the server under test tells
}

// signed is a JSON web token of claims.
func signed(t *testing.T, key *rsa.PrivateKey, claims map[string]any) string {
	t.Helper()
	content, err := json.Marshal(claims)
	mustDo(t, err)
	text := base64.RawURLEncoding.EncodeToString
	whole := text([]byte(`{"alg":"RS256","kid":"1"}`)) + "." + text(content)
	sum := sha256.Sum256([]byte(whole))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	mustDo(t, err)
	return whole + "." + text(signature)
}

// browser keeps cookies, and is led on where one step is looked at each.
type browser struct {
	s       *service
	cookies map[string]string
}

func (s *service) browser() *browser { return &browser{s, map[string]string{}} }

// get goes to an address of the server, or another, and returns the answer.
func (b *browser) get(address string, headers ...string) *sent {
	b.s.t.Helper()
	request, err := http.NewRequest("GET", address, nil)
	if err != nil {
		b.s.t.Fatal(err)
	}
	for name, value := range b.cookies {
		request.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		b.s.t.Fatal(err)
	}
	defer response.Body.Close()
	for _, cookie := range response.Cookies() {
		if b.cookies[cookie.Name] = cookie.Value; cookie.MaxAge < 0 {
			delete(b.cookies, cookie.Name)
		}
	}
	return &sent{response, ""}
}

// toProvider begins, and returns where the provider leads back to, or where one is led
// in its place.
func (b *browser) toProvider(back string) string {
	b.s.t.Helper()
	there := b.get(b.s.url + "/oidc/login?" + url.Values{"back": {back}}.Encode()).Header.Get("Location")
	if there == "" || there[0] == '/' {
		return there
	}
	return b.get(there).Header.Get("Location")
}

// who is the name of the account that the browser asks as.
func (b *browser) who() string {
	b.s.t.Helper()
	return b.s.who("Cookie", "reliefgraph_session="+b.cookies["reliefgraph_session"])
}

// refusal is why one is led to the page that signs in; empty where one is not.
func refusal(at string) string {
	address, err := url.Parse(at)
	if err != nil || address.Path != "/signin" {
		return ""
	}
	return address.Query().Get("refused")
}

// landed is the page that one comes to by way of the page that signs in; empty where one
// is not in.
func landed(at string) string {
	address, err := url.Parse(at)
	if err != nil || address.Path != "/signin" || !address.Query().Has("done") {
		return ""
	}
	return address.Query().Get("back")
}
