package model

import (
	"slices"

	"github.com/reliefgraph/reliefgraph/graph/opaque"
)

// state names a state of the world: what kind of state it is, and a token that
// tells it from the others of its kind. The zero state is the present one.
type state struct{ kind, token string }

// The kinds of states besides the present; none is a kind of thing.
const (
	stateSupposed = "s" // its token: the digest of what is supposed, and at which node; then the day that is asked about
	stateDated    = "o" // its token: the day that is asked about
	stateKnown    = "k" // its token: the instant, and the day that is asked about
)

// The kinds of things that have a global id.
const (
	idNode       = "n"
	idGap        = "g"
	idCell       = "c"
	idDisclosure = "d"
	idNews       = "w"
	idMovement   = "m"
	idConcern    = "q"
	idOrder      = "r"
	idRequest    = "x"
)

// partsOf says how many parts a kind of id has.
var partsOf = map[string]int{
	idNode: 1, idGap: 3, idCell: 2, idDisclosure: 1, idNews: 1, idMovement: 1, idConcern: 1,
	idOrder: 1, idRequest: 1,
}

// named is what a global id names: a thing of a kind, by its parts, in a state.
type named struct {
	state state
	kind  string
	parts []string
}

// id makes the global id of a thing as this view shows it. Only what the present
// state shows has the present id: a client's cache keeps by ids what it was told
// (docs/adr/0007-ids-of-states.md).
func (v *View) id(kind string, parts ...string) string { return v.state.id(kind, parts...) }

func (s state) id(kind string, parts ...string) string {
	words := append([]string{kind}, parts...)
	if s != (state{}) {
		words = append([]string{s.kind, s.token}, words...)
	}
	return opaque.Pack(words...)
}

// readID tells what a global id names; ok is false for any other text.
func readID(id string) (of named, ok bool) {
	words, ok := opaque.Unpack(id)
	if !ok {
		return named{}, false
	}
	if len(words) > 2 && slices.Contains([]string{stateSupposed, stateDated, stateKnown}, words[0]) {
		of.state, words = state{words[0], words[1]}, words[2:]
	}
	of.kind, of.parts = words[0], words[1:]
	parts, known := partsOf[of.kind]
	return of, known && parts == len(of.parts)
}

// RefOfID returns the ref of a disclosure's id; ok is false for any other, and for
// one of a state that is supposed or was known. What is asked about a day is
// registered all the same.
func RefOfID(id string) (ref string, ok bool) {
	of, ok := readID(id)
	if !ok || of.kind != idDisclosure || of.state.kind == stateSupposed || of.state.kind == stateKnown {
		return "", false
	}
	return of.parts[0], true
}
