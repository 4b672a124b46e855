package fact

import (
	"strconv"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// Nodes are the places and the departments; Areas and Departments are what
// files of each have of them.
var (
	Nodes = Kind[area.Node]{
		Table: "node", Key: []string{"code"},
		Columns: []Column[area.Node]{
			text("code", func(n *area.Node) *string { return &n.Code }),
			text("name", func(n *area.Node) *string { return &n.Name }),
			word("level", func(n *area.Node) *area.Level { return &n.Level }, area.ParseLevel, levelWords),
			boolean("department", func(n *area.Node) *bool { return &n.Department }).inNoFile(),
			link("parent_code", func(n *area.Node) *string { return &n.ParentCode }),
			day("valid_from", func(n *area.Node) *calendar.Day { return &n.ValidFrom }),
			day("valid_to", func(n *area.Node) *calendar.Day { return &n.ValidTo }),
			list("succeeded_by", func(n *area.Node) *[]string { return &n.SucceededBy }),
			words("functions", func(n *area.Node) *[]string { return &n.Functions }, functionWords),
		},
	}
	Areas = Nodes.only("areas", []string{"行政区划", "地区"}, []string{"code", "name", "level"}, []inChinese{
		{"code", "行政区划代码"},
		{"name", "名称"},
		{"level", "层级"},
		{"parent_code", "上级代码"},
		{"valid_from", "设立日期"},
		{"valid_to", "撤销日期"},
		{"succeeded_by", "承继代码"},
	})
	Departments = Nodes.only("departments", []string{"部门"}, []string{"code", "name", "parent_code"}, []inChinese{
		{"code", "部门代码"},
		{"name", "部门名称"},
		{"parent_code", "所属地区代码"},
		{"functions", "职能"},
	})
)

// Catalog is a catalog as files have it: its rows stand in a file of their own.
type Catalog struct {
	catalog.Catalog
	EntriesFile string
}

// Catalogs are the catalogs without their rows.
var Catalogs = Kind[Catalog]{
	File: "catalogs", Chinese: []string{"公开目录", "目录"},
	Table: "catalog", Key: []string{"code"},
	Columns: []Column[Catalog]{
		text("catalog_code", func(c *Catalog) *string { return &c.Code }).inChinese("目录代码").storedAs("code").needed(),
		text("title", func(c *Catalog) *string { return &c.Title }).inChinese("目录名称").needed(),
		text("issuer_code", func(c *Catalog) *string { return &c.IssuerCode }).inChinese("制定主体代码").needed(),
		link("based_on", func(c *Catalog) *string { return &c.BasedOn }).inChinese("依据目录"),
		day("effective_from", func(c *Catalog) *calendar.Day { return &c.EffectiveFrom }).inChinese("生效日期").needed(),
		day("effective_to", func(c *Catalog) *calendar.Day { return &c.EffectiveTo }).inChinese("失效日期"),
		number("grace_working_days", func(c *Catalog) *int { return &c.GraceWorkingDays }).inChinese("宽限工作日"),
		number("interpretation_working_days", func(c *Catalog) *int { return &c.InterpretationWorkingDays }).inChinese("解读工作日"),
		text("entries_file", func(c *Catalog) *string { return &c.EntriesFile }).inChinese("事项文件").storedAs("").needed(),
		text("source", func(c *Catalog) *string { return &c.Source }).inChinese("来源"),
	},
}

// Entry is a row of a catalog.
type Entry struct {
	CatalogCode string
	catalog.Entry
}

// Entries are the rows of catalogs. One that omits an entry only removes it.
var Entries = Kind[Entry]{
	File: "entries", Chinese: []string{"公开事项", "目录事项"},
	Table: "catalog_entry", Key: []string{"catalog_code", "entry_code"},
	Enough: func(e *Entry) bool { return e.Omit },
	Columns: []Column[Entry]{
		text("catalog_code", func(e *Entry) *string { return &e.CatalogCode }).inNoFile(),
		text("entry_code", func(e *Entry) *string { return &e.Code }).inChinese("事项代码").needed(),
		boolean("omit", func(e *Entry) *bool { return &e.Omit }).inChinese("不适用"),
		text("category", func(e *Entry) *string { return &e.Category }).inChinese("一级事项").needed(),
		text("item", func(e *Entry) *string { return &e.Item }).inChinese("二级事项").needed(),
		text("sub_item", func(e *Entry) *string { return &e.SubItem }).inChinese("三级事项"),
		text("content", func(e *Entry) *string { return &e.Content }).inChinese("公开内容"),
		text("legal_basis", func(e *Entry) *string { return &e.LegalBasis }).inChinese("公开依据"),
		of("levels", func(e *Entry) *[]area.Level { return &e.Levels }, readLevels, levelNumbers).knowing(levelWords).inChinese("公开层级"),
		words("publishers", func(e *Entry) *[]string { return &e.Publishers }, publisherWords).inChinese("公开主体"),
		wordAsRead("mode", func(e *Entry) *string { return &e.Mode }, modes).inChinese("公开方式"),
		wordAsRead("audience", func(e *Entry) *string { return &e.Audience }, audiences).inChinese("公开对象"),
		word(
			"limit_kind",
			func(e *Entry) *calendar.LimitKind { return &e.Limit.Kind },
			calendar.ParseLimitKind,
			limitKinds,
		).inChinese(
			"时限类型",
		).needed(),
		of("limit_n", func(e *Entry) **int { return &e.Limit.N }, readLimit, limitValue).keptAs(Whole).inChinese("时限数").called("n"),
		word("limit_anchor", func(e *Entry) *calendar.Anchor { return &e.Limit.Anchor }, calendar.ParseAnchor, anchors).inChinese("起算日"),
		word(
			"period",
			func(e *Entry) *calendar.Periodicity { return &e.Period },
			calendar.ParsePeriodicity,
			periodicities,
		).inChinese(
			"公开周期",
		),
		number("period_limit_n", func(e *Entry) *int { return &e.PeriodWorkingDays }).inChinese("周期后工作日").called("periodWorkingDays"),
		number("refresh_days", func(e *Entry) *int { return &e.RefreshDays }).inChinese("更新天数"),
		list("channels", func(e *Entry) *[]string { return &e.Channels }).inChinese("公开渠道"),
		text("evidence", func(e *Entry) *string { return &e.Evidence }).inChinese("佐证"),
	},
}

func readLevels(cell string) ([]area.Level, *problem.Problem) {
	var levels []area.Level
	for _, name := range split(cell) {
		level, ok := area.ParseLevel(levelWords.Value(name))
		if parted := (rule.Findings{}); !ok && !parted.CodesParted("", []string{name}) {
			return nil, parted[0].Problem()
		}
		if !ok {
			return nil, problem.Invalid(
				"",
				"use these words with ; between",
				"%s is none of %s",
				name, levelWords,
			)
		}
		levels = append(levels, level)
	}
	return levels, nil
}

func levelNumbers(levels []area.Level) any {
	numbers := make([]string, len(levels))
	for i, level := range levels {
		numbers[i] = strconv.Itoa(int(level))
	}
	return numbers
}

func readLimit(cell string) (*int, *problem.Problem) {
	if cell == "" {
		return nil, nil
	}
	n, fault := readNumber(cell)
	days := int(n)
	return &days, fault
}

func limitValue(n *int) any {
	if n == nil {
		return nil
	}
	return int64(*n)
}

// Assignments say which entries apply to whom besides, and which do not.
var Assignments = Kind[catalog.Assignment]{
	File: "assignments", Chinese: []string{"事项调整", "豁免"},
	Table: "assignment", Key: []string{"publisher_code", "entry_code", "action", "from_day"},
	Columns: []Column[catalog.Assignment]{
		text("publisher_code", func(a *catalog.Assignment) *string { return &a.PublisherCode }).inChinese("公开主体代码").needed(),
		text("entry_code", func(a *catalog.Assignment) *string { return &a.EntryCode }).inChinese("事项代码").needed(),
		word(
			"action",
			func(a *catalog.Assignment) *catalog.Action { return &a.Action },
			catalog.ParseAction,
			actions,
		).inChinese(
			"处理",
		).needed(),
		day("from", func(a *catalog.Assignment) *calendar.Day { return &a.From }).inChinese("起始日期").storedAs("from_day").needed(),
		day("to", func(a *catalog.Assignment) *calendar.Day { return &a.To }).inChinese("截止日期").storedAs("to_day").deciding(),
		text("reason", func(a *catalog.Assignment) *string { return &a.Reason }).inChinese("理由"),
	},
}

// ArrangementDay is a day that a year's arrangement lists.
type ArrangementDay struct {
	Year int
	calendar.ArrangedDay
}

// ArrangementDays are read from the calendars' own form of file.
var ArrangementDays = Kind[ArrangementDay]{
	Table: "arrangement_day", Key: []string{"year", "day"},
	Columns: []Column[ArrangementDay]{
		number("year", func(d *ArrangementDay) *int { return &d.Year }).inNoFile(),
		day("day", func(d *ArrangementDay) *calendar.Day { return &d.Day }).inNoFile(),
		text("name", func(d *ArrangementDay) *string { return &d.Name }).inNoFile(),
		boolean("off", func(d *ArrangementDay) *bool { return &d.Off }).inNoFile(),
	},
}
