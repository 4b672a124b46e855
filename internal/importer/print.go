package importer

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/register"
)

// How many of each the printed report shows; the JSON has more.
const (
	shownOfKind = 5
	shownGaps   = 50
	shownMoved  = 50
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
		fmt.Fprintf(w, "and %s more\n", plural(unlisted, "fault"))
	}
	r.printWarnings(w)
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
			strings.Join(file.read(), " "),
		)
	}
	if r.ProblemCount > 0 {
		fmt.Fprintln(w, r.refusal())
		return
	}
	r.printEffect(w)
	printFigures(w, r.Effect.Touched)
	r.printNumber(w)
}

// read names the files that were read, of workbooks the sheets.
func (f *FileReport) read() []string {
	alone := slices.DeleteFunc(slices.Clone(f.Files), func(file string) bool {
		return slices.ContainsFunc(f.Sheets, func(sheet string) bool { return strings.HasPrefix(sheet, file+"[") })
	})
	return append(alone, f.Sheets...)
}

// printWarnings tells the warnings by kind, of each how many and the first.
func (r *Report) printWarnings(w io.Writer) {
	byKind := map[string][]*Warning{}
	for i := range r.Warnings {
		code := r.Warnings[i].Code
		byKind[code] = append(byKind[code], &r.Warnings[i])
	}
	for _, kind := range r.WarningKinds {
		fmt.Fprintf(w, "%s: %s\n", plural(kind.Count, "warning"), kind.Code)
		first := byKind[kind.Code][:min(len(byKind[kind.Code]), shownOfKind)]
		for _, p := range first {
			fmt.Fprintln(w, "  "+placeOf(p))
		}
		if more := kind.Count - len(first); more > 0 {
			fmt.Fprintf(w, "  and %d more; --format json lists them\n", more)
		}
	}
}

func placeOf(p *tabular.Problem) string {
	var text strings.Builder
	text.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&text, ":%d", p.Line)
	}
	if p.Column != "" {
		fmt.Fprintf(&text, " %s", cmp.Or(p.Title, p.Column))
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
		"timelines of %s changed; today %s opened and %d closed\n",
		plural(r.Effect.Publishers, "publisher"),
		plural(r.Effect.Opened.Len(), "gap"),
		r.Effect.Closed.Len(),
	)
	for _, list := range []struct {
		what string
		gaps *register.Gaps
	}{{"opened", &r.Effect.Opened}, {"closed", &r.Effect.Closed}} {
		shown := 0
		for gap := range list.gaps.All() {
			if shown == shownGaps {
				fmt.Fprintf(w, "  and %d more %s; --format json lists them\n", list.gaps.Len()-shown, list.what)
				break
			}
			fmt.Fprintf(w, "  %s %s %s %s\n", list.what, gap.PublisherCode, gap.EntryCode, gap.Status)
			shown++
		}
	}
	for i, moved := range r.Effect.MovedDeadlines {
		if i == 0 {
			fmt.Fprintf(w, "%s moved\n", plural(len(r.Effect.MovedDeadlines), "open deadline"))
		}
		if i == shownMoved {
			fmt.Fprintf(w, "  and %d more; --format json lists them\n", len(r.Effect.MovedDeadlines)-i)
			break
		}
		fmt.Fprintf(w, "  %s %s %s %s: %s → %s (%s)\n", moved.PublisherCode, moved.EntryCode, moved.Kind, moved.Name,
			moved.Before, moved.After, shifted(int(moved.After-moved.Before)))
	}
}

// shifted says by how many days a deadline moved.
func shifted(days int) string {
	if days < 0 {
		return plural(-days, "day") + " earlier"
	}
	return plural(days, "day") + " later"
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
		Publisher string  `json:"publisher"`
		Entry     string  `json:"entry"`
		Kind      string  `json:"kind"`
		Duty      *string `json:"duty"` // null of a document that is hidden
		Before    string  `json:"before"`
		After     string  `json:"after"`
		Days      int     `json:"days"`
	}
	// Lists are never null.
	r.Problems, r.Warnings = append([]tabular.Problem{}, r.Problems...), append([]Warning{}, r.Warnings...)
	r.WarningKinds = append([]WarningKind{}, r.WarningKinds...)
	gaps := func(all *register.Gaps) []gap {
		list := []gap{}
		for g := range all.All() {
			list = append(list, gap{g.PublisherCode, g.EntryCode, g.Status.String()})
		}
		return list
	}
	deadlines := []deadline{}
	for _, m := range r.Effect.MovedDeadlines {
		var name *string
		if m.Name != "" {
			name = &m.Name
		}
		deadlines = append(
			deadlines,
			deadline{m.PublisherCode, m.EntryCode, m.Kind, name, text(m.Before), text(m.After), int(m.After - m.Before)},
		)
	}
	return json.Marshal(struct {
		*plain
		Publishers     int        `json:"publishersChanged"`
		GapsOpened     []gap      `json:"gapsOpened"`
		GapsClosed     []gap      `json:"gapsClosed"`
		DeadlinesMoved []deadline `json:"deadlinesMoved"`
		figuresJSON
	}{(*plain)(r), r.Effect.Publishers, gaps(&r.Effect.Opened), gaps(&r.Effect.Closed), deadlines, figuresOf(r.Effect.Touched)})
}

func text(day calendar.Day) string { return day.String() }
