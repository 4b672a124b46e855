package batch

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/graph-gophers/dataloader/v7"
)

// Loader reads things by their keys: those asked for in one round together, and
// none twice. It belongs to one operation.
type Loader[K comparable, V any] struct {
	read  dataloader.BatchFunc[K, V]
	cache dataloader.Cache[K, V]
	asked []K // for the next round, under the batches' mutex
	known map[K]bool
}

// NewLoader makes a loader of a reader that answers keys in their order; no key
// is given to it twice.
func NewLoader[K comparable, V any](read func(context.Context, []K) ([]V, error)) *Loader[K, V] {
	return &Loader[K, V]{
		read: func(ctx context.Context, keys []K) []*dataloader.Result[V] {
			values, err := guardedRead(ctx, keys, read)
			results := make([]*dataloader.Result[V], len(keys))
			for i := range keys {
				results[i] = &dataloader.Result[V]{Error: err}
				if err == nil {
					results[i].Data = values[i]
				}
			}
			return results
		},
		cache: dataloader.NewCache[K, V](),
		known: map[K]bool{},
	}
}

// panicked is what a reader panicked with; it is raised again in every branch that
// waits for it, where the executor answers and logs it.
type panicked struct{ with any }

func (p *panicked) Error() string { return fmt.Sprint("a reader panicked: ", p.with) }

func guardedRead[K comparable, V any](ctx context.Context, keys []K, read func(context.Context, []K) ([]V, error)) (values []V, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			values, err = nil, &panicked{fault}
		}
	}()
	values, err = read(ctx, keys)
	if err == nil && len(values) != len(keys) {
		err = fmt.Errorf("a reader answered %d keys with %d values", len(keys), len(values))
	}
	return values, err
}

// Load returns the thing of a key.
func (l *Loader[K, V]) Load(ctx context.Context, key K) (V, error) {
	if err := l.await(ctx, key); err != nil {
		var none V
		return none, err
	}
	return l.loaded(ctx, key)
}

// LoadAll returns the things of keys, in their order, or the first error.
func (l *Loader[K, V]) LoadAll(ctx context.Context, keys []K) ([]V, error) {
	if err := l.await(ctx, keys...); err != nil {
		return nil, err
	}
	values := make([]V, len(keys))
	for i, key := range keys {
		var err error
		if values[i], err = l.loaded(ctx, key); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// await ends when all keys have been read. It takes a round even where they have
// been read before: of two rows, the one must not run ahead of the other.
func (l *Loader[K, V]) await(ctx context.Context, keys ...K) error {
	batches := of(ctx)
	if batches == nil {
		return errors.New("a loader was asked outside of an operation")
	}
	return batches.wait(ctx, func(next *round) {
		for _, key := range keys {
			if l.known[key] {
				continue
			}
			l.known[key] = true
			if len(l.asked) == 0 {
				next.asked = append(next.asked, l.take)
			}
			l.asked = append(l.asked, key)
		}
	})
}

func (l *Loader[K, V]) loaded(ctx context.Context, key K) (V, error) {
	thunk, ok := l.cache.Get(ctx, key)
	if !ok {
		var none V
		return none, errors.New("a key was not read")
	}
	value, err := thunk()
	if fault, ok := errors.AsType[*panicked](err); ok {
		panic(fault.with)
	}
	return value, err
}

// take returns what reads the keys that were asked for. The batches' mutex is held.
func (l *Loader[K, V]) take() func(context.Context) {
	keys := l.asked
	l.asked = nil
	return func(ctx context.Context) { l.readAll(ctx, keys) }
}

// readAll reads keys: the library's loader takes exactly so many, and so begins
// when it has the last, not when a time is over.
func (l *Loader[K, V]) readAll(ctx context.Context, keys []K) {
	loader := dataloader.NewBatchedLoader(l.read, dataloader.WithCache(l.cache),
		dataloader.WithBatchCapacity[K, V](len(keys)), dataloader.WithInputCapacity[K, V](len(keys)), dataloader.WithWait[K, V](time.Hour))
	var last dataloader.Thunk[V]
	for _, key := range keys {
		last = loader.Load(ctx, key)
	}
	last() //nolint:errcheck // who asked is told
}
