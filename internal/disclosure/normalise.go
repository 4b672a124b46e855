package disclosure

import (
	"cmp"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// Facts are brought into the form that is kept before they are checked,
// whichever way they come: no blanks at the edges of texts.

// Normalise brings the document into the form that is kept.
func (d *Disclosure) Normalise() {
	rule.Trim(&d.Ref, &d.PublisherCode, &d.EntryCode, &d.Title, &d.DocumentNumber, &d.IndexNumber, &d.Period, &d.InterpretsRef,
		&d.Channel, &d.URL)
	if period, err := calendar.ParsePeriod(d.Period); err == nil {
		d.Period = period.String() // 2024年5月 is 2024-05
	}
}

// Normalise brings the item into the form that is kept: one that names no entry
// is of the default one, and tags that are empty are none.
func (n *News) Normalise() {
	rule.Trim(&n.Ref, &n.PublisherCode, &n.EntryCode, &n.Title, &n.Summary, &n.URL)
	n.EntryCode = cmp.Or(n.EntryCode, DefaultNewsEntry)
	n.Tags = rule.TrimItems(n.Tags)
}

// Normalise brings the concern into the form that is kept.
func (c *Concern) Normalise() {
	rule.Trim(&c.Ref, &c.PublisherCode, &c.Title, &c.ResponseRef, &c.EscalatedTo)
}

// Normalise brings the review into the form that is kept.
func (r *Review) Normalise() { rule.Trim(&r.DisclosureRef, &r.Consulted) }

// Normalise brings the secrecy review into the form that is kept.
func (r *SecrecyReview) Normalise() { rule.Trim(&r.DisclosureRef, &r.ReviewedBy, &r.Result) }
