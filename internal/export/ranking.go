package export

const rankingQuestion = `query ExportRanking(
  $code: String!, $level: AdministrativeLevel!, $asOf: Date, $minRequired: Int, $locale: Locale
) {
  ranking(code: $code, level: $level, asOf: $asOf, minRequired: $minRequired) {
    rank notRankedBecause(locale: $locale)
    node { __typename code name(asOf: $asOf) level }
    figures { ...Figures }
  }
}` + figureFields

var rankingReport = &report{
	name: "ranking", title: words{"排名", "Ranking"}, formats: []Format{CSV, XLSX, NDJSON},
	arguments: []argument{codeArgument, levelArgument, asOfArgument, {name: "minRequired", number: true}},
	rules:     []words{rankingRule, rateRule, timelinessRule},
	tables: func(s *session) []*table {
		return []*table{{
			title: words{"排名", "Ranking"}, frozen: 3, columns: fixed(rankColumns, within("figures", figureColumns), notRankedColumns),
			rows: s.list(rankingQuestion, "ranking"),
		}}
	},
}

var rankColumns = []column{
	{key: "rank", title: words{"名次", "Rank"}, kind: integer, width: 8},
	{key: "code", path: "node.code", title: words{"代码", "Code"}, width: 16},
	{key: "name", path: "node.name", title: words{"名称", "Name"}, width: 22},
	{key: "level", path: "node.level", title: words{"层级", "Level"}, kind: word, names: levelNames, width: 8},
}

var notRankedColumns = []column{{key: "notRankedBecause", title: words{"未排名原因", "Not ranked because"}, width: 40}}
