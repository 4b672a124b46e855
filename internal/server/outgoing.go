package server

import (
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// What a reader of an answer must take: something in so long a time, and the whole
// at such a rate. What it does not take is held in memory for it.
const (
	answersPatience = 5 * time.Second
	leastPerSecond  = 64 << 10
)

// outgoing are the answers that are being sent, so many bytes at most: where there
// are more, the slowest readers lose theirs.
type outgoing struct {
	most int

	mutex   sync.Mutex
	held    int
	sent    []*sentAnswer
	dropped atomic.Int64
}

// sentAnswer is an answer on its way.
type sentAnswer struct {
	control *http.ResponseController
	length  int
	begun   time.Time
	taken   atomic.Int64
	dropped atomic.Bool
}

// taking is how long a reader has before it is told from others by its rate.
const taking = time.Second

// rate is how fast its reader takes it, in bytes a second.
func (a *sentAnswer) rate() float64 {
	return float64(a.taken.Load()) / time.Since(a.begun).Seconds()
}

// send sends an answer, and drops it where its reader takes too little of it, and
// where it takes less than others while many answers are held.
func (o *outgoing) send(w http.ResponseWriter, parts [][]byte, length int) {
	answer := &sentAnswer{control: http.NewResponseController(w), length: length, begun: time.Now()}
	o.add(answer)
	defer o.remove(answer)
	last := answer.begun.Add(answersPatience + time.Duration(length/leastPerSecond)*time.Second)
	for _, part := range parts {
		for chunk := range slices.Chunk(part, sentAtOnce) {
			until := time.Now().Add(answersPatience)
			if until.After(last) {
				until = last
			}
			answer.control.SetWriteDeadline(until) //nolint:errcheck // where there is no connection there is no reader that stops
			if answer.dropped.Load() {
				// No end is written to it: its reader learns that it is not whole.
				answer.control.SetWriteDeadline(time.Now()) //nolint:errcheck // likewise
				return
			}
			if _, err := w.Write(chunk); err != nil {
				return // the client has gone, or has stopped: nobody is left to tell
			}
			answer.taken.Add(int64(len(chunk)))
		}
	}
}

// add lets an answer be held, and drops others until there is room for it.
func (o *outgoing) add(answer *sentAnswer) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.sent = append(o.sent, answer)
	for o.held += answer.length; o.held > o.most; {
		var slowest *sentAnswer
		for _, other := range o.sent {
			if time.Since(other.begun) > taking && (slowest == nil || other.rate() < slowest.rate()) {
				slowest = other
			}
		}
		if slowest == nil {
			return // all have just begun
		}
		slowest.dropped.Store(true)
		slowest.control.SetWriteDeadline(time.Now()) //nolint:errcheck // likewise
		o.dropped.Add(1)
		o.without(slowest)
	}
}

func (o *outgoing) remove(answer *sentAnswer) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.without(answer)
}

func (o *outgoing) without(answer *sentAnswer) {
	if at := slices.Index(o.sent, answer); at >= 0 {
		o.sent = slices.Delete(o.sent, at, at+1)
		o.held -= answer.length
	}
}

// bytes are those that are held.
func (o *outgoing) bytes() int {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.held
}
