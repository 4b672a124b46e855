package importer_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// cells are a fact as a row of a file says it, by column.
type cells map[string]string

// fault spoils a fact in one way, or takes it to an end of what is allowed.
type fault struct {
	what string
	set  cells
	// sent are the values that the mutation has for columns where they are not
	// the cells' texts.
	sent map[string]any
}

// way is a kind of fact that comes both ways.
type way struct {
	columns string // of its file
	good    cells
	faults  []fault
	pairs   int // how many facts have two faults
	// send has the fact written as clients do, by one mutation or several.
	send func(s *sender, f *trial) answer
}

// trial is one fact to be sent both ways.
type trial struct {
	what  string
	cells cells
	sent  map[string]any
	// unread: columns are spoilt whose values the schema or a parser refuses,
	// which names no rule.
	unread bool
}

// answer is what was said of a fact.
type answer struct {
	refused bool
	rules   []string // by which it was refused; of a mutation one, or none where the schema refuses
	warned  []string
	told    string
}

// trials makes facts with no fault, with each alone, and with two of them.
func (w *way) trials(random *rand.Rand) []trial {
	var all []trial
	add := func(some ...fault) {
		made := trial{cells: maps.Clone(w.good), sent: map[string]any{}}
		own := fmt.Sprintf("x%04d", len(all))
		if _, is := made.cells["ref"]; is {
			made.cells["ref"] = own
		}
		var names []string
		for _, f := range some {
			for column, text := range f.set {
				made.cells[column] = strings.ReplaceAll(text, ownRef, own)
				delete(made.sent, column)
				made.unread = made.unread || slices.Contains(scalars, column)
			}
			maps.Copy(made.sent, f.sent)
			names = append(names, f.what)
		}
		made.what = strings.Join(names, " and ")
		all = append(all, made)
	}
	add()
	for _, f := range w.faults {
		add(f)
	}
	for range w.pairs {
		picked := random.Perm(len(w.faults))
		add(w.faults[picked[0]], w.faults[picked[1]])
	}
	return all
}

// ownRef stands in faults for the ref of the fact, which is as long.
const ownRef = "{ref}"

func set(what string, pairs ...string) fault {
	f := fault{what: what, set: cells{}}
	for i := 0; i < len(pairs); i += 2 {
		f.set[pairs[i]] = pairs[i+1]
	}
	return f
}

// refFaults are refs that could be mistaken for others, not be written in links,
// or are as long as they may be. `also` sets what a link wants beside it.
func refFaults(column, start string, also ...string) []fault {
	var faults []fault
	for what, ref := range map[string]string{
		"a full-width space": "a\u3000x", "a no-break space": "a\u00a0x", "an escape": "a\x1bx", "a zero-width space": "a\u200bx",
		"a blank": "a x", "a turned direction": "a\u202ex", "a line separator": "a\u2028x", "decomposed letters": "cafe\u0301",
		"200 bytes": strings.Repeat("y", 200-len(start)), "201 bytes": strings.Repeat("y", 201-len(start)),
		"edges of blanks": "z\u3000 ",
	} {
		faults = append(faults, set(column+" with "+what, append([]string{column, start + ref}, also...)...))
	}
	return sorted(faults)
}

func sorted(faults []fault) []fault {
	slices.SortFunc(faults, func(a, b fault) int { return strings.Compare(a.what, b.what) })
	return faults
}

// textFaults are texts at and beyond their bound, and such as cannot be meant.
func textFaults(column string, most int, also ...string) []fault {
	var faults []fault
	for what, text := range map[string]string{
		"at its bound": strings.Repeat("长", most), "beyond its bound": strings.Repeat("长", most+1),
		"of 6,000 characters": strings.Repeat("x", 6000), "of blanks": "\u3000 ", "of zero width": "\u200b\u2060", "of fillers": "\u3164",
		"with an escape": "通\x1b[31m知", "with a turned direction": "通\u202e知", "with an isolate": "通\u2067知",
		"with a bell":          "通\a知",
		"with edges of blanks": "\u3000 通知\u00a0", "with edges of marks": "\ufeff通知\ufeff", "of two lines": "通知\n第二行\t完",
		"with a zero-width space": "通\u200b知", "of one blank within": "通 知",
	} {
		faults = append(faults, set(column+" "+what, append([]string{column, text}, also...)...))
	}
	return sorted(faults)
}

// missing are facts that lack what they need.
func missing(columns ...string) []fault {
	var faults []fault
	for _, column := range columns {
		faults = append(faults, set("no "+column, column, ""))
	}
	return faults
}

const (
	township = "533102102"
	closed   = "533102104" // valid until 2019
)

func bothWaysWorld() map[string]string {
	world := base()
	world["areas.csv"] = strings.Replace(world["areas.csv"], "parent_code\n", "parent_code,valid_to\n", 1)
	world["areas.csv"] = strings.ReplaceAll(world["areas.csv"], "\n53", ",\n53")
	world["areas.csv"] = strings.Replace(world["areas.csv"], "valid_to,", "valid_to", 1)
	world["areas.csv"] = strings.TrimSuffix(world["areas.csv"], "\n") + ",\n" + closed + ",户育乡,TOWNSHIP,533102,2019-12-31\n"
	world["disclosures.csv"] += "held,533102102,1.1,依申请公开的通知,,,ON_REQUEST,2024-03-01,,,,,,,,,\n"
	return world
}

func date(year, month, day int) calendar.Day { return calendar.Date(year, month, day) }

// scalars are the columns whose values the schema or a parser may refuse.
var scalars = []string{
	"attribute", "severity", "kind", "relief_class", "result", "formed_on", "issued_on", "published_on", "withdrawn_on", "occurred_on",
	"reviewed_on", "published_at", "detected_at", "responded_at", "funds_yuan", "goods_quantity", "households", "persons",
}

// input is the fact as a mutation's input has it: what is empty and not required
// is left out.
func (f *trial) input(required []string, columns ...string) map[string]any {
	input := map[string]any{}
	for _, column := range columns {
		field := strings.TrimSuffix(camel(column), "Yuan")
		text := f.cells[column]
		switch sent, is := f.sent[column]; {
		case is:
			input[field] = sent
		case text == "" && !slices.Contains(required, column):
		case column == "nil" || column == "requires_interpretation":
			input[field] = text == "true"
		case column == "households" || column == "persons":
			input[field] = json.Number(text)
		default:
			input[field] = text
		}
	}
	return input
}

func camel(column string) string {
	parts := strings.Split(column, "_")
	for i := 1; i < len(parts); i++ {
		parts[i] = strings.ToUpper(parts[i][:1]) + parts[i][1:]
	}
	return strings.Join(parts, "")
}

// sender asks a server for mutations.
type sender struct {
	t   *testing.T
	url string
}

func newSender(t *testing.T, db *store.Store) *sender {
	t.Helper()
	follower, err := db.Follow(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	running := httptest.NewServer(pgtest.Trust(t, db).SignedIn(server.New(server.Options{
		Store: db, Follower: follower, Limits: server.DefaultLimits(), Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return today.Time().Add(12 * time.Hour) },
	}).Handler()))
	t.Cleanup(running.Close)
	return &sender{t, running.URL}
}

// send sends a mutation whose answer is called `done`, and returns the id of
// what was written, if it is asked for.
func (s *sender) send(mutation string, variables map[string]any) (said answer, id string) {
	s.t.Helper()
	body, err := json.Marshal(map[string]any{"query": mutation, "variables": variables})
	if err != nil {
		s.t.Fatal(err)
	}
	response, err := http.Post(s.url+"/graphql", "application/json", bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	var got struct {
		Data struct {
			Done *struct {
				Warnings []struct{ Rule string }
				Written  struct{ ID string }
			}
		}
		Errors []struct {
			Message    string
			Extensions struct{ Code, Rule string }
		}
	}
	if err := json.NewDecoder(response.Body).Decode(&got); err != nil {
		s.t.Fatal(err)
	}
	if len(got.Errors) > 0 {
		said.refused, said.told = true, got.Errors[0].Message
		if got.Errors[0].Extensions.Rule != "" {
			said.rules = []string{got.Errors[0].Extensions.Rule}
		}
		if code := got.Errors[0].Extensions.Code; !slices.Contains([]string{"INVALID_INPUT", "NOT_FOUND", "CONFLICT"}, code) {
			s.t.Errorf("%v: %s %s", variables, code, said.told)
		}
		return said, ""
	}
	for _, warning := range got.Data.Done.Warnings {
		said.warned = append(said.warned, warning.Rule)
	}
	return said, got.Data.Done.Written.ID
}

// and takes what a further mutation on the fact says too.
func (a answer) and(further answer) answer {
	further.warned = append(a.warned, further.warned...)
	return further
}

// imported are the answers of a dry run of the importer, by trial, and its
// counts where no row is bad.
func imported(t *testing.T, db *store.Store, name, columns string, trials []*trial) ([]answer, *importer.Report) {
	t.Helper()
	var text strings.Builder
	w := csv.NewWriter(&text)
	header := strings.Split(columns, ",")
	w.Write(header)
	of := map[int]int{}
	for i, trial := range trials {
		w.Flush()
		of[strings.Count(text.String(), "\n")+1] = i
		record := make([]string, len(header))
		for k, column := range header {
			record[k] = trial.cells[column]
		}
		w.Write(record)
	}
	w.Flush()
	dry := options
	dry.DryRun = true
	report, err := run(t, db, dry, map[string]string{name: text.String()})
	if _, refused := errors.AsType[*importer.Refused](err); err != nil && !refused {
		t.Fatal(err)
	}
	answers := make([]answer, len(trials))
	for _, p := range report.Problems {
		i, is := of[p.Line]
		if !is {
			t.Fatalf("no fact stands at %+v", p)
		}
		answers[i].refused, answers[i].told = true, p.Reason
		answers[i].rules = append(answers[i].rules, p.Rule)
	}
	for _, p := range report.Warnings {
		i := of[p.Line]
		answers[i].warned = append(answers[i].warned, p.Rule)
	}
	return answers, report
}

// TestBothWays: a fact is refused or warned of by the same rules whether a file
// brings it or a mutation, and what is stored is the same.
func TestBothWays(t *testing.T) {
	t.Parallel()
	for name, way := range map[string]*way{
		"disclosures.csv": disclosuresBothWays(), "news.csv": newsBothWays(), "concerns.csv": concernsBothWays(),
		"relief.csv": movementsBothWays(), "reviews.csv": reviewsBothWays(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := pgtest.Store(t)
			if report, err := run(t, db, options, bothWaysWorld()); err != nil {
				t.Fatal(err, report.Problems)
			}
			made := way.trials(rand.New(rand.NewPCG(12, 2)))
			all := make([]*trial, len(made))
			for i := range made {
				all[i] = &made[i]
			}
			byFile, _ := imported(t, db, name, way.columns, all)
			// Bad rows hide what is warned of: the good ones are read by themselves.
			var good []*trial
			var numbers []int
			for i := range all {
				if !byFile[i].refused {
					good, numbers = append(good, all[i]), append(numbers, i)
				}
			}
			again, report := imported(t, db, name, way.columns, good)
			if report.ProblemCount > 0 {
				t.Fatalf("rows that were good are bad: %+v", report.Problems)
			}
			for k, i := range numbers {
				byFile[i] = again[k]
			}
			sender, seen := newSender(t, db), map[string]int{}
			for i, trial := range all {
				said := way.send(sender, trial)
				compare(t, trial, said, byFile[i])
				for _, rule := range slices.Concat(said.rules, said.warned) {
					seen[rule]++
				}
			}
			t.Logf("%d facts, %d refused: %v", len(all), len(all)-len(good), seen)
			// What the mutations wrote is what the file would have.
			_, report = imported(t, db, name, way.columns, good)
			if counts := report.Files[0]; counts.Unchanged != len(good) {
				t.Errorf("of %d facts that mutations wrote a file changes %d and adds %d", len(good), counts.Changed, counts.Added)
			}
		})
	}
}

// compare tells where a mutation says something else of a fact than the import.
func compare(t *testing.T, of *trial, said, byFile answer) {
	t.Helper()
	if said.refused != byFile.refused {
		t.Errorf("%s: by mutation %v %q, by file %v %q", of.what, said.rules, said.told, byFile.rules, byFile.told)
		return
	}
	if said.refused {
		if named := len(said.rules) > 0; named && !slices.Contains(byFile.rules, said.rules[0]) || !named && !of.unread {
			t.Errorf(
				"%s: the mutation refuses by %v (%s), the import by %v (%s)",
				of.what,
				said.rules,
				said.told,
				byFile.rules,
				byFile.told,
			)
		}
		return
	}
	for _, warned := range []*[]string{&said.warned, &byFile.warned} {
		slices.Sort(*warned)
		*warned = slices.Compact(*warned)
	}
	if !slices.Equal(said.warned, byFile.warned) {
		t.Errorf("%s: the mutation warns of %v, the import of %v", of.what, said.warned, byFile.warned)
	}
}
