package naive

import "sort"

// Figures are the counts at a node on a day (docs/design.md, "Figures at a node on date T"). DutiesOverdue is the
// timeliness's overdue, Overdue the cells'.
type Figures struct {
	Covered, Pending, Missing, Overdue, Stale, Exempt int
	OnTime, Late, DutiesOverdue, Open, Undetermined   int
}

// Required is the number of cells in force and not exempt.
func (f Figures) Required() int { return f.Covered + f.Pending + f.Missing + f.Overdue + f.Stale }

// Add is the sum of two figures.
func (f Figures) Add(other Figures) Figures {
	return Figures{
		f.Covered + other.Covered, f.Pending + other.Pending, f.Missing + other.Missing,
		f.Overdue + other.Overdue, f.Stale + other.Stale, f.Exempt + other.Exempt, f.OnTime + other.OnTime,
		f.Late + other.Late, f.DutiesOverdue + other.DutiesOverdue, f.Open + other.Open,
		f.Undetermined + other.Undetermined,
	}
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

// Figures sums over every cell and duty at a node: its own where self, else with all below it.
func (w *World) Figures(node string, day int, self bool) Figures {
	publishers := []string{node}
	if !self {
		publishers = w.Below(node)
	}
	var sum Figures
	for _, publisher := range publishers {
		for _, entry := range w.Entries(publisher) {
			sum = sum.Add(w.figuresOfEntry(publisher, entry, day))
		}
	}
	return sum
}

// FiguresByEntry groups the figures at a node, with all below it, by entry code. Entries whose figures are all zero are
// left out.
func (w *World) FiguresByEntry(node string, day int) map[string]Figures {
	sums := map[string]Figures{}
	for _, publisher := range w.Below(node) {
		for _, entry := range w.Entries(publisher) {
			figures := w.figuresOfEntry(publisher, entry, day)
			if figures != (Figures{}) {
				sums[entry] = sums[entry].Add(figures)
			}
		}
	}
	return sums
}

// figuresOfEntry counts the one cell by its status and its duties by their timeliness, whether or not it is in force.
func (w *World) figuresOfEntry(publisher, entry string, day int) Figures {
	var figures Figures
	switch w.Status(publisher, entry, day) {
	case "COVERED":
		figures.Covered++
	case "PENDING":
		figures.Pending++
	case "MISSING":
		figures.Missing++
	case "OVERDUE":
		figures.Overdue++
	case "STALE":
		figures.Stale++
	case "EXEMPT":
		figures.Exempt++
	}
	for _, duty := range w.Duties(publisher, entry) {
		switch {
		case duty.Opened > day:
		case duty.Due == NoDay:
			figures.Undetermined++
		case duty.fulfilledBy(day) && duty.Fulfilled <= duty.Due:
			figures.OnTime++
		case duty.fulfilledBy(day):
			figures.Late++
		case duty.Due < day:
			figures.DutiesOverdue++
		default:
			figures.Open++
		}
	}
	return figures
}

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
