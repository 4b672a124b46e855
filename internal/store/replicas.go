package store

import (
	"context"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

const (
	// briefly is how long a question waits for a replica to replay what it must hold. One
	// that does not lag takes a few milliseconds.
	briefly = 50 * time.Millisecond
	// whileAwaited is between two looks at a replica that somebody waits for, and
	// betweenReplicaLooks between two others.
	whileAwaited        = 2 * time.Millisecond
	betweenReplicaLooks = 500 * time.Millisecond
	// replicaPatience is how long a replica may leave a look unanswered.
	replicaPatience = 2 * time.Second
)

// Replicas are the streaming replicas by which questions are read
// (docs/adr/0014-replicas.md): each that has replayed all that the question's index holds.
type Replicas struct {
	store    *Store
	follower *Follower
	log      *slog.Logger
	all      []*replica
	turn     atomic.Uint64 // who reads next
	waiting  atomic.Int64  // questions that wait for any
	primary  atomic.Int64  // questions that the database itself answered
	lost     atomic.Int64  // questions that were asked again, as their replica was lost

	mutex sync.Mutex
	told  chan struct{} // closed when one has been looked at
}

// Replicas looks at the replicas of a follower's database at some addresses. What is no
// replica of it is refused; one that does not answer is left out until it does. Of the
// addresses counts where they lead to: roles and database are the store's.
func (f *Follower) Replicas(ctx context.Context, addresses []string, log *slog.Logger) (*Replicas, error) {
	rs := &Replicas{store: f.store, follower: f, log: log, told: make(chan struct{})}
	for _, address := range addresses {
		r, err := rs.at(address)
		if err != nil {
			return nil, err
		}
		rs.all = append(rs.all, r)
	}
	looks := make([]error, len(rs.all))
	var looking sync.WaitGroup
	for i, r := range rs.all {
		looking.Go(func() { looks[i] = r.look(ctx) })
	}
	looking.Wait()
	for _, err := range looks {
		if problem.CodeOf(err) == problem.Conflict {
			for _, r := range rs.all {
				r.end()
			}
			return nil, err
		}
	}
	return rs, ctx.Err()
}

func (rs *Replicas) at(address string) (*replica, error) {
	config, err := configure(address)
	if err != nil {
		return nil, problem.Invalid("read-url", "write postgres://host:port/?sslmode=…", "an address cannot be read")
	}
	r := &replica{name: config.Host, config: config, of: rs, wake: make(chan struct{}, 1)}
	switch {
	case config.Hostaddr.IsValid():
		r.name = net.JoinHostPort(config.Hostaddr.String(), strconv.Itoa(int(config.Port)))
	case !strings.HasPrefix(config.Host, "/") && !strings.HasPrefix(config.Host, "@"):
		r.name = net.JoinHostPort(config.Host, strconv.Itoa(int(config.Port)))
	}
	options := rs.store.options
	options.NoPrepare = false
	looking := bounded(r.as(rs.store.config), options)
	if r.looks, err = connect(looking, options, replicaPatience); err != nil {
		return nil, err
	}
	r.looks.SetMaxOpenConns(1)
	return r, nil
}

// Keep looks at the replicas until the context ends, and gives them up then.
func (rs *Replicas) Keep(ctx context.Context) {
	var keeping sync.WaitGroup
	for _, r := range rs.all {
		keeping.Go(func() { r.keep(ctx) })
	}
	keeping.Wait()
}

// tell lets those who wait see how the replicas stand now.
func (rs *Replicas) tell() {
	rs.mutex.Lock()
	defer rs.mutex.Unlock()
	close(rs.told)
	rs.told = make(chan struct{})
}

func (rs *Replicas) next() <-chan struct{} {
	rs.mutex.Lock()
	defer rs.mutex.Unlock()
	return rs.told
}

// choose returns a replica that has replayed all that had been written, nil where none has
// done so soon.
func (rs *Replicas) choose(ctx context.Context, all Written) (*replica, *life) {
	r, l, awaited := rs.having(all)
	if l != nil || !awaited {
		return r, l
	}
	rs.waiting.Add(1)
	defer rs.waiting.Add(-1)
	for _, r := range rs.all {
		r.lookNow()
	}
	timer := time.NewTimer(briefly)
	defer timer.Stop()
	for {
		next := rs.next()
		if r, l, awaited = rs.having(all); l != nil || !awaited {
			return r, l
		}
		select {
		case <-next:
		case <-ctx.Done():
			return nil, nil
		case <-timer.C:
			for _, r := range rs.all {
				r.inVain(all)
			}
			return nil, nil
		}
	}
}

// having returns one of those that have replayed all, in turn, and whether it is
// worthwhile to wait for another.
func (rs *Replicas) having(all Written) (_ *replica, _ *life, awaited bool) {
	first := int(rs.turn.Add(1) % uint64(len(rs.all)))
	for i := range rs.all {
		r := rs.all[(first+i)%len(rs.all)]
		l, wait := r.living()
		if l != nil && l.has(all) {
			return r, l, false
		}
		awaited = awaited || wait && l.history == all.history
	}
	return nil, nil, awaited
}

// ReplicaState is how a replica stands.
type ReplicaState struct {
	Name string
	// Fault is why it is left out, empty where it is not.
	Fault string
	// Lags: what it lacks is read by others, and nobody waits for it.
	Lags bool
	// Behind is how many bytes of the log it had not replayed when it was last looked at,
	// of those that the newest index needs.
	Behind uint64
	// Questions are those that were read by it.
	Questions int64
}

// States tells how the replicas stand.
func (rs *Replicas) States() []ReplicaState {
	newest := rs.follower.Written()
	states := make([]ReplicaState, len(rs.all))
	for i, r := range rs.all {
		r.mutex.Lock()
		state := ReplicaState{Name: r.name, Fault: r.fault, Lags: r.lags, Questions: r.answered.Load()}
		if r.life != nil {
			if reached := r.life.reached.Load(); reached < newest.lsn {
				state.Behind = newest.lsn - reached
			}
		}
		r.mutex.Unlock()
		states[i] = state
	}
	return states
}

// Else tells how many questions the database itself was read for, and how many were asked
// again because their replica was lost.
func (rs *Replicas) Else() (primary, lost int64) { return rs.primary.Load(), rs.lost.Load() }
