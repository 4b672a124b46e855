package faults

import (
	"bufio"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// What may be added between the end of the first part and the end. Resident memory follows
// the heap's highest mark, which differs from one minute to the next.
const (
	heapGrows      = 1.15
	heapBeside     = 8 << 20
	residentGrows  = 1.25
	residentBeside = 32 << 20
	goroutinesMore = 16
	// Half of a server's connections: pools fill as they are wanted.
	connectionsMore = 8
)

// level is what the program takes at a moment.
type level struct {
	at       time.Time
	resident float64 // bytes
}

// reading is what it takes at the end of a part, with nothing under way.
type reading struct {
	heap        float64 // when it was collected
	resident    float64 // the median of the part's second half
	goroutines  float64
	connections [3]int // to the primary, to the replicas
	answered    int    // from the beginning on
	// Questions that read rows, from the beginning on, by which replica was read or the primary.
	questions map[string]float64
}

const (
	questionsRead = "reliefgraph_questions_read_total"
	heap          = "go_memstats_heap_alloc_bytes"
)

// metrics are what the server tells, by name and labels, and the sums of each name.
func (s *soak) metrics() (told map[string]float64, err error) {
	response, err := client.Get(s.url() + "/metrics")
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	told = map[string]float64{}
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		end := strings.LastIndex(lines.Text(), " ")
		if number, err := strconv.ParseFloat(lines.Text()[end+1:], 64); err == nil && end > 0 {
			series := lines.Text()[:end]
			told[series] += number
			if name, _, labelled := strings.Cut(series, "{"); labelled {
				told[name] += number
			}
		}
	}
	return told, nil
}

// sample notes all the time what the program takes.
func (s *soak) sample(ctx context.Context) {
	for ; ctx.Err() == nil; time.Sleep(100 * time.Millisecond) {
		told, err := s.metrics()
		if err != nil {
			s.t.Errorf("metrics: %v", err)
			return
		}
		s.mutex.Lock()
		s.levels = append(s.levels, level{time.Now(), told["process_resident_memory_bytes"]})
		s.mutex.Unlock()
	}
}

// collected reads the heap, with nothing under way, until it was collected twice.
func (s *soak) collected(r *reading) (told map[string]float64) {
	s.t.Helper()
	const cycles = "go_gc_duration_seconds_count"
	var until float64
	pgtest.Eventually(s.t, "garbage is collected", func() bool {
		var err error
		if told, err = s.metrics(); err != nil {
			s.t.Fatal(err)
		}
		if until == 0 {
			until, r.heap = told[cycles]+2, told[heap]
		}
		r.heap = min(r.heap, told[heap])
		// What it throws away brings the next collection about.
		s.scene.ask(soakQuestions[0].document, map[string]any{"code": "53", "on": publishedOn})
		return told[cycles] >= until
	})
	return told
}

// read lets all come to an end and reads what is taken then, and was since.
func (s *soak) read(since time.Time) (r reading) {
	s.t.Helper()
	s.work.Lock()
	defer s.work.Unlock()
	told := s.collected(&r)
	r.goroutines, r.questions = told["go_goroutines"], map[string]float64{}
	for series, number := range told {
		if labels, of := strings.CutPrefix(series, questionsRead+"{"); of {
			r.questions[labels] = number
		}
	}
	for n, db := range s.databases {
		const others = `SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`
		if err := db.QueryRow(others).Scan(&r.connections[n]); err != nil {
			s.t.Fatal(err)
		}
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	r.answered = s.codes[""]
	var resident []float64
	for _, l := range s.levels {
		if l.at.After(since) {
			resident = append(resident, l.resident)
		}
	}
	slices.Sort(resident)
	r.resident = resident[len(resident)/2]
	return r
}

// byReplicas is how many questions were read from replicas, in percent.
func (r *reading) byReplicas(since *reading) float64 {
	var all, primary float64
	for from, number := range r.questions {
		number -= since.questions[from]
		all += number
		if strings.Contains(from, "primary") {
			primary += number
		}
	}
	return 100 * (all - primary) / all
}

// checkReplicas fails the test where one was not read from since.
func (r *reading) checkReplicas(t *testing.T, since *reading) {
	t.Helper()
	for from, number := range r.questions {
		if number == since.questions[from] && !strings.Contains(from, "primary") {
			t.Errorf("no question was read from %s", from)
		}
	}
}

// grown tells what is more than it was before.
func (r *reading) grown(before *reading) (grown []string) {
	tell := func(what string, was, is, most float64) {
		if is > most {
			grown = append(grown, fmt.Sprintf("%s grew from %.0f to %.0f", what, was, is))
		}
	}
	tell("the heap", before.heap, r.heap, before.heap*heapGrows+heapBeside)
	tell("resident memory", before.resident, r.resident, before.resident*residentGrows+residentBeside)
	tell("goroutines", before.goroutines, r.goroutines, before.goroutines+goroutinesMore)
	for n, is := range r.connections {
		was := before.connections[n]
		tell(fmt.Sprint("connections to database ", n), float64(was), float64(is), float64(was+connectionsMore))
	}
	return grown
}

// TestGrown: the soak sees what it is there to see.
func TestGrown(t *testing.T) {
	t.Parallel()
	before := reading{heap: 100 << 20, resident: 200 << 20, goroutines: 100, connections: [3]int{17, 13, 13}}
	for want, leak := range map[string]func(r *reading){
		"":                          func(r *reading) { r.heap, r.resident, r.goroutines, r.connections[1] = 120<<20, 250<<20, 110, 17 },
		"the heap":                  func(r *reading) { r.heap = 125 << 20 },
		"resident memory":           func(r *reading) { r.resident = 300 << 20 },
		"goroutines":                func(r *reading) { r.goroutines = 164 },
		"connections to database 2": func(r *reading) { r.connections[2] = 29 },
	} {
		after := before
		leak(&after)
		grown := after.grown(&before)
		if want == "" && len(grown) > 0 || want != "" && (len(grown) != 1 || !strings.HasPrefix(grown[0], want)) {
			t.Errorf("%q: %v", want, grown)
		}
	}
}

func megabytes(bytes float64) string { return fmt.Sprintf("%.1f", bytes/(1<<20)) }

// table is what the run came to.
func (s *soak) table(readings []reading) string {
	var text tableText
	columns := tabwriter.NewWriter(&text, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(columns, "part\tanswered\theap, MB\tresident, MB\tgoroutines\tconnections\tto replica 1\tto replica 2\tread there, %\t")
	before := &reading{}
	for n, r := range readings {
		fmt.Fprintf(columns, "%d\t%d\t%s\t%s\t%.0f\t", n+1, r.answered, megabytes(r.heap), megabytes(r.resident), r.goroutines)
		fmt.Fprintf(columns, "%d\t%d\t%d\t%.0f\t\n", r.connections[0], r.connections[1], r.connections[2], r.byReplicas(before))
		before = &readings[n]
	}
	fmt.Fprintln(columns, "kind\tanswered\tp50, ms\tp99, ms\tslowest, ms\t")
	all := []time.Duration{}
	line := func(kind string, took []time.Duration) {
		slices.Sort(took)
		fmt.Fprintf(columns, "%s\t%d\t%.1f\t%.1f\t%.1f\t\n", kind, len(took), milliseconds(took[len(took)/2]),
			milliseconds(took[len(took)*99/100]), milliseconds(took[len(took)-1]))
	}
	for _, kind := range slices.Sorted(maps.Keys(s.took)) {
		line(kind, s.took[kind])
		all = append(all, s.took[kind]...)
	}
	line("all", all)
	columns.Flush() // it writes to memory
	for _, code := range slices.Sorted(maps.Keys(s.codes)) {
		if code != "" {
			text = fmt.Appendf(text, "%s: %d\n", code, s.codes[code])
		}
	}
	return string(text)
}

func milliseconds(took time.Duration) float64 { return float64(took) / float64(time.Millisecond) }
