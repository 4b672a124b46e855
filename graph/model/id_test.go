package model

import (
	"testing"

	"github.com/reliefgraph/reliefgraph/graph/opaque"
)

// FuzzReadID: no text makes an id fail, and what is accepted is exactly what a view
// of the same state gives for the same thing.
func FuzzReadID(f *testing.F) {
	for _, v := range []*View{{}, {state: state{stateSupposed, "token"}}, {state: state{stateDated, "20000"}}} {
		f.Add(v.id(idNode, "533102"))
		f.Add(v.id(idGap, "533102/yjglj", "1.1", "9999"))
		f.Add(v.id(idDisclosure, "s"))
	}
	f.Add(opaque.Pack(stateSupposed, "token"))
	f.Add(opaque.Pack(stateSupposed, "", idNode, "533102"))
	f.Fuzz(func(t *testing.T, text string) {
		of, ok := readID(text)
		if !ok {
			return
		}
		if again := (&View{state: of.state}).id(of.kind, of.parts...); again != text {
			t.Errorf("%q names %+v, whose id is %q", text, of, again)
		}
		if _, present := RefOfID(text); present != (of.kind == idDisclosure && of.state.kind != stateSupposed) {
			t.Errorf("%q, %+v: taken for a document that is: %v", text, of, present)
		}
	})
}
