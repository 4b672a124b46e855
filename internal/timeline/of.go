package timeline

import (
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/duty"
)

// Cell is a cell's whole history and future with its duties.
type Cell struct {
	EntryCode string
	// Spans are by day; neighbours differ. The last one has no end.
	Spans  []Span
	Duties duty.Duties
}

// Of derives a cell's timeline and duties from its facts.
func Of(facts *duty.Facts, days *calendar.Calendar) Cell {
	duties := duty.Of(facts, days)
	return Cell{EntryCode: facts.Cell.EntryCode, Spans: spansOf(facts, &duties, days), Duties: duties}
}

// publication is one publication of a cell: it lasts from its day up to the day
// before it is withdrawn.
type publication struct {
	on, withdrawn calendar.Day
	ref           string
	document      *disclosure.Disclosure // nil for news
	news          *disclosure.News       // nil for a document
}

// publicationsOf lists the publications of a cell by day, then ref.
func publicationsOf(facts *duty.Facts) []publication {
	var all []publication
	for i := range facts.Disclosures {
		document := &facts.Disclosures[i]
		if on := document.PublicationDay(); on != calendar.Never {
			all = append(all, publication{on, document.WithdrawnOn.OrNever(), document.Ref, document, nil})
		}
	}
	for i := range facts.News {
		item := &facts.News[i]
		all = append(all, publication{item.PublicationDay(), calendar.Never, item.Ref, nil, item})
	}
	slices.SortFunc(all, func(a, b publication) int { return int(a.on - b.on) })
	return all
}

// evaluation is what the status of a cell is read from.
type evaluation struct {
	cell    *catalog.Cell
	overdue []calendar.Span
	// lasting: from each day on, the day of the last publication that lasts,
	// None where none does.
	lasting []lasting
}

type lasting struct{ from, last calendar.Day }

func evaluate(facts *duty.Facts, duties *duty.Duties, days *calendar.Calendar) *evaluation {
	return &evaluation{cell: facts.Cell, overdue: duties.OverdueSpans(days), lasting: lastingOf(publicationsOf(facts))}
}

// lastingOf notes the last lasting publication from each day on which it changes.
func lastingOf(publications []publication) []lasting {
	var turns []calendar.Day
	var withdrawn []publication // those that end some day: few
	latest := make([]publication, 0, len(publications))
	for _, p := range publications {
		turns = append(turns, p.on)
		if p.withdrawn == calendar.Never {
			latest = append(latest, p)
			continue
		}
		if p.withdrawn > p.on {
			withdrawn = append(withdrawn, p)
			turns = append(turns, p.withdrawn)
		}
	}
	slices.Sort(turns)
	turns = slices.Compact(turns)
	var changes []lasting
	next, last := 0, calendar.None
	for _, on := range turns {
		for next < len(latest) && latest[next].on <= on {
			last = latest[next].on
			next++
		}
		current := last
		for _, p := range withdrawn {
			if p.on <= on && on < p.withdrawn {
				current = max(current, p.on)
			}
		}
		if len(changes) == 0 && current != calendar.None || len(changes) > 0 && changes[len(changes)-1].last != current {
			changes = append(changes, lasting{on, current})
		}
	}
	return changes
}

// lastOn returns the day of the last publication that lasts on the day, None
// where none does.
func (e *evaluation) lastOn(on calendar.Day) calendar.Day {
	i, found := slices.BinarySearchFunc(e.lasting, on, func(l lasting, on calendar.Day) int { return int(l.from - on) })
	if !found {
		i--
	}
	if i < 0 {
		return calendar.None
	}
	return e.lasting[i].last
}

func (e *evaluation) overdueOn(on calendar.Day) bool {
	for _, span := range e.overdue {
		if span.Contains(on) {
			return true
		}
	}
	return false
}

// on evaluates the status at the end of a day: the first rule that holds.
func (e *evaluation) on(day calendar.Day) Status {
	rule := e.cell.RuleOn(day)
	if rule == nil {
		return NotInForce
	}
	last := e.lastOn(day)
	switch {
	case e.cell.ExemptOn(day):
		return Exempt
	case last == calendar.None && day > e.cell.RunOn(day).Grace.Due:
		return Missing
	case e.overdueOn(day):
		return Overdue
	case rule.RefreshDays > 0 && last != calendar.None && day > last+calendar.Day(rule.RefreshDays):
		return Stale
	case last == calendar.None:
		return Pending
	}
	return Covered
}

// turns lists the days on which the status can change.
func (e *evaluation) turns() []calendar.Day {
	var turns []calendar.Day
	add := func(days ...calendar.Day) {
		for _, day := range days {
			if day != calendar.Never {
				turns = append(turns, day)
			}
		}
	}
	after := func(day calendar.Day) calendar.Day {
		if day == calendar.Never {
			return calendar.Never
		}
		return day + 1
	}
	refreshes := map[int]bool{}
	for i := range e.cell.Rules {
		rule := &e.cell.Rules[i]
		add(rule.From, after(rule.To))
		if rule.RefreshDays > 0 {
			refreshes[rule.RefreshDays] = true
		}
	}
	for _, run := range e.cell.Runs {
		add(after(run.Grace.Due))
	}
	for _, exemption := range e.cell.Exemptions {
		add(exemption.From, after(exemption.To))
	}
	for _, overdue := range e.overdue {
		add(overdue.From, after(overdue.To))
	}
	for _, change := range e.lasting {
		add(change.from)
		if change.last == calendar.None {
			continue
		}
		for refresh := range refreshes {
			add(change.last + calendar.Day(refresh) + 1)
		}
	}
	slices.Sort(turns)
	return slices.Compact(turns)
}

func spansOf(facts *duty.Facts, duties *duty.Duties, days *calendar.Calendar) []Span {
	if len(facts.Cell.Rules) == 0 {
		return nil
	}
	e := evaluate(facts, duties, days)
	var spans []Span
	for _, day := range e.turns() {
		status := e.on(day)
		if len(spans) == 0 && status == NotInForce || len(spans) > 0 && spans[len(spans)-1].Status == status {
			continue
		}
		spans = append(spans, Span{day, status})
	}
	return spans
}
