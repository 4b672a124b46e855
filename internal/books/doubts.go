package books

import (
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

// Doubting asks for the doubts about a node and all below it, or about it alone.
type Doubting struct {
	Place   area.Place
	Alone   bool
	Account relief.Account
	Filter  relief.Filter
}

// has tells whether doubts of a kind and a class are asked for: of accounts there is no
// doubt of one event.
func (d *Doubting) has(kind relief.DiscrepancyKind, class relief.Class) bool {
	ofAccount := kind == relief.Overspent || kind == relief.Idle
	return d.Filter.HasClass(class) && (d.Filter.EventRef == "" || !ofAccount)
}

// Doubtful is a node of which there are doubts, and how many.
type Doubtful struct {
	Place  area.Place
	Doubts int
}

// Doubts counts the doubts.
func (x *Index) Doubts(until Until, asked *Doubting) (count int, err error) {
	if sums := x.sums[asked.Place]; sums != nil && !asked.Alone {
		return sums.doubts(asked), nil
	}
	found, err := x.Doubtful(until, asked, -1)
	for _, of := range found {
		count += of.Doubts
	}
	return count, err
}

// Doubtful finds the nodes of which there are doubts, by code: so many that these have as
// many as are wanted, all where that is less than 0.
func (x *Index) Doubtful(until Until, asked *Doubting, wanted int) (found []Doubtful, err error) {
	moved := asked.Account.Moved()
	for at := range x.Tree.Below(asked.Place) {
		if wanted == 0 {
			break
		}
		b := x.books[at]
		if b == nil || asked.Alone && at != asked.Place {
			continue
		}
		if err := until.Err(); err != nil {
			return nil, err
		}
		if doubts := x.doubtsAbout(at, asked, &moved); doubts > 0 {
			found = append(found, Doubtful{at, doubts})
			if wanted > 0 {
				wanted = max(wanted-doubts, 0)
			}
		}
	}
	return found, nil
}

// doubtsAbout counts the doubts about one node in its book.
func (x *Index) doubtsAbout(at area.Place, asked *Doubting, moved *[relief.DiscrepancyKinds]calendar.Span) (count int) {
	b, event := x.books[at], 0
	if asked.Filter.EventRef != "" {
		if event = b.textNumber(asked.Filter.EventRef); event < 0 {
			return 0
		}
	}
	b.suspects(isRegion(x.Tree, at), func(s *relief.Suspect) {
		if s.Days.Contains(asked.Account.On) && moved[s.Kind].Contains(s.Moved) && asked.has(s.Kind, s.Class) &&
			(event == 0 || s.Event == event) {
			count++
		}
	})
	return count
}

func isRegion(tree *area.Tree, at area.Place) bool { return tree.Node(at).Kind() == area.Region }

// suspects visits what may be a doubt; that the book can be read was seen when it was taken in.
func (b *book) suspects(region bool, visit func(*relief.Suspect)) {
	mustRead(b.reading.Suspects(region, visit))
}

// doubtKey is what suspects are counted by.
type doubtKey struct {
	kind  relief.DiscrepancyKind
	class relief.Class
}

// suspect adds one times `factor`.
func (m *additions) suspect(s *relief.Suspect, factor int64) {
	if s.Days.From > calendar.Last {
		return
	}
	of := at(m.doubts, doubtKey{s.Kind, s.Class})
	of.add(s.Moved, s.Days.From, factor)
	if s.Days.To < calendar.Last {
		of.add(s.Moved, s.Days.To+1, -factor)
	}
}

// suspects adds those of a node's book times `factor`.
func (g *gathering) suspects(at area.Place, of *book, factor int64) {
	of.suspects(isRegion(g.part.tree, at), func(s *relief.Suspect) {
		g.all.suspect(s, factor)
		if s.Event != 0 {
			g.ofEvent(of.reading.Text(s.Event)).suspect(s, factor)
		}
	})
}

// doubts counts those that are asked for.
func (n *nodeSums) doubts(asked *Doubting) (count int) {
	of := n.all
	if asked.Filter.EventRef != "" {
		of = n.events[asked.Filter.EventRef]
	}
	if of == nil {
		return 0
	}
	moved := asked.Account.Moved()
	for key, suspects := range of.doubts {
		if asked.has(key.kind, key.class) {
			count += int(suspects.on(asked.Account.On, moved[key.kind]))
		}
	}
	return count
}
