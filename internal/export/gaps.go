package export

const gapsQuestion = `query ExportGaps(
  $code: String!, $asOf: Date, $filter: GapFilter, $orderBy: GapOrder, $locale: Locale, $after: String
) {
  gaps(code: $code, asOf: $asOf, filter: $filter, orderBy: $orderBy, first: 500, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node {
      status since daysOpen
      publisher { code name(asOf: $asOf) level ancestors { name } }
      entry { code category item subItem }
      reason { rule(locale: $locale) anchorDate dueOn workingDaysCounted provisional legalBasis }
      explanation(locale: $locale)
      duties { title dueOn disclosure { documentNumber formedOn } }
    } }
  }
}`

var gapsReport = &report{
	name:    "gaps",
	title:   words{"公开缺口", "Gaps"},
	formats: []Format{CSV, XLSX, NDJSON},
	arguments: []argument{
		codeArgument,
		asOfArgument,
		filterObject,
		{name: "orderBy", allowed: []string{"PUBLISHER", "OLDEST_FIRST", "NEWEST_FIRST", "ENTRY"}},
	},
	rules: []words{statusRule},
	tables: func(s *session) []*table {
		return []*table{{
			title:   words{"公开缺口", "Gaps"},
			frozen:  upToEntry,
			columns: fixed(publisherColumns, entryColumns, gapColumns),
			rows:    s.pages(gapsQuestion, "gaps"),
		}}
	},
}

// upToEntry counts the columns up to the entry's code: whose row it is, and of what.
const upToEntry = 5

// publisherColumns are who owes it.
var publisherColumns = []column{
	{key: "publisherCode", path: "publisher.code", title: words{"主体代码", "Publisher code"}, width: 18},
	{key: "publisherName", path: "publisher.name", title: words{"公开主体", "Publisher"}, width: 22},
	{key: "publisherLevel", path: "publisher.level", title: words{"层级", "Level"}, kind: word, names: levelNames, width: 8},
	{key: "ancestors", path: "publisher.ancestors.name", title: words{"上级", "Above"}, kind: route, width: 20},
}

// entryColumns are what is owed.
var entryColumns = []column{
	{key: "entryCode", path: "entry.code", title: words{"栏目代码", "Entry code"}, width: 10},
	{key: "category", path: "entry.category", title: words{"一级事项", "Category"}, width: 14},
	{key: "item", path: "entry.item", title: words{"二级事项", "Item"}, width: 22},
	{key: "subItem", path: "entry.subItem", title: words{"三级事项", "Sub-item"}, width: 18},
}

// gapColumns are why it is a gap.
var gapColumns = []column{
	{key: "status", title: words{"状态", "Status"}, kind: word, names: statusNames, width: 12},
	{key: "since", title: words{"自", "Since"}, kind: day, width: 12},
	{key: "daysOpen", title: words{"持续天数", "Days open"}, kind: integer, width: 10},
	{key: "rule", path: "reason.rule", title: words{"规则", "Rule"}, width: 30},
	{key: "anchorDate", path: "reason.anchorDate", title: words{"起算日", "Counted from"}, kind: day, width: 13},
	{key: "dueOn", path: "reason.dueOn", title: words{"到期日", "Due on"}, kind: day, width: 12},
	{key: "workingDaysCounted", path: "reason.workingDaysCounted", title: words{"计工作日数", "Working days counted"}, kind: integer, width: 11},
	{key: "provisional", path: "reason.provisional", title: words{"暂算", "Provisional"}, kind: flag, width: 12},
	{key: "legalBasis", path: "reason.legalBasis", title: words{"公开依据", "Legal basis"}, width: 32},
	{key: "document", path: "duties.title", title: words{"文件", "Document"}, kind: list, width: 32},
	{key: "documentNumber", path: "duties.disclosure.documentNumber", title: words{"文号", "Document number"}, kind: list, width: 18},
	{key: "formedOn", path: "duties.disclosure.formedOn", title: words{"成文日期", "Formed on"}, kind: list, width: 12},
	{key: "explanation", title: words{"说明", "Explanation"}, width: 84},
}
