package explain

import (
	"fmt"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

var zhClasses = [relief.Classes]string{"应急救助", "过渡期生活救助", "倒损住房恢复重建救助", "旱灾临时生活救助", "冬春临时生活困难救助", "遇难人员家属抚慰"}

var enClasses = [relief.Classes]string{
	"emergency relief",
	"transition relief",
	"housing relief",
	"drought relief",
	"winter-spring relief",
	"bereavement relief",
}

// Discrepancy says what a doubt about a node's relief is.
func Discrepancy(l Locale, node *area.Node, d *relief.Discrepancy) string {
	return l.words().discrepancy(node, d)
}

func zhDiscrepancy(node *area.Node, d *relief.Discrepancy) string {
	name, class := zhPublisher(node), zhClasses[d.Class]
	switch d.Kind {
	case relief.Overspent:
		return fmt.Sprintf("%s的%s资金下拨与发放合计超出收到资金%s元，涉及%d笔流水。", name, class, d.Amount, len(d.Movements))
	case relief.Idle:
		return fmt.Sprintf("%s的%s资金结存%s元，最近一笔流水为%s，至%s尚未拨付或发放，属滞留。", name, class, d.Amount, zhDate(d.Last), zhDate(d.Due))
	case relief.Undisclosed:
		return fmt.Sprintf("%s于%s%s的%s%s元，应当在%d个工作日内、即%s前（含当日）公开，逾期未公开。",
			name, zhDate(d.Last), zhGiven(d.Movements[0].Kind), class, d.Amount,
			relief.DisclosureWorkingDays, zhDate(d.Due))
	case relief.Unmatched:
		return fmt.Sprintf("%s于%s的一笔%s流水（%s元）所注明的公开信息不存在或已撤回。", name, zhDate(d.Last), class, d.Amount)
	}
	panic(wordless("discrepancies", d.Kind))
}

// zhGiven is what a giver did with relief; a donation is not its doing.
func zhGiven(kind relief.Kind) string {
	switch kind {
	case relief.Allocation:
		return "下拨"
	case relief.Distribution:
		return "发放"
	case relief.Donation:
	}
	panic(wordless("what is given", kind))
}

func enDiscrepancy(node *area.Node, d *relief.Discrepancy) string {
	name, class := enPublisher(node), enClasses[d.Class]
	switch d.Kind {
	case relief.Overspent:
		return fmt.Sprintf(
			"%s passed down and distributed %s yuan of %s more than it received, in %s.",
			name,
			d.Amount,
			class,
			plural(len(d.Movements), "movement"),
		)
	case relief.Idle:
		return fmt.Sprintf(
			"%s holds %s yuan of %s; the last movement was on %s, and nothing was given by %s.",
			name,
			d.Amount,
			class,
			enDate(d.Last),
			enDate(d.Due),
		)
	case relief.Undisclosed:
		return fmt.Sprintf("%s gave %s yuan of %s on %s; it was to be published within %d working days, by %s, and was not.",
			name, d.Amount, class, enDate(d.Last), relief.DisclosureWorkingDays, enDate(d.Due))
	case relief.Unmatched:
		return fmt.Sprintf("%s: a movement of %s on %s (%s yuan) names a disclosure that is not there or was withdrawn.",
			name, class, enDate(d.Last), d.Amount)
	}
	panic(wordless("discrepancies", d.Kind))
}
