package coverage

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Standing is a cell with its status on a day.
type Standing struct {
	Publisher area.Place
	EntryCode string
	Status    timeline.Status
	// Since is the first day of the status's unbroken run.
	Since calendar.Day
}

// CellFilter narrows what stands in cells to some entries and publishers; an empty
// part lets everything through.
type CellFilter struct {
	Categories []string // names
	Entries    []string // codes; an entry stands for those below it too
	Levels     []area.Level
	Publishers []string // codes
}

// Narrows tells whether the filter leaves anything out.
func (f *CellFilter) Narrows() bool {
	return len(f.Categories)+len(f.Entries)+len(f.Levels)+len(f.Publishers) > 0
}

// WantsEntry tells whether an entry passes, whose category the library names.
func (f *CellFilter) WantsEntry(code string, in *catalog.Library) bool {
	return (len(f.Categories) == 0 || slices.Contains(f.Categories, in.Category(code))) &&
		(len(f.Entries) == 0 || slices.ContainsFunc(f.Entries, func(wanted string) bool { return catalog.Within(code, wanted) }))
}

// WantsLevel tells whether publishers of a level pass.
func (f *CellFilter) WantsLevel(level area.Level) bool {
	return len(f.Levels) == 0 || slices.Contains(f.Levels, level)
}

// GapFilter narrows a list of gaps likewise.
type GapFilter struct {
	CellFilter
	Statuses []timeline.Status
	// MinDaysOpen is the least age in days.
	MinDaysOpen int
}

// Narrows tells whether the filter leaves anything out.
func (f *GapFilter) Narrows() bool {
	return f.CellFilter.Narrows() || len(f.Statuses) > 0 || f.MinDaysOpen > 1
}

// beganBy is the last day on which a gap of a day has begun that is old enough.
func (f *GapFilter) beganBy(on calendar.Day) calendar.Day {
	return on - calendar.Day(max(f.MinDaysOpen, 1)) + 1
}

// GapOrder is how a list of gaps is ordered.
type GapOrder uint8

// The orders; each ends in publisher and entry.
const (
	ByPublisher GapOrder = iota
	OldestFirst
	ByEntry
	NewestFirst
)

// Position is a cell's place in a list, to go on from.
type Position struct {
	PublisherCode, EntryCode string
	Since                    calendar.Day
}

// Page asks for a part of a list: so many rows after a position, or before it; nil
// for an end of the list.
type Page struct {
	Rows      int
	From      *Position
	Backwards bool
}

// Gaps returns a page of a node's gaps on a day, how many there are in all, and
// whether there are more after the page.
func (x *Index) Gaps(
	until Until,
	place area.Place,
	scope Scope,
	on calendar.Day,
	filter GapFilter,
	order GapOrder,
	page Page,
) (gaps []Standing, total int, more bool, err error) {
	s, byAge := x.sumsAt(place, scope), order == OldestFirst || order == NewestFirst
	aged := filter.MinDaysOpen > 1
	if s == nil || len(filter.Publishers) > 0 || byAge && s.runs == nil || aged && (s.runs == nil || !byAge) {
		return x.PageOfGaps(until, x.GapsOf(until, place, scope, on, filter), order, page)
	}
	search := x.gapSearch(until, place, on, filter, order, page)
	switch {
	case byAge:
		search.byAge()
	case order == ByEntry:
		search.byEntry()
	default:
		search.byPublisher()
	}
	total = s.countGaps(on, &search.wanted) - search.younger()
	if err := until.Err(); err != nil {
		return nil, 0, false, err
	}
	gaps, more = search.page()
	return gaps, total, more, nil
}

// GapsOf walks a node's gaps on a day, in no order.
func (x *Index) GapsOf(until Until, place area.Place, scope Scope, on calendar.Day, filter GapFilter) iter.Seq[Standing] {
	if s := x.sumsAt(place, scope); s == nil || s.runs == nil || len(filter.Publishers) > 0 {
		return x.standings(x.walkPublishers(until, place, scope, filter.Publishers), on, x.gapKeeper(on, filter))
	}
	wanted := x.wantedGaps(filter)
	asked := runsOn(on, &wanted)
	asked.last = filter.beganBy(on)
	return func(yield func(Standing) bool) {
		for s := range x.runsKept(until, place, func(s *sums) bool { return s.hasGaps(on, &wanted) }) {
			for since, run := range s.runs.walk(&asked) {
				if !yield(x.standingOf(since, run)) {
					return
				}
			}
		}
	}
}

// PageOfGaps cuts a page out of a list of gaps.
func (x *Index) PageOfGaps(
	until Until, list iter.Seq[Standing], order GapOrder, page Page,
) (gaps []Standing, total int, more bool, err error) {
	way := Way[Standing]{Backwards: page.Backwards}
	if page.From != nil {
		position := x.positionOf(*page.From)
		way.From = func(s Standing) int { return position.compare(order, &s) }
	}
	return PageOf(until, list, func(a, b Standing) int { return compareGaps(order, &a, &b) }, way, page.Rows)
}

// PublisherGaps counts one publisher's gaps of a list.
type PublisherGaps struct {
	Publisher area.Place
	Gaps      int
	Oldest    calendar.Day // since when the oldest is one
}

// CountByPublisher counts gaps by publisher: who has most first, of those with as
// many who has the oldest.
func CountByPublisher(gaps iter.Seq[Standing]) []PublisherGaps {
	found := map[area.Place]PublisherGaps{}
	for gap := range gaps {
		counted, known := found[gap.Publisher]
		if !known || gap.Since < counted.Oldest {
			counted.Oldest = gap.Since
		}
		found[gap.Publisher] = PublisherGaps{gap.Publisher, counted.Gaps + 1, counted.Oldest}
	}
	return slices.SortedFunc(maps.Values(found), func(a, b PublisherGaps) int {
		return cmp.Or(cmp.Compare(b.Gaps, a.Gaps), cmp.Compare(a.Oldest, b.Oldest), cmp.Compare(a.Publisher, b.Publisher))
	})
}

// gapPosition is a position by what gaps compare with.
type gapPosition struct {
	Standing
	// gone: the publisher is no more in the tree. The one of the next code, which is the
	// position's, comes after it.
	gone bool
}

func (x *Index) positionOf(position Position) gapPosition {
	return gapPosition{
		Standing{Publisher: x.Tree.RankOf(position.PublisherCode), EntryCode: position.EntryCode, Since: position.Since},
		x.Tree.Find(position.PublisherCode) == area.Nowhere,
	}
}

// compare tells how a gap lies to the position.
func (p *gapPosition) compare(order GapOrder, gap *Standing) int {
	byPublisher := cmp.Compare(gap.Publisher, p.Publisher)
	if byPublisher == 0 && p.gone {
		byPublisher = 1
	}
	byAge := cmp.Compare(gap.Since, p.Since)
	switch order {
	case ByPublisher:
		byAge = 0
	case ByEntry:
		return cmp.Or(strings.Compare(gap.EntryCode, p.EntryCode), byPublisher)
	case OldestFirst:
	case NewestFirst:
		byAge = -byAge
	default:
		panic(fmt.Sprintf("coverage: no rule for an order of gaps of kind %d", order))
	}
	if byAge != 0 || byPublisher != 0 {
		return cmp.Or(byAge, byPublisher)
	}
	return strings.Compare(gap.EntryCode, p.EntryCode)
}

func compareGaps(order GapOrder, a, b *Standing) int {
	return (&gapPosition{Standing: *b}).compare(order, a)
}

// keeper says whether a standing belongs to a list; first by the row's place and
// then by the rest.
type keeper struct {
	place func(area.Place) bool
	cell  func(entryID, timeline.Span) bool
}

// gapKeeper keeps the gaps that pass a filter.
func (x *Index) gapKeeper(on calendar.Day, filter GapFilter) keeper {
	wantedStatus := [timeline.Statuses]bool{}
	for _, status := range filter.Statuses {
		wantedStatus[status] = true
	}
	keep := x.cellKeeper(filter.CellFilter)
	wantedCell := keep.cell
	keep.cell = func(entry entryID, span timeline.Span) bool {
		return span.Status.Gap() && (len(filter.Statuses) == 0 || wantedStatus[span.Status]) &&
			wantedCell(entry, span) && span.From <= filter.beganBy(on)
	}
	return keep
}

// Passing walks the gaps of a list that pass a filter.
func (x *Index) Passing(list iter.Seq[Standing], on calendar.Day, filter GapFilter) iter.Seq[Standing] {
	if !filter.Narrows() {
		return list
	}
	keep := x.gapKeeper(on, filter)
	return func(yield func(Standing) bool) {
		for s := range list {
			span := timeline.Span{From: s.Since, Status: s.Status}
			if keep.place(s.Publisher) && keep.cell(x.entries.ids[s.EntryCode], span) && !yield(s) {
				return
			}
		}
	}
}

// cellKeeper keeps the cells of the entries and publishers that a filter wants.
func (x *Index) cellKeeper(filter CellFilter) keeper {
	var wantedEntry []bool
	if len(filter.Categories)+len(filter.Entries) > 0 {
		wantedEntry = make([]bool, len(x.entries.codes))
		for id, code := range x.entries.codes {
			wantedEntry[id] = filter.WantsEntry(code, x.Library)
		}
	}
	return keeper{
		place: func(place area.Place) bool {
			node := x.Tree.Node(place)
			return filter.WantsLevel(node.Level) &&
				(len(filter.Publishers) == 0 || slices.Contains(filter.Publishers, node.Code))
		},
		cell: func(entry entryID, _ timeline.Span) bool { return wantedEntry == nil || wantedEntry[entry] },
	}
}

// standings walks the cells in force of rows on a day that are to be kept, by
// publisher and entry.
func (x *Index) standings(rows iter.Seq2[area.Place, *row], on calendar.Day, keep keeper) iter.Seq[Standing] {
	return func(yield func(Standing) bool) {
		for at, r := range rows {
			if !keep.place(at) {
				continue
			}
			for _, c := range r.cells {
				span := c.spanOn(on)
				if span.Status == timeline.NotInForce || !keep.cell(c.entry, span) {
					continue
				}
				if !yield(Standing{at, x.entries.codes[c.entry], span.Status, span.From}) {
					return
				}
			}
		}
	}
}

// Cell returns how one cell stands on a day; ok is false when it is not in force.
func (x *Index) Cell(place area.Place, entryCode string, on calendar.Day) (standing Standing, ok bool) {
	keep := keeper{
		place: func(area.Place) bool { return true },
		cell:  func(entry entryID, _ timeline.Span) bool { return x.entries.codes[entry] == entryCode },
	}
	for found := range x.standings(x.rowsOf(place, Self), on, keep) {
		return found, true
	}
	return Standing{}, false
}

// RowNaming returns the catalog row that names an entry in an answer about a
// node: that of the catalog in force for the node, else for the first publisher
// under it whose catalog has it, else the latest that any catalog gives.
func (x *Index) RowNaming(place area.Place, entryCode string, on calendar.Day) *catalog.Row {
	if inForce := x.Library.InForce(x.Tree, place, on); inForce != nil {
		if row := inForce.Row(entryCode); row != nil {
			return row
		}
	}
	question := rowNaming{place, entryCode, on}
	if row, known := x.kept.answer(question); known {
		return row.(*catalog.Row)
	}
	row := x.rowBelowNaming(place, entryCode, on)
	x.keep(question, row, 1)
	return row
}

// rowNaming is a question for the row that names an entry.
type rowNaming struct {
	place     area.Place
	entryCode string
	on        calendar.Day
}

func (x *Index) rowBelowNaming(place area.Place, entryCode string, on calendar.Day) *catalog.Row {
	for at, r := range x.rowsOf(place, Subtree) {
		for _, c := range r.cells {
			if x.entries.codes[c.entry] != entryCode {
				continue
			}
			if inForce := x.Library.InForce(x.Tree, at, on); inForce != nil {
				if row := inForce.Row(entryCode); row != nil {
					return row
				}
			}
		}
	}
	return x.Library.LatestRow(entryCode)
}
