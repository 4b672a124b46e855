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
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// arrangementFile is a calendar file; other keys in it are ignored.
type arrangementFile struct {
	Year int           `json:"year"`
	Days []arrangedDay `json:"days"`
}

// arrangedDay is a day as it stands in the file, so that a value of another type
// is told with its day, and the days after it are read.
type arrangedDay struct {
	Date     json.RawMessage `json:"date"`
	Name     json.RawMessage `json:"name"`
	IsOffDay json.RawMessage `json:"isOffDay"`
}

// read puts the day into the form of the domain; fault is told the name, value,
// reason and remedy of what cannot be.
func (d *arrangedDay) read(fault func(name, value, reason, remedy string)) calendar.ArrangedDay {
	var date string
	read := calendar.ArrangedDay{Off: true}
	err := json.Unmarshal(given(d.Date, `""`), &date)
	if err == nil {
		read.Day, err = calendar.ParseDay(date)
	}
	if err != nil {
		fault("date", shown(d.Date), "it is no date from 1990 to 2100", "write YYYY-MM-DD")
	}
	if err := json.Unmarshal(given(d.Name, `""`), &read.Name); err != nil {
		fault("name", shown(d.Name), "it is no text", "write the holiday's name in quotes")
	}
	if given(d.IsOffDay, "") == nil {
		fault("isOffDay", "", "it is missing", "give true for a day off, false for a weekend day worked")
	} else if err := json.Unmarshal(d.IsOffDay, &read.Off); err != nil {
		fault("isOffDay", shown(d.IsOffDay), "it is neither true nor false", "give true for a day off, false for a weekend day worked")
	}
	return read
}

// given is a value, or another where it is left out or null.
func given(value json.RawMessage, otherwise string) json.RawMessage {
	if len(value) > 0 && string(value) != "null" {
		return value
	}
	if otherwise == "" {
		return nil
	}
	return json.RawMessage(otherwise)
}

// shown is a value as problems tell it: a text without its quotes.
func shown(value json.RawMessage) string {
	var text string
	if err := json.Unmarshal(value, &text); err != nil {
		text = string(value)
	}
	return shortened(text)
}

// value is what stands in a field that a finding names.
func (a *arrangementFile) value(field string) string {
	day, name, _ := dayOf(field)
	switch {
	case name == "date":
		return shown(a.Days[day].Date)
	case name == "name":
		return shown(a.Days[day].Name)
	case field == "year":
		return strconv.Itoa(a.Year)
	}
	return ""
}

// dayOf is which day a field is of, and which of its fields: days[3].date.
func dayOf(field string) (day int, name string, is bool) {
	_, err := fmt.Sscanf(field, "days[%d].%s", &day, &name)
	return day, name, err == nil
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
			again := rule.Twice("year", first)
			r.report.problem(tabular.Problem{
				File: source.Shown, Column: again.Field, Value: fmt.Sprint(arrangement.Year),
				Reason: again.Message, Remedy: again.Remedy, Rule: again.Rule.Name,
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
	refuse := func(p tabular.Problem) {
		ok = false
		row := 0
		if day, _, is := dayOf(p.Column); is {
			row = day + 1
		}
		r.report.problemOfRow(p, row)
	}
	fault := func(column, value, reason, remedy string) {
		refuse(
			tabular.Problem{Code: "calendar-unreadable", File: source.Shown, Column: column, Value: value, Reason: reason, Remedy: remedy},
		)
	}
	file, err := source.Files.Open(source.Name)
	if p, ok := errors.AsType[*tabular.Problem](err); ok {
		fault("", "", p.Reason, p.Remedy)
		return arrangement, false, nil
	}
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
	if bytes.HasPrefix(content, []byte{0xff, 0xfe}) || bytes.HasPrefix(content, []byte{0xfe, 0xff}) {
		fault("", "", "it is UTF-16", "save it in UTF-8")
		return arrangement, false, nil
	}
	var parsed arrangementFile
	content, broken := tabular.Text(content)
	if broken != nil {
		broken.File = source.Shown
		r.report.problem(*broken)
		return arrangement, false, nil
	}
	if err := json.Unmarshal(content, &parsed); err != nil {
		line := 0
		if syntax, isSyntax := errors.AsType[*json.SyntaxError](err); isSyntax {
			line = 1 + countLines(content[:min(int(syntax.Offset), len(content))])
		}
		r.report.problem(
			tabular.Problem{
				Code:   "broken-file",
				File:   source.Shown,
				Line:   line,
				Reason: "it is no calendar file: " + notCalendar(err),
				Remedy: `write {"year": 2027, "days": [{"date": "2027-01-01", "name": "元旦", "isOffDay": true}]}, in UTF-8`,
			},
		)
		return arrangement, false, nil
	}
	if key, line := misnamed(content); key != "" {
		r.report.problem(tabular.Problem{
			Code:   "calendar-unreadable",
			File:   source.Shown,
			Line:   line,
			Value:  shortened(key),
			Reason: "the key stands twice, or is in another letter case",
			Remedy: "leave one, as year, days, date, name or isOffDay",
		})
		return arrangement, false, nil
	}
	ok = true
	arrangement.Year = parsed.Year
	if named, err := strconv.Atoi(stem(source.Name)); err == nil && parsed.Year != 0 && named != parsed.Year {
		fault("year", strconv.Itoa(parsed.Year), fmt.Sprintf("the file is named for %d, and its year is %d", named, parsed.Year),
			"correct the year, or the file's name")
	}
	for i := range parsed.Days {
		arrangement.Days = append(arrangement.Days, parsed.Days[i].read(func(name, value, reason, remedy string) {
			fault(fmt.Sprintf("days[%d].%s", i, name), value, reason, remedy)
		}))
	}
	rule.NormaliseArrangement(&arrangement)
	var found rule.Findings
	found.Arrangement(&arrangement)
	found.ListedBeside(&arrangement, r.Reference.Days.Arrangements())
	for _, f := range found {
		p := tabular.Problem{
			File: source.Shown, Column: f.Field, Value: parsed.value(f.Field), Reason: f.Message, Remedy: f.Remedy, Rule: f.Rule.Name,
		}
		if f.Rule.Refused {
			refuse(p)
		} else {
			r.report.warn(p)
		}
	}
	slices.SortFunc(arrangement.Days, func(a, b calendar.ArrangedDay) int { return int(a.Day - b.Day) })
	return arrangement, ok, nil
}

// misnamed finds a key of a file or of a day that stands twice, or in another letter
// case: the library would mix what they say. The content is whole JSON.
func misnamed(content []byte) (key string, line int) {
	decoder := json.NewDecoder(bytes.NewReader(content))
	type level struct {
		object, value bool // whether it is one, and its next token a value
		keys          []string
	}
	var open []level
	for {
		token, err := decoder.Token()
		if err != nil {
			return "", 0
		}
		if token == json.Delim('}') || token == json.Delim(']') {
			open = open[:len(open)-1]
			continue
		}
		if within := len(open) - 1; within >= 0 && open[within].object {
			within := &open[within]
			if within.value = !within.value; within.value {
				named, _ := token.(string)
				for _, known := range []string{"year", "days", "date", "name", "isOffDay"} {
					if !strings.EqualFold(known, named) {
						continue
					}
					if known != named || slices.Contains(within.keys, known) {
						return named, 1 + countLines(content[:decoder.InputOffset()])
					}
					within.keys = append(within.keys, known)
				}
				continue
			}
		}
		if token == json.Delim('{') || token == json.Delim('[') {
			open = append(open, level{object: token == json.Delim('{')})
		}
	}
}

// notCalendar says how JSON is no calendar, without the words of the program.
func notCalendar(err error) string {
	mistaken, is := errors.AsType[*json.UnmarshalTypeError](err)
	switch {
	case !is:
		return err.Error()
	case mistaken.Field == "":
		return "its outermost part is a JSON " + mistaken.Value + " and not an object"
	}
	return mistaken.Field + " is a JSON " + mistaken.Value
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
