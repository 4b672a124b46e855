package coverage

import (
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
)

// EscalationStep is a body of one level to which a concern may be reported.
type EscalationStep struct {
	Place area.Place
	Body  disclosure.Escalation
	// Department is the body where the place has one, else Nowhere.
	Department area.Place
}

// Escalation lists the bodies to which a publisher's concerns are reported, from
// its own place up. Source: docs/guideline.txt 四（三）4.
func (x *Index) Escalation(publisher area.Place) (steps []EscalationStep) {
	places := append(x.Tree.Ancestors(publisher), publisher)
	slices.Reverse(places)
	for _, place := range places {
		if x.Tree.Node(place).Department {
			continue
		}
		for body := range disclosure.Escalation(disclosure.Escalations) {
			steps = append(steps, EscalationStep{place, body, x.Tree.DepartmentFor(place, body.Function())})
		}
	}
	return steps
}
