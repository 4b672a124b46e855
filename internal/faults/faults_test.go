package faults

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// fault is one way in which a server is broken.
type fault struct {
	name  string
	begin string // the scene in which it happens
	cut   bool   // connections of callers may be cut
	harm  func(t *testing.T, during *round)
}

var faults = []fault{
	{"server killed", "embedded", true, killServer},
	{"database killed", "embedded", false, killDatabase},
	{"server and database killed", "embedded", true, killBoth},
	{"one backend killed", "embedded", false, killBackend},
	{"database upgraded", "embedded", false, upgrade},
	{"upgrade killed", "embedded", false, killUpgrade},
	{"server of an upgrade killed", "embedded", true, killServerOfUpgrade},
	{"power cut", "on a disk", true, cutPower},
	{"disk broken", "on a disk", true, breakDisk},
	{"disk full", "on a disk", false, fillDisk},
	{"table locked", "embedded", false, lockTable},
	{"publisher locked", "embedded", false, lockPublisher},
	{"connections go silent", "behind a proxy", false, silentConnections},
	{"database goes silent", "behind a proxy", false, silence},
	{"midnight", "by a clock", false, overMidnight(calendar.Date(2026, 11, 23))},
	{"end of a year", "by a clock", false, overMidnight(calendar.Date(2026, 12, 31))},
	{"29 February", "by a clock", false, overMidnight(calendar.Date(2027, 2, 28), calendar.Date(2028, 2, 28), calendar.Date(2028, 2, 29))},
	{"end of the last year", "by a clock", false, overMidnight(calendar.Last-1, calendar.Last)},
	{"flood", "a province", false, flood},
}

// scenes make what faults happen in. A scene is used for several rounds.
var scenes = map[string]func(t testing.TB, random *rand.Rand) *scene{
	"embedded": embedded, "on a disk": onDisk, "behind a proxy": proxied, "by a clock": clocked, "a province": province,
}

// A scene is new after so many rounds: with every round there is more to compare.
const roundsOfScene = 8

// TestFaults does every fault once, or, where FAULTS_TIME is a duration, for so
// long in random order. FAULTS_SEED repeats the choices of a run, FAULTS_ONLY is a
// pattern of the names of faults.
func TestFaults(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	if given := os.Getenv("FAULTS_SEED"); given != "" {
		if _, err := fmt.Sscan(given, &seed); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("FAULTS_SEED=%d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	var until time.Time
	if given := os.Getenv("FAULTS_TIME"); given != "" {
		long, err := time.ParseDuration(given)
		if err != nil {
			t.Fatal(err)
		}
		until = time.Now().Add(long)
	}
	begun, outcomes := map[string]*scene{}, make([]outcome, len(faults))
	defer func() { fmt.Print(table(outcomes)) }()
	only, err := regexp.Compile(os.Getenv("FAULTS_ONLY"))
	if err != nil {
		t.Fatal(err)
	}
	do := func(n int) {
		f := &faults[n]
		if f.begin == "on a disk" && withoutDisks() != "" {
			outcomes[n].skipped = withoutDisks()
			return
		}
		if s := begun[f.begin]; s != nil && s.rounds >= roundsOfScene {
			s.close(t)
			delete(begun, f.begin)
		}
		if begun[f.begin] == nil {
			begun[f.begin] = scenes[f.begin](t, random)
		}
		if !t.Run(f.name, func(t *testing.T) { outcomes[n].add(begun[f.begin].round(t, random, f.cut, f.harm)) }) {
			begun[f.begin].close(t)
			delete(begun, f.begin)
		}
	}
	var chosen []int
	for n := range faults {
		if only.MatchString(faults[n].name) {
			chosen = append(chosen, n)
			do(n)
		}
	}
	if len(chosen) == 0 {
		t.Fatal("FAULTS_ONLY fits no fault")
	}
	for time.Now().Before(until) && !t.Failed() {
		do(chosen[random.IntN(len(chosen))])
	}
}

// table is what a run came to, a line a fault.
func table(outcomes []outcome) string {
	var text tableText
	var skipped string
	columns := tabwriter.NewWriter(&text, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(columns, "fault\trounds\tacknowledged\tlost\tdoubled\tslowest answer\tquestions p99\t")
	for n := range outcomes {
		o := &outcomes[n]
		if o.rounds == 0 && o.skipped == "" {
			continue
		}
		if o.skipped != "" {
			skipped += fmt.Sprintf("not done: %s: %s\n", faults[n].name, o.skipped)
			continue
		}
		fmt.Fprintf(columns, "%s\t%d\t%d\t%d\t%d\t%s\t%s\t\n", faults[n].name, o.rounds, o.acknowledged, o.lost, o.doubled,
			o.slowest.Round(time.Millisecond), o.p99().Round(time.Millisecond))
	}
	columns.Flush() // it writes to memory
	return string(text) + skipped
}

type tableText []byte

func (t *tableText) Write(content []byte) (int, error) {
	*t = append(*t, content...)
	return len(content), nil
}
