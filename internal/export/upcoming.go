package export

const upcomingQuestion = `query ExportUpcoming($code: String!, $asOf: Date, $workingDays: Int!, $locale: Locale, $after: String) {
  upcoming(code: $code, asOf: $asOf, workingDays: $workingDays, first: 500, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node {
      dueOn becomes
      publisher { code name(asOf: $asOf) level ancestors { name } }
      entry { code category item subItem }
      duty { kind title }
      explanation(locale: $locale)
    } }
  }
}`

var upcomingReport = &report{
	name: "upcoming", title: words{"即将到期", "Coming up"}, formats: []Format{CSV, XLSX, NDJSON},
	arguments: []argument{
		codeArgument, asOfArgument,
		{name: "workingDays", needed: true, number: true, describe: "give a number of working days, from 0 to 250"},
	},
	rules: []words{upcomingRule, statusRule},
	tables: func(s *session) []*table {
		return []*table{{
			title:   words{"即将到期", "Coming up"},
			frozen:  1 + upToEntry,
			columns: fixed(dueColumns, publisherColumns, entryColumns, becomesColumns),
			rows:    s.pages(upcomingQuestion, "upcoming"),
		}}
	},
}

// dueColumns are by when something is to be done.
var dueColumns = []column{{key: "dueOn", title: words{"到期日", "Due on"}, kind: day, width: 12}}

// becomesColumns are what happens otherwise.
var becomesColumns = []column{
	{key: "becomes", title: words{"届时状态", "Becomes"}, kind: word, names: statusNames, width: 12},
	{key: "dutyKind", path: "duty.kind", title: words{"义务种类", "Duty"}, kind: word, names: dutyNames, width: 12},
	{key: "dutyTitle", path: "duty.title", title: words{"文件或期间", "Document or period"}, width: 32},
	{key: "explanation", title: words{"说明", "Explanation"}, width: 56},
}
