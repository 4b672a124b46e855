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
	// as one.
	BadRows      int             `json:"badRows"`
	Warnings     []Warning       `json:"warnings"`
	WarningCount int             `json:"warningCount"`
	Effect       register.Effect `json:"-"`
	bad          map[badRow]bool
}

type badRow struct {
	file string
	line int
}

func (r *Report) problem(p tabular.Problem) {
	r.ProblemCount++
	if row := (badRow{p.File, p.Line}); !r.bad[row] {
		if r.bad == nil {
			r.bad = map[badRow]bool{}
		}
		r.bad[row] = true
		r.BadRows++
	}
	if len(r.Problems) < mostListed {
		r.Problems = append(r.Problems, p)
	}
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
