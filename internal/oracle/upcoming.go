package oracle

import "sort"

// Coming is a gap that will open (docs/design.md, "Over time").
type Coming struct {
	DueOn                     int
	Publisher, Entry, Becomes string
}

// Upcoming lists the cells at a node and below that are no gap on a day and become one on a day whose eve is from that
// day to its n-th working day, the first such day of each.
func (w *World) Upcoming(node string, day, n int) []Coming {
	var coming []Coming
	lastEve, _ := w.Due(day, n)
	for _, publisher := range w.Below(node) {
		for _, entry := range w.Entries(publisher) {
			if IsGap(w.Status(publisher, entry, day)) {
				continue
			}
			for eve := day; eve <= lastEve; eve++ {
				if becomes := w.Status(publisher, entry, eve+1); IsGap(becomes) {
					coming = append(coming, Coming{eve, publisher, entry, becomes})
					break
				}
			}
		}
	}
	sort.Slice(coming, func(i, j int) bool {
		one, other := coming[i], coming[j]
		if one.DueOn != other.DueOn {
			return one.DueOn < other.DueOn
		}
		if one.Publisher != other.Publisher {
			return one.Publisher < other.Publisher
		}
		return one.Entry < other.Entry
	})
	return coming
}
