package oracle

import (
	"slices"
	"strings"
)

// mergedCatalog is a catalog over the chain it is based on. Grace and interpretation days are its own.
type mergedCatalog struct {
	Catalog
	rows       map[string]Entry
	from, to   int
	isGrouping map[string]bool
}

// merge overlays the rows of a catalog on those of its base, whatever the base's dates (docs/design.md, "Which cells
// exist").
func (w *World) merge(catalog Catalog) *mergedCatalog {
	merged := &mergedCatalog{
		Catalog: catalog, from: Day(catalog.EffectiveFrom), to: Day(catalog.EffectiveTo),
		rows: map[string]Entry{}, isGrouping: map[string]bool{},
	}
	if catalog.BasedOn != "" {
		for code, row := range w.merge(w.memory.catalogs[catalog.BasedOn]).rows {
			merged.rows[code] = row
		}
	}
	for _, row := range catalog.Entries {
		if row.Omit {
			delete(merged.rows, row.Code)
		} else {
			merged.rows[row.Code] = row
		}
	}
	for code := range merged.rows {
		for other := range merged.rows {
			if strings.HasPrefix(other, code+".") {
				merged.isGrouping[code] = true
			}
		}
	}
	return merged
}

// parentOf is the node above one, "" above the root.
func (w *World) parentOf(node string) string {
	if department, is := w.memory.departments[node]; is {
		return department.Parent
	}
	return w.memory.areas[node].Parent
}

// catalogInForce is the catalog of the nearest ancestor-or-self that issues one in force that day; of several by one
// issuer the one with the latest effective_from, then the greatest code. Whether the node is valid that day does not
// matter: valid days decide only cells (docs/design.md, "Which cells exist").
func (w *World) catalogInForce(node string, day int) *mergedCatalog {
	for _, issued := range w.memory.issuedAbove[node] {
		var best *mergedCatalog
		for _, catalog := range issued {
			if !within(day, catalog.from, catalog.to) {
				continue
			}
			if best == nil || catalog.from > best.from || catalog.from == best.from && catalog.Code > best.Code {
				best = catalog
			}
		}
		if best != nil {
			return best
		}
	}
	return nil
}

// isValid says whether a node is valid on a day: a place from valid_from to valid_to, a department as long as the place
// it is under.
func (w *World) isValid(node string, day int) bool {
	if department, is := w.memory.departments[node]; is {
		node = department.Parent
	}
	valid, known := w.memory.validDays[node]
	return known && within(day, valid.from, valid.to)
}

// isAssigned says whether an assignment of that action covers the day.
func (w *World) isAssigned(key cellKey, action string, day int) bool {
	for _, assignment := range w.memory.assignmentsOf[key] {
		if assignment.action == action && within(day, assignment.from, assignment.to) {
			return true
		}
	}
	return false
}

// appliesByItself says whether an entry applies to a node by level and functions, assignments aside.
func (w *World) appliesByItself(row Entry, node string) bool {
	if department, is := w.memory.departments[node]; is {
		if !slices.Contains(row.Levels, w.memory.areas[department.Parent].Level) {
			return false
		}
		for _, function := range department.Functions {
			if slices.Contains(row.Publishers, function) {
				return true
			}
		}
		return false
	}
	level := w.memory.areas[node].Level
	if !slices.Contains(row.Levels, level) {
		return false
	}
	switch level {
	case "TOWNSHIP", "VILLAGE":
		return slices.Contains(row.Publishers, "GOVERNMENT")
	case "COUNTY":
		return slices.Contains(row.Publishers, "CITY_GOVERNMENT")
	}
	return false
}

// ruleOn is the row of the catalog in force that day for a cell, and that catalog; false where the cell is not in force.
func (w *World) ruleOn(key cellKey, day int) (Entry, *mergedCatalog, bool) {
	catalog := w.catalogInForce(key.publisher, day)
	if catalog == nil {
		return Entry{}, nil, false
	}
	row, has := catalog.rows[key.entry]
	if !has || catalog.isGrouping[key.entry] || !w.isValid(key.publisher, day) {
		return Entry{}, nil, false
	}
	if !w.appliesByItself(row, key.publisher) && !w.isAssigned(key, "INCLUDE", day) {
		return Entry{}, nil, false
	}
	return row, catalog, true
}
