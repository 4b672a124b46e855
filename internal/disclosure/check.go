package disclosure

import (
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// The rules for what publishers register and publish, beside those that all
// facts share. docs/rules-for-facts.md says why each is refused or warned of.
var (
	EntryNotOwed        = rule.Warn("entry-not-owed", problem.InvalidInput)
	PeriodUnknown       = rule.Refuse("period-unknown", problem.InvalidInput)
	PeriodOfAnotherKind = rule.Warn("period-of-another-kind", problem.InvalidInput)

	IssuedBeforeFormed    = rule.Warn("issued-before-formed", problem.InvalidInput)
	PublishedBeforeFormed = rule.Warn("published-before-formed", problem.InvalidInput)
	WithdrawnUnpublished  = rule.Refuse("withdrawn-unpublished", problem.Conflict)
	WithdrawnEarly        = rule.Refuse("withdrawn-before-published", problem.InvalidInput)
	InterpretsItself      = rule.Warn("interprets-itself", problem.InvalidInput)
	RegisteredUnreviewed  = rule.Warn("registered-without-secrecy-review", problem.InvalidInput)

	ReviewOfUnknown    = rule.Refuse("review-of-unknown-document", problem.NotFound)
	ReviewOfProactive  = rule.Warn("review-of-proactive-document", problem.InvalidInput)
	ReviewBeforeFormed = rule.Warn("review-before-formed", problem.InvalidInput)
	ReviewToCome       = rule.Warn("review-to-come", problem.InvalidInput)

	SecrecyReviewNotWanted = rule.Refuse("secrecy-review-not-wanted", problem.InvalidInput)
	SecrecyReviewToCome    = rule.Refuse("secrecy-review-to-come", problem.InvalidInput)
	ReviewAfterIssue       = rule.Warn("review-after-issue", problem.InvalidInput)

	AnsweredBeforeDetected = rule.Refuse("answered-before-detected", problem.InvalidInput)
	AnsweredAtNoInstant    = rule.Warn("answered-at-no-instant", problem.InvalidInput)

	// Rules are all of them.
	Rules = []rule.Rule{
		EntryNotOwed, PeriodUnknown, PeriodOfAnotherKind, IssuedBeforeFormed, PublishedBeforeFormed, WithdrawnUnpublished,
		WithdrawnEarly, InterpretsItself, RegisteredUnreviewed, ReviewOfUnknown, ReviewOfProactive, ReviewBeforeFormed,
		ReviewToCome, SecrecyReviewNotWanted, SecrecyReviewToCome, ReviewAfterIssue, AnsweredBeforeDetected,
		AnsweredAtNoInstant,
	}
)

// Reference is what facts are checked against: who there is, and what they owe.
type Reference struct {
	Tree    *area.Tree
	Library *catalog.Library
	// Assignments are those of the fact's publisher.
	Assignments []catalog.Assignment
	Today       calendar.Day
}

// Check finds what is wrong with a document by itself, and with its cell.
func (d *Disclosure) Check(in Reference) rule.Findings {
	var found rule.Findings
	found.Ref("ref", d.Ref)
	found.Title("title", d.Title)
	found.Text("documentNumber", d.DocumentNumber, rule.MostTitle)
	found.Text("indexNumber", d.IndexNumber, rule.MostTitle)
	checkPlace(&found, d.URL, d.Channel)
	found.Link("interpretsRef", d.InterpretsRef)
	d.checkDays(&found)
	found = append(found, d.CheckFar(in.Today)...)
	if d.InterpretsRef != "" && d.InterpretsRef == d.Ref {
		found.Add(
			InterpretsItself.Found("interpretsRef", "give the ref of the document that it explains", "the document interprets itself"),
		)
	}
	return append(found, d.CheckCell(in)...)
}

// checkPlace checks where a document is published.
func checkPlace(found *rule.Findings, url, channel string) {
	found.Text("channel", channel, rule.MostTitle)
	found.Text("url", url, rule.MostText)
}

// checkDays checks a document's days against each other.
func (d *Disclosure) checkDays(found *rule.Findings) {
	formed := d.FormedOn != calendar.None
	if formed && d.IssuedOn != calendar.None && d.IssuedOn < d.FormedOn {
		found.Add(IssuedBeforeFormed.Found("issuedOn", "check both dates", "it was issued before it was formed on %s", d.FormedOn))
	}
	if formed && d.PublishedOn != calendar.None && d.PublishedOn < d.FormedOn {
		found.Add(PublishedBeforeFormed.Found("publishedOn", "check both dates", "it was published before it was formed on %s", d.FormedOn))
	}
	switch {
	case d.WithdrawnOn == calendar.None:
	case d.PublishedOn == calendar.None:
		unpublished := WithdrawnUnpublished.Found("withdrawnOn", "give the day of publication too",
			"it was withdrawn without or before being published")
		unpublished.By = []string{"publishedOn"}
		found.Add(unpublished)
	case d.WithdrawnOn < d.PublishedOn:
		found.Add(
			WithdrawnEarly.Found(
				"withdrawnOn",
				"give a day on or after "+d.PublishedOn.String(),
				"it was withdrawn without or before being published",
			),
		)
	}
}

// CheckFar finds the days of a document that are more than a year to come.
func (d *Disclosure) CheckFar(today calendar.Day) rule.Findings {
	var found rule.Findings
	found.NotFarToCome("formedOn", d.FormedOn, today)
	found.NotFarToCome("issuedOn", d.IssuedOn, today)
	found.NotFarToCome("publishedOn", d.PublishedOn, today)
	found.NotFarToCome("withdrawnOn", d.WithdrawnOn, today)
	return found
}

// CheckCell checks the cell of a document on the day on which it was formed,
// else published.
func (d *Disclosure) CheckCell(in Reference) rule.Findings {
	on := d.FormedOn
	if on == calendar.None {
		on = d.PublishedOn
	}
	var found rule.Findings
	row := in.checkCell(&found, d.PublisherCode, d.EntryCode, true, on)
	if d.Period == "" {
		return found
	}
	period, known := CheckPeriod(&found, d.Period)
	if known && row != nil && row.Period != period.Every {
		found.Add(
			PeriodOfAnotherKind.Found("period", "check the period", "the entry is due %s, the period is %s", row.Period, period.Every),
		)
	}
	return found
}

// CheckPeriod finds whether a text is a period.
func CheckPeriod(found *rule.Findings, text string) (calendar.Period, bool) {
	period, err := calendar.ParsePeriod(text)
	if err != nil {
		found.Add(PeriodUnknown.Found("period", "write 2024, 2024H1, 2024Q2 or 2024-05", "%q is not a period", text))
	}
	return period, err == nil
}

// checkCell checks a publisher and, where it is named, an entry, and returns the
// row that the publisher owes on the day, nil where it owes none or there is no day.
func (in Reference) checkCell(found *rule.Findings, publisher, entry string, named bool, on calendar.Day) *catalog.Row {
	place := in.checkPublisher(found, publisher, on)
	known := !named || in.Library.Named(found, "entryCode", entry)
	if place == area.Nowhere || !known || on == calendar.None || !in.Tree.ValidOn(place).Contains(on) {
		return nil
	}
	row := in.Library.RuleOn(in.Tree, place, entry, on, in.Assignments)
	if row == nil {
		found.Add(EntryNotOwed.Found("entryCode", "check the entry and the date, or include it by an assignment",
			"the publisher does not owe the entry %s on %s", entry, on))
	}
	return row
}

// checkPublisher checks a publisher on a day, if one is given, and returns its place.
func (in Reference) checkPublisher(found *rule.Findings, publisher string, on calendar.Day) area.Place {
	place := in.Tree.Named(found, "publisherCode", publisher)
	if place != area.Nowhere && on != calendar.None && !in.Tree.ValidOn(place).Contains(on) {
		found.Add(rule.InvalidNode("publisherCode", on))
	}
	return place
}

// WantsSecrecyReview tells whether the document may have been issued only after
// a secrecy review.
func (d *Disclosure) WantsSecrecyReview() bool {
	return d.Attribute == NotDisclosed && d.IssuedOn != calendar.None
}

const unreviewed = "a document that is not to be disclosed is reviewed before it is issued"

// reviewed tells whether the secrecy review that the document wants was held in
// time; nil is none.
func (d *Disclosure) reviewed(review *SecrecyReview) bool {
	return !d.WantsSecrecyReview() || review != nil && review.ReviewedOn <= d.IssuedOn
}

// CheckSecrecy finds whether a document that is registered as issued already
// lacks the secrecy review that it wants; nil is none. Source:
// docs/guideline.txt 四（一）2.
func (d *Disclosure) CheckSecrecy(review *SecrecyReview) rule.Findings {
	if d.reviewed(review) {
		return nil
	}
	return rule.Findings{RegisteredUnreviewed.Found("issuedOn", "record the review, if there was one", unreviewed)}
}

// Check finds what is wrong with an item of news.
func (n *News) Check(in Reference) rule.Findings {
	var found rule.Findings
	found.Ref("ref", n.Ref)
	found.Title("title", n.Title)
	found.Text("summary", n.Summary, rule.MostText)
	found.Text("url", n.URL, rule.MostText)
	found.List("tags", n.Tags, rule.MostText)
	found.Instant("publishedAt", n.PublishedAt)
	on := calendar.None
	if !n.PublishedAt.IsZero() {
		on = n.PublicationDay()
		found.NotFarToCome("publishedAt", on, in.Today)
	}
	in.checkCell(&found, n.PublisherCode, n.EntryCode, n.EntryCode != DefaultNewsEntry, on)
	return found
}

// Check finds what is wrong with a concern.
func (c *Concern) Check(in Reference) rule.Findings {
	var found rule.Findings
	found.Ref("ref", c.Ref)
	found.Title("title", c.Title)
	found.Instant("detectedAt", c.DetectedAt)
	found.Text("escalatedTo", c.EscalatedTo, rule.MostTitle)
	on := calendar.None
	if !c.DetectedAt.IsZero() {
		on = c.DetectedOn()
	}
	in.checkPublisher(&found, c.PublisherCode, on)
	c.checkAnswer(&found)
	return found
}

func (c *Concern) checkAnswer(found *rule.Findings) {
	found.Link("responseRef", c.ResponseRef)
	if c.RespondedAt.IsZero() {
		if c.ResponseRef != "" {
			found.Add(AnsweredAtNoInstant.Found("responseRef", "give the instant of the answer too",
				"a document answers it, and no instant is given: it counts as not answered"))
		}
		return
	}
	found.Instant("respondedAt", c.RespondedAt)
	c.checkHours(found)
}

// checkHours checks the hours of a concern and of its answer against each other.
func (c *Concern) checkHours(found *rule.Findings) {
	if !c.RespondedAt.IsZero() && c.RespondedAt.Before(c.DetectedAt) {
		found.Add(
			AnsweredBeforeDetected.Found(
				"respondedAt",
				"give an instant after the concern was detected",
				"it was answered before it was detected",
			),
		)
	}
}

// Check finds what is wrong with a review of a document, nil where it is unknown.
func (r *Review) Check(of *Disclosure, today calendar.Day) rule.Findings {
	var found rule.Findings
	found.Ref("disclosureRef", r.DisclosureRef)
	found.NeededDay("reviewedOn", r.ReviewedOn)
	found.Text("consulted", r.Consulted, rule.MostTitle)
	if r.ReviewedOn > today {
		found.Add(
			ReviewToCome.Found("reviewedOn", "give a day up to "+today.String()+", or import it when it was held", "it is still to come"),
		)
	}
	switch {
	case of == nil:
		found.Add(UnknownReviewed())
	case of.Attribute == Proactive:
		found.Add(
			ReviewOfProactive.Found(
				"disclosureRef",
				"check the ref, and the attribute",
				"the document is PROACTIVE, so that its review changes nothing",
			),
		)
	case of.FormedOn != calendar.None && r.ReviewedOn != calendar.None && r.ReviewedOn < of.FormedOn:
		found.Add(ReviewBeforeFormed.Found("reviewedOn", "check both dates", "it lies before the document was formed on %s", of.FormedOn))
	}
	return found
}

// UnknownID says that an id names no disclosure.
func UnknownID() *problem.Problem {
	return problem.New(problem.NotFound, "id", "there is no disclosure of this id").
		Mend("correct it, or register the document first")
}

// Unknown says that what is done to a document names none.
func Unknown(ref string) error {
	return problem.New(problem.NotFound, "disclosureRef", "there is no disclosure of the ref %q", ref).
		Mend("correct it, or register the document first")
}

// UnknownReviewed says that a review is of no known document.
func UnknownReviewed() rule.Finding {
	return ReviewOfUnknown.Found("disclosureRef", "register or import the document first, or correct the ref", "no disclosure has this ref")
}

// Check finds what is wrong with a secrecy review of a document, nil where it is
// unknown.
func (r *SecrecyReview) Check(of *Disclosure, today calendar.Day) rule.Findings {
	var found rule.Findings
	found.Title("reviewedBy", r.ReviewedBy)
	found.NeededDay("reviewedOn", r.ReviewedOn)
	found.Shown("result", r.Result, rule.MostText)
	if r.ReviewedOn > today {
		found.Add(SecrecyReviewToCome.Found("reviewedOn", "give a day up to "+today.String(), "it is still to come"))
	}
	if of == nil {
		return append(found, UnknownReviewed())
	}
	if !of.reviewed(r) {
		found.Add(ReviewAfterIssue.Found("reviewedOn", "check the day, if there was an earlier review", unreviewed))
	}
	if of.Attribute != NotDisclosed {
		found.Add(
			SecrecyReviewNotWanted.Found(
				"disclosureRef",
				"review documents that are not to be disclosed",
				"the document is %s",
				of.Attribute,
			),
		)
	}
	return found
}
