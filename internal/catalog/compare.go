package catalog

import (
	"slices"
	"strconv"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// DifferenceKind is how an entry of one effective catalog differs from another.
type DifferenceKind uint8

// The kinds of difference.
const (
	Added   DifferenceKind = iota // only the second has the entry
	Removed                       // only the first has it
	Changed                       // both have it, and a column differs
)

var differenceNames = [...]string{"ADDED", "REMOVED", "CHANGED"}

func (k DifferenceKind) String() string { return differenceNames[k] }

// Difference is an entry in which two effective catalogs differ.
type Difference struct {
	Code          string
	Kind          DifferenceKind
	Before, After *Row           // nil where the catalog has no such entry
	Columns       []ColumnChange // of a changed entry
}

// ColumnChange is a column in which two rows differ, as import files write it.
type ColumnChange struct{ Column, Before, After string }

// Column returns the change of the first of the named columns that differs, nil
// where none does.
func (d *Difference) Column(names ...string) *ColumnChange {
	for _, name := range names {
		for i := range d.Columns {
			if d.Columns[i].Column == name {
				return &d.Columns[i]
			}
		}
	}
	return nil
}

// OfLimitAlone tells whether the rows differ in how long their limit is, and in nothing
// else. A limit WITH_SOURCE is another document's day.
func (d *Difference) OfLimitAlone() bool {
	if d.Kind != Changed || d.Before.Limit.Kind == calendar.WithSource || d.After.Limit.Kind == calendar.WithSource {
		return false
	}
	return !slices.ContainsFunc(d.Columns, func(c ColumnChange) bool { return c.Column != "limit_kind" && c.Column != "limit_n" })
}

// columns are what a row says, by the names of the import's columns. Those of
// lists are sets: their order says nothing.
var columns = []struct {
	name   string
	values func(*Row) []string
}{
	{"category", func(r *Row) []string { return []string{r.Category} }},
	{"item", func(r *Row) []string { return []string{r.Item} }},
	{"sub_item", func(r *Row) []string { return []string{r.SubItem} }},
	{"content", func(r *Row) []string { return []string{r.Content} }},
	{"legal_basis", func(r *Row) []string { return []string{r.LegalBasis} }},
	{"levels", func(r *Row) []string {
		names := make([]string, len(r.Levels))
		for i, level := range r.Levels {
			names[i] = level.String()
		}
		return names
	}},
	{"publishers", func(r *Row) []string { return r.Publishers }},
	{"mode", func(r *Row) []string { return []string{r.Mode} }},
	{"audience", func(r *Row) []string { return []string{r.Audience} }},
	{"limit_kind", func(r *Row) []string { return []string{r.Limit.Kind.String()} }},
	{"limit_n", func(r *Row) []string {
		if r.Limit.N == nil {
			return []string{""} // no number is not the number 0
		}
		return []string{strconv.Itoa(*r.Limit.N)}
	}},
	{"limit_anchor", func(r *Row) []string { return []string{r.Limit.Anchor.String()} }},
	{"period", func(r *Row) []string { return []string{r.Period.String()} }},
	{"period_limit_n", func(r *Row) []string { return []string{strconv.Itoa(r.PeriodWorkingDays)} }},
	{"refresh_days", func(r *Row) []string { return []string{strconv.Itoa(r.RefreshDays)} }},
	{"channels", func(r *Row) []string { return r.Channels }},
	{"evidence", func(r *Row) []string { return []string{r.Evidence} }},
	// No column of a file, but it decides whether the entry has cells: it
	// changes where an entry below is added or removed.
	{"leaf", func(r *Row) []string { return []string{strconv.FormatBool(r.Leaf)} }},
}

// Compare returns the entries in which a catalog differs from another, by code.
func Compare(before, after *Effective) []Difference {
	var differences []Difference
	for i := range before.Rows {
		was := &before.Rows[i]
		is := after.Row(was.Code)
		if is == nil {
			differences = append(differences, Difference{Code: was.Code, Kind: Removed, Before: was})
		} else if changes := compareRows(was, is); len(changes) > 0 {
			differences = append(differences, Difference{was.Code, Changed, was, is, changes})
		}
	}
	for i := range after.Rows {
		if is := &after.Rows[i]; before.Row(is.Code) == nil {
			differences = append(differences, Difference{Code: is.Code, Kind: Added, After: is})
		}
	}
	slices.SortFunc(differences, func(a, b Difference) int { return strings.Compare(a.Code, b.Code) })
	return differences
}

func compareRows(before, after *Row) []ColumnChange {
	var changes []ColumnChange
	for _, column := range columns {
		was, is := column.values(before), column.values(after)
		if !slices.Equal(slices.Sorted(slices.Values(was)), slices.Sorted(slices.Values(is))) {
			changes = append(changes, ColumnChange{column.name, strings.Join(was, ";"), strings.Join(is, ";")})
		}
	}
	return changes
}

// Owns tells whether a row of the catalog is its own, not one of those that it
// is based on.
func (e *Effective) Owns(row *Row) bool { return row.From.Code == e.Code }

// Above returns the row of the nearest code above an entry's (3.2 for 3.2.1),
// which that entry refines; nil if there is none.
func (e *Effective) Above(code string) *Row {
	for at := strings.LastIndexByte(code, '.'); at >= 0; at = strings.LastIndexByte(code, '.') {
		code = code[:at]
		if row := e.Row(code); row != nil {
			return row
		}
	}
	return nil
}

// Publishers returns the words in an entry's publishers that name somebody at
// or below a node: the functions of the departments there, and the governments.
func Publishers(tree *area.Tree, place area.Place) map[string]bool {
	names := map[string]bool{Government: true, CityGovernment: true}
	for below := range tree.Below(place) {
		if node := tree.Node(below); node.Department {
			for _, function := range node.Functions {
				names[function] = true
			}
		}
	}
	return names
}
