package server

import (
	"testing"

	"github.com/vektah/gqlparser/v2"
)

// TestMeasure: how deep documents are and how many aliases they have, by hand.
func TestMeasure(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		document string
		want     size
	}{
		{`{ administrativeNode(code: "x") { code name } }`, size{2, 0}},
		{`{ administrativeNode(code: "x") { coverage { byEntry { entry { code } } } } }`, size{5, 0}},
		{`{ administrativeNode(code: "x") { ... on Department { functions } } }`, size{2, 0}},
		{`{ a: gaps(code: "x") { ...p } b: gaps(code: "x") { ...p } } fragment p on GapConnection { edges { c: cursor } }`, size{3, 4}},
		{`{ roots { ...f x: code ...f } } fragment f on AdministrativeNode { ancestors { code } }`, size{3, 1}},
	} {
		document, faults := gqlparser.LoadQuery(executableSchema, c.document)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		m := measure{map[string]size{}, map[string]bool{}}
		if total := m.selection(document.Operations[0].SelectionSet); total != c.want {
			t.Errorf("%s measures %+v, not %+v", c.document, total, c.want)
		}
	}
}
