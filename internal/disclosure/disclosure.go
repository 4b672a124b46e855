// Package disclosure holds what publishers register and publish: disclosures
// (公开信息), news (工作动态), reviews of attributes (属性审查) and concerns of
// the public (群众关切). Source: docs/design.md, Words and Duties.
package disclosure

import (
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// Attribute is how open a document is (公开属性).
type Attribute uint8

// The attributes.
const (
	Proactive    Attribute = iota // 主动公开
	OnRequest                     // 依申请公开
	NotDisclosed                  // 不予公开
)

var attributeNames = [...]string{"PROACTIVE", "ON_REQUEST", "NOT_DISCLOSED"}

func (a Attribute) String() string { return attributeNames[a] }

// Mark is what stands under the date of a document of the attribute. Source:
// docs/guideline.txt 四（一）4.
func (a Attribute) Mark() string {
	return [...]string{"此件公开发布", "此件依申请公开", "此件不公开"}[a]
}

// ParseAttribute reads an attribute's name.
func ParseAttribute(text string) (Attribute, bool) {
	for attribute, name := range attributeNames {
		if name == text {
			return Attribute(attribute), true
		}
	}
	return 0, false
}

// Disclosure is a document or notice registered under a cell.
type Disclosure struct {
	Ref            string
	PublisherCode  string
	EntryCode      string
	Title          string
	DocumentNumber string
	IndexNumber    string
	Attribute      Attribute
	// The days are None where not given.
	FormedOn, IssuedOn, PublishedOn, WithdrawnOn calendar.Day
	// Period is the period it names, as 2024H1, empty if none.
	Period string
	// Nil is a declaration that there is nothing to disclose (本期无此类信息).
	Nil                    bool
	RequiresInterpretation bool
	InterpretsRef          string
	Channel                string
	URL                    string
	// DiscloseOn is the day of the first review that said to disclose it, None
	// if none did.
	DiscloseOn calendar.Day
}

// PublicationDay is published_on if the document is proactive, the later of
// that and its first review to disclose if it has one, else Never.
func (d *Disclosure) PublicationDay() calendar.Day {
	if d.PublishedOn == calendar.None {
		return calendar.Never
	}
	if d.Attribute == Proactive {
		return d.PublishedOn
	}
	if d.DiscloseOn != calendar.None {
		return max(d.PublishedOn, d.DiscloseOn)
	}
	return calendar.Never
}

// Mark is what stands under the document's date: after a review that says to
// disclose it, that of a proactive one.
func (d *Disclosure) Mark() string {
	if d.DiscloseOn != calendar.None {
		return Proactive.Mark()
	}
	return d.Attribute.Mark()
}

// ListedOn is the day by which lists are ordered, newest first: that of
// publication, else that on which it was formed, else None.
func (d *Disclosure) ListedOn() calendar.Day {
	if day := d.PublicationDay(); day != calendar.Never {
		return day
	}
	return d.FormedOn
}

// PublicOn tells whether anyone may see the document on a day: proactive, or
// made so by review, and published by then.
func (d *Disclosure) PublicOn(day calendar.Day) bool { return d.PublicationDay() <= day }

// News is one item of news (工作动态), a publication of its publisher's cell.
type News struct {
	Ref           string
	PublisherCode string
	EntryCode     string // 5.1 where the item names none
	Title         string
	Summary       string
	PublishedAt   time.Time
	URL           string
	Tags          []string
}

// DefaultNewsEntry is the entry of news that names none: 救灾工作动态.
const DefaultNewsEntry = "5.1"

// PublicationDay is the day on which the item was published.
func (n *News) PublicationDay() calendar.Day { return calendar.DayOf(n.PublishedAt) }
