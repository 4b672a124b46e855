package disclosure

import "github.com/reliefgraph/reliefgraph/internal/calendar"

// Review is one look at the attribute of a document that is not proactive
// (属性审查). Source: docs/guideline.txt 四（一）3.
type Review struct {
	DisclosureRef string
	ReviewedOn    calendar.Day
	Result        ReviewResult
	// Consulted says who was asked: the body that drafted the document.
	Consulted string
}

// ReviewResult is what a review says.
type ReviewResult uint8

// The results.
const (
	Keep     ReviewResult = iota // the attribute stays
	Disclose                     // the document is to be disclosed
)

var reviewResultNames = [...]string{"keep", "disclose"}

func (r ReviewResult) String() string { return reviewResultNames[r] }

// ParseReviewResult reads a result's name as files have it.
func ParseReviewResult(text string) (ReviewResult, bool) {
	for result, name := range reviewResultNames {
		if name == text {
			return ReviewResult(result), true
		}
	}
	return 0, false
}

// SecrecyReview is the look taken at a document that is not to be disclosed,
// before it is issued (保密审查). Source: docs/guideline.txt 四（一）2.
type SecrecyReview struct {
	DisclosureRef string
	ReviewedOn    calendar.Day
	ReviewedBy    string // the department for information openness, or for secrecy
	Result        string
}

// ReviewDueOn is the last day on which the attribute of a document is to have been
// looked at again in a year. Source: docs/guideline.txt 四（一）3.
func ReviewDueOn(year int) calendar.Day { return calendar.Date(year, 12, 31) }

// FirstReviewIn is the first of a year among the reviews of a document, which are by
// day; nil where there is none.
func FirstReviewIn(year int, reviews []Review) *Review {
	for i := range reviews {
		if reviews[i].ReviewedOn.Year() == year {
			return &reviews[i]
		}
	}
	return nil
}
