package area

import (
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// The rules for nodes, beside those that all facts share.
var (
	UnderItself     = rule.Refuse("node-under-itself", problem.InvalidInput)
	UnderDepartment = rule.Refuse("node-under-department", problem.InvalidInput)
	LevelNotBelow   = rule.Refuse("level-not-below-parent", problem.InvalidInput)
	OfAnotherKind   = rule.Refuse("code-of-another-kind", problem.InvalidInput)
	// Rules are all of them.
	Rules = []rule.Rule{UnderItself, UnderDepartment, LevelNotBelow, OfAnotherKind}
)

// Check finds what is wrong with a node by itself.
func (n *Node) Check() rule.Findings {
	var found rule.Findings
	found.Code("code", n.Code)
	found.Title("name", n.Name)
	found.Span("validTo", n.ValidFrom, n.ValidTo)
	found.Codes("functions", n.Functions)
	switch {
	case n.ParentCode == "" && n.Department:
		found.Add(rule.Empty("parentCode"))
	case n.ParentCode == n.Code && n.Code != "" && !n.Department:
		found.Add(UnderItself.Found("parentCode", "give its parent, or leave it empty for a root", "a node cannot stand under itself"))
	}
	return found
}

// CheckBeside finds what is wrong between a node and those that it names; levels
// fall from parent to child, so a circle cannot pass.
func (n *Node) CheckBeside(find func(code string) *Node) rule.Findings {
	var found rule.Findings
	for _, successor := range n.SucceededBy {
		if find(successor) == nil {
			found.Add(rule.UnknownNode("succeededBy", successor))
		}
	}
	if n.ParentCode != "" {
		found = append(found, n.checkParent(find(n.ParentCode))...)
	}
	return found
}

// checkParent looks at a node beside the parent that it names, nil if there is none.
func (n *Node) checkParent(parent *Node) rule.Findings {
	var found rule.Findings
	switch {
	case parent == nil:
		found.Add(rule.UnknownNode("parentCode", n.ParentCode))
	case parent.Department:
		found.Add(UnderDepartment.Found("parentCode", "give the place that it belongs to",
			"%s is a department, which has nothing below it", parent.Code))
	case !n.Department && n.Level <= parent.Level:
		found.Add(LevelNotBelow.Found("level", "correct the level or the parent",
			"it is not below the level of its parent %s, %s", parent.Code, parent.Level))
	}
	return found
}

// CheckChange finds what is wrong between a node and what is stored of it: a place
// does not become a department, nor the reverse, since each has what the other
// would lose.
func (n *Node) CheckChange(stored *Node) rule.Findings {
	switch {
	case stored.Department && !n.Department:
		return rule.Findings{OfAnotherKind.Found("code", "put the row into departments.csv", "it is a department's code")}
	case n.Department && !stored.Department:
		return rule.Findings{OfAnotherKind.Found("code", "put the row into areas.csv", "it is a place's code")}
	}
	return nil
}

// CheckAbove finds what is wrong between a node and a child that stays as it is.
func (n *Node) CheckAbove(child *Node) rule.Findings {
	if n.Department || child.Department || child.Level > n.Level {
		return nil
	}
	return rule.Findings{LevelNotBelow.Found("level", "correct the level, or give what stands below it with its level too",
		"it is not above the level of %s below it, %s", child.Code, child.Level)}
}

// Named finds the place of the node that a field of a fact must name.
func (t *Tree) Named(found *rule.Findings, field, code string) Place {
	place := t.Find(code)
	switch {
	case code == "":
		found.Add(rule.Empty(field))
	case place == Nowhere:
		found.Add(rule.UnknownNode(field, code))
	}
	return place
}
