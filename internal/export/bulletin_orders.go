package export

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
)

const supervisionQuestion = `query BulletinSupervision($code: String!, $asOf: Date!, $before: Date!) {
  administrativeNode(code: $code) {
    before: supervision(asOf: $before) { ...Orders }
    now: supervision(asOf: $asOf) { ...Orders }
  }
}
fragment Orders on Supervision { issued open answered accepted withdrawn overdue dueSoon onTime late onTimeRate }`

const criticisedQuestion = `query BulletinCriticised($code: String!, $asOf: Date!, $after: String) {
  administrativeNode(code: $code) {
    orders(asOf: $asOf, filter: {kinds: [CRITICISE]}, first: 500, after: $after) {
      pageInfo { hasNextPage endCursor }
      edges { node {
        ref kind text basis issuedOn workingDays dueOn state timeliness
        issuer { code name(asOf: $asOf) }
        publisher { code name(asOf: $asOf) level ancestors { name } }
        cells { entry { code } }
        escalatedTo { name(asOf: $asOf) }
        pendingExtension { newDueOn }
      } }
    }
  }
}`

// supervised are the figures of orders, each with what its view lists.
var supervised = []struct {
	column
	filter []string
}{
	{column{key: "issued", title: words{"已签发", "Issued"}, kind: integer}, nil},
	{column{key: "open", title: words{"办理中", "Open"}, kind: integer}, nil},
	{column{key: "overdue", title: words{"其中：超期", "Of these overdue"}, kind: integer}, []string{"timeliness", "OVERDUE"}},
	{column{key: "dueSoon", title: words{"其中：临期", "Of these due soon"}, kind: integer}, []string{"timeliness", "DUE_SOON"}},
	{column{key: "answered", title: words{"已反馈", "Answered"}, kind: integer}, []string{"state", "ANSWERED"}},
	{column{key: "accepted", title: words{"已办结", "Accepted"}, kind: integer}, []string{"state", "ACCEPTED"}},
	{column{key: "withdrawn", title: words{"已撤销", "Withdrawn"}, kind: integer}, []string{"state", "WITHDRAWN"}},
	{column{key: "onTime", title: words{"按时", "On time"}, kind: integer}, []string{"timeliness", "ON_TIME"}},
	{column{key: "late", title: words{"逾期", "Late"}, kind: integer}, []string{"timeliness", "LATE"}},
	{column{key: "onTimeRate", title: words{"按时率", "On-time rate"}, kind: rate}, nil},
}

// supervisionTable is how orders stand at the end of the month against that of the month
// before, and what the month brought. An order that was answered and then returned is
// answered no more, so that what was answered is told less what was returned.
func (s *session) supervisionTable() *table {
	before, _ := s.variables["before"].(string)
	at := func(on string) func(record) string {
		return func(row record) string {
			filter, _ := row["filter"].([]string)
			return s.page(s.node["code"], "/orders", append([]string{"on", on}, filter...)...)
		}
	}
	columns := []column{
		{key: "figure", title: words{"指标", "Figure"}, width: 30},
		{key: "before", title: words{"上期末 " + before, "Before, " + before}, kind: integer, width: 20, link: at(before)},
		{key: "now", title: words{"本期末 " + s.day, "Now, " + s.day}, kind: integer, width: 20, link: at(s.day)},
		{key: "difference", title: words{"变化", "Difference"}, kind: integer, width: 14, link: at(s.day)},
	}
	return &table{title: words{"督办情况", "Orders"}, columns: fixed(columns), rows: func(ctx context.Context, visit func(record) error) error {
		answer, err := s.once(ctx, supervisionQuestion)
		if err != nil {
			return err
		}
		side := func(name string) record {
			figures, _ := answer.at("administrativeNode." + name).(map[string]any)
			return figures
		}
		before, now := side("before"), side("now")
		for _, f := range supervised {
			if err := visit(record{
				"figure": f.title.in(
					s.locale,
				),
				"filter":     f.filter,
				"before":     typed{f.kind, before[f.key]},
				"now":        typed{f.kind, now[f.key]},
				"difference": typed{f.kind, difference(f.kind, before[f.key], now[f.key])},
			}); err != nil {
				return err
			}
		}
		for _, month := range []struct {
			title   words
			figures []string
		}{
			{words{"本月签发", "Issued in the month"}, []string{"issued"}},
			{words{"本月反馈或者办结（扣除退回）", "Answered or accepted in the month, less those returned"}, []string{"answered", "accepted"}},
			{words{"本月办结", "Accepted in the month"}, []string{"accepted"}},
		} {
			brought := difference(integer, sumOf(before, month.figures), sumOf(now, month.figures))
			if err := visit(record{"figure": month.title.in(s.locale), "now": typed{integer, brought}}); err != nil {
				return err
			}
		}
		return nil
	}}
}

// sumOf adds figures up, nil where one is missing.
func sumOf(figures record, keys []string) any {
	var sum int64
	for _, key := range keys {
		number, _ := figures[key].(json.Number)
		n, err := number.Int64()
		if err != nil {
			return nil
		}
		sum += n
	}
	return json.Number(strconv.FormatInt(sum, 10))
}

var errEarlier = errors.New("the rest is of earlier months")

// criticisedTable lists the public orders that were issued in the month. It tells no steps:
// remarks, which the asker may see, are not for a bulletin.
func (s *session) criticisedTable() *table {
	from, _ := s.variables["from"].(string)
	pages := s.pages(criticisedQuestion, "administrativeNode.orders")
	return &table{
		title: words{"通报批评", "Criticised"}, frozen: 2, columns: fixed(orderColumns, demandColumns, standingColumns),
		rows: func(ctx context.Context, visit func(record) error) error {
			err := pages(ctx, func(row record) error {
				if on, _ := row["issuedOn"].(string); on < from { // the newest come first
					return errEarlier
				}
				return visit(row)
			})
			if errors.Is(err, errEarlier) {
				return nil
			}
			return err
		},
	}
}
