package server

import (
	"math"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// How often one may ask: an account, wherever it is, so that nobody suffers from others
// of the same office; and all who have not signed in at one address, which may be many.
// A page takes one question and, the first time, some twenty files. What a question may
// cost is bounded elsewhere (docs/adr/0009-admission.md).
const (
	accountsRate  = 100 // a second
	accountsBurst = 1000
	addressRate   = 300
	addressBurst  = 3000
	mostRatesHeld = 50_000
)

// rates are how often each of many has asked of late.
type rates struct {
	rate        rate.Limit
	burst, most int

	mutex sync.Mutex
	// Who has asked since `before` was put away, and who before that: so many are
	// remembered, and who asks often is.
	recent, before map[string]*rate.Limiter
}

func newRates(perSecond rate.Limit, burst int) *rates {
	return &rates{rate: perSecond, burst: burst, most: mostRatesHeld, recent: map[string]*rate.Limiter{}}
}

// take counts a request, and returns how long to wait before it would be taken; 0
// where it is.
func (r *rates) take(of string, now time.Time) time.Duration {
	reserved := r.limiter(of).ReserveN(now, 1)
	wait := reserved.DelayFrom(now)
	if wait > 0 {
		reserved.CancelAt(now) // who asks too soon does not wait longer for it
	}
	return wait
}

func (r *rates) limiter(of string) *rate.Limiter {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if known := r.recent[of]; known != nil {
		return known
	}
	known := r.before[of]
	if known == nil {
		known = rate.NewLimiter(r.rate, r.burst)
	}
	if len(r.recent) >= r.most/2 {
		r.before, r.recent = r.recent, map[string]*rate.Limiter{}
	}
	r.recent[of] = known
	return known
}

// paced refuses who asks too often. What this machine itself asks is the operator's own.
func (s *Server) paced(who identity, r *http.Request) error {
	if peerOf(r).address.IsLoopback() {
		return nil
	}
	counted, of := s.byAddress, caller(r)
	if who.account != nil {
		counted, of = s.byAccount, who.account.Name
	}
	if wait := counted.take(of, s.options.Now()); wait > 0 {
		return tooOften("you ask more often than one may", wait)
	}
	return nil
}

func tooOften(what string, wait time.Duration) error {
	seconds := int(math.Ceil(wait.Seconds()))
	return problem.New(problem.RateLimited, "", "%s; try again in %d s", what, seconds).In(seconds)
}
