package oracle

import "math/rand/v2"

// Random is a small world with as many of the odd cases of docs/design.md as fit into it. The same seed gives the same
// world, so that a test that fails can name its seed.
func Random(seed uint64) *World {
	maker := &maker{Rand: rand.New(rand.NewPCG(seed, 20190601)), world: &World{}}
	maker.places()
	maker.catalogs()
	maker.findCells()
	maker.assignments()
	maker.disclosures()
	maker.news()
	maker.arrangements()
	maker.world.Forget()
	return maker.world
}

// maker holds what the parts of a random world need of one another.
type maker struct {
	*rand.Rand
	world *World
	nodes []string
	// codes are all entry codes with a row of their own; a publication under any other would be a bad row of a file.
	codes []string
	// cells are those that some catalog makes for some node, for publications to hit.
	cells []cellKey
	// busy are the few of them that most publications go to, or no cell would have a history.
	busy []cellKey
}

func (m *maker) chance(percent int) bool { return m.IntN(100) < percent }

// between is a number from low to high, both in it.
func (m *maker) between(low, high int) int { return low + m.IntN(high-low+1) }

func (m *maker) date(from, to string) string { return Date(m.between(Day(from), Day(to))) }

func later(date string, days int) string { return Date(Day(date) + days) }

func pick[T any](m *maker, from ...T) T { return from[m.IntN(len(from))] }

// some is a subset of from that is not empty.
func some(m *maker, from ...string) []string {
	for {
		var chosen []string
		for _, one := range from {
			if m.chance(60) {
				chosen = append(chosen, one)
			}
		}
		if len(chosen) > 0 {
			return chosen
		}
	}
}

// RandomWhole is the world of Random with all that supervision and relief add: an entry 3.3 and documents under it, reviews,
// concerns and movements. The other facts are those of Random for the same seed.
func RandomWhole(seed uint64) *World {
	world := Random(seed)
	maker := &maker{Rand: rand.New(rand.NewPCG(seed, 20240701)), world: world}
	maker.recallPlaces()
	maker.reliefEntry()
	maker.world.Forget()
	maker.findCells()
	maker.moreDisclosures()
	maker.reviews()
	maker.concerns()
	maker.events()
	maker.movements()
	world.Forget()
	return world
}
