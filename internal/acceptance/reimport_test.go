package acceptance

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// TestOneFileAgain: whichever file of a world comes again with other rows, alone,
// the index follows, and nothing is left behind.
func TestOneFileAgain(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			ctx := context.Background()
			random := rand.New(rand.NewPCG(seed, 77))
			world := oracle.RandomWhole(seed)
			db := pgtest.Store(t)
			folder := t.TempDir()
			if err := world.WriteFolder(folder); err != nil {
				t.Fatal(err)
			}
			pgtest.Import(t, db, importing, folder)
			follower, err := db.Follow(ctx)
			if err != nil {
				t.Fatal(err)
			}
			for round := range 14 {
				file := changeFile(world, random)
				world.Forget()
				if err := world.WriteFolder(folder); err != nil {
					t.Fatal(err)
				}
				pgtest.Import(t, db, importing, filepath.Join(folder, file))
				index, err := follower.Index(ctx)
				if err != nil {
					t.Fatal(err)
				}
				day := windowFirst + calendar.Day(random.IntN(int(windowLast-windowFirst)))
				for place := range area.Place(index.Tree.Size()) {
					code := index.Tree.Node(place).Code
					for scope, self := range map[coverage.Scope]bool{coverage.Self: true, coverage.Subtree: false} {
						if got, want := plain(index.At(place, scope, day)), world.Figures(code, int(day), self); got != want {
							t.Fatalf("round %d, %s: figures of %s on %s: %+v, want %+v", round, file, code, day, got, want)
						}
					}
					compareCells(t, world, index, place, day)
				}
			}
			compareAnswers(t, world, serveTrusted(t, db, nil), random)
			mustVerify(t, db)
		})
	}
}

func someDay(random *rand.Rand) string {
	return oracle.Date(oracle.Day("2019-11-01") + random.IntN(2600))
}

func anyOf[T any](random *rand.Rand, from []T) *T { return &from[random.IntN(len(from))] }

// moveDepartments moves some departments elsewhere, so that others disclose the
// relief of the places that they leave and come to. Those that gave or were given
// some stay: what they gave would no longer go down.
func moveDepartments(world *oracle.World, random *rand.Rand) {
	for range 4 {
		department := anyOf(random, world.Departments)
		if !slices.ContainsFunc(
			world.Movements,
			func(m oracle.Movement) bool { return m.From == department.Code || m.To == department.Code },
		) {
			department.Parent = anyOf(random, world.Areas[2:]).Code
		}
	}
}

// changeFile changes rows of one file of the world and names the file.
func changeFile(world *oracle.World, random *rand.Rand) string {
	switch random.IntN(10) {
	case 0:
		for range 3 {
			changeArea(anyOf(random, world.Areas[3:]), random)
		}
		return "areas.csv"
	case 1:
		department := anyOf(random, world.Departments)
		department.Functions = *anyOf(random, [][]string{{"FINANCE"}, {"EMERGENCY_MANAGEMENT"}, {"FINANCE", "EMERGENCY_MANAGEMENT"}, {"OTHER"}})
		moveDepartments(world, random)
		return "departments.csv"
	case 2, 3:
		changeCatalog(anyOf(random, world.Catalogs), random)
		return "catalogs.csv"
	case 4:
		for i := range world.Assignments {
			if a := &world.Assignments[i]; random.IntN(3) == 0 {
				a.To = oracle.Date(oracle.Day(a.From) + random.IntN(400))
			}
		}
		return "assignments.csv"
	case 5:
		for range 10 {
			item, document := anyOf(random, world.News), anyOf(random, world.Disclosures)
			item.Publisher, item.PublishedAt = document.Publisher, someDay(random)
			item.Entry = *anyOf(random, []string{"", document.Entry})
		}
		return "news.csv"
	case 6:
		editConcerns(world, random)
		return "concerns.csv"
	case 7:
		editReviews(world, random)
		return "reviews.csv"
	case 8:
		editMovements(world, random)
		return "relief.csv"
	}
	for range 20 {
		document, other := anyOf(random, world.Disclosures), anyOf(random, world.Disclosures)
		switch random.IntN(5) {
		case 0:
			document.Publisher, document.Entry = other.Publisher, other.Entry
		case 1:
			document.InterpretsRef = *anyOf(random, []string{"", other.Ref, document.Ref})
		case 2:
			document.Attribute = *anyOf(random, []string{"PROACTIVE", "ON_REQUEST"})
		case 3:
			document.FormedOn, document.IssuedOn = *anyOf(random, []string{"", someDay(random)}), *anyOf(random, []string{"", someDay(random)})
		case 4:
			document.Period = *anyOf(random, []string{"", "2023", "2024Q2", "2024H1", "2024-05"})
		}
	}
	return "disclosures.csv"
}

func changeArea(place *oracle.Area, random *rand.Rand) {
	switch {
	case place.Level == "TOWNSHIP" && random.IntN(2) == 0:
		place.Parent = *anyOf(random, []string{"533123", "533124", "5331"})
	case place.Level == "COUNTY" && random.IntN(2) == 0:
		place.Parent = *anyOf(random, []string{"5331", "53"})
	default:
		place.ValidFrom = *anyOf(random, []string{"", oracle.Date(oracle.Day("2020-01-01") + random.IntN(1000))})
		place.ValidTo = *anyOf(random, []string{"", oracle.Date(oracle.Day("2023-01-01") + random.IntN(1000))})
	}
}

func changeCatalog(catalog *oracle.Catalog, random *rand.Rand) {
	switch random.IntN(5) {
	case 0:
		catalog.EffectiveFrom, catalog.EffectiveTo = someDay(random), ""
	case 1:
		catalog.EffectiveTo = oracle.Date(oracle.Day(catalog.EffectiveFrom) + random.IntN(1000))
	case 2:
		catalog.GraceWorkingDays, catalog.InterpretationWorkingDays = random.IntN(40), random.IntN(10)
	case 3:
		catalog.Issuer = *anyOf(random, []string{"CN", "5331", "533123", "533124"})
	case 4:
		if entry := anyOf(random, catalog.Entries); !entry.Omit {
			entry.RefreshDays = *anyOf(random, []int{0, 14, 120})
			entry.Period = *anyOf(random, []string{"NONE", "MONTHLY", "QUARTERLY", "ANNUAL"})
			entry.Levels = *anyOf(random, [][]string{{"COUNTY"}, {"TOWNSHIP", "VILLAGE"}, {"COUNTY", "TOWNSHIP", "PREFECTURE"}})
			entry.LimitAnchor = *anyOf(random, []string{"FORMED", "ISSUED"})
		}
	}
}

// editConcerns answers concerns, moves them and makes them graver.
func editConcerns(world *oracle.World, random *rand.Rand) {
	for i := range world.Concerns {
		concern := &world.Concerns[i]
		switch random.IntN(6) {
		case 0:
			concern.RespondedAt = ""
		case 1:
			concern.RespondedAt = someDay(random) + "T15:59:59Z"
		case 2:
			concern.DetectedAt = someDay(random) + "T16:00:00Z"
		case 3:
			concern.Severity = *anyOf(random, []string{"NORMAL", "MAJOR"})
		case 4:
			concern.Publisher = anyOf(random, world.Disclosures).Publisher
		}
		// One that was answered before it was detected would be a bad row.
		detected, err := time.Parse(time.RFC3339, concern.DetectedAt)
		responded, unanswered := time.Parse(time.RFC3339, concern.RespondedAt)
		if err != nil || unanswered == nil && responded.Before(detected) {
			concern.RespondedAt = ""
		}
	}
}

// editReviews turns some about and adds others, of any document.
func editReviews(world *oracle.World, random *rand.Rand) {
	taken := map[string]bool{}
	for i := range world.Reviews {
		review := &world.Reviews[i]
		if random.IntN(4) == 0 {
			review.Result = *anyOf(random, []string{"keep", "disclose"})
		}
		taken[review.Disclosure+review.ReviewedOn] = true
	}
	for range 15 {
		review := oracle.Review{
			Disclosure: anyOf(random, world.Disclosures).Ref,
			ReviewedOn: someDay(random),
			Result:     *anyOf(random, []string{"keep", "disclose"}),
		}
		if !taken[review.Disclosure+review.ReviewedOn] {
			world.Reviews = append(world.Reviews, review)
		}
		taken[review.Disclosure+review.ReviewedOn] = true
	}
}

// editMovements changes when, how much, between whom and by what documents
// relief went.
func editMovements(world *oracle.World, random *rand.Rand) {
	keepBelow(world)
	for i := range world.Movements {
		movement, other := &world.Movements[i], anyOf(random, world.Movements)
		switch random.IntN(7) {
		case 0:
			movement.OccurredOn = someDay(random)
		case 1:
			movement.DisclosureRef = *anyOf(random, []string{"", "nothing", anyOf(random, world.Disclosures).Ref})
		case 2:
			movement.Class = other.Class
		case 3:
			movement.Funds = fmt.Sprintf("%d.%02d", random.IntN(50000), random.IntN(100))
		case 4:
			movement.Kind, movement.From, movement.To = other.Kind, other.From, other.To
		}
	}
}

// keepBelow gives to nodes below the giver again where places have moved since:
// relief.csv would have bad rows.
func keepBelow(world *oracle.World) {
	world.Forget()
	for i := range world.Movements {
		movement := &world.Movements[i]
		below := world.Below(movement.From)
		switch {
		case movement.Kind == "DONATION" || movement.To == "" || slices.Contains(below, movement.To) && (movement.To != movement.From || movement.Kind == "DISTRIBUTION"):
		case movement.Kind == "DISTRIBUTION":
			movement.To = ""
		case len(below) > 1:
			movement.To = below[1]
		default:
			movement.Kind, movement.From = "DONATION", ""
		}
	}
}

// TestDepartmentsTakeOver: where the emergency bureau that discloses a place's
// relief goes elsewhere, the next one owes it.
func TestDepartmentsTakeOver(t *testing.T) {
	t.Parallel()
	db, folder := demo(t), t.TempDir()
	for _, rows := range []string{"533102/zz,乙,533102,EMERGENCY_MANAGEMENT", "533102/yjglj,甲,5331,EMERGENCY_MANAGEMENT"} {
		path := filepath.Join(folder, "departments.csv")
		if err := os.WriteFile(path, []byte("code,name,parent_code,functions\n"+rows+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		pgtest.Import(t, db, importing, path)
		mustVerify(t, db)
	}
}
