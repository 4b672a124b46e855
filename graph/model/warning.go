package model

import (
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// Warning is something unusual in a fact that was written all the same.
type Warning struct{ rule.Finding }

// Rule is the rule's name.
func (w *Warning) Rule() string { return w.Finding.Rule.Name }

// Field is null where it is the whole fact.
func (w *Warning) Field() *string { return optional(w.Finding.Field) }

// NewWarnings shows what was found in a fact.
func NewWarnings(found rule.Findings) []*Warning {
	warnings := []*Warning{}
	for _, finding := range found {
		finding.Message = problem.Visible(finding.Message)
		warnings = append(warnings, &Warning{finding})
	}
	return warnings
}
