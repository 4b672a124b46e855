package affected_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/relief"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// world is a small world: all its facts by key.
type world struct {
	nodes        map[string]area.Node
	catalogs     map[string]catalog.Catalog
	arrangements []calendar.Arrangement
	assignments  map[catalog.CellKey]catalog.Assignment
	documents    map[string]disclosure.Disclosure
	reviews      map[string][]disclosure.Review // by document
	news         map[string]disclosure.News
	concerns     map[string]disclosure.Concern
	movements    map[string]relief.Movement
}

func (w *world) clone() *world {
	c := *w
	c.nodes, c.catalogs, c.assignments = maps.Clone(w.nodes), maps.Clone(w.catalogs), maps.Clone(w.assignments)
	c.documents, c.reviews, c.news = maps.Clone(w.documents), maps.Clone(w.reviews), maps.Clone(w.news)
	c.concerns, c.movements = maps.Clone(w.concerns), maps.Clone(w.movements)
	return &c
}

// reference is nodes, catalogs and working days; an error where a change made
// them such as nobody may write.
func (w *world) reference() (reference timeline.Reference, err error) {
	var nodes []*area.Node
	for _, node := range w.nodes {
		nodes = append(nodes, &node)
	}
	if reference.Tree, err = area.NewTree(nodes); err != nil {
		return reference, err
	}
	var catalogs []*catalog.Catalog
	for _, c := range w.catalogs {
		catalogs = append(catalogs, &c)
	}
	if reference.Library, err = catalog.NewLibrary(catalogs); err != nil {
		return reference, err
	}
	reference.Days = calendar.New(w.arrangements)
	return reference, nil
}

// document is one with what follows from its reviews.
func (w *world) document(ref string) (d disclosure.Disclosure, known bool) {
	d, known = w.documents[ref]
	for _, review := range w.reviews[ref] {
		if review.Result == disclosure.Disclose && (d.DiscloseOn == calendar.None || review.ReviewedOn < d.DiscloseOn) {
			d.DiscloseOn = review.ReviewedOn
		}
	}
	return d, known
}

func (w *world) documentOrNil(ref string) *disclosure.Disclosure {
	if d, known := w.document(ref); known {
		return &d
	}
	return nil
}

// facts are all facts from which a publisher's timelines follow, looked for in
// the whole world.
func (w *world) facts(publisher, partner string) *timeline.PublisherFacts {
	facts := &timeline.PublisherFacts{}
	for _, a := range w.assignments {
		if a.PublisherCode == publisher || partner != "" && a.PublisherCode == partner {
			facts.Assignments = append(facts.Assignments, a)
		}
	}
	for ref := range w.documents {
		d, _ := w.document(ref)
		for other := range w.documents {
			o, _ := w.document(other)
			if d.PublisherCode == publisher && (o.Ref == d.InterpretsRef || o.InterpretsRef == d.Ref) {
				facts.Linked = append(facts.Linked, o)
			}
		}
		if d.PublisherCode == publisher {
			facts.Disclosures = append(facts.Disclosures, d)
			facts.Reviews = append(facts.Reviews, w.reviews[ref]...)
		}
	}
	for _, n := range w.news {
		if n.PublisherCode == publisher {
			facts.News = append(facts.News, n)
		}
	}
	for _, c := range w.concerns {
		if c.PublisherCode == publisher {
			facts.Concerns = append(facts.Concerns, c)
		}
	}
	for _, m := range w.movements {
		if m.FromCode == publisher || partner != "" && m.FromCode == partner {
			recorded := relief.Recorded{Movement: m, PublishedOn: calendar.Never, WithdrawnOn: calendar.Never}
			if d, known := w.document(m.DisclosureRef); known {
				recorded.Known, recorded.PublishedOn, recorded.WithdrawnOn = true, d.PublicationDay(), d.WithdrawnOn.OrNever()
			}
			facts.Movements = append(facts.Movements, recorded)
		}
	}
	return facts
}

// cells are all cells' packed timelines.
func (w *world) cells(reference timeline.Reference) map[catalog.CellKey]string {
	all := map[catalog.CellKey]string{}
	for place := range area.Place(reference.Tree.Size()) {
		code := reference.Tree.Node(place).Code
		for _, cell := range reference.OfPublisher(place, w.facts(code, reference.PartnerCode(code)), nil) {
			if packed := timeline.Pack([]timeline.CellSummary{cell}); !cell.Empty() {
				all[catalog.CellKey{PublisherCode: code, EntryCode: cell.EntryCode}] = string(packed)
			}
		}
	}
	return all
}

// links are what hangs together with a document in the world as it was, before
// and after its own change.
func (w *world) links(before, after *disclosure.Disclosure) *affected.Links {
	links := &affected.Links{}
	of := map[string]bool{}
	interpreted := map[string]bool{}
	for _, d := range []*disclosure.Disclosure{before, after} {
		if d != nil {
			of[d.Ref], interpreted[d.InterpretsRef] = true, true
		}
	}
	for _, ref := range slices.Sorted(maps.Keys(w.documents)) {
		d, _ := w.document(ref)
		if interpreted[ref] {
			links.Interpreted = append(links.Interpreted, d)
		}
		if of[d.InterpretsRef] {
			links.Interpreting = append(links.Interpreting, d)
		}
	}
	for _, m := range w.movements {
		if of[m.DisclosureRef] && m.FromCode != "" {
			links.Givers = append(links.Givers, m.FromCode)
		}
	}
	return links
}

func mustReference(t *testing.T, w *world) timeline.Reference {
	t.Helper()
	reference, err := w.reference()
	if err != nil {
		t.Fatal(err)
	}
	return reference
}
