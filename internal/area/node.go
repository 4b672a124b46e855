// Package area is the tree of administrative nodes (行政节点): the nation,
// provinces, prefectures, counties, townships and villages, and the
// departments under any of them. Source: docs/design.md, Words.
package area

import "github.com/reliefgraph/reliefgraph/internal/calendar"

// Level is a level of administration, from the highest down.
type Level uint8

// The levels.
const (
	Nation Level = iota
	Province
	Prefecture
	County
	Township
	Village
	// Levels is how many there are.
	Levels = 6
)

var levelNames = [Levels]string{"NATION", "PROVINCE", "PREFECTURE", "COUNTY", "TOWNSHIP", "VILLAGE"}

func (l Level) String() string { return levelNames[l] }

// ParseLevel reads a level's name.
func ParseLevel(text string) (Level, bool) {
	for level, name := range levelNames {
		if name == text {
			return Level(level), true
		}
	}
	return 0, false
}

// Kind is what sort of node it is.
type Kind uint8

// The kinds of node.
const (
	Region     Kind = iota // the nation, a province or a prefecture
	City                   // a county-level city, district or county
	TownshipOf             // a town, township, subdistrict, farm or zone committee
	VillageOf              // a village or community
	Department             // a body under any of them
)

// Node is one administrative node as imported.
type Node struct {
	Code       string
	Name       string
	Level      Level // a department has its parent's
	Department bool
	ParentCode string // empty for a root
	// ValidFrom and ValidTo are the days on which a place exists, both in it;
	// None where open. A department has none of its own.
	ValidFrom, ValidTo calendar.Day
	SucceededBy        []string
	// Functions of a department: EMERGENCY_MANAGEMENT, FINANCE, ...
	Functions []string
	// FormerNames are kept from imports that gave another, the oldest first.
	FormerNames []FormerName
}

// FormerName is a name that a node had.
type FormerName struct {
	Name string
	// Until is the day from which it had another.
	Until calendar.Day
}

// NameOn returns the name that the node had on a day.
func (n *Node) NameOn(on calendar.Day) string {
	for _, former := range n.FormerNames {
		if on < former.Until {
			return former.Name
		}
	}
	return n.Name
}

// NamedOn returns the node under the name that it had on a day.
func (n *Node) NamedOn(on calendar.Day) *Node {
	named := *n
	named.Name = n.NameOn(on)
	return &named
}

// Kind returns what sort of node it is.
func (n *Node) Kind() Kind {
	switch {
	case n.Department:
		return Department
	case n.Level <= Prefecture:
		return Region
	case n.Level == County:
		return City
	case n.Level == Township:
		return TownshipOf
	}
	return VillageOf
}

// HasFunction tells whether a department has the function.
func (n *Node) HasFunction(function string) bool {
	for _, own := range n.Functions {
		if own == function {
			return true
		}
	}
	return false
}

// Valid returns the place's own days.
func (n *Node) valid() calendar.Span {
	span := calendar.Span{From: n.ValidFrom, To: n.ValidTo.OrNever()}
	return span
}
