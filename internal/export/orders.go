package export

import (
	"context"
	"time"
)

const ordersQuestion = `query ExportOrders($code: String!, $asOf: Date, $scope: Scope, $filter: OrderFilter, $after: String) {
  administrativeNode(code: $code) {
    orders(asOf: $asOf, scope: $scope, filter: $filter, first: 500, after: $after) {
      pageInfo { hasNextPage endCursor }
      edges { node {
        ref kind text basis issuedOn workingDays dueOn state timeliness
        issuer { code name(asOf: $asOf) }
        publisher { code name(asOf: $asOf) level ancestors { name } }
        cells { entry { code } }
        escalatedTo { name(asOf: $asOf) }
        pendingExtension { newDueOn }
        events { kind at by text }
      } }
    }
  }
}`

var ordersReport = &report{
	name: "orders", title: words{"督办台账", "Orders"}, formats: []Format{CSV, XLSX, NDJSON},
	arguments: []argument{codeArgument, asOfArgument, scopeArgument, filterObject},
	rules:     []words{seenOrdersRule, ordersRule},
	tables: func(s *session) []*table {
		return []*table{{
			title:   words{"督办台账", "Orders"},
			frozen:  2,
			columns: fixed(orderColumns, demandColumns, standingColumns, lastColumns, answerColumns, lookColumns),
			rows:    withLast(s.pages(ordersQuestion, "administrativeNode.orders")),
		}}
	},
}

// withLast gives each order its last event, the last answer and what was last said to an
// answer: accepted or returned; each with its day.
func withLast(rows func(context.Context, func(record) error) error) func(context.Context, func(record) error) error {
	return func(ctx context.Context, visit func(record) error) error {
		return rows(ctx, func(row record) error {
			events, _ := row["events"].([]any)
			for _, each := range events {
				event, _ := each.(map[string]any)
				if at, _ := event["at"].(string); len(at) >= len(time.DateOnly) {
					event["on"] = at[:len(time.DateOnly)] // the interface tells instants in Shanghai's time
				}
				row["last"] = event
				switch event["kind"] {
				case "ANSWERED":
					row["answer"] = event
				case "RETURNED", "ACCEPTED":
					row["look"] = event
				}
			}
			return visit(row)
		})
	}
}

// orderColumns are what the order is, of whom and to whom.
var orderColumns = []column{
	{key: "ref", title: words{"编号", "Ref"}, width: 18},
	{key: "kind", title: words{"督办类型", "Kind"}, kind: word, names: orderNames, width: 10},
	{key: "issuerCode", path: "issuer.code", title: words{"督办单位代码", "Issuer code"}, width: 13},
	{key: "issuerName", path: "issuer.name", title: words{"督办单位", "Issuer"}, width: 18},
	{key: "publisherCode", path: "publisher.code", title: words{"承办单位代码", "Publisher code"}, width: 18},
	{key: "publisherName", path: "publisher.name", title: words{"承办单位", "Publisher"}, width: 22},
	{key: "publisherLevel", path: "publisher.level", title: words{"层级", "Level"}, kind: word, names: levelNames, width: 8},
	{key: "ancestors", path: "publisher.ancestors.name", title: words{"上级", "Above"}, kind: route, width: 20},
}

// demandColumns are what it demands.
var demandColumns = []column{
	{key: "entryCodes", path: "cells.entry.code", title: words{"栏目代码", "Entry codes"}, kind: list, width: 14},
	{key: "text", title: words{"督办内容", "What is demanded"}, width: 50},
	{key: "basis", title: words{"依据", "Basis"}, width: 32},
	{key: "issuedOn", title: words{"签发日期", "Issued on"}, kind: day, width: 12},
	{key: "workingDays", title: words{"办理工作日", "Working days"}, kind: integer, width: 12},
}

// standingColumns are how it stands on the day.
var standingColumns = []column{
	{key: "dueOn", title: words{"办理期限", "Due on"}, kind: day, width: 12},
	{key: "state", title: words{"督办状态", "State"}, kind: word, names: stateNames, width: 10},
	{key: "timeliness", title: words{"督办时效", "Timeliness"}, kind: word, names: timelinessNames, width: 10},
	{key: "escalatedTo", path: "escalatedTo.name", title: words{"逐级上报", "Escalated to"}, kind: list, width: 24},
	{key: "pendingExtension", path: "pendingExtension.newDueOn", title: words{"待定延期", "Extension asked for"}, kind: day, width: 13},
}

// lastColumns are its last step.
var lastColumns = []column{
	{key: "lastKind", path: "last.kind", title: words{"最近环节", "Last step"}, kind: word, names: stepNames, width: 12},
	{key: "lastOn", path: "last.on", title: words{"最近办理日期", "Last step on"}, kind: day, width: 13},
	{key: "lastBy", path: "last.by", title: words{"经办人", "By"}, width: 20},
	{key: "lastText", path: "last.text", title: words{"办理内容", "What was said"}, width: 50},
}

// answerColumns are the last answer, which others may follow.
var answerColumns = []column{
	{key: "answerOn", path: "answer.on", title: words{"最近反馈日期", "Last answer on"}, kind: day, width: 13},
	{key: "answerText", path: "answer.text", title: words{"最近反馈内容", "Last answer"}, width: 50},
}

// lookColumns are what was last said to an answer.
var lookColumns = []column{
	{key: "lookKind", path: "look.kind", title: words{"最近审核", "Last look"}, kind: word, names: stepNames, width: 10},
	{key: "lookOn", path: "look.on", title: words{"最近审核日期", "Last look on"}, kind: day, width: 13},
	{key: "lookText", path: "look.text", title: words{"审核意见", "What was said to it"}, width: 50},
}

// What the words of orders are called.
var (
	orderNames = map[string]words{
		"URGE": {"催办", "urged"}, "RECTIFY": {"责令整改", "to be rectified"}, "CRITICISE": {"通报批评", "criticised"},
	}
	stateNames = map[string]words{
		"ISSUED": {"待签收", "issued"}, "RECEIVED": {"已签收", "received"}, "RETURNED": {"已退回", "returned"},
		"ANSWERED": {"已反馈", "answered"}, "ACCEPTED": {"已办结", "accepted"}, "WITHDRAWN": {"已撤销", "withdrawn"},
	}
	timelinessNames = map[string]words{
		"ON_TRACK": {"未到期", "on track"}, "DUE_SOON": {"临期", "due soon"}, "OVERDUE": {"超期", "overdue"},
		"ON_TIME": {"按时", "on time"}, "LATE": {"逾期", "late"},
	}
	stepNames = map[string]words{
		"RECEIVED": {"签收", "received"}, "ANSWERED": {"反馈", "answered"}, "RETURNED": {"退回", "returned"}, "ACCEPTED": {"办结", "accepted"},
		"EXTENSION_ASKED": {"申请延期", "extension asked for"}, "EXTENSION_GRANTED": {"同意延期", "extension granted"},
		"EXTENSION_REFUSED": {"不同意延期", "extension refused"}, "REMARKED": {"备注", "remark"}, "WITHDRAWN": {"撤销", "withdrawn"},
	}
)

var (
	seenOrdersRule = words{
		"仅含可向查询者公开的督办，新签发的在前；通报批评向社会公开，其余的和备注、经办人须有权限。",
		"Only orders that the caller may see, the newest first: everybody sees those that criticise; the others, remarks and who acted take rights.",
	}
	ordersRule = words{
		"办理期限为签发日后第若干个工作日，经退回或者同意延期的，以最近一次为准。期限在其后三个工作日内的为临期。办理中的督办每超期10个工作日上报一级。反馈（未反馈即办结的为办结）晚于期限的为逾期。",
		"An order is due so many working days after its issue, or what its last return or extension says; it is due soon when that is at most three working days away. While it is open it comes to one more place above its issuer for every 10 working days after its due day. It is late when its last answer, or the acceptance without one, lies after the due day.",
	}
)
