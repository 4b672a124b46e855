package export

const changedCellsQuestion = `query ExportChange($code: String!, $asOf: Date!, $before: Date!, $locale: Locale, $after: String) {
  coverageChange(code: $code, from: $before, to: $asOf) {
    cells(first: 500, after: $after) {
      pageInfo { hasNextPage endCursor }
      edges { node {
        before after on cause { text(locale: $locale) }
        publisher { code name(asOf: $asOf) level ancestors { name } } entry { code category item subItem }
      } }
    }
  }
}`

// changeReport is which cells changed between two days, and what made them.
var changeReport = &report{
	name: "change", title: words{"变化", "Change"}, formats: []Format{CSV, XLSX, NDJSON},
	arguments: []argument{codeArgument, fromArgument, toArgument},
	rules:     []words{changeRule, statusRule},
	tables: func(s *session) []*table {
		return []*table{{
			title:   words{"变化", "Change"},
			frozen:  upToEntry,
			columns: fixed(publisherColumns, entryColumns, s.changedColumns(words{"此前状态", "Status before"}, words{"此后状态", "Status after"})),
			rows:    s.pages(changedCellsQuestion, "coverageChange.cells"),
		}}
	},
}

// changedColumns are how a cell changed.
func (s *session) changedColumns(before, after words) []column {
	return []column{
		{key: "before", title: before, kind: word, names: statusNames, width: 13},
		{key: "after", title: after, kind: word, names: statusNames, width: 13, link: s.cellPage},
		{key: "on", title: words{"变化日期", "On"}, kind: day, width: 12, link: s.cellPage},
		{key: "cause", path: "cause.text", title: words{"起因", "Cause"}, width: 74},
	}
}
