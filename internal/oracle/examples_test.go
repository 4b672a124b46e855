package oracle

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// question is one worked example: of the answer only what this package computes is read.
type question struct {
	Operation string `json:"operation"`
	As        string `json:"as"`
	Variables struct {
		Code, Publisher, Entry, AsOf string
		WorkingDays                  int
		From, To                     string
		Limit                        struct {
			Kind string
			N    int
		}
		Scope  string
		Filter OrderFilter
		First  int
	} `json:"variables"`
	Answer struct {
		AdministrativeNode struct {
			Coverage, OwnCoverage exampleFigures
			Children              struct {
				Edges []struct {
					Node struct {
						Code     string
						Coverage exampleFigures
					}
				}
			}
			Relief      exampleRelief
			Supervision exampleOrderFigures
			Orders      exampleOrders
		}
		Cell struct {
			Timeline []exampleSpan
			Duties   []exampleDuty
		}
		Deadline struct {
			DueOn       string
			Provisional bool
		}
		Upcoming struct {
			TotalCount int
			Edges      []struct {
				Node struct {
					DueOn, Becomes   string
					Publisher, Entry struct{ Code string }
				}
			}
		}
		CoverageMatrix struct {
			Rows []struct {
				Publisher struct{ Code string }
				Cells     []struct{ EntryCode, Status, Since string }
			}
		}
	} `json:"answer"`
}

type exampleFigures struct {
	Required, Covered, Pending, Missing, Overdue, Stale, Exempt int
	Timeliness                                                  struct {
		OnTime, Late, Overdue, Open, Undetermined int
	}
	ByEntry []struct {
		Entry   struct{ Code string }
		Figures exampleFigures
	}
}

func (f exampleFigures) figures() Figures {
	return Figures{
		f.Covered, f.Pending, f.Missing, f.Overdue, f.Stale, f.Exempt, f.Timeliness.OnTime,
		f.Timeliness.Late, f.Timeliness.Overdue, f.Timeliness.Open, f.Timeliness.Undetermined,
	}
}

type exampleSpan struct{ From, To, Status string }

type exampleDuty struct{ Kind, OpenedOn, DueOn, FulfilledOn string }

// TestWorkedExamples holds this package against the customer's answers, so that what other packages are held against is
// itself known to be right.
func TestWorkedExamples(t *testing.T) {
	t.Parallel()
	coverage := []string{"CellHistory", "CoverageByChild", "CoverageByCatalog", "Matrix", "Upcoming", "Deadline"}
	for name, example := range map[string]struct {
		folder     string
		operations []string
	}{
		"first":  {"testdata/first", coverage},
		"full":   {"../acceptance/testdata/examples/full", append([]string{"Relief"}, coverage...)},
		"people": {peopleFolder, []string{"Orders"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			askAll(t, example.folder, example.operations)
		})
	}
}

const peopleFolder = "../acceptance/testdata/examples/people"

// askAll asks the questions about one world, among them some of each operation named.
func askAll(t *testing.T, folder string, operations []string) {
	t.Helper()
	world, err := Load(filepath.Join(folder, "world"))
	if err != nil {
		t.Fatal(err)
	}
	questions := readQuestions(t, filepath.Join(folder, "questions.ndjson.gz"))
	today := lastOpened(questions)
	asked := map[string]int{}
	var group sync.WaitGroup
	turns := make(chan struct{}, 4)
	for line, asks := range questions {
		check := checks[asks.Operation]
		if check == nil {
			continue
		}
		asked[asks.Operation]++
		group.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			if problem := check(world, asks, today); problem != "" {
				t.Errorf("line %d, %s: %s", line+1, asks.Operation, problem)
			}
		})
	}
	group.Wait()
	t.Logf("asked %v", asked)
	for _, operation := range operations {
		if asked[operation] == 0 {
			t.Errorf("no question asks %s", operation)
		}
	}
}

func readQuestions(t *testing.T, path string) []question {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(unpacked)
	lines.Buffer(nil, 16<<20)
	var questions []question
	for lines.Scan() {
		// Only the operations checked are read whole: others use the same names for other things.
		var asks question
		if err := json.Unmarshal(lines.Bytes(), &struct{ Operation *string }{&asks.Operation}); err != nil {
			t.Fatal(err)
		}
		if checks[asks.Operation] != nil {
			if err := json.Unmarshal(lines.Bytes(), &asks); err != nil {
				t.Fatal(err)
			}
		}
		questions = append(questions, asks)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return questions
}

// lastOpened stands for the day the answers were written on, which the file does not say: a cell's duties are those
// opened by then.
func lastOpened(questions []question) int {
	last := NoDay
	for _, asks := range questions {
		for _, duty := range asks.Answer.Cell.Duties {
			last = max(last, Day(duty.OpenedOn))
		}
	}
	return last
}
