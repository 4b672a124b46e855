package export

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// formArgument asks for the form that an import reads.
var formArgument = argument{name: "form", allowed: []string{"import"}}

// importFile is an export in the form of an import's file: its columns in its order
// and no others, with what is stored in them and not what spreadsheets make of it.
type importFile struct {
	name     words // of the file, without its ending
	columns  []column
	question string
	path     string // of the rows in the answer
}

// held is where answers have what a column of a file says, where that is not a text
// of the column's own name.
type held struct {
	path   string
	kind   kind
	width  float64
	hidden bool // of one who may not see all documents: the file lacks the column, so that an import leaves it as it is
}

// importOf makes the file of a kind of fact. Names, headers and words are the importer's own.
func importOf[T any](of *fact.Kind[T], question, path string, where map[string]held) *importFile {
	file := &importFile{name: words{of.Chinese[0], of.File}, question: question, path: path}
	for _, c := range of.InFiles() {
		made := column{key: c.Name, path: c.Field, title: words{c.Chinese, c.Name}, kind: verbatim, width: 16, names: map[string]words{}}
		if c.Form == fact.Day {
			made.kind = day
		}
		if held, ok := where[c.Name]; ok {
			made.hidden = held.hidden
			if held.path != "" {
				made.path = held.path
			}
			if held.kind != text {
				made.kind = held.kind
			}
			if held.width > 0 {
				made.width = held.width
			}
		}
		for _, word := range c.Words {
			made.names[word.Value] = words{word.Chinese, word.Value}
		}
		file.columns = append(file.columns, made)
	}
	return file
}

// table is what the caller gets of the file.
func (f *importFile) table(s *session) *table {
	var columns []column
	for _, c := range f.columns {
		if !c.hidden || s.seesHidden {
			columns = append(columns, c)
		}
	}
	written := make([]column, len(columns)) // whose values stand ready by key
	for i, c := range columns {
		written[i] = c
		written[i].path = ""
	}
	return &table{
		title:   f.name,
		frozen:  1,
		columns: fixed(written),
		rows: func(ctx context.Context, visit func(record) error) error {
			return s.pages(f.question, f.path)(ctx, func(row record) error {
				cells := make(record, len(columns))
				for i := range columns {
					cells[columns[i].key] = columns[i].asImported(row, s.locale)
				}
				return visit(cells)
			})
		},
	}
}

// asImported is a value as an import reads it.
func (c *column) asImported(row record, in locale) any {
	switch value := row.at(c.at()).(type) {
	case bool:
		if value {
			return typed{c.kind, c.named("1", in)}
		}
		return typed{c.kind, c.named("0", in)}
	case []any:
		parts := make([]string, 0, len(value))
		for _, one := range value {
			if one, ok := one.(string); ok {
				parts = append(parts, c.named(one, in))
			}
		}
		return typed{c.kind, strings.Join(parts, ";")}
	case string:
		return typed{c.kind, c.named(value, in)}
	case json.Number:
		return typed{c.kind, value}
	}
	return nil
}

// asForm reads the form asked for.
func (r *Request) asForm(query url.Values) error {
	form, err := formArgument.read(query.Get(formArgument.name))
	if err != nil || form == nil {
		return err
	}
	if r.format == NDJSON {
		return problem.Invalid(formArgument.name, "ask for .csv or .xlsx", "an import reads no NDJSON")
	}
	r.imported = r.report.imported
	return nil
}
