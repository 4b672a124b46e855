package export

import (
	"context"
	"encoding/json"
	"strings"
	"time"
)

// kind is what the values of a column are.
type kind uint8

const (
	text     kind = iota
	word          // one of a few, which has a name in either language
	list          // texts or words
	route         // names from the root down
	prose         // a text of several lines
	day           // YYYY-MM-DD
	instant       // a time.Time, or one in RFC 3339, told in Beijing time
	integer       // a count
	money         // yuan to the fen, as text
	quantity      // to a thousandth, as text
	rate          // a part of 1
	flag          // true or false
	verbatim      // a text for an import, which is left as it is even where it looks like a formula
)

// column is one of a table's.
type column struct {
	key   string // names it in NDJSON
	path  string // where it stands in a record; the key where empty
	title words
	kind  kind
	width float64          // in XLSX, in characters
	names map[string]words // of words
	link  func(record) string
	// hidden: it may name what not every caller may see (of files for an import).
	hidden bool
}

// table is rows of one kind.
type table struct {
	title   words
	columns func(context.Context) ([]column, error)
	rows    func(ctx context.Context, visit func(record) error) error
	frozen  int // columns that tell what a row is about: in XLSX they stay in sight, and begin every page
}

// fixed are columns known beforehand.
func fixed(groups ...[]column) func(context.Context) ([]column, error) {
	var all []column
	for _, group := range groups {
		all = append(all, group...)
	}
	return func(context.Context) ([]column, error) { return all, nil }
}

// within are columns of an object in a record; their keys are the fields' own.
func within(object string, columns []column) []column {
	moved := make([]column, len(columns))
	for i, c := range columns {
		c.path = object + "." + c.at()
		moved[i] = c
	}
	return moved
}

func (c *column) at() string {
	if c.path != "" {
		return c.path
	}
	return c.key
}

// typed is a value of another kind than its column's.
type typed struct {
	kind  kind
	value any
}

// value is a record's in the column: nil, a string, a json.Number, a bool, a
// time.Time or a list of these.
func (c *column) value(r record) (kind, any) {
	switch value := r.at(c.at()).(type) {
	case typed:
		return value.kind, value.value
	case string:
		if value == "" {
			return c.kind, nil
		}
		return c.kind, value
	default:
		return c.kind, value
	}
}

// said is a value as text in a language.
func (c *column) said(kind kind, value any, in locale) string {
	switch value := value.(type) {
	case nil:
		return ""
	case bool:
		if value {
			return words{"是", "yes"}.in(in)
		}
		return words{"否", "no"}.in(in)
	case json.Number:
		return value.String()
	case []any:
		parts := make([]string, 0, len(value))
		for _, one := range value {
			if one, ok := one.(string); ok {
				parts = append(parts, c.named(one, in))
			}
		}
		if kind == route {
			return strings.Join(parts, " / ")
		}
		return strings.Join(parts, words{"；", "; "}.in(in))
	case string:
		if at, err := time.Parse(time.RFC3339, value); err == nil && kind == instant {
			return at.In(shanghai).Format("2006-01-02 15:04")
		}
		return c.named(value, in)
	}
	return ""
}

// named is a word's name; what has none is shown as it is.
func (c *column) named(value string, in locale) string {
	if named, ok := c.names[value]; ok {
		return named.in(in)
	}
	return value
}

// wraps tells kinds whose text goes on in further lines where its column is too narrow.
func (k kind) wraps() bool {
	return k == text || k == list || k == route || k == prose || k == verbatim
}

// textual tells kinds whose text others have written: it may look like a formula.
func (k kind) textual() bool { return k <= prose }
