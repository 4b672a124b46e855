package disclosure

import (
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// Severity is how grave a public concern is.
type Severity uint8

// The severities.
const (
	Normal Severity = iota // 一般
	Major                  // 重大
)

var severityNames = [...]string{"NORMAL", "MAJOR"}

func (s Severity) String() string { return severityNames[s] }

// ParseSeverity reads a severity's name; one that is not given is normal.
func ParseSeverity(text string) (Severity, bool) {
	if text == "" {
		return Normal, true
	}
	for severity, name := range severityNames {
		if name == text {
			return Severity(severity), true
		}
	}
	return 0, false
}

// HoursToAnswer is how long an answer may take: 48 hours in principle, half of
// that for a major one. Source: docs/guideline.txt 四（三）3, docs/design.md.
func (s Severity) HoursToAnswer() int {
	if s == Major {
		return 24
	}
	return 48
}

// ResponseEntry is the entry that a concern is answered under: 回应关切.
const ResponseEntry = "1.6"

// Concern is a concern of the public that wants an answer (群众关切).
type Concern struct {
	Ref           string
	PublisherCode string
	Title         string
	Severity      Severity
	DetectedAt    time.Time
	RespondedAt   time.Time // zero where not yet
	ResponseRef   string    // the document that answers, empty if none does
	EscalatedTo   string    // whom it was reported to, empty if nobody
}

// DetectedOn is the day on which it was detected.
func (c *Concern) DetectedOn() calendar.Day { return calendar.DayOf(c.DetectedAt) }

// RespondedOn is the day of the answer, Never where there is none yet.
func (c *Concern) RespondedOn() calendar.Day {
	if c.RespondedAt.IsZero() {
		return calendar.Never
	}
	return calendar.DayOf(c.RespondedAt)
}

// AnswerBy is the last instant for an answer.
func (c *Concern) AnswerBy() time.Time {
	return c.DetectedAt.Add(time.Duration(c.Severity.HoursToAnswer()) * time.Hour)
}

// HoursLeft is how many hours are left for an answer at an instant, negative when
// it is late; open is false when it was answered by then.
func (c *Concern) HoursLeft(at time.Time) (hours float64, open bool) {
	if !c.RespondedAt.IsZero() && !c.RespondedAt.After(at) {
		return 0, false
	}
	return c.AnswerBy().Sub(at).Hours(), true
}

// Escalation is a body to which a grave concern is reported (督办协调). Source:
// docs/guideline.txt 四（三）4.
type Escalation uint8

// The bodies named there.
const (
	Publicity           Escalation = iota // 宣传
	Cyberspace                            // 网信
	EmergencyManagement                   // 应急
	OpenGovernment                        // 政务公开
	// Escalations is how many there are.
	Escalations = 4
)

// Function is by which departments of the tree are known to be the body.
func (e Escalation) Function() string {
	return [Escalations]string{"PUBLICITY", "CYBERSPACE", "EMERGENCY_MANAGEMENT", "OPEN_GOVERNMENT"}[e]
}
