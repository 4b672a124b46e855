package area_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

func tree(t *testing.T, nodes ...*area.Node) *area.Tree {
	t.Helper()
	made, err := area.NewTree(nodes)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func codes(t *area.Tree, places []area.Place) string {
	var list []string
	for _, place := range places {
		list = append(list, t.Node(place).Code)
	}
	return strings.Join(list, " ")
}

// TestRefuses: an unknown parent, a level that is not below its parent's, a node
// under a department, a circle.
func TestRefuses(t *testing.T) {
	t.Parallel()
	for name, nodes := range map[string][]*area.Node{
		"unknown parent":     {{Code: "1", ParentCode: "0", Level: area.County}},
		"equal levels":       {{Code: "1", Level: area.County}, {Code: "2", ParentCode: "1", Level: area.County}},
		"higher level":       {{Code: "1", Level: area.County}, {Code: "2", ParentCode: "1", Level: area.Province}},
		"under a department": {{Code: "1", Level: area.County}, {Code: "1/a", ParentCode: "1", Department: true}, {Code: "1/a/b", ParentCode: "1/a", Department: true}},
		"itself":             {{Code: "1", ParentCode: "1", Level: area.County}},
		"circle":             {{Code: "1", ParentCode: "2", Level: area.County}, {Code: "2", ParentCode: "1", Level: area.Township}},
	} {
		if _, err := area.NewTree(nodes); err == nil {
			t.Errorf("%s was not refused", name)
		}
	}
	// A level may be left out between, and a department may stand under any place.
	tree(t, &area.Node{Code: "1", Level: area.Province}, &area.Node{Code: "12", ParentCode: "1", Level: area.Township},
		&area.Node{Code: "12/a", ParentCode: "12", Department: true}, &area.Node{Code: "1/a", ParentCode: "1", Department: true})
}

// TestLevelsAndDays: a department has its parent's level and days, "no other node's
// days depend on its parent's".
func TestLevelsAndDays(t *testing.T) {
	t.Parallel()
	from, to := calendar.Date(2024, 1, 1), calendar.Date(2024, 6, 30)
	made := tree(t, &area.Node{Code: "1", Level: area.County, ValidFrom: from, ValidTo: to},
		&area.Node{Code: "1/a", ParentCode: "1", Department: true}, &area.Node{Code: "11", ParentCode: "1", Level: area.Township},
		&area.Node{Code: "2", Level: area.County, SucceededBy: []string{"3"}}, &area.Node{Code: "3", Level: area.County, ValidFrom: from})
	for code, want := range map[string]string{
		"1": "COUNTY 2024-01-01..2024-06-30", "1/a": "COUNTY 2024-01-01..2024-06-30", "11": "TOWNSHIP ..", "3": "COUNTY 2024-01-01..",
	} {
		place := made.Find(code)
		node, days := made.Node(place), made.ValidOn(place)
		if got := fmt.Sprintf("%s %s..%s", node.Level, days.From, days.To); got != want {
			t.Errorf("%s: got %s, want %s", code, got, want)
		}
	}
	if got := made.Predecessors(made.Find("3")); !slices.Equal(got, []area.Place{made.Find("2")}) {
		t.Errorf("before 3 was %v", got)
	}
}

// TestPlaceholder: a prefecture that only holds the place of one is not shown: its
// children stand in its stead. A real prefecture and one with a department are.
func TestPlaceholder(t *testing.T) {
	t.Parallel()
	nodes := []*area.Node{
		{Code: "11", Level: area.Province},
		{Code: "1101", ParentCode: "11", Level: area.Prefecture, Name: "市辖区"},
		{Code: "110101", ParentCode: "1101", Level: area.County},
		{Code: "110102", ParentCode: "1101", Level: area.County},
		{Code: "1100", ParentCode: "11", Level: area.Prefecture, Name: "真州"},
		{Code: "1102", ParentCode: "11", Level: area.Prefecture, Name: "县"},
		{Code: "11/a", ParentCode: "11", Department: true},
	}
	made := tree(t, nodes...)
	root, county := made.Find("11"), made.Find("110101")
	if got := codes(made, made.Children(root)); got != "11/a 1100 110101 110102 1102" {
		t.Errorf("children %s", got) // an empty one stays, or it would be nowhere
	}
	if got := codes(made, made.Ancestors(county)); got != "11" {
		t.Errorf("ancestors %s", got)
	}
	if made.ChildTowards(root, county) != county || made.Node(made.Parent(county)).Code != "1101" {
		t.Error("the way down to a county and its own parent")
	}
	made = tree(t, append(nodes, &area.Node{Code: "1101/a", ParentCode: "1101", Department: true})...)
	if got := codes(made, made.Children(made.Find("11"))); got != "11/a 1100 1101 1102" {
		t.Errorf("children %s", got)
	}
	if got := codes(made, made.Ancestors(made.Find("110102"))); got != "11 1101" {
		t.Errorf("ancestors %s", got)
	}
}

// randomTree has codes that say nothing of who stands below whom, or that begin
// with their parent's.
func randomTree(t *testing.T, random *rand.Rand) *area.Tree {
	t.Helper()
	nodes := []*area.Node{{Code: "5", Level: area.Nation}, {Code: "6", Level: area.Province}}
	for number := range 60 {
		parent := nodes[random.IntN(len(nodes))]
		if parent.Department || parent.Level == area.Village {
			continue
		}
		node := &area.Node{Code: fmt.Sprintf("%s%02d", parent.Code, number), ParentCode: parent.Code, Level: parent.Level + 1}
		switch random.IntN(6) {
		case 0:
			node.Code = fmt.Sprintf("%d%02d", random.IntN(10), number)
		case 1:
			node.Code, node.Department = fmt.Sprintf("%s/%d", parent.Code, number), true
		}
		nodes = append(nodes, node)
	}
	random.Shuffle(len(nodes), func(i, j int) { nodes[i], nodes[j] = nodes[j], nodes[i] })
	return tree(t, nodes...)
}

// TestWalks: what lies below a place, by code, from any rank on, is what going up
// from every node says.
func TestWalks(t *testing.T) {
	t.Parallel()
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 11))
		made := randomTree(t, random)
		all := made.Nodes()
		if !slices.IsSortedFunc(all, func(a, b *area.Node) int { return strings.Compare(a.Code, b.Code) }) {
			t.Fatalf("seed %d: not by code", seed)
		}
		for place := range area.Place(made.Size()) {
			from := area.Place(random.IntN(made.Size() + 1))
			var below, fromRank, direct []area.Place
			for other := range area.Place(made.Size()) {
				at := other
				for at != area.Nowhere && at != place {
					at = made.Parent(at)
				}
				if made.Contains(place, other) != (at == place) {
					t.Fatalf("seed %d: %s holds %s", seed, made.Node(place).Code, made.Node(other).Code)
				}
				if at != place {
					continue
				}
				below = append(below, other)
				if other >= from {
					fromRank = append(fromRank, other)
				}
				if made.Parent(other) == place {
					direct = append(direct, other)
				}
			}
			if got := slices.Collect(made.Below(place)); !slices.Equal(got, below) || made.CountBelow(place) != len(below) {
				t.Fatalf("seed %d: below %s: got %v, want %v", seed, made.Node(place).Code, got, below)
			}
			if got := slices.Collect(made.BelowFrom(place, from)); !slices.Equal(got, fromRank) {
				t.Fatalf("seed %d: below %s from %d: got %v, want %v", seed, made.Node(place).Code, from, got, fromRank)
			}
			if got := made.Children(place); !slices.Equal(got, direct) {
				t.Fatalf("seed %d: children of %s: got %v, want %v", seed, made.Node(place).Code, got, direct)
			}
			for first := range made.Below(place) { // a walk may end early
				if first != below[0] {
					t.Fatalf("seed %d: %s begins with %v", seed, made.Node(place).Code, first)
				}
				break
			}
			if code := made.Node(
				place,
			).Code; made.Find(code) != place || made.RankOf(code) != place || made.RankOf(code+"\x00") != place+1 ||
				made.ByCode(code) != made.Node(place) {
				t.Fatalf("seed %d: %s is not where it is", seed, code)
			}
		}
	}
	if made := tree(t); made.Find("1") != area.Nowhere || made.ByCode("1") != nil || made.Size() != 0 {
		t.Error("something is found in an empty tree")
	}
}

// TestKinds: "Region (level NATION, PROVINCE or PREFECTURE), City, Township,
// Village, Department"; levels are read by the names they are written with.
func TestKinds(t *testing.T) {
	t.Parallel()
	kinds := []area.Kind{area.Region, area.Region, area.Region, area.City, area.TownshipOf, area.VillageOf}
	for level := range area.Level(area.Levels) {
		node := area.Node{Level: level}
		if got := node.Kind(); got != kinds[level] {
			t.Errorf("%s is of kind %d", level, got)
		}
		node.Department = true
		if got := node.Kind(); got != area.Department {
			t.Errorf("a department at %s is of kind %d", level, got)
		}
		if got, ok := area.ParseLevel(level.String()); got != level || !ok {
			t.Errorf("%s is read as %s", level, got)
		}
	}
	if _, ok := area.ParseLevel("HAMLET"); ok {
		t.Error("HAMLET is read")
	}
}
