package coverage_test

import (
	"slices"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// built is a world of the oracle as the domain has it, made without files or a
// database.
type built struct {
	reference timeline.Reference
	facts     map[string]*timeline.PublisherFacts
}

// build turns the oracle's facts into the domain's, word by word.
func build(t *testing.T, world *oracle.World) *built {
	t.Helper()
	b := &built{facts: map[string]*timeline.PublisherFacts{}}
	b.reference = timeline.Reference{
		Tree: mustTree(t, nodesOf(world)), Library: mustLibrary(t, world), Days: calendar.New(arrangementsOf(world)),
	}
	for _, node := range b.reference.Tree.Nodes() {
		b.facts[node.Code] = &timeline.PublisherFacts{}
	}
	for _, a := range world.Assignments {
		action, _ := catalog.ParseAction(a.Action)
		of := b.facts[a.Publisher]
		of.Assignments = append(of.Assignments, catalog.Assignment{
			PublisherCode: a.Publisher, EntryCode: a.Entry, Action: action, From: day(a.From), To: day(a.To), Reason: a.Reason,
		})
	}
	documents := map[string]disclosure.Disclosure{}
	for _, d := range world.Disclosures {
		documents[d.Ref] = documentOf(d)
		of := b.facts[d.Publisher]
		of.Disclosures = append(of.Disclosures, documents[d.Ref])
	}
	for _, d := range world.Disclosures {
		if source, known := documents[d.InterpretsRef]; known {
			b.facts[d.Publisher].Linked = append(b.facts[d.Publisher].Linked, source)
			of := b.facts[source.PublisherCode]
			of.Linked = append(of.Linked, documents[d.Ref])
		}
	}
	for _, n := range world.News {
		entry := n.Entry
		if entry == "" {
			entry = disclosure.DefaultNewsEntry
		}
		of := b.facts[n.Publisher]
		of.News = append(
			of.News,
			disclosure.News{Ref: n.Ref, PublisherCode: n.Publisher, EntryCode: entry, PublishedAt: instant(t, n.PublishedAt)},
		)
	}
	return b
}

// timelines packs every publisher's timelines.
func (b *built) timelines() []coverage.Timelines {
	var all []coverage.Timelines
	for place := range area.Place(b.reference.Tree.Size()) {
		code := b.reference.Tree.Node(place).Code
		packed := timeline.Pack(b.reference.OfPublisher(place, b.facts[code], nil))
		all = append(all, coverage.Timelines{PublisherCode: code, Packed: packed})
	}
	return all
}

func nodesOf(world *oracle.World) []*area.Node {
	var nodes []*area.Node
	for _, a := range world.Areas {
		level, _ := area.ParseLevel(a.Level)
		nodes = append(nodes, &area.Node{
			Code: a.Code, Name: a.Name, Level: level, ParentCode: a.Parent, ValidFrom: day(a.ValidFrom), ValidTo: day(a.ValidTo),
		})
	}
	for _, d := range world.Departments {
		nodes = append(nodes, &area.Node{Code: d.Code, Name: d.Name, ParentCode: d.Parent, Department: true, Functions: d.Functions})
	}
	return nodes
}

func mustLibrary(t *testing.T, world *oracle.World) *catalog.Library {
	t.Helper()
	var catalogs []*catalog.Catalog
	for _, c := range world.Catalogs {
		one := &catalog.Catalog{
			Code: c.Code, Title: c.Title, IssuerCode: c.Issuer, BasedOn: c.BasedOn, EffectiveFrom: day(c.EffectiveFrom),
			EffectiveTo: day(c.EffectiveTo), GraceWorkingDays: c.GraceWorkingDays, InterpretationWorkingDays: c.InterpretationWorkingDays,
		}
		for _, e := range c.Entries {
			one.Entries = append(one.Entries, entryOf(e))
		}
		catalogs = append(catalogs, one)
	}
	library, err := catalog.NewLibrary(catalogs)
	if err != nil {
		t.Fatal(err)
	}
	return library
}

func entryOf(e oracle.Entry) catalog.Entry {
	entry := catalog.Entry{
		Code: e.Code, Category: e.Category, Item: e.Item, SubItem: e.SubItem, Publishers: e.Publishers,
		PeriodWorkingDays: e.PeriodLimitN, RefreshDays: e.RefreshDays, Omit: e.Omit,
	}
	for _, name := range e.Levels {
		level, _ := area.ParseLevel(name)
		entry.Levels = append(entry.Levels, level)
	}
	entry.Limit.Kind, _ = calendar.ParseLimitKind(e.LimitKind)
	entry.Limit.Anchor, _ = calendar.ParseAnchor(e.LimitAnchor)
	entry.Limit.N = e.LimitN
	entry.Period, _ = calendar.ParsePeriodicity(e.Period)
	return entry
}

func documentOf(d oracle.Disclosure) disclosure.Disclosure {
	attribute, _ := disclosure.ParseAttribute(d.Attribute)
	return disclosure.Disclosure{
		Ref: d.Ref, PublisherCode: d.Publisher, EntryCode: d.Entry, Attribute: attribute,
		FormedOn: day(d.FormedOn), IssuedOn: day(d.IssuedOn), PublishedOn: day(d.PublishedOn), WithdrawnOn: day(d.WithdrawnOn),
		Period: d.Period, Nil: d.Nil, RequiresInterpretation: d.RequiresInterpretation, InterpretsRef: d.InterpretsRef,
	}
}

func arrangementsOf(world *oracle.World) []calendar.Arrangement {
	var all []calendar.Arrangement
	for _, a := range world.Arrangements {
		one := calendar.Arrangement{Year: a.Year}
		for _, d := range a.Days {
			one.Days = append(one.Days, calendar.ArrangedDay{Day: day(d.Date), Name: d.Name, Off: d.IsOffDay})
		}
		all = append(all, one)
	}
	return all
}

// day is None for an empty date.
func day(date string) calendar.Day {
	if date == "" {
		return calendar.None
	}
	return calendar.Day(oracle.Day(date))
}

// instant reads an instant, or a day, which begins in Asia/Shanghai.
func instant(t *testing.T, text string) time.Time {
	t.Helper()
	if len(text) == len(time.DateOnly) {
		return day(text).Time()
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func mustIndex(t *testing.T, reference timeline.Reference, timelines []coverage.Timelines) *coverage.Index {
	t.Helper()
	index, err := coverage.New(reference, slices.Values(timelines))
	if err != nil {
		t.Fatal(err)
	}
	return index
}

// mustIndexFrom makes an index whose nodes keep sums and runs from sizes on that some
// nodes of the world reach and others do not, or that none does.
func mustIndexFrom(t *testing.T, reference timeline.Reference, timelines []coverage.Timelines, publishers, cells int) *coverage.Index {
	t.Helper()
	index, err := coverage.NewLargeFrom(reference, timelines, publishers, cells)
	if err != nil {
		t.Fatal(err)
	}
	return index
}

func mustApply(t *testing.T, index *coverage.Index, changes []coverage.Timelines) *coverage.Index {
	t.Helper()
	next, err := index.Apply(changes)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

func mustTree(t *testing.T, nodes []*area.Node) *area.Tree {
	t.Helper()
	tree, err := area.NewTree(nodes)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}
