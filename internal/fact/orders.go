package fact

import (
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/order"
)

// Orders are what supervisors demand of publishers.
var Orders = Kind[order.Order]{
	File: "orders", Chinese: []string{"督办", "督办单", "督办台账"},
	Table: "supervision_order", Key: []string{"ref"},
	Columns: []Column[order.Order]{
		text("ref", func(o *order.Order) *string { return &o.Ref }).inChinese("编号").needed(),
		word(
			"kind",
			func(o *order.Order) *order.Kind { return &o.Kind },
			order.ParseKind,
			orderKinds,
		).inChinese(
			"督办类型",
		).needed().deciding(),
		text("issuer_code", func(o *order.Order) *string { return &o.IssuerCode }).inChinese("督办单位代码").needed().deciding(),
		text("publisher_code", func(o *order.Order) *string { return &o.PublisherCode }).inChinese("承办单位代码").needed().deciding(),
		list("entry_codes", func(o *order.Order) *[]string { return &o.EntryCodes }).inChinese("事项代码").deciding(),
		text("text", func(o *order.Order) *string { return &o.Text }).inChinese("督办内容").needed().deciding(),
		text("basis", func(o *order.Order) *string { return &o.Basis }).inChinese("依据").deciding(),
		instant("issued_at", func(o *order.Order) *time.Time { return &o.IssuedAt }).inChinese("签发时间").needed().deciding(),
		number("working_days", func(o *order.Order) *int64 { return &o.WorkingDays }).inChinese("办理工作日").needed().deciding(),
	},
}

// OrderEvents are the steps of orders.
var OrderEvents = Kind[order.Event]{
	File: "order_events", Chinese: []string{"督办进展", "督办环节", "督办办理"},
	Table: "order_event", Key: []string{"order_ref", "n"},
	Columns: []Column[order.Event]{
		text("order_ref", func(e *order.Event) *string { return &e.OrderRef }).inChinese("督办编号").needed(),
		number("n", func(e *order.Event) *int64 { return &e.Number }).inChinese("序号").needed(),
		word("kind", func(e *order.Event) *order.EventKind { return &e.Kind }, order.ParseEventKind,
			orderEvents).inChinese("环节").needed().deciding(),
		instant("at", func(e *order.Event) *time.Time { return &e.At }).inChinese("时间").needed().deciding(),
		text("account", func(e *order.Event) *string { return &e.By }).inChinese("经办人").deciding(),
		text("text", func(e *order.Event) *string { return &e.Text }).inChinese("内容").deciding(),
		day("new_due_on", func(e *order.Event) *calendar.Day { return &e.NewDueOn }).inChinese("新期限").deciding(),
		number("working_days", func(e *order.Event) *int64 { return &e.WorkingDays }).inChinese("工作日").deciding(),
		list("disclosure_refs", func(e *order.Event) *[]string { return &e.DisclosureRefs }).inChinese("公开信息编号").deciding(),
	},
}

// ExemptionRequests ask that cells be exempted.
var ExemptionRequests = Kind[order.ExemptionRequest]{
	File: "exemption_requests", Chinese: []string{"豁免申请"},
	Table: "exemption_request", Key: []string{"ref"},
	Columns: []Column[order.ExemptionRequest]{
		text("ref", func(r *order.ExemptionRequest) *string { return &r.Ref }).inChinese("编号").needed(),
		text("publisher_code", func(r *order.ExemptionRequest) *string { return &r.PublisherCode }).inChinese("公开主体代码").needed(),
		text("entry_code", func(r *order.ExemptionRequest) *string { return &r.EntryCode }).inChinese("事项代码").needed(),
		day("from", func(r *order.ExemptionRequest) *calendar.Day { return &r.From }).inChinese("起始日期").storedAs("from_day").needed(),
		day("to", func(r *order.ExemptionRequest) *calendar.Day { return &r.To }).inChinese("截止日期").storedAs("to_day"),
		text("reason", func(r *order.ExemptionRequest) *string { return &r.Reason }).inChinese("理由").needed(),
		instant("asked_at", func(r *order.ExemptionRequest) *time.Time { return &r.AskedAt }).inChinese("申请时间").needed(),
		text("asked_by", func(r *order.ExemptionRequest) *string { return &r.AskedBy }).inChinese("申请人"),
		word("decision", func(r *order.ExemptionRequest) *order.Decision { return &r.Decision }, order.ParseDecision,
			decisions).inChinese("决定"),
		instant("decided_at", func(r *order.ExemptionRequest) *time.Time { return &r.DecidedAt }).inChinese("决定时间"),
		text("decided_by", func(r *order.ExemptionRequest) *string { return &r.DecidedBy }).inChinese("决定人"),
		text("decision_reason", func(r *order.ExemptionRequest) *string { return &r.DecisionReason }).inChinese("决定理由"),
	},
}

// The words of their columns. Source: docs/design.md, Orders.
var (
	orderKinds = Vocabulary{
		{Value: "URGE", Chinese: "催办"},
		{Value: "RECTIFY", Chinese: "责令整改", Others: []string{"整改"}},
		{Value: "CRITICISE", Chinese: "通报批评", Others: []string{"通报"}},
	}
	orderEvents = Vocabulary{
		{Value: "RECEIVED", Chinese: "签收"},
		{Value: "ANSWERED", Chinese: "反馈"},
		{Value: "RETURNED", Chinese: "退回"},
		{Value: "ACCEPTED", Chinese: "办结"},
		{Value: "EXTENSION_ASKED", Chinese: "申请延期"},
		{Value: "EXTENSION_GRANTED", Chinese: "同意延期", Others: []string{"批准延期"}},
		{Value: "EXTENSION_REFUSED", Chinese: "不同意延期", Others: []string{"不予延期"}},
		{Value: "REMARKED", Chinese: "备注"},
		{Value: "WITHDRAWN", Chinese: "撤销"},
	}
	decisions = Vocabulary{
		{Value: "GRANTED", Chinese: "同意", Others: []string{"批准"}},
		{Value: "REFUSED", Chinese: "不同意", Others: []string{"不予批准"}},
	}
)
