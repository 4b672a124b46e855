package importer

import (
	"fmt"
	"io"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// namesOf names the files that are read, as they are kept beside an import's number.
func namesOf(sources []Source) []string {
	var names []string
	for _, source := range sources {
		if !source.unread {
			names = append(names, problem.Visible(source.Shown))
		}
	}
	return names
}

// printNumber tells by what the import is taken back, or that there is nothing to be.
func (r *Report) printNumber(w io.Writer) {
	switch {
	case r.DryRun:
		fmt.Fprintln(w, "dry run: nothing was written")
	case r.Number > 0:
		fmt.Fprintf(w, "this is import %d; reliefgraph import --undo %d takes it back\n", r.Number, r.Number)
	default:
		fmt.Fprintln(w, "nothing changed, so this import has no number")
	}
}
