package importer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// arrangementFile is a calendar file; other keys in it are ignored.
type arrangementFile struct {
	Year int `json:"year"`
	Days []struct {
		Date     string `json:"date"`
		Name     string `json:"name"`
		IsOffDay *bool  `json:"isOffDay"`
	} `json:"days"`
}

// value is what stands in a field that a finding names.
func (a *arrangementFile) value(field string) string {
	var i int
	if _, err := fmt.Sscanf(field, "days[%d].date", &i); err == nil {
		return a.Days[i].Date
	}
	if field == "year" {
		return strconv.Itoa(a.Year)
	}
	return ""
}

// largestCalendar is far more than any year's arrangement takes.
const largestCalendar = 1 << 20

func (r *run) calendars(ctx context.Context, sources []Source) error {
	present := map[int]calendar.Arrangement{}
	for _, arrangement := range r.Reference.Days.Arrangements() {
		present[arrangement.Year] = arrangement
	}
	var counts register.Counts
	seen := map[int]string{}
	var changed []calendar.Arrangement
	for _, source := range sources {
		arrangement, ok, err := r.readArrangement(source)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if first, twice := seen[arrangement.Year]; twice {
			r.report.problem(tabular.Problem{
				File: source.Shown, Column: "year", Value: fmt.Sprint(arrangement.Year),
				Reason: "the year stands already in " + first, Remedy: "keep one of the two files",
			})
			continue
		}
		seen[arrangement.Year] = source.Shown
		before, known := present[arrangement.Year]
		switch {
		case !known:
			counts.Added++
		case slices.Equal(before.Days, arrangement.Days):
			counts.Unchanged++
			continue
		default:
			counts.Changed++
		}
		changed = append(changed, arrangement)
	}
	r.counted(kindCalendar, sources, counts)
	if len(changed) == 0 || r.report.ProblemCount > 0 {
		return nil
	}
	return r.Arrangements(ctx, changed)
}

func (r *run) readArrangement(source Source) (arrangement calendar.Arrangement, ok bool, err error) {
	fault := func(column, value, reason, remedy string) {
		ok = false
		r.report.problem(tabular.Problem{File: source.Shown, Column: column, Value: value, Reason: reason, Remedy: remedy})
	}
	file, err := source.Files.Open(source.Name)
	if err != nil {
		return arrangement, false, fmt.Errorf("opening %s: %w", source.Shown, err)
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, largestCalendar+1))
	if err != nil {
		return arrangement, false, fmt.Errorf("reading %s: %w", source.Shown, err)
	}
	if len(content) > largestCalendar {
		fault("", "", "it is larger than 1 MiB", "give one year's arrangement a file")
		return arrangement, false, nil
	}
	var parsed arrangementFile
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if err := json.Unmarshal(content, &parsed); err != nil {
		line := 0
		if syntax, isSyntax := errors.AsType[*json.SyntaxError](err); isSyntax {
			line = 1 + countLines(content[:min(int(syntax.Offset), len(content))])
		}
		r.report.problem(
			tabular.Problem{
				File:   source.Shown,
				Line:   line,
				Reason: "it is no calendar file: " + err.Error(),
				Remedy: "see docs/contract/import-formats.md",
			},
		)
		return arrangement, false, nil
	}
	ok = true
	arrangement.Year = parsed.Year
	for i, row := range parsed.Days {
		column := fmt.Sprintf("days[%d]", i)
		day, err := calendar.ParseDay(row.Date)
		switch {
		case err != nil:
			fault(column+".date", row.Date, "it is no date from 1990 to 2100", "write YYYY-MM-DD")
		case row.IsOffDay == nil:
			fault(column+".isOffDay", "", "it is missing", "give true for a day off, false for a weekend day worked")
		}
		arrangement.Days = append(arrangement.Days, calendar.ArrangedDay{Day: day, Name: row.Name, Off: row.IsOffDay == nil || *row.IsOffDay})
	}
	var found rule.Findings
	found.Arrangement(&arrangement)
	for _, f := range found {
		p := tabular.Problem{
			File: source.Shown, Column: f.Field, Value: parsed.value(f.Field), Reason: f.Message, Remedy: f.Remedy, Rule: f.Rule.Name,
		}
		if f.Rule.Refused {
			ok = false
			r.report.problem(p)
		} else {
			r.report.warn(p)
		}
	}
	slices.SortFunc(arrangement.Days, func(a, b calendar.ArrangedDay) int { return int(a.Day - b.Day) })
	return arrangement, ok, nil
}

func countLines(content []byte) int {
	lines := 0
	for _, b := range content {
		if b == '\n' {
			lines++
		}
	}
	return lines
}
