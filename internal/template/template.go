// Package template writes the workbooks that clerks fill in: one for each kind of
// file that is imported, with Chinese headers, lists to choose from, an example that
// an import passes over, and a sheet that explains them.
package template

import (
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/fact"
)

// Template is the workbook of a kind of file.
type Template struct {
	kind    string
	names   []string // in Chinese; the first is the workbook's
	purpose string
	columns []column
}

// column is one of a template.
type column struct {
	fact.Meaning
	title  string
	form   fact.Form
	words  []string
	list   bool
	needed bool
}

// All are the templates, in the order in which one fills them in.
var All = []*Template{
	of(fact.Areas),
	of(fact.Departments),
	of(&fact.Catalogs),
	of(&fact.Entries),
	of(&fact.Assignments),
	of(&fact.Disclosures),
	of(&fact.Movements),
	of(&fact.Events),
	of(&fact.News),
	of(&fact.Concerns),
	of(&fact.Reviews),
	of(&fact.Orders),
	of(&fact.OrderEvents),
	of(&fact.ExemptionRequests),
}

func of[T any](kind *fact.Kind[T]) *Template {
	made := &Template{kind: kind.File, names: kind.Chinese, purpose: kind.Purpose()}
	for _, c := range kind.InFiles() {
		made.columns = append(made.columns, column{
			Meaning: c.Meaning, title: c.Chinese, form: c.Form, words: c.Words.Chinese(), list: c.List, needed: c.Needed,
		})
	}
	return made
}

// Named finds a template by a name of its kind of file in either language, nil where
// there is none.
func Named(name string) *Template {
	at := slices.IndexFunc(All, func(t *Template) bool {
		return strings.EqualFold(t.kind, name) || slices.Contains(t.names, name)
	})
	if at < 0 {
		return nil
	}
	return All[at]
}

// Names lists the names of all templates.
func Names() string {
	names := make([]string, len(All))
	for i, t := range All {
		names[i] = t.kind + " " + t.names[0]
	}
	return strings.Join(names, ", ")
}

// FileName is what the workbook is called.
func (t *Template) FileName() string { return t.names[0] + ".xlsx" }

// open tells whether a column takes other words than those it offers.
func (c *column) open() bool { return c.list || c.Names != fact.Nothing }

// filledIn says how a cell is filled in, in Chinese.
func (c *column) filledIn() string {
	var said []string
	switch c.form {
	case fact.Day:
		said = append(said, "日期，如 2026-05-08")
	case fact.Instant:
		said = append(said, "日期和时间，如 2026-05-08 09:30；只填日期即为当日零时")
	case fact.Period:
		said = append(said, "2026 为全年，2026H1 为上半年，2026Q2 为第二季度，2026-05 为5月")
	case fact.Whole:
		said = append(said, "整数")
	case fact.Money:
		said = append(said, "数字，以元为单位，最多两位小数")
	case fact.Quantity:
		said = append(said, "数字，最多三位小数")
	case fact.Text:
		switch {
		case c.list && len(c.words) > 0:
			said = append(said, "可选值见右")
		case len(c.words) > 0:
			said = append(said, "从下拉列表中选择")
		case c.Names != fact.Nothing:
			said = append(said, "填代码")
		default:
			said = append(said, "文字")
		}
	}
	if c.list {
		said = append(said, "可填多项，用英文分号“;”隔开")
	}
	return strings.Join(said, "；")
}

// need says whether a cell may be left empty, in Chinese.
func (c *column) need() string {
	if c.needed {
		return "必填"
	}
	return "可不填"
}

// note is what the header says of the column.
func (c *column) note() string {
	lines := []string{c.title + "（" + c.need() + "）", c.Says + "。", "填法：" + c.filledIn() + "。"}
	if len(c.words) > 0 {
		lines = append(lines, "可选值："+strings.Join(c.words, "、")+"。")
	}
	if c.Example != "" {
		lines = append(lines, "示例："+c.Example)
	}
	return strings.Join(lines, "\n")
}
