package explain

import (
	"fmt"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

func zhDate(d calendar.Day) string {
	year, month, day := d.Civil()
	return fmt.Sprintf("%d年%d月%d日", year, month, day)
}

func zhShort(d calendar.Day) string {
	_, month, day := d.Civil()
	return fmt.Sprintf("%d月%d日", month, day)
}

func zhPeriod(p calendar.Period) string {
	year, month, _ := p.First().Civil()
	switch p.Every {
	case calendar.Semiannual:
		return fmt.Sprintf("%d年%s半年", year, map[int]string{1: "上", 7: "下"}[month])
	case calendar.Quarterly:
		return fmt.Sprintf("%d年第%s季度", year, []string{"一", "二", "三", "四"}[(month-1)/3])
	case calendar.Monthly:
		return fmt.Sprintf("%d年%d月", year, month)
	case calendar.Annual:
		return fmt.Sprintf("%d年度", year)
	case calendar.NoPeriod:
	}
	panic(wordless("periods", p.Every))
}

// zhPublisher names the government of a place, and any other body as it is.
func zhPublisher(n *area.Node) string {
	switch {
	case n.Department || n.Level == area.Village:
		return n.Name
	case strings.HasSuffix(n.Name, "街道"):
		return n.Name + "办事处"
	case n.Level == area.Township && !strings.HasSuffix(n.Name, "镇") && !strings.HasSuffix(n.Name, "乡"):
		return n.Name
	}
	return n.Name + "人民政府"
}

func zhDocument(title, number string) string {
	switch {
	case title == "":
		return "有关文件"
	case number == "":
		return zhTitle(title)
	}
	return zhTitle(title) + "（" + number + "）"
}

// zhTitle puts a title into title marks; those within it change to the other
// kind level by level (GB/T 15834-2011, 4.15).
func zhTitle(title string) string {
	var text strings.Builder
	text.WriteString("《")
	depth := 1
	for _, r := range title {
		switch r {
		case '《', '〈':
			text.WriteString([]string{"《", "〈"}[depth%2])
			depth++
		case '》', '〉':
			depth = max(depth-1, 1)
			text.WriteString([]string{"》", "〉"}[depth%2])
		default:
			text.WriteRune(r)
		}
	}
	text.WriteString("》")
	return text.String()
}

func zhLimit(l calendar.Limit) string {
	switch l.Kind {
	case calendar.WorkingDays:
		return fmt.Sprintf("%d个工作日", l.Number())
	case calendar.CalendarDays:
		return fmt.Sprintf("%d天", l.Number())
	case calendar.Hours:
		return fmt.Sprintf("%d小时（按%d天计）", l.Number(), (l.Number()+23)/24)
	case calendar.WithSource:
		return "与所解读文件同步"
	case calendar.Prompt:
		return "及时"
	}
	panic(wordless("limits", l.Kind))
}

func zhNote(d calendar.TracedDay) string {
	switch d.Reason {
	case calendar.Weekend:
		return "周末"
	case calendar.Holiday:
		return d.Holiday + "放假"
	case calendar.MakeUpDay:
		return d.Holiday + "调休上班"
	case calendar.Weekday:
		return ""
	}
	panic(wordless("days", d.Reason))
}

func zhAnchor(d *duty.Duty) string {
	if d.Rule == nil {
		return "成文"
	}
	switch d.Rule.Limit.Anchor {
	case calendar.Formed:
		return "成文"
	case calendar.Issued:
		return "印发"
	}
	panic(wordless("anchors", d.Rule.Limit.Anchor))
}

var zh = words{
	date: zhDate, shortDate: zhShort, period: zhPeriod, publisher: zhPublisher, entry: (*catalog.Entry).Title,
	catalog: func(c *catalog.Catalog) string { return zhTitle(c.Title) }, legal: func(basis string) string { return basis }, and: "；",
	document: zhDocument, limit: zhLimit, note: zhNote,
	article: map[duty.Kind]string{
		duty.Document:       "《救灾领域基层政务公开标准目录指引》四（一）4",
		duty.Period:         "《救灾领域基层政务公开标准目录指引》三",
		duty.Interpretation: "《救灾领域基层政务公开标准目录指引》四（二）",
		duty.Response:       "《救灾领域基层政务公开标准目录指引》四（三）3",
		duty.Review:         "《救灾领域基层政务公开标准目录指引》四（一）3",
		duty.Relief:         "《救灾领域基层政务公开标准目录指引》三",
	},
	basis: func(basis string) string {
		if basis == "" {
			return ""
		}
		return "依据：" + basis + "。"
	},
	status: map[timeline.Status]string{timeline.Missing: "空白", timeline.Overdue: "超期", timeline.Stale: "未及时更新"},
	daysOpen: func(status string, since, on calendar.Day, notes []string) string {
		how := ""
		if len(notes) > 0 {
			how = "（" + strings.Join(notes, "；") + "）"
		}
		return fmt.Sprintf("自%s起为“%s”缺口%s，至%s已%d天。", zhDate(since), status, how, zhDate(on), on-since+1)
	},
	began:   func(cause string) string { return "当日" + cause },
	already: func(gapSince calendar.Day) string { return "此前自" + zhDate(gapSince) + "起已是缺口" },
	deferred: func(since calendar.Day, cause string, due calendar.Day) string {
		return fmt.Sprintf("%s当日%s；该项到期日为%s。", zhDate(since), cause, zhDate(due))
	},
	others: func(n int) string { return fmt.Sprintf("该栏目另有%d项义务同时超期。", n) },
	unsettled: func(from, due calendar.Day) string {
		return fmt.Sprintf("说明：计日所涉年份（%d年至%d年）中有年份的节假日安排尚未载入，暂按周一至周五为工作日计算。", (from + 1).Year(), due.Year())
	},
	missing: func(publisher, entry string, run *catalog.Run, catalogTitle string) string {
		return fmt.Sprintf("%s的“%s”栏目按%s自%s起应当公开，宽限期%d个工作日，至%s届满，届满后没有仍在公开的信息。",
			publisher, entry, catalogTitle, zhDate(run.From), run.Grace.WorkingDays, zhDate(run.Grace.Due))
	},
	stale: func(publisher, entry, catalogTitle string, last calendar.Day, what string, refresh int, due calendar.Day) string {
		if what == zhDocument("", "") {
			what = "信息"
		}
		return fmt.Sprintf(
			"%s的“%s”栏目按%s应当每%d天至少更新一次，最近一次于%s发布%s，至%s届满，此后没有仍在公开的更新。",
			publisher,
			entry,
			catalogTitle,
			refresh,
			zhDate(last),
			what,
			zhDate(due),
		)
	},
	document1: func(publisher, entry, document string, d *duty.Duty) string {
		limit := "规定时限"
		if d.Rule != nil {
			limit = zhLimit(d.Rule.Limit)
		}
		if d.Rule != nil && d.Rule.Limit.Kind == calendar.WithSource {
			return fmt.Sprintf("%s“%s”栏目的%s应当与所解读文件同步公开，该文件于%s公开，逾期未公开。", publisher, entry, document, zhDate(d.DueOn))
		}
		return fmt.Sprintf("%s“%s”栏目的%s于%s%s，应当自该日起%s内、即%s前（含当日）公开，逾期未公开。",
			publisher, entry, document, zhDate(d.AnchorOn), zhAnchor(d), limit, zhDate(d.DueOn))
	},
	periodic: func(publisher, entry string, d *duty.Duty) string {
		return fmt.Sprintf("%s“%s”栏目的%s信息，应当在期末（%s）后%d个工作日内、即%s前（含当日）公开，逾期未公开。",
			publisher, entry, zhPeriod(d.Period), zhDate(d.AnchorOn), d.WorkingDays, zhDate(d.DueOn))
	},
	interpretation: func(publisher, document string, d *duty.Duty) string {
		return fmt.Sprintf("%s的%s属于须解读的文件，于%s公开，应当自该日起%d个工作日内、即%s前（含当日）公开解读，逾期未解读。",
			publisher, document, zhDate(d.OpenedOn), d.WorkingDays, zhDate(d.DueOn))
	},
	review: func(publisher, document string, d *duty.Duty) string {
		return fmt.Sprintf("%s的%s不属于主动公开，%d年应当审查其公开属性，至%s届满，逾期未审查。", publisher, document, d.OpenedOn.Year(), zhDate(d.DueOn))
	},
	response: func(publisher string, d *duty.Duty) string {
		return fmt.Sprintf(
			"%s于%s监测到%s，应当在%d小时内回应，即至%s%s（按日计至%s）前，逾期未回应。",
			publisher,
			zhDate(d.OpenedOn),
			zhOwed(d),
			24*int(d.DueOn-d.OpenedOn),
			zhDate(calendar.DayOf(d.DueAt)),
			d.DueAt.In(calendar.Shanghai).Format("15时04分"),
			zhDate(d.DueOn),
		)
	},
	relief: func(publisher, entry string, d *duty.Duty) string {
		return fmt.Sprintf("%s“%s”栏目：%s于%s下拨或者发放，应当自该日起%d个工作日内、即%s前（含当日）公开，逾期未公开。",
			publisher, entry, zhOwed(d), zhDate(d.OpenedOn), d.WorkingDays, zhDate(d.DueOn))
	},
	coming: func(publisher, entry, act string, due calendar.Day, becomes string) string {
		return fmt.Sprintf("%s“%s”栏目：应当在%s前（含当日）%s，届时仍未办理的，自%s起为“%s”缺口。", publisher, entry, zhDate(due), act, zhDate(due+1), becomes)
	},
	refresh: "更新栏目信息",
	publish: "公开栏目信息",
	fulfil: func(d *duty.Duty, document string) string {
		switch d.Kind {
		case duty.Document:
			return "公开" + document
		case duty.Period:
			return "公开" + zhPeriod(d.Period) + "信息"
		case duty.Interpretation:
			return "公开对" + document + "的解读"
		case duty.Review:
			return "审查" + document + "的公开属性"
		case duty.Response:
			return "回应" + zhOwed(d)
		case duty.Relief:
			return "公开" + zhOwed(d)
		}
		panic(wordless("duties", d.Kind))
	},
	owed: zhOwed,
	rule: map[timeline.Status]string{timeline.Missing: "宽限期满仍未公开", timeline.Stale: "超过更新周期未更新", timeline.Overdue: "义务超期"},
	dutyOf: map[duty.Kind]string{
		duty.Document: "文件超期未公开", duty.Period: "定期公开超期", duty.Interpretation: "超期未解读",
		duty.Response: "超期未回应关切", duty.Review: "超期未审查公开属性", duty.Relief: "款物超期未公开",
	},
	counted: func(from calendar.Day, trace []calendar.TracedDay) string {
		counted, off, madeUp := sortDays(trace, zhNote)
		text := fmt.Sprintf("计日（%s当日不计）：", zhDate(from)) + listed(counted, "、", func(i int, d calendar.TracedDay) string {
			return zhShort(d.Day) + "（" + number(i+1) + "）"
		})
		if len(off) > 0 {
			text += "；不计：" + listed(off, "、", func(_ int, s stretch) string {
				if s.from == s.to {
					return zhShort(s.from) + "（" + s.note + "）"
				}
				return zhShort(s.from) + "至" + zhShort(s.to) + "（" + s.note + "）"
			})
		}
		if len(madeUp) > 0 {
			text += "；其中" + listed(madeUp, "、", func(_ int, d calendar.TracedDay) string {
				return zhShort(d.Day) + "（" + zhNote(d) + "）"
			}) + "计入"
		}
		return text + "。"
	},
	natural: func(from, due calendar.Day) string {
		return fmt.Sprintf("计日：自%s次日起按自然日计%d天，至%s。", zhDate(from), due-from, zhDate(due))
	},
	cause: func(c timeline.Cause, document string) string {
		switch c.Kind {
		case timeline.RunBegan:
			return "栏目开始适用" + zhTitle(c.Rule.Catalog.Title)
		case timeline.PlaceBegan:
			return "公开主体设立，适用" + zhTitle(c.Rule.Catalog.Title)
		case timeline.PlaceEnded:
			return "公开主体撤销"
		case timeline.RunEnded:
			return "不再要求公开该栏目（原依" + zhTitle(c.Rule.Catalog.Title) + "）"
		case timeline.Published:
			return "公开" + document
		case timeline.Withdrawn:
			return "撤回" + document
		case timeline.GraceEnded:
			return "宽限期届满，没有仍在公开的信息"
		case timeline.DutyOverdue:
			if c.Duty == nil {
				return "有义务超期"
			}
			switch c.Duty.Kind {
			case duty.Period:
				return zhPeriod(c.Duty.Period) + "信息超过到期日" + zhDate(c.Duty.DueOn) + "未公开"
			case duty.Document, duty.Interpretation, duty.Review, duty.Response, duty.Relief:
				return document + "超过到期日" + zhDate(c.Duty.DueOn)
			}
			panic(wordless("duties", c.Duty.Kind))
		case timeline.DutyFulfilled:
			if c.Duty != nil && c.Duty.Kind == duty.Period {
				return zhPeriod(c.Duty.Period) + "信息已公开"
			}
			return "超期的义务已全部完成"
		case timeline.RefreshDue:
			return fmt.Sprintf("最近一次发布（%s）超过%d天未更新", zhDate(c.Publication.On), c.Rule.RefreshDays)
		case timeline.RuleChanged:
			return "目录变更为" + zhTitle(c.Rule.Catalog.Title)
		case timeline.ExemptionBegan:
			return "豁免" + zhBecause(c.Because)
		case timeline.ExemptionEnded:
			return "豁免结束" + zhBecause(c.Because)
		}
		panic(wordless("causes", c.Kind))
	},
	notRanked: func(reason coverage.NotRanked, required, least int) string {
		switch reason {
		case coverage.TooFewCells:
			return fmt.Sprintf("应公开栏目%d项，少于%d项，不参与排名", required, least)
		case coverage.NothingCounts:
			return "没有已到公开时限的栏目，无公开率，不参与排名"
		case coverage.Ranked:
		}
		panic(wordless("places without a rank", reason))
	},
	discrepancy: zhDiscrepancy,
	course:      zhCourse,
	worse:       func(names string) string { return "公开率下降较多的是" + names + "。" },
	noneWorse:   "下级各单位公开率均未下降。",
	asked:       func(names string) string { return "请" + names + "对照所列缺口，逐项整改销号。" },
	list: func(names []string, whole int) string {
		text := strings.Join(names, "、")
		if whole > len(names) {
			text += fmt.Sprintf("等%s个单位", grouped(whole))
		}
		return text
	},
	soon: func(n int) string {
		return fmt.Sprintf("另有%s个栏目将在%d个工作日内到期，请提前办理。", grouped(n), ComingWorkingDays)
	},
	named: func(name, what string) string { return name + "（" + what + "）" },
	gapsAt: func(gaps int, rate string) string {
		return fmt.Sprintf("缺口%s项，公开率%s", grouped(gaps), rate)
	},
	moved:  zhMoved,
	same:   "持平",
	noRate: "暂无（尚无到期栏目）",
}

// zhOwed names a concern or a movement.
func zhOwed(d *duty.Duty) string {
	switch d.Kind {
	case duty.Response:
		return "群众关切“" + d.Title + "”"
	case duty.Relief:
		if d.Title == "" {
			return "救灾款物（" + d.Ref + "）"
		}
		return "救灾款物（" + d.Title + "）"
	case duty.Document, duty.Period, duty.Interpretation, duty.Review:
	}
	panic(wordless("concerns or movements", d.Kind))
}

func zhBecause(reason string) string {
	if reason == "" {
		return ""
	}
	return "：" + reason
}
