package explain_test

import (
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/explain"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

func standing(name string, coveredBefore, covered, missing int) explain.Standing {
	figures := func(covered, missing int) (f coverage.Figures) {
		f.Cells[timeline.Covered], f.Cells[timeline.Missing] = covered, missing
		return f
	}
	whole := covered + missing
	return explain.Standing{Name: name, Before: figures(coveredBefore, whole-coveredBefore), After: figures(covered, missing)}
}

func TestSummary(t *testing.T) {
	t.Parallel()
	month := explain.Course{
		From: calendar.Date(2026, 9, 30), To: calendar.Date(2026, 10, 31),
		Own: standing("瑞丽市", 1012, 1000, 1000), Opened: 1212, Closed: 1,
	}
	below := month
	below.Coming = 23
	below.Below = []explain.Standing{
		standing("畹町镇", 80, 90, 10), standing("瑞丽农场", 25, 19, 81), standing("弄岛镇", 50, 49, 51), standing("姐相镇", 9, 9, 0),
		standing("勐秀乡", 0, 0, 0),
	}
	risen := month
	risen.Below = []explain.Standing{standing("姐相镇", 9, 10, 0)}
	newly := month
	newly.Own = standing("瑞丽市", 0, 0, 0)
	for name, of := range map[string]struct {
		course *explain.Course
		zh, en string
	}{
		"who has nothing below": {
			&month,
			"截至2026年10月31日，瑞丽市公开率50.0%，较2026年9月30日下降0.6个百分点；其间新增缺口1,212个，整改销号1个，尚有缺口1,000个。",
			"On 31 October 2026 the coverage rate of Ruili City was 50.0%, down 0.6 points since 30 September 2026; " +
				"meanwhile 1,212 new gaps opened, 1 was closed, and 1,000 remain.",
		},
		"who fell and is behind": {
			&below,
			"截至2026年10月31日，瑞丽市公开率50.0%，较2026年9月30日下降0.6个百分点；其间新增缺口1,212个，整改销号1个，尚有缺口1,000个。" +
				"公开率下降较多的是瑞丽农场（下降6.0个百分点）、弄岛镇（下降1.0个百分点）。" +
				"请瑞丽农场（缺口81项，公开率19.0%）、弄岛镇（缺口51项，公开率49.0%）、畹町镇（缺口10项，公开率90.0%）对照所列缺口，逐项整改销号。" +
				"另有23个栏目将在20个工作日内到期，请提前办理。",
			"On 31 October 2026 the coverage rate of Ruili City was 50.0%, down 0.6 points since 30 September 2026; " +
				"meanwhile 1,212 new gaps opened, 1 was closed, and 1,000 remain. " +
				"Those that fell most: Ruili Farm (down 6.0 points), Nongdao Town (down 1.0 point). " +
				"We ask Ruili Farm (81 gaps, 19.0%), Nongdao Town (51 gaps, 49.0%), Wanding Town (10 gaps, 90.0%) " +
				"to close the gaps listed one by one. " +
				"23 items fall due within 20 working days: please act in good time.",
		},
		"nobody fell": {
			&risen,
			"截至2026年10月31日，瑞丽市公开率50.0%，较2026年9月30日下降0.6个百分点；其间新增缺口1,212个，整改销号1个，尚有缺口1,000个。" +
				"下级各单位公开率均未下降。",
			"On 31 October 2026 the coverage rate of Ruili City was 50.0%, down 0.6 points since 30 September 2026; " +
				"meanwhile 1,212 new gaps opened, 1 was closed, and 1,000 remain. No body below fell.",
		},
		"without a rate": {
			&newly,
			"截至2026年10月31日，瑞丽市公开率暂无（尚无到期栏目）；其间新增缺口1,212个，整改销号1个，尚有缺口0个。",
			"On 31 October 2026 the coverage rate of Ruili City was none yet (nothing is due so far); " +
				"meanwhile 1,212 new gaps opened, 1 was closed, and 0 remain.",
		},
	} {
		if got := explain.Summary(explain.Chinese, of.course); got != of.zh {
			t.Errorf("%s: %s\nwant %s", name, got, of.zh)
		}
		if got := explain.Summary(explain.English, of.course); got != of.en {
			t.Errorf("%s: %s\nwant %s", name, got, of.en)
		}
	}
}

// An official document names bodies by rule: who stands equal to the last one named is told of too.
func TestSummaryOfEquals(t *testing.T) {
	t.Parallel()
	course := explain.Course{From: calendar.Date(2026, 9, 30), To: calendar.Date(2026, 10, 31), Own: standing("瑞丽市", 50, 50, 50)}
	for _, name := range []string{"姐相镇", "户育乡", "勐秀乡", "畹町镇"} {
		course.Below = append(course.Below, standing(name, 9, 8, 2))
	}
	for locale, all := range map[explain.Locale][]string{
		explain.Chinese: {
			"下降较多的是姐相镇（下降10.0个百分点）、户育乡（下降10.0个百分点）、勐秀乡（下降10.0个百分点）、畹町镇（下降10.0个百分点）。",
			"、畹町镇（缺口2项，公开率80.0%）对照",
		},
		explain.English: {
			"Mengxiu Township (down 10.0 points), Wanding Town (down 10.0 points).", "Wanding Town (2 gaps, 80.0%) to close",
		},
	} {
		for _, want := range all {
			if got := explain.Summary(locale, &course); !strings.Contains(got, want) {
				t.Errorf("%s\nwithout %s", got, want)
			}
		}
	}
	course.Below = append([]explain.Standing{standing("弄岛镇", 9, 1, 9)}, course.Below...)
	for range 6 {
		course.Below = append(course.Below, standing("勐卯街道", 9, 8, 2))
	}
	course.Below = append(course.Below, standing("瑞丽农场", 91, 90, 10), standing("畹町农场", 10, 9, 1))
	for locale, all := range map[explain.Locale][]string{
		explain.Chinese: {
			"弄岛镇（下降80.0个百分点）、姐相镇（下降10.0个百分点）、户育乡（下降10.0个百分点）等12个单位。",
			"请瑞丽农场（缺口10项，公开率90.0%）、弄岛镇（缺口9项，公开率10.0%）、姐相镇（缺口2项，公开率80.0%）等12个单位对照",
		},
		explain.English: {"Huyu Township (down 10.0 points) and 9 more.", "Jiexiang Town (2 gaps, 80.0%) and 9 more to close"},
	} {
		for _, want := range all {
			if got := explain.Summary(locale, &course); !strings.Contains(got, want) {
				t.Errorf("%s\nwithout %s", got, want)
			}
		}
	}
}
