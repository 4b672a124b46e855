package importer_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// movedDuty is a deadline that moved, as the report and the oracle name it.
type movedDuty struct {
	publisher, entry, kind, duty string
	before, after                int
}

func compareMoved(a, b movedDuty) int {
	return cmp.Or(
		cmp.Compare(a.publisher, b.publisher),
		cmp.Compare(a.entry, b.entry),
		cmp.Compare(a.kind, b.kind),
		cmp.Compare(a.duty, b.duty),
		cmp.Compare(a.before, b.before),
		cmp.Compare(a.after, b.after),
	)
}

// movedBetween finds by walking from day to day which open deadlines differ
// between two worlds that differ in their arrangements alone.
func movedBetween(before, after *oracle.World) []movedDuty {
	var moved []movedDuty
	on := int(today)
	var publishers []string
	for _, area := range before.Areas {
		publishers = append(publishers, area.Code)
	}
	for _, department := range before.Departments {
		publishers = append(publishers, department.Code)
	}
	for _, publisher := range publishers {
		for _, entry := range before.Entries(publisher) {
			_, graceWas := before.Grace(publisher, entry, on)
			from, graceNow := after.Grace(publisher, entry, on)
			if graceWas != graceNow && max(graceWas, graceNow) >= on {
				moved = append(moved, movedDuty{publisher, entry, "GRACE", oracle.Date(from), graceWas, graceNow})
			}
			was, now := before.Duties(publisher, entry), after.Duties(publisher, entry)
			for i, duty := range now {
				open := duty.Opened <= on && (duty.Fulfilled == oracle.NoDay || duty.Fulfilled > on)
				if open && duty.Due != was[i].Due {
					moved = append(moved, movedDuty{publisher, entry, duty.Kind, duty.Ref, was[i].Due, duty.Due})
				}
			}
		}
	}
	slices.SortFunc(moved, compareMoved)
	return moved
}

func movedIn(report *importer.Report) []movedDuty {
	var moved []movedDuty
	for _, m := range report.Effect.MovedDeadlines {
		moved = append(moved, movedDuty{m.PublisherCode, m.EntryCode, m.Kind, m.Name, int(m.Before), int(m.After)})
	}
	slices.SortFunc(moved, compareMoved)
	return moved
}

// TestMovedDeadlines: of arrangements that come, change or list other days, the
// report names exactly the open deadlines that move, and by how much.
func TestMovedDeadlines(t *testing.T) {
	t.Parallel()
	total := 0
	for seed := range uint64(3) {
		world := oracle.Random(500 + seed)
		if len(world.Arrangements) < 3 {
			continue
		}
		all := world.Arrangements
		random := rand.New(rand.NewPCG(seed, 4))
		db := pgtest.Store(t)
		// At first the latest year is missing and another lists other days.
		other := oracle.Random(900 + seed).Arrangements
		versions := [][]oracle.Arrangement{all[:len(all)-1], all, nil}
		for _, arrangement := range all {
			at := slices.IndexFunc(other, func(o oracle.Arrangement) bool { return o.Year == arrangement.Year })
			if at >= 0 && random.IntN(2) == 0 {
				arrangement = other[at]
			}
			versions[2] = append(versions[2], arrangement)
		}
		var before *oracle.World
		for number, arrangements := range versions {
			now := oracle.Random(500 + seed)
			now.Arrangements = arrangements
			now.Forget()
			report := pgtest.Import(t, db, options, worldFolder(t, now))
			if before == nil {
				if len(report.Effect.MovedDeadlines) > 0 {
					t.Errorf("seed %d: deadlines moved on a first import: %v", seed, movedIn(report))
				}
			} else if got, want := movedIn(report), movedBetween(before, now); !slices.Equal(got, want) {
				t.Errorf("seed %d, version %d: moved\n%v, want\n%v", seed, number, got, want)
			} else {
				total += len(got)
			}
			before = now
		}
		mustVerify(t, db)
	}
	t.Logf("%d deadlines moved", total)
	if total < 20 {
		t.Errorf("%d deadlines moved in all: the worlds do not try it", total)
	}
}

// TestArrangementOfOtherDays: an arrangement imported again with other days
// moves the open deadline, counted here by hand, and the report says by how
// much; the printed one too.
func TestArrangementOfOtherDays(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	if _, err := run(t, db, options, base()); err != nil {
		t.Fatal(err)
	}
	// d2 was formed on Tuesday 1 September 2026: the 20th day from Monday to
	// Friday after it is 29 September.
	day := func(day int) int { return int(calendar.Date(2026, 9, day)) }
	for _, step := range []struct {
		days, printed string
		before, after int
	}{
		{`{"date": "2026-09-15", "name": "放假", "isOffDay": true}`, "2026-09-29 → 2026-09-30 (1 day later)", day(29), day(30)},
		// Two days off, and Saturday the 26th worked for one of them.
		{`{"date": "2026-09-15", "name": "放假", "isOffDay": true}, {"date": "2026-09-16", "name": "放假", "isOffDay": true}, {"date": "2026-09-26", "name": "放假", "isOffDay": false}`, "", 0, 0},
		{`{"date": "2026-09-15", "name": "放假", "isOffDay": true}, {"date": "2026-09-16", "name": "放假", "isOffDay": true}`, "2026-09-30 → 2026-10-01 (1 day later)", day(30), day(31)},
		{`{"date": "2026-12-31", "name": "放假", "isOffDay": true}`, "2026-10-01 → 2026-09-29 (2 days earlier)", day(31), day(29)},
	} {
		report, err := run(t, db, options, map[string]string{"calendar/2026.json": `{"year": 2026, "days": [` + step.days + `]}`})
		if err != nil {
			t.Fatal(err)
		}
		var want []movedDuty
		if step.before > 0 {
			want = []movedDuty{{"533102/yjglj", "1.1", "DOCUMENT", "d2", step.before, step.after}}
		}
		got := slices.DeleteFunc(movedIn(report), func(m movedDuty) bool { return m.kind == "PERIOD" })
		if !slices.Equal(got, want) {
			t.Errorf("moved %v, want %v", got, want)
		}
		var printed strings.Builder
		report.Print(&printed)
		if !strings.Contains(printed.String(), step.printed) {
			t.Errorf("printed:\n%s\nwant %s", printed.String(), step.printed)
		}
		mustVerify(t, db)
	}
}
