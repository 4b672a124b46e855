package model

import (
	"cmp"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
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

// entriesWithin names the entries of codes and all that stand below them.
func (v *View) entriesWithin(codes []string) []string {
	var within []string
	for _, code := range codes {
		within = append(within, v.Index.Library.CodesWithin(code)...)
	}
	slices.Sort(within)
	return slices.Compact(within)
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

// entriesGiven refuses unknown entries, and more text than their codes may be.
func (v *View) entriesGiven(codes []string) error {
	return cmp.Or(checkText("entries", strings.Join(codes, ""), mostCodes), v.knownEntries(codes))
}

// publishersGiven refuses unknown publishers, and more text than their codes may be.
func (v *View) publishersGiven(codes []string) error {
	return cmp.Or(checkText("publishers", strings.Join(codes, ""), mostCodes), v.knownPublishers(codes))
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
