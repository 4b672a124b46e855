package order

import (
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// Decision is what was decided about a request.
type Decision uint8

// The decisions.
const (
	Undecided Decision = iota
	Granted
	Refused
)

var decisionNames = [...]string{"", "GRANTED", "REFUSED"}

func (d Decision) String() string { return decisionNames[d] }

// ParseDecision reads a decision's name; empty is none.
func ParseDecision(name string) (Decision, bool) { return parse[Decision](decisionNames[:], name) }

// ExemptionRequest asks that a cell be exempted for some days (豁免申请).
type ExemptionRequest struct {
	Ref           string
	PublisherCode string
	EntryCode     string
	From, To      calendar.Day // To is None where it is open
	Reason        string
	AskedAt       time.Time
	AskedBy       string // an account's name, or any words
	Decision      Decision
	// The instant, the author and the reason of the decision; zero where there is none.
	DecidedAt      time.Time
	DecidedBy      string
	DecisionReason string
}

// Normalise brings the request into the form that is kept, before it is checked.
func (r *ExemptionRequest) Normalise() {
	rule.Trim(&r.Ref, &r.PublisherCode, &r.EntryCode, &r.Reason, &r.AskedBy, &r.DecidedBy, &r.DecisionReason)
}

// Check finds what is wrong with a request.
func (r *ExemptionRequest) Check(in Reference) rule.Findings {
	var found rule.Findings
	found.Ref("ref", r.Ref)
	in.Tree.Named(&found, "publisherCode", r.PublisherCode)
	in.Library.Named(&found, "entryCode", r.EntryCode)
	found.NeededDay("from", r.From)
	found.Span("to", r.From, r.To)
	found.Shown("reason", r.Reason, rule.MostText)
	found.Instant("askedAt", r.AskedAt)
	found.Text("askedBy", r.AskedBy, rule.MostShort)
	found.Text("decidedBy", r.DecidedBy, rule.MostShort)
	found.Text("decisionReason", r.DecisionReason, rule.MostText)
	r.checkDecision(&found)
	return found
}

func (r *ExemptionRequest) checkDecision(found *rule.Findings) {
	alone := func(field, remedy, format string) {
		finding := DecisionAlone.Found(field, remedy, "%s", format)
		finding.By = []string{"decision"}
		found.Add(finding)
	}
	if r.Decision == Undecided {
		for _, field := range []struct {
			name  string
			given bool
		}{{"decidedAt", !r.DecidedAt.IsZero()}, {"decidedBy", r.DecidedBy != ""}, {"decisionReason", r.DecisionReason != ""}} {
			if field.given {
				alone(field.name, "give the decision, GRANTED or REFUSED, or leave it empty", "nothing was decided")
			}
		}
		return
	}
	if r.DecidedBy == "" {
		alone("decidedBy", "name who decided", "a decision has an author")
	}
	found.Instant("decidedAt", r.DecidedAt)
	if !r.DecidedAt.IsZero() && !r.AskedAt.IsZero() && calendar.DayOf(r.DecidedAt) < calendar.DayOf(r.AskedAt) {
		found.Add(DecidedEarly.Found("decidedAt", "check both instants", "it was decided before it was asked for"))
	}
}

// Repeats tells whether a request asks the same as one that is registered, which may
// have been decided since.
func (r *ExemptionRequest) Repeats(registered *ExemptionRequest) bool {
	return r.PublisherCode == registered.PublisherCode && r.EntryCode == registered.EntryCode && r.From == registered.From &&
		r.To == registered.To && r.Reason == registered.Reason && r.AskedBy == registered.AskedBy
}

// Decide notes a decision. The same again changes nothing; another is a conflict.
func (r *ExemptionRequest) Decide(decision Decision, by, reason string, at time.Time) (changed bool, found rule.Findings) {
	rule.Trim(&reason)
	if r.Decision != Undecided {
		if r.Decision == decision && r.DecidedBy == by && r.DecisionReason == reason {
			return false, nil
		}
		found.Add(DecidedAlready.Found("ref", "leave it, or ask anew under another ref",
			"the request was decided already: it is %s", r.Decision))
		return false, found
	}
	r.Decision, r.DecidedBy, r.DecisionReason, r.DecidedAt = decision, by, reason, at
	found.Text("decisionReason", r.DecisionReason, rule.MostText)
	return true, found
}

// Exemption is the assignment that a granted request makes, with the request's reason,
// which is public from then on.
func (r *ExemptionRequest) Exemption() catalog.Assignment {
	return catalog.Assignment{
		PublisherCode: r.PublisherCode, EntryCode: r.EntryCode, Action: catalog.Exempt, From: r.From, To: r.To, Reason: r.Reason,
	}
}
