package register

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// Register writes single facts.
type Register struct {
	store *store.Store
	// newest returns an index that holds all that was committed before.
	newest func(context.Context) (*coverage.Index, error)
	today  func() calendar.Day
	actor  string
}

// New makes a register. The actor is who the history of facts names.
func New(into *store.Store, newest func(context.Context) (*coverage.Index, error), today func() calendar.Day, actor string) *Register {
	return &Register{into, newest, today, actor}
}

// write runs a transaction while nodes, catalogs and the calendar stay as they
// are: those it is given.
func (r *Register) write(ctx context.Context, do func(*store.Writing, coverage.Reference) error) error {
	return r.store.Write(ctx, r.actor, func(w *store.Writing) error {
		if err := w.LockReferenceShared(ctx); err != nil {
			return err
		}
		index, err := r.newest(ctx)
		if err != nil {
			return err
		}
		return do(w, index.Reference)
	})
}

// recompute makes the timelines of the affected cells anew, if the publishers
// concerned are those that are locked, else the write begins again. It tells
// whether the fact's own cell was a gap before and is none now.
func (r *Register) recompute(ctx context.Context, w *store.Writing, standard coverage.Reference, set *affected.Set, own catalog.CellKey) (closedGap bool, err error) {
	if others := slices.DeleteFunc(slices.Collect(maps.Keys(set.Publishers)), w.Locked); len(others) > 0 {
		return false, store.RetryWith(slices.Collect(maps.Keys(set.Publishers))...)
	}
	effect, err := Recompute(ctx, w, set.Cells, Recomputing{Standard: standard, Today: r.today()})
	for _, gap := range effect.Closed {
		if gap.PublisherCode == own.PublisherCode && gap.EntryCode == own.EntryCode {
			closedGap = true
		}
	}
	return closedGap, err
}

// The bounds of texts, in characters.
const (
	mostTitle = 500
	mostText  = 5000
	mostRef   = 200
)

// checkRef refuses a ref that could not stand in a file.
func checkRef(field, ref string) error {
	if ref == "" || len(ref) > mostRef || containsBlank(ref) {
		return problem.Invalid(field, "give 1 to 200 bytes without blanks", "%q is no ref", ref)
	}
	return nil
}

func containsBlank(text string) bool {
	for _, r := range text {
		if r <= ' ' || r == '\u3000' || r == '\u00a0' {
			return true
		}
	}
	return false
}

func checkText(field, text string, most int, needed bool) error {
	switch {
	case needed && strings.TrimSpace(text) == "":
		return problem.Invalid(field, "give a text", "it is empty")
	case len([]rune(text)) > most:
		return problem.Invalid(field, "shorten it", "it has more than %d characters", most)
	case strings.ContainsRune(text, 0):
		return problem.Invalid(field, "leave it out", "it holds the character U+0000")
	}
	return nil
}

// checkCell refuses an unknown publisher or entry.
func checkCell(standard coverage.Reference, publisherCode, entryCode string) error {
	if standard.Tree.Find(publisherCode) == area.Nowhere {
		return problem.New(problem.NotFound, "publisherCode", "there is no node of the code %q", publisherCode)
	}
	if !standard.Library.HasEntry(entryCode) {
		return problem.New(problem.NotFound, "entryCode", "no catalog has an entry of the code %q", entryCode)
	}
	return nil
}

func checkInstant(field string, at time.Time) error {
	if !calendar.DayOf(at).InRange() {
		return problem.Invalid(field, "give an instant from 1990 to 2100", "it is out of range")
	}
	return nil
}

// firstFault returns the first error there is.
func firstFault(faults ...error) error {
	for _, fault := range faults {
		if fault != nil {
			return fault
		}
	}
	return nil
}
