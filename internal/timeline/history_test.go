package timeline_test

import (
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// The examples reckon by hand in 2024, whose 1 January is a Monday; no
// arrangement is loaded, so that Monday to Friday are worked.
func jan(day int) calendar.Day { return calendar.Date(2024, 1, day) }
func feb(day int) calendar.Day { return calendar.Date(2024, 2, day) }

// example is one cell: the department 1/yj's entry 1.1.
type example struct {
	catalogs []*catalog.Catalog
	facts    timeline.PublisherFacts
}

// standing is a catalog from 1 January with five working days of grace, up to
// Monday 8, and an entry due three working days after a document is formed.
func standing(change ...func(*catalog.Catalog, *catalog.Entry)) *example {
	return &example{catalogs: []*catalog.Catalog{catalogFrom("A", jan(1), calendar.None, change...)}}
}

func catalogFrom(code string, from, to calendar.Day, change ...func(*catalog.Catalog, *catalog.Entry)) *catalog.Catalog {
	three := 3
	c := &catalog.Catalog{Code: code, IssuerCode: "1", EffectiveFrom: from, EffectiveTo: to, GraceWorkingDays: 5}
	e := catalog.Entry{
		Code: "1.1", Levels: []area.Level{area.County}, Publishers: []string{"EMERGENCY_MANAGEMENT"},
		Limit: calendar.Limit{Kind: calendar.WorkingDays, N: &three},
	}
	for _, apply := range change {
		apply(c, &e)
	}
	c.Entries = []catalog.Entry{e}
	return c
}

func grace(days int) func(*catalog.Catalog, *catalog.Entry) {
	return func(c *catalog.Catalog, _ *catalog.Entry) { c.GraceWorkingDays = days }
}

func refresh(days int) func(*catalog.Catalog, *catalog.Entry) {
	return func(_ *catalog.Catalog, e *catalog.Entry) { e.RefreshDays = days }
}

func withSource(_ *catalog.Catalog, e *catalog.Entry) {
	e.Limit = calendar.Limit{Kind: calendar.WithSource}
}

// declared is a publication that owes nothing: a nil declaration.
func (e *example) declared(on, withdrawn calendar.Day) *example {
	return e.document(disclosure.Disclosure{Nil: true, PublishedOn: on, WithdrawnOn: withdrawn})
}

// formed is a document with its duty.
func (e *example) formed(on, published, withdrawn calendar.Day) *example {
	return e.document(disclosure.Disclosure{FormedOn: on, PublishedOn: published, WithdrawnOn: withdrawn})
}

func (e *example) document(d disclosure.Disclosure) *example {
	if d.Ref == "" {
		d.Ref = string(rune('a' + len(e.facts.Disclosures)))
	}
	d.PublisherCode, d.EntryCode = "1/yj", "1.1"
	e.facts.Disclosures = append(e.facts.Disclosures, d)
	return e
}

func (e *example) news(at time.Time) *example {
	e.facts.News = append(e.facts.News, disclosure.News{Ref: "news", PublisherCode: "1/yj", EntryCode: "1.1", PublishedAt: at})
	return e
}

func (e *example) exempt(from, to calendar.Day) *example {
	e.facts.Assignments = append(e.facts.Assignments, catalog.Assignment{
		PublisherCode: "1/yj", EntryCode: "1.1", Action: catalog.Exempt, From: from, To: to, Reason: "试点",
	})
	return e
}

func (e *example) cell(t *testing.T) (*duty.Facts, *calendar.Calendar) {
	t.Helper()
	tree, err := area.NewTree([]*area.Node{
		{Code: "1", Level: area.County},
		{Code: "1/yj", ParentCode: "1", Department: true, Functions: []string{"EMERGENCY_MANAGEMENT"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	library, err := catalog.NewLibrary(e.catalogs)
	if err != nil {
		t.Fatal(err)
	}
	reference := timeline.Reference{Tree: tree, Library: library, Days: calendar.New(nil)}
	cells := reference.FactsByCell(tree.Find("1/yj"), &e.facts, nil)
	if len(cells) != 1 {
		t.Fatalf("%d cells", len(cells))
	}
	return cells[0], reference.Days
}

// history names each span by its first day and its status; a day on which the
// cell is not in force has none.
func (e *example) history(t *testing.T) string {
	t.Helper()
	facts, days := e.cell(t)
	cell := timeline.Of(facts, days)
	var spans []string
	for _, span := range cell.Spans {
		spans = append(spans, strings.TrimPrefix(span.From.String(), "2024-")+" "+span.Status.String())
	}
	return strings.Join(spans, ", ")
}

// following are two catalogs: the first up to a day, with five days of grace, the
// second from a day on, with twenty and a refresh every ten days.
func following(to, from calendar.Day) *example {
	return &example{catalogs: []*catalog.Catalog{
		catalogFrom("A", jan(1), to), catalogFrom("B", from, calendar.None, grace(20), refresh(10)),
	}}
}

// zeroDays lets documents be due on the day they are formed.
func zeroDays(_ *catalog.Catalog, e *catalog.Entry) { e.Limit.N = new(int) }
