// Package rule holds what the rules for facts share: a rule is refused or warned
// of, whichever way a fact comes. The rules themselves stand beside the types
// that they are about; docs/rules-for-facts.md lists them all.
package rule

import (
	"errors"
	"fmt"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// Rule is one rule for facts.
type Rule struct {
	Name string
	Code problem.Code
	// Refused: a fact that breaks it is not written; else it is, with a warning.
	Refused bool
}

// Refuse makes a rule whose breach is refused.
func Refuse(name string, code problem.Code) Rule { return Rule{name, code, true} }

// Warn makes a rule whose breach is warned of.
func Warn(name string, code problem.Code) Rule { return Rule{name, code, false} }

// Finding is a breach of a rule.
type Finding struct {
	Rule Rule
	// Field is the field of the fact, in the interface's spelling (publishedOn).
	Field   string
	Message string
	Remedy  string
	// Named is the code that names nothing, where that is found.
	Named string
	// By are further fields by which it was found.
	By []string
}

// Problem is the finding as an error.
func (f *Finding) Problem() *problem.Problem {
	return &problem.Problem{Code: f.Rule.Code, Field: f.Field, Message: f.Message, Remedy: f.Remedy, Rule: f.Rule.Name}
}

// Found says that a rule is broken.
func (r Rule) Found(field, remedy, format string, arguments ...any) Finding {
	return Finding{Rule: r, Field: field, Message: fmt.Sprintf(format, arguments...), Remedy: remedy}
}

// Findings are what is found in one fact.
type Findings []Finding

// Add notes what a rule has found.
func (f *Findings) Add(finding Finding) { *f = append(*f, finding) }

// Refused are the findings that are refused as one problem, which is the first with
// all of them; nil if none is.
func (f Findings) Refused() error { return f.RefusedBeside(nil) }

// RefusedBeside is Refused of a fact of which some fields could not be read: these
// come first, and what was found by them is not told.
func (f Findings) RefusedBeside(unread []*problem.Problem) error {
	all := slices.Clone(unread)
	for i := range f {
		if f[i].Rule.Refused && !slices.ContainsFunc(unread, func(p *problem.Problem) bool { return f[i].of(p.Field) }) {
			all = append(all, f[i].Problem())
		}
	}
	return problem.Together(all...)
}

// of tells whether a field has a part in the finding.
func (f *Finding) of(field string) bool { return f.Field == field || slices.Contains(f.By, field) }

// RefusedIn is Refused of one thing among many, which the message names.
func (f Findings) RefusedIn(code string) error {
	err := f.Refused()
	if p, ok := errors.AsType[*problem.Problem](err); ok {
		p.Message = code + ": " + p.Message
	}
	return err
}

// Warned are the findings that are warned of.
func (f Findings) Warned() Findings {
	var warned Findings
	for _, finding := range f {
		if !finding.Rule.Refused {
			warned = append(warned, finding)
		}
	}
	return warned
}
