package importer

import (
	"context"
	"fmt"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// read is a node of a file with its place there.
type readNode struct {
	*area.Node
	file string
	line int
}

func (n *readNode) problem(column, value, reason, remedy string) tabular.Problem {
	return tabular.Problem{File: n.file, Line: n.line, Column: column, Value: value, Reason: reason, Remedy: remedy}
}

// nodes imports areas and departments.
func (r *run) nodes(ctx context.Context, sources []Source) error {
	read := map[string]*readNode{}
	var order []*readNode
	var areas, departments []Source
	for _, source := range sources {
		kind, readRow := kindAreas, readArea
		if r.isDepartments(source) {
			kind, readRow = kindDepartments, readDepartment
			departments = append(departments, source)
		} else {
			areas = append(areas, source)
		}
		err := r.rows(source, kind, func(f *fields) error {
			node := &readNode{readRow(f), source.Shown, f.reader.Line()}
			r.given.nodes[node.Code] = true
			if f.bad {
				return nil
			}
			if first := read[node.Code]; first == nil {
				read[node.Code] = node
				order = append(order, node)
			} else if sameNode(first.Node, node.Node) {
				r.report.warn(node.problem("code", node.Code, fmt.Sprintf("the same row stands already at %s:%d", first.file, first.line), "delete one of the two"))
			} else {
				r.report.problem(node.problem("code", node.Code, fmt.Sprintf("another row of this code stands at %s:%d", first.file, first.line), "keep one of the two rows"))
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	changed := r.compareNodes(order, areas, departments)
	r.checkNodes(order, read)
	if r.report.ProblemCount > 0 || len(changed) == 0 {
		return nil
	}
	if !r.alone {
		return errNotAlone
	}
	return r.writeNodes(ctx, changed, sources)
}

func (r *run) isDepartments(source Source) bool {
	if stem(source.Name) == string(kindDepartments) {
		return true
	}
	if stem(source.Name) == string(kindAreas) {
		return false
	}
	reader, err := tabular.Open(source.Files, source.Name, columnsOf[kindDepartments], r.options.Limits)
	if err != nil {
		return false
	}
	reader.Close()
	return true
}

func readArea(f *fields) *area.Node {
	node := &area.Node{
		Code: f.code(areaCode), Name: f.needed(areaName),
		Level:      word(f, areaLevel, area.ParseLevel, "NATION, PROVINCE, PREFECTURE, COUNTY, TOWNSHIP, VILLAGE"),
		ParentCode: f.text(areaParent),
		ValidFrom:  f.day(areaValidFrom), ValidTo: f.day(areaValidTo),
		SucceededBy: f.list(areaSucceededBy), Functions: []string{},
	}
	f.span(areaValidFrom, areaValidTo, node.ValidFrom, node.ValidTo)
	if node.ParentCode == node.Code && node.Code != "" {
		f.fault(areaParent, "a node cannot stand under itself", "give its parent, or leave it empty for a root")
	}
	return node
}

func readDepartment(f *fields) *area.Node {
	return &area.Node{
		Code: f.code(departmentCode), Name: f.needed(departmentName), Department: true,
		ParentCode: f.code(departmentParent), Functions: f.list(departmentFunctions), SucceededBy: []string{},
	}
}

func sameNode(a, b *area.Node) bool {
	return a.Name == b.Name && a.Department == b.Department && (a.Department || a.Level == b.Level) && a.ParentCode == b.ParentCode &&
		a.ValidFrom == b.ValidFrom && a.ValidTo == b.ValidTo && slices.Equal(a.SucceededBy, b.SucceededBy) && slices.Equal(a.Functions, b.Functions)
}

// compareNodes finds out which nodes are new or other than they were.
func (r *run) compareNodes(order []*readNode, areas, departments []Source) (changed []*readNode) {
	var ofAreas, ofDepartments store.Counts
	for _, node := range order {
		counts := &ofAreas
		if node.Department {
			counts = &ofDepartments
		}
		switch present := r.standard.Tree.ByCode(node.Code); {
		case present == nil:
			counts.Added++
		case sameNode(present, node.Node):
			counts.Unchanged++
			continue
		default:
			counts.Changed++
		}
		changed = append(changed, node)
	}
	if len(areas) > 0 {
		r.counted(kindAreas, areas, ofAreas)
	}
	if len(departments) > 0 {
		r.counted(kindDepartments, departments, ofDepartments)
	}
	return changed
}

// checkNodes looks at each node beside its parent and its successors. Levels
// fall from parent to child, so a circle cannot pass.
func (r *run) checkNodes(order []*readNode, read map[string]*readNode) {
	find := func(code string) *area.Node {
		if node := read[code]; node != nil {
			return node.Node
		}
		return r.standard.Tree.ByCode(code)
	}
	for _, node := range order {
		for _, successor := range node.SucceededBy {
			if find(successor) == nil && !r.given.node(successor) {
				r.report.problem(node.problem("succeeded_by", successor, "there is no node of this code", "import it first or with it"))
			}
		}
		if node.ParentCode == "" {
			continue
		}
		parent := find(node.ParentCode)
		switch {
		case parent == nil && r.given.node(node.ParentCode):
		case parent == nil:
			r.report.problem(node.problem("parent_code", node.ParentCode, "there is no node of this code", "import the parent first or with it, or correct the code"))
		case parent.Department:
			r.report.problem(node.problem("parent_code", node.ParentCode, "it is a department, which has nothing below it", "give the place that it belongs to"))
		case !node.Department && node.Level <= parent.Level:
			r.report.problem(node.problem("level", node.Level.String(),
				fmt.Sprintf("it is not below the level of its parent %s, %s", parent.Code, parent.Level), "correct the level or the parent"))
		}
	}
}

func (r *run) writeNodes(ctx context.Context, changed []*readNode, sources []Source) error {
	staging, err := r.w.Stage(ctx, &store.Nodes)
	if err != nil {
		return err
	}
	for _, node := range changed {
		if err := staging.Row(ctx, node.Code, node.Name, int(node.Level), node.Department, orNull(node.ParentCode), orNoDay(node.ValidFrom), orNoDay(node.ValidTo),
			store.Array(node.SucceededBy), store.Array(node.Functions), node.file, node.line); err != nil {
			return err
		}
	}
	if err := staging.Done(ctx); err != nil {
		return err
	}
	counts, err := r.w.Compare(ctx, &store.Nodes)
	if err != nil {
		return err
	}
	if err := r.w.Lay(ctx, &store.Nodes, counts); err != nil {
		return err
	}
	if err := r.w.AddTimelines(ctx); err != nil {
		return err
	}
	r.parts[store.PartNodes] = true
	// What stood below a node before it moved is touched as well.
	places := r.placesOf(changed)
	r.touchNodes(changed, places)
	if err := r.readReference(ctx); err != nil {
		return r.reraise(sources[0], err)
	}
	r.touchNodes(changed, places)
	return nil
}

// placesOf are the places whose departments the nodes were, by the tree, or are to be.
func (r *run) placesOf(changed []*readNode) []string {
	var places []string
	for _, node := range changed {
		if present := r.standard.Tree.ByCode(node.Code); present != nil && present.Department {
			places = append(places, present.ParentCode)
		}
		if node.Department {
			places = append(places, node.ParentCode)
		}
	}
	return places
}

// touchNodes touches what stands below the nodes as the tree is, and the relief
// of the places: another of their departments may now be the one to disclose it.
func (r *run) touchNodes(changed []*readNode, places []string) {
	for _, node := range changed {
		r.subtree(node.Code)
	}
	for _, place := range places {
		r.touchRelief(place)
	}
}

// orNull and orNoDay turn what a fact does not give into null.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func orNoDay(day calendar.Day) any {
	if !day.Given() {
		return nil
	}
	return day.String()
}
