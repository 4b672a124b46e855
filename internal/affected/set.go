package affected

import (
	"maps"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/relief"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Set is what changes affect. Facts are given as they were and as they are, nil
// where there was or is none.
type Set struct {
	Cells Cells
	// Orders are the publishers the orders to whom are to be packed anew; those of whom
	// all cells are affected are so besides.
	Orders map[string]bool
	// Publishers are those whose facts must stay as they were read until the
	// timelines are saved: whoever has one of the cells, and whoever could, seen
	// by nobody, change what they follow from.
	Publishers map[string]bool
	// within is the node of which alone the reach of a change of catalogs or of
	// the calendar is asked for, empty where it is asked for whole.
	within string
}

// New makes an empty set.
func New() *Set {
	return &Set{Cells: Cells{}, Orders: map[string]bool{}, Publishers: map[string]bool{}}
}

// Within makes an empty set for one who asks for a node and all below it alone: a
// change that reaches the whole nation names no others.
func Within(code string) *Set {
	s := New()
	s.within = code
	return s
}

// Cell affects one cell.
func (s *Set) Cell(cell catalog.CellKey) {
	s.Cells.Add(cell)
	s.Publishers[cell.PublisherCode] = true
}

// Publisher affects all cells of a publisher.
func (s *Set) Publisher(code string) {
	s.Cells.AddPublisher(code)
	s.Publishers[code] = true
}

// Links are what hangs together with a document.
type Links struct {
	// Interpreted are the documents that it interprets, before or after the
	// change; Interpreting are those that interpret it.
	Interpreted, Interpreting []disclosure.Disclosure
	// Givers are the nodes that gave the movements which name it.
	Givers []string
}

// Documents are some documents with all that hangs together with them.
type Documents struct {
	// Known are these and those that they interpret, by ref.
	Known map[string]disclosure.Disclosure
	// Interpreting are by the ref that they interpret, Givers by the ref that
	// their movements name.
	Interpreting map[string][]disclosure.Disclosure
	Givers       map[string][]string
}

// NewDocuments makes an empty collection.
func NewDocuments() *Documents {
	return &Documents{map[string]disclosure.Disclosure{}, map[string][]disclosure.Disclosure{}, map[string][]string{}}
}

// Links are those of one of the documents, as it was and as it is.
func (d *Documents) Links(before, after *disclosure.Disclosure) *Links {
	ref := after.Ref
	links := &Links{Interpreting: d.Interpreting[ref], Givers: d.Givers[ref]}
	for _, ref := range slices.Compact([]string{interprets(before), interprets(after)}) {
		if source, known := d.Known[ref]; known {
			links.Interpreted = append(links.Interpreted, source)
		}
	}
	return links
}

// Document adds the change of a document or of its reviews. Its duties are its
// own cell's. Its publication day fulfils the INTERPRETATION duty of what it
// interprets and the RELIEF duties of the movements that name it, and is the due
// day WITH_SOURCE of what interprets it.
func (s *Set) Document(reference timeline.Reference, before, after *disclosure.Disclosure, links *Links) {
	for _, d := range []*disclosure.Disclosure{before, after} {
		if d != nil {
			s.Cell(cellOf(d))
		}
	}
	republished := publicationDay(before) != publicationDay(after)
	relinked := interprets(before) != interprets(after)
	for i := range links.Interpreted {
		source := &links.Interpreted[i]
		if republished || relinked {
			// Until it is saved, nobody may publish the source or order that it
			// be interpreted: they might not see this document.
			s.Publishers[source.PublisherCode] = true
		}
		if source.RequiresInterpretation && interpretsOn(before, source.Ref) != interpretsOn(after, source.Ref) {
			s.Cell(cellOf(source))
		}
	}
	if !republished {
		return
	}
	for i := range links.Interpreting {
		s.Cell(cellOf(&links.Interpreting[i]))
	}
	for _, giver := range links.Givers {
		s.relief(reference, giver)
	}
}

func cellOf(d *disclosure.Disclosure) catalog.CellKey {
	return catalog.CellKey{PublisherCode: d.PublisherCode, EntryCode: d.EntryCode}
}

func publicationDay(d *disclosure.Disclosure) calendar.Day {
	if d == nil {
		return calendar.Never
	}
	return d.PublicationDay()
}

func interprets(d *disclosure.Disclosure) string {
	if d == nil {
		return ""
	}
	return d.InterpretsRef
}

// interpretsOn is the day from which a document counts as an interpretation.
func interpretsOn(d *disclosure.Disclosure, ref string) calendar.Day {
	if interprets(d) != ref {
		return calendar.Never
	}
	return publicationDay(d)
}

// News adds the change of an item of news, a publication of its cell.
func (s *Set) News(before, after *disclosure.News) {
	for _, n := range []*disclosure.News{before, after} {
		if n != nil {
			s.Cell(catalog.CellKey{PublisherCode: n.PublisherCode, EntryCode: n.EntryCode})
		}
	}
}

// Concern adds the change of a concern, which its publisher answers under 1.6.
func (s *Set) Concern(before, after *disclosure.Concern) {
	for _, c := range []*disclosure.Concern{before, after} {
		if c != nil {
			s.Cell(catalog.CellKey{PublisherCode: c.PublisherCode, EntryCode: disclosure.ResponseEntry})
		}
	}
}

// Movement adds the change of a movement, whose RELIEF duty is in one of its
// giver's cells of relief; named is the publisher of the document that it names
// after the change, empty where there is none.
func (s *Set) Movement(reference timeline.Reference, before, after *relief.Movement, named string) {
	for _, m := range []*relief.Movement{before, after} {
		if m != nil && m.Owed() {
			s.relief(reference, m.FromCode)
		}
	}
	if before != nil && !before.Owed() {
		// No giver is locked whom another would lock who just changes it as well.
		s.Publishers[before.ToCode] = true
	}
	if named != "" {
		// Until it is saved, nobody may publish the document: they might not see
		// this movement.
		s.Publishers[named] = true
	}
}

// FactsOf adds changes of any facts of a publisher: all its cells, and the relief that
// another discloses in its stead.
func (s *Set) FactsOf(reference timeline.Reference, publisher string) {
	s.Publisher(publisher)
	s.relief(reference, publisher)
	s.reliefWith(reference, publisher)
}

// OrderTo adds the change of an order to a publisher, or of its events.
func (s *Set) OrderTo(publisher string) {
	s.Orders[publisher] = true
	s.Publishers[publisher] = true
}

// Assignment adds the change of an assignment of a publisher's entry.
func (s *Set) Assignment(reference timeline.Reference, cell catalog.CellKey) {
	s.Cell(cell)
	if timeline.DisclosesRelief(cell.EntryCode) {
		s.reliefWith(reference, cell.PublisherCode)
	}
}

// relief affects the cells to one of which the movements of a giver belong.
func (s *Set) relief(reference timeline.Reference, giver string) {
	if place := reference.Tree.Find(giver); place != area.Nowhere {
		for _, cell := range reference.ReliefCells(place) {
			s.Cell(cell)
		}
	}
}

// reliefWith affects the relief that a publisher discloses in the stead of its
// partner or its partner in its stead: which of them depends on the cells of both
// that are in force.
func (s *Set) reliefWith(reference timeline.Reference, publisher string) {
	if partner := reference.PartnerCode(publisher); partner != "" {
		s.relief(reference, publisher)
		s.relief(reference, partner)
	}
}

// Join adds all that another set has.
func (s *Set) Join(other *Set) {
	for publisher, entries := range other.Cells {
		if entries == nil {
			s.Cells.AddPublisher(publisher)
		}
		for entry := range entries {
			s.Cells.Add(catalog.CellKey{PublisherCode: publisher, EntryCode: entry})
		}
	}
	maps.Copy(s.Orders, other.Orders)
	maps.Copy(s.Publishers, other.Publishers)
}
