// Package catalog holds the standard catalogs (标准目录), how one is merged from
// those it is based on, which is in force where and when, and which cells
// (公开栏目) follow. Source: docs/design.md, "Which cells exist".
package catalog

import (
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// The words of an entry's publishers that are no function of a department.
const (
	// Government is a township's or village's own government.
	Government = "GOVERNMENT"
	// CityGovernment is a city's own government.
	CityGovernment = "CITY_GOVERNMENT"
)

// Entry is one row of a catalog: what must be disclosed (公开事项).
type Entry struct {
	Code       string // 3.2.1
	Category   string // 一级事项
	Item       string // 二级事项
	SubItem    string // 三级事项, empty if none
	Content    string
	LegalBasis string
	Levels     []area.Level
	Publishers []string
	Mode       string // PROACTIVE or ON_REQUEST; shown, changes no figure
	Audience   string // PUBLIC or SPECIFIC; shown, changes no figure
	Limit      calendar.Limit
	Period     calendar.Periodicity
	// PeriodWorkingDays after a period's last day its duty is due.
	PeriodWorkingDays int
	// RefreshDays after its last publication a cell is stale; 0: never.
	RefreshDays int
	Channels    []string
	Omit        bool // removes the row of this code from the catalogs below
	Evidence    string
}

// Title names the entry as a person would: its sub-item where it has one.
func (e *Entry) Title() string {
	if e.SubItem != "" {
		return e.Item + "·" + e.SubItem
	}
	return e.Item
}

// CategoryPart is the first part of an entry code: 3 of 3.2.1.
func CategoryPart(code string) string {
	part, _, _ := strings.Cut(code, ".")
	return part
}

// owedBy tells whether the entry applies to the node by level and publishers.
func (e *Entry) owedBy(node *area.Node) bool {
	if !slices.Contains(e.Levels, node.Level) {
		return false
	}
	for _, publisher := range e.Publishers {
		switch {
		case node.Department:
			if node.HasFunction(publisher) {
				return true
			}
		case publisher == Government:
			if node.Level == area.Township || node.Level == area.Village {
				return true
			}
		case publisher == CityGovernment:
			if node.Level == area.County {
				return true
			}
		}
	}
	return false
}

// Catalog is one issued catalog with its own rows.
type Catalog struct {
	Code       string
	Title      string
	IssuerCode string
	BasedOn    string // the code of the catalog it refines, empty if none
	// EffectiveFrom and EffectiveTo are both in force; To is None where open.
	EffectiveFrom, EffectiveTo calendar.Day
	GraceWorkingDays           int
	InterpretationWorkingDays  int
	Source                     string
	Entries                    []Entry
}

func (c *Catalog) span() calendar.Span {
	return calendar.Span{From: c.EffectiveFrom, To: c.EffectiveTo.OrNever()}
}

// Row is an entry of an effective catalog.
type Row struct {
	*Entry
	// From is the catalog that the row came from.
	From *Catalog
	// Leaf: no other entry stands below it, so it has cells.
	Leaf bool
}

// Effective is a catalog merged over those it is based on.
type Effective struct {
	*Catalog
	Base *Catalog // nil if none
	Rows []Row    // by code
}

// Row returns the row of a code, nil if there is none.
func (e *Effective) Row(code string) *Row {
	i, found := slices.BinarySearchFunc(e.Rows, code, func(r Row, code string) int { return strings.Compare(r.Code, code) })
	if !found {
		return nil
	}
	return &e.Rows[i]
}
