package bench

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// What no permitted request may exceed: time of a core, and memory beside what the
// server holds anyhow.
const (
	mostCPU    = time.Second
	mostMemory = 64 << 20
)

// dearestFile keeps the dearest requests that the search has found.
const dearestFile = "testdata/dearest.graphql"

// BenchmarkDearest searches for the dearest request that the server permits: what
// was found before is asked first, then what chance makes of the schema, then
// changes of the dearest of those. BENCH_SEARCH is how long, 1m by default; with
// BENCH_KEEP the dearest of each root field are written to testdata.
func BenchmarkDearest(b *testing.B) {
	world(b)
	text, err := os.ReadFile("../../schema.graphql")
	if err != nil {
		b.Fatal(err)
	}
	search := &search{B: b, schema: gqlparser.MustLoadSchema(&ast.Source{Input: string(text)}), found: map[string]found{}}
	until := time.Now().Add(searchTime())
	for _, kept := range keptDearest(b) {
		search.try(kept)
	}
	roots := search.schema.Query.Fields
	for i := 0; time.Now().Before(until); i++ {
		root := roots[i%len(roots)]
		if strings.HasPrefix(root.Name, "__") {
			continue
		}
		question := search.question(root)
		if known, ok := search.found[root.Name]; ok && i/len(roots)%2 == 1 {
			question = search.changed(known.question, root)
		}
		search.try(question)
	}
	search.report()
}

func searchTime() time.Duration {
	if d, err := time.ParseDuration(os.Getenv("BENCH_SEARCH")); err == nil {
		return d
	}
	return time.Minute
}

func keptDearest(b *testing.B) (questions []string) {
	b.Helper()
	file, err := os.Open(dearestFile)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if line := lines.Text(); line != "" && !strings.HasPrefix(line, "#") {
			questions = append(questions, line)
		}
	}
	return questions
}

type search struct {
	*testing.B
	schema *ast.Schema
	// found are the dearest, by their first root field.
	found            map[string]found
	asked, permitted int
}

type found struct {
	question string
	cpu      time.Duration
	memory   int
	bytes    int
}

// dearness is how much of what is allowed a request takes.
func (f found) dearness() float64 {
	return max(float64(f.cpu)/float64(mostCPU), float64(f.memory)/mostMemory)
}

// try asks a question and keeps it if it is the dearest of its kind.
func (s *search) try(question string) {
	s.Helper()
	body, err := json.Marshal(map[string]string{"query": question})
	if err != nil {
		s.Fatal(err)
	}
	s.asked++
	runtime.GC()
	before := ownCPU()
	f := found{question: question}
	status, answer := s.answer(body)
	if f.cpu, f.bytes = ownCPU()-before, len(answer); f.cpu > mostCPU/20 {
		f.memory = s.memory(body)
	}
	var told struct{ Errors []struct{ Message string } }
	if err := json.Unmarshal(answer, &told); err != nil {
		s.Fatalf("%s: %v", question, err)
	}
	if status == http.StatusOK && len(told.Errors) == 0 {
		s.permitted++
	} else {
		f.question = "# " + question // refused: it counts all the same
	}
	name := firstField(question)
	if f.dearness() > s.found[name].dearness() {
		s.found[name] = f
	}
	if f.dearness() > 1 {
		s.Errorf("%s of a core, %d MiB, %d bytes: %s", f.cpu, f.memory>>20, f.bytes, f.question)
	}
}

func (s *search) answer(body []byte) (status int, answer []byte) {
	s.Helper()
	response, err := client.Post(nation.server.URL+"/graphql", "application/json", bytes.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	defer response.Body.Close()
	if answer, err = io.ReadAll(response.Body); err != nil {
		s.Fatal(err)
	}
	return response.StatusCode, answer
}

// memory asks once more, while what is no longer in use is collected so often that
// what is shows.
func (s *search) memory(body []byte) int {
	defer debug.SetGCPercent(debug.SetGCPercent(5))
	runtime.GC()
	resting, peak := inUse(), watchMemory()
	s.answer(body)
	return max(peak()-resting, 0)
}

func firstField(question string) string {
	_, after, _ := strings.Cut(question, ": ")
	return after[:strings.IndexAny(after, "({ ")]
}

// ownCPU is the time of cores that this process has taken.
func ownCPU() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func inUse() int {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(sample)
	return int(sample[0].Value.Uint64() + sample[1].Value.Uint64())
}

// watchMemory looks at what is in use until the peak is asked for.
func watchMemory() (peak func() int) { return watchMemoryOf(inUse) }

func watchMemoryOf(memory func() int) (peak func() int) {
	stop, told := make(chan struct{}), make(chan int)
	go func() {
		most := 0
		for tick := time.NewTicker(time.Millisecond); ; {
			most = max(most, memory())
			select {
			case <-tick.C:
			case <-stop:
				tick.Stop()
				told <- most
				return
			}
		}
	}()
	return func() int {
		close(stop)
		return <-told
	}
}

func (s *search) report() {
	all := make([]found, 0, len(s.found))
	for _, f := range s.found {
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b found) int { return int((b.dearness() - a.dearness()) * 1e6) })
	s.Logf("%d questions, %d of them answered; the dearest of each root field:", s.asked, s.permitted)
	var kept strings.Builder
	kept.WriteString("# The dearest requests that the search of BenchmarkDearest has found, one of each root field.\n")
	for _, f := range all {
		s.Logf("%6.0f ms %4d MiB %9d bytes  %.300s", milliseconds(f.cpu), f.memory>>20, f.bytes, f.question)
		fmt.Fprintln(&kept, strings.TrimPrefix(f.question, "# "))
	}
	if len(all) > 0 {
		s.ReportMetric(all[0].dearness(), "of-the-bound")
	}
	if os.Getenv("BENCH_KEEP") != "" {
		if err := os.WriteFile(dearestFile, []byte(kept.String()), 0o600); err != nil {
			s.Fatal(err)
		}
	}
}

// question asks a root field, under several aliases that differ or do not.
func (s *search) question(root *ast.FieldDefinition) string {
	aliases := []int{1, 1, 2, 4, 10, 20, 60}[rand.IntN(7)]
	below := s.selection(root.Type.Name(), 1+rand.IntN(6), 3)
	arguments := s.arguments(root)
	var text strings.Builder
	text.WriteString("{")
	for i := range aliases {
		if i > 0 && rand.IntN(3) > 0 {
			arguments = s.arguments(root)
		}
		fmt.Fprintf(&text, " a%d: %s%s%s", i, root.Name, arguments, below)
	}
	return text.String() + " }"
}

// changed is a question with one number of it changed, or with its last field once
// more.
func (s *search) changed(question string, root *ast.FieldDefinition) string {
	question = strings.TrimPrefix(question, "# ")
	switch rand.IntN(3) {
	case 0:
		return strings.TrimSuffix(question, " }") + " b" + strconv.Itoa(rand.IntN(1e6)) + ": " + root.Name + s.arguments(root) +
			s.selection(root.Type.Name(), 3, 3) + " }"
	case 1:
		return strings.ReplaceAll(question, "first: 50,", "first: 500,")
	default:
		return strings.Replace(question, "202"+strconv.Itoa(rand.IntN(7)), "202"+strconv.Itoa(rand.IntN(7)), 1+rand.IntN(5))
	}
}

// selection picks fields of a type, to a depth.
func (s *search) selection(of string, depth, width int) string {
	definition := s.schema.Types[of]
	if definition.Kind == ast.Interface || definition.Kind == ast.Union {
		possible := s.schema.GetPossibleTypes(definition)
		if s.schema.Types["AdministrativeNode"] == definition {
			return " { ... on Region" + s.selection("Region", depth, width) + " ... on City" + s.selection("City", depth, width) +
				" ... on Township" + s.selection("Township", depth, width) + " }"
		}
		picked := possible[rand.IntN(len(possible))].Name
		return " { ... on " + picked + s.selection(picked, depth, width) + " }"
	}
	if !definition.IsCompositeType() {
		return ""
	}
	var text strings.Builder
	text.WriteString(" {")
	written := map[string]bool{}
	for range 1 + rand.IntN(width) {
		field := definition.Fields[rand.IntN(len(definition.Fields))]
		composite := s.schema.Types[field.Type.Name()].IsCompositeType()
		if strings.HasPrefix(field.Name, "__") || composite && depth == 0 || written[field.Name] {
			continue
		}
		written[field.Name] = true
		// An alias of its own for each type, so that they need not agree.
		fmt.Fprintf(&text, " %s_%s: %s%s%s", strings.ToLower(of), field.Name, field.Name, s.arguments(field),
			s.selection(field.Type.Name(), depth-1, width))
	}
	return text.String() + " t: __typename }"
}

// arguments gives a field's arguments values, those that make it large more often.
func (s *search) arguments(field *ast.FieldDefinition) string {
	var given []string
	for _, argument := range field.Arguments {
		if argument.Type.NonNull || rand.IntN(3) > 0 {
			if value := s.value(argument.Name, argument.Type); value != "" {
				given = append(given, argument.Name+": "+value)
			}
		}
	}
	if len(given) == 0 {
		return ""
	}
	return "(" + strings.Join(given, ", ") + ")"
}

func (s *search) value(name string, of *ast.Type) string {
	pick := func(values ...string) string { return values[rand.IntN(len(values))] }
	if of.Elem != nil {
		if value := s.value(name, of.Elem); value != "" {
			return "[" + value + "]"
		}
		return ""
	}
	switch of.NamedType {
	case "Date":
		if name == "to" {
			return `"2026-06-0` + strconv.Itoa(1+rand.IntN(9)) + `"`
		}
		return fmt.Sprintf(`"20%02d-0%d-1%d"`, 19+rand.IntN(8), 1+rand.IntN(9), rand.IntN(10))
	case "Int":
		switch name {
		case "first":
			return pick("0", "1", "50", "500", "500")
		case "year":
			return "2025"
		}
		return pick("1", "20", "250")
	case "Boolean":
		return pick("true", "false")
	case "String", "ID":
		switch name {
		case "code", "publisherCode", "publisher", "publishers":
			return pick(`"CN"`, `"CN"`, `"53"`, `"44"`, `"533102"`)
		case "entry", "entryCode", "entries":
			return pick(`"1.1"`, `"2"`, `"3.1"`)
		case "search", "title":
			return pick(`"a"`, `"县"`, `"通知"`, `"yn"`)
		case "a", "b", "catalogCode":
			return `"CN-2019"`
		}
		return "" // a cursor, an id: what there is, others may ask for
	}
	definition := s.schema.Types[of.NamedType]
	switch definition.Kind {
	case ast.Enum:
		return definition.EnumValues[rand.IntN(len(definition.EnumValues))].Name
	case ast.InputObject:
		if of.NamedType == "WhatIfInput" {
			return pick(
				`{limits: [{catalogCode: "CN-2019", entryCode: "1.1", limit: {kind: WORKING_DAYS, n: 3}}]}`,
				`{arrangements: [{year: 2026, days: [{date: "2026-06-01", name: "x", off: true}]}]}`,
				`{publications: [{publisherCode: "533102", entryCode: "1.1", publishedOn: "2026-06-01"}]}`)
		}
		var given []string
		for _, field := range definition.Fields {
			if field.Type.NonNull || rand.IntN(3) == 0 {
				if value := s.value(field.Name, field.Type); value != "" {
					given = append(given, field.Name+": "+value)
				}
			}
		}
		return "{" + strings.Join(given, ", ") + "}"
	case ast.Scalar, ast.Object, ast.Interface, ast.Union:
	}
	return ""
}
