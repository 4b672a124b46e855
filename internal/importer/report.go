// Package importer reads import files into facts: all of a call or nothing. The
// formats are in docs/contract/import-formats.md.
package importer

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/register"
)

// mostListed is how many problems, and how many warnings, a report lists; it counts
// all of them.
const mostListed = 100_000

// Warning is something unusual but possible, which is accepted.
type Warning = tabular.Problem

// FileReport is what one kind of file did.
type FileReport struct {
	Kind      string   `json:"kind"`
	Files     []string `json:"files"`
	Added     int      `json:"added"`
	Changed   int      `json:"changed"`
	Unchanged int      `json:"unchanged"`
}

// Report is what an import did, or would do.
type Report struct {
	DryRun  bool         `json:"dryRun"`
	Written bool         `json:"written"`
	Files   []FileReport `json:"files"`
	// Problems are the rows refused; with any, nothing is written.
	Problems     []tabular.Problem `json:"problems"`
	ProblemCount int               `json:"problemCount"`
	// BadRows is how many rows have a problem; a file that cannot be read counts
	// as one; each day of a calendar file is a row.
	BadRows      int              `json:"badRows"`
	Warnings     []Warning        `json:"warnings"`
	WarningCount int              `json:"warningCount"`
	Effect       register.Effect  `json:"-"`
	bad          map[string]lines // by file, to count a row once
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
	of, added := r.bad[p.File].add(row)
	if added {
		r.BadRows++
	}
	if r.bad == nil {
		r.bad = map[string]lines{}
	}
	r.bad[p.File] = of
	if len(r.Problems) < mostListed {
		r.Problems = append(r.Problems, p)
	}
}

// unlistedRows counts rows that have one problem each, and no place in the list.
func (r *Report) unlistedRows(n int) {
	r.ProblemCount += n
	r.BadRows += n
}

func (r *Report) warn(p tabular.Problem) {
	r.WarningCount++
	if len(r.Warnings) < mostListed {
		r.Warnings = append(r.Warnings, p)
	}
}

func (r *Report) refusal() string {
	return fmt.Sprintf("%d bad rows with %d problems; nothing was written", r.BadRows, r.ProblemCount)
}

// sort orders what was found by file and line.
func (r *Report) sort() {
	byPlace := func(a, b tabular.Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	}
	slices.SortStableFunc(r.Problems, byPlace)
	slices.SortStableFunc(r.Warnings, byPlace)
}

// Refused is the error of an import that wrote nothing because of bad rows.
type Refused struct{ Report *Report }

func (e *Refused) Error() string {
	return e.Report.refusal()
}
