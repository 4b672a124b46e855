package area

import (
	"fmt"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// The rules for nodes, beside those that all facts share.
var (
	UnderItself     = rule.Refuse("node-under-itself", problem.InvalidInput)
	UnderDepartment = rule.Refuse("node-under-department", problem.InvalidInput)
	LevelNotBelow   = rule.Refuse("level-not-below-parent", problem.InvalidInput)
	OfAnotherKind   = rule.Refuse("code-of-another-kind", problem.InvalidInput)
	WithoutParent   = rule.Refuse("township-without-parent", problem.InvalidInput)
	SucceedsItself  = rule.Refuse("successors-in-a-circle", problem.InvalidInput)
	OutlastsParent  = rule.Warn("outlasts-its-parent", problem.InvalidInput)
	SucceedsLasting = rule.Warn("successor-of-one-that-lasts", problem.InvalidInput)
	CodeOfElsewhere = rule.Warn("code-of-another-county", problem.InvalidInput)
	FunctionUnnamed = rule.Warn("function-in-no-catalog", problem.InvalidInput)
	// Rules are all of them.
	Rules = []rule.Rule{
		UnderItself, UnderDepartment, LevelNotBelow, OfAnotherKind, WithoutParent, SucceedsItself, OutlastsParent,
		SucceedsLasting, CodeOfElsewhere, FunctionUnnamed,
	}
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
	case n.ParentCode == "" && n.Level >= Township:
		found.Add(WithoutParent.Found("parentCode", "give the code of the place that it belongs to", "a %s has no parent", n.Level))
	}
	if len(n.SucceededBy) > 0 && n.ValidTo == calendar.None {
		found.Add(SucceedsLasting.Found("succeededBy", "give its last day in valid_to, or leave the successors out",
			"it has successors, and no last day"))
	}
	return found
}

// CheckBeside finds what is wrong between a node and those that it names; levels
// fall from parent to child, so a circle cannot pass.
func (n *Node) CheckBeside(find func(code string) *Node) rule.Findings {
	var found rule.Findings
	if found.CodesParted("succeededBy", n.SucceededBy) {
		for _, successor := range n.SucceededBy {
			if find(successor) == nil {
				found.Add(rule.UnknownNode("succeededBy", successor))
			}
		}
	}
	// A department's code ends in a name, which may end in a number.
	if known := withoutZeros(n.Code, find); known != nil && known.Code != n.ParentCode && !n.Department {
		found.Add(rule.CodeSpoilt.Found("code", "write "+known.Code+", if "+known.Name+" is meant; else give that as its parent",
			"it is a known code with zeros after it"))
	}
	if by := n.succeedsItself(find); by != "" {
		found.Add(SucceedsItself.Found("succeededBy", "leave out the one that does not follow the other",
			"its successors lead back to it, by way of %s", by))
	}
	if n.ParentCode == "" {
		return found
	}
	parent := find(n.ParentCode)
	if found = append(found, n.checkParent(parent)...); parent == nil || n.Department {
		return found
	}
	if parent.ValidTo.Given() && n.ValidTo.OrNever() > parent.ValidTo {
		found.Add(OutlastsParent.Found("validTo", "give its last day and its successor, or its new parent",
			"it stands below %s, which ends on %s", parent.Code, parent.ValidTo))
	}
	if county := n.county(find); county != nil && !strings.HasPrefix(n.Code, county.Code) {
		found.Add(CodeOfElsewhere.Found("code", "correct the code, or the parent",
			"it does not begin with %s, the code of its county", county.Code))
	}
	return found
}

// succeedsItself is the last of the successors that lead back to the node, empty
// where none does.
func (n *Node) succeedsItself(find func(code string) *Node) string {
	passed := map[string]bool{}
	for queue := []*Node{n}; len(queue) > 0; queue = queue[1:] {
		for _, successor := range queue[0].SucceededBy {
			if successor == n.Code {
				return queue[0].Code
			}
			if next := find(successor); next != nil && !passed[successor] {
				passed[successor] = true
				queue = append(queue, next)
			}
		}
	}
	return ""
}

// county is the one above a township or a village, nil where there is none.
func (n *Node) county(find func(code string) *Node) *Node {
	if n.Level < Township {
		return nil
	}
	above := n
	for range Levels { // levels may be wrong yet, and lead in a circle
		if above = find(above.ParentCode); above == nil || above.Level <= County {
			break
		}
	}
	if above == nil || above.Department || above.Level != County {
		return nil
	}
	return above
}

// CheckOutlasting finds that places below an ended one, which stay as they are, do
// not end by then.
func (n *Node) CheckOutlasting(children []*Node) rule.Findings {
	if n.Department || !n.ValidTo.Given() {
		return nil
	}
	var lasting []string
	for _, child := range children {
		if !child.Department && child.ValidTo.OrNever() > n.ValidTo {
			lasting = append(lasting, child.Code)
		}
	}
	if len(lasting) == 0 {
		return nil
	}
	const named = 5
	names := strings.Join(lasting[:min(named, len(lasting))], ", ")
	if more := len(lasting) - named; more > 0 {
		names += fmt.Sprintf(" and %d more", more)
	}
	return rule.Findings{OutlastsParent.Found("validTo", "give their last days and successors, or their new parent, in the same file",
		"what stands below it does not end by %s: %s", n.ValidTo, names)}
}

// CheckFunctions finds the functions of a department that no catalog names; `named`
// are those that some does.
func (n *Node) CheckFunctions(named []string) rule.Findings {
	var found rule.Findings
	for _, function := range n.Functions {
		if !slices.Contains(named, function) {
			found.Add(FunctionUnnamed.Found("functions", rule.Likely(function, named), "no catalog names the function %s", function))
		}
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

// Unknown says that a field names no node of the tree, and which one it may be.
func (t *Tree) Unknown(field, code string) rule.Finding {
	if known := withoutZeros(code, t.ByCode); known != nil {
		found := rule.CodeSpoilt.Found(field, "write "+known.Code+", if "+known.Name+" is meant",
			"there is no node of the code, but one without the zeros at its end")
		found.Named = code
		return found
	}
	return rule.UnknownNode(field, code)
}

// withoutZeros is the known node whose code, with zeros after it, is the code given;
// nil where there is none.
func withoutZeros(code string, find func(code string) *Node) *Node {
	for cut := strings.TrimSuffix(code, "0"); ; cut = strings.TrimSuffix(cut, "0") {
		if cut == code || cut == "" {
			return nil
		}
		if known := find(cut); known != nil {
			return known
		}
		code = cut
	}
}

// Named finds the place of the node that a field of a fact must name.
func (t *Tree) Named(found *rule.Findings, field, code string) Place {
	place := t.Find(code)
	switch {
	case code == "":
		found.Add(rule.Empty(field))
	case place == Nowhere:
		found.Add(t.Unknown(field, code))
	}
	return place
}
