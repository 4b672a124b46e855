package importer

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// readNode is a node of a file with its place there.
type readNode struct {
	*area.Node
	file string
	line int
}

func (n *readNode) problem(code, column, value, reason, remedy string) tabular.Problem {
	return tabular.Problem{Code: code, File: n.file, Line: n.line, Column: column, Value: value, Reason: reason, Remedy: remedy}
}

// found is what is found between the node and another, as a problem of its row.
func (n *readNode) found(found *rule.Finding) tabular.Problem {
	kind, value := kindAreas, n.ParentCode
	if n.Department {
		kind = kindDepartments
	}
	switch found.Field {
	case "code":
		value = n.Code
	case "level":
		value = n.Level.String()
	case "validTo":
		value = n.ValidTo.String()
	case "succeededBy":
		value = strings.Join(n.SucceededBy, ";")
	case "functions":
		value = strings.Join(n.Functions, ";")
	}
	p := n.problem(found.Rule.Name, layoutOf[kind].columnOf[found.Field], cmp.Or(found.Named, value), found.Message, found.Remedy)
	p.Rule = found.Rule.Name
	return p
}

// nodes imports areas and departments.
func (r *run) nodes(ctx context.Context, sources []Source) error {
	read := map[string]*readNode{}
	var order []*readNode
	var areas, departments []Source
	take := func(f *row[area.Node]) {
		n := f.value // the row is used again
		node := &readNode{&n, f.shown, f.line}
		r.mentioned.nodes[node.Code] = true
		if f.bad {
			return
		}
		if first := read[node.Code]; first == nil {
			read[node.Code] = node
			order = append(order, node)
		} else if sameNode(first.Node, node.Node) {
			r.report.warn(
				node.problem(
					rule.GivenTwice.Name,
					"code",
					node.Code,
					fmt.Sprintf("the same row stands already at %s:%d", first.file, first.line),
					"delete one of the two",
				),
			)
		} else {
			r.report.problem(
				node.problem(
					rule.GivenTwice.Name,
					"code",
					node.Code,
					fmt.Sprintf("another row of this code stands at %s:%d", first.file, first.line),
					"keep one of the two rows",
				),
			)
		}
	}
	for _, source := range sources {
		kind, of := kindAreas, fact.Areas
		if r.isDepartments(source) {
			kind, of = kindDepartments, fact.Departments
			departments = append(departments, source)
		} else {
			areas = append(areas, source)
		}
		err := readRows(r, source, kind, of, func(rows []row[area.Node], absent []fact.Column[area.Node]) error {
			fill(rows, absent, of, func(n *area.Node) *area.Node { return r.Reference.Tree.ByCode(n.Code) })
			for i := range rows {
				rows[i].value.Department = kind == kindDepartments
				r.checkNode(&rows[i], absent)
				take(&rows[i])
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	changed := r.compareNodes(order, areas, departments)
	r.checkNodes(order, read)
	r.departments = slices.DeleteFunc(slices.Clone(order), func(n *readNode) bool { return !n.Department })
	if r.report.ProblemCount > 0 || len(changed) == 0 {
		return nil
	}
	nodes := make([]*area.Node, len(changed))
	for i, node := range changed {
		nodes[i] = node.Node
	}
	return r.reraise(kindAreas, sources[0], r.Nodes(ctx, nodes))
}

func (r *run) isDepartments(source Source) bool {
	if called := kindCalled(stem(source.Name)); called == kindDepartments || called == kindAreas {
		return called == kindDepartments
	}
	header := layoutOf[kindDepartments].header
	reader, err := tabular.Open(source.Files, source.Name, header, r.options.Limits)
	if err != nil {
		return false
	}
	defer reader.Close()
	// Without it, nothing tells a department from a place.
	return reader.Has(slices.IndexFunc(header, func(c tabular.Column) bool { return c.Name == "functions" }))
}

// checkNode looks at a node alone.
func (r *run) checkNode(f *row[area.Node], absent []fact.Column[area.Node]) {
	n := &f.value
	if !f.bad {
		f.found(n.Check())
	}
	known := r.Reference.Tree.ByCode(n.Code)
	switch {
	case known != nil:
		f.found(n.CheckChange(known))
	case !f.bad && n.Level != area.Nation && lacks(absent, "parent_code"):
		f.fault("column-needed", "parent_code", "the row is new, and the file lacks the column", "add the column; it is empty for a root")
	}
}

func lacks[T any](absent []fact.Column[T], name string) bool {
	return slices.ContainsFunc(absent, func(c fact.Column[T]) bool { return c.Name == name })
}

func sameNode(a, b *area.Node) bool {
	return a.Name == b.Name && a.Department == b.Department && (a.Department || a.Level == b.Level) && a.ParentCode == b.ParentCode &&
		a.ValidFrom == b.ValidFrom && a.ValidTo == b.ValidTo && slices.Equal(a.SucceededBy, b.SucceededBy) &&
		slices.Equal(a.Functions, b.Functions)
}

// compareNodes finds out which nodes are new or other than they were.
func (r *run) compareNodes(order []*readNode, areas, departments []Source) (changed []*readNode) {
	var ofAreas, ofDepartments register.Counts
	for _, node := range order {
		counts := &ofAreas
		if node.Department {
			counts = &ofDepartments
		}
		switch present := r.Reference.Tree.ByCode(node.Code); {
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

// checkNodes looks at each node beside its parent, its successors and the children
// that stand in no file.
func (r *run) checkNodes(order []*readNode, read map[string]*readNode) {
	find := func(code string) *area.Node {
		if node := read[code]; node != nil {
			return node.Node
		}
		return r.Reference.Tree.ByCode(code)
	}
	for _, node := range order {
		found := r.mentioned.unexplained(node.CheckBeside(find))
		if read[node.ParentCode] == nil && r.mentioned.node(node.ParentCode) {
			// What its parent will be is in a bad row.
			found = slices.DeleteFunc(found, func(f rule.Finding) bool {
				return f.Rule == area.LevelNotBelow || f.Rule == area.UnderDepartment
			})
		}
		for i := range found {
			r.foundAt(node, &found[i])
		}
	}
	below := map[string][]*area.Node{}
	told := map[string]bool{}
	for _, child := range r.Reference.Tree.Nodes() {
		parent := read[child.ParentCode]
		if parent == nil || r.mentioned.node(child.Code) {
			continue
		}
		below[parent.Code] = append(below[parent.Code], child)
		if told[child.ParentCode] {
			continue
		}
		for _, found := range parent.CheckAbove(child) {
			told[child.ParentCode] = true // one child says it of all
			r.foundAt(parent, &found)
		}
	}
	for _, node := range order {
		for _, found := range node.CheckOutlasting(below[node.Code]) {
			r.foundAt(node, &found)
		}
	}
}

// foundAt notes what is found at a node of a file.
func (r *run) foundAt(node *readNode, found *rule.Finding) {
	if found.Rule.Refused {
		r.report.problem(node.found(found))
	} else {
		r.report.warn(node.found(found))
	}
}

// checkFunctions looks at the functions of the departments that were read, when all
// catalogs are known.
func (r *run) checkFunctions() {
	if r.mentioned.unread[kindCatalogs] || r.mentioned.unread[kindEntries] || r.mentioned.publishersUnread || len(r.departments) == 0 {
		return
	}
	named := slices.Sorted(maps.Keys(r.mentioned.publishers))
	named = append(named, r.Reference.Library.Publishers()...)
	for _, node := range r.departments {
		for _, found := range node.CheckFunctions(named) {
			r.foundAt(node, &found)
		}
	}
}
