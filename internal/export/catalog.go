package export

import "context"

const catalogQuestion = `query ExportCatalog($code: String!, $asOf: Date) {
  administrativeNode(code: $code) {
    catalog(asOf: $asOf) {
      code title basedOn { code title basedOn { code title basedOn { code title basedOn { code title } } } }
      categories { name entries {
        code category item subItem content legalBasis levels publishers mode audience limit { kind n anchor }
        period periodWorkingDays refreshDays channels leaf catalogCode evidence
      } }
    }
  }
}`

var catalogReport = &report{
	name: "catalog", title: words{"标准目录", "Catalog"}, formats: []Format{CSV, XLSX, NDJSON},
	arguments: []argument{codeArgument, asOfArgument},
	rules:     []words{catalogRule},
	tables: func(s *session) []*table {
		return []*table{{title: words{"标准目录", "Catalog"}, frozen: 4, columns: fixed(catalogColumns), rows: s.catalogRows}}
	},
}

// catalogRows are the effective rows; there is none where no catalog is in force.
func (s *session) catalogRows(ctx context.Context, visit func(record) error) error {
	answer, err := s.once(ctx, catalogQuestion)
	if err != nil {
		return err
	}
	titles := map[any]any{}
	catalog, _ := answer.at("administrativeNode.catalog").(map[string]any)
	for at := record(catalog); at != nil; {
		titles[at["code"]] = at["title"]
		based, _ := at["basedOn"].(map[string]any)
		at = based
	}
	return record(catalog).each("categories", func(category record) error {
		return category.each("entries", func(entry record) error {
			entry["catalogTitle"] = titles[entry["catalogCode"]]
			return visit(entry)
		})
	})
}

var catalogColumns = []column{
	{key: "code", title: words{"序号", "Code"}, width: 10},
	{key: "category", title: words{"一级事项", "Category"}, width: 14},
	{key: "item", title: words{"二级事项", "Item"}, width: 22},
	{key: "subItem", title: words{"三级事项", "Sub-item"}, width: 18},
	{key: "leaf", title: words{"是否栏目", "Has a cell"}, kind: flag, width: 10},
	{key: "content", title: words{"公开内容", "Content"}, width: 50},
	{key: "legalBasis", title: words{"公开依据", "Legal basis"}, width: 40},
	{key: "levels", title: words{"公开层级", "Levels"}, kind: list, names: levelNames, width: 16},
	{key: "publishers", title: words{"公开主体", "Publishers"}, kind: list, names: publisherNames, width: 24},
	{key: "mode", title: words{"公开方式", "Mode"}, kind: word, names: modeNames, width: 12},
	{key: "audience", title: words{"公开对象", "Audience"}, kind: word, names: audienceNames, width: 12},
	{key: "limitKind", path: "limit.kind", title: words{"时限计法", "Limit"}, kind: word, names: limitNames, width: 12},
	{key: "limitNumber", path: "limit.n", title: words{"时限", "Limit's number"}, kind: integer, width: 8},
	{key: "limitAnchor", path: "limit.anchor", title: words{"起算", "Counted from"}, kind: word, names: anchorNames, width: 8},
	{key: "period", title: words{"公开周期", "Period"}, kind: word, names: periodNames, width: 10},
	{key: "periodWorkingDays", title: words{"期末后工作日", "Working days after a period"}, kind: integer, width: 12},
	{key: "refreshDays", title: words{"更新周期（天）", "Refresh days"}, kind: integer, width: 12},
	{key: "channels", title: words{"公开渠道", "Channels"}, kind: list, width: 30},
	{key: "catalogCode", title: words{"来源目录代码", "From catalog, code"}, width: 18},
	{key: "catalogTitle", title: words{"来源目录", "From catalog"}, width: 36},
	{key: "evidence", title: words{"依据说明", "Evidence"}, width: 30},
}
