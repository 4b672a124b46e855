package timeline

import (
	"fmt"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/duty"
)

// History is a cell with all that explains it.
type History struct {
	Cell
	facts        *duty.Facts
	days         *calendar.Calendar
	publications []publication
}

// HistoryOf derives a cell's timeline so that it can be explained.
func HistoryOf(facts *duty.Facts, days *calendar.Calendar) *History {
	return &History{Cell: Of(facts, days), facts: facts, days: days, publications: publicationsOf(facts)}
}

// Facts returns what the history follows from.
func (h *History) Facts() *duty.Facts { return h.facts }

// Reason is why a cell is a gap on a day.
type Reason struct {
	Status Status
	// Since is the first day of the status, GapSince that of the unbroken run
	// of gaps of any status that holds it, and Cause what began the status.
	Since, GapSince calendar.Day
	Cause           Cause
	// Rule is the catalog's row of that day.
	Rule *catalog.Rule
	// Deadline is the one that passed: the run's grace day for MISSING, the
	// duty's for OVERDUE, the last publication's for STALE.
	Deadline calendar.Deadline
	// Run is the run that holds the day, and Began its first day's rule, for MISSING.
	Run   *catalog.Run
	Began *catalog.Rule
	// Duty is the one overdue, for OVERDUE; nil else.
	Duty *duty.Duty
	// Duties are all overdue on the day.
	Duties []duty.Duty
	// Last is the last publication that lasts, for STALE.
	Last Publication
}

// Publication is a publication that a reason or a cause names.
type Publication struct {
	On  calendar.Day
	Ref string
	// Document or News is what was published, the other nil.
	Document *disclosure.Disclosure
	News     *disclosure.News
}

// DocumentRef names the document published, if it was one.
func (p *Publication) DocumentRef() string {
	if p.Document == nil {
		return ""
	}
	return p.Ref
}

func (p *publication) named() Publication { return Publication{p.on, p.ref, p.document, p.news} }

// ReasonOn explains the gap on a day, nil when the cell is no gap then.
func (h *History) ReasonOn(on calendar.Day) *Reason {
	at := At(h.Spans, on)
	if at < 0 || !h.Spans[at].Status.Gap() {
		return nil
	}
	first := at
	for first > 0 && h.Spans[first-1].Status.Gap() {
		first--
	}
	span := h.Spans[at]
	status := span.Status
	reason := &Reason{
		Status:   status,
		Since:    span.From,
		GapSince: h.Spans[first].From,
		Cause:    h.causeOf(span),
		Rule:     h.facts.Cell.RuleOn(on),
	}
	switch status {
	case Missing:
		reason.Run = h.facts.Cell.RunOn(on)
		reason.Began = h.facts.Cell.RuleOn(reason.Run.From)
		reason.Deadline = reason.Run.Grace
	case Overdue:
		reason.Duties = h.Duties.OverdueOn(on, h.days)
		first := reason.Duties[0]
		reason.Duty = &first
		reason.Deadline = calendar.Deadline{
			From:        first.AnchorOn,
			Due:         first.DueOn,
			WorkingDays: first.WorkingDays,
			Provisional: first.Provisional,
		}
	case Stale:
		reason.Last = h.lastLasting(on)
		reason.Deadline = calendar.Deadline{
			From:        reason.Last.On,
			Due:         reason.Last.On + calendar.Day(reason.Rule.RefreshDays),
			WorkingDays: -1,
		}
	case NotInForce, Covered, Pending, Exempt: // no gaps, so without a reason
	default:
		panic(fmt.Sprintf("there is no reason for status %d", status))
	}
	return reason
}

// lastLasting returns the last publication that lasts on a day; of several on
// one day the one with the least ref.
func (h *History) lastLasting(on calendar.Day) Publication {
	var last *publication
	for i := range h.publications {
		p := &h.publications[i]
		if p.on > on || p.withdrawn <= on {
			continue
		}
		if last == nil || p.on > last.on || p.on == last.on && p.ref < last.ref {
			last = p
		}
	}
	if last == nil {
		return Publication{}
	}
	return last.named()
}

// CauseKind is what began a span.
type CauseKind uint8

// The kinds of cause.
const (
	RunBegan       CauseKind = iota // the cell came into force
	Published                       // a publication
	Withdrawn                       // a publication was withdrawn
	GraceEnded                      // the days of grace were over
	DutyOverdue                     // a duty's due day passed
	DutyFulfilled                   // the last overdue duty was fulfilled
	RefreshDue                      // the last publication grew too old
	RuleChanged                     // another catalog came into force
	ExemptionBegan                  // an exemption began
	ExemptionEnded                  // an exemption ended
	PlaceBegan                      // the publisher came into being, under a catalog in force before
	PlaceEnded                      // the publisher ended
	RunEnded                        // the catalog, or an inclusion, no longer asks for the entry
)

// Cause is what began a span.
type Cause struct {
	Kind CauseKind
	// Publication is what was published or withdrawn, or grew too old.
	Publication Publication
	// Duty is the one that became overdue or was fulfilled, nil else.
	Duty *duty.Duty
	// Rule is the row in force from then on; of what ended a run, the row until then.
	Rule *catalog.Rule
	// Because is an exemption's reason.
	Because string
}

// DocumentRef names the document behind the cause, if there is one.
func (c *Cause) DocumentRef() string {
	if ref := c.Publication.DocumentRef(); ref != "" || c.Duty == nil {
		return ref
	}
	return c.Duty.DocumentRef()
}

// Explained is a span with its end and its cause.
type Explained struct {
	From calendar.Day
	// To is the last day, Never where the span has no end.
	To     calendar.Day
	Status Status
	Cause  Cause
}

// Explained returns the timeline with causes; days not in force are left out.
func (h *History) Explained() []Explained {
	var spans []Explained
	for i, span := range h.Spans {
		if span.Status == NotInForce {
			continue
		}
		to := calendar.Never
		if i+1 < len(h.Spans) {
			to = h.Spans[i+1].From - 1
		}
		spans = append(spans, Explained{span.From, to, span.Status, h.causeOf(span)})
	}
	return spans
}

// CauseOn returns what began the status of a day, or ended the cell's last run
// before it; ok is false for a cell that was never in force by then.
func (h *History) CauseOn(on calendar.Day) (cause Cause, ok bool) {
	at := At(h.Spans, on)
	if at < 0 {
		return cause, false
	}
	if span := h.Spans[at]; span.Status != NotInForce {
		return h.causeOf(span), true
	}
	last := h.Spans[at].From - 1
	cause.Kind, cause.Rule = RunEnded, h.facts.Cell.RuleOn(last)
	if h.facts.Cell.Valid.To == last {
		cause.Kind = PlaceEnded
	}
	return cause, true
}

// EndOn returns the first day after a day on which the cell is no gap, with what
// made it none; ok is false where it stays a gap as far as is known.
func (h *History) EndOn(on calendar.Day) (end calendar.Day, cause Cause, ok bool) {
	for at := max(At(h.Spans, on), 0); at < len(h.Spans); at++ {
		if span := h.Spans[at]; span.From > on && !span.Status.Gap() {
			cause, ok = h.CauseOn(span.From)
			return span.From, cause, ok
		}
	}
	return calendar.Never, cause, false
}

// causeOf finds what happened on a span's first day that made its status.
func (h *History) causeOf(span Span) Cause {
	cell := h.facts.Cell
	cause := Cause{Rule: cell.RuleOn(span.From)}
	run := cell.RunOn(span.From)
	ended := slices.IndexFunc(cell.Exemptions, func(e calendar.Span) bool { return e.To+1 == span.From && e.To != calendar.Never })
	switch {
	case span.Status == Exempt:
		cause.Kind = ExemptionBegan
		for i, exemption := range cell.Exemptions {
			if exemption.Contains(span.From) {
				cause.Because = cell.ExemptBecause[i]
				break
			}
		}
	case run.From == span.From:
		cause.Kind = RunBegan
		if cell.Valid.From == run.From && cause.Rule.Catalog.EffectiveFrom < run.From {
			cause.Kind = PlaceBegan
		}
		if p := h.lastLasting(span.From); p.Ref != "" {
			cause.Publication = p
		}
	case ended >= 0:
		cause.Kind, cause.Because = ExemptionEnded, cell.ExemptBecause[ended]
	case span.Status == Missing && run.Grace.Due+1 == span.From:
		cause.Kind = GraceEnded
	default:
		h.causeOfStatus(span, &cause)
	}
	return cause
}

// causeOfStatus finds it by the status alone, within a run and without the end
// of an exemption.
func (h *History) causeOfStatus(span Span, cause *Cause) {
	switch span.Status {
	case Missing, Pending:
		cause.Kind, cause.Publication = Withdrawn, h.withdrawnOn(span.From)
	case Overdue:
		h.causeOfOverdue(span.From, cause)
	case Stale:
		h.causeOfStale(span.From, cause)
	case Covered:
		h.causeOfCovered(span.From, cause)
	case NotInForce, Exempt: // what these begin with is known before
		fallthrough
	default:
		panic(fmt.Sprintf("there is no cause for status %d", span.Status))
	}
}

func (h *History) causeOfOverdue(from calendar.Day, cause *Cause) {
	cause.Kind = DutyOverdue
	overdue := h.Duties.OverdueOn(from, h.days)
	if len(overdue) == 0 {
		return
	}
	// What is new that day comes before what was overdue under another status.
	began := slices.IndexFunc(overdue, func(d duty.Duty) bool { return max(d.OpenedOn, d.DueOn+1) == from })
	cause.Duty = &overdue[max(began, 0)]
	if p := h.publishedOn(from); began < 0 && p.Ref != "" {
		cause.Kind, cause.Publication = Published, p
	}
}

func (h *History) causeOfStale(from calendar.Day, cause *Cause) {
	cause.Publication = h.lastLasting(from)
	switch {
	case cause.Publication.On+calendar.Day(cause.Rule.RefreshDays)+1 == from:
		cause.Kind = RefreshDue
	case cause.Rule.From == from:
		cause.Kind = RuleChanged
	case h.publishedOn(from).Ref != "":
		cause.Kind, cause.Publication = Published, h.publishedOn(from)
	case h.withdrawnOn(from).Ref != "":
		cause.Kind, cause.Publication = Withdrawn, h.withdrawnOn(from)
	default:
		cause.Kind, cause.Duty = DutyFulfilled, h.fulfilledOn(from)
	}
}

func (h *History) causeOfCovered(from calendar.Day, cause *Cause) {
	switch published := h.publishedOn(from); {
	case published.Ref != "":
		cause.Kind, cause.Publication = Published, published
	case cause.Rule.From == from:
		cause.Kind = RuleChanged
	default:
		cause.Kind, cause.Duty = DutyFulfilled, h.fulfilledOn(from)
	}
}

func (h *History) publishedOn(on calendar.Day) Publication {
	for _, p := range h.publications {
		if p.on == on && p.withdrawn > on {
			return p.named()
		}
	}
	return Publication{}
}

func (h *History) withdrawnOn(on calendar.Day) Publication {
	for _, p := range h.publications {
		if p.withdrawn == on {
			return p.named()
		}
	}
	return Publication{}
}

// fulfilledOn returns a duty that was overdue up to the day before.
func (h *History) fulfilledOn(on calendar.Day) *duty.Duty {
	for _, d := range h.Duties.OverdueOn(on-1, h.days) {
		if d.FulfilledOn == on {
			return &d
		}
	}
	return nil
}
