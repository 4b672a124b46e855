package oracle

import (
	"fmt"
	"slices"
)

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
