package model

import (
	"errors"
	"fmt"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/explain"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// valueOrZero reads an optional argument, zero where it is left out.
func valueOrZero[T any](value *T) T {
	if value == nil {
		var none T
		return none
	}
	return *value
}

// missing refuses an argument left out.
func missing(field, message string) error {
	return problem.Invalid(field, "give it", "%s", message)
}

// unreadAs is why the value of a field could not be read.
func unreadAs(field string, err error) *problem.Problem {
	p, ok := errors.AsType[*problem.Problem](err)
	if !ok {
		return problem.Invalid(field, "", "%v", err)
	}
	named := *p
	named.Field = field
	return &named
}

// inRange refuses a number outside what an argument allows.
func inRange(field string, value, least, most int) error {
	if value < least || value > most {
		return problem.Invalid(field, fmt.Sprintf("give a number from %d to %d", least, most), "%d is out of range", value)
	}
	return nil
}

// forwards refuses a span that ends before it begins.
func forwards(from, to calendar.Day) error {
	if to < from {
		return problem.Invalid("to", "give a day on or after "+from.String(), "the span ends before it begins")
	}
	return nil
}

// checkText refuses a text that is longer than an argument allows, or that no
// text here can equal.
func checkText(field, text string, most int) error {
	if len([]rune(text)) > most {
		return problem.Invalid(field, fmt.Sprintf("give at most %d characters", most), "the text is too long")
	}
	if strings.ContainsRune(text, 0) {
		return problem.Invalid(field, "leave it out", "it holds the character U+0000, which no text here has")
	}
	return nil
}

func localeOf(locale *explain.Locale) explain.Locale {
	if locale == nil {
		return explain.Chinese
	}
	return *locale
}

// scopeOf returns the scope asked for, with all below where none is.
func scopeOf(scope *coverage.Scope) coverage.Scope {
	if scope == nil {
		return coverage.Subtree
	}
	return *scope
}

// optional turns an empty text into null.
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
