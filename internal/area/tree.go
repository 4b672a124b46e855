package area

import (
	"iter"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// Place is a node's position in a tree: its rank among all codes, which
// compare as bytes.
type Place int32

// Nowhere is the place of a code that the tree does not hold.
const Nowhere Place = -1

// Tree holds all nodes. It is not changed once made.
type Tree struct {
	nodes  []*Node // by code
	places map[string]Place
	parent []Place
	// children as they are shown: by code, and where a prefecture only holds
	// the place of one, its own children in its stead.
	children [][]Place
	shown    []Place // the parent as shown
	roots    []Place
	// predecessors: by place, those that name it among their successors.
	predecessors map[Place][]Place
	// first and end bound a node's subtree in the order of a walk.
	first, end []int32
	walk       []Place // all places in the order of a walk
	// placesBefore counts, by level, the places (no departments) that a walk comes to
	// before it comes to each.
	placesBefore [Levels][]int32
	// together: the codes below a node follow each other without another
	// between, from its own rank on or, for it alone in the tree, from 0.
	low, high []Place
	// latin: the names in English, in small letters after a blank; made by readOnce for
	// the first search that needs them.
	latin    []string
	readOnce sync.Once
}

// placeholders are prefectures that exist only in the code list, to hold
// counties which belong to the province itself (docs/data.md).
var placeholders = map[string]bool{
	"市辖区": true, "县": true, "省直辖县级行政区划": true, "自治区直辖县级行政区划": true,
}

// NewTree builds the tree. It refuses an unknown parent, a level that is not
// below its parent's and a department under a department; a circle cannot come
// about without one of these.
func NewTree(nodes []*Node) (*Tree, error) {
	t := &Tree{
		nodes:    slices.Clone(nodes),
		places:   make(map[string]Place, len(nodes)),
		parent:   make([]Place, len(nodes)),
		shown:    make([]Place, len(nodes)),
		children: make([][]Place, len(nodes)),
		first:    make([]int32, len(nodes)),
		end:      make([]int32, len(nodes)),
		low:      make([]Place, len(nodes)),
		high:     make([]Place, len(nodes)),
		walk:     make([]Place, 0, len(nodes)),
	}
	slices.SortFunc(t.nodes, func(a, b *Node) int { return strings.Compare(a.Code, b.Code) })
	for place, node := range t.nodes {
		t.places[node.Code] = Place(place)
	}
	below := make([][]Place, len(nodes))
	for place, node := range t.nodes {
		if node.ParentCode == "" {
			t.parent[place] = Nowhere
			t.roots = append(t.roots, Place(place))
			continue
		}
		if err := node.checkParent(t.ByCode(node.ParentCode)).RefusedIn(node.Code); err != nil {
			return nil, err
		}
		parent := t.places[node.ParentCode]
		if node.Department {
			node.Level = t.nodes[parent].Level
		}
		t.parent[place] = parent
		below[parent] = append(below[parent], Place(place))
	}
	for _, root := range t.roots {
		t.number(root, below)
	}
	t.count()
	t.show(below)
	t.predecessors = map[Place][]Place{}
	for place := range t.nodes {
		for _, successor := range t.Successors(Place(place)) {
			t.predecessors[successor] = append(t.predecessors[successor], Place(place))
		}
	}
	return t, nil
}

// number walks the subtree and notes where it begins and ends. Levels bound
// the depth, so it may recurse.
func (t *Tree) number(place Place, below [][]Place) {
	t.first[place] = int32(len(t.walk))
	t.walk = append(t.walk, place)
	t.low[place], t.high[place] = place, place
	for _, child := range below[place] {
		t.number(child, below)
		t.low[place] = min(t.low[place], t.low[child])
		t.high[place] = max(t.high[place], t.high[child])
	}
	t.end[place] = int32(len(t.walk))
}

// show makes the lists of children as they are shown.
func (t *Tree) show(below [][]Place) {
	copy(t.shown, t.parent)
	for place := range t.nodes {
		children := make([]Place, 0, len(below[place]))
		for _, child := range below[place] {
			if t.isPlaceholder(child, below) {
				for _, grandchild := range below[child] {
					t.shown[grandchild] = Place(place)
				}
				children = append(children, below[child]...)
				continue
			}
			children = append(children, child)
		}
		slices.Sort(children)
		t.children[place] = children
	}
}

func (t *Tree) isPlaceholder(place Place, below [][]Place) bool {
	node := t.nodes[place]
	if node.Level != Prefecture || node.Department || !placeholders[node.Name] {
		return false
	}
	for _, child := range below[place] {
		if t.nodes[child].Department {
			return false
		}
	}
	return len(below[place]) > 0
}

// Size returns how many nodes there are.
func (t *Tree) Size() int { return len(t.nodes) }

// Find returns the place of a code, Nowhere if it is unknown.
func (t *Tree) Find(code string) Place {
	if place, ok := t.places[code]; ok {
		return place
	}
	return Nowhere
}

// Node returns the node at a place.
func (t *Tree) Node(place Place) *Node { return t.nodes[place] }

// ByCode returns the node of a code, nil if it is unknown.
func (t *Tree) ByCode(code string) *Node {
	if place, ok := t.places[code]; ok {
		return t.nodes[place]
	}
	return nil
}

// Nodes returns all nodes by code.
func (t *Tree) Nodes() []*Node { return t.nodes }

// Roots returns the nodes without a parent, by code.
func (t *Tree) Roots() []Place { return t.roots }

// Parent returns the place above as the tree holds it, Nowhere for a root.
func (t *Tree) Parent(place Place) Place { return t.parent[place] }

// Children returns the places directly below as shown, by code.
func (t *Tree) Children(place Place) []Place { return t.children[place] }

// EmergencyManagement returns the lowest-coded department directly under a place
// that manages emergencies (应急管理部门), Nowhere where it has none.
func (t *Tree) EmergencyManagement(place Place) Place {
	return t.DepartmentFor(place, "EMERGENCY_MANAGEMENT")
}

// DepartmentFor returns the lowest-coded department directly under a place that
// has a function, Nowhere where none has.
func (t *Tree) DepartmentFor(place Place, function string) Place {
	for _, child := range t.children[place] {
		if node := t.nodes[child]; node.Department && slices.Contains(node.Functions, function) {
			return child
		}
	}
	return Nowhere
}

// Ancestors returns the places above as shown, from the root down to the parent.
func (t *Tree) Ancestors(place Place) []Place {
	var above []Place
	for at := t.shown[place]; at != Nowhere; at = t.shown[at] {
		above = append(above, at)
	}
	slices.Reverse(above)
	return above
}

// Contains tells whether the second place is the first or lies below it.
func (t *Tree) Contains(place, other Place) bool {
	return t.first[place] <= t.first[other] && t.first[other] < t.end[place]
}

// ChildTowards returns the child, as shown, of a place through which the way
// leads down to another; Nowhere where the other does not lie below.
func (t *Tree) ChildTowards(place, below Place) Place {
	for at := below; at != Nowhere; at = t.shown[at] {
		if t.shown[at] == place {
			return at
		}
	}
	return Nowhere
}

// count counts the places of each level along the walk.
func (t *Tree) count() {
	for level := range t.placesBefore {
		t.placesBefore[level] = make([]int32, len(t.walk)+1)
	}
	for i, place := range t.walk {
		for level := range t.placesBefore {
			t.placesBefore[level][i+1] = t.placesBefore[level][i]
		}
		if node := t.nodes[place]; !node.Department {
			t.placesBefore[node.Level][i+1]++
		}
	}
}

// CountBelowAt returns how many places of a level the subtree has, departments
// not among them.
func (t *Tree) CountBelowAt(place Place, level Level) int {
	return int(t.placesBefore[level][t.end[place]] - t.placesBefore[level][t.first[place]])
}

// BelowAt lists the places of a level that the subtree has, by code, departments not
// among them.
func (t *Tree) BelowAt(place Place, level Level) []Place {
	places := make([]Place, 0, t.CountBelowAt(place, level))
	for i := t.first[place]; i < t.end[place]; {
		at := t.walk[i]
		node := t.nodes[at]
		if node.Level == level && !node.Department {
			places = append(places, at)
		}
		if i++; node.Level >= level { // all below are of lower levels
			i = t.end[at]
		}
	}
	slices.Sort(places)
	return places
}

// CountBelow returns how many nodes the subtree has, its root among them.
func (t *Tree) CountBelow(place Place) int { return int(t.end[place] - t.first[place]) }

// Bounds returns the least and the greatest place of the subtree.
func (t *Tree) Bounds(place Place) (least, greatest Place) { return t.low[place], t.high[place] }

// Below walks the place and all below it by code.
func (t *Tree) Below(place Place) iter.Seq[Place] { return t.BelowFrom(place, 0) }

// BelowFrom walks the place and all below it by code, from a rank on.
func (t *Tree) BelowFrom(place, from Place) iter.Seq[Place] {
	if int(t.high[place]-t.low[place])+1 == t.CountBelow(place) {
		return func(yield func(Place) bool) {
			for at := max(from, t.low[place]); at <= t.high[place]; at++ {
				if !yield(at) {
					return
				}
			}
		}
	}
	return func(yield func(Place) bool) {
		below := slices.Clone(t.walk[t.first[place]:t.end[place]])
		slices.Sort(below)
		for _, at := range below[sort.Search(len(below), func(i int) bool { return below[i] >= from }):] {
			if !yield(at) {
				return
			}
		}
	}
}

// RankOf returns the rank of the first code that is not less than the given one.
func (t *Tree) RankOf(code string) Place {
	return Place(sort.Search(len(t.nodes), func(i int) bool { return t.nodes[i].Code >= code }))
}

// ValidOn returns the days on which a node exists: its own for a place, those
// of the place it is under for a department.
func (t *Tree) ValidOn(place Place) calendar.Span {
	node := t.nodes[place]
	if node.Department && t.parent[place] != Nowhere {
		return t.nodes[t.parent[place]].valid()
	}
	return node.valid()
}
