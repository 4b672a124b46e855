package affected_test

import (
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// written is a change of facts made by a writer who sees a world without it.
type written struct {
	set   *affected.Set
	after *world
}

func write(m maker, kind string, before *world, reference timeline.Reference) written {
	w := written{affected.New(), before.clone()}
	changes[kind](m, w.set, before, w.after, reference)
	return w
}

// with makes what another writer changed as well.
func (w *world) with(before, after *world) *world {
	both := w.clone()
	take(both.assignments, before.assignments, after.assignments)
	take(both.documents, before.documents, after.documents)
	take(both.reviews, before.reviews, after.reviews)
	take(both.news, before.news, after.news)
	take(both.concerns, before.concerns, after.concerns)
	take(both.movements, before.movements, after.movements)
	return both
}

func take[K comparable, V any](into, before, after map[K]V) {
	for key := range differing(before, after) {
		if value, kept := after[key]; kept {
			into[key] = value
		} else {
			delete(into, key)
		}
	}
}

// differing are the keys under which not the same stands.
func differing[K comparable, V any](before, after map[K]V) map[K]bool {
	keys := map[K]bool{}
	for key := range after {
		keys[key] = true
	}
	for key, value := range before {
		now, kept := after[key]
		keys[key] = !kept || !reflect.DeepEqual(value, now)
	}
	maps.DeleteFunc(keys, func(_ K, differs bool) bool { return !differs })
	return keys
}

// TestWritersApart: two writers of whose publishers none is the other's see
// nothing of each other, and what both save is what follows from all facts. So the
// publishers that a change concerns are as many as must be locked.
func TestWritersApart(t *testing.T) {
	t.Parallel()
	// Most links are between documents, and from movements to them.
	kinds := append(slices.Repeat([]string{"document"}, 8), "movement", "movement", "movement", "review", "assignment", "news", "concern")
	const worlds, rounds = 8, 250
	apart := map[[2]string]int{}
	for seed := range uint64(worlds) {
		m := maker{rand.New(rand.NewPCG(seed, 13))}
		before := newWorld(m)
		reference := mustReference(t, before)
		cells := before.cells(reference)
		for round := range rounds {
			of := [2]string{pick(m, kinds...), pick(m, kinds...)}
			first, second := write(m, of[0], before, reference), write(m, of[1], before, reference)
			// Most pairs have nothing to do with each other: one that has is looked for.
			for tries := 0; tries < 40 && !meet(before.refs(first.after), before.refs(second.after)); tries++ {
				second = write(m, of[1], before, reference)
			}
			if meet(first.set.Publishers, second.set.Publishers) || before.excludes(first.after, second.after) {
				continue // one waits for the other
			}
			apart[of]++
			saved := maps.Clone(cells)
			for _, w := range []written{first, second} {
				now := w.after.cells(reference)
				for _, cell := range differ(cells, now) {
					saved[cell] = now[cell]
				}
			}
			both := first.after.with(before, second.after).cells(reference)
			for _, cell := range append(differ(cells, both), differ(cells, saved)...) {
				if saved[cell] != both[cell] {
					t.Fatalf("seed %d, round %d, %v: %v is not what follows from both changes", seed, round, of, cell)
				}
			}
		}
	}
	t.Logf("apart: %v", apart)
	for _, of := range [][2]string{{"document", "document"}, {"document", "movement"}, {"movement", "document"}} {
		if apart[of] < 50 {
			t.Errorf("only %d pairs of %v are apart", apart[of], of)
		}
	}
}

func meet(some, others map[string]bool) bool {
	for one := range some {
		if others[one] {
			return true
		}
	}
	return false
}

// refs are those of the documents that facts which differ are, name or named.
func (w *world) refs(after *world) map[string]bool {
	refs := map[string]bool{}
	for ref := range differing(w.documents, after.documents) {
		refs[ref], refs[w.documents[ref].InterpretsRef], refs[after.documents[ref].InterpretsRef] = true, true, true
	}
	for ref := range differing(w.reviews, after.reviews) {
		refs[ref] = true
	}
	for ref := range differing(w.movements, after.movements) {
		refs[w.movements[ref].DisclosureRef], refs[after.movements[ref].DisclosureRef] = true, true
	}
	delete(refs, "")
	return refs
}

// excludes tells whether a writer keeps another out whatever their publishers: both
// register a fact under one new ref, or one registers a document while the other
// names one that is not registered (the lock UnknownExclusive).
func (w *world) excludes(one, other *world) bool {
	return bothAdd(w.documents, one.documents, other.documents) || bothAdd(w.movements, one.movements, other.movements) ||
		bothAdd(w.news, one.news, other.news) || bothAdd(w.concerns, one.concerns, other.concerns) ||
		len(one.documents) > len(w.documents) && w.namesUnknown(other) || len(other.documents) > len(w.documents) && w.namesUnknown(one)
}

func bothAdd[V any](to, one, other map[string]V) bool {
	for ref := range one {
		_, known := to[ref]
		if _, both := other[ref]; both && !known {
			return true
		}
	}
	return false
}

// namesUnknown tells whether a fact that differs names a document that is not
// registered.
func (w *world) namesUnknown(after *world) bool {
	unknown := func(ref string) bool { return ref != "" && w.documentOrNil(ref) == nil }
	for ref, d := range after.documents {
		if d != w.documents[ref] && unknown(d.InterpretsRef) {
			return true
		}
	}
	for ref, m := range after.movements {
		if m != w.movements[ref] && unknown(m.DisclosureRef) {
			return true
		}
	}
	return false
}
