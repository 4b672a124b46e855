package acceptance

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
)

// nestedArguments are what the questions give for arguments, by their names; of
// one field's by field.name, and by field.next.name, or with two more fields of the
// path, where those make a difference. %d stands for how many rows of a list are asked, %l for
// how many lists the path has passed: what is read below a list is not what was
// read for the rows of one before it.
var nestedArguments = map[string]string{
	"code":          quoted(nestedCity),
	"publisher":     quoted(nestedArchive),
	"entry":         `"1.1"`,
	"from":          `"2026-06-01"`,
	"relief.from":   `"2026-06-0%l"`,
	"to":            `"2026-11-24"`,
	"step":          "WEEK",
	"ranking.level": "TOWNSHIP",
	"year":          "2026",
	"workingDays":   "60",
	"first":         "%d",
	"search":        `"乡"`,
	"changes": `{limits: [{catalogCode: "C", entryCode: "1.3", limit: {kind: CALENDAR_DAYS, n: 1}},
		{catalogCode: "C", entryCode: "1.1", limit: {kind: WORKING_DAYS, n: 200}}]}`,

	"cell.orders.publisher":                    quoted(nestedChild(0)),
	"successions.from":                         `"2026-03-01"`,
	"coverageChange.from":                      `"2026-09-05"`,
	"administrativeNode.dutiesNotInForce.code": quoted(nestedArchive),
	"whatIf.after.dutiesNotInForce.code":       quoted(nestedArchive),
	"peers.ranking.code":                       quoted(nestedChild(0)),
	"peers.places.code":                        quoted(nestedChild(0)),
	"administrativeNode.ancestors.code":        quoted(nestedChild(0) + "01"),
	"administrativeNode.predecessors.code":     quoted(nestedChild(0)),
}

func quoted(text string) string { return `"` + text + `"` }

// nestedSize is how many rows are asked of the lists of a world: of the first that
// may have many, of one below it, and how many ids.
type nestedSize struct{ outer, inner, ids int }

var nestedSizes = map[int]nestedSize{
	fewRows:    {outer: 17, inner: 5, ids: 17},
	mediumRows: {outer: 30, inner: 5, ids: 30},
	manyRows:   {outer: 300, inner: 5, ids: 100},
}

// rowsOf are those of lists in which what is looked for comes late.
var rowsOf = map[string]int{"disclosures": 16, "byPublisher": 500, "movements": 60, "reviewsDue": 60}

// boundedLists have by their nature few rows, or as many rows as are asked for.
var boundedLists = map[string]string{
	"roots":           "the nation",
	"catalogs":        "those that there are",
	"ancestors":       "one on each level",
	"predecessors":    "of one place",
	"byCategory":      "five categories",
	"byEntry":         "the rows of a catalog",
	"byLevel":         "six levels",
	"byClass":         "six classes",
	"catalogsInForce": "of one place",
	"coverageTrend":   "the days asked for",

	"roots[].children[]":          "the counties of one province",
	"roots[].upcoming.byChild[]":  "likewise",
	"roots[].relief.byChild[]":    "likewise",
	"roots[].upcoming.children[]": "likewise",
	"roots[].relief.children[]":   "likewise",

	"administrativeNode.predecessors[].dutiesNotInForce[]":                   "of one place",
	"administrativeNode.catalogsInForce[].catalog.issuer.dutiesNotInForce[]": "of one place",
}

// widens tells whether one of the lists of a path may have many rows.
func (p nestedPath) widens() bool {
	for i, step := range p {
		_, bounded := boundedLists[step.field.Name]
		if !bounded {
			_, bounded = boundedLists[p[:i+1].String()]
		}
		if step.rows && !bounded {
			return true
		}
	}
	return false
}

// A nestedQuestion is a document that asks paths that part after their last list.
type nestedQuestion struct {
	paths []nestedPath
	text  string
}

// questionOf writes the document; ids are those that nodes(ids:) is asked for
// things of a type.
func questionOf(t testing.TB, paths []nestedPath, sizes nestedSize, ids map[string]string) nestedQuestion {
	t.Helper()
	w := &nestedWriter{t: t, sizes: sizes, ids: ids}
	shared := len(paths[0].prefix())
	end := w.steps(paths[0], 0, shared, "")
	for i, path := range paths {
		w.WriteString(w.steps(path, shared, len(path), fmt.Sprint("leaf", i)) + " ")
	}
	return nestedQuestion{paths, "{ " + w.String() + end + " }"}
}

// prefix is the path up to its last list, and with it.
func (p nestedPath) prefix() nestedPath {
	for i := len(p) - 1; i >= 0; i-- {
		if p[i].rows {
			return p[:i+1]
		}
	}
	return nil
}

type nestedWriter struct {
	strings.Builder
	t     testing.TB
	sizes nestedSize
	ids   map[string]string
}

// steps writes some steps of a path and returns what closes them. The alias is the
// last one's, and with another end the first one's: so that no two paths share an
// object that has read something.
func (w *nestedWriter) steps(path nestedPath, from, to int, alias string) (end string) {
	for i := from; i < to; i++ {
		step, last := path[i], i == len(path)-1
		if step.on != "" {
			w.WriteString("... on " + step.on + " { ")
			end = " }" + end
		}
		switch {
		case last:
			w.WriteString(alias + ": ")
		case i == from && alias != "":
			w.WriteString("to_" + alias + ": ")
		}
		w.WriteString(step.field.Name + w.arguments(path, i))
		connection := strings.HasSuffix(step.field.Type.Name(), "Connection")
		switch {
		case last && connection:
			w.WriteString(" { edges { __typename } }")
		case last && step.composite:
			w.WriteString(" { __typename }")
		case last:
		case step.rows && connection:
			w.WriteString(" { edges { node { ")
			end = " } } }" + end
		default:
			w.WriteString(" { ")
			end = " }" + end
		}
	}
	return end
}

// arguments writes those of a step that nestedArguments has a value for.
func (w *nestedWriter) arguments(p nestedPath, i int) string {
	step := p[i]
	size := w.sizes.outer
	if p[:i].widens() {
		size = w.sizes.inner
	}
	size = max(size, rowsOf[step.field.Name])
	var arguments []string
	for _, argument := range step.field.Arguments {
		value, known := nestedArguments[argument.Name]
		if argument.Name == "instant" { // after all that is asked about was written
			value, known = quoted(time.Now().UTC().Format(time.RFC3339Nano)), true
		}
		name := ""
		for _, next := range p[i:min(i+3, len(p))] {
			name += next.field.Name + "."
			if of, is := nestedArguments[name+argument.Name]; is {
				value, known = of, true
			}
		}
		if argument.Name == "ids" {
			kind := "Disclosure"
			if i < len(p)-1 {
				kind = p[i+1].on
			}
			value, known = w.ids[kind]
		}
		if !known && argument.Type.NonNull && argument.DefaultValue == nil {
			w.t.Fatalf("%s: there is no value for the argument %s of %s: add one to nestedArguments", p, argument.Name, step.field.Name)
		}
		if known {
			arguments = append(
				arguments,
				argument.Name+": "+strings.NewReplacer("%d", fmt.Sprint(size), "%l", fmt.Sprint(1+p[:i].lists())).Replace(value),
			)
		}
	}
	if len(arguments) == 0 {
		return ""
	}
	return "(" + strings.Join(arguments, ", ") + ")"
}

// answered counts how often an answer has something at the end of a path: a value,
// an object, or a list that is not empty; where the path passes no list, the rows
// of the one at its end.
func (q nestedQuestion) answered(path int, answer []byte) int {
	last := q.paths[path][len(q.paths[path])-1]
	if q.paths[path].lists() == 0 {
		return bytes.Count(answer, []byte(`"__typename"`))
	}
	count := func(begins string) int { return bytes.Count(answer, fmt.Appendf(nil, `"leaf%d":%s`, path, begins)) }
	switch {
	case !last.composite:
		return count("") - count("null")
	case strings.HasSuffix(last.field.Type.Name(), "Connection"):
		return count(`{"edges":[{`)
	case last.field.Type.Elem != nil:
		return count(`[{`)
	}
	return count(`{`)
}
