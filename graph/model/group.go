package model

import (
	"context"
	"sync"

	"github.com/graph-gophers/dataloader/v7"
)

// group is things that stand in one list. Whatever is first asked of one of them
// is read for all of them, in one statement, and put into the loader: so a list
// costs as many statements as a single thing, however the fields are scheduled.
type group struct {
	mutex sync.Mutex
	once  map[any]*sync.Once
}

// first runs a step once for each of its names; others wait until it is done.
func (g *group) first(name any, step func()) {
	if g == nil {
		return
	}
	g.mutex.Lock()
	if g.once == nil {
		g.once = map[any]*sync.Once{}
	}
	once := g.once[name]
	if once == nil {
		once = &sync.Once{}
		g.once[name] = once
	}
	g.mutex.Unlock()
	once.Do(step)
}

// prime reads the keys and puts what is found into the loader. A fault is left
// for the loader to meet, which tells it to whoever asked.
func prime[K comparable, V any](ctx context.Context, into *dataloader.Loader[K, V], keys []K, read func(context.Context, []K) ([]V, error)) {
	if len(keys) == 0 {
		return
	}
	values, err := read(ctx, keys)
	if err != nil {
		return
	}
	for i, key := range keys {
		into.Prime(ctx, key, values[i])
	}
}

// documents reads the documents of refs into the loader; empty refs and those
// that stand twice are passed over.
func (v *View) documentsOf(ctx context.Context, refs []string) {
	seen := map[string]bool{"": true}
	var wanted []string
	for _, ref := range refs {
		if !seen[ref] {
			seen[ref] = true
			wanted = append(wanted, ref)
		}
	}
	prime(ctx, v.loaders.disclosures, wanted, v.loaders.readDisclosures)
}
