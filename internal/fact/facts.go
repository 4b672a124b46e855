package fact

import (
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

// Disclosures are documents and notices.
var Disclosures = Kind[disclosure.Disclosure]{
	File: "disclosures", Chinese: []string{"公开信息"},
	Table: "disclosure", Key: []string{"ref"},
	Columns: []Column[disclosure.Disclosure]{
		text("ref", func(d *disclosure.Disclosure) *string { return &d.Ref }).inChinese("编号").needed(),
		text("publisher_code", func(d *disclosure.Disclosure) *string { return &d.PublisherCode }).inChinese("公开主体代码").needed().deciding(),
		text("entry_code", func(d *disclosure.Disclosure) *string { return &d.EntryCode }).inChinese("事项代码").needed().deciding(),
		text("title", func(d *disclosure.Disclosure) *string { return &d.Title }).inChinese("标题").needed(),
		text("document_number", func(d *disclosure.Disclosure) *string { return &d.DocumentNumber }).inChinese("文号"),
		text("index_number", func(d *disclosure.Disclosure) *string { return &d.IndexNumber }).inChinese("索引号"),
		word("attribute", func(d *disclosure.Disclosure) *disclosure.Attribute { return &d.Attribute }, disclosure.ParseAttribute,
			attributes).inChinese("公开属性").needed().deciding(),
		day("formed_on", func(d *disclosure.Disclosure) *calendar.Day { return &d.FormedOn }).inChinese("成文日期").deciding(),
		day("issued_on", func(d *disclosure.Disclosure) *calendar.Day { return &d.IssuedOn }).inChinese("印发日期").deciding(),
		day("published_on", func(d *disclosure.Disclosure) *calendar.Day { return &d.PublishedOn }).inChinese("公开日期").deciding(),
		day("withdrawn_on", func(d *disclosure.Disclosure) *calendar.Day { return &d.WithdrawnOn }).inChinese("撤下日期").deciding(),
		text("period", func(d *disclosure.Disclosure) *string { return &d.Period }).inChinese("所属期").keptAs(Period).deciding(),
		boolean("nil", func(d *disclosure.Disclosure) *bool { return &d.Nil }).inChinese("本期无信息").deciding(),
		boolean(
			"requires_interpretation",
			func(d *disclosure.Disclosure) *bool { return &d.RequiresInterpretation },
		).inChinese(
			"应解读",
		).deciding(),
		link("interprets_ref", func(d *disclosure.Disclosure) *string { return &d.InterpretsRef }).inChinese("解读对象编号").deciding(),
		text("channel", func(d *disclosure.Disclosure) *string { return &d.Channel }).inChinese("公开渠道"),
		text("url", func(d *disclosure.Disclosure) *string { return &d.URL }).inChinese("网址"),
	},
}

// News are items of news.
var News = Kind[disclosure.News]{
	File: "news", Chinese: []string{"工作动态", "动态"},
	Table: "news", Key: []string{"ref"},
	Columns: []Column[disclosure.News]{
		text("ref", func(n *disclosure.News) *string { return &n.Ref }).inChinese("编号").needed(),
		text("publisher_code", func(n *disclosure.News) *string { return &n.PublisherCode }).inChinese("公开主体代码").needed().deciding(),
		text("entry_code", func(n *disclosure.News) *string { return &n.EntryCode }).inChinese("事项代码").deciding(),
		text("title", func(n *disclosure.News) *string { return &n.Title }).inChinese("标题").needed(),
		text("summary", func(n *disclosure.News) *string { return &n.Summary }).inChinese("摘要"),
		instant("published_at", func(n *disclosure.News) *time.Time { return &n.PublishedAt }).inChinese("发布时间").needed().deciding(),
		text("url", func(n *disclosure.News) *string { return &n.URL }).inChinese("网址"),
		list("tags", func(n *disclosure.News) *[]string { return &n.Tags }).inChinese("标签"),
	},
}

// Concerns are concerns of the public.
var Concerns = Kind[disclosure.Concern]{
	File: "concerns", Chinese: []string{"社会关切", "回应关切", "舆情"},
	Table: "concern", Key: []string{"ref"},
	Columns: []Column[disclosure.Concern]{
		text("ref", func(c *disclosure.Concern) *string { return &c.Ref }).inChinese("编号").needed(),
		text("publisher_code", func(c *disclosure.Concern) *string { return &c.PublisherCode }).inChinese("责任单位代码").needed().deciding(),
		text("title", func(c *disclosure.Concern) *string { return &c.Title }).inChinese("标题").needed(),
		word(
			"severity",
			func(c *disclosure.Concern) *disclosure.Severity { return &c.Severity },
			disclosure.ParseSeverity,
			severities,
		).inChinese("严重程度").needed().deciding(),
		instant("detected_at", func(c *disclosure.Concern) *time.Time { return &c.DetectedAt }).inChinese("监测时间").needed().deciding(),
		instant("responded_at", func(c *disclosure.Concern) *time.Time { return &c.RespondedAt }).inChinese("回应时间").deciding(),
		link("response_ref", func(c *disclosure.Concern) *string { return &c.ResponseRef }).inChinese("回应信息编号"),
		text("escalated_to", func(c *disclosure.Concern) *string { return &c.EscalatedTo }).inChinese("报告对象"),
	},
}

// Reviews are looks at documents' attributes.
var Reviews = Kind[disclosure.Review]{
	File: "reviews", Chinese: []string{"属性审查"},
	Table: "review", Key: []string{"disclosure_ref", "reviewed_on"},
	Columns: []Column[disclosure.Review]{
		text("disclosure_ref", func(r *disclosure.Review) *string { return &r.DisclosureRef }).inChinese("公开信息编号").needed(),
		day("reviewed_on", func(r *disclosure.Review) *calendar.Day { return &r.ReviewedOn }).inChinese("审查日期").needed(),
		word(
			"result",
			func(r *disclosure.Review) *disclosure.ReviewResult { return &r.Result },
			disclosure.ParseReviewResult,
			reviewResults,
		).inChinese("审查结果").needed().deciding(),
		text("consulted", func(r *disclosure.Review) *string { return &r.Consulted }).inChinese("征求意见"),
	},
}

// Events are disasters.
var Events = Kind[relief.Event]{
	File: "events", Chinese: []string{"灾害事件", "灾害"},
	Table: "event", Key: []string{"ref"},
	Columns: []Column[relief.Event]{
		text("ref", func(e *relief.Event) *string { return &e.Ref }).inChinese("编号").needed(),
		text("name", func(e *relief.Event) *string { return &e.Name }).inChinese("灾害名称").needed(),
		text("kind", func(e *relief.Event) *string { return &e.Kind }).inChinese("灾种"),
		day("started_on", func(e *relief.Event) *calendar.Day { return &e.StartedOn }).inChinese("开始日期").needed(),
		day("ended_on", func(e *relief.Event) *calendar.Day { return &e.EndedOn }).inChinese("结束日期"),
		list("area_codes", func(e *relief.Event) *[]string { return &e.AreaCodes }).inChinese("受灾地区代码"),
	},
}

// Movements are movements of relief money and goods.
var Movements = Kind[relief.Movement]{
	File: "relief", Chinese: []string{"款物流水", "救灾款物"},
	Table: "relief_movement", Key: []string{"ref"},
	Columns: []Column[relief.Movement]{
		text("ref", func(m *relief.Movement) *string { return &m.Ref }).inChinese("编号").needed(),
		word(
			"kind",
			func(m *relief.Movement) *relief.Kind { return &m.Kind },
			relief.ParseKind,
			movementKinds,
		).inChinese("类型").needed().deciding(),
		link("from_code", func(m *relief.Movement) *string { return &m.FromCode }).inChinese("拨出单位代码").deciding(),
		link("to_code", func(m *relief.Movement) *string { return &m.ToCode }).inChinese("接收单位代码"),
		word("relief_class", func(m *relief.Movement) *relief.Class { return &m.Class }, relief.ParseClass,
			reliefClasses).inChinese("救助类别").needed(),
		link("event_ref", func(m *relief.Movement) *string { return &m.EventRef }).inChinese("灾害编号"),
		of("funds_yuan", func(m *relief.Movement) *relief.Fen { return &m.Funds }, amount(relief.ParseYuan),
			func(v relief.Fen) any { return int64(v) }).inChinese("资金（元）").keptAs(Money).storedAs("funds_fen").called("funds"),
		text("goods_item", func(m *relief.Movement) *string { return &m.GoodsItem }).inChinese("物资名称"),
		of("goods_quantity", func(m *relief.Movement) *relief.Quantity { return &m.GoodsQuantity }, amount(relief.ParseQuantity),
			func(v relief.Quantity) any { return int64(v) }).inChinese("物资数量").keptAs(Quantity).storedAs("goods_thousandths"),
		text("goods_unit", func(m *relief.Movement) *string { return &m.GoodsUnit }).inChinese("计量单位"),
		number("households", func(m *relief.Movement) *int64 { return &m.Households }).inChinese("户数"),
		number("persons", func(m *relief.Movement) *int64 { return &m.Persons }).inChinese("人数"),
		day("occurred_on", func(m *relief.Movement) *calendar.Day { return &m.OccurredOn }).inChinese("发生日期").needed().deciding(),
		text("document_number", func(m *relief.Movement) *string { return &m.DocumentNumber }).inChinese("文号"),
		link("disclosure_ref", func(m *relief.Movement) *string { return &m.DisclosureRef }).inChinese("公开信息编号").deciding(),
	},
}

// amount reads a decimal.
func amount[A ~int64](parse func(string) (A, error)) func(string) (A, *problem.Problem) {
	return func(cell string) (A, *problem.Problem) {
		value, err := parse(cell)
		return value, asProblem(err)
	}
}
