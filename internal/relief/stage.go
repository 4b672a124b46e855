package relief

import (
	"cmp"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
)

// StageKind is what sort of stage money passes.
type StageKind uint8

// The kinds of stage, in the order in which money passes them.
const (
	Donors     StageKind = iota // 捐赠者
	Above                       // 上级: givers outside the node asked
	OfLevel                     // the places, or the departments, of one level
	Households                  // 受助户
)

var stageKindNames = [...]string{"DONORS", "ABOVE", "OF_LEVEL", "HOUSEHOLDS"}

func (k StageKind) String() string { return stageKindNames[k] }

// Stage is all that stands at one step of the way of the money of one class.
type Stage struct {
	Class Class
	Kind  StageKind
	// Level and Department tell the stages of OfLevel apart.
	Level      area.Level
	Department bool
}

// StageFigures are a stage with the money that comes to it and leaves it: Received
// less PassedDown less Distributed is Balance.
type StageFigures struct {
	Stage
	Figures
}

// Link is money that goes from one stage to another.
type Link struct {
	From, To          Stage
	Amount, Disclosed Fen
}

// Flowing arranges money by class and stage, for a picture of how it goes from above
// through the levels to households (桑基图).
func (t *Totals) Flowing() (stages []StageFigures, links []Link) {
	figures := map[Stage]*Figures{}
	amounts := map[[2]Stage]*Link{}
	at := func(s Stage) *Figures {
		if figures[s] == nil {
			figures[s] = &Figures{}
		}
		return figures[s]
	}
	for way, sum := range t.Money {
		if sum.Funds == 0 {
			continue
		}
		from, to := way.stages()
		source, target := at(from), at(to)
		target.Received += sum.Funds
		target.Balance += sum.Funds
		source.Balance -= sum.Funds
		if way.Kind == Distribution {
			source.Distributed += sum.Funds
		} else {
			source.PassedDown += sum.Funds
		}
		link := amounts[[2]Stage{from, to}]
		if link == nil {
			link = &Link{From: from, To: to}
			amounts[[2]Stage{from, to}] = link
		}
		link.Amount += sum.Funds
		link.Disclosed += sum.Disclosed
		source.Disclosed += sum.Disclosed
	}
	for s, f := range figures {
		stages = append(stages, StageFigures{s, *f})
	}
	for _, link := range amounts {
		links = append(links, *link)
	}
	slices.SortFunc(stages, func(a, b StageFigures) int { return compareStages(a.Stage, b.Stage) })
	slices.SortFunc(links, func(a, b Link) int { return cmp.Or(compareStages(a.From, b.From), compareStages(a.To, b.To)) })
	return stages, links
}

// stages are those between which a way leads.
func (w *Way) stages() (from, to Stage) {
	from, to = Stage{Class: w.Class, Kind: Above}, Stage{Class: w.Class, Kind: Households}
	switch {
	case w.Kind == Donation:
		from.Kind = Donors
	case w.Gives:
		from = Stage{w.Class, OfLevel, w.From.Level, w.From.Department}
	}
	if w.Takes {
		to = Stage{w.Class, OfLevel, w.To.Level, w.To.Department}
	}
	return from, to
}

func compareStages(a, b Stage) int {
	department := func(s Stage) int {
		if s.Department {
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(a.Class, b.Class),
		cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Level, b.Level),
		cmp.Compare(department(a), department(b)),
	)
}
