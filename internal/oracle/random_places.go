package oracle

import (
	"fmt"
	"slices"
	"sort"
)

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

// recallPlaces finds the nodes and codes of a world that is there already.
func (m *maker) recallPlaces() {
	for _, area := range m.world.Areas {
		m.nodes = append(m.nodes, area.Code)
	}
	for _, department := range m.world.Departments {
		m.nodes = append(m.nodes, department.Code)
	}
	for _, catalog := range m.world.Catalogs {
		for _, entry := range catalog.Entries {
			if !entry.Omit && !slices.Contains(m.codes, entry.Code) {
				m.codes = append(m.codes, entry.Code)
			}
		}
	}
}
