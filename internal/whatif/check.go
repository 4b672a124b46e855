package whatif

import (
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// normalise brings the changes into the form in which files have them.
func (c *Changes) normalise() {
	for i := range c.Publications {
		p := &c.Publications[i]
		rule.Trim(&p.PublisherCode, &p.EntryCode, &p.Period)
	}
	for i := range c.Entries {
		change := &c.Entries[i]
		rule.Trim(&change.CatalogCode, &change.EntryCode)
		if change.Add != nil {
			change.Add.Normalise()
		}
	}
	for i := range c.Arrangements {
		rule.NormaliseArrangement(&c.Arrangements[i])
	}
}

// check refuses changes that no file could bring: what is supposed keeps the
// rules for facts.
func (c *Changes) check() error {
	var found rule.Findings
	for i := range c.Publications {
		if period := c.Publications[i].Period; period != "" {
			disclosure.CheckPeriod(&found, period)
		}
	}
	for i := range c.Entries {
		switch change := &c.Entries[i]; {
		case change.Add != nil:
			found = append(found, change.Add.Check()...)
		case change.Limit != nil:
			found.Limit("n", *change.Limit)
		}
	}
	years := map[int]bool{}
	for i := range c.Arrangements {
		arrangement := &c.Arrangements[i]
		if years[arrangement.Year] {
			found.Add(rule.GivenTwice.Found("changes", "suppose one arrangement of a year", "the year %d has two", arrangement.Year))
		}
		years[arrangement.Year] = true
		found.Arrangement(arrangement)
	}
	return found.Refused()
}
