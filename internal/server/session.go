package server

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"mime"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/signin"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

const (
	// sessionAge is how long a browser keeps the cookie: the session ends then.
	sessionAge       = 7 * 24 * time.Hour
	largestSignIn    = 128 << 10 // the longest password, however it is escaped
	mostSigningIn    = 64        // at once: each takes some 20 ms of a core
	sessionMethods   = "GET, HEAD, POST, DELETE"
	multipartContent = "multipart/form-data"
)

// Demo are the accounts of the demo, which its page signs in to by a click.
type Demo struct {
	Accounts []DemoAccount `json:"accounts"`
	Password string        `json:"password"`
}

// DemoAccount is one of them.
type DemoAccount struct {
	Name        string `json:"name"`
	DisplayName string `json:"displayName"`
}

// session signs in and out. What comes from another origin, or is of a kind that a form
// may send, does neither.
func (s *Server) session() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /session", s.signIn)
	mux.HandleFunc("DELETE /session", s.signOut)
	mux.HandleFunc("GET /session", s.waysIn)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		switch r.Method {
		case http.MethodPost, http.MethodDelete:
		case http.MethodGet, http.MethodHead:
			mux.ServeHTTP(w, r)
			return
		default:
			w.Header().Set("Allow", sessionMethods)
			s.refuse(w, mediaJSON, http.StatusMethodNotAllowed, "POST signs in, DELETE signs out, GET tells how one may")
			return
		}
		if !ofOwnPage(r) {
			s.refuseForeign(w, r)
			return
		}
		if !sentByProgram(r) {
			s.refuse(w, mediaJSON, http.StatusUnsupportedMediaType, "send the request as application/json")
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// sentByProgram tells whether what is sent is JSON, files, or nothing at all. A form of
// another page may send files too, but no name and password that way, and its origin
// gives it away (ofOwnPage); no other kind that a form sends does anything here.
func sentByProgram(r *http.Request) bool {
	declared := r.Header.Get("Content-Type")
	if declared == "" {
		return r.ContentLength == 0 && r.Method != http.MethodPost
	}
	media, _, err := mime.ParseMediaType(declared)
	return err == nil && media == mediaJSON || isMultipart(r)
}

func isMultipart(r *http.Request) bool {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && media == multipartContent
}

// waysIn tells the page that signs in what there is besides name and password.
func (s *Server) waysIn(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", mediaJSON)
	ways := map[string]any{"demo": s.options.Demo, "provider": s.options.Provider != nil}
	// Who has just come from the provider, to whom no account is bound.
	if subject, err := base64.RawURLEncoding.DecodeString(cookieOf(r, subjectCookie)); err == nil && len(subject) > 0 {
		ways["subject"] = string(subject)
	}
	json.NewEncoder(w).Encode(ways) //nolint:errcheck,errchkjson // the client has gone
}

func (s *Server) signIn(w http.ResponseWriter, r *http.Request) {
	var given struct{ Name, Password string }
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, largestSignIn)).Decode(&given); err != nil {
		s.refuse(w, mediaJSON, http.StatusBadRequest, `send {"name": "…", "password": "…"} as JSON`)
		return
	}
	select {
	case s.signing <- struct{}{}:
		defer func() { <-s.signing }()
	default:
		w.Header().Set("Retry-After", "1")
		s.refuseAs(w, mediaJSON, http.StatusServiceUnavailable, problem.Unavailable, "too many sign in just now; try again in 1 s")
		return
	}
	now, address := s.options.Now(), caller(r)
	if wait := s.tries.Begin(given.Name, address, now); wait > 0 {
		s.refuseWith(w, r, tooOften("there were too many wrong tries", wait))
		return
	}
	id, err := register.NewAccounts(s.options.Store, s.options.Now, store.By{}).SignIn(r.Context(), given.Name, given.Password)
	switch {
	case err != nil:
		s.refuseWith(w, r, err)
	case id == "":
		s.refuseAs(w, mediaJSON, http.StatusUnauthorized, problem.Unauthenticated, "name and password do not fit")
	default:
		s.tries.Right(given.Name, address, now)
		note(r.Context()).account = given.Name // others may hold a password in the place of a name
		http.SetCookie(w, ownCookie(r, sessionCookie, id, sessionAge))
		w.WriteHeader(http.StatusNoContent)
	}
}

// sessionCookie is what the session's cookie is called.
const sessionCookie = "reliefgraph_session"

// cookieName is what a cookie is called. Over TLS browsers take one of such a name from
// this server alone, and only over TLS.
func cookieName(r *http.Request, name string) string {
	if overTLS(r) {
		return "__Host-" + name
	}
	return name
}

// ownCookie is a cookie for this server's eyes alone; an age below 0 ends it.
func ownCookie(r *http.Request, name, value string, age time.Duration) *http.Cookie {
	return &http.Cookie{
		Name: cookieName(r, name), Value: value, Path: "/", MaxAge: int(age.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: overTLS(r),
	}
}

// cookieOf is what a cookie holds, empty where there is none.
func cookieOf(r *http.Request, name string) string {
	if cookie, err := r.Cookie(cookieName(r, name)); err == nil {
		return cookie.Value
	}
	return ""
}

func (s *Server) signOut(w http.ResponseWriter, r *http.Request) {
	if id := cookieOf(r, sessionCookie); id != "" {
		if err := s.options.Store.EndSession(r.Context(), signin.HashOf(id)); err != nil {
			s.refuseWith(w, r, err)
			return
		}
	}
	http.SetCookie(w, ownCookie(r, sessionCookie, "", -time.Second))
	w.WriteHeader(http.StatusNoContent)
}

// mayRun refuses operations that a token was not made for.
func mayRun(ctx context.Context, operation *graphql.OperationContext, trusted bool) error {
	who := identityOf(ctx)
	if who.token != nil && who.token.TrustedDocuments && !trusted {
		return problem.New(problem.Forbidden, "", "the token asks trusted documents alone").Mend("name the document by its id")
	}
	if operation.Operation.Operation == "mutation" {
		return who.mayWrite()
	}
	return nil
}
