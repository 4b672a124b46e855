package explain

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
)

// Standing is how a node stood on two days, with all below it.
type Standing struct {
	Name          string // in Chinese, on the later day
	Before, After coverage.Figures
}

// Course is how a node went between two days.
type Course struct {
	From, To       calendar.Day
	Own            Standing
	Below          []Standing // the nodes directly below
	Opened, Closed int        // gaps
	Coming         int        // cells that fall due within ComingWorkingDays of the later day
}

// ComingWorkingDays is how far ahead a summary looks.
const ComingWorkingDays = 20

const (
	mostNamed = 3 // as many as a sentence names
	mostTied  = 6 // as many as it names where the last of them stand equal
)

// Summary tells how a node went, who got worse, and what is asked of whom.
func Summary(l Locale, c *Course) string {
	w := l.words()
	parts := []string{w.course(c, w.rateOf(&c.Own.After), w.movedOf(&c.Own))}
	worse := w.most(c.Below, (*Standing).fallShown, w.movedOf)
	behind := w.most(
		c.Below,
		func(s *Standing) int { return s.After.Gaps() },
		func(s *Standing) string { return w.gapsAt(s.After.Gaps(), w.rateOf(&s.After)) },
	)
	switch {
	case worse != "":
		parts = append(parts, w.worse(worse))
	case len(c.Below) > 0:
		parts = append(parts, w.noneWorse)
	}
	if behind != "" {
		parts = append(parts, w.asked(behind))
	}
	if c.Coming > 0 {
		parts = append(parts, w.soon(c.Coming))
	}
	return strings.Join(parts, w.between)
}

// most names those with the greatest measure above 0, each with what is told of it; empty where there are none.
// Whoever stands equal to the last one named is named too, or where they are too many, counted.
func (w *words) most(of []Standing, measure func(*Standing) int, told func(*Standing) string) string {
	found := slices.DeleteFunc(slices.Clone(of), func(s Standing) bool { return measure(&s) <= 0 })
	slices.SortStableFunc(found, func(a, b Standing) int { return cmp.Compare(measure(&b), measure(&a)) })
	whole := min(mostNamed, len(found))
	for whole < len(found) && measure(&found[whole]) == measure(&found[mostNamed-1]) {
		whole++
	}
	named := whole
	if whole > mostTied {
		named = mostNamed
	}
	names := make([]string, named)
	for i := range names {
		names[i] = w.named(found[i].Name, told(&found[i]))
	}
	return w.list(names, whole)
}

// fallShown is by how many tenths of a point of a hundred the rate fell: as told, so that equals are equal.
func (s *Standing) fallShown() int { return int(math.Round(s.fall() * 1000)) }

// fall is by how much the rate fell, 0 where there was or is none.
func (s *Standing) fall() float64 {
	before, had := s.Before.CoverageRate()
	after, has := s.After.CoverageRate()
	if !had || !has {
		return 0
	}
	return before - after
}

// rateOf is a rate as a percentage, or a word for none.
func (w *words) rateOf(f *coverage.Figures) string {
	if rate, ok := f.CoverageRate(); ok {
		return fmt.Sprintf("%.1f%%", rate*100)
	}
	return w.noRate
}

// movedOf says by how many points of a hundred a rate moved, empty where there was or is none.
func (w *words) movedOf(s *Standing) string {
	_, had := s.Before.CoverageRate()
	_, has := s.After.CoverageRate()
	points := fmt.Sprintf("%.1f", math.Abs(s.fall())*100)
	switch {
	case !had || !has:
		return ""
	case points == "0.0":
		return w.same
	}
	return w.moved(points, s.fall() < 0)
}

// grouped is a count with its thousands told apart.
func grouped(n int) string {
	text := strconv.Itoa(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}

func zhCourse(c *Course, rate, moved string) string {
	if moved != "" {
		moved = fmt.Sprintf("，较%s%s", zhDate(c.From), moved)
	}
	return fmt.Sprintf(
		"截至%s，%s公开率%s%s；其间新增缺口%s个，整改销号%s个，尚有缺口%s个。",
		zhDate(c.To), c.Own.Name, rate, moved, grouped(c.Opened), grouped(c.Closed), grouped(c.Own.After.Gaps()),
	)
}

func zhMoved(points string, up bool) string {
	if up {
		return "上升" + points + "个百分点"
	}
	return "下降" + points + "个百分点"
}

func enCourse(c *Course, rate, moved string) string {
	if moved != "" {
		moved = fmt.Sprintf(", %s since %s", moved, enDate(c.From))
	}
	return fmt.Sprintf(
		"On %s the coverage rate of %s was %s%s; meanwhile %s opened, %s closed, and %s.",
		enDate(c.To), area.Latin(c.Own.Name), rate, moved,
		enCount(c.Opened, "new gap", "new gaps"), enCount(c.Closed, "was", "were"),
		enCount(c.Own.After.Gaps(), "remains", "remain"),
	)
}

func enMoved(points string, up bool) string {
	unit := " points"
	if points == "1.0" {
		unit = " point"
	}
	if up {
		return "up " + points + unit
	}
	return "down " + points + unit
}

// enCount is a count with the word that fits it.
func enCount(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(n) + " " + many
}
