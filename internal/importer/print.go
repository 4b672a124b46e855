package importer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/register"
)

// How many of each the printed report shows; the JSON has more.
const (
	shownWarnings = 20
	shownGaps     = 50
	shownMoved    = 50
)

// terminal takes a line at a time, and shows what files say in it without obeying it.
type terminal struct{ io.Writer }

// Write writes a line.
func (t terminal) Write(line []byte) (int, error) {
	if _, err := io.WriteString(t.Writer, problem.Visible(strings.TrimSuffix(string(line), "\n"))+"\n"); err != nil {
		return 0, err
	}
	return len(line), nil
}

// Print writes the report for a person.
func (r *Report) Print(to io.Writer) {
	w := terminal{to}
	for _, p := range r.Problems {
		fmt.Fprintln(w, placeOf(&p))
	}
	if unlisted := r.ProblemCount - len(r.Problems); unlisted > 0 {
		fmt.Fprintf(w, "and %d more problems\n", unlisted)
	}
	for i, p := range r.Warnings {
		if i == shownWarnings {
			fmt.Fprintf(w, "and %d more warnings; --format json lists them\n", r.WarningCount-i)
			break
		}
		fmt.Fprintln(w, "warning:", placeOf(&p))
	}
	for _, file := range r.Files {
		if r.ProblemCount > 0 {
			break // what would have been added says nothing
		}
		fmt.Fprintf(
			w,
			"%-12s %9d added  %9d changed  %9d unchanged  %s\n",
			file.Kind,
			file.Added,
			file.Changed,
			file.Unchanged,
			strings.Join(file.Files, " "),
		)
	}
	if r.ProblemCount > 0 {
		fmt.Fprintln(w, r.refusal())
		return
	}
	r.printEffect(w)
	if r.DryRun {
		fmt.Fprintln(w, "dry run: nothing was written")
	}
}

func placeOf(p *tabular.Problem) string {
	var text strings.Builder
	text.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&text, ":%d", p.Line)
	}
	if p.Column != "" {
		fmt.Fprintf(&text, " %s", p.Column)
	}
	if p.Value != "" {
		fmt.Fprintf(&text, " %q", p.Value)
	}
	fmt.Fprintf(&text, ": %s", p.Reason)
	if p.Remedy != "" {
		fmt.Fprintf(&text, "; %s", p.Remedy)
	}
	return text.String()
}

func (r *Report) printEffect(w io.Writer) {
	fmt.Fprintf(
		w,
		"timelines of %d publishers changed; today %d gaps opened and %d closed\n",
		r.Effect.Publishers,
		len(r.Effect.Opened),
		len(r.Effect.Closed),
	)
	for _, list := range []struct {
		what string
		gaps []register.Gap
	}{{"opened", r.Effect.Opened}, {"closed", r.Effect.Closed}} {
		for i, gap := range list.gaps {
			if i == shownGaps {
				fmt.Fprintf(w, "  and %d more %s; --format json lists them\n", len(list.gaps)-i, list.what)
				break
			}
			fmt.Fprintf(w, "  %s %s %s %s\n", list.what, gap.PublisherCode, gap.EntryCode, gap.Status)
		}
	}
	for i, moved := range r.Effect.MovedDeadlines {
		if i == 0 {
			fmt.Fprintf(w, "%d open deadlines moved\n", len(r.Effect.MovedDeadlines))
		}
		if i == shownMoved {
			fmt.Fprintf(w, "  and %d more; --format json lists them\n", len(r.Effect.MovedDeadlines)-i)
			break
		}
		fmt.Fprintf(w, "  %s %s %s %s: %s → %s (%+d days)\n", moved.PublisherCode, moved.EntryCode, moved.Kind, moved.Name,
			moved.Before, moved.After, moved.After-moved.Before)
	}
}

// PrintJSON writes the report for a program, all of it.
func (r *Report) PrintJSON(w io.Writer) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(r); err != nil {
		return err
	}
	_, err := w.Write(problem.VisibleJSON(text.Bytes()))
	return err
}

// MarshalJSON writes the report with what it did to timelines.
func (r *Report) MarshalJSON() ([]byte, error) {
	type plain Report // without this method
	type gap struct {
		Publisher string `json:"publisher"`
		Entry     string `json:"entry"`
		Status    string `json:"status"`
	}
	type deadline struct {
		Publisher string `json:"publisher"`
		Entry     string `json:"entry"`
		Kind      string `json:"kind"`
		Duty      string `json:"duty"`
		Before    string `json:"before"`
		After     string `json:"after"`
		Days      int    `json:"days"`
	}
	r.Problems, r.Warnings = append([]tabular.Problem{}, r.Problems...), append([]Warning{}, r.Warnings...) // never null
	gaps := func(all []register.Gap) []gap {
		list := []gap{}
		for _, g := range all {
			list = append(list, gap{g.PublisherCode, g.EntryCode, g.Status.String()})
		}
		return list
	}
	deadlines := []deadline{}
	for _, m := range r.Effect.MovedDeadlines {
		deadlines = append(
			deadlines,
			deadline{m.PublisherCode, m.EntryCode, m.Kind, m.Name, text(m.Before), text(m.After), int(m.After - m.Before)},
		)
	}
	return json.Marshal(struct {
		*plain
		Publishers     int        `json:"publishersChanged"`
		GapsOpened     []gap      `json:"gapsOpened"`
		GapsClosed     []gap      `json:"gapsClosed"`
		DeadlinesMoved []deadline `json:"deadlinesMoved"`
	}{(*plain)(r), r.Effect.Publishers, gaps(r.Effect.Opened), gaps(r.Effect.Closed), deadlines})
}

func text(day calendar.Day) string { return day.String() }
