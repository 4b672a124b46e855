package export

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
)

const stateQuestion = `query BulletinState($code: String!, $asOf: Date!, $before: Date!, $locale: Locale) {
  administrativeNode(code: $code) {
    before: coverage(asOf: $before) { ...Figures }
    now: coverage(asOf: $asOf) { ...Figures byCategory { category figures { ...Figures } } }
  }
  coverageChange(code: $code, from: $before, to: $asOf) {
    summary(locale: $locale) opened(first: 0) { totalCount } closed(first: 0) { totalCount }
  }
}` + figureFields

const newGapsQuestion = `query BulletinNewGaps($code: String!, $asOf: Date!, $before: Date!, $locale: Locale, $after: String) {
  coverageChange(code: $code, from: $before, to: $asOf) {
    opened(first: 500, after: $after, orderBy: NEWEST_FIRST) {
      pageInfo { hasNextPage endCursor }
      edges { node {
        status since daysOpen
        publisher { code name(asOf: $asOf) level ancestors { name } } entry { code category item subItem }
        reason { rule(locale: $locale) anchorDate dueOn workingDaysCounted provisional legalBasis }
        explanation(locale: $locale)
        duties { title dueOn disclosure { documentNumber formedOn } }
      } }
    }
  }
}`

const overdueQuestion = `query BulletinOverdue($code: String!, $asOf: Date!, $after: String) {
  gaps(code: $code, asOf: $asOf, filter: {statuses: [OVERDUE]}, first: 500, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node { daysOpen publisher { code name(asOf: $asOf) level ancestors { name } } } }
  }
}`

const checkpointQuestion = `query BulletinCheckpoint { logCheckpoint { size root key at note } }`

// checkpointTable is the checkpoint of the log of changes when the bulletin was made:
// kept on paper it shows whether the log was changed later. It has no row where none was
// signed yet.
func (s *session) checkpointTable() *table {
	columns := []column{
		{key: "size", title: words{"条目数", "Entries"}, kind: integer, width: 14},
		{key: "at", title: words{"截至（北京时间）", "Up to (Beijing time)"}, kind: instant, width: 22},
		{key: "root", title: words{"根散列", "Root hash"}, kind: verbatim, width: 50},
		{key: "key", title: words{"签名密钥", "Signing key"}, kind: verbatim, width: 26},
		{key: "note", title: words{"签名文本", "Signed text"}, kind: prose, width: 80},
	}
	return &table{
		title:   words{"校验点", "Checkpoint"},
		columns: fixed(columns),
		rows: func(ctx context.Context, visit func(record) error) error {
			answer, err := s.once(ctx, checkpointQuestion)
			if err != nil {
				return err
			}
			if newest, signed := answer.at("logCheckpoint").(map[string]any); signed {
				return visit(newest)
			}
			return nil
		},
	}
}

// summaryTable is the paragraph that opens the bulletin, under its heading.
func (s *session) summaryTable() *table {
	title := words{
		fmt.Sprintf("%v救灾领域政务公开月报（%s）", s.node.at("name"), s.month),
		fmt.Sprintf("Monthly bulletin of disaster-relief disclosure: %v, %s", s.node.at("name"), s.month),
	}
	return &table{
		title:   words{"综述", "Summary"},
		columns: fixed([]column{{key: "summary", path: "coverageChange.summary", title: title, kind: prose, width: 110}}),
		rows: func(ctx context.Context, visit func(record) error) error {
			answer, err := s.once(ctx, stateQuestion)
			if err != nil {
				return err
			}
			return visit(answer)
		},
	}
}

// stateTable is the state at the end of the month against that of the month before.
func (s *session) stateTable() *table {
	before, _ := s.variables["before"].(string)
	at := func(on string) func(record) string {
		return func(row record) string { return s.figurePage(s.node["code"], row["key"].(string), on) }
	}
	columns := []column{
		{key: "figure", title: words{"指标", "Figure"}, width: 24},
		{key: "before", title: words{"上期末 " + before, "Before, " + before}, kind: integer, width: 20, link: at(before)},
		{key: "now", title: words{"本期末 " + s.day, "Now, " + s.day}, kind: integer, width: 20, link: at(s.day)},
		{key: "difference", title: words{"变化", "Difference"}, kind: integer, width: 14, link: at(s.day)},
	}
	return &table{title: words{"公开情况", "State"}, columns: fixed(columns), rows: func(ctx context.Context, visit func(record) error) error {
		answer, err := s.once(ctx, stateQuestion)
		if err != nil {
			return err
		}
		row := func(key string, title words, kind kind, before, now any) error {
			return visit(record{
				"key": key, "figure": title.in(s.locale), "before": typed{kind, before}, "now": typed{kind, now},
				"difference": typed{kind, difference(kind, before, now)},
			})
		}
		side := func(name string) record {
			figures, _ := answer.at("administrativeNode." + name).(map[string]any)
			return figures
		}
		before, now := side("before"), side("now")
		for _, c := range figureColumns {
			if c.kind == flag {
				continue
			}
			if err := row(c.key, c.title, c.kind, before.at(c.at()), now.at(c.at())); err != nil {
				return err
			}
		}
		if err := row("gaps", words{"缺口", "Gaps"}, integer, sumOf(before, gaps), sumOf(now, gaps)); err != nil {
			return err
		}
		for _, moved := range []struct{ key, name string }{{"OPENED", "opened"}, {"CLOSED", "closed"}} {
			total := answer.at("coverageChange." + moved.name + ".totalCount")
			if err := row(moved.name, changeNames[moved.key], integer, nil, total); err != nil {
				return err
			}
		}
		return nil
	}}
}

// gaps are the figures that count gaps.
var gaps = []string{"missing", "overdue", "stale"}

// difference is nil where either is.
func difference(kind kind, before, now any) any {
	x, _ := before.(json.Number)
	y, _ := now.(json.Number)
	if kind == rate {
		from, faultFrom := x.Float64()
		to, faultTo := y.Float64()
		if faultFrom != nil || faultTo != nil {
			return nil
		}
		return json.Number(strconv.FormatFloat(to-from, 'f', -1, 64))
	}
	from, faultFrom := x.Int64()
	to, faultTo := y.Int64()
	if faultFrom != nil || faultTo != nil {
		return nil
	}
	return json.Number(strconv.FormatInt(to-from, 10))
}

func (s *session) categoryTable() *table {
	columns := linked(within("figures", figureColumns), func(c *column, row record) string {
		category, _ := row["category"].(string)
		switch c.key {
		case "missing", "overdue", "stale":
			return s.figurePage(s.node["code"], c.key, s.day) + "&category=" + url.QueryEscape(category)
		}
		return s.page(s.node["code"], "/gaps", "on", s.day, "category", category)
	})
	name := []column{{key: "category", title: words{"一级事项", "Category"}, width: 20}}
	return &table{
		title:   words{"按一级事项", "By category"},
		columns: fixed(name, columns),
		rows:    s.list(stateQuestion, "administrativeNode.now.byCategory"),
	}
}

// changeTable is which gaps opened and closed, and what made them.
func (s *session) changeTable() *table {
	own := []column{
		{key: "change", title: words{"变化", "Change"}, kind: word, names: changeNames, width: 12},
	}
	after := s.changedColumns(words{"上期末状态", "Status before"}, words{"本期末状态", "Status now"})
	pages := s.pages(changedCellsQuestion, "coverageChange.cells")
	return &table{
		title: words{"变化", "Change"}, frozen: 1 + upToEntry, columns: fixed(own, publisherColumns, entryColumns, after),
		rows: func(ctx context.Context, visit func(record) error) error {
			return pages(ctx, func(row record) error {
				was, is := isGap(row["before"]), isGap(row["after"])
				if was == is { // one gap turned into another, or none at all, is neither
					return nil
				}
				row["change"] = map[bool]string{true: "OPENED", false: "CLOSED"}[is]
				for _, side := range []string{"before", "after"} {
					row[side] = cmp.Or(row[side], any("NONE"))
				}
				return visit(row)
			})
		},
	}
}

func isGap(status any) bool { return status == "MISSING" || status == "OVERDUE" || status == "STALE" }

func (s *session) newGapsTable() *table {
	columns := linked(gapColumns, func(_ *column, row record) string { return s.cellPage(row) })
	return &table{
		title:   words{"新增缺口", "New gaps"},
		frozen:  upToEntry,
		columns: fixed(publisherColumns, entryColumns, columns),
		rows:    s.pages(newGapsQuestion, "coverageChange.opened"),
	}
}

// overdueTable counts overdue cells by body, the most first.
func (s *session) overdueTable() *table {
	gaps := func(row record) string {
		code, _ := row.at("publisher.code").(string)
		return s.page(s.node["code"], "/gaps", "on", s.day, "status", "OVERDUE", "publisher", code)
	}
	columns := []column{
		{key: "count", title: words{"超期栏目", "Overdue cells"}, kind: integer, width: 12, link: gaps},
		{key: "oldest", title: words{"最久天数", "Longest, days"}, kind: integer, width: 14, link: gaps},
	}
	pages := s.pages(overdueQuestion, "gaps")
	return &table{
		title:   words{"超期主体", "Overdue by body"},
		columns: fixed(publisherColumns, columns),
		rows: func(ctx context.Context, visit func(record) error) error {
			type body struct {
				publisher     any
				code          string
				count, oldest int64
			}
			var bodies []*body // there are no more of them than nodes
			err := pages(ctx, func(row record) error {
				code, _ := row.at("publisher.code").(string)
				days, _ := row["daysOpen"].(json.Number)
				open, err := days.Int64()
				if err != nil {
					return err
				}
				if len(bodies) == 0 || bodies[len(bodies)-1].code != code { // gaps come by publisher
					bodies = append(bodies, &body{publisher: row["publisher"], code: code})
				}
				last := bodies[len(bodies)-1]
				last.count, last.oldest = last.count+1, max(last.oldest, open)
				return nil
			})
			if err != nil {
				return err
			}
			slices.SortStableFunc(bodies, func(a, b *body) int {
				return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(b.oldest, a.oldest))
			})
			for _, b := range bodies {
				number := func(n int64) json.Number { return json.Number(strconv.FormatInt(n, 10)) }
				if err := visit(record{"publisher": b.publisher, "count": number(b.count), "oldest": number(b.oldest)}); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

const heldQuestion = `query BulletinHeld($code: String!, $to: Date!, $asOf: Date) {
  administrativeNode(code: $code) {
    relief(from: "1990-01-01", to: $to, asOf: $asOf) { total { balance } byClass { reliefClass figures { balance } } }
  }
}`

// classTable is the money of the month, and what is held at its end.
func (s *session) classTable() *table {
	columns := linked(within("figures", moneyColumns), func(_ *column, row record) string {
		if class, _ := row["reliefClass"].(string); class != "TOTAL" {
			return s.reliefPage(s.node["code"], "class", class)
		}
		return s.reliefPage(s.node["code"])
	})
	held := []column{{key: "held", title: words{"月末结存（元）", "Held at month end (yuan)"}, kind: money, width: 20}}
	return &table{
		title: words{"救灾资金", "Money"}, columns: fixed(classColumns, columns, held),
		rows: func(ctx context.Context, visit func(record) error) error {
			answer, err := s.once(ctx, heldQuestion)
			if err != nil {
				return err
			}
			byClass := map[any]any{"TOTAL": answer.at("administrativeNode.relief.total.balance")}
			err = answer.each("administrativeNode.relief.byClass", func(one record) error {
				byClass[one["reliefClass"]] = one.at("figures.balance")
				return nil
			})
			if err != nil {
				return err
			}
			return s.moneyByClass(ctx, func(row record) error {
				row["held"] = byClass[row["reliefClass"]]
				return visit(row)
			})
		},
	}
}

func (s *session) reliefPage(code any, more ...string) string {
	from, _ := s.variables["from"].(string)
	return s.page(code, "/relief", append([]string{"from", from, "to", s.day, "on", s.day}, more...)...)
}

func (s *session) doubtTable() *table {
	columns := linked(discrepancyColumns, func(_ *column, row record) string { return s.reliefPage(row.at("node.code")) })
	return &table{title: words{"款物疑点", "Discrepancies"}, columns: fixed(columns), rows: s.discrepancies}
}

// childrenTable ranks the places of the level below.
func (s *session) childrenTable() *table {
	t := &table{title: words{"下级排名", "Ranking"}, frozen: 3, rows: s.list(rankingQuestion, "ranking")}
	level, some := levelBelow[s.node["level"]]
	if s.variables["level"] = level; !some {
		t.rows = func(context.Context, func(record) error) error { return nil }
	}
	rank := linked(rankColumns, func(*column, record) string { return s.page(s.node["code"], "/compare", "on", s.day, "level", level) })
	figures := linked(
		within("figures", figureColumns),
		func(c *column, row record) string { return s.figurePage(row.at("node.code"), c.key, s.day) },
	)
	t.columns = fixed(rank, figures, notRankedColumns)
	return t
}
