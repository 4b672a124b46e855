package export

import "context"

const figureFields = `
fragment Figures on Coverage {
  asOf provisional required covered pending missing overdue stale exempt coverageRate
  timeliness { onTime late overdue open undetermined onTimeRate }
}`

const coverageNodeQuestion = `query ExportCoverage($code: String!, $asOf: Date, $scope: Scope) {
  administrativeNode(code: $code) { __typename code name(asOf: $asOf) level coverage(asOf: $asOf, scope: $scope) { ...Figures } }
}` + figureFields

const coverageChildrenQuestion = `query ExportCoverageOfChildren($code: String!, $asOf: Date, $after: String) {
  administrativeNode(code: $code) {
    children(first: 500, after: $after, asOf: $asOf) {
      pageInfo { hasNextPage endCursor }
      edges { node { __typename code name(asOf: $asOf) level coverage(asOf: $asOf) { ...Figures } } }
    }
  }
}` + figureFields

const coverageGroupsQuestion = `query ExportCoverageByGroup($code: String!, $asOf: Date, $scope: Scope) {
  administrativeNode(code: $code) {
    coverage(asOf: $asOf, scope: $scope) {
      byCategory { category figures { ...Figures } }
      byEntry { entry { code category item subItem } figures { ...Figures } }
      byLevel { level figures { ...Figures } }
    }
  }
}` + figureFields

var coverageReport = &report{
	name: "coverage", title: words{"公开情况", "Coverage"}, formats: []Format{CSV, XLSX, NDJSON},
	arguments: []argument{codeArgument, asOfArgument, scopeArgument},
	rules:     []words{statusRule, rateRule, timelinessRule},
	tables: func(s *session) []*table {
		children := s.pages(coverageChildrenQuestion, "administrativeNode.children")
		group := func(title words, list string, columns []column) *table {
			return &table{
				title: title, columns: fixed(columns, within("figures", figureColumns)),
				rows: s.list(coverageGroupsQuestion, "administrativeNode.coverage."+list),
			}
		}
		return []*table{
			{
				title: words{"公开情况", "Coverage"}, frozen: 2, columns: fixed(nodeColumns, within("coverage", figureColumns)),
				// The node first, then each child with all below it.
				rows: func(ctx context.Context, visit func(record) error) error {
					answer, err := s.once(ctx, coverageNodeQuestion)
					if err != nil {
						return err
					}
					node, _ := answer.at("administrativeNode").(map[string]any)
					if err := visit(node); err != nil || s.variables["scope"] == "SELF" {
						return err
					}
					return children(ctx, visit)
				},
			},
			group(words{"按一级事项", "By category"}, "byCategory", []column{{key: "category", title: words{"一级事项", "Category"}, width: 20}}),
			group(words{"按栏目", "By entry"}, "byEntry", entryColumns),
			group(
				words{"按层级", "By level"},
				"byLevel",
				[]column{{key: "level", title: words{"层级", "Level"}, kind: word, names: levelNames, width: 10}},
			),
		}
	},
}

// nodeColumns are a place or department.
var nodeColumns = []column{
	{key: "code", title: words{"代码", "Code"}, width: 18},
	{key: "name", title: words{"名称", "Name"}, width: 22},
	{key: "type", path: "__typename", title: words{"类型", "Type"}, kind: word, names: nodeNames, width: 8},
	{key: "level", title: words{"层级", "Level"}, kind: word, names: levelNames, width: 8},
}

// figureColumns are the fields of Coverage.
var figureColumns = []column{
	{key: "required", title: words{"应公开", "Required"}, kind: integer, width: 10},
	{key: "covered", title: words{"已公开", "Covered"}, kind: integer, width: 10},
	{key: "pending", title: words{"未到期", "Pending"}, kind: integer, width: 10},
	{key: "missing", title: words{"空白", "Missing"}, kind: integer, width: 10},
	{key: "overdue", title: words{"超期", "Overdue"}, kind: integer, width: 10},
	{key: "stale", title: words{"未及时更新", "Stale"}, kind: integer, width: 12},
	{key: "exempt", title: words{"豁免", "Exempt"}, kind: integer, width: 10},
	{key: "coverageRate", title: words{"公开率", "Coverage rate"}, kind: rate, width: 10},
	{key: "dutiesOnTime", path: "timeliness.onTime", title: words{"按时完成", "Duties on time"}, kind: integer, width: 11},
	{key: "dutiesLate", path: "timeliness.late", title: words{"逾期完成", "Duties late"}, kind: integer, width: 11},
	{key: "dutiesOverdue", path: "timeliness.overdue", title: words{"逾期未完成", "Duties overdue"}, kind: integer, width: 12},
	{key: "dutiesOpen", path: "timeliness.open", title: words{"义务未到期", "Duties open"}, kind: integer, width: 12},
	{key: "dutiesUndetermined", path: "timeliness.undetermined", title: words{"无明确时限", "Duties without due day"}, kind: integer, width: 12},
	{key: "onTimeRate", path: "timeliness.onTimeRate", title: words{"按时率", "On-time rate"}, kind: rate, width: 10},
	{key: "provisional", title: words{"暂算", "Provisional"}, kind: flag, width: 12},
}
