package catalog

import (
	"maps"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// Action is what an assignment does.
type Action uint8

// The actions.
const (
	Include Action = iota // makes an entry apply to a node
	Exempt                // exempts a cell
)

var actionNames = [...]string{"INCLUDE", "EXEMPT"}

func (a Action) String() string { return actionNames[a] }

// ParseAction reads an action's name.
func ParseAction(text string) (Action, bool) {
	for action, name := range actionNames {
		if name == text {
			return Action(action), true
		}
	}
	return 0, false
}

// Assignment includes or exempts one publisher's entry for some days.
type Assignment struct {
	PublisherCode string
	EntryCode     string
	Action        Action
	From, To      calendar.Day // To is None where open
	Reason        string
}

// Span returns the days on which the assignment holds.
func (a *Assignment) Span() calendar.Span { return calendar.Span{From: a.From, To: a.To.OrNever()} }

// Rule is the row that governs a cell on some days.
type Rule struct {
	calendar.Span
	*Entry
	Catalog *Effective
}

// Run is an unbroken stretch of days on which a cell is in force.
type Run struct {
	calendar.Span
	// Grace is the last day on which nothing need have been published yet,
	// counted from the run's first day.
	Grace calendar.Deadline
}

// CellKey names one cell.
type CellKey struct{ PublisherCode, EntryCode string }

// Cell is one publisher × one leaf entry (公开栏目), with the days on which it
// is in force.
type Cell struct {
	PublisherCode string
	EntryCode     string
	Runs          []Run
	Rules         []Rule          // by day, none overlapping
	Exemptions    []calendar.Span // by first day
	// ExemptBecause are the reasons of the exemptions.
	ExemptBecause []string
	// Valid are the days on which the publisher exists.
	Valid calendar.Span
}

// Key names the cell.
func (c *Cell) Key() CellKey { return CellKey{c.PublisherCode, c.EntryCode} }

// RuleOn returns the rule of a day, nil when the cell is not in force.
func (c *Cell) RuleOn(d calendar.Day) *Rule {
	for i := range c.Rules {
		if c.Rules[i].Contains(d) {
			return &c.Rules[i]
		}
	}
	return nil
}

// ExemptOn tells whether an exemption covers the day.
func (c *Cell) ExemptOn(d calendar.Day) bool {
	for _, span := range c.Exemptions {
		if span.Contains(d) {
			return true
		}
	}
	return false
}

// RunOn returns the run that holds the day, nil if there is none.
func (c *Cell) RunOn(d calendar.Day) *Run {
	for i := range c.Runs {
		if c.Runs[i].Contains(d) {
			return &c.Runs[i]
		}
	}
	return nil
}

// Cells returns every cell that a publisher has on any day, by entry code.
func (l *Library) Cells(tree *area.Tree, place area.Place, assignments []Assignment, days *calendar.Calendar) []*Cell {
	return CellsOf(tree.Node(place), tree.ValidOn(place), l.Succession(tree, place), assignments, days)
}

// CellsOf is Cells for a node whose valid days and succession are known.
func CellsOf(node *area.Node, valid calendar.Span, succession []InForce, assignments []Assignment, days *calendar.Calendar) []*Cell {
	cells := map[string]*Cell{}
	for _, inForce := range succession {
		span, ok := inForce.Meet(valid)
		if !ok {
			continue
		}
		for i := range inForce.Catalog.Rows {
			row := &inForce.Catalog.Rows[i]
			if !row.Leaf {
				continue
			}
			for _, part := range appliesOn(row.Entry, node, span, assignments) {
				cell := cells[row.Code]
				if cell == nil {
					cell = &Cell{PublisherCode: node.Code, EntryCode: row.Code, Valid: valid}
					cells[row.Code] = cell
				}
				cell.Rules = append(cell.Rules, Rule{part, row.Entry, inForce.Catalog})
			}
		}
	}
	for i := range assignments {
		if cell := cells[assignments[i].EntryCode]; cell != nil && assignments[i].Action == Exempt {
			cell.Exemptions = append(cell.Exemptions, assignments[i].Span())
			cell.ExemptBecause = append(cell.ExemptBecause, assignments[i].Reason)
		}
	}
	ordered := make([]*Cell, 0, len(cells))
	for _, code := range slices.Sorted(maps.Keys(cells)) {
		cell := cells[code]
		cell.join(days)
		ordered = append(ordered, cell)
	}
	return ordered
}

// appliesOn returns the days of a span on which a leaf entry applies to a node:
// all of them by level and publishers, else those for which it is included.
func appliesOn(entry *Entry, node *area.Node, span calendar.Span, assignments []Assignment) []calendar.Span {
	if entry.owedBy(node) {
		return []calendar.Span{span}
	}
	var parts []calendar.Span
	for i := range assignments {
		if assignments[i].Action != Include || assignments[i].EntryCode != entry.Code {
			continue
		}
		if part, ok := assignments[i].Span().Meet(span); ok {
			parts = append(parts, part)
		}
	}
	return calendar.Union(parts)
}

// join makes the runs from the rules: where one catalog follows another
// without a day between, the cell goes on as one run.
func (c *Cell) join(days *calendar.Calendar) {
	slices.SortFunc(c.Rules, func(a, b Rule) int { return int(a.From - b.From) })
	for _, rule := range c.Rules {
		if last := len(c.Runs) - 1; last >= 0 && c.Runs[last].To != calendar.Never && c.Runs[last].To+1 == rule.From {
			c.Runs[last].To = rule.To
			continue
		}
		c.Runs = append(c.Runs, Run{
			Span:  rule.Span,
			Grace: days.WorkingDeadline(rule.From, rule.Catalog.GraceWorkingDays),
		})
	}
}
