package oracle

import (
	"reflect"
	"testing"
)

// TestRandomWholeWorlds looks at what makes them worth asking: that they are the same for a seed, survive being written and
// read, and between them show every kind of duty in every fate, each cell that RELIEF may belong to and every discrepancy;
// and that relief adds up over the nodes as docs/design.md says.
func TestRandomWholeWorlds(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for seed := range uint64(4) {
		world := RandomWhole(seed)
		if !reflect.DeepEqual(world, RandomWhole(seed)) {
			t.Fatalf("seed %d: two worlds differ", seed)
		}
		dir := t.TempDir()
		if err := world.WriteFolder(dir); err != nil {
			t.Fatal(err)
		}
		read, err := Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		from, to := Day("2020-02-01"), Day("2026-05-01")
		for _, date := range []string{"2020-12-20", "2023-01-01", "2026-07-01"} {
			day := Day(date)
			if got, whole := read.Figures("CN", day, false), world.Figures("CN", day, false); got != whole {
				t.Errorf("seed %d on %s: %+v after reading, %+v before", seed, date, got, whole)
			}
			relief := world.Relief("CN", from, to, day, false)
			if got := read.Relief("CN", from, to, day, false); !reflect.DeepEqual(got, relief) {
				t.Errorf("seed %d on %s: %+v after reading, %+v before", seed, date, got, relief)
			}
			for _, node := range world.Below("CN") {
				checkAddsUp(t, world, node, from, to, day)
			}
			for _, discrepancy := range world.Discrepancies("CN", from, to, day, idleDays, false) {
				seen[discrepancy.Kind]++
			}
		}
		noteDuties(world, seen)
	}
	t.Logf("seen %v", seen)
	for _, wanted := range []string{
		"OVERSPENT", "IDLE", "UNDISCLOSED", "UNMATCHED", "RELIEF at giver's 4.2", "RELIEF at department's 3.3",
		"RELIEF at department's 4.2", "not in force RELIEF", "not in force RESPONSE", "not in force REVIEW",
		"disclosed DOCUMENT", "disclosed INTERPRETATION", "in time RELIEF", "in time RESPONSE", "in time REVIEW",
		"late RELIEF", "late RESPONSE", "never RELIEF", "never RESPONSE", "never REVIEW",
	} {
		if seen[wanted] == 0 {
			t.Errorf("no world shows %s", wanted)
		}
	}
}

// checkAddsUp: balance is received less distributed with all below, and the sum of the balances of each alone.
func checkAddsUp(t *testing.T, world *World, node string, from, to, day int) {
	t.Helper()
	whole := world.Relief(node, from, to, day, false).Total
	var sum Relief
	for _, below := range world.Below(node) {
		alone := world.Relief(below, from, to, day, true).Total
		if alone.Balance != alone.Received-alone.PassedDown-alone.Distributed {
			t.Errorf("%s alone: %+v", below, alone)
		}
		sum = sum.add(alone)
	}
	sum.Received = whole.Received // that which comes from outside only
	if whole != sum || whole.Balance != whole.Received-whole.Distributed {
		t.Errorf("%s with all below: %+v, its nodes add up to %+v", node, whole, sum)
	}
}

func noteDuties(world *World, seen map[string]int) {
	for _, node := range world.Below("CN") {
		for _, entry := range world.Entries(node) {
			for _, duty := range world.Duties(node, entry) {
				switch {
				case duty.Fulfilled == NoDay:
					seen["never "+duty.Kind]++
				case duty.Fulfilled <= duty.Due:
					seen["in time "+duty.Kind]++
				default:
					seen["late "+duty.Kind]++
				}
				if !world.cellOf(cellKey{node, entry}).isInForce(duty.Opened) {
					seen["not in force "+duty.Kind]++
				}
				if document, is := world.memory.documents[duty.Ref]; is && document.made != NoDay {
					seen["disclosed "+duty.Kind]++
				}
			}
		}
	}
	for _, moved := range world.memory.movements {
		if cell := world.reliefCell(moved); moved.Kind != "DONATION" {
			holder := "department's "
			if cell.publisher == moved.From {
				holder = "giver's "
			}
			seen["RELIEF at "+holder+cell.entry]++
		}
	}
}
