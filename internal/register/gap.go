package register

import (
	"iter"

	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Gap is a cell with its status as a gap.
type Gap struct {
	PublisherCode string
	EntryCode     string
	Status        timeline.Status
}

// Gaps are gaps by publisher and entry. A catalog for the nation's villages opens millions
// at once, so that each takes eight bytes.
type Gaps struct {
	publishers, entries []string
	numbers             map[string]uint16 // of entries
	list                []gap
}

type gap struct {
	publisher uint32
	entry     uint16
	status    uint8
}

// add adds a gap of the publisher last added or of one after it.
func (g *Gaps) add(publisher, entry string, status timeline.Status) {
	if last := len(g.publishers) - 1; last < 0 || g.publishers[last] != publisher {
		g.publishers = append(g.publishers, publisher)
	}
	number, known := g.numbers[entry]
	if !known {
		if g.numbers == nil {
			g.numbers = map[string]uint16{}
		}
		number = uint16(len(g.entries))
		g.entries, g.numbers[entry] = append(g.entries, entry), number
	}
	g.list = append(g.list, gap{uint32(len(g.publishers) - 1), number, uint8(status)})
}

// Len is how many there are.
func (g *Gaps) Len() int { return len(g.list) }

// All walks them in order.
func (g *Gaps) All() iter.Seq[Gap] {
	return func(yield func(Gap) bool) {
		for _, of := range g.list {
			if !yield(Gap{g.publishers[of.publisher], g.entries[of.entry], timeline.Status(of.status)}) {
				return
			}
		}
	}
}

// has tells whether a cell is among them.
func (g *Gaps) has(publisher, entry string) bool {
	for gap := range g.All() {
		if gap.PublisherCode == publisher && gap.EntryCode == entry {
			return true
		}
	}
	return false
}
