// Package packed says which forms of packed rows a release reads, and which it writes: those
// of the release before and of the next one are on the same database while servers are
// replaced. Reasons: docs/adr/0015-releases-beside.md.
package packed

import (
	"errors"
	"fmt"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// A packed row begins with its form. forms are the oldest one that this release reads, the
// one that it writes, and the newest that it reads. It is a text so that a test can link
// the program as releases to come will be (-ldflags -X), which a constant would take
// minutes to compile for.
var forms = "1 1 1"

// Oldest is the oldest form that is read, Written the one that is written.
var Oldest, Written, newest = parse(forms)

func parse(forms string) (oldest, written, newest byte) {
	if _, err := fmt.Fscan(strings.NewReader(forms), &oldest, &written, &newest); err != nil {
		panic(fmt.Sprintf("the forms of packed rows, %q: %v", forms, err))
	}
	return oldest, written, newest
}

// ErrForm says that a packed row is of a form that this release does not read. What it
// wraps besides tells what to do.
var ErrForm = errors.New("a packed row is of another release")

// Check refuses what begins with a form that this release does not read.
func Check(form byte) error {
	var p *problem.Problem
	switch {
	case form > newest:
		p = problem.New(problem.Unavailable, "", "the database holds what a newer release has written, which this server cannot read").
			Mend("replace it by that release or, where no server of that is to run any more, run reliefgraph rebuild of this one")
	case form < Oldest:
		p = problem.New(problem.Unavailable, "", "the database holds what an older release has written, which this server cannot read").
			Mend("end the servers of that release, then run reliefgraph rebuild")
	default:
		return nil
	}
	return fmt.Errorf("form %d: %w: %w", form, ErrForm, p)
}
