package model

import (
	"cmp"
	"encoding/json"
	"iter"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// A filter that names what does not exist is refused: an empty list would say that
// there is nothing, where it is the question that is wrong.

// knownEntries refuses codes at or below which no catalog has an entry.
func (v *View) knownEntries(codes []string) error {
	for _, code := range codes {
		if len(v.Index.Library.CodesWithin(code)) == 0 {
			return problem.Invalid("entries", "correct the code; one stands for all below it, as 3 for 3.2.1",
				"no catalog has an entry of the code %q, nor one below it", code)
		}
	}
	return nil
}

// CellFilter narrows a list to some entries and publishers.
type CellFilter struct {
	Categories, Entries []string
	Levels              []area.Level
	Publishers          []string
}

// ofSome tells whether it is of some publishers alone.
func (f *CellFilter) ofSome() bool { return len(f.Levels)+len(f.Publishers) > 0 }

// cellFilter is the filter in the domain's form, the empty one for nil.
func (v *View) cellFilter(f *CellFilter) (coverage.CellFilter, error) {
	if f == nil {
		return coverage.CellFilter{}, nil
	}
	return coverage.CellFilter(*f), f.check(v)
}

// check refuses what does not exist, and more text than codes may be.
func (f *CellFilter) check(v *View) error {
	return cmp.Or(
		v.knownCategories(f.Categories),
		checkText("entries", strings.Join(f.Entries, ""), mostCodes), v.knownEntries(f.Entries),
		checkText("publishers", strings.Join(f.Publishers, ""), mostCodes), v.knownPublishers(f.Publishers),
	)
}

// entriesOf names the entries that a filter wants, nil where it wants all.
func (v *View) entriesOf(f CellFilter) []string {
	if len(f.Categories)+len(f.Entries) == 0 {
		return nil
	}
	wanted := coverage.CellFilter(f)
	var entries []string
	for _, code := range v.Index.Library.Codes() {
		if wanted.WantsEntry(code, v.Index.Library) {
			entries = append(entries, code)
		}
	}
	if entries == nil {
		return []string{""} // what no entry is: none would mean all
	}
	return entries
}

// publishersOf names those of a node's publishers that a filter wants.
func (v *View) publishersOf(place area.Place, scope coverage.Scope, f CellFilter) []string {
	wanted := coverage.CellFilter(f)
	var codes []string
	if scope == coverage.Subtree && !f.ofSome() {
		codes = make([]string, 0, v.Index.Tree.CountBelow(place)) // tens of thousands of a nation
	}
	for at := range v.publishersWithin(place, scope, f.Publishers) {
		if node := v.Index.Tree.Node(at); wanted.WantsLevel(node.Level) {
			codes = append(codes, node.Code)
		}
	}
	return codes
}

// publishersWithin walks a node's publishers, those alone of some codes where there are any.
func (v *View) publishersWithin(place area.Place, scope coverage.Scope, codes []string) iter.Seq[area.Place] {
	tree := v.Index.Tree
	if len(codes) == 0 {
		if scope == coverage.Self {
			return slices.Values([]area.Place{place})
		}
		return tree.Below(place)
	}
	return func(yield func(area.Place) bool) {
		for _, code := range slices.Compact(slices.Sorted(slices.Values(codes))) {
			at := tree.Find(code)
			within := at == place || scope == coverage.Subtree && at != area.Nowhere && tree.Contains(place, at)
			if within && !yield(at) {
				return
			}
		}
	}
}

// textOf writes a filter as text, so that equal filters are equal keys.
func textOf(filter any) string {
	text, err := json.Marshal(filter)
	if err != nil {
		panic(err) // a filter has only texts, numbers and days
	}
	return string(text)
}

// filterOf reads back what textOf wrote, the empty filter from none.
func filterOf[F any](text string) (filter F) {
	if text == "" {
		return filter
	}
	if err := json.Unmarshal([]byte(text), &filter); err != nil {
		panic(err) // textOf has written it
	}
	return filter
}

// NodeFilter narrows a list of nodes.
type NodeFilter struct {
	Levels   []area.Level
	Name     *string
	WithGaps *bool
}

// nodeKeeper tells whether a filter wants a node, as its figures of a day are; the text
// tells equal filters from others.
func (v *View) nodeKeeper(f *NodeFilter, on calendar.Day) (keep func(area.Place) bool, text string, err error) {
	if f == nil {
		return func(area.Place) bool { return true }, "", nil
	}
	if err := checkText("name", valueOrZero(f.Name), mostSearch); err != nil {
		return nil, "", err
	}
	return func(place area.Place) bool {
		node := v.Index.Tree.Node(place)
		if len(f.Levels) > 0 && !slices.Contains(f.Levels, node.Level) || !strings.Contains(node.Name, valueOrZero(f.Name)) {
			return false
		}
		if f.WithGaps == nil {
			return true
		}
		figures := v.Index.At(place, coverage.Subtree, on)
		return (figures.Gaps() > 0) == *f.WithGaps
	}, textOf(f), nil
}

// knownCategories refuses names that no catalog has for a category.
func (v *View) knownCategories(names []string) error {
	known := v.Index.Library.CategoryNames()
	for _, name := range names {
		if !slices.Contains(known, name) {
			return problem.Invalid("categories", "give one of "+strings.Join(known, ", "), "no catalog has a category %q", name)
		}
	}
	return nil
}

// knownPublishers refuses codes that no node has.
func (v *View) knownPublishers(codes []string) error {
	for _, code := range codes {
		if v.Index.Tree.Find(code) == area.Nowhere {
			return problem.Invalid("publishers", "correct the code; `administrativeNodes(search:)` finds it by the name",
				"there is no node of the code %q", code)
		}
	}
	return nil
}

// spanGiven refuses a span that ends before it begins, where both days are given.
func spanGiven(from, to *calendar.Day) error {
	if from == nil || to == nil {
		return nil
	}
	return forwards(*from, *to)
}

// gapStatuses refuses statuses that are no gap.
func gapStatuses(statuses []timeline.Status) error {
	for _, status := range statuses {
		if !status.Gap() {
			return problem.Invalid("statuses", "give MISSING, OVERDUE or STALE", "a cell that is %s is no gap", status)
		}
	}
	return nil
}
