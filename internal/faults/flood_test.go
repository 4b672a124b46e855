package faults

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// province serves a generated province from an embedded database: enough for
// questions about all of it to be dear.
func province(t testing.TB, random *rand.Rand) *scene {
	t.Helper()
	folder := generatedProvince(t, random.IntN(1000), 2000)
	dataDir := newFolder(t) + "/d"
	p := &process{dataDir: dataDir, arguments: []string{"--data-dir", dataDir}}
	world, err := oracle.Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	// The oracle is too slow for all of it.
	var nodes []string
	for _, n := range random.Perm(len(world.Areas)) {
		if a := world.Areas[n]; a.Level == "TOWNSHIP" && len(world.Children(a.Code)) == 0 && len(nodes) < 8 {
			nodes = append(nodes, a.Code)
		}
	}
	slices.Sort(nodes)
	return serving(t, p, world, nodes, folder)
}

// generatedProvince is a folder with the files of one.
func generatedProvince(t testing.TB, seed, disclosures int) (folder string) {
	t.Helper()
	folder = t.TempDir()
	said, err := (&process{}).run(t, "generate", "--out", folder, "--areas", "53",
		"--seed", fmt.Sprint(seed), "--disclosures", fmt.Sprint(disclosures))
	if err != nil {
		t.Fatalf("generate: %v %s", err, said)
	}
	return folder
}

// dear asks for the same large thing under many names.
func dear(field string) string {
	var query strings.Builder
	query.WriteString("{")
	for n := range 60 {
		fmt.Fprintf(&query, " a%d: %s", n, field)
	}
	query.WriteString(" }")
	return query.String()
}

// flooders are how many ask for much at once.
const flooders = 64

// flood asks for as much as may be asked for, by many at once: plain questions are
// answered meanwhile, and who is refused is told so.
func flood(t *testing.T, during *round) {
	questions := []string{
		dear(`ranking(code: "53", level: TOWNSHIP) { rank }`),
		dear(`gaps(code: "53", orderBy: OLDEST_FIRST, first: 0) { totalCount }`),
		`{ ranking(code: "53", level: TOWNSHIP) { rank } }`,
	}
	before := during.plainAnswers.Load()
	until := time.Now().Add(3 * time.Second)
	var mutex sync.Mutex
	came := map[string]int{}
	var flooding sync.WaitGroup
	for n := range flooders {
		flooding.Go(func() {
			for time.Now().Before(until) {
				a, err := during.ask(questions[n%len(questions)], nil)
				if err != nil {
					t.Errorf("the server did not answer: %v", err)
					return
				}
				mutex.Lock()
				came[a.code()]++
				mutex.Unlock()
				switch a.code() {
				case "", "TIMEOUT", "TOO_COMPLEX":
				case "UNAVAILABLE":
					if a.status != http.StatusServiceUnavailable || a.retryAfter == "" {
						t.Errorf("refused with %d, and not told when to try again", a.status)
					}
				default:
					t.Errorf("%d %+v", a.status, a.Errors)
				}
			}
		})
	}
	flooding.Wait()
	t.Logf("answers by code: %v", came)
	pgtest.Eventually(t, "it is alive", func() bool { return !during.process.hasEnded() && during.ready() == 200 })
	if during.plainAnswers.Load() == before {
		t.Error("no plain question was answered during the flood")
	}
}
