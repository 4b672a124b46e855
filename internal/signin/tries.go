package signin

import (
	"sync"
	"time"
)

// How often one may be wrong within a while: one name from one address; one name from
// all addresses from which it has never been right, and one address with all names
// that have never been right from there. Where many were, a name that was not tried
// there yet may be all the same: nobody is kept out by what others do at the same
// address, and of a name by what is tried elsewhere only where a crowd of addresses
// does. docs/accounts.md says what that lets an attacker try.
const (
	while            = 15 * time.Minute
	mostOfPair       = 20
	mostWhereMany    = 3 // of a pair, where name or address have had as many as follow
	manyOfName       = 200
	manyOfAddress    = 1000
	mostOfName       = 2000
	mostTriesHeld    = 100_000
	rememberedRights = 30 * 24 * time.Hour
	longestName      = 256
)

// Inside stands in the place of an address for those who have signed in already:
// their present passwords are counted by name alone.
const Inside = ""

// Tries counts wrong tries to sign in.
type Tries struct {
	mutex sync.Mutex
	wrong map[key]*count
	right map[key]time.Time
}

// key is what is counted: a name at an address, or all of one of them.
type key struct {
	of            kind
	name, address string
}

type kind uint8

const (
	ofPair kind = iota
	ofName
	ofAddress
)

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
	counted := keys(name, address)
	pair, ofAll := counted[0], counted[1:]
	t.mutex.Lock()
	defer t.mutex.Unlock()
	wait := t.left(pair, mostOfPair, now)
	if address == Inside || now.Sub(t.right[pair]) <= rememberedRights {
		counted = counted[:1]
	} else {
		many := max(t.left(ofAll[0], manyOfName, now), t.left(ofAll[1], manyOfAddress, now))
		wait = max(wait, min(many, t.left(pair, mostWhereMany, now)), t.left(ofAll[0], mostOfName, now))
	}
	if wait == 0 {
		t.count(counted, now)
	}
	return wait
}

// keys are those of a name at an address, of the name and of the address.
func keys(name, address string) []key {
	name = name[:min(len(name), longestName)]
	return []key{{ofPair, name, address}, {ofName, name, ""}, {ofAddress, "", address}}
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

// forget forgets what has passed and, where that is too little, what was least often
// wrong: who tries many names does not have forgotten how often one was.
func (t *Tries) forget(now time.Time) {
	for least := 0; len(t.wrong) > mostTriesHeld/2; least++ {
		for of, c := range t.wrong {
			if c.number <= least || !now.Before(c.until) {
				delete(t.wrong, of)
			}
		}
	}
}

// Right notes that a try was right.
func (t *Tries) Right(name, address string, now time.Time) {
	counted := keys(name, address)
	pair := counted[0]
	t.mutex.Lock()
	defer t.mutex.Unlock()
	delete(t.wrong, pair)
	if _, known := t.right[pair]; !known && address != Inside {
		for _, of := range counted[1:] {
			if c := t.wrong[of]; c != nil && c.number > 0 {
				c.number--
			}
		}
	}
	if len(t.right) >= mostTriesHeld {
		clear(t.right)
	}
	t.right[pair] = now
}
