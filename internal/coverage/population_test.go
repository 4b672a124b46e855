package coverage_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/order"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// population is a tree whose publishers have timelines made up at random: more of
// them, and odder ones, than facts would give.
type population struct {
	random    *rand.Rand
	tree      *area.Tree
	days      *calendar.Calendar
	summaries map[string][]timeline.CellSummary
	orders    map[string][]order.Summary
	series    []timeline.SeriesSummary // what most publishers have the same of
}

// populationNodes are two provinces. Their counties have few nodes each, or as
// many as are just not, just, and easily enough for sums to be kept.
func populationNodes() []*area.Node {
	var nodes []*area.Node
	add := func(level area.Level, parent, code, name string) {
		nodes = append(nodes, &area.Node{Code: code, Name: name, Level: level, ParentCode: parent})
	}
	add(area.Nation, "", "CN", "中华人民共和国")
	for p, counties := range [][]int{{3, 62, 63, 64, 65, 400}, {63, 0, 200}} {
		province := fmt.Sprintf("%02d", 50+p)
		add(area.Province, "CN", province, "省")
		for c, townships := range counties {
			// The first prefecture only holds the place of one.
			prefecture := fmt.Sprintf("%s%02d", province, 1+c/3)
			if c%3 == 0 {
				add(area.Prefecture, province, prefecture, []string{"市辖区", "州"}[min(1, c/3)])
			}
			county := fmt.Sprintf("%s%02d", prefecture, 20+c)
			add(area.County, prefecture, county, "县")
			for n := range townships {
				code := fmt.Sprintf("%s%03d", county, n)
				if n%50 == 49 {
					code = fmt.Sprintf("x%s", code) // a code that does not lie among its county's
				}
				if n%3 == 2 {
					nodes = append(nodes, &area.Node{Code: county + "/" + code, ParentCode: county, Department: true})
					continue
				}
				add(area.Township, county, code, "镇")
			}
		}
	}
	return nodes
}

func newPopulation(t *testing.T, random *rand.Rand, nodes []*area.Node) *population {
	t.Helper()
	p := &population{random: random, tree: mustTree(t, nodes), days: calendar.New(nil), summaries: map[string][]timeline.CellSummary{}}
	for _, every := range []calendar.Periodicity{calendar.Annual, calendar.Semiannual, calendar.Quarterly, calendar.Monthly, calendar.Quarterly, calendar.Annual} {
		last := calendar.PeriodOf(calendar.Last, every).Ordinal
		if random.IntN(3) == 0 {
			last = calendar.PeriodOf(p.day(), every).Ordinal
		}
		first := min(last, calendar.PeriodOf(p.day(), every).Ordinal)
		p.series = append(
			p.series,
			timeline.SeriesSummary{Every: every, First: first, Last: last, WorkingDays: random.IntN(3) * random.IntN(60)},
		)
	}
	p.orders = map[string][]order.Summary{}
	for _, node := range p.tree.Nodes() {
		p.summaries[node.Code] = p.timelines()
		p.orders[node.Code] = p.ordersTo(node.Code)
	}
	return p
}

// day lies mostly in a few years, so that one day has many events, now and then
// anywhere, the ends of time and the day after them among it.
func (p *population) day() calendar.Day {
	switch p.random.IntN(30) {
	case 0:
		return calendar.First
	case 1:
		return calendar.Last
	case 2:
		return calendar.Last + 1 + calendar.Day(p.random.IntN(300))
	case 3:
		return calendar.First + calendar.Day(p.random.IntN(int(calendar.Last-calendar.First)))
	}
	return calendar.Date(2022, 1, 1) + calendar.Day(p.random.IntN(1500))
}

// dayOr is sometimes Never.
func (p *population) dayOr() calendar.Day {
	if p.random.IntN(3) == 0 {
		return calendar.Never
	}
	return p.day()
}

// timelines are those of one publisher: some have nothing.
func (p *population) timelines() []timeline.CellSummary {
	var summaries []timeline.CellSummary
	for entry := range 8 {
		if p.random.IntN(3) > 0 {
			continue
		}
		summary := timeline.CellSummary{EntryCode: fmt.Sprintf("%d.%d", 1+entry/4, 1+entry%4)}
		starts := make([]calendar.Day, p.random.IntN(8))
		for i := range starts {
			starts[i] = p.day()
		}
		slices.Sort(starts)
		before := timeline.NotInForce
		for _, from := range slices.Compact(starts) {
			status := (before + 1 + timeline.Status(p.random.IntN(timeline.Statuses-1))) % timeline.Statuses
			summary.Spans = append(summary.Spans, timeline.Span{From: from, Status: status})
			before = status
		}
		for range p.random.IntN(4) {
			summary.Duties = append(summary.Duties, duty.Days{OpenedOn: p.day(), DueOn: p.dayOr(), FulfilledOn: p.dayOr()})
		}
		if p.random.IntN(2) == 0 {
			summary.Series = append(summary.Series, p.fulfilled(p.series[p.random.IntN(len(p.series))]))
		}
		for kind := range summary.Listed {
			for range p.random.IntN(4) {
				summary.Listed[kind] = append(summary.Listed[kind], min(p.day(), calendar.Last))
			}
			slices.Sort(summary.Listed[kind])
		}
		summaries = append(summaries, summary)
	}
	return summaries
}

// fulfilled is a series some of whose duties were fulfilled, some before they
// opened and some late.
func (p *population) fulfilled(series timeline.SeriesSummary) timeline.SeriesSummary {
	for ordinal := series.First; ordinal <= min(series.Last, series.First+40); ordinal++ {
		if p.random.IntN(5) == 0 {
			opened := calendar.Period{Every: series.Every, Ordinal: ordinal}.First()
			series.Fulfilled = append(
				series.Fulfilled,
				duty.Fulfilment{Ordinal: ordinal, On: opened + calendar.Day(p.random.IntN(500)-100)},
			)
		}
	}
	return series
}

// packed is everything, for a new index.
func (p *population) packed() []coverage.Timelines {
	var all []coverage.Timelines
	for _, node := range p.tree.Nodes() {
		if summaries, known := p.summaries[node.Code]; known {
			all = append(all, coverage.Timelines{
				PublisherCode: node.Code, Packed: timeline.Pack(summaries), Orders: order.Pack(p.orders[node.Code]),
			})
		}
	}
	return all
}

// changed is the population after so many changes, and the changes: other
// timelines, timelines taken out, and those of a publisher that is unknown. Some
// publisher changes twice: its last timelines hold.
func (p *population) changed(count int) (*population, []coverage.Timelines) {
	next := *p
	next.summaries, next.orders = maps.Clone(p.summaries), maps.Clone(p.orders)
	changes := []coverage.Timelines{{PublisherCode: "unknown", Packed: timeline.Pack(p.timelines())}}
	for len(changes) < count {
		code := p.tree.Node(area.Place(p.random.IntN(p.tree.Size()))).Code
		change := coverage.Timelines{PublisherCode: code}
		if p.random.IntN(4) == 0 {
			delete(next.summaries, code)
			delete(next.orders, code)
		} else {
			next.summaries[code] = p.timelines()
			change.Packed = timeline.Pack(next.summaries[code])
			if p.random.IntN(2) == 0 {
				next.orders[code] = p.ordersTo(code)
			}
			change.Orders = order.Pack(next.orders[code])
		}
		changes = append(changes, change)
	}
	return &next, changes
}

// slotName is an entry at a level.
type slotName struct {
	entry string
	level area.Level
}

// counted are the figures of each node with all below it on one day: of each row
// alone, then added to every node above it, duty by duty.
type counted struct {
	self, subtree []coverage.Figures
	slots         []map[slotName]coverage.Figures
}

func (p *population) count(on calendar.Day) *counted {
	size := p.tree.Size()
	c := &counted{make([]coverage.Figures, size), make([]coverage.Figures, size), make([]map[slotName]coverage.Figures, size)}
	for place := range area.Place(size) {
		node := p.tree.Node(place)
		for i := range p.summaries[node.Code] {
			summary := &p.summaries[node.Code][i]
			figures := p.figuresOf(summary, on)
			c.self[place].Plus(&figures)
			for at := place; at != area.Nowhere; at = p.tree.Parent(at) {
				c.subtree[at].Plus(&figures)
				if c.slots[at] == nil {
					c.slots[at] = map[slotName]coverage.Figures{}
				}
				name := slotName{summary.EntryCode, node.Level}
				sum := c.slots[at][name]
				sum.Plus(&figures)
				if c.slots[at][name] = sum; sum.Zero() {
					delete(c.slots[at], name)
				}
			}
		}
	}
	return c
}

func (p *population) figuresOf(summary *timeline.CellSummary, on calendar.Day) (figures coverage.Figures) {
	status := timeline.NotInForce
	for _, span := range summary.Spans {
		if span.From <= on {
			status = span.Status
		}
	}
	figures.Cells[status]++
	for _, days := range summary.Duties {
		figures.Duties[days.StateOn(on)]++
	}
	for _, series := range summary.Series {
		for ordinal := series.First; ordinal <= series.Last; ordinal++ {
			period := calendar.Period{Every: series.Every, Ordinal: ordinal}
			if period.First() > on {
				break
			}
			days := duty.Days{
				OpenedOn:    period.First(),
				DueOn:       p.days.AddWorkingDays(period.Last(), series.WorkingDays),
				FulfilledOn: calendar.Never,
			}
			for _, fulfilment := range series.Fulfilled {
				if fulfilment.Ordinal == ordinal {
					days.FulfilledOn = fulfilment.On
				}
			}
			figures.Duties[days.StateOn(on)]++
		}
	}
	// What is not in force and what has not opened are not counted.
	figures.Cells[timeline.NotInForce], figures.Duties[duty.NotOpened] = 0, 0
	return figures
}
