package signin

import (
	"sync"
	"time"
)

// How often one may be wrong within a while: one name from one address, one name from
// all addresses from which it has never been right, and one address with all names
// that have never been right from there. So nobody who has signed in from an office is
// kept out by what others do there or elsewhere.
const (
	while            = 15 * time.Minute
	mostOfPair       = 20
	mostOfName       = 200
	mostOfAddress    = 1000
	mostTriesHeld    = 100_000 // then the oldest are forgotten
	rememberedRights = 30 * 24 * time.Hour
	longestName      = 256
)

// Tries counts wrong tries to sign in.
type Tries struct {
	mutex sync.Mutex
	wrong map[key]*count
	right map[key]time.Time
}

// key is a name, an address or both; empty where it is of all.
type key struct{ name, address string }

type count struct {
	number int
	until  time.Time
}

// NewTries begins to count.
func NewTries() *Tries { return &Tries{wrong: map[key]*count{}, right: map[key]time.Time{}} }

// Begin begins a try of a name at an address, which counts as a wrong one until it
// turns out to be right, so that many at once count too. It returns how long the name
// must wait there before it may try again, known or not alike; 0 where it may go on.
func (t *Tries) Begin(name, address string, now time.Time) time.Duration {
	name = name[:min(len(name), longestName)]
	t.mutex.Lock()
	defer t.mutex.Unlock()
	counted := []key{{name, address}}
	wait := t.left(counted[0], mostOfPair, now)
	if now.Sub(t.right[key{name, address}]) > rememberedRights {
		counted = append(counted, key{name: name}, key{address: address})
		wait = max(wait, t.left(counted[1], mostOfName, now), t.left(counted[2], mostOfAddress, now))
	}
	if wait == 0 {
		t.count(counted, now)
	}
	return wait
}

func (t *Tries) left(of key, most int, now time.Time) time.Duration {
	if c := t.wrong[of]; c != nil && c.number >= most && now.Before(c.until) {
		return c.until.Sub(now)
	}
	return 0
}

func (t *Tries) count(counted []key, now time.Time) {
	if len(t.wrong) >= mostTriesHeld {
		t.forget(now)
	}
	for _, of := range counted {
		c := t.wrong[of]
		if c == nil || !now.Before(c.until) {
			c = &count{until: now.Add(while)}
			t.wrong[of] = c
		}
		c.number++
	}
}

// forget forgets what has passed; where that is too little, all.
func (t *Tries) forget(now time.Time) {
	for of, c := range t.wrong {
		if !now.Before(c.until) {
			delete(t.wrong, of)
		}
	}
	if len(t.wrong) >= mostTriesHeld {
		clear(t.wrong)
	}
}

// Right notes that a try was right.
func (t *Tries) Right(name, address string, now time.Time) {
	name = name[:min(len(name), longestName)]
	t.mutex.Lock()
	defer t.mutex.Unlock()
	delete(t.wrong, key{name, address})
	if _, known := t.right[key{name, address}]; !known {
		for _, of := range []key{{name: name}, {address: address}} {
			if c := t.wrong[of]; c != nil {
				c.number--
			}
		}
	}
	if len(t.right) >= mostTriesHeld {
		clear(t.right)
	}
	t.right[key{name, address}] = now
}
