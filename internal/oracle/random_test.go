package oracle

import (
	"reflect"
	"testing"
)

// TestRandomWorlds looks at what makes random worlds worth asking: that they are the same for a seed, survive being
// written and read, and between them show every status and every kind of duty.
func TestRandomWorlds(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for seed := range uint64(8) {
		world := Random(seed)
		if !reflect.DeepEqual(world, Random(seed)) {
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
		for _, date := range []string{
			"2020-03-31", "2020-12-20", "2022-05-06", "2024-01-01", "2025-01-20",
			"2026-07-01",
		} {
			day := Day(date)
			whole := world.Figures("CN", day, false)
			if got := read.Figures("CN", day, false); got != whole {
				t.Errorf("seed %d on %s: %+v after reading, %+v before", seed, date, got, whole)
			}
			var sum Figures
			for _, figures := range world.FiguresByEntry("CN", day) {
				sum = sum.Add(figures)
			}
			if sum != whole {
				t.Errorf("seed %d on %s: entries add up to %+v, not %+v", seed, date, sum, whole)
			}
			for _, coming := range world.Upcoming("CN", day, 20) {
				seen["becomes "+coming.Becomes]++
			}
			for _, node := range world.Below("CN") {
				for _, entry := range world.Entries(node) {
					seen["status "+world.Status(node, entry, day)]++
					for _, duty := range world.Duties(node, entry) {
						seen["duty "+duty.Kind]++
					}
				}
			}
		}
	}
	t.Logf("seen %v", seen)
	for _, wanted := range []string{
		"status COVERED", "status PENDING", "status MISSING", "status OVERDUE",
		"status STALE", "status EXEMPT", "duty DOCUMENT", "duty PERIOD", "duty INTERPRETATION", "duty REVIEW",
		"becomes MISSING", "becomes OVERDUE", "becomes STALE",
	} {
		if seen[wanted] == 0 {
			t.Errorf("no world shows %s", wanted)
		}
	}
}
