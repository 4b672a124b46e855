package server

import (
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/signin"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// Signing in by a provider of OpenID Connect: the browser is led there from
// /oidc/login, and comes back to /oidc/callback.
const (
	loginAt, callbackAt = "/oidc/login", "/oidc/callback"
	signInPage          = "/signin?"
	longestBack         = 1024 // bytes of the page to return to: a cookie holds it
	longestCause        = 500  // bytes of what the provider is at fault with, in the log
	busyRefusal         = signin.Refusal("busy")
	faultRefusal        = signin.Refusal("fault") // of this server
)

// byProvider are the addresses, where there is a provider.
func (s *Server) byProvider(mux *http.ServeMux) {
	if s.options.Provider == nil {
		return
	}
	for path, answer := range map[string]http.HandlerFunc{loginAt: s.leadToProvider, callbackAt: s.backFromProvider} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "no-store")
			w.Header().Set("Referrer-Policy", "no-referrer")
			if r.Method != http.MethodGet {
				w.Header().Set("Allow", http.MethodGet)
				s.refuse(w, mediaJSON, http.StatusMethodNotAllowed, "a browser is led here by GET")
				return
			}
			select {
			case s.providing <- struct{}{}:
				defer func() { <-s.providing }()
				answer(w, r)
			default:
				s.notIn(w, r, busyRefusal, localPath(r.URL.Query().Get("back")))
			}
		})
	}
}

func (s *Server) leadToProvider(w http.ResponseWriter, r *http.Request) {
	attempt, back := signin.NewAttempt(), localPath(r.URL.Query().Get("back"))
	address, err := s.options.Provider.Address(attempt, addressOf(r)+callbackAt)
	if err == nil {
		err = s.options.Store.BeginAttempt(r.Context(), signin.HashOf(string(attempt)), s.options.Now())
	}
	if err != nil {
		s.notIn(w, r, err, back)
		return
	}
	value := string(attempt) + "." + base64.RawURLEncoding.EncodeToString([]byte(back))
	http.SetCookie(w, ownCookie(r, attemptCookie, value, store.AttemptAge))
	leadTo(w, address)
}

func (s *Server) backFromProvider(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	attempt, back := attemptOf(r)
	if attempt == "" || !attempt.Begun(query.Get("state")) {
		s.notIn(w, r, signin.NotBegun, back)
		return
	}
	http.SetCookie(w, ownCookie(r, attemptCookie, "", -time.Second))
	begun, err := s.options.Store.EndAttempt(r.Context(), signin.HashOf(string(attempt)), s.options.Now())
	if err == nil && !begun {
		err = signin.NotBegun
	}
	var subject string
	if err == nil {
		subject, err = s.options.Provider.Subject(r.Context(), attempt, addressOf(r)+callbackAt, signin.Returned{
			Code: query.Get("code"), Fault: query.Get("error"), Issuer: query.Get("iss"),
		}, s.options.Now())
	}
	if err != nil {
		s.notIn(w, r, err, back)
		return
	}
	id, name, err := register.NewAccounts(s.options.Store, s.options.Now, store.By{}).
		SignInBy(r.Context(), s.options.Provider.Issuer(), subject)
	if err != nil {
		if errors.Is(err, signin.Unbound) {
			// Who it is, for the administrator who binds the account; by a cookie, since
			// an address could tell somebody else's.
			http.SetCookie(w, ownCookie(r, subjectCookie, base64.RawURLEncoding.EncodeToString([]byte(subject)), store.AttemptAge))
		}
		s.notIn(w, r, err, back)
		return
	}
	note(r.Context()).account = name
	http.SetCookie(w, ownCookie(r, sessionCookie, id, sessionAge))
	// The page begins anew as somebody else, and leads back itself.
	leadTo(w, signInPage+url.Values{"done": {""}, "back": {back}}.Encode())
}

// notIn leads to the page that signs in, which tells why nobody is in by the provider.
func (s *Server) notIn(w http.ResponseWriter, r *http.Request, err error, back string) {
	why, told := errors.AsType[signin.Refusal](err)
	if !told {
		why = faultRefusal
	}
	if err != error(why) { // what it rests on is for the operator
		cause := err.Error()
		s.options.Log.LogAttrs(r.Context(), slog.LevelWarn, "signing in by the provider failed",
			slog.String("requestId", requestID(r.Context())), slog.String("error", cause[:min(len(cause), longestCause)]))
	}
	leadTo(w, signInPage+url.Values{"refused": {string(why)}, "back": {back}}.Encode())
}

// leadTo leads a browser on. http.Redirect would write the address into the answer and
// change what is in it.
func leadTo(w http.ResponseWriter, address string) {
	w.Header().Set("Location", address)
	w.WriteHeader(http.StatusSeeOther)
}

const (
	attemptCookie = "reliefgraph_oidc"
	subjectCookie = "reliefgraph_subject"
)

// attemptOf is the sign-in that a browser has begun, and the page that it returns to.
func attemptOf(r *http.Request) (attempt signin.Attempt, back string) {
	value := cookieOf(r, attemptCookie)
	secret, page, _ := strings.Cut(value, ".")
	decoded, err := base64.RawURLEncoding.DecodeString(page)
	if err != nil {
		return "", localPath("")
	}
	return signin.Attempt(secret), localPath(string(decoded))
}

// localPath is the page of this server that an address names, whatever else it says;
// the start where it names none.
func localPath(back string) string {
	const start = "/"
	at, err := url.Parse(back)
	if err != nil || len(back) > longestBack || at.Scheme != "" || at.Host != "" || at.User != nil || at.Opaque != "" ||
		!strings.HasPrefix(at.Path, "/") || strings.HasPrefix(at.Path, "//") || strings.Contains(at.Path, `\`) ||
		strings.HasPrefix(at.Path, "/oidc/") {
		return start
	}
	return (&url.URL{Path: at.Path, RawPath: at.RawPath, RawQuery: at.RawQuery}).String()
}
