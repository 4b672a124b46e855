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
	Table: "disclosure", Key: []string{"ref"},
	Columns: []Column[disclosure.Disclosure]{
		text("ref", func(d *disclosure.Disclosure) *string { return &d.Ref }).needed(),
		text("publisher_code", func(d *disclosure.Disclosure) *string { return &d.PublisherCode }).needed().deciding(),
		text("entry_code", func(d *disclosure.Disclosure) *string { return &d.EntryCode }).needed().deciding(),
		text("title", func(d *disclosure.Disclosure) *string { return &d.Title }).needed(),
		text("document_number", func(d *disclosure.Disclosure) *string { return &d.DocumentNumber }),
		text("index_number", func(d *disclosure.Disclosure) *string { return &d.IndexNumber }),
		word("attribute", func(d *disclosure.Disclosure) *disclosure.Attribute { return &d.Attribute }, disclosure.ParseAttribute,
			"PROACTIVE, ON_REQUEST, NOT_DISCLOSED").needed().deciding(),
		day("formed_on", func(d *disclosure.Disclosure) *calendar.Day { return &d.FormedOn }).deciding(),
		day("issued_on", func(d *disclosure.Disclosure) *calendar.Day { return &d.IssuedOn }).deciding(),
		day("published_on", func(d *disclosure.Disclosure) *calendar.Day { return &d.PublishedOn }).deciding(),
		day("withdrawn_on", func(d *disclosure.Disclosure) *calendar.Day { return &d.WithdrawnOn }).deciding(),
		text("period", func(d *disclosure.Disclosure) *string { return &d.Period }).deciding(),
		boolean("nil", func(d *disclosure.Disclosure) *bool { return &d.Nil }).deciding(),
		boolean("requires_interpretation", func(d *disclosure.Disclosure) *bool { return &d.RequiresInterpretation }).deciding(),
		link("interprets_ref", func(d *disclosure.Disclosure) *string { return &d.InterpretsRef }).deciding(),
		text("channel", func(d *disclosure.Disclosure) *string { return &d.Channel }),
		text("url", func(d *disclosure.Disclosure) *string { return &d.URL }),
	},
}

// News are items of news.
var News = Kind[disclosure.News]{
	Table: "news", Key: []string{"ref"},
	Columns: []Column[disclosure.News]{
		text("ref", func(n *disclosure.News) *string { return &n.Ref }).needed(),
		text("publisher_code", func(n *disclosure.News) *string { return &n.PublisherCode }).needed().deciding(),
		text("entry_code", func(n *disclosure.News) *string { return &n.EntryCode }).deciding(),
		text("title", func(n *disclosure.News) *string { return &n.Title }).needed(),
		text("summary", func(n *disclosure.News) *string { return &n.Summary }),
		instant("published_at", func(n *disclosure.News) *time.Time { return &n.PublishedAt }).needed().deciding(),
		text("url", func(n *disclosure.News) *string { return &n.URL }),
		list("tags", func(n *disclosure.News) *[]string { return &n.Tags }),
	},
}

// Concerns are concerns of the public.
var Concerns = Kind[disclosure.Concern]{
	Table: "concern", Key: []string{"ref"},
	Columns: []Column[disclosure.Concern]{
		text("ref", func(c *disclosure.Concern) *string { return &c.Ref }).needed(),
		text("publisher_code", func(c *disclosure.Concern) *string { return &c.PublisherCode }).needed().deciding(),
		text("title", func(c *disclosure.Concern) *string { return &c.Title }).needed(),
		word(
			"severity",
			func(c *disclosure.Concern) *disclosure.Severity { return &c.Severity },
			disclosure.ParseSeverity,
			"NORMAL, MAJOR",
		).needed().deciding(),
		instant("detected_at", func(c *disclosure.Concern) *time.Time { return &c.DetectedAt }).needed().deciding(),
		instant("responded_at", func(c *disclosure.Concern) *time.Time { return &c.RespondedAt }).deciding(),
		link("response_ref", func(c *disclosure.Concern) *string { return &c.ResponseRef }),
		text("escalated_to", func(c *disclosure.Concern) *string { return &c.EscalatedTo }),
	},
}

// Reviews are looks at documents' attributes.
var Reviews = Kind[disclosure.Review]{
	Table: "review", Key: []string{"disclosure_ref", "reviewed_on"},
	Columns: []Column[disclosure.Review]{
		text("disclosure_ref", func(r *disclosure.Review) *string { return &r.DisclosureRef }).needed(),
		day("reviewed_on", func(r *disclosure.Review) *calendar.Day { return &r.ReviewedOn }).needed(),
		word(
			"result",
			func(r *disclosure.Review) *disclosure.ReviewResult { return &r.Result },
			disclosure.ParseReviewResult,
			"keep, disclose",
		).needed().deciding(),
		text("consulted", func(r *disclosure.Review) *string { return &r.Consulted }),
	},
}

// Events are disasters.
var Events = Kind[relief.Event]{
	Table: "event", Key: []string{"ref"},
	Columns: []Column[relief.Event]{
		text("ref", func(e *relief.Event) *string { return &e.Ref }).needed(),
		text("name", func(e *relief.Event) *string { return &e.Name }).needed(),
		text("kind", func(e *relief.Event) *string { return &e.Kind }),
		day("started_on", func(e *relief.Event) *calendar.Day { return &e.StartedOn }).needed(),
		day("ended_on", func(e *relief.Event) *calendar.Day { return &e.EndedOn }),
		list("area_codes", func(e *relief.Event) *[]string { return &e.AreaCodes }),
	},
}

// Movements are movements of relief money and goods.
var Movements = Kind[relief.Movement]{
	Table: "relief_movement", Key: []string{"ref"},
	Columns: []Column[relief.Movement]{
		text("ref", func(m *relief.Movement) *string { return &m.Ref }).needed(),
		word(
			"kind",
			func(m *relief.Movement) *relief.Kind { return &m.Kind },
			relief.ParseKind,
			"ALLOCATION, DISTRIBUTION, DONATION",
		).needed().deciding(),
		link("from_code", func(m *relief.Movement) *string { return &m.FromCode }).deciding(),
		link("to_code", func(m *relief.Movement) *string { return &m.ToCode }),
		word("relief_class", func(m *relief.Movement) *relief.Class { return &m.Class }, relief.ParseClass,
			"EMERGENCY, TRANSITION, HOUSING, DROUGHT, WINTER_SPRING, BEREAVEMENT").needed(),
		link("event_ref", func(m *relief.Movement) *string { return &m.EventRef }),
		of("funds_yuan", func(m *relief.Movement) *relief.Fen { return &m.Funds }, amount(relief.ParseYuan),
			func(v relief.Fen) any { return int64(v) }).storedAs("funds_fen").called("funds"),
		text("goods_item", func(m *relief.Movement) *string { return &m.GoodsItem }),
		of("goods_quantity", func(m *relief.Movement) *relief.Quantity { return &m.GoodsQuantity }, amount(relief.ParseQuantity),
			func(v relief.Quantity) any { return int64(v) }).storedAs("goods_thousandths"),
		text("goods_unit", func(m *relief.Movement) *string { return &m.GoodsUnit }),
		number("households", func(m *relief.Movement) *int64 { return &m.Households }),
		number("persons", func(m *relief.Movement) *int64 { return &m.Persons }),
		day("occurred_on", func(m *relief.Movement) *calendar.Day { return &m.OccurredOn }).needed().deciding(),
		text("document_number", func(m *relief.Movement) *string { return &m.DocumentNumber }),
		link("disclosure_ref", func(m *relief.Movement) *string { return &m.DisclosureRef }).deciding(),
	},
}

// amount reads a decimal.
func amount[A ~int64](parse func(string) (A, error)) func(string) (A, *problem.Problem) {
	return func(cell string) (A, *problem.Problem) {
		value, err := parse(cell)
		return value, asProblem(err)
	}
}
