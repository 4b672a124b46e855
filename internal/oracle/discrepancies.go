package oracle

import (
	"slices"
	"sort"
	"strings"
)

// Discrepancy is one of four kinds (docs/design.md, "Relief money and goods"). Amount is in fen; Movements are refs, sorted.
type Discrepancy struct {
	Kind, Node string
	Amount     int64
	Movements  []string
}

// Discrepancies lists those of a node on a day, or of it and all below, each for a node alone. The span bounds the
// movements that are UNDISCLOSED or UNMATCHED; idleDays is the configured number of working days. They are ordered by
// kind, node and movements.
func (w *World) Discrepancies(node string, from, to, day, idleDays int, self bool) []Discrepancy {
	var found []Discrepancy
	nodes := w.nodesAsked(node, self)
	for one := range nodes {
		for _, class := range w.classes() {
			if discrepancy, is := w.wrongBalance(one, class, day, idleDays); is {
				found = append(found, discrepancy)
			}
		}
	}
	for _, moved := range w.memory.movements {
		holder := moved.From
		if moved.Kind == "DONATION" {
			holder = moved.To
		}
		if !nodes[holder] || !isCounted(moved, from, to, day) {
			continue
		}
		if moved.Kind != "DONATION" && w.reliefDuty(moved).isOverdue(day) {
			found = append(found, Discrepancy{"UNDISCLOSED", holder, moved.fen, []string{moved.Ref}})
		}
		if w.isUnmatched(moved, day) {
			found = append(found, Discrepancy{"UNMATCHED", holder, moved.fen, []string{moved.Ref}})
		}
	}
	sort.Slice(found, func(i, j int) bool { return found[i].key() < found[j].key() })
	return found
}

func (d Discrepancy) key() string {
	return d.Kind + " " + d.Node + " " + strings.Join(d.Movements, " ")
}

func (w *World) classes() []string {
	var classes []string
	for _, moved := range w.memory.movements {
		if !slices.Contains(classes, moved.Class) {
			classes = append(classes, moved.Class)
		}
	}
	return classes
}

// wrongBalance looks at all movements of a class in or out of a node by a day: OVERSPENT or IDLE money, or neither.
func (w *World) wrongBalance(node, class string, day, idleDays int) (Discrepancy, bool) {
	alone := map[string]bool{node: true}
	var balance int64
	last := NoDay
	var refs []string
	for _, moved := range w.memory.movements {
		if moved.Class == class && takesPart(moved, alone) && moved.day <= day {
			balance += w.share(moved, moved.fen, alone, day).Balance
			last = max(last, moved.day)
			refs = append(refs, moved.Ref)
		}
	}
	sort.Strings(refs)
	switch {
	case balance < 0 && !w.isRegion(node):
		return Discrepancy{"OVERSPENT", node, -balance, refs}, true
	case balance > 0:
		idleAfter, _ := w.Due(last, idleDays)
		return Discrepancy{"IDLE", node, balance, refs}, day > idleAfter
	}
	return Discrepancy{}, false
}

func (w *World) isRegion(node string) bool {
	switch w.memory.areas[node].Level {
	case "NATION", "PROVINCE", "PREFECTURE":
		return true
	}
	return false
}

// isUnmatched: a disclosure is named that is unknown, or withdrawn by that day.
func (w *World) isUnmatched(moved movement, day int) bool {
	if moved.DisclosureRef == "" {
		return false
	}
	named, known := w.memory.documents[moved.DisclosureRef]
	return !known || named.withdrawn != NoDay && named.withdrawn <= day
}
