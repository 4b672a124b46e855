package model

import (
	"context"
	"sync"

	"github.com/graph-gophers/dataloader/v7"

	"github.com/reliefgraph/reliefgraph/internal/area"
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

// prime reads the keys at once, for whoever asks for them. A fault is left for
// the loader to meet, which tells it to whoever asked.
func (l loader[K, V]) prime(ctx context.Context, keys []K) {
	if len(keys) == 0 {
		return
	}
	values, err := l.read(ctx, keys)
	if err != nil {
		return
	}
	for i, key := range keys {
		l.Prime(ctx, key, values[i])
	}
}

// aboutNode is a question about a node that may be asked of another alike.
type aboutNode[K any] interface {
	comparable
	of(area.Place) K
}

// alike asks the same of all nodes of the list.
func alike[K aboutNode[K]](nodes *siblings, key K) []K {
	keys := make([]K, len(nodes.places))
	for i, place := range nodes.places {
		keys[i] = key.of(place)
	}
	return keys
}

// askedOf names what is asked of all nodes of a list.
type askedOf[K comparable, V any] struct {
	loader *dataloader.Loader[K, V]
	like   K
}

// loadAlike answers a question about a node, and at once for all that stand in
// one list with it.
func loadAlike[K aboutNode[K], V any](ctx context.Context, nodes *siblings, from loader[K, V], key K) (V, error) {
	if nodes != nil {
		nodes.first(askedOf[K, V]{from.Loader, key.of(area.Nowhere)}, func() { from.prime(ctx, alike(nodes, key)) })
	}
	return from.Load(ctx, key)()
}

// readList is the rows of one list, or of the like lists of several nodes, which
// are read already.
type readList struct {
	group
	refs func(context.Context) []string // of the documents that they are, or name
}

// listRead is the list of a key, with those of all nodes that stand in one list
// with its node.
func listRead[K aboutNode[K], R any](nodes *siblings, from loader[K, []R], key K, refsOf func(*R) []string) *readList {
	list := &readList{}
	list.refs = func(ctx context.Context) (refs []string) {
		keys := []K{key}
		if nodes != nil {
			keys = alike(nodes, key)
		}
		for _, key := range keys {
			rows, _ := from.Load(ctx, key)() // a fault was told to who read the list
			for i := range rows {
				refs = append(refs, refsOf(&rows[i])...)
			}
		}
		return refs
	}
	if nodes == nil {
		return list
	}
	shared, _ := nodes.lists.LoadOrStore(askedOf[K, []R]{from.Loader, key.of(area.Nowhere)}, list)
	return shared.(*readList)
}

// documentsOf reads the documents of refs into the loader; empty refs and those
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
	v.loaders.disclosures.prime(ctx, wanted)
}
