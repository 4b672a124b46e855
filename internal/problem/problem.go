// Package problem is the one shape in which anything that goes wrong by the
// caller's doing is told: what, where, and how to mend it. Everything else is
// an internal fault, which only the log sees.
package problem

import (
	"errors"
	"fmt"
	"slices"
)

// Code is the machine-readable kind of a problem. It is what clients see in
// extensions.code; docs/errors.md lists them.
type Code string

// The documented codes.
const (
	// InvalidInput: an argument or a cell of a file is outside what is allowed.
	InvalidInput Code = "INVALID_INPUT"
	// NotFound: the thing that a write names does not exist.
	NotFound Code = "NOT_FOUND"
	// Conflict: another write with the same identity said something else.
	Conflict Code = "CONFLICT"
	// Unauthenticated: this takes an account, and the caller has not signed in.
	Unauthenticated Code = "UNAUTHENTICATED"
	// Forbidden: the caller may not do this.
	Forbidden Code = "FORBIDDEN"
	// RateLimited: the caller asks more often than one may.
	RateLimited Code = "RATE_LIMITED"
	// TooComplex: the request asks for more than one request may.
	TooComplex Code = "TOO_COMPLEX"
	// Timeout: the answer took longer than a request may.
	Timeout Code = "TIMEOUT"
	// Unavailable: the database cannot be reached just now.
	Unavailable Code = "UNAVAILABLE"
	// Internal: our fault; details are in the log under the request id.
	Internal Code = "INTERNAL"
)

// Codes are all of them.
var Codes = []Code{InvalidInput, NotFound, Conflict, Unauthenticated, Forbidden, RateLimited, TooComplex, Timeout, Unavailable, Internal}

// Problem is an error that a caller can understand and mend.
type Problem struct {
	Code    Code
	Field   string // the argument, column or file concerned, empty if none
	Message string // what is wrong
	Remedy  string // how to mend it, empty where the message says it all
	Rule    string // the rule for facts that was broken, empty where it is none of them
	// RetryAfter is in how many seconds the same may be tried again, 0 where that
	// would help nothing or nobody can say.
	RetryAfter int
	// Path leads to the value in what was given, names and indexes; nil where Field
	// says it.
	Path []any
	// All are the faults of one write, this one first; nil where none but this was
	// looked for.
	All []*Problem
}

func (p *Problem) Error() string {
	text := p.Message
	if p.Field != "" {
		text = p.Field + ": " + text
	}
	if p.Remedy != "" {
		text += "; " + p.Remedy
	}
	return text
}

// Invalid says that the value of a field is outside what is allowed.
func Invalid(field, remedy, format string, arguments ...any) *Problem {
	return &Problem{Code: InvalidInput, Field: field, Message: fmt.Sprintf(format, arguments...), Remedy: remedy}
}

// New makes a problem of any code.
func New(code Code, field, format string, arguments ...any) *Problem {
	return &Problem{Code: code, Field: field, Message: fmt.Sprintf(format, arguments...)}
}

// Mend says how it is mended.
func (p *Problem) Mend(remedy string) *Problem {
	p.Remedy = remedy
	return p
}

// Together tells of several faults as one: the first, with all of them. It is nil
// where there is none.
func Together(all ...*Problem) error {
	if len(all) == 0 {
		return nil
	}
	first := *all[0]
	first.All = all
	return &first
}

// TookTooLong says that an answer was given up.
func TookTooLong() *Problem {
	return New(Timeout, "", "the answer took longer than a request may; ask for less at once")
}

// In says in how many seconds the same may be tried again.
func (p *Problem) In(seconds int) *Problem {
	p.RetryAfter = seconds
	return p
}

// CodeOf returns the code of the first problem in the chain of err, else Internal.
func CodeOf(err error) Code {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p.Code
	}
	return Internal
}

// each are the faults that a problem tells of.
func (p *Problem) each() []*Problem {
	if p.All == nil {
		return []*Problem{p}
	}
	return p.All
}

// Both tells two faults together, each of which may be nil.
func Both(one, other error) error {
	first, is := errors.AsType[*Problem](one)
	second, also := errors.AsType[*Problem](other)
	switch {
	case is && also:
		return Together(slices.Concat(first.each(), second.each())...)
	case one != nil:
		return one
	}
	return other
}
