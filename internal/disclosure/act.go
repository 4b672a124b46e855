package disclosure

import (
	"slices"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// The rules for what is done to a registered fact: the same again changes
// nothing, something else is a conflict. An import does nothing to a fact, it
// tells what was done, and corrects what is registered.
var (
	IssuedUnreviewed = rule.Refuse("issued-without-secrecy-review", problem.InvalidInput)
	IssuedAlready    = rule.Refuse("issued-already", problem.Conflict)
	PublishedAlready = rule.Refuse("published-already", problem.Conflict)
	WithdrawnAlready = rule.Refuse("withdrawn-already", problem.Conflict)
	AnsweredAlready  = rule.Refuse("answered-already", problem.Conflict)
	EscalatedAlready = rule.Refuse("escalated-already", problem.Conflict)
	// ActRules are all of them.
	ActRules = []rule.Rule{IssuedUnreviewed, IssuedAlready, PublishedAlready, WithdrawnAlready, AnsweredAlready, EscalatedAlready}
)

// Issue notes that a document was sent out. `review` is its secrecy review, nil
// where there is none. Like all acts it tells whether something changed, and
// what it found; where that is refused, the document is not to be saved.
func (d *Disclosure) Issue(on calendar.Day, review *SecrecyReview) (changed bool, found rule.Findings) {
	if d.IssuedOn == on {
		return false, nil
	}
	if d.IssuedOn != calendar.None {
		return false, rule.Findings{
			IssuedAlready.Found("issuedOn", "leave it, or correct the day by import", "the document was issued on %s already", d.IssuedOn),
		}
	}
	d.IssuedOn = on
	d.checkDays(&found)
	if !d.reviewed(review) {
		found.Add(IssuedUnreviewed.Found("issuedOn", "record its secrecy review, then issue it", unreviewed))
	}
	return true, found
}

// Publish notes where and when a document was published; url and channel stay
// where they are nil, and the day where it could not be read (None).
func (d *Disclosure) Publish(on calendar.Day, url, channel *string) (changed bool, found rule.Findings) {
	before := *d
	if on != calendar.None {
		d.PublishedOn = on
	}
	if url != nil {
		d.URL = *url
	}
	if channel != nil {
		d.Channel = *channel
	}
	rule.Trim(&d.URL, &d.Channel)
	switch {
	case *d == before:
	case before.PublishedOn != calendar.None && before.PublishedOn != on:
		found.Add(
			PublishedAlready.Found(
				"publishedOn",
				"leave it, or correct the day by import",
				"the disclosure was published on %s already",
				before.PublishedOn,
			),
		)
	case before.PublishedOn != calendar.None:
		found.Add(
			PublishedAlready.Found(
				"",
				"leave it, or correct them by import",
				"the disclosure was published with another url or channel already",
			),
		)
	}
	checkPlace(&found, d.URL, d.Channel)
	d.checkDays(&found)
	return *d != before, found
}

// Withdraw notes from which day on a publication ended.
func (d *Disclosure) Withdraw(on calendar.Day) (changed bool, found rule.Findings) {
	before := d.WithdrawnOn
	d.WithdrawnOn = on
	d.checkDays(&found)
	if before != calendar.None && before != on {
		found.Add(
			WithdrawnAlready.Found(
				"withdrawnOn",
				"leave it, or correct the day by import",
				"the disclosure was withdrawn on %s already",
				before,
			),
		)
	}
	return before != on, found
}

// OrderInterpretation notes that a document is to be explained.
func (d *Disclosure) OrderInterpretation() (changed bool) {
	changed = !d.RequiresInterpretation
	d.RequiresInterpretation = true
	return changed
}

// Repeats tells whether a registration says the same as the document that is
// registered. Having been issued, published, withdrawn or ordered to be explained
// since is no contradiction.
func (d *Disclosure) Repeats(registered *Disclosure) bool {
	compared, said := *registered, *d
	compared.DiscloseOn, said.DiscloseOn = calendar.None, calendar.None // it follows from reviews
	compared.WithdrawnOn = calendar.None
	compared.RequiresInterpretation = d.RequiresInterpretation && registered.RequiresInterpretation
	if d.IssuedOn == calendar.None {
		compared.IssuedOn = calendar.None
	}
	if d.PublishedOn == calendar.None {
		compared.PublishedOn, compared.Channel, compared.URL = calendar.None, d.Channel, d.URL
	}
	return compared == said
}

// Repeats tells whether an item says the same as the one that is registered.
func (n *News) Repeats(registered *News) bool {
	return n.PublisherCode == registered.PublisherCode && n.EntryCode == registered.EntryCode && n.Title == registered.Title &&
		n.Summary == registered.Summary && n.PublishedAt.Equal(registered.PublishedAt) && n.URL == registered.URL &&
		slices.Equal(n.Tags, registered.Tags)
}

// Repeats tells whether a concern says the same as the one that is registered,
// which may have been answered since.
func (c *Concern) Repeats(registered *Concern) bool {
	return c.PublisherCode == registered.PublisherCode && c.Title == registered.Title && c.Severity == registered.Severity &&
		c.DetectedAt.Equal(registered.DetectedAt)
}

// Answer notes when a concern was answered, and by which document if by one.
func (c *Concern) Answer(at time.Time, responseRef string) (changed bool, found rule.Findings) {
	rule.Trim(&responseRef)
	switch {
	case !c.RespondedAt.IsZero() && c.RespondedAt.Equal(at) && c.ResponseRef == responseRef:
		return false, nil
	case !c.RespondedAt.IsZero():
		found.Add(
			AnsweredAlready.Found(
				"respondedAt",
				"leave it, or correct the answer by import",
				"the concern was answered at %s already",
				c.RespondedAt.Format(time.RFC3339),
			),
		)
	case c.ResponseRef != "" && c.ResponseRef != responseRef: // a file told the document, and no instant
		found.Add(AnsweredAlready.Found("responseRef", "give that document with the instant, or correct it by a file",
			"the concern has another response already, without an instant"))
	}
	c.RespondedAt, c.ResponseRef = at, responseRef
	found.Instant("respondedAt", at)
	found.Link("responseRef", responseRef)
	c.checkHours(&found)
	return true, found
}

// Escalate notes to whom a concern was reported.
func (c *Concern) Escalate(to string) (changed bool, found rule.Findings) {
	rule.Trim(&to)
	if c.EscalatedTo != "" && c.EscalatedTo != to {
		found.Add(
			EscalatedAlready.Found(
				"escalatedTo",
				"leave it, or correct it by import",
				"the concern was reported to %s already",
				c.EscalatedTo,
			),
		)
	}
	found.Title("escalatedTo", to)
	changed = c.EscalatedTo != to
	c.EscalatedTo = to
	return changed, found
}
