package acceptance

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

// A nestedPath leads from a root of the schema through lists to a field that may
// read: gaps[].publisher.upcoming[].duty.
type nestedPath []nestedStep

// A nestedStep is one field on the way.
type nestedStep struct {
	owner string // the type that has the field
	on    string // the type to which a fragment narrows the one above, "" where none does
	field *ast.FieldDefinition
	// composite tells that the field has fields of its own.
	composite bool
	rows      bool // the path goes on in the rows of this list
}

func (p nestedPath) String() string {
	var text strings.Builder
	for i, step := range p {
		if i > 0 {
			text.WriteByte('.')
		}
		if step.on != "" {
			text.WriteString("<" + step.on + ">.")
		}
		text.WriteString(step.field.Name)
		if step.rows {
			text.WriteString("[]")
		}
	}
	return text.String()
}

// lists counts the lists in whose rows the path goes on.
func (p nestedPath) lists() int {
	n := 0
	for _, step := range p {
		if step.rows {
			n++
		}
	}
	return n
}

// nestedPaths derives from the schema every list × every field that may read, up
// to two lists deep. Each list is entered by the shortest way that leads to it
// without passing another; from the rows of a list the paths go on through
// objects that are parts of a row, and through one other thing with an id.
func nestedPaths(t testing.TB) []nestedPath {
	t.Helper()
	schema := parsedSchema(t)
	w := &nestedWalk{schema: schema, reads: readingFields(t, schema), entered: map[string]nestedPath{}}
	w.enter("Query", nil, []string{"Query"}, 1)
	for _, name := range slices.Sorted(maps.Keys(w.entered)) {
		more := 1
		if root := w.entered[name][0].field.Name; root == "whatIf" || root == "nodes" {
			more = 0 // rows like those of the other lists of their types
		}
		w.intoRows(w.entered[name], more)
	}
	return w.found
}

type nestedWalk struct {
	schema *ast.Schema
	reads  map[string]bool // Type.field
	// entered has for each list of the schema the way to it: Type.field.
	entered map[string]nestedPath
	found   []nestedPath
}

// readingFields names the fields, as Type.field, whose resolver is given the
// context of the request: without one nothing can be read from the database. What
// is worked through in memory needs it only to end with the request.
func readingFields(t testing.TB, schema *ast.Schema) map[string]bool {
	t.Helper()
	generated, err := os.ReadFile("../../graph/generated/exec.go")
	if err != nil {
		t.Fatal(err)
	}
	resolver := regexp.MustCompile(`(?ms)^func \(ec \*executionContext\) _([A-Z]\w*?)_(\w+)\(ctx context\.Context.*?^}`)
	asks := regexp.MustCompile(`(obj\.\w+|ec\.[Rr]esolvers.*\.\w+)\(ctx`)
	reads := map[string]bool{}
	for _, found := range resolver.FindAllStringSubmatch(string(generated), -1) {
		if asks.MatchString(found[0]) {
			reads[found[1]+"."+found[2]] = true
		}
	}
	for _, definition := range schema.Types {
		for _, field := range definition.Fields {
			if work := field.Directives.ForName("work"); work != nil && definition.Name != "Query" &&
				slices.Contains(
					[]string{"CELLS", "GAPS", "ENTRIES", "NODES", "PEERS", "RANKING"},
					work.Arguments.ForName("per").Value.Raw,
				) {
				delete(reads, definition.Name+"."+field.Name)
			}
		}
	}
	for _, definition := range schema.Types {
		for _, field := range definition.Fields {
			for _, possible := range schema.GetPossibleTypes(definition) {
				if reads[possible.Name+"."+field.Name] {
					reads[definition.Name+"."+field.Name] = true
				}
			}
		}
	}
	for _, sure := range []string{"Query.gaps", "Gap.explanation", "Duty.disclosure", "AdministrativeNode.disclosures", "Relief.movements"} {
		if !reads[sure] {
			t.Fatalf("the generated code has another form: %s is said not to read", sure)
		}
	}
	return reads
}

// sameRows are fields whose rows are those of another field, made by the same code:
// the end of the names of the types that have them.
var sameRows = map[string]string{
	"nodes": "Connection", // edges
	// administrativeNode
	"region": "Query", "city": "Query", "township": "Query", "village": "Query", "department": "Query",
	"search": "Query", // administrativeNodes
	// nodes, by their ids
	"disclosure": "Query", "newsItem": "Query", "concern": "Query", "movement": "Query", "order": "Query",
	// what is, read by the same loaders by other views
	"knownAt": "Query",
	// the caller's own, and what managers alone are told: both ask for one account or page
	"viewer": "Query", "accounts": "Query",
	// children
	"townships": "AdministrativeNode", "villages": "AdministrativeNode", "departments": "AdministrativeNode",
	// the questions of the same names about a node by its code; the index alone answers them
	"cell": "AdministrativeNode", "peers": "AdministrativeNode", "ranking": "AdministrativeNode",
	"coverageMatrix": "AdministrativeNode", "coverageChange": "AdministrativeNode",
}

// eachField yields the fields of a type; of an interface also those of the types
// that implement it, with the type to narrow it to.
func (w *nestedWalk) eachField(name string, yield func(owner, on string, field *ast.FieldDefinition)) {
	definition := w.schema.Types[name]
	seen := map[string]bool{}
	fields := func(owner *ast.Definition, on string) {
		for _, field := range owner.Fields {
			if strings.HasPrefix(field.Name, "__") || field.Name == "pageInfo" || seen[field.Name] ||
				sameRows[field.Name] != "" && strings.HasSuffix(owner.Name, sameRows[field.Name]) {
				continue
			}
			yield(owner.Name, on, field)
		}
	}
	fields(definition, "")
	if definition.Kind != ast.Interface {
		return
	}
	for _, field := range definition.Fields {
		seen[field.Name] = true
	}
	implementing := slices.Clone(w.schema.GetPossibleTypes(definition))
	slices.SortFunc(implementing, func(a, b *ast.Definition) int { return strings.Compare(a.Name, b.Name) })
	narrowed := map[string]bool{name: true}
	for _, possible := range implementing {
		all := seen
		seen = maps.Clone(all)
		for _, other := range possible.Interfaces {
			if !narrowed[other] && slices.Contains(w.schema.Types[other].Interfaces, name) {
				narrowed[other] = true
				fields(w.schema.Types[other], other)
			}
			for _, field := range w.schema.Types[other].Fields {
				seen[field.Name] = true
			}
		}
		fields(possible, possible.Name)
		seen = all
	}
}

// enter notes the shortest way to each list that can be reached without passing
// another one.
func (w *nestedWalk) enter(name string, way nestedPath, through []string, things int) {
	w.eachField(name, func(owner, on string, field *ast.FieldDefinition) {
		below := w.schema.Types[field.Type.Name()]
		if below.IsLeafType() || name == "Query" && below.Name == "Node" && field.Type.Elem == nil {
			return // node(id:) gives nothing that nodes(ids:) does not
		}
		step := slices.Concat(way, nestedPath{{owner, on, field, !below.IsLeafType(), false}})
		if _, list := w.rowsOf(field); list {
			name := owner + "." + field.Name
			if step[0].field.Name == "whatIf" { // what is supposed is read in its own way
				name = "whatIf " + name
			}
			if known, is := w.entered[name]; !is || len(step) < len(known) || len(step) == len(known) && preferred(step, known) {
				w.entered[name] = step
			}
		}
		left, goesOn := w.through(field, through, things)
		if name == "Query" {
			left = things
		}
		if !goesOn {
			return
		}
		w.enter(below.Name, step, append(slices.Clone(through), below.Name), left)
	})
}

// preferred tells which of two ways of one length is asked: that to a node by its
// code, and to what would be, not what is.
func preferred(way, known nestedPath) bool {
	is := func(p nestedPath) bool {
		return p[0].field.Name == "administrativeNode" || len(p) > 1 && p[1].field.Name == "after"
	}
	return is(way) && !is(known)
}

// intoRows finds what may read at the end of a way to a list and in its rows,
// with so many more lists to come.
func (w *nestedWalk) intoRows(way nestedPath, more int) {
	last := way[len(way)-1]
	if w.reads[last.owner+"."+last.field.Name] {
		w.found = append(w.found, way)
	}
	rows, _ := w.rowsOf(last.field)
	way = slices.Clone(way)
	way[len(way)-1].rows = true
	things := 1
	if row := w.schema.Types[rows]; more == 0 && slices.Contains(row.Interfaces, "Node") {
		things = 0
	}
	w.below(rows, way, []string{rows}, more, things)
}

// below finds what may read below an object.
func (w *nestedWalk) below(name string, way nestedPath, through []string, more, things int) {
	w.eachField(name, func(owner, on string, field *ast.FieldDefinition) {
		target := w.schema.Types[field.Type.Name()]
		step := slices.Concat(way, nestedPath{{owner, on, field, !target.IsLeafType(), false}})
		_, list := w.rowsOf(field)
		switch {
		case list && more > 0:
			w.intoRows(step, more-1)
		case w.reads[owner+"."+field.Name]:
			w.found = append(w.found, step)
		}
		if left, goesOn := w.through(field, through, things); goesOn {
			w.below(target.Name, step, append(slices.Clone(through), target.Name), more, left)
		}
	})
}

// through tells whether a path goes on through an object: through parts of what
// is asked, each type once, and through so many other things, which have ids.
func (w *nestedWalk) through(field *ast.FieldDefinition, passed []string, things int) (left int, goesOn bool) {
	target := w.schema.Types[field.Type.Name()]
	if target.IsLeafType() || field.Type.Elem != nil || slices.Contains(passed, target.Name) {
		return 0, false
	}
	if target.Name == "Node" || slices.Contains(target.Interfaces, "Node") {
		return things - 1, things > 0
	}
	return things, true
}

// rowsOf returns the type of a list's rows: a plain list's, or those of the nodes
// of a connection.
func (w *nestedWalk) rowsOf(field *ast.FieldDefinition) (name string, list bool) {
	below := w.schema.Types[field.Type.Name()]
	switch {
	case below.IsLeafType() || field.Name == "edges":
		return "", false
	case field.Type.Elem != nil:
		return below.Name, true
	case below.Fields.ForName("edges") != nil:
		edge := w.schema.Types[below.Fields.ForName("edges").Type.Name()]
		return edge.Fields.ForName("node").Type.Name(), true
	}
	return "", false
}
