package model

import (
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// DocumentName names a registered document by its id or by its ref: one of them.
type DocumentName struct{ ID, Ref *string }

// Named is the ref of the document, and the field that names it. The ref is empty
// where an id is of no document, where not one of both is given, as is told, and
// where what is given is among what could not be read.
func (n *DocumentName) Named(unread []*problem.Problem) (ref, field string, misnamed []*problem.Problem) {
	for _, p := range unread {
		if p.Field == "id" || p.Field == "ref" {
			return "", p.Field, nil
		}
	}
	said := "no document is named"
	switch {
	case n.ID != nil && n.Ref != nil:
		said = "the document is named twice"
	case n.ID != nil:
		ref, _ = RefOfID(*n.ID)
		return ref, "id", nil
	case n.Ref != nil:
		return *n.Ref, "ref", nil
	}
	told := problem.Invalid("ref", "give either its id or its ref", "%s", said)
	told.Path = []any{"input", "ref"} // of which nothing else is told then
	return "", "ref", []*problem.Problem{told}
}

// PublishDocumentInput says where and when a document was published.
type PublishDocumentInput struct {
	DocumentName
	PublishedOn  calendar.Day
	URL, Channel *string
}

// WithdrawDocumentInput says from which day on a document is no longer published.
type WithdrawDocumentInput struct {
	DocumentName
	WithdrawnOn calendar.Day
}

// IssueDocumentInput says when a document was sent out.
type IssueDocumentInput struct {
	DocumentName
	IssuedOn calendar.Day
}

// RequireInterpretationInput names a document that is to be explained.
type RequireInterpretationInput struct{ DocumentName }

// ReviewDocumentInput is a look at the attribute of a document.
type ReviewDocumentInput struct {
	DocumentName
	ReviewedOn calendar.Day
	Result     disclosure.ReviewResult
	Consulted  *string
}

// Review is the domain's form of the input, of the document of the ref.
func (i *ReviewDocumentInput) Review(ref string) disclosure.Review {
	return disclosure.Review{DisclosureRef: ref, ReviewedOn: i.ReviewedOn, Result: i.Result, Consulted: valueOrZero(i.Consulted)}
}

// ReviewDocumentSecrecyInput is the look at a document before it is issued.
type ReviewDocumentSecrecyInput struct {
	DocumentName
	ReviewedOn         calendar.Day
	ReviewedBy, Result string
}

// Review is the domain's form of the input, of the document of the ref.
func (i *ReviewDocumentSecrecyInput) Review(ref string) disclosure.SecrecyReview {
	return disclosure.SecrecyReview{DisclosureRef: ref, ReviewedOn: i.ReviewedOn, ReviewedBy: i.ReviewedBy, Result: i.Result}
}

// RespondToConcernInput is the answer to a concern.
type RespondToConcernInput struct {
	Ref         string
	RespondedAt time.Time
	ResponseRef *string
}

// By is the ref of the document that answers, empty where none does.
func (i *RespondToConcernInput) By() string { return valueOrZero(i.ResponseRef) }

// RecordEscalationInput says to whom a concern was reported.
type RecordEscalationInput struct{ Ref, EscalatedTo string }
