package importer

import (
	"fmt"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/register"
)

// ofPublishers are the kinds whose rows are of a publisher, for its clerks to import.
var ofPublishers = []kindName{kindDisclosures, kindNews, kindRelief, kindConcerns}

// Forbidden is the error of an import that wrote nothing because rows are not for the
// account that imports.
type Forbidden struct{ Report *Report }

func (e *Forbidden) Error() string {
	return fmt.Sprintf("%s not for this account; nothing was written", plural(e.Report.forbidden, "row or file"))
}

// Rows are those that are not for the account, as many as are listed.
func (e *Forbidden) Rows() []tabular.Problem {
	return slices.DeleteFunc(slices.Clone(e.Report.Problems), func(p tabular.Problem) bool { return p.Code != "forbidden" })
}

// Count is how many there are.
func (e *Forbidden) Count() int { return e.Report.forbidden }

// forbidKinds forbids the files of which the account may import no row.
func (r *run) forbidKinds(byKind sorted) error {
	for kind, sources := range byKind {
		if r.MayImport(slices.Contains(ofPublishers, kind)) {
			continue
		}
		for _, source := range sources {
			r.report.forbid(tabular.Problem{
				Code: "forbidden", File: source.Shown, Reason: fmt.Sprintf("your account may not import %s", kind),
				Remedy: "leave the file out, or ask who may",
			})
		}
	}
	if r.report.forbidden > 0 {
		return &Forbidden{r.report}
	}
	return nil
}

func (r *Report) forbid(p tabular.Problem) {
	r.forbidden++
	r.problem(p)
}

// forbid notes that a row is not for the account.
func forbid[T any](f *row[T]) {
	f.bad, f.refused = true, true
	f.report.forbid(f.at("forbidden", f.header[0].Name, "your account may not import this row",
		"leave it out, or ask who may import it"))
}

// forbidStored refuses rows for what stands in their place. Of what the account may not
// see it learns that the ref is taken, where it may not replace it, and nothing else.
func forbidStored[T any](
	r *run, batch *register.Batch[T], kind *register.Kind[T], rows []row[T], absent []fact.Column[T], stored map[string]T,
) {
	if !r.ByAccount() {
		return
	}
	for i := range rows {
		f := &rows[i]
		of := known(stored, kind.Key(&f.value))
		if of == nil {
			continue
		}
		unseen, mayReplace := batch.Unseen(of), batch.MayReplace(of)
		switch {
		case unseen && mayReplace:
			notTakenOver(f, absent)
		case mayReplace:
		case unseen && batch.MayAdd(&f.value):
			f.refused = true
			f.fault("ref-taken", f.header[0].Name, "the ref is taken", "give another ref")
		default:
			forbid(f)
		}
	}
}

// notTakenOver refuses a row in the place of one that the account may replace and not
// see, where the file lacks a column.
func notTakenOver[T any](f *row[T], absent []fact.Column[T]) {
	for i := range absent {
		f.refused = true
		f.fault(
			"column-needed",
			absent[i].Name,
			"the file lacks the column, and nothing is taken over from what is not for you to see",
			"add the column, with a value for this row",
		)
	}
}
