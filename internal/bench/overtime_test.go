package bench

import (
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

const (
	trendQuery = `query($code: String!, $from: Date!, $to: Date!) { administrativeNode(code: $code) {
	coverageTrend(from: $from, to: $to, step: MONTH) { asOf required covered pending missing overdue stale exempt coverageRate } } }`
	trendSQL = `SELECT d::date, s.status, count(*) FROM generate_series($2::date, $3::date, interval '1 month') AS d
	JOIN bench_span AS s ON d::date BETWEEN s.from_day AND s.to_day
	JOIN bench_below AS b ON b.publisher = s.publisher AND b.node = $1 GROUP BY 1, 2`

	changeQuery = `query($code: String!, $from: Date!, $to: Date!) { coverageChange(code: $code, from: $from, to: $to) {
	before { required covered } after { required covered }
	opened(first: 50) { totalCount edges { node { status since publisher { code } entry { code } } } }
	closed(first: 50) { totalCount edges { node { status publisher { code } entry { code } } } } } }`
	changeSQL = `SELECT s.publisher, s.entry, bool_or($2::date BETWEEN s.from_day AND s.to_day) AS before, bool_or($3::date BETWEEN s.from_day AND s.to_day) AS after
	FROM bench_below AS b JOIN bench_span AS s USING (publisher)
	WHERE b.node = $1 AND s.status IN (3, 4, 5) AND ($2::date BETWEEN s.from_day AND s.to_day OR $3::date BETWEEN s.from_day AND s.to_day)
	GROUP BY 1, 2 HAVING bool_or($2::date BETWEEN s.from_day AND s.to_day) <> bool_or($3::date BETWEEN s.from_day AND s.to_day)`

	upcomingQuery = `query($code: String!, $asOf: Date) { upcoming(code: $code, asOf: $asOf, workingDays: 20, first: 50) { totalCount
	edges { node { dueOn publisher { code name } entry { code item } becomes duty { kind title } } } } }`
	upcomingSQL = `SELECT s.publisher, s.entry, n.status, n.from_day, count(*) OVER () FROM bench_below AS b
	JOIN bench_span AS s USING (publisher)
	JOIN bench_span AS n ON n.publisher = s.publisher AND n.entry = s.entry AND n.from_day = s.to_day + 1 AND n.status IN (3, 4, 5)
	WHERE b.node = $1 AND $2::date BETWEEN s.from_day AND s.to_day AND s.to_day <= $2::date + 28 AND s.status IN (1, 2)
	ORDER BY n.from_day, s.publisher, s.entry LIMIT 50`

	reliefQuery = `query($code: String!, $from: Date!, $to: Date!) { administrativeNode(code: $code) { relief(from: $from, to: $to) {
	total { received passedDown distributed balance disclosed } byClass { reliefClass figures { received passedDown distributed balance disclosed } }
	byChild { node { code name } figures { received passedDown distributed balance disclosed } } } } }`
	reliefSQL = `SELECT coalesce(g.node, ''), coalesce(r.node, ''), m.kind, m.relief_class, sum(m.funds_fen),
	       sum(m.funds_fen) FILTER (WHERE d.public_on <= '2026-11-24' AND (d.withdrawn_on IS NULL OR d.withdrawn_on > '2026-11-24'))
	FROM relief_movement AS m LEFT JOIN disclosure AS d ON d.ref = m.disclosure_ref
	LEFT JOIN (SELECT b.node, b.publisher FROM bench_below AS b JOIN node AS n ON n.code = b.node WHERE n.parent_code = $1) AS g ON g.publisher = m.from_code
	LEFT JOIN (SELECT b.node, b.publisher FROM bench_below AS b JOIN node AS n ON n.code = b.node WHERE n.parent_code = $1) AS r ON r.publisher = m.to_code
	WHERE m.occurred_on BETWEEN $2 AND $3 AND (g.node IS NOT NULL OR r.node IS NOT NULL OR $1 IN (m.from_code, m.to_code)) GROUP BY 1, 2, 3, 4`
	discrepanciesQuery = `query($code: String!, $from: Date!, $to: Date!) { administrativeNode(code: $code) { relief(from: $from, to: $to) {
	discrepancies { kind node { code name } amount } } } }`
	whatIfQuery = `query($code: String!) { whatIf(code: $code, changes: {limits: [{catalogCode: "CN-2019", entryCode: "1.3", limit: {kind: WORKING_DAYS, n: 10}}]}) {
	before { coverage { required covered } } after { coverage { required covered } } opened(first: 50) { totalCount } closed(first: 50) { totalCount } } }`
	flowQuery = `query($code: String!, $from: Date!, $to: Date!) { reliefFlow(code: $code, from: $from, to: $to) { links { amount disclosed } } }`
)

// BenchmarkOverTime asks for trends, changes, what is coming and money.
func BenchmarkOverTime(b *testing.B) {
	world(b)
	compare := func(name, query, sql string, times int, variables func() map[string]any, arguments func(map[string]any) []any) {
		ours := measure(b, name+", at the server", times, func() { ask(b, query, variables()) })
		if sql == "" {
			return
		}
		theirs := measure(b, name+", one SQL statement", 3, func() { rows(b, sql, arguments(variables())...) })
		ratio(name, ours, theirs)
	}
	spanned := func(code string, days calendar.Day) (func() map[string]any, func(map[string]any) []any) {
		return func() map[string]any {
			from := calendar.Date(2016, 1, 1) + calendar.Day(random.IntN(300))
			if days < 3650 {
				from = randomDay()
			}
			return map[string]any{"code": code, "from": from.String(), "to": (from + days).String()}
		}, func(v map[string]any) []any { return []any{v["code"], v["from"], v["to"]} }
	}
	decade, decadeOf := spanned("CN", 3652)
	compare("nation, trend over ten years by month", trendQuery, trendSQL, 40, decade, decadeOf)
	quarter, quarterOf := spanned("CN", 91)
	compare("nation, change over a quarter", changeQuery, changeSQL, 20, quarter, quarterOf)
	provinces, provincesOf := spanned("53", 91)
	compare("province, change over a quarter", changeQuery, changeSQL, 40, provinces, provincesOf)
	compare("province, upcoming in 20 working days", upcomingQuery, upcomingSQL, 40,
		func() map[string]any { return map[string]any{"code": "53", "asOf": randomDay().String()} },
		func(v map[string]any) []any { return []any{v["code"], v["asOf"]} })
	for _, node := range []struct{ name, code string }{{"nation", "CN"}, {"province", "53"}, {"county", "533102"}} {
		year, yearOf := spanned(node.code, 365)
		compare(node.name+", a year's relief with all below", reliefQuery, reliefSQL, 10, year, yearOf)
		compare(node.name+", a year's flow of relief", flowQuery, "", 10, year, nil)
		compare(node.name+", a year's discrepancies of relief", discrepanciesQuery, "", 5, year, nil)
		compare(
			node.name+", what if an entry's limit were another",
			whatIfQuery,
			"",
			3,
			func() map[string]any { return map[string]any{"code": node.code} },
			nil,
		)
	}
}
