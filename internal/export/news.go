package export

import "github.com/reliefgraph/reliefgraph/internal/fact"

const newsQuestion = `query ExportNews(
  $code: String!, $asOf: Date, $filter: NewsFilter, $orderBy: ListOrder, $scope: Scope, $after: String
) {
  administrativeNode(code: $code) {
    news(filter: $filter, orderBy: $orderBy, scope: $scope, first: 500, after: $after) {
      pageInfo { hasNextPage endCursor }
      edges { node {
        ref title summary publishedAt tags url
        publisher { code name(asOf: $asOf) level ancestors { name } }
        entry { code category item subItem }
      } }
    }
  }
}`

const newsToImport = `query ExportNewsToImport($code: String!, $filter: NewsFilter, $orderBy: ListOrder, $scope: Scope, $after: String) {
  administrativeNode(code: $code) {
    news(filter: $filter, orderBy: $orderBy, scope: $scope, first: 500, after: $after) {
      pageInfo { hasNextPage endCursor }
      edges { node { ref publisher { code } entry { code } title summary publishedAt url tags } }
    }
  }
}`

var newsReport = &report{
	name: "news", title: words{"工作动态", "News"}, formats: []Format{CSV, XLSX, NDJSON},
	arguments: []argument{
		codeArgument, filterObject, {name: "orderBy", allowed: []string{"NEWEST_FIRST", "OLDEST_FIRST"}}, scopeArgument,
	},
	rules: []words{newsRule},
	imported: importOf(&fact.News, newsToImport, "administrativeNode.news", map[string]held{
		"publisher_code": {path: "publisher.code"},
		"entry_code":     {path: "entry.code"},
		"title":          {width: 40},
		"summary":        {width: 60},
		"published_at":   {width: 28},
		"url":            {width: 40},
	}),
	tables: func(s *session) []*table {
		return []*table{{
			title:   words{"工作动态", "News"},
			frozen:  2,
			columns: fixed(newsColumns, publisherColumns, entryColumns),
			rows:    s.pages(newsQuestion, "administrativeNode.news"),
		}}
	},
}

// newsColumns are what is told.
var newsColumns = []column{
	{key: "ref", title: words{"编号", "Ref"}, width: 18},
	{key: "title", title: words{"标题", "Title"}, width: 40},
	{key: "summary", title: words{"摘要", "Summary"}, width: 60},
	{key: "publishedAt", title: words{"发布时间（北京时间）", "Published at (Beijing time)"}, kind: instant, width: 17},
	{key: "tags", title: words{"标签", "Tags"}, kind: list, width: 16},
	{key: "url", title: words{"链接", "Address"}, width: 40},
}
