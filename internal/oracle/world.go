// Package oracle answers the questions of docs/design.md in the slowest and plainest way there is. It exists for tests:
// what the service computes with indexes, spans and SQL is held against what this package computes by walking from day to
// day. So nothing here may share code, or a clever idea, with what it checks.
package oracle

import "sort"

// World is everything an import folder can say that changes coverage, relief or orders. Dates are YYYY-MM-DD and an empty string is
// no date, as in the files (docs/design.md, "Dates"). The facts must not change after the first question, unless Forget is
// called, since what has been worked out for a cell is kept.
type World struct {
	Areas             []Area
	Departments       []Department
	Catalogs          []Catalog
	Assignments       []Assignment
	Disclosures       []Disclosure
	News              []News
	Concerns          []Concern
	Reviews           []Review
	Movements         []Movement
	Events            []Event
	Orders            []Order
	OrderEvents       []OrderEvent
	ExemptionRequests []ExemptionRequest
	Arrangements      []Arrangement

	memory memory
}

// Area is a place of the tree: a region, city, township or village (docs/design.md, "Words").
type Area struct {
	Code, Name, Level, Parent string
	ValidFrom, ValidTo        string
}

// Department is a body under a place; it has that place's level and valid days.
type Department struct {
	Code, Name, Parent string
	Functions          []string
}

// Catalog is one catalog as issued: its own rows only, not those of the catalog it is based on.
type Catalog struct {
	Code, Title, Issuer, BasedOn string
	EffectiveFrom, EffectiveTo   string
	GraceWorkingDays             int
	InterpretationWorkingDays    int
	Entries                      []Entry
}

// Entry is one row of a catalog; Omit rows remove the base's row of the same code.
type Entry struct {
	Code, Category, Item, SubItem string
	Levels, Publishers            []string
	LimitKind                     string
	LimitN                        *int // nil where the file has none: it never becomes 0
	LimitAnchor                   string
	Period                        string
	PeriodLimitN                  int
	RefreshDays                   int
	Omit                          bool
}

// Assignment includes an entry for a publisher or exempts it, both days in it.
type Assignment struct {
	Publisher, Entry, Action, From, To, Reason string
}

// Disclosure is a document or notice registered under a cell.
type Disclosure struct {
	Ref, Publisher, Entry, Title, Attribute      string
	FormedOn, IssuedOn, PublishedOn, WithdrawnOn string
	Period                                       string
	Nil                                          bool
	RequiresInterpretation                       bool
	InterpretsRef                                string
}

// News is a publication of its publisher's cell for Entry, or for 5.1 where that is empty. PublishedAt is an RFC 3339
// instant in any offset, or a day.
type News struct {
	Ref, Publisher, Entry, Title, PublishedAt string
}

// Arrangement is the State Council's arrangement for one year; it may list days of the years beside it. No two may list
// the same day.
type Arrangement struct {
	Year int           `json:"year"`
	Days []ArrangedDay `json:"days"`
}

// ArrangedDay is a statutory day off, or a weekend day that is worked.
type ArrangedDay struct {
	Date     string `json:"date"`
	Name     string `json:"name"`
	IsOffDay bool   `json:"isOffDay"`
}

// Below lists a node and all below it.
func (w *World) Below(node string) []string {
	w.recall()
	nodes := []string{node}
	for _, child := range w.Children(node) {
		nodes = append(nodes, w.Below(child)...)
	}
	return nodes
}

// Children lists the codes directly below a node, departments and ended places among them, by code.
func (w *World) Children(node string) []string {
	w.recall()
	children := append([]string(nil), w.memory.childrenOf[node]...)
	sort.Strings(children)
	return children
}

// Concern is one that the public raised with a publisher; its instants are RFC 3339 in any offset, or days.
type Concern struct {
	Ref, Publisher, Title, Severity string
	DetectedAt, RespondedAt         string
	ResponseRef, EscalatedTo        string
}

// Review is one look at the attribute of a disclosure; Result is keep or disclose. No two of a disclosure are of one day.
type Review struct {
	Disclosure, ReviewedOn, Result string
}

// Movement is relief that went from one to another (docs/design.md, "Relief money and goods"). Money and quantities are
// decimals as the file has them, empty where there is none.
type Movement struct {
	Ref, Kind, From, To, Class, Event         string
	Funds                                     string
	GoodsItem, GoodsQuantity, GoodsUnit       string
	Households, Persons                       string
	OccurredOn, DocumentNumber, DisclosureRef string
}

// Event is a disaster that movements may name; it changes no figure.
type Event struct {
	Ref, Name, Kind, StartedOn, EndedOn string
	Areas                               []string
}
