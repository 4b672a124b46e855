package export

import (
	"context"
	"fmt"
	"strings"
)

const matrixEntriesQuestion = `query ExportMatrixEntries($code: String!, $asOf: Date) {
  coverageMatrix(code: $code, asOf: $asOf, first: 0) { entries { code item subItem } }
}`

const matrixQuestion = `query ExportMatrix($code: String!, $asOf: Date, $after: String) {
  coverageMatrix(code: $code, asOf: $asOf, first: 500, after: $after) {
    pageInfo { hasNextPage endCursor }
    rows { publisher { code name(asOf: $asOf) level ancestors { name } } cells { entryCode status } }
  }
}`

var matrixReport = &report{
	name: "matrix", title: words{"公开一览表", "All items"}, formats: []Format{CSV, XLSX, NDJSON},
	arguments: []argument{codeArgument, asOfArgument},
	rules:     []words{matrixRule, statusRule},
	tables: func(s *session) []*table {
		rows := s.pages(matrixQuestion, "coverageMatrix")
		return []*table{{
			title: words{"公开一览表", "All items"}, frozen: 2,
			columns: s.matrixColumns,
			rows: func(ctx context.Context, visit func(record) error) error {
				return rows(ctx, func(row record) error {
					statuses := map[string]any{}
					err := row.each("cells", func(cell record) error {
						statuses[cellKey(cell["entryCode"])] = cell["status"]
						return nil
					})
					row["statuses"] = statuses
					if err != nil {
						return err
					}
					return visit(row)
				})
			},
		}}
	},
}

// matrixColumns are the publisher's and one for each entry of the whole matrix.
func (s *session) matrixColumns(ctx context.Context) ([]column, error) {
	answer, err := s.once(ctx, matrixEntriesQuestion)
	if err != nil {
		return nil, err
	}
	columns := append([]column{}, publisherColumns...)
	return columns, answer.each("coverageMatrix.entries", func(entry record) error {
		name := entry.at("item")
		if sub, ok := entry.at("subItem").(string); ok {
			name = sub
		}
		title := fmt.Sprintf("%v %v", entry["code"], name)
		columns = append(columns, column{
			key: fmt.Sprint(
				entry["code"],
			),
			path:  "statuses." + cellKey(entry["code"]),
			title: words{title, title},
			kind:  word,
			names: statusNames,
			width: 12,
		})
		return nil
	})
}

// cellKey is an entry's code without the dots, which part the fields of a path.
func cellKey(code any) string { return strings.ReplaceAll(fmt.Sprint(code), ".", "_") }
