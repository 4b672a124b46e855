package server

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/signin"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// identity is who asks.
type identity struct {
	account *account.Account // nil: nobody has signed in
	token   *store.Token     // by which it asks; nil: by a cookie
}

type identityKey struct{}

// identityOf is who asks; nobody, where that is not known.
func identityOf(ctx context.Context) identity {
	who, _ := ctx.Value(identityKey{}).(identity)
	return who
}

// identified finds out who asks: a token says it on every address, and is refused where
// it is not good; else a cookie does, which counts as none where it is not good or where
// a page of another site makes the browser send it.
func (s *Server) identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, err := s.identify(r)
		if err == nil && who.account != nil {
			noteAccount(r.Context(), who)
		}
		if often := s.paced(who, r); often != nil {
			err = often // also of who tries tokens
		}
		if err != nil {
			s.readable(w, r)
			s.refuseWith(w, r, err)
			return
		}
		if who.account != nil {
			r = r.WithContext(context.WithValue(r.Context(), identityKey{}, who))
		}
		next.ServeHTTP(w, r)
	})
}

func noteAccount(ctx context.Context, who identity) {
	n := note(ctx)
	n.account, n.by = who.account.Name, "session"
	if who.token != nil {
		n.by = "token"
	}
}

// errToken refuses a token, whatever is wrong with it: who holds one that is not theirs
// learns nothing.
var errToken = problem.New(problem.Unauthenticated, "", "the token is not good here, or no more").
	Mend("make another one, or leave it out: what is public needs none")

func (s *Server) identify(r *http.Request) (who identity, err error) {
	if secret, given := bearer(r); given {
		return s.byToken(r, secret)
	}
	if id := cookieOf(r, sessionCookie); id != "" && ofOwnPage(r) {
		who.account, err = s.options.Store.SessionAccount(r.Context(), signin.HashOf(id), s.options.Now())
		return who, err
	}
	return who, nil
}

// bearer is the token that a request brings.
func bearer(r *http.Request) (secret string, given bool) {
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(secret), strings.EqualFold(scheme, "Bearer")
}

// withGoodToken refuses a token that is not good where nobody needs one. Where the
// database cannot say, the answer does not suffer from that.
func (s *Server) withGoodToken(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if secret, given := bearer(r); given {
			ctx, cancel := context.WithTimeout(r.Context(), readyWithin)
			_, err := s.byToken(r.WithContext(ctx), secret)
			cancel()
			if errors.Is(err, errToken) {
				s.refuseWith(w, r, err)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Server) byToken(r *http.Request, secret string) (who identity, err error) {
	return s.byTokenFor(r, secret, store.ForAll)
}

// byTokenFor is who asks by a token that was made for a purpose.
func (s *Server) byTokenFor(r *http.Request, secret string, purpose store.Purpose) (who identity, err error) {
	if !signin.IsToken(secret) {
		return who, errToken
	}
	of, token, err := s.options.Store.TokenAccount(r.Context(), signin.HashOf(secret), s.options.Now())
	if err != nil {
		return who, err
	}
	if of == nil || token.Purpose != purpose || !from(r, token.Networks) {
		return who, errToken
	}
	return identity{of, &token}, nil
}

// from tells whether a request comes from one of the networks; none are all.
func from(r *http.Request, networks []netip.Prefix) bool {
	address := peerOf(r).address
	return len(networks) == 0 || slices.ContainsFunc(networks, func(network netip.Prefix) bool { return network.Contains(address) })
}

// ofOwnPage tells whether a request is of a page of this server, or of no page, as
// browsers tell; a reader who is led here by a link is not made to ask.
func ofOwnPage(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return true
	case "":
		origin := r.Header.Get("Origin")
		if origin == "" {
			return true
		}
		address, err := url.Parse(origin)
		return err == nil && strings.EqualFold(address.Host, r.Host) && (address.Scheme == "https" || !overTLS(r))
	}
	return goesHere(r.Header) && (r.Method == http.MethodGet || r.Method == http.MethodHead)
}

// mayWrite refuses what a token was not made for.
func (i identity) mayWrite() error {
	if i.token != nil && i.token.ReadOnly {
		return problem.New(problem.Forbidden, "", "the token reads only").Mend("make one that writes")
	}
	return nil
}

// beyondDocuments serves what is asked for otherwise than by GraphQL documents; a token
// of trusted documents is not good for it.
func (s *Server) beyondDocuments(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if who := identityOf(r.Context()); who.token != nil && who.token.TrustedDocuments {
			s.refuseWith(
				w,
				r,
				problem.New(problem.Forbidden, "", "the token asks trusted documents alone").Mend("make one that may do more"),
			)
			return
		}
		next.ServeHTTP(w, r)
	})
}
