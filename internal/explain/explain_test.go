package explain_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/explain"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

var days = calendar.New(nil) // no arrangement loaded: Monday to Friday

// history derives a cell of 畹町镇 under one rule from 2024 on.
func history(change func(*catalog.Entry), documents ...disclosure.Disclosure) (*timeline.History, *catalog.Entry) {
	twenty := 20
	entry := &catalog.Entry{
		Code:       "1.1",
		Category:   "政策文件",
		Item:       "法律法规",
		LegalBasis: "《条例》第二十条",
		Limit:      calendar.Limit{Kind: calendar.WorkingDays, N: &twenty},
	}
	if change != nil {
		change(entry)
	}
	of := &catalog.Effective{Catalog: &catalog.Catalog{Title: "标准目录", GraceWorkingDays: 20, InterpretationWorkingDays: 3}}
	span := calendar.Span{From: calendar.Date(2024, 1, 1), To: calendar.Never}
	return timeline.HistoryOf(&duty.Facts{
		Cell: &catalog.Cell{
			PublisherCode: "533102102", EntryCode: "1.1", Rules: []catalog.Rule{{Span: span, Entry: entry, Catalog: of}},
			Runs: []catalog.Run{{Span: span, Grace: days.WorkingDeadline(span.From, 20)}},
		},
		Succession: []catalog.InForce{{Span: span, Catalog: of}}, Disclosures: documents,
	}, days), entry
}

func facts(h *timeline.History, entry *catalog.Entry, on calendar.Day) explain.GapFacts {
	return explain.GapFacts{
		Publisher: &area.Node{Code: "533102102", Name: "畹町镇", Level: area.Township}, Entry: entry, Reason: h.ReasonOn(on), On: on,
		Days: days,
		Document: func(ref string) (string, string) {
			if ref == "d1" {
				return "关于做好救灾工作的通知", "镇发〔2024〕1号"
			}
			return "", ""
		},
	}
}

func ExampleGap() {
	h, entry := history(nil)
	fmt.Println(explain.Gap(explain.Chinese, facts(h, entry, calendar.Date(2024, 2, 1))))
	// Output:
	// 畹町镇人民政府的“法律法规”栏目按《标准目录》自2024年1月1日起应当公开，宽限期20个工作日，至2024年1月29日届满，届满后没有仍在公开的信息。自2024年1月30日起为“空白”缺口，至2024年2月1日已3天。依据：《条例》第二十条。计日（2024年1月1日当日不计）：1月2日（1）、1月3日（2）、1月4日（3）、1月5日（4）、1月8日（5）、1月9日（6）、1月10日（7）、1月11日（8）、1月12日（9）、1月15日（10）、1月16日（11）、1月17日（12）、1月18日（13）、1月19日（14）、1月22日（15）、1月23日（16）、1月24日（17）、1月25日（18）、1月26日（19）、1月29日（20）；不计：1月6日至1月7日（周末）、1月13日至1月14日（周末）、1月20日至1月21日（周末）、1月27日至1月28日（周末）。说明：计日所涉年份（2024年至2024年）中有年份的节假日安排尚未载入，暂按周一至周五为工作日计算。
}

// TestReasons: each kind of reason says what was owed, from which day, until
// when, and by which article.
func TestReasons(t *testing.T) {
	t.Parallel()
	published := disclosure.Disclosure{Ref: "d0", FormedOn: calendar.Date(2024, 1, 2), PublishedOn: calendar.Date(2024, 1, 2)}
	d1 := disclosure.Disclosure{Ref: "d1", FormedOn: calendar.Date(2024, 3, 1), IssuedOn: calendar.Date(2024, 3, 4)}
	for name, c := range map[string]struct {
		change    func(*catalog.Entry)
		documents []disclosure.Disclosure
		on        calendar.Day
		zh, en    []string
	}{
		"a document formed": {
			nil,
			[]disclosure.Disclosure{published, d1},
			calendar.Date(2024, 5, 1),
			[]string{"《关于做好救灾工作的通知》（镇发〔2024〕1号）于2024年3月1日成文", "20个工作日内、即2024年3月29日前", "四（一）4", "3月29日（20）"},
			[]string{"was formed on 1 March 2024", "within 20 working days, by 29 March 2024", "4 (1) 4"},
		},
		"a document issued, calendar days": {
			func(e *catalog.Entry) {
				e.Limit.Kind, e.Limit.Anchor = calendar.CalendarDays, calendar.Issued
			},
			[]disclosure.Disclosure{published, d1},
			calendar.Date(2024, 5, 1),
			[]string{"于2024年3月4日印发", "20天内、即2024年3月24日前", "按自然日计20天"},
			[]string{"was issued on 4 March 2024", "within 20 days"},
		},
		"hours": {
			func(e *catalog.Entry) { e.Limit.Kind = calendar.Hours },
			[]disclosure.Disclosure{published, d1},
			calendar.Date(2024, 5, 1),
			[]string{"20小时（按1天计）", "2024年3月2日前"},
			[]string{"20 hours (counted as 1 day)"},
		},
		"a period": {
			func(e *catalog.Entry) { e.Period, e.PeriodWorkingDays = calendar.Semiannual, 10 },
			[]disclosure.Disclosure{published},
			calendar.Date(2024, 8, 1),
			[]string{"2024年上半年信息", "期末（2024年6月30日）后10个工作日内、即2024年7月12日前"},
			[]string{"half-year 1 of 2024", "by 12 July 2024"},
		},
		"stale": {
			func(e *catalog.Entry) { e.RefreshDays = 14 },
			[]disclosure.Disclosure{published},
			calendar.Date(2024, 2, 1),
			[]string{"每14天至少更新一次", "最近一次于2024年1月2日发布", "至2024年1月16日届满"},
			[]string{"at least every 14 days"},
		},
		"a review": {
			nil,
			[]disclosure.Disclosure{published, {Ref: "x", Attribute: disclosure.OnRequest, FormedOn: calendar.Date(2024, 2, 1)}},
			calendar.Date(2026, 1, 5),
			[]string{"有关文件不属于主动公开", "2025年应当审查", "2025年12月31日", "四（一）3"},
			[]string{"a document is not proactive"},
		},
		"withdrawn after the grace": {
			nil,
			[]disclosure.Disclosure{{Ref: "d1", FormedOn: calendar.Date(2024, 1, 2), PublishedOn: calendar.Date(2024, 1, 2), WithdrawnOn: calendar.Date(2024, 6, 3)}},
			calendar.Date(2024, 6, 4),
			[]string{"至2024年1月29日届满", "自2024年6月3日起为“空白”缺口（当日撤回《关于做好救灾工作的通知》），至2024年6月4日已2天"},
			[]string{"missing since 3 June 2024 (that day “关于做好救灾工作的通知” was withdrawn), for 2 days"},
		},
		"overdue after it was missing": {
			nil,
			[]disclosure.Disclosure{
				{Ref: "late", FormedOn: calendar.Date(2024, 1, 3)},
				{Ref: "d1", FormedOn: calendar.Date(2024, 4, 1), PublishedOn: calendar.Date(2024, 4, 2)},
			},
			calendar.Date(2024, 4, 3),
			[]string{"自2024年4月2日起为“超期”缺口（当日公开《关于做好救灾工作的通知》；此前自2024年1月30日起已是缺口），至2024年4月3日已2天"},
			[]string{"overdue since 2 April 2024 (that day", "it was a gap already since 30 January 2024)"},
		},
		"an interpretation": {
			nil,
			[]disclosure.Disclosure{{Ref: "d1", FormedOn: calendar.Date(2024, 3, 1), PublishedOn: calendar.Date(2024, 3, 1), RequiresInterpretation: true}},
			calendar.Date(2024, 5, 1),
			[]string{"属于须解读的文件", "3个工作日内、即2024年3月6日前", "四（二）"},
			[]string{"wants explaining"},
		},
	} {
		h, entry := history(c.change, c.documents...)
		g := facts(h, entry, c.on)
		for locale, wanted := range map[explain.Locale][]string{explain.Chinese: c.zh, explain.English: c.en} {
			for _, text := range []string{explain.Gap(locale, g)} {
				for _, part := range wanted {
					if !strings.Contains(text, part) {
						t.Errorf("%s: %q is not in: %s", name, part, text)
					}
				}
			}
			if explain.Rule(locale, g.Reason) == "" || explain.Upcoming(locale, g) == "" ||
				strings.Contains(explain.Gap(locale, g)+explain.Upcoming(locale, g), "%!") {
				t.Errorf("%s: %s", name, explain.Upcoming(locale, g))
			}
		}
		for _, span := range h.Explained() {
			for _, locale := range []explain.Locale{explain.Chinese, explain.English} {
				if text := explain.Cause(
					locale,
					span.Cause,
					func(string) string { return "" },
				); text == "" ||
					strings.Contains(text, "%!") {
					t.Errorf("%s: cause %q", name, text)
				}
			}
		}
	}
}

// TestExemptionEnds: where an exemption hid that a due day passed, the text
// names the exemption's end besides the due day.
func TestExemptionEnds(t *testing.T) {
	t.Parallel()
	h, entry := history(nil,
		disclosure.Disclosure{Ref: "d0", FormedOn: calendar.Date(2024, 1, 2), PublishedOn: calendar.Date(2024, 1, 2)},
		disclosure.Disclosure{Ref: "d1", FormedOn: calendar.Date(2024, 3, 1)},
	)
	cell := h.Facts().Cell
	cell.Exemptions = []calendar.Span{{From: calendar.Date(2024, 3, 20), To: calendar.Date(2024, 12, 4)}}
	cell.ExemptBecause = []string{"机构改革"}
	h = timeline.HistoryOf(h.Facts(), days)
	g := facts(h, entry, calendar.Date(2024, 12, 5))
	for text, want := range map[string]string{
		explain.Upcoming(explain.Chinese, g): "届时仍未办理的，自2024年12月5日起为“超期”缺口。2024年12月5日当日豁免结束：机构改革；该项到期日为2024年3月29日。",
		explain.Gap(explain.Chinese, g):      "自2024年12月5日起为“超期”缺口（当日豁免结束：机构改革），至2024年12月5日已1天。",
		explain.Upcoming(explain.English, g): "On 5 December 2024 an exemption ended: “机构改革”; the due day was 29 March 2024.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in: %s", want, text)
		}
	}
}

// TestNewsIsNamed: a cell that grew stale after news names its title.
func TestNewsIsNamed(t *testing.T) {
	t.Parallel()
	h, entry := history(func(e *catalog.Entry) { e.RefreshDays = 14 })
	of := h.Facts()
	of.News = []disclosure.News{{Ref: "d1", Title: "我镇召开防汛工作会议", PublishedAt: calendar.Date(2024, 1, 2).Time()}}
	h = timeline.HistoryOf(of, days)
	text := explain.Gap(explain.Chinese, facts(h, entry, calendar.Date(2024, 2, 1)))
	if want := "按《标准目录》应当每14天至少更新一次，最近一次于2024年1月2日发布《我镇召开防汛工作会议》"; !strings.Contains(text, want) {
		t.Errorf("%q is not in: %s", want, text)
	}
}

// TestRecount: the days that a text counts are the working days up to the due
// day, one after the other.
func TestRecount(t *testing.T) {
	t.Parallel()
	counted := regexp.MustCompile(`(\d+)月(\d+)日（(\d+)）`)
	rapid.Check(t, func(t *rapid.T) {
		from := calendar.Date(2024, 1, 1) + calendar.Day(rapid.IntRange(0, 900).Draw(t, "from"))
		n := rapid.IntRange(1, 60).Draw(t, "n")
		due := days.AddWorkingDays(from, n)
		last, number := from, 0
		for _, found := range counted.FindAllStringSubmatch(explain.CountedDays(explain.Chinese, days, from, due), -1) {
			month, _ := strconv.Atoi(found[1])
			day, _ := strconv.Atoi(found[2])
			of, _ := strconv.Atoi(found[3])
			at := calendar.Date(last.Year(), month, day)
			if at < last {
				at = calendar.Date(last.Year()+1, month, day)
			}
			if number++; of != number || days.CountWorkingDays(last, at) != 1 || !days.Working(at) {
				t.Fatalf("the %dth day is %s after %s", of, at, last)
			}
			last = at
		}
		if number != n || last != due {
			t.Fatalf("%d days are counted up to %s, want %d up to %s", number, last, n, due)
		}
	})
}
