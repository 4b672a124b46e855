package acceptance

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/sample"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// messyCase is a case of testdata/cases, whose README says what its parts mean.
type messyCase struct {
	ID     string      `json:"id"`
	Family string      `json:"family"`
	Rule   string      `json:"rule"`
	Kind   string      `json:"kind"`
	World  string      `json:"world"`
	Steps  []caseStep  `json:"steps"`
	Expect expectation `json:"expect"`

	folder string // of its files
}

type caseStep struct {
	Import  []string          `json:"import"`
	DryRun  []string          `json:"dryRun"`
	Request *caseRequest      `json:"request"`
	Get     string            `json:"get"`
	Writes  bool              `json:"writes"`
	Save    map[string]string `json:"save"` // by name, the path of a value of the answer
}

type caseRequest struct {
	Query         string         `json:"query"`
	Variables     map[string]any `json:"variables,omitempty"`
	OperationName string         `json:"operationName,omitempty"`
	Data          any            `json:"data,omitempty"` // expected, where it is asked afterwards
}

type expectation struct {
	Exit     *int              `json:"exit"`
	Counts   map[string][3]int `json:"counts"` // added, changed, unchanged
	Then     []caseRequest     `json:"then"`
	MustName together          `json:"mustName"`
	NotName  []string          `json:"notName"`
	Warns    []together        `json:"warns"`
	NoWarns  []string          `json:"noWarns"`
	Says     []string          `json:"says"`
	Text     *struct {
		Says    []string `json:"says"`
		NotSays []string `json:"notSays"`
	} `json:"text"`
	Data   any          `json:"data"`
	SameAs *caseRequest `json:"sameAs"`
	Error  *struct {
		Codes    []string `json:"codes"`
		Request  bool     `json:"request"`
		MustName together `json:"mustName"`
	} `json:"error"`
	Status int `json:"status"`
}

// together is what stands together in one problem or warning.
type together []detail

// detail is one thing that is told; its fields are ways to tell it.
type detail struct {
	text   string
	line   int
	column string
	apart  string // what is struck out before the text is sought
	oneOf  []detail
}

func (d *detail) UnmarshalJSON(content []byte) error {
	var named struct{ Column, Apart, Name string }
	switch content[0] {
	case '"':
		return json.Unmarshal(content, &d.text)
	case '[':
		return json.Unmarshal(content, &d.oneOf)
	case '{':
		if err := strictly(bytes.NewReader(content), &named); err != nil {
			return err
		}
		if (named.Column == "") == (named.Name == "" || named.Apart == "") {
			return fmt.Errorf("%s names neither a column nor what stands apart", content)
		}
		d.column, d.apart, d.text = named.Column, named.Apart, named.Name
		return nil
	}
	return json.Unmarshal(content, &d.line)
}

func (d *detail) in(p *tabular.Problem, text string) bool {
	switch {
	case d.oneOf != nil:
		return slices.ContainsFunc(d.oneOf, func(one detail) bool { return one.in(p, text) })
	case d.column != "":
		return p != nil && p.Column == d.column
	case d.line != 0:
		return p != nil && p.Line == d.line
	case d.apart != "":
		text = strings.ReplaceAll(text, d.apart, "")
	}
	return strings.Contains(text, d.text)
}

func (t together) in(p *tabular.Problem, text string) bool {
	return !slices.ContainsFunc(t, func(d detail) bool { return !d.in(p, text) })
}

// strictly reads JSON in which nothing is unknown.
func strictly(from io.Reader, into any) error {
	decoder := json.NewDecoder(from)
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

const casesFolder = "testdata/cases"

// messyCases reads a file of cases, whose files are in a folder each.
func messyCases(t *testing.T, file, folder string) []messyCase {
	t.Helper()
	content, err := os.Open(filepath.Join(casesFolder, file))
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	var all struct{ Cases []messyCase }
	if err := strictly(content, &all); err != nil {
		t.Fatal(file, err)
	}
	for i := range all.Cases {
		if all.Cases[i].folder, err = filepath.Abs(filepath.Join(casesFolder, folder, all.Cases[i].ID)); err != nil {
			t.Fatal(err)
		}
	}
	return all.Cases
}

// TestCases runs the examples of messy inputs: the customer's, and our own.
func TestCases(t *testing.T) {
	t.Parallel()
	begin := sync.OnceValue(func() string { return casesWorld(t) })
	shared := sync.OnceValue(func() *store.Store { return unchanging(t, begin()) })
	known := map[string]bool{}
	for file, folder := range map[string]string{"cases.json": "files", "own.json": "own"} {
		for _, one := range messyCases(t, file, folder) {
			if known[one.ID] {
				t.Errorf("%s stands twice", one.ID)
			}
			known[one.ID] = true
			t.Run(one.ID, func(t *testing.T) {
				t.Parallel()
				db := shared
				if !one.keeps() {
					db = func() *store.Store { return pgtest.Open(t, pgtest.CopyOf(t, begin()), store.Options{}) }
				}
				if fault := one.run(t, db()); fault != nil {
					t.Error(fault)
				}
			})
		}
	}
}

// casesWorld is a database with the state in which each case begins.
func casesWorld(t *testing.T) string {
	t.Helper()
	address := pgtest.Lasting(t)
	db, err := store.Open(context.Background(), address, store.Options{Connections: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	demo, err := importer.FromFolder(sample.Demo(), "demo")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := importer.Import(context.Background(), db, demo, importing); err != nil {
		t.Fatal(err)
	}
	pgtest.Import(t, db, importing, filepath.Join(casesFolder, "world"))
	return address
}

// unchanging is a database for the cases that keep it as it is, which it is when they
// have run.
func unchanging(t *testing.T, world string) *store.Store {
	t.Helper()
	db := pgtest.Open(t, pgtest.CopyOf(t, world), store.Options{})
	imports := func() (n int) {
		if err := db.DB().QueryRow("SELECT count(*) FROM import").Scan(&n); err != nil {
			t.Error(err)
		}
		return n
	}
	before := imports()
	t.Cleanup(func() {
		if after := imports(); after != before {
			t.Errorf("%d imports that should have written nothing wrote", after-before)
		}
	})
	return db
}

// keeps tells whether the case should leave what is stored as it is.
func (c *messyCase) keeps() bool {
	if len(c.Steps) == 1 && c.Expect.Exit != nil && *c.Expect.Exit != 0 {
		return true
	}
	return !slices.ContainsFunc(c.Steps, func(s caseStep) bool { return s.Import != nil || s.Writes })
}

// run runs the case and tells what is not as expected.
func (c *messyCase) run(t *testing.T, db *store.Store) error {
	t.Helper()
	if c.World != "demo" || len(c.Steps) == 0 {
		return fmt.Errorf("its world is %q, and it has %d steps", c.World, len(c.Steps))
	}
	saved := map[string]string{}
	for i := range c.Steps {
		last := i == len(c.Steps)-1
		if err := c.step(t, db, &c.Steps[i], last, saved); err != nil {
			return fmt.Errorf("step %d: %w", i+1, err)
		}
	}
	for _, asked := range c.Expect.Then {
		answer, err := (&caseStep{}).ask(t, db, &asked, nil)
		if err != nil {
			return err
		}
		if got := answer["data"]; answer["errors"] != nil || !reflect.DeepEqual(got, asked.Data) {
			return fmt.Errorf("afterwards it answers %s", asJSON(answer))
		}
	}
	return nil
}

func (c *messyCase) step(t *testing.T, db *store.Store, step *caseStep, last bool, saved map[string]string) error {
	t.Helper()
	given := 0
	for _, is := range []bool{step.Import != nil, step.DryRun != nil, step.Request != nil, step.Get != ""} {
		if is {
			given++
		}
	}
	if given != 1 {
		return fmt.Errorf("it does %d things", given)
	}
	succeeds, zero := &expectation{}, 0
	switch {
	case step.Request != nil:
		answer, err := step.ask(t, db, step.Request, saved)
		if err != nil {
			return err
		}
		if !last {
			if answer["errors"] != nil {
				return fmt.Errorf("it answers %s", asJSON(answer))
			}
			for name, path := range step.Save {
				text, err := valueAt(answer["data"], path)
				if err != nil {
					return err
				}
				saved[name] = text
			}
			return nil
		}
		return c.Expect.answered(t, db, step, answer)
	case step.Get != "":
		succeeds.Status = http.StatusOK
	default:
		succeeds.Exit = &zero
	}
	if last {
		succeeds = &c.Expect
	}
	if step.Get != "" {
		return succeeds.got(t, db, step)
	}
	return succeeds.imported(c.importing(db, step))
}

// importing imports as the command does that is called within the case's folder.
func (c *messyCase) importing(db *store.Store, step *caseStep) (report *importer.Report, exit int, err error) {
	options := importing
	options.DryRun = step.DryRun != nil
	var paths []string
	for _, path := range append(slices.Clone(step.Import), step.DryRun...) {
		paths = append(paths, filepath.Join(c.folder, path))
	}
	sources, err := importer.FromPaths(paths)
	if err != nil {
		return nil, 2, err
	}
	for i := range sources {
		sources[i].Shown = strings.TrimPrefix(sources[i].Shown, c.folder+"/")
	}
	report, err = importer.Import(context.Background(), db, sources, options)
	if _, refused := errors.AsType[*importer.Refused](err); refused {
		return report, 1, nil
	}
	if err != nil {
		exit = 1
	}
	return report, exit, err
}

// imported holds an import against what is expected of it.
func (e *expectation) imported(report *importer.Report, exit int, err error) error {
	if err != nil {
		return fmt.Errorf("exit %d, no report: %w", exit, err)
	}
	if e.Exit == nil || e.Data != nil || e.SameAs != nil || e.Error != nil || e.Status != 0 {
		return errors.New("what it expects is not of an import")
	}
	var all strings.Builder
	if err := report.PrintJSON(&all); err != nil {
		return err
	}
	if exit != *e.Exit {
		return fmt.Errorf("exit %d and not %d: %.1500s", exit, *e.Exit, asJSON(report.Problems))
	}
	counts := map[string][3]int{}
	for _, file := range report.Files {
		counts[file.Kind] = [3]int{file.Added, file.Changed, file.Unchanged}
	}
	for kind, expected := range e.Counts {
		if counts[kind] != expected {
			return fmt.Errorf("of %s %v and not %v: %.1500s", kind, counts[kind], expected, asJSON(report.Warnings))
		}
	}
	if e.MustName != nil && !anyTells(report.Problems, e.MustName) {
		return fmt.Errorf("no problem names all of it: %.1500s", asJSON(report.Problems))
	}
	for _, expected := range e.Warns {
		if !anyTells(report.Warnings, expected) {
			return fmt.Errorf("no warning names all of it: %.1500s", asJSON(report.Warnings))
		}
	}
	for _, forbidden := range e.NotName {
		if anyTells(report.Problems, together{{text: forbidden}}) {
			return fmt.Errorf("a problem names %s: %.1500s", forbidden, asJSON(report.Problems))
		}
	}
	for _, forbidden := range e.NoWarns {
		if anyTells(report.Warnings, together{{text: forbidden}}) {
			return fmt.Errorf("a warning names %s: %.1500s", forbidden, asJSON(report.Warnings))
		}
	}
	for _, expected := range e.Says {
		if !strings.Contains(all.String(), expected) {
			return fmt.Errorf("the report does not say %s: %.1500s", expected, all.String())
		}
	}
	if e.Text != nil {
		var text strings.Builder
		report.Print(&text)
		for _, expected := range e.Text.Says {
			if !strings.Contains(text.String(), expected) {
				return fmt.Errorf("it does not say %s: %.1500s", expected, text.String())
			}
		}
		for _, forbidden := range e.Text.NotSays {
			if strings.Contains(text.String(), forbidden) {
				return fmt.Errorf("it says %s: %.1500s", forbidden, text.String())
			}
		}
	}
	return nil
}

// anyTells tells whether one problem tells all.
func anyTells(problems []tabular.Problem, all together) bool {
	return slices.ContainsFunc(problems, func(p tabular.Problem) bool {
		return all.in(&p, strings.Join([]string{p.File, p.Column, p.Value, p.Reason, p.Remedy}, "\n"))
	})
}

// ask posts a request; what was saved is put into its text.
func (s *caseStep) ask(t *testing.T, db *store.Store, request *caseRequest, saved map[string]string) (map[string]any, error) {
	t.Helper()
	sent := caseRequest{Query: request.Query, Variables: request.Variables, OperationName: request.OperationName}
	for name, value := range saved {
		sent.Query = strings.ReplaceAll(sent.Query, "{{"+name+"}}", value)
	}
	if strings.Contains(sent.Query, "{{") {
		return nil, fmt.Errorf("something was not saved: %s", sent.Query)
	}
	address := s.serve(t, db)
	response, err := http.Post(address+"/graphql", "application/json", strings.NewReader(asJSON(sent)))
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var answer map[string]any
	return answer, json.NewDecoder(response.Body).Decode(&answer)
}

func (s *caseStep) serve(t *testing.T, db *store.Store) (address string) {
	t.Helper()
	if s.Writes {
		return serveTrusted(t, db, nil).url
	}
	return serve(t, db, nil).url
}

// answered holds an answer against what is expected of it.
func (e *expectation) answered(t *testing.T, db *store.Store, step *caseStep, answer map[string]any) error {
	t.Helper()
	said := fmt.Errorf("it answers %.1500s", asJSON(answer))
	given := 0
	for _, is := range []bool{e.Data != nil, e.SameAs != nil, e.Error != nil} {
		if is {
			given++
		}
	}
	if given != 1 || e.Exit != nil || e.Status != 0 || e.Counts != nil || e.MustName != nil || e.NotName != nil ||
		e.Warns != nil || e.NoWarns != nil || e.Says != nil || e.Text != nil {
		return errors.New("what it expects is not of a request")
	}
	switch {
	case e.Data != nil:
		if answer["errors"] != nil || !reflect.DeepEqual(answer["data"], e.Data) {
			return said
		}
	case e.SameAs != nil:
		other, err := step.ask(t, db, e.SameAs, nil)
		if err != nil {
			return err
		}
		if answer["errors"] != nil || answer["data"] == nil || !reflect.DeepEqual(answer["data"], other["data"]) {
			return fmt.Errorf("%w, and not %s", said, asJSON(other))
		}
	default:
		if e.Error.Request && answer["data"] != nil {
			return said
		}
		faults, _ := answer["errors"].([]any)
		if !slices.ContainsFunc(faults, func(fault any) bool {
			code, err := valueAt(fault, "extensions.code")
			return err == nil && slices.Contains(e.Error.Codes, code) && e.Error.MustName.in(nil, asJSON(fault))
		}) {
			return said
		}
	}
	return nil
}

// got asks for an address.
func (e *expectation) got(t *testing.T, db *store.Store, step *caseStep) error {
	t.Helper()
	if e.Status == 0 || e.Exit != nil || e.Counts != nil || e.NotName != nil || e.Warns != nil || e.NoWarns != nil ||
		e.Says != nil || e.Text != nil || e.Data != nil || e.SameAs != nil || e.Error != nil {
		return errors.New("what it expects is not of an address")
	}
	response, err := http.Get(step.serve(t, db) + step.Get)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != e.Status || !e.MustName.in(nil, string(content)) {
		return fmt.Errorf("it answers %d: %.1500s", response.StatusCode, content)
	}
	return nil
}

// valueAt follows a path of keys and positions to a text.
func valueAt(value any, path string) (string, error) {
	for _, key := range strings.Split(path, ".") {
		switch within := value.(type) {
		case map[string]any:
			value = within[key]
		case []any:
			var position int
			if _, err := fmt.Sscan(key, &position); err != nil || position >= len(within) {
				return "", fmt.Errorf("there is no %s", path)
			}
			value = within[position]
		}
	}
	text, is := value.(string)
	if !is {
		return "", fmt.Errorf("there is no text %s", path)
	}
	return text, nil
}

func asJSON(value any) string {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(text.String())
}
