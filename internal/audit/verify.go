package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// Verified is what a verification found.
type Verified struct {
	Checkpoint          // of the whole log, as it was recomputed
	Problems   []string // what does not fit, a line each
}

// verifying is a verification under way.
type verifying struct {
	found    Verified
	tree     *tree
	verifier string
	expected []expected     // checkpoints to be met, the smallest first
	known    map[int64]bool // entries that are told already
	last     *store.LogEntry
	proven   int64 // so many entries are those of a checkpoint
	holed    bool  // entries are gone: no later checkpoint can be met
}

// expected is what the tree was signed to be at a size.
type expected struct {
	Checkpoint
	name string
}

func (v *verifying) problem(format string, arguments ...any) {
	v.found.Problems = append(v.found.Problems, fmt.Sprintf(format, arguments...))
}

// entry tells what does not fit of an entry, once for each.
func (v *verifying) entry(sequence int64, fact, key, what string) {
	if !v.known[sequence] {
		v.known[sequence] = true
		v.problem("entry %d (%s %s): %s", sequence, fact, key, what)
	}
}

// Verify recomputes the log's tree and replays it against the rows. A checkpoint kept
// elsewhere shows what was cut off; it is told by its name, which is empty of none.
func (l *Log) Verify(ctx context.Context, name, against string) (Verified, error) {
	v := &verifying{tree: &tree{edge: map[int64]tlog.Hash{}}, known: map[int64]bool{}}
	if err := l.Seal(ctx); err != nil {
		v.problem("the log cannot be sealed: %v", err)
	}
	err := l.store.ReadLog(ctx, func(state *store.LogState) error {
		head, err := state.Head(ctx)
		if err != nil {
			return err
		}
		v.found.Origin = head.Origin
		if err := v.expect(ctx, state, l.key, head, name, against); err != nil {
			return err
		}
		v.meet()
		err = state.Entries(ctx, v.visit)
		if err != nil {
			return err
		}
		if err := v.complete(head); err != nil {
			return err
		}
		err = v.replay(ctx, state)
		if err != nil && len(v.found.Problems) > 0 && ctx.Err() == nil {
			v.problem("what is told above keeps the log from being replayed: %v", err)
			return nil
		}
		return err
	})
	return v.found, err
}

// expect reads the checkpoints that the tree must meet.
func (v *verifying) expect(ctx context.Context, state *store.LogState, key *Key, head store.LogHead, name, against string) error {
	v.verifier = head.Verifier
	if key != nil {
		v.verifier = key.verifier
	}
	if head.Verifier != "" && head.Verifier != v.verifier {
		v.problem("the log is signed with another key than the one in the key file")
	}
	signed, err := state.Checkpoints(ctx)
	if err != nil {
		return err
	}
	for _, kept := range signed {
		v.expectOne("the checkpoint of "+problem.Counted(kept.Size, "entry", "entries"), kept.Note, head.Origin)
	}
	if name != "" {
		v.expectOne(name, against, head.Origin)
	}
	slices.SortStableFunc(v.expected, func(a, b expected) int { return int(min(max(a.Size-b.Size, -1), 1)) })
	return nil
}

func (v *verifying) expectOne(name, text, origin string) {
	c, err := open(text, v.verifier)
	switch {
	case err != nil:
		v.problem("%s: %v", name, err)
	case c.Origin != origin:
		v.problem("%s: it is of the log %s, this is %s", name, c.Origin, origin)
	default:
		v.expected = append(v.expected, expected{c, name})
	}
}

// meet compares the tree with the checkpoints of its present size.
func (v *verifying) meet() {
	for len(v.expected) > 0 && v.expected[0].Size <= v.tree.size {
		met := v.expected[0]
		v.expected = v.expected[1:]
		root, err := v.tree.root()
		switch {
		case v.holed:
		case err != nil || root != met.Root:
			v.problem("%s: entries %d to %d are not those that it was signed for", met.name, v.proven+1, met.Size)
		default:
			v.proven = met.Size
		}
	}
}

func (v *verifying) visit(e *store.LogEntry) error {
	next := int64(1)
	if v.last != nil {
		next = v.last.Sequence + 1
	}
	if e.Sequence != next {
		v.problem("entries %d to %d are gone", next, e.Sequence-1)
		v.holed = true
	}
	leaf := leafOf(e)
	if !bytes.Equal(leaf, e.Leaf) {
		v.entry(e.Sequence, e.Fact, e.Key, "it is not what was sealed")
	}
	if v.last != nil && e.At.Before(v.last.At) {
		v.entry(e.Sequence, e.Fact, e.Key, "it is earlier than the entry before it")
	}
	v.last = e
	err := v.tree.add(leaf)
	v.meet()
	return err
}

// complete compares the whole with how far the log says that it is sealed.
func (v *verifying) complete(head store.LogHead) (err error) {
	if v.last != nil {
		v.found.Size = v.last.Sequence
	}
	if v.found.Root, err = v.tree.root(); err != nil {
		return err
	}
	switch {
	case head.Size > v.found.Size:
		v.problem("the log was cut: entries %d to %d are gone", v.found.Size+1, head.Size)
	case head.Size < v.found.Size:
		v.problem("entries %d to %d were added and not sealed", head.Size+1, v.found.Size)
	case !v.holed:
		if kept, err := newTree(head.Size, head.Edge); err != nil {
			v.problem("%v", err)
		} else if root, err := kept.root(); err != nil || root != v.found.Root {
			v.problem("the tree recomputed of the entries is not the one that was kept of them")
		}
	}
	for _, missed := range v.expected {
		if missed.Size <= v.found.Size {
			continue // entries within it are gone, and told
		}
		v.problem("%s: the log was cut: entries %d to %d are gone", missed.name, v.found.Size+1, missed.Size)
	}
	return nil
}

// replay compares the entries with each other and with the rows.
func (v *verifying) replay(ctx context.Context, state *store.LogState) error {
	hows := map[string]string{
		"ADDED":   "the row is there, and the log does not say so",
		"REMOVED": "the row is gone, and the log does not say so",
		"CHANGED": "the row is not as the log says",
	}
	return errors.Join(
		state.Broken(ctx, func(sequence int64, fact, key string) {
			v.entry(sequence, fact, key, "before it the row was not as it says")
		}),
		state.Unlogged(ctx, func(fact, key, how string) { v.problem("%s %s: %s", fact, key, hows[how]) }),
		state.Misfiled(ctx, func(sequence int64, fact, key string) {
			v.entry(sequence, fact, key, "it stands under another publisher than its fact's")
		}),
		state.Underived(ctx, func(fact, key, derived string) {
			v.problem("%s %s: its %s is not what follows from the rows", fact, key, derived)
		}),
		state.TriggersOff(ctx, func(table, trigger string) {
			v.problem("the trigger %s of the table %s is off or gone: changes do not have their effect", trigger, table)
		}),
	)
}
