package server

import (
	"sync"

	"github.com/reliefgraph/reliefgraph/internal/signin"
)

// Labels of operations whose own name is not one; no name has brackets.
const (
	unnamed = "(unnamed)"
	another = "(other)"
)

// How many names that strangers bring become labels, and how long they may be: each
// is kept for good, with a histogram.
const (
	mostNames   = 50
	longestName = 64
)

// operationNames are the names under which operations are counted: those of the
// trusted documents, and the first others that were run.
type operationNames struct {
	trusted map[string]bool

	mutex  sync.Mutex
	others map[string]bool
}

// label is under which name an operation is counted.
func (n *operationNames) label(name string) string {
	switch {
	case name == "":
		return unnamed
	case n.trusted[name]:
		return name
	case len(name) > longestName, signin.IsToken(name): // one that stands where it should not
		return another
	}
	n.mutex.Lock()
	defer n.mutex.Unlock()
	if !n.others[name] {
		if len(n.others) == mostNames {
			return another
		}
		n.others[name] = true
	}
	return name
}
