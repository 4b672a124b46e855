package oracle

import (
	"fmt"
	"reflect"
	"sort"
)

// checks says for each operation what differs from its worked answer, "" where nothing does.
var checks = map[string]func(world *World, asks question, today int) string{
	"CellHistory":       checkCellHistory,
	"CoverageByChild":   checkCoverageByChild,
	"CoverageByCatalog": checkCoverageByCatalog,
	"Matrix":            checkMatrix,
	"Upcoming":          checkUpcoming,
	"Deadline":          checkDeadline,
	"Relief":            checkRelief,
	"Orders":            checkOrders,
}

// checkCellHistory compares the statuses of all days, by spans of one status whatever the cause, and the duties.
func checkCellHistory(world *World, asks question, today int) string {
	publisher, entry := asks.Variables.Publisher, asks.Variables.Entry
	var spans []exampleSpan
	before := ""
	for day := FirstDay; day <= LastDay; day++ {
		status := world.Status(publisher, entry, day)
		if status != "" && status == before {
			spans[len(spans)-1].To = Date(day)
		} else if status != "" {
			spans = append(spans, exampleSpan{Date(day), Date(day), status})
		}
		before = status
	}
	if before != "" {
		spans[len(spans)-1].To = ""
	}
	var expected []exampleSpan
	for _, next := range asks.Answer.Cell.Timeline {
		last := len(expected) - 1
		if last >= 0 && expected[last].Status == next.Status && Day(expected[last].To)+1 == Day(next.From) {
			expected[last].To = next.To
		} else {
			expected = append(expected, next)
		}
	}
	if !reflect.DeepEqual(spans, expected) {
		return fmt.Sprintf("%s %s: timeline %v, expected %v", publisher, entry, spans, expected)
	}
	var duties []exampleDuty
	for _, duty := range world.Duties(publisher, entry) {
		if duty.Opened <= today {
			duties = append(duties, exampleDuty{duty.Kind, Date(duty.Opened), Date(duty.Due), Date(duty.Fulfilled)})
		}
	}
	expectedDuties := append([]exampleDuty(nil), asks.Answer.Cell.Duties...)
	for _, list := range [][]exampleDuty{duties, expectedDuties} {
		sort.Slice(list, func(i, j int) bool { return fmt.Sprint(list[i]) < fmt.Sprint(list[j]) })
	}
	if len(duties)+len(expectedDuties) > 0 && !reflect.DeepEqual(duties, expectedDuties) {
		return fmt.Sprintf("%s %s: duties %v, expected %v", publisher, entry, duties, expectedDuties)
	}
	return ""
}

func checkCoverageByChild(world *World, asks question, _ int) string {
	code, day, answer := asks.Variables.Code, Day(asks.Variables.AsOf), asks.Answer.AdministrativeNode
	if got := world.Figures(code, day, false); got != answer.Coverage.figures() ||
		got.Required() != answer.Coverage.Required {
		return fmt.Sprintf("%s on %s: %+v, expected %+v", code, Date(day), got, answer.Coverage)
	}
	if got := world.Figures(code, day, true); got != answer.OwnCoverage.figures() {
		return fmt.Sprintf("%s alone on %s: %+v, expected %+v", code, Date(day), got, answer.OwnCoverage)
	}
	var children []string
	for _, edge := range answer.Children.Edges {
		children = append(children, edge.Node.Code)
		if got := world.Figures(edge.Node.Code, day, false); got != edge.Node.Coverage.figures() {
			return fmt.Sprintf("%s on %s: %+v, expected %+v", edge.Node.Code, Date(day), got, edge.Node.Coverage)
		}
	}
	if got := world.Children(code); len(got)+len(children) > 0 && !reflect.DeepEqual(got, children) {
		return fmt.Sprintf("%s: children %v, expected %v", code, got, children)
	}
	return ""
}

func checkCoverageByCatalog(world *World, asks question, _ int) string {
	code, day := asks.Variables.Code, Day(asks.Variables.AsOf)
	expected := map[string]Figures{}
	for _, group := range asks.Answer.AdministrativeNode.Coverage.ByEntry {
		if figures := group.Figures.figures(); figures != (Figures{}) {
			expected[group.Entry.Code] = figures
		}
	}
	if got := world.FiguresByEntry(code, day); !reflect.DeepEqual(got, expected) {
		return fmt.Sprintf("%s on %s: %v, expected %v", code, Date(day), got, expected)
	}
	return ""
}

func checkMatrix(world *World, asks question, _ int) string {
	day := Day(asks.Variables.AsOf)
	for _, row := range asks.Answer.CoverageMatrix.Rows {
		expected := map[string]string{}
		for _, cell := range row.Cells {
			expected[cell.EntryCode] = cell.Status + " since " + cell.Since
		}
		got, publisher := map[string]string{}, row.Publisher.Code
		for _, entry := range world.Entries(publisher) {
			if status := world.Status(publisher, entry, day); status != "" {
				got[entry] = status + " since " + Date(world.Since(publisher, entry, day))
			}
		}
		if !reflect.DeepEqual(got, expected) {
			return fmt.Sprintf("%s on %s: %v, expected %v", publisher, Date(day), got, expected)
		}
	}
	return ""
}

func checkUpcoming(world *World, asks question, _ int) string {
	day := Day(asks.Variables.AsOf)
	got := world.Upcoming(asks.Variables.Code, day, asks.Variables.WorkingDays)
	var expected []Coming
	for _, edge := range asks.Answer.Upcoming.Edges {
		node := edge.Node
		expected = append(expected, Coming{Day(node.DueOn), node.Publisher.Code, node.Entry.Code, node.Becomes})
	}
	if len(got) != asks.Answer.Upcoming.TotalCount || len(got) < len(expected) {
		return fmt.Sprintf("%s on %s: %d, expected %d", asks.Variables.Code, Date(day), len(got),
			asks.Answer.Upcoming.TotalCount)
	}
	// The answer is the first page.
	if got = got[:len(expected)]; len(got) > 0 && !reflect.DeepEqual(got, expected) {
		return fmt.Sprintf("%s on %s: %v, expected %v", asks.Variables.Code, Date(day), got, expected)
	}
	return ""
}

func checkDeadline(world *World, asks question, _ int) string {
	if asks.Variables.Limit.Kind != "WORKING_DAYS" {
		return ""
	}
	due, provisional := world.Due(Day(asks.Variables.From), asks.Variables.Limit.N)
	if answer := asks.Answer.Deadline; Date(due) != answer.DueOn || provisional != answer.Provisional {
		return fmt.Sprintf("%+v: %s %t, expected %+v", asks.Variables, Date(due), provisional, answer)
	}
	return ""
}
