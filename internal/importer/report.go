// Package importer reads import files into facts: all of a call or nothing. The
// formats are in docs/contract/import-formats.md.
package importer

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/importer/marked"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/register"
)

// mostListed is how many problems, and how many warnings, a report lists; it counts
// all of them.
const mostListed = 100_000

// Warning is something unusual but possible, which is accepted.
type Warning = tabular.Problem

// WarningKind is how many warnings of a kind there are.
type WarningKind struct {
	Code  string `json:"code"`
	Count int    `json:"count"`
}

// FileReport is what one kind of file did.
type FileReport struct {
	Kind  string   `json:"kind"`
	Files []string `json:"files"`
	// Sheets are those of workbooks that were read, as relief.xlsx[一月].
	Sheets    []string `json:"sheets,omitempty"`
	Added     int      `json:"added"`
	Changed   int      `json:"changed"`
	Unchanged int      `json:"unchanged"`
}

// Report is what an import did, or would do.
type Report struct {
	DryRun  bool `json:"dryRun"`
	Written bool `json:"written"`
	// Number is that of the import, by which it can be taken back; one that changed
	// nothing has none.
	Number int64        `json:"number,omitempty"`
	Files  []FileReport `json:"files"`
	// Problems are the rows refused; with any, nothing is written.
	Problems     []tabular.Problem `json:"problems"`
	ProblemCount int               `json:"problemCount"`
	// BadRows is how many rows have a problem; a file that cannot be read counts
	// as one; each day of a calendar file is a row.
	BadRows      int              `json:"badRows"`
	Warnings     []Warning        `json:"warnings"`
	WarningCount int              `json:"warningCount"`
	WarningKinds []WarningKind    `json:"warningKinds"`
	Effect       register.Effect  `json:"-"`
	bad          map[string]lines // by file, to count a row once
	forbidden    int              // of the problems, those that are not for the account
	// titles are what files call columns, where that is not their name: by file and name.
	titles map[string]map[string]string
}

// titled notes what a file calls its columns.
func (r *Report) titled(shown string, layout layout, reader *tabular.Reader) {
	for i, column := range layout.header {
		title := ""
		if reader.Has(i) {
			title = reader.Title(i)
		}
		if title == "" {
			continue
		}
		if r.titles == nil {
			r.titles = map[string]map[string]string{}
		}
		if r.titles[shown] == nil {
			r.titles[shown] = map[string]string{}
		}
		r.titles[shown][column.Name] = title
	}
}

// lines is a set of a file's lines, a bit for each: all of a large file may be bad.
type lines []uint64

// add tells whether the line was not there yet.
func (l lines) add(line int) (lines, bool) {
	const bits = 64
	if missing := line/bits + 1 - len(l); missing > 0 {
		l = append(l, make(lines, missing)...)
	}
	word, bit := &l[line/bits], uint64(1)<<(line%bits)
	added := *word&bit == 0
	*word |= bit
	return l, added
}

func (r *Report) problem(p tabular.Problem) { r.problemOfRow(p, p.Line) }

// problemOfRow notes a problem of a row that is not told by its line.
func (r *Report) problemOfRow(p tabular.Problem, row int) {
	r.ProblemCount++
	p.Code = cmp.Or(p.Code, p.Rule)
	of, added := r.bad[p.File].add(row)
	if added {
		r.BadRows++
	}
	if r.bad == nil {
		r.bad = map[string]lines{}
	}
	r.bad[p.File] = of
	if len(r.Problems) < mostListed {
		p.Title = r.titles[p.File][p.Column]
		r.Problems = append(r.Problems, p)
	}
}

// unlistedRows counts rows that have one problem each, and no place in the list.
func (r *Report) unlistedRows(n int) {
	r.ProblemCount += n
	r.BadRows += n
}

func (r *Report) warn(p tabular.Problem) {
	p.Code = cmp.Or(p.Code, p.Rule)
	of := r.countWarnings(p.Code, 1)
	// The first of each kind are listed, however many there are of others.
	if len(r.Warnings) < mostListed || of.Count <= shownOfKind {
		p.Title = r.titles[p.File][p.Column]
		r.Warnings = append(r.Warnings, p)
	}
}

// countWarnings counts warnings of a kind, listed or not.
func (r *Report) countWarnings(code string, n int) *WarningKind {
	r.WarningCount += n
	i := slices.IndexFunc(r.WarningKinds, func(k WarningKind) bool { return k.Code == code })
	if i < 0 {
		i, r.WarningKinds = len(r.WarningKinds), append(r.WarningKinds, WarningKind{Code: code})
	}
	of := &r.WarningKinds[i]
	of.Count += n
	return of
}

// refusal says what was refused: rows, and files that cannot be read as a whole.
func (r *Report) refusal() string {
	files := 0
	for _, of := range r.bad {
		if of[0]&1 > 0 {
			files++
		}
	}
	var refused []string
	if rows := r.BadRows - files; rows > 0 {
		refused = append(refused, plural(rows, "row"))
	}
	if files > 0 {
		refused = append(refused, plural(files, "file"))
	}
	text := strings.Join(refused, " and ") + " refused"
	if r.ProblemCount > r.BadRows {
		text += " for " + plural(r.ProblemCount, "fault")
	}
	return text + "; nothing was written"
}

// plural is a number of things.
func plural(n int, thing string) string { return problem.Counted(n, thing, thing+"s") }

// sort orders what was found by file and line.
func (r *Report) sort() {
	byPlace := func(a, b tabular.Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	}
	slices.SortStableFunc(r.Problems, byPlace)
	slices.SortStableFunc(r.Warnings, byPlace)
	slices.SortStableFunc(r.WarningKinds, func(a, b WarningKind) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Code, b.Code))
	})
}

// Refused is the error of an import that wrote nothing because of bad rows.
type Refused struct{ Report *Report }

func (e *Refused) Error() string {
	return e.Report.refusal()
}

// CheckCopy refuses a path to which WriteMarked could write nothing.
func CheckCopy(file string) error { return marked.Check(file) }

// WriteMarked writes a copy of what was imported to a workbook, in which what the
// report tells is marked in the cells.
func (r *Report) WriteMarked(sources []Source, file string) error {
	var copied []marked.Source
	for _, source := range sources {
		if source.unread || strings.EqualFold(path.Ext(source.Name), ".json") {
			continue
		}
		kind, _ := kindOf(source, &Report{})
		copied = append(copied, marked.Source{
			Files: source.Files, Name: source.Name, Shown: source.Shown, Columns: layoutOf[kind].header,
		})
	}
	return marked.Write(copied, r.Problems, r.Warnings, file)
}
