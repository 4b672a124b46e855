package register

import (
	"context"
	"maps"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// Batch writes many facts of a kind: they are staged beside their table,
// compared with what is stored, and upserted.
type Batch[T any] struct {
	bulk    *Bulk
	kind    *Kind[T]
	staging *store.Staging
	filled  []filledFiles
	// namesUnknown tells whether a fact names a document that nobody has registered,
	// once that was looked for among all of them.
	namesUnknown, looked bool
}

// filledFiles are files whose rows took the same columns over from what was stored.
type filledFiles struct {
	names   []string
	columns []string
}

// NewBatch begins a batch. One kind has one batch in a bulk.
func NewBatch[T any](ctx context.Context, b *Bulk, kind *Kind[T]) (*Batch[T], error) {
	b.staged[kind.table] = true
	staging, err := b.w.Stage(ctx, kind.table)
	return &Batch[T]{bulk: b, kind: kind, staging: staging}, err
}

// Pause lets something else be asked of the bulk between two facts.
func (b *Batch[T]) Pause(ctx context.Context) error { return b.staging.Pause(ctx) }

// Stored reads what is stored of some facts, by their keys.
func (b *Batch[T]) Stored(ctx context.Context, keys []string) (map[string]T, error) {
	if err := b.Pause(ctx); err != nil {
		return nil, err
	}
	return b.kind.stored(ctx, b.bulk, keys)
}

// Filled notes that the facts of a file, added before or after, have some columns
// from what is stored: that must be so still when they are written.
func (b *Batch[T]) Filled(file string, columns []fact.Column[T]) {
	if len(columns) == 0 {
		return
	}
	var names []string
	for _, column := range columns {
		names = append(names, column.Stored)
	}
	i := slices.IndexFunc(b.filled, func(f filledFiles) bool { return slices.Equal(f.columns, names) })
	if i < 0 {
		i = len(b.filled)
		b.filled = append(b.filled, filledFiles{columns: names})
	}
	if of := &b.filled[i]; !slices.Contains(of.names, file) {
		of.names = append(of.names, file)
	}
}

// Add stages a fact with its place in a file.
func (b *Batch[T]) Add(ctx context.Context, of *T, file string, line int) error {
	b.looked = false
	return b.staging.Add(ctx, b.kind.Columns.Row(of), file, line)
}

// Done ends the adding.
func (b *Batch[T]) Done(ctx context.Context) error { return b.staging.Done(ctx) }

// Row is a place in a file with a key that stands there, and where it stood first.
type Row = store.Repetition

// Repeated lists facts whose key was added before, at most so many, and counts all.
func (b *Batch[T]) Repeated(ctx context.Context, most int) (repeated []Row, total int, err error) {
	return b.bulk.w.Repeated(ctx, b.kind.table, most)
}

// UnknownDocuments lists facts that name an unknown document in the column
// returned, at most so many, and counts all.
func (b *Batch[T]) UnknownDocuments(ctx context.Context, most int) (unknown []Row, total int, column string, err error) {
	if sight := b.bulk.sight; sight != nil {
		unknown, total, err = b.bulk.w.UnseenDocuments(ctx, b.kind.table, most, sight)
	} else {
		unknown, total, err = b.bulk.w.UnknownDocuments(ctx, b.kind.table, most)
	}
	b.namesUnknown, b.looked = total > 0, err == nil
	return unknown, total, b.kind.table.Names(), err
}

// Counts say what a batch adds, changes and leaves.
type Counts = store.Counts

// Compare counts what the batch would add and change.
func (b *Batch[T]) Compare(ctx context.Context) (Counts, error) {
	return b.bulk.w.Compare(ctx, b.kind.table)
}

// Upsert locks the publishers concerned, and writes what is new or differs. A
// document that the facts name and nobody knows may be registered by another writer
// just now: a bulk that writes what follows from it keeps such writers out, and
// begins again where it does not yet.
func (b *Batch[T]) Upsert(ctx context.Context) (Counts, error) {
	if b.kind.linked && !b.bulk.keepsOutRegistering() {
		if !b.looked {
			if _, _, _, err := b.UnknownDocuments(ctx, 1); err != nil {
				return Counts{}, err
			}
		}
		if b.namesUnknown {
			return Counts{}, errUnknown
		}
	}
	if b.kind.changes != nil {
		if err := b.bulk.affects(ctx, func(n note) error { return b.kind.changes(ctx, b.bulk, n) }); err != nil {
			return Counts{}, err
		}
	}
	for _, files := range b.filled {
		overtaken, err := b.bulk.w.Overtaken(ctx, b.kind.table, files.names, files.columns)
		if err != nil {
			return Counts{}, err
		}
		if overtaken {
			return Counts{}, store.RetryWith() // another has changed what was taken over
		}
	}
	if err := b.stillOwn(ctx); err != nil {
		return Counts{}, err
	}
	if b.bulk.sight != nil && b.kind.table == &store.Disclosures {
		if err := b.bulk.w.NoteGiven(ctx); err != nil {
			return Counts{}, err
		}
	}
	return b.bulk.upsertStaged(ctx, b.kind.table)
}

// note tells of one change that staged facts make: `add` adds what it affects to
// a set, and nothing differs where the fact says what is stored.
type note func(differs bool, add func(*affected.Set))

// affects adds what staged facts change, as `ask` tells it. Until the publishers
// concerned are locked, another may give their facts other links, so it is asked
// again until it names nobody else.
func (b *Bulk) affects(ctx context.Context, ask func(note) error) error {
	for {
		concerned, changed := affected.New(), affected.New()
		err := ask(func(differs bool, add func(*affected.Set)) {
			if !b.alone() {
				add(concerned)
			}
			if differs {
				add(changed)
			}
		})
		if err != nil {
			return err
		}
		publishers := slices.DeleteFunc(slices.Sorted(maps.Keys(concerned.Publishers)), b.w.Locked)
		if len(publishers) == 0 {
			b.affected.Join(changed)
			return nil
		}
		if _, err := b.w.LockTimelines(ctx, publishers); err != nil {
			return err
		}
	}
}
