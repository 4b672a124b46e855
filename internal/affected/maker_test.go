package affected_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

// The parts of a random world.
var (
	publishers = []string{"P", "P/e", "B1", "C", "C/a", "C/e", "C/x", "T1", "T1/e", "T2", "T2/x", "V1", "V2"}
	entries    = []string{"1.1", "1.3", "1.6", "2.1", "3.3", "4.2", "5.1"}
	catalogs   = []string{"K1", "K2", "K3", "K4"}
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
	for _, code := range catalogs[:3+m.IntN(2)] {
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
	"P/e":  "P",
	"C":    "P",
	"B1":   "C",
	"C/a":  "C",
	"C/e":  "C",
	"C/x":  "C",
	"T1":   "C",
	"T1/e": "T1",
	"T2":   "C",
	"T2/x": "T2",
	"V1":   "T1",
	"V2":   "T2",
}

var levels = map[string]area.Level{
	"P":  area.Province,
	"B1": area.Township,
	"C":  area.County,
	"T1": area.Township,
	"T2": area.Township,
	"V1": area.Village,
	"V2": area.Village,
}

// node is a node that is what its code says, but for B1, which comes before all
// departments of C and may be one.
func (m maker) node(code string) area.Node {
	level, place := levels[code]
	if code == "B1" && m.IntN(2) == 0 {
		place = false
	}
	if place {
		return m.place(code, level)
	}
	return m.department(code)
}

func (m maker) place(code string, level area.Level) area.Node {
	if level == area.County && m.IntN(2) == 0 {
		level = area.Prefecture
	}
	return area.Node{
		Code: code, Name: code, Level: level, ParentCode: parents[code],
		ValidFrom: m.maybe(20, calendar.Date(2023, 3, 1)), ValidTo: m.maybe(20, calendar.Date(2024, 6, 1)),
	}
}

func (m maker) department(code string) area.Node {
	n := area.Node{Code: code, Name: code, Department: true, ParentCode: parents[code]}
	if code[len(code)-1] != 'x' || m.IntN(4) == 0 {
		n.Functions = []string{"EMERGENCY_MANAGEMENT"}
	}
	if m.IntN(6) == 0 {
		n.Functions = []string{"FINANCE"}
	}
	return n
}

// catalog is one of any issuer, places and departments; some begin on one day and
// some end. One may be based on any that its code comes after.
func (m maker) catalog(code string) catalog.Catalog {
	c := catalog.Catalog{Code: code, Title: code, IssuerCode: pick(m, "P", "P", "C", "C", "T1", "C/e", "T1/e", "B1", "V1")}
	m.inForce(&c)
	if code == "K1" {
		c.IssuerCode, c.EffectiveFrom, c.EffectiveTo = "P", calendar.Date(2020, 1, 1), m.maybe(20, calendar.Date(2024, 9, 1))
	}
	c.BasedOn = m.base(code)
	for _, entry := range entries {
		if code == "K1" || m.IntN(3) == 0 {
			c.Entries = append(c.Entries, m.entry(entry))
		}
	}
	return c
}

// inForce gives a catalog its days.
func (m maker) inForce(c *catalog.Catalog) {
	c.EffectiveFrom = pick(m, calendar.Date(2020, 1, 1), calendar.Date(2023, 1, 1), calendar.Date(2022, 1, 1)+calendar.Day(m.IntN(600)))
	c.EffectiveTo = m.maybe(40, calendar.Date(2023, 2, 1)+calendar.Day(m.IntN(600)))
	c.GraceWorkingDays, c.InterpretationWorkingDays = m.IntN(30), 1+m.IntN(10)
}

// base is what a catalog may be based on: mostly the one before it, so that chains
// come about.
func (m maker) base(code string) string {
	before := slices.Index(catalogs, code)
	switch {
	case before < 1 || m.IntN(4) == 0:
		return ""
	case m.IntN(3) == 0:
		return pick(m, catalogs[:before]...)
	}
	return catalogs[before-1]
}

func (m maker) entry(code string) catalog.Entry {
	n := 5 + m.IntN(20)
	e := catalog.Entry{
		Code:     code,
		Category: code[:1],
		Item:     code,
		Levels: pick(
			m,
			[]area.Level{area.Nation, area.Province, area.Prefecture, area.County, area.Township, area.Village},
			[]area.Level{area.Province, area.County, area.Township, area.Village},
			[]area.Level{area.Nation, area.Prefecture, area.Township},
		),
		Publishers: pick(
			m,
			[]string{"GOVERNMENT", "CITY_GOVERNMENT", "EMERGENCY_MANAGEMENT"},
			[]string{"EMERGENCY_MANAGEMENT"},
			[]string{"GOVERNMENT", "FINANCE"},
		),
		Limit: calendar.Limit{
			Kind:   pick(m, calendar.WorkingDays, calendar.CalendarDays, calendar.Hours, calendar.WithSource, calendar.Prompt),
			N:      &n,
			Anchor: pick(m, calendar.Formed, calendar.Issued),
		},
		RefreshDays: pick(m, 0, 0, 90),
		Period:      pick(m, calendar.NoPeriod, calendar.NoPeriod, calendar.Annual, calendar.Monthly),

		PeriodWorkingDays: m.IntN(20),
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
		Attribute:              pick(m, disclosure.Proactive, disclosure.Proactive, disclosure.OnRequest, disclosure.NotDisclosed),
		FormedOn:               m.maybe(90, formed),
		IssuedOn:               m.maybe(50, formed+3),
		PublishedOn:            m.maybe(75, formed+calendar.Day(m.IntN(60))),
		Period:                 pick(m, "", "2023", "2023-04", "2023-10"),
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
		FromCode:      pick(m, append(publishers, "C", "C", "T1")...),
		ToCode:        "V1",
		OccurredOn:    m.day(),
		DisclosureRef: pick(m, append(refs, "", "")...),
	}
	if r.Kind == relief.Donation {
		r.FromCode = ""
	}
	return r
}
