package importer

import (
	"fmt"
	"io"

	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// How many nodes' figures the printed report shows, and the JSON; both count all.
const (
	shownFigures  = 20
	listedFigures = 10_000
)

// printFigures tells the figures of nodes before and after.
func printFigures(w io.Writer, nodes []register.NodeFigures) {
	if len(nodes) > 0 {
		fmt.Fprintln(w, "figures today, with all below, of the nodes touched, before → after:")
	}
	for i := range nodes {
		if i == shownFigures {
			fmt.Fprintf(w, "  and %s more; --format json lists them\n", plural(len(nodes)-i, "node"))
			break
		}
		before, after := nodes[i].Before(), nodes[i].After()
		fmt.Fprintf(w, "  %s %s: required %s, covered %s, gaps %s, coverage %s\n", nodes[i].Code, nodes[i].Name,
			fromTo(before.Required(), after.Required()),
			fromTo(before.Cells[timeline.Covered], after.Cells[timeline.Covered]),
			fromTo(before.Gaps(), after.Gaps()),
			fromTo(percent(&before), percent(&after)))
	}
}

func fromTo[T comparable](before, after T) string {
	if before == after {
		return fmt.Sprint(after)
	}
	return fmt.Sprint(before, " → ", after)
}

func percent(figures *coverage.Figures) string {
	rate, ok := figures.CoverageRate()
	if !ok {
		return "none"
	}
	return fmt.Sprintf("%.1f %%", rate*100)
}

// figuresJSON are the figures as a report has them for programs.
type figuresJSON struct {
	Figures      []nodeFigures `json:"figures"`
	FiguresCount int           `json:"figuresCount"`
}

type nodeFigures struct {
	Node   string  `json:"node"`
	Name   string  `json:"name"`
	Before figures `json:"before"`
	After  figures `json:"after"`
}

// figures are called as in the schema.
type figures struct {
	Required     int      `json:"required"`
	Covered      int      `json:"covered"`
	Pending      int      `json:"pending"`
	Missing      int      `json:"missing"`
	Overdue      int      `json:"overdue"`
	Stale        int      `json:"stale"`
	Exempt       int      `json:"exempt"`
	CoverageRate *float64 `json:"coverageRate"`
}

func figuresOf(nodes []register.NodeFigures) figuresJSON {
	list := []nodeFigures{}
	for i := range nodes[:min(len(nodes), listedFigures)] {
		node := &nodes[i]
		list = append(list, nodeFigures{node.Code, node.Name, figuresAs(node.Before()), figuresAs(node.After())})
	}
	return figuresJSON{list, len(nodes)}
}

func figuresAs(of coverage.Figures) figures {
	as := figures{
		Required: of.Required(), Covered: of.Cells[timeline.Covered], Pending: of.Cells[timeline.Pending],
		Missing: of.Cells[timeline.Missing], Overdue: of.Cells[timeline.Overdue], Stale: of.Cells[timeline.Stale],
		Exempt: of.Cells[timeline.Exempt],
	}
	if rate, ok := of.CoverageRate(); ok {
		as.CoverageRate = &rate
	}
	return as
}
