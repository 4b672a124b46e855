package server

import (
	"sync"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// places are what so many callers may hold at once, and one of them a part alone,
// so that others find some.
type places struct {
	what       string
	most, each int

	mutex   sync.Mutex
	held    map[string]int // by caller
	taken   int
	refused int
}

func newPlaces(what string, most, each int) *places {
	return &places{what: what, most: most, each: each, held: map[string]int{}}
}

// take gives a caller a place, until it is left, once.
func (p *places) take(caller string) (leave func(), err error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	switch {
	case p.taken >= p.most:
		p.refused++
		return nil, problem.New(problem.Unavailable, "",
			"as many %s are under way as this server does at once; try again in %d s", p.what, laterPlace).In(laterPlace)
	case p.held[caller] >= p.each:
		p.refused++
		return nil, problem.New(problem.Unavailable, "",
			"you have %d of the %s under way, and others are to find room; try again when one has ended", p.each, p.what).In(laterPlace)
	}
	p.taken++
	p.held[caller]++
	return sync.OnceFunc(func() {
		p.mutex.Lock()
		defer p.mutex.Unlock()
		p.taken--
		if p.held[caller]--; p.held[caller] == 0 {
			delete(p.held, caller)
		}
	}), nil
}

// laterPlace is after how many seconds a place may be free.
const laterPlace = 10

// counts tells how many places are taken, and how often there was none.
func (p *places) counts() (taken, refused int) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.taken, p.refused
}
