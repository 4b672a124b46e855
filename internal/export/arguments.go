package export

import (
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// argument is one of a report's, as the GraphQL field of that name has it. Days
// and what a filter holds are checked where they are asked.
type argument struct {
	name     string
	needed   bool
	allowed  []string // the values of an enum
	object   bool     // a JSON object
	number   bool     // a whole number
	describe string   // what to give, where it is missing
}

var (
	codeArgument  = argument{name: "code", needed: true, describe: "give the code of an administrative node"}
	asOfArgument  = argument{name: "asOf"}
	fromArgument  = argument{name: "from", needed: true, describe: "give a day, YYYY-MM-DD"}
	toArgument    = argument{name: "to", needed: true, describe: "give a day, YYYY-MM-DD"}
	scopeArgument = argument{name: "scope", allowed: []string{"SELF", "SUBTREE"}}
	levelArgument = argument{
		name:    "level",
		needed:  true,
		allowed: []string{"NATION", "PROVINCE", "PREFECTURE", "COUNTY", "TOWNSHIP", "VILLAGE"},
	}
	classArgument = argument{
		name:    "reliefClass",
		allowed: []string{"EMERGENCY", "TRANSITION", "HOUSING", "DROUGHT", "WINTER_SPRING", "BEREAVEMENT"},
	}
	filterObject = argument{name: "filter", object: true}
)

const localeArgument = "locale"

// request reads the arguments.
func (r *report) request(format Format, query url.Values) (*Request, error) {
	request := &Request{report: r, format: format, locale: Chinese, variables: map[string]any{}}
	names := []string{localeArgument}
	for _, a := range r.arguments {
		names = append(names, a.name)
	}
	if r.imported != nil {
		names = append(names, formArgument.name)
	}
	for name, values := range query {
		if !slices.Contains(names, name) {
			return nil, problem.Invalid(
				name,
				"an export takes "+strings.Join(names, ", ")+"; it holds all rows",
				"there is no such argument",
			)
		}
		if len(values) > 1 {
			return nil, problem.Invalid(name, "give it once", "it is given %d times", len(values))
		}
	}
	switch text := query.Get(localeArgument); strings.ToLower(text) {
	case "", string(Chinese):
	case string(English):
		request.locale = English
	default:
		return nil, problem.Invalid(localeArgument, "give zh or en", "%q is not allowed", text)
	}
	for _, a := range r.arguments {
		value, err := a.read(query.Get(a.name))
		if err != nil {
			return nil, err
		}
		if value != nil {
			request.variables[a.name] = value
		}
	}
	if err := request.asForm(query); err != nil {
		return nil, err
	}
	return request, nil
}

// read checks a value; an empty one, or an object's null, is left out.
func (a *argument) read(text string) (any, error) {
	switch {
	case text == "" && !a.needed:
		return nil, nil
	case text == "" && len(a.allowed) > 0:
		return nil, problem.Invalid(a.name, "give one of "+oneOf(a.allowed), "it is missing")
	case text == "":
		return nil, problem.Invalid(a.name, a.describe, "it is missing")
	case len(a.allowed) > 0 && !slices.Contains(a.allowed, text):
		return nil, problem.Invalid(a.name, "give one of "+oneOf(a.allowed), "%q is not allowed", text)
	case a.object:
		var object map[string]any
		if err := decodeJSON(text, &object); err != nil {
			return nil, problem.Invalid(a.name, "give a JSON object, as the GraphQL argument of that name", "it is no JSON object")
		}
		if object == nil {
			return nil, nil // null is as if left out
		}
		return object, nil
	case a.number:
		var number json.Number
		if err := decodeJSON(text, &number); err == nil {
			if _, err := number.Int64(); err == nil {
				return number, nil
			}
		}
		return nil, problem.Invalid(a.name, "give a whole number", "%q is none", text)
	}
	return text, nil
}

// decodeJSON reads one JSON value; numbers keep their digits.
func decodeJSON(text string, into any) error {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the value")
	}
	return nil
}
