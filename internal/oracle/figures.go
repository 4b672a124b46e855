package oracle

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
