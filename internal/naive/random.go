package naive

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
)

// Random is a small world with as many of the odd cases of docs/design.md as fit into it. The same seed gives the same
// world, so that a test that fails can name its seed.
func Random(seed uint64) *World {
	maker := &maker{Rand: rand.New(rand.NewPCG(seed, 20190601)), world: &World{}}
	maker.places()
	maker.catalogs()
	maker.findCells()
	maker.assignments()
	maker.disclosures()
	maker.news()
	maker.arrangements()
	maker.world.Forget()
	return maker.world
}

// maker holds what the parts of a random world need of one another.
type maker struct {
	*rand.Rand
	world *World
	nodes []string
	// codes are all entry codes with a row of their own; a publication under any other would be a bad row of a file.
	codes []string
	// cells are those that some catalog makes for some node, for publications to hit.
	cells []cellKey
	// busy are the few of them that most publications go to, or no cell would have a history.
	busy []cellKey
}

func (m *maker) chance(percent int) bool { return m.IntN(100) < percent }

// between is a number from low to high, both in it.
func (m *maker) between(low, high int) int { return low + m.IntN(high-low+1) }

func (m *maker) date(from, to string) string { return Date(m.between(Day(from), Day(to))) }

func later(date string, days int) string { return Date(Day(date) + days) }

func pick[T any](m *maker, from ...T) T { return from[m.IntN(len(from))] }

// some is a subset of from that is not empty.
func some(m *maker, from ...string) []string {
	for {
		var chosen []string
		for _, one := range from {
			if m.chance(60) {
				chosen = append(chosen, one)
			}
		}
		if len(chosen) > 0 {
			return chosen
		}
	}
}

func (m *maker) places() {
	m.area("CN", "中华人民共和国", "NATION", "")
	m.area("53", "云南省", "PROVINCE", "CN")
	m.area("5331", "德宏州", "PREFECTURE", "53")
	m.department("5331", "yj")
	counties := []string{"533123", "533124"}
	for _, county := range counties {
		m.area(county, "县"+county, "COUNTY", "5331")
		m.department(county, "yj")
		if m.chance(70) {
			m.department(county, "cz")
		}
	}
	var townships []string
	for number := range m.between(3, 6) {
		county := counties[number%2]
		township := fmt.Sprintf("%s%d", county, 101+number)
		m.area(township, "镇"+township, "TOWNSHIP", county)
		townships = append(townships, township)
		m.maybeDated(40)
		if m.chance(50) {
			m.department(township, pick(m, "yj", "cz"))
		}
	}
	for number := range m.between(0, 3) {
		township := pick(m, townships...)
		village := fmt.Sprintf("%s%d", township, 201+number)
		m.area(village, "村"+village, "VILLAGE", township)
		m.maybeDated(40)
	}
}

func (m *maker) area(code, name, level, parent string) {
	m.world.Areas = append(m.world.Areas, Area{Code: code, Name: name, Level: level, Parent: parent})
	m.nodes = append(m.nodes, code)
}

// maybeDated gives the last area a first day, a last day or both.
func (m *maker) maybeDated(percent int) {
	area := &m.world.Areas[len(m.world.Areas)-1]
	if m.chance(percent) {
		area.ValidFrom = m.date("2020-01-01", "2023-06-30")
	}
	if m.chance(percent) {
		area.ValidTo = m.date("2023-07-01", "2026-12-31")
	}
}

func (m *maker) department(parent, name string) {
	functions := []string{"EMERGENCY_MANAGEMENT"}
	if name == "cz" {
		functions = []string{"FINANCE"}
	}
	if m.chance(20) {
		functions = []string{"EMERGENCY_MANAGEMENT", "FINANCE"}
	}
	code := parent + "/" + name
	m.world.Departments = append(m.world.Departments, Department{code, "局" + code, parent, functions})
	m.nodes = append(m.nodes, code)
}

// findCells lists every cell that some catalog makes for some node by level and functions, on whatever day.
func (m *maker) findCells() {
	m.world.recall()
	seen := map[cellKey]bool{}
	for _, catalog := range m.world.memory.merged {
		for _, row := range catalog.rows {
			for _, node := range m.nodes {
				if m.world.appliesByItself(row, node) {
					seen[cellKey{node, row.Code}] = true
				}
			}
		}
	}
	for key := range seen {
		m.cells = append(m.cells, key)
	}
	sort.Slice(m.cells, func(i, j int) bool {
		one, other := m.cells[i], m.cells[j]
		return one.publisher < other.publisher || one.publisher == other.publisher && one.entry < other.entry
	})
	for range min(len(m.cells), 25) {
		m.busy = append(m.busy, pick(m, m.cells...))
	}
}

// anyCell is mostly a cell that some catalog makes, now and then a publisher and a code that go together by chance.
func (m *maker) anyCell(percentReal int) cellKey {
	if len(m.cells) > 0 && m.chance(percentReal) {
		if m.chance(65) {
			return pick(m, m.busy...)
		}
		return pick(m, m.cells...)
	}
	return cellKey{pick(m, m.nodes...), pick(m, m.codes...)}
}

func (m *maker) assignments() {
	taken := map[string]bool{}
	add := func(key cellKey, action, from, to string) {
		if name := fmt.Sprint(key, action, from); !taken[name] {
			taken[name] = true
			m.world.Assignments = append(m.world.Assignments,
				Assignment{key.publisher, key.entry, action, from, to, "试点"})
		}
	}
	for range m.between(8, 16) {
		action, realCells := "EXEMPT", 95
		if m.chance(45) {
			action, realCells = "INCLUDE", 15
		}
		key, from := m.anyCell(realCells), m.date("2019-12-01", "2026-06-30")
		switch m.IntN(4) {
		case 0: // one day
			add(key, action, from, from)
		case 1: // open
			add(key, action, from, "")
		case 2: // one following another without a day between
			to := later(from, m.between(0, 400))
			add(key, action, from, to)
			add(key, action, later(to, 1), later(to, m.between(1, 300)))
		default:
			add(key, action, from, later(from, m.between(1, 700)))
		}
	}
}

// arrangements are holidays as the State Council arranges them, with some years left out.
func (m *maker) arrangements() {
	for year := 2019; year <= 2026; year++ {
		if m.chance(20) {
			continue
		}
		days := map[string]ArrangedDay{}
		first := fmt.Sprintf("%d-01-01", year)
		m.holiday(days, "元旦", later(first, -m.IntN(2)), 3, 0)
		m.holiday(days, "春节", later(first, m.between(20, 41)), 7, 2)
		m.holiday(days, "清明节", fmt.Sprintf("%d-04-04", year), pick(m, 1, 3), 0)
		m.holiday(days, "劳动节", fmt.Sprintf("%d-05-01", year), 5, m.IntN(3))
		m.holiday(days, "端午节", fmt.Sprintf("%d-06-%02d", year, m.between(7, 25)), 3, 0)
		m.holiday(days, "国庆节", fmt.Sprintf("%d-10-01", year), pick(m, 7, 8), 2)
		arrangement := Arrangement{Year: year}
		for _, day := range days {
			arrangement.Days = append(arrangement.Days, day)
		}
		slices.SortFunc(arrangement.Days, func(one, other ArrangedDay) int { return Day(one.Date) - Day(other.Date) })
		m.world.Arrangements = append(m.world.Arrangements, arrangement)
	}
}

// holiday lists the days off and as many weekend days worked, one before and one after in turn.
func (m *maker) holiday(days map[string]ArrangedDay, name, from string, length, worked int) {
	for offset := range length {
		date := later(from, offset)
		days[date] = ArrangedDay{date, name, true}
	}
	for number := range worked {
		day, step := Day(from)-1, -1
		if number%2 == 1 {
			day, step = Day(from)+length, 1
		}
		for weekday := midnight(day).Weekday(); weekday != 0 && weekday != 6; weekday = midnight(day).Weekday() {
			day += step
		}
		days[Date(day)] = ArrangedDay{Date(day), name, false}
	}
}
