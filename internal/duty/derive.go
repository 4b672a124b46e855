package duty

import (
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

// Facts are what the duties and the timeline of one cell follow from.
type Facts struct {
	// Cell holds the days on which it is in force; one that never was has no rules.
	Cell *catalog.Cell
	// Succession holds the catalogs in force for the publisher.
	Succession  []catalog.InForce
	Disclosures []disclosure.Disclosure
	News        []disclosure.News
	// Sources are the publication days of the documents that those of this
	// cell interpret, by ref; missing where unknown.
	Sources map[string]calendar.Day
	// Interpretations are the first published interpretations of this cell's
	// documents, by the ref interpreted.
	Interpretations map[string]Publication
	// Reviews are those of this cell's documents, by ref.
	Reviews map[string][]disclosure.Review
	// Concerns are the publisher's, in the cell under which it answers them.
	Concerns []disclosure.Concern
	// Movements are those to be disclosed in this cell.
	Movements []relief.Recorded
}

// Publication is a disclosure's ref with its publication day.
type Publication struct {
	Ref string
	On  calendar.Day
}

// Earlier keeps the earlier of two publications; on one day the lesser ref.
func (p Publication) Earlier(other Publication) Publication {
	if p.Ref == "" || other.On < p.On || other.On == p.On && other.Ref < p.Ref {
		return other
	}
	return p
}

// Duties are all duties of one cell.
type Duties struct {
	Single []Duty
	Series []Series
}

// Of derives all duties of a cell from its facts.
func Of(facts *Facts, days *calendar.Calendar) Duties {
	var duties Duties
	for i := range facts.Disclosures {
		document := &facts.Disclosures[i]
		if document.Nil {
			continue // a nil declaration opens no duty of any kind
		}
		if d, ok := documentDuty(document, facts, days); ok {
			duties.Single = append(duties.Single, d)
		}
		if d, ok := interpretationDuty(document, facts, days); ok {
			duties.Single = append(duties.Single, d)
		}
		if s, ok := reviewSeries(document, facts.Reviews[document.Ref]); ok {
			duties.Series = append(duties.Series, s)
		}
	}
	for i := range facts.Concerns {
		duties.Single = append(duties.Single, responseDuty(&facts.Concerns[i]))
	}
	for i := range facts.Movements {
		duties.Single = append(duties.Single, reliefDuty(&facts.Movements[i], days))
	}
	duties.Series = append(duties.Series, periodSeries(facts)...)
	return duties
}

// documentDuty opens on the first day whose own rule anchors there.
func documentDuty(document *disclosure.Disclosure, facts *Facts, days *calendar.Calendar) (Duty, bool) {
	opened, rule := anchorOf(document, facts.Cell)
	if rule == nil || facts.Cell.ExemptOn(opened) {
		return Duty{}, false
	}
	deadline := days.Deadline(opened, rule.Limit)
	d := Duty{
		Kind: Document, OpenedOn: opened, DueOn: deadline.Due, FulfilledOn: document.PublicationDay(),
		AnchorOn: opened, WorkingDays: deadline.WorkingDays, Provisional: deadline.Provisional,
		Ref: document.Ref, Rule: rule, DueAt: rule.Limit.Instant(opened),
	}
	if rule.Limit.Kind == calendar.WithSource {
		if published, known := facts.Sources[document.InterpretsRef]; known && document.InterpretsRef != "" {
			d.DueOn, d.AnchorOn = published, published
		}
	}
	if d.FulfilledOn != calendar.Never {
		d.FulfilledBy = document.Ref
	}
	return d, true
}

// anchorOf returns the day on which a document's duty opens with its rule, nil
// where no rule anchors on any of the document's days.
func anchorOf(document *disclosure.Disclosure, cell *catalog.Cell) (calendar.Day, *catalog.Rule) {
	if document.Attribute != disclosure.Proactive {
		// The first review to disclose makes it proactive, from that day.
		// Without one it owes nothing, also under a rule without an end.
		day := document.DiscloseOn
		if day == calendar.None {
			return calendar.None, nil
		}
		return day, cell.RuleOn(day)
	}
	issued := document.IssuedOn
	if issued == calendar.None {
		issued = document.FormedOn
	}
	candidates := []calendar.Day{document.FormedOn, issued}
	slices.Sort(candidates)
	for _, day := range candidates {
		if day == calendar.None {
			continue
		}
		rule := cell.RuleOn(day)
		if rule == nil {
			continue
		}
		if rule.Limit.Anchor == calendar.Formed && day == document.FormedOn || rule.Limit.Anchor == calendar.Issued && day == issued {
			return day, rule
		}
	}
	return calendar.None, nil
}

// interpretationDuty opens when a document that wants explaining is published.
func interpretationDuty(document *disclosure.Disclosure, facts *Facts, days *calendar.Calendar) (Duty, bool) {
	opened := document.PublicationDay()
	if !document.RequiresInterpretation || opened == calendar.Never {
		return Duty{}, false
	}
	for _, inForce := range facts.Succession {
		if !inForce.Contains(opened) {
			continue
		}
		deadline := days.WorkingDeadline(opened, inForce.Catalog.InterpretationWorkingDays)
		d := Duty{
			Kind: Interpretation, OpenedOn: opened, DueOn: deadline.Due, FulfilledOn: calendar.Never,
			AnchorOn: opened, WorkingDays: deadline.WorkingDays, Provisional: deadline.Provisional, Ref: document.Ref,
		}
		if first, ok := facts.Interpretations[document.Ref]; ok {
			d.FulfilledOn, d.FulfilledBy = first.On, first.Ref
		}
		return d, true
	}
	return Duty{}, false
}

// responseDuty opens when a public concern is detected (回应关切).
func responseDuty(concern *disclosure.Concern) Duty {
	opened := concern.DetectedOn()
	return Duty{
		Kind:        Response,
		OpenedOn:    opened,
		DueOn:       opened + calendar.Day(concern.Severity.HoursToAnswer()/24),
		FulfilledOn: concern.RespondedOn(),
		AnchorOn:    opened,
		WorkingDays: -1,
		DueAt:       concern.AnswerBy(),
		Ref:         concern.Ref,
		Title:       concern.Title,
		FulfilledBy: concern.ResponseRef,
	}
}

// reliefDuty opens when relief is passed down or given out (款物公开).
func reliefDuty(movement *relief.Recorded, days *calendar.Calendar) Duty {
	deadline := movement.DiscloseBy(days)
	return Duty{
		Kind: Relief, OpenedOn: movement.OccurredOn, DueOn: deadline.Due, FulfilledOn: movement.PublishedOn,
		AnchorOn: movement.OccurredOn, WorkingDays: deadline.WorkingDays, Provisional: deadline.Provisional,
		Ref: movement.Ref, Title: movement.DocumentNumber, FulfilledBy: movement.DisclosureRef,
	}
}

// reviewSeries has a duty for each year after the one in which a document that
// is not proactive was formed, until a review says to disclose it.
func reviewSeries(document *disclosure.Disclosure, reviews []disclosure.Review) (Series, bool) {
	if document.Attribute == disclosure.Proactive || document.FormedOn == calendar.None {
		return Series{}, false
	}
	s := Series{
		Kind: Review, Every: calendar.Annual, Ref: document.Ref,
		First: int32(document.FormedOn.Year()) + 1, Last: lastOrdinal(calendar.Annual),
	}
	if document.DiscloseOn != calendar.None {
		s.Last = min(s.Last, int32(document.DiscloseOn.Year()))
	}
	firstInYear := map[int32]Fulfilment{}
	for _, review := range reviews {
		year := int32(review.ReviewedOn.Year())
		if known, ok := firstInYear[year]; !ok || review.ReviewedOn < known.On {
			firstInYear[year] = Fulfilment{Ordinal: year, On: review.ReviewedOn}
		}
	}
	s.fulfil(firstInYear)
	return s, s.First <= s.Last
}

// fulfil notes the fulfilments that fall on a duty of the series.
func (s *Series) fulfil(fulfilments map[int32]Fulfilment) {
	for ordinal, fulfilment := range fulfilments {
		if s.First <= ordinal && ordinal <= s.Last {
			s.Fulfilled = append(s.Fulfilled, fulfilment)
		}
	}
	slices.SortFunc(s.Fulfilled, func(a, b Fulfilment) int { return int(a.Ordinal - b.Ordinal) })
}

// periodSeries has a duty for each calendar period that lies wholly inside one
// run and on whose first day the cell is not exempted.
func periodSeries(facts *Facts) []Series {
	var all []Series
	var named map[calendar.Period]Publication
	cell := facts.Cell
	for i := range cell.Rules {
		rule := &cell.Rules[i]
		if rule.Period == calendar.NoPeriod {
			continue
		}
		if named == nil {
			named = namedPeriods(facts.Disclosures)
		}
		whole := ordinalsWithin(rule.Span, cell.RunOn(rule.From).To, rule.Period)
		for _, part := range notExempt(whole, rule.Period, cell.Exemptions) {
			s := Series{
				Kind: Period, Every: rule.Period, First: part.first, Last: part.last,
				WorkingDays: rule.PeriodWorkingDays, Rule: rule,
			}
			fulfilments := map[int32]Fulfilment{}
			for period, publication := range named {
				if period.Every == rule.Period {
					fulfilments[period.Ordinal] = Fulfilment{period.Ordinal, publication.On, publication.Ref}
				}
			}
			s.fulfil(fulfilments)
			all = append(all, s)
		}
	}
	return all
}

// namedPeriods returns the first publication that names each period.
func namedPeriods(documents []disclosure.Disclosure) map[calendar.Period]Publication {
	named := map[calendar.Period]Publication{}
	for i := range documents {
		document := &documents[i]
		on := document.PublicationDay()
		if document.Period == "" || on == calendar.Never {
			continue
		}
		period, err := calendar.ParsePeriod(document.Period)
		if err != nil {
			continue // registered periods parse; what does not names none
		}
		named[period] = named[period].Earlier(Publication{document.Ref, on})
	}
	return named
}

// ordinals are consecutive periods, both ends in it; empty when last < first.
type ordinals struct{ first, last int32 }

// ordinalsWithin returns the periods whose first day lies in a rule's span and
// that end by the end of its run.
func ordinalsWithin(rule calendar.Span, runEnds calendar.Day, every calendar.Periodicity) ordinals {
	within := startingIn(rule, every)
	if runEnds <= calendar.Last {
		last := calendar.PeriodOf(runEnds, every)
		if last.Last() > runEnds {
			last.Ordinal--
		}
		within.last = min(within.last, last.Ordinal)
	}
	return within
}

// startingIn returns the periods whose first day lies in the span.
func startingIn(span calendar.Span, every calendar.Periodicity) ordinals {
	first := calendar.PeriodOf(max(span.From, calendar.First), every)
	if first.First() < span.From {
		first.Ordinal++
	}
	return ordinals{first.Ordinal, calendar.PeriodOf(min(span.To, calendar.Last), every).Ordinal}
}

// notExempt cuts out the periods whose first day an exemption covers.
func notExempt(whole ordinals, every calendar.Periodicity, exemptions []calendar.Span) []ordinals {
	parts := []ordinals{whole}
	for _, exemption := range exemptions {
		hole := startingIn(exemption, every)
		var left []ordinals
		for _, part := range parts {
			if hole.last < hole.first || hole.last < part.first || part.last < hole.first {
				left = append(left, part)
				continue
			}
			left = append(left, ordinals{part.first, hole.first - 1}, ordinals{hole.last + 1, part.last})
		}
		parts = left
	}
	return slices.DeleteFunc(parts, func(part ordinals) bool { return part.last < part.first })
}

// OpenedBy lists every duty that has opened by a day, by opening day.
func (d *Duties) OpenedBy(on calendar.Day, days *calendar.Calendar) []Duty {
	return d.collect(func(candidate Days) bool { return candidate.OpenedOn <= on }, on, days, func(a, b Duty) int {
		return int(a.OpenedOn) - int(b.OpenedOn)
	})
}

// OverdueOn lists the duties overdue on a day, the one that gives the reason first.
func (d *Duties) OverdueOn(on calendar.Day, days *calendar.Calendar) []Duty {
	return d.collect(func(candidate Days) bool { return candidate.StateOn(on) == Overdue }, on, days, Compare)
}

func (d *Duties) collect(wanted func(Days) bool, on calendar.Day, days *calendar.Calendar, order func(a, b Duty) int) []Duty {
	var collected []Duty
	for i := range d.Single {
		if wanted(d.Single[i].Days()) {
			collected = append(collected, d.Single[i])
		}
	}
	for i := range d.Series {
		opened, _ := d.Series[i].Ordinals(on, days)
		for ordinal := d.Series[i].First; ordinal <= opened; ordinal++ {
			if wanted(d.Series[i].DaysOf(ordinal, days)) {
				collected = append(collected, d.Series[i].Duty(ordinal, days))
			}
		}
	}
	slices.SortStableFunc(collected, func(a, b Duty) int {
		if c := order(a, b); c != 0 {
			return c
		}
		if c := int(a.Kind) - int(b.Kind); c != 0 {
			return c
		}
		return strings.Compare(a.Ref, b.Ref)
	})
	return collected
}

// OverdueSpans returns the days on which some duty of the cell is overdue.
func (d *Duties) OverdueSpans(days *calendar.Calendar) []calendar.Span {
	var spans []calendar.Span
	for i := range d.Single {
		spans = d.Single[i].Days().AppendOverdue(spans)
	}
	for i := range d.Series {
		spans = d.Series[i].AppendOverdue(spans, days)
	}
	return calendar.Union(spans)
}

// AppendOverdue appends the days on which the duty is overdue, if there are any.
func (d Days) AppendOverdue(spans []calendar.Span) []calendar.Span {
	if d.DueOn == calendar.Never {
		return spans
	}
	from := max(d.OpenedOn, d.DueOn+1)
	switch {
	case d.FulfilledOn == calendar.Never:
		return append(spans, calendar.Span{From: from, To: calendar.Never})
	case from < d.FulfilledOn:
		return append(spans, calendar.Span{From: from, To: d.FulfilledOn - 1})
	}
	return spans
}

// AppendOverdue appends the days on which duties of the series are overdue. Of those
// never fulfilled the first is overdue for ever, so that the others change no status.
func (s *Series) AppendOverdue(spans []calendar.Span, days *calendar.Calendar) []calendar.Span {
	for _, fulfilment := range s.Fulfilled {
		spans = s.DaysOf(fulfilment.Ordinal, days).AppendOverdue(spans)
	}
	if ordinal, ok := s.firstUnfulfilled(); ok {
		spans = s.DaysOf(ordinal, days).AppendOverdue(spans)
	}
	return spans
}
