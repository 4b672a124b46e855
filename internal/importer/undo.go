package importer

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// UndoReport is what taking an import back did, or would do.
type UndoReport struct {
	DryRun  bool `json:"dryRun"`
	Written bool `json:"written"`
	// Number is that of the undo, which is an import itself; Undoes that of the import
	// taken back, with who imported which files when.
	Number     int64           `json:"number,omitempty"`
	Undoes     int64           `json:"undoes"`
	ImportedBy string          `json:"importedBy,omitempty"`
	ImportedAt string          `json:"importedAt,omitempty"`
	Files      []string        `json:"files"`
	Kinds      []UndoneKind    `json:"kinds"`
	Rests      []RestingFact   `json:"rests"`
	RestCount  int             `json:"restCount"`
	Effect     register.Effect `json:"-"`
}

// UndoneKind is what of one kind of file was taken back: rows removed that the import
// had added, restored as they were before it, and brought back that it had taken out.
type UndoneKind struct {
	Kind        string `json:"kind"`
	Removed     int    `json:"removed"`
	Restored    int    `json:"restored"`
	BroughtBack int    `json:"broughtBack"`
}

// RestingFact is a fact that rests on the import and keeps it from being taken back.
type RestingFact struct {
	Kind   string `json:"kind"`
	Key    string `json:"key"`
	Why    string `json:"why"`
	By     string `json:"by,omitempty"`
	At     string `json:"at,omitempty"`
	Import int64  `json:"import,omitempty"`
}

// Undo takes an import back, or nothing if something later rests on it: then the error
// is a *register.Resting, which the report lists.
func Undo(ctx context.Context, into *store.Store, number int64, options Options) (*UndoReport, error) {
	report := &UndoReport{DryRun: options.DryRun, Undoes: number, Files: []string{}, Kinds: []UndoneKind{}, Rests: []RestingFact{}}
	undone, err := register.Undo(ctx, into, register.Bulking{
		By: options.By, Today: options.Today, DryRun: options.DryRun,
		Progress: func(done, total int) { options.progress("timelines", int64(done), int64(total)) },
	}, number)
	if resting, rests := errors.AsType[*register.Resting](err); rests {
		report.RestCount = resting.Total
		for i := range resting.Rests {
			report.Rests = append(report.Rests, restingFact(&resting.Rests[i]))
		}
	}
	if err != nil {
		return report, err
	}
	report.Written = !options.DryRun
	report.Number, report.Effect = undone.Number, undone.Effect
	report.ImportedBy, report.ImportedAt = undone.By, shownInstant(undone.At)
	report.Files = append(report.Files, undone.Files...)
	for _, rows := range undone.Rows {
		report.Kinds = append(report.Kinds, UndoneKind{kindOfTable[rows.Table], rows.Removed, rows.Restored, rows.BroughtBack})
	}
	return report, nil
}

// kindOfTable calls tables as their files are called.
var kindOfTable = map[string]string{
	store.Nodes.Name(): "areas, departments", store.Catalogs.Name(): string(kindCatalogs), store.Entries.Name(): string(kindEntries),
	store.ArrangementDays.Name(): string(kindCalendar), store.Assignments.Name(): string(kindAssignments),
	store.Disclosures.Name(): string(kindDisclosures), store.News.Name(): string(kindNews), store.Events.Name(): string(kindEvents),
	store.ReliefMovements.Name(): string(kindRelief), store.Reviews.Name(): string(kindReviews),
	store.Concerns.Name(): string(kindConcerns), "secrecy_review": "secrecy reviews",
	store.Orders.Name(): string(kindOrders), store.OrderEvents.Name(): string(kindOrderEvents), store.Requests.Name(): string(kindRequests),
}

func restingFact(of *register.Rest) RestingFact {
	fact := RestingFact{Kind: kindOfTable[of.Table], Key: of.Key, By: of.By, Import: of.Import}
	if !of.At.IsZero() {
		fact.At = shownInstant(of.At)
	}
	switch of.Why {
	case "CHANGED":
		fact.Why = "it was changed later"
	case "REMOVED":
		fact.Why = "it was taken out later"
	case "ADDED_AGAIN":
		fact.Why = "it was taken out by the import, and is there again"
	case "NAMED":
		fact.Why = "it was taken out later, and a row would name it again"
	case "REVIEWS":
		fact.Why = "it is a review that the document as it was before would not have"
	case "SAME_YEAR":
		fact.Why = "it is a later day of the same year's arrangement"
	case "NOT_ALLOWED":
		fact.Why = "without the import it would not be allowed: " + of.Named
	case "MISFITS":
		fact.Why = "it does not fit the tree as it was before: " + of.Named
	default:
		fact.Why = "it names " + of.Named + ", which the import added"
	}
	return fact
}

func shownInstant(at time.Time) string { return at.In(beijing).Format(time.RFC3339) }

var beijing = time.FixedZone("", 8*60*60)

// Print writes the report for a person.
func (r *UndoReport) Print(to io.Writer) {
	w := terminal{to}
	if r.RestCount > 0 {
		fmt.Fprintf(w, "import %d is not taken back, as something later rests on it:\n", r.Undoes)
		for _, fact := range r.Rests {
			from := ""
			if fact.Import > 0 {
				from = fmt.Sprintf(", import %d", fact.Import)
			}
			fmt.Fprintf(w, "  %s %s: %s (%s%s)\n", fact.Kind, fact.Key, fact.Why,
				cmp.Or(strings.TrimSpace(fact.By+" "+fact.At), "nobody is on record"), from)
		}
		if more := r.RestCount - len(r.Rests); more > 0 {
			fmt.Fprintf(w, "  and %d more\n", more)
		}
		fmt.Fprintln(w, "nothing was written; take back what rests on it first, or correct the rows by another import")
		return
	}
	fmt.Fprintf(w, "import %d of %s, %s: %s\n", r.Undoes, r.ImportedAt, r.ImportedBy, strings.Join(r.Files, " "))
	for _, kind := range r.Kinds {
		fmt.Fprintf(w, "%-18s %9d removed  %9d as before  %9d brought back\n", kind.Kind, kind.Removed, kind.Restored, kind.BroughtBack)
	}
	(&Report{Effect: r.Effect}).printEffect(w)
	printFigures(w, r.Effect.Touched)
	if r.DryRun {
		fmt.Fprintln(w, "dry run: nothing was written")
	} else {
		fmt.Fprintf(w, "import %d is taken back; this is import %d\n", r.Undoes, r.Number)
	}
}

// PrintJSON writes the report for a program.
func (r *UndoReport) PrintJSON(w io.Writer) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(struct {
		*UndoReport
		Publishers int `json:"publishersChanged"`
		figuresJSON
	}{r, r.Effect.Publishers, figuresOf(r.Effect.Touched)})
	if err != nil {
		return err
	}
	_, err = w.Write(problem.VisibleJSON(text.Bytes()))
	return err
}
