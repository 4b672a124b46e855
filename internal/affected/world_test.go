package affected_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

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

// The parts of a random world.
var (
	publishers = []string{"P", "P/e", "C", "C/a", "C/e", "C/x", "T1", "T1/e", "T2", "T2/x", "V1", "V2"}
	entries    = []string{"1.1", "1.3", "1.6", "2.1", "3.3", "4.2", "5.1"}
	refs       = []string{"d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8"}
)

type maker struct{ *rand.Rand }

func pick[T any](m maker, from ...T) T { return from[m.IntN(len(from))] }

func (m maker) day() calendar.Day { return calendar.Date(2023, 1, 1) + calendar.Day(m.IntN(700)) }

func (m maker) maybe(percent int, day calendar.Day) calendar.Day {
	if m.IntN(100) < percent {
		return day
	}
	return calendar.None
}

func newWorld(m maker) *world {
	w := &world{
		nodes: map[string]area.Node{}, catalogs: map[string]catalog.Catalog{}, assignments: map[catalog.CellKey]catalog.Assignment{},
		documents: map[string]disclosure.Disclosure{}, reviews: map[string][]disclosure.Review{}, news: map[string]disclosure.News{},
		concerns: map[string]disclosure.Concern{}, movements: map[string]relief.Movement{},
	}
	for _, code := range publishers {
		w.nodes[code] = m.node(code)
	}
	for _, code := range []string{"K1", "K2", "K3"} {
		w.catalogs[code] = m.catalog(code)
	}
	w.arrangements = m.arrangements()
	for range 3 {
		a := m.assignment()
		w.assignments[catalog.CellKey{PublisherCode: a.PublisherCode, EntryCode: a.EntryCode}] = a
	}
	for _, ref := range refs[:6] {
		w.documents[ref] = m.document(ref)
		w.reviews[ref] = m.reviewsOf(ref)
	}
	for i := range 3 {
		ref := fmt.Sprint("x", i)
		w.news[ref], w.concerns[ref] = m.newsOf(ref), m.concern(ref)
	}
	for i := range 5 {
		ref := fmt.Sprint("m", i)
		w.movements[ref] = m.movement(ref)
	}
	return w
}

var parents = map[string]string{
	"P/e": "P", "C": "P", "C/a": "C", "C/e": "C", "C/x": "C", "T1": "C", "T1/e": "T1", "T2": "C", "T2/x": "T2", "V1": "T1", "V2": "T2",
}

var levels = map[string]area.Level{
	"P":  area.Prefecture,
	"C":  area.County,
	"T1": area.Township,
	"T2": area.Township,
	"V1": area.Village,
	"V2": area.Village,
}

func (m maker) node(code string) area.Node {
	level, place := levels[code]
	n := area.Node{Code: code, Name: code, Level: level, Department: !place, ParentCode: parents[code]}
	if place {
		n.ValidFrom, n.ValidTo = m.maybe(20, calendar.Date(2023, 3, 1)), m.maybe(20, calendar.Date(2024, 6, 1))
		return n
	}
	if code[len(code)-1] != 'x' || m.IntN(4) == 0 {
		n.Functions = []string{"EMERGENCY_MANAGEMENT"}
	}
	if m.IntN(6) == 0 {
		n.Functions = []string{"FINANCE"}
	}
	return n
}

func (m maker) catalog(code string) catalog.Catalog {
	c := catalog.Catalog{
		Code:                      code,
		Title:                     code,
		IssuerCode:                pick(m, "P", "C", "C", "T1", "C/e"),
		EffectiveFrom:             calendar.Date(2022, 1, 1) + calendar.Day(m.IntN(600)),
		GraceWorkingDays:          m.IntN(30),
		InterpretationWorkingDays: 1 + m.IntN(10),
	}
	if code == "K1" {
		c.IssuerCode, c.EffectiveFrom = "P", calendar.Date(2020, 1, 1)
	} else if m.IntN(2) == 0 {
		c.BasedOn = "K1"
	}
	for _, entry := range entries {
		if code == "K1" || m.IntN(3) == 0 {
			c.Entries = append(c.Entries, m.entry(entry))
		}
	}
	return c
}

func (m maker) entry(code string) catalog.Entry {
	n := 5 + m.IntN(20)
	e := catalog.Entry{
		Code:     code,
		Category: code[:1],
		Item:     code,
		Levels:   []area.Level{area.Prefecture, area.County, area.Township, area.Village},
		Publishers: pick(
			m,
			[]string{"GOVERNMENT", "CITY_GOVERNMENT", "EMERGENCY_MANAGEMENT"},
			[]string{"EMERGENCY_MANAGEMENT"},
			[]string{"GOVERNMENT", "FINANCE"},
		),
		Limit: calendar.Limit{
			Kind:   pick(m, calendar.WorkingDays, calendar.CalendarDays, calendar.WithSource, calendar.Prompt),
			N:      &n,
			Anchor: pick(m, calendar.Formed, calendar.Issued),
		},
		RefreshDays: pick(m, 0, 0, 90),
		Period:      pick(m, calendar.NoPeriod, calendar.NoPeriod, calendar.Annual),
	}
	if code == "1.3" {
		e.Limit.Kind = calendar.WithSource
	}
	return e
}

func (m maker) arrangements() []calendar.Arrangement {
	a := calendar.Arrangement{Year: 2023}
	first := calendar.Date(2023, 5, 1) + calendar.Day(m.IntN(60))
	for i := range calendar.Day(3) {
		a.Days = append(a.Days, calendar.ArrangedDay{Day: first + i, Name: "假", Off: true})
	}
	return []calendar.Arrangement{a}
}

func (m maker) assignment() catalog.Assignment {
	return catalog.Assignment{
		PublisherCode: pick(m, publishers...), EntryCode: pick(m, entries...), Action: pick(m, catalog.Include, catalog.Exempt),
		From: m.day(), To: m.maybe(50, calendar.Date(2025, 1, 1)),
	}
}

func (m maker) document(ref string) disclosure.Disclosure {
	formed := m.day()
	d := disclosure.Disclosure{
		Ref:                    ref,
		PublisherCode:          pick(m, publishers...),
		EntryCode:              pick(m, entries...),
		Attribute:              pick(m, disclosure.Proactive, disclosure.Proactive, disclosure.OnRequest),
		FormedOn:               m.maybe(90, formed),
		IssuedOn:               m.maybe(50, formed+3),
		PublishedOn:            m.maybe(75, formed+calendar.Day(m.IntN(60))),
		Period:                 pick(m, "", "", "2023"),
		Nil:                    m.IntN(8) == 0,
		RequiresInterpretation: m.IntN(2) == 0,
	}
	if d.PublishedOn != calendar.None {
		d.WithdrawnOn = m.maybe(20, d.PublishedOn+50)
	}
	if m.IntN(2) == 0 {
		d.InterpretsRef = pick(m, refs...)
	}
	return d
}

func (m maker) reviewsOf(ref string) (reviews []disclosure.Review) {
	for range m.IntN(3) {
		reviews = append(
			reviews,
			disclosure.Review{DisclosureRef: ref, ReviewedOn: m.day() + 200, Result: pick(m, disclosure.Keep, disclosure.Disclose)},
		)
	}
	return reviews
}

func (m maker) newsOf(ref string) disclosure.News {
	return disclosure.News{Ref: ref, PublisherCode: pick(m, publishers...), EntryCode: pick(m, entries...), PublishedAt: m.day().Time()}
}

func (m maker) concern(ref string) disclosure.Concern {
	c := disclosure.Concern{
		Ref:           ref,
		PublisherCode: pick(m, publishers...),
		Severity:      pick(m, disclosure.Normal, disclosure.Major),
		DetectedAt:    m.day().Time(),
	}
	if m.IntN(2) == 0 {
		c.RespondedAt = c.DetectedAt.Add(time.Duration(m.IntN(100)) * time.Hour)
	}
	return c
}

func (m maker) movement(ref string) relief.Movement {
	r := relief.Movement{
		Ref:           ref,
		Kind:          pick(m, relief.Allocation, relief.Distribution, relief.Donation),
		FromCode:      pick(m, "P", "C", "C", "T1", "T2", "C/e"),
		ToCode:        "V1",
		OccurredOn:    m.day(),
		DisclosureRef: pick(m, append(refs, "", "")...),
	}
	if r.Kind == relief.Donation {
		r.FromCode = ""
	}
	return r
}

func mustReference(t *testing.T, w *world) timeline.Reference {
	t.Helper()
	reference, err := w.reference()
	if err != nil {
		t.Fatal(err)
	}
	return reference
}
