package export

import "github.com/reliefgraph/reliefgraph/internal/fact"

const disclosuresQuestion = `query ExportDisclosures(
  $code: String!, $asOf: Date, $filter: DisclosureFilter, $scope: Scope, $after: String
) {
  administrativeNode(code: $code) {
    disclosures(filter: $filter, scope: $scope, first: 500, after: $after) {
      pageInfo { hasNextPage endCursor }
      edges { node {
        ref title documentNumber indexNumber attribute mark formedOn issuedOn publishedOn withdrawnOn
        period nil requiresInterpretation channel url
        publisher { code name(asOf: $asOf) level ancestors { name } }
        entry { code category item subItem }
        interpretation { ref title publishedOn }
        reviews { reviewedOn result }
        secrecyReview { reviewedOn reviewedBy result }
      } }
    }
  }
}`

const disclosuresToImport = `query ExportDisclosuresToImport($code: String!, $filter: DisclosureFilter, $scope: Scope, $after: String) {
  administrativeNode(code: $code) {
    disclosures(filter: $filter, scope: $scope, first: 500, after: $after) {
      pageInfo { hasNextPage endCursor }
      edges { node {
        ref publisher { code } entry { code } title documentNumber indexNumber attribute formedOn issuedOn publishedOn withdrawnOn
        period nil requiresInterpretation interpretsRef channel url
      } }
    }
  }
}`

var disclosuresReport = &report{
	name: "disclosures", title: words{"公开信息", "Disclosures"}, formats: []Format{CSV, XLSX, NDJSON},
	arguments: []argument{codeArgument, filterObject, scopeArgument},
	rules:     []words{seenRule},
	imported: importOf(&fact.Disclosures, disclosuresToImport, "administrativeNode.disclosures", map[string]held{
		"publisher_code": {path: "publisher.code"},
		"entry_code":     {path: "entry.code"},
		"title":          {width: 50},
		"interprets_ref": {hidden: true},
		"url":            {width: 40},
	}),
	tables: func(s *session) []*table {
		return []*table{{
			title:   words{"公开信息", "Disclosures"},
			frozen:  2,
			columns: fixed(documentColumns, publisherColumns, entryColumns, afterwardsColumns),
			rows:    s.pages(disclosuresQuestion, "administrativeNode.disclosures"),
		}}
	},
}

// documentColumns are what the document says of itself.
var documentColumns = []column{
	{key: "ref", title: words{"编号", "Ref"}, width: 18},
	{key: "title", title: words{"标题", "Title"}, width: 50},
	{key: "documentNumber", title: words{"文号", "Document number"}, width: 22},
	{key: "indexNumber", title: words{"索引号", "Index number"}, width: 18},
	{key: "attribute", title: words{"公开属性", "Attribute"}, kind: word, names: attributeNames, width: 12},
	{key: "mark", title: words{"公开属性标注", "Mark"}, width: 16},
	{key: "formedOn", title: words{"成文日期", "Formed on"}, kind: day, width: 12},
	{key: "issuedOn", title: words{"印发日期", "Issued on"}, kind: day, width: 12},
	{key: "publishedOn", title: words{"公开日期", "Published on"}, kind: day, width: 12},
	{key: "withdrawnOn", title: words{"撤回日期", "Withdrawn on"}, kind: day, width: 12},
	{key: "period", title: words{"所属期", "Period"}, width: 10},
	{key: "nil", title: words{"本期无此类信息", "Nil declaration"}, kind: flag, width: 12},
	{key: "requiresInterpretation", title: words{"应解读", "Wants interpreting"}, kind: flag, width: 13},
	{key: "channel", title: words{"公开渠道", "Channel"}, width: 16},
	{key: "url", title: words{"链接", "Address"}, width: 40},
}

// afterwardsColumns are what became of it.
var afterwardsColumns = []column{
	{key: "interpretationRef", path: "interpretation.ref", title: words{"解读编号", "Interpretation ref"}, width: 18},
	{key: "interpretationTitle", path: "interpretation.title", title: words{"解读标题", "Interpretation"}, width: 40},
	{
		key:   "interpretationPublishedOn",
		path:  "interpretation.publishedOn",
		title: words{"解读公开日期", "Interpretation published on"},
		kind:  day,
		width: 15,
	},
	{key: "reviewedOn", path: "reviews.reviewedOn", title: words{"属性审查日期", "Attribute reviewed on"}, kind: list, width: 14},
	{key: "reviewResult", path: "reviews.result", title: words{"属性审查结果", "Review's result"}, kind: list, names: reviewNames, width: 14},
	{key: "secrecyReviewedOn", path: "secrecyReview.reviewedOn", title: words{"保密审查日期", "Secrecy reviewed on"}, kind: day, width: 14},
	{key: "secrecyReviewedBy", path: "secrecyReview.reviewedBy", title: words{"保密审查部门", "Secrecy reviewed by"}, width: 18},
	{key: "secrecyReviewResult", path: "secrecyReview.result", title: words{"保密审查结果", "Secrecy review's result"}, width: 18},
}
