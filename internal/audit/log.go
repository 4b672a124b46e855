package audit

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// Log is the log of changes of a database.
type Log struct {
	store *store.Store
	key   *Key // nil: nothing is signed here

	standing atomic.Pointer[Standing]
}

// Standing is how Keep found the log last.
type Standing struct {
	Failed          bool      // it could not be sealed
	At              time.Time // when nothing was left to be sealed; zero: never yet
	Entries, Signed int64     // sealed entries, and those that a checkpoint covers
}

// Standing is how the log stands.
func (l *Log) Standing() Standing {
	if of := l.standing.Load(); of != nil {
		return *of
	}
	return Standing{}
}

// New is the log of a database. Without a key, or with another than the log's first,
// entries are sealed and no checkpoint is signed.
func New(of *store.Store, key *Key) *Log { return &Log{store: of, key: key} }

// Seal gives all that was committed before it was called its place in the log.
func (l *Log) Seal(ctx context.Context) error {
	return l.store.Seal(ctx, l.key != nil, l.grow)
}

func (l *Log) grow(head store.LogHead, leaves [][]byte) (grown store.LogGrown, err error) {
	t, err := newTree(head.Size, head.Edge)
	if err != nil {
		return grown, err
	}
	for _, leaf := range leaves {
		if err := t.add(leaf); err != nil {
			return grown, err
		}
	}
	grown.Edge = t.bytes()
	if l.key == nil || head.Verifier != "" && head.Verifier != l.key.verifier {
		return grown, nil
	}
	root, err := t.root()
	if err != nil {
		return grown, err
	}
	grown.Verifier = l.key.verifier
	grown.Note, err = Checkpoint{head.Origin, t.size, root}.sign(l.key)
	return grown, err
}

// Checkpoint is the newest: of all that was committed before it was called, where
// this process holds the log's key.
func (l *Log) Checkpoint(ctx context.Context) (string, error) {
	if err := l.Seal(ctx); err != nil {
		return "", err
	}
	newest, err := l.store.Checkpoint(ctx)
	if err == nil && newest == "" {
		err = problem.New(problem.NotFound, "", "no checkpoint of the log was signed yet: start a server that holds its key")
	}
	return newest, err
}

// WholeCheckpoint is a Checkpoint that covers all that was committed before it was
// called: where this process does not hold the log's key, others may not have signed yet.
func (l *Log) WholeCheckpoint(ctx context.Context) (string, error) {
	if err := l.Seal(ctx); err != nil {
		return "", err
	}
	head, err := l.store.LogHead(ctx)
	if err != nil {
		return "", err
	}
	newest, err := l.Checkpoint(ctx)
	if err != nil {
		return "", err
	}
	signed, err := ReadSigned(newest)
	if err == nil && signed.Size < head.Size {
		err = problem.New(
			problem.Conflict,
			"",
			"the newest checkpoint is of %d entries, the log has %d, and none of the others is signed here",
			signed.Size,
			head.Size,
		).
			Mend(
				"name the file of the log's key with --log-key, or try again when a server that holds it has signed",
			)
	}
	return newest, err
}

// Newest is Checkpoint with the instant of its last entry; nil where none was signed yet.
func (l *Log) Newest(ctx context.Context) (*store.NewestCheckpoint, error) {
	if err := l.Seal(ctx); err != nil {
		return nil, err
	}
	span, err := l.store.LogSpan(ctx, nil, nil)
	return span.Newest, err
}

// Keep seals what others leave to be sealed, until the context ends.
func (l *Log) Keep(ctx context.Context, every time.Duration, told *slog.Logger) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(every):
		}
		standing := l.Standing()
		err := l.look(ctx, &standing)
		if err != nil && ctx.Err() == nil && !standing.Failed {
			told.Warn("the log of changes is not sealed; it is tried again", "error", err)
		}
		standing.Failed = err != nil
		l.standing.Store(&standing)
	}
}

// look seals what there is, and sees how far that is signed.
func (l *Log) look(ctx context.Context, standing *Standing) error {
	if err := l.Seal(ctx); err != nil {
		return err
	}
	sealed := time.Now()
	entries, signed, err := l.store.LogSigned(ctx)
	if err != nil {
		return err // what was seen before is told on
	}
	standing.At, standing.Entries, standing.Signed = sealed, entries, signed
	return nil
}
