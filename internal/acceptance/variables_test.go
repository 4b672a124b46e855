package acceptance

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/reliefgraph/reliefgraph/internal/server"
)

// TestWords: a word of an enum in another letter case is refused, wherever in the
// schema one can be given, as a variable of its own and within one.
func TestWords(t *testing.T) {
	t.Parallel()
	s := serveTrusted(t, demo(t), func(o *server.Options) { o.Limits.Work = 1 << 40 })
	enums, places := map[string]bool{}, 0
	everyPosition(t, func(schema *ast.Schema, field askable, p position) {
		enum := schema.Types[p.of.Name()]
		if enum.Kind != ast.Enum || p.of.Elem != nil {
			return
		}
		enums[enum.Name] = true
		places++
		var names []string
		for _, value := range enum.EnumValues {
			names = append(names, value.Name)
		}
		for _, value := range names {
			word := strings.ToLower(value)
			r := s.ask(field.with(t, schema, p, fmt.Sprintf("($x: %s!)", enum.Name), "$x"), map[string]any{"x": word})
			refusedWord(t, field.String()+" "+p.name, r, "x: ", word, names)
		}
		if r := s.ask(
			field.with(t, schema, p, "", strings.ToLower(names[0])),
			nil,
		); r.code() != "GRAPHQL_VALIDATION_FAILED" ||
			r.Data != nil {
			t.Errorf("%s %s as a literal: %q %+v", field, p.name, r.code(), r.Errors)
		}
		byDefault := fmt.Sprintf("($x: %s = %s)", enum.Name, strings.ToLower(names[0]))
		if r := s.ask(field.with(t, schema, p, byDefault, "$x"), nil); r.code() != "GRAPHQL_VALIDATION_FAILED" {
			t.Errorf("%s %s as a default: %q %+v", field, p.name, r.code(), r.Errors)
		}
	})
	if len(enums) < 12 || places < 30 {
		t.Errorf("%d enums in %d places were asked", len(enums), places)
	}
	// Within lists and inputs the path is told.
	type v = map[string]any
	const filtered = `query($f: GapFilter) { gaps(code: "533102", filter: $f) { totalCount } }`
	for _, c := range []struct {
		query, says, word string
		variables         v
	}{
		{filtered, "f: statuses[1]: ", "overdue", v{"f": v{"statuses": []any{"STALE", "overdue"}}}},
		{filtered, "f: statuses[0]: ", "Overdue", v{"f": v{"statuses": "Overdue"}}},
		{`query($s: [CellStatus!]) { gaps(code: "533102", filter: {statuses: $s}) { totalCount } }`, "s: [0]: ", "oVERDUE", v{"s": "oVERDUE"}},
		{
			`query($c: WhatIfInput!) { whatIf(code: "533102", changes: $c) { before { code } } }`, "c: limits[0].limit.kind: ", "hours",
			v{"c": v{"limits": []any{v{"catalogCode": "x", "entryCode": "1.1", "limit": v{"kind": "hours", "n": 1}}}}},
		},
	} {
		refusedWord(t, c.query, s.ask(c.query, c.variables), c.says, c.word, nil)
	}
}

func refusedWord(t *testing.T, where string, r *reply, says, word string, names []string) {
	t.Helper()
	if r.code() != "INVALID_INPUT" || r.Data != nil || len(r.Errors) != 1 {
		t.Errorf("%s: %s: %q %v %+v", where, word, r.code(), r.Data, r.Errors)
		return
	}
	message := r.Errors[0].Message
	variable, _, _ := strings.Cut(says, ":")
	if !strings.HasPrefix(message, says+word) || !strings.Contains(message, strings.Join(names, ", ")) ||
		r.Errors[0].Extensions["field"] != variable {
		t.Errorf("%s: %+v", where, r.Errors[0])
	}
}

// TestNulls: null at any place of the schema where a value may be left out answers
// as if it were; where one is needed, it is refused.
func TestNulls(t *testing.T) {
	t.Parallel()
	s := serveTrusted(t, demo(t), func(o *server.Options) { o.Limits.Work = 1 << 40 })
	optional, needed := 0, 0
	everyPosition(t, func(schema *ast.Schema, field askable, p position) {
		where := field.String() + " " + p.name
		kind := strings.TrimSuffix(p.of.String(), "!")
		value := literal(t, schema, p.of, p.name[strings.LastIndex(p.name, ".")+1:], nil)
		if p.needs {
			needed++
			r := s.ask(field.with(t, schema, p, fmt.Sprintf("($x: %s = %s)", kind, value), "$x"), map[string]any{"x": nil})
			if r.code() != "INVALID_INPUT" || r.Data != nil || r.Errors[0].Extensions["field"] != "x" ||
				!strings.Contains(r.Errors[0].Message, p.of.String()) {
				t.Errorf("%s: null where a value is needed: %q %v %+v", where, r.code(), r.Data, r.Errors)
			}
			if r := s.ask(field.with(t, schema, p, "", "null"), nil); r.code() != "GRAPHQL_VALIDATION_FAILED" {
				t.Errorf("%s: null written where a value is needed: %q %+v", where, r.code(), r.Errors)
			}
			return
		}
		optional++
		// An argument is left out by a variable that is not given.
		leftOut := s.ask(field.with(t, schema, p, fmt.Sprintf("($x: %s)", kind), "$x"), nil)
		same := func(how string, r *reply) {
			t.Helper()
			if one, other := told(leftOut), told(r); !reflect.DeepEqual(one, other) { // cmp.Diff takes long to find none
				t.Errorf("%s: %s:\n%.600s", where, how, cmp.Diff(one, other))
			}
		}
		same("a variable that is null", s.ask(field.with(t, schema, p, fmt.Sprintf("($x: %s)", kind), "$x"), map[string]any{"x": nil}))
		same("null written", s.ask(field.with(t, schema, p, "", "null"), nil))
		same("a variable that is null by its default", s.ask(field.with(t, schema, p, fmt.Sprintf("($x: %s = null)", kind), "$x"), nil))
		if field.operation == ast.Query {
			leftOut = s.ask(field.with(t, schema, p, "", value), nil)
			defaulted := field.with(t, schema, p, fmt.Sprintf("($x: %s = %s)", kind, value), "$x")
			same("null for a variable with a default", s.ask(defaulted, map[string]any{"x": nil}))
		}
	})
	if optional < 100 || needed < 40 {
		t.Errorf("%d places that may be left out were asked, and %d that may not", optional, needed)
	}
}

// told is what an answer says, but for the request's id.
func told(r *reply) any {
	var faults []string
	for _, fault := range r.Errors {
		faults = append(faults, fmt.Sprint(fault.Message, fault.Path, fault.Extensions["code"]))
	}
	return []any{r.Data, faults}
}

// TestNullWithin: null in a variable's own fields is as if left out, and what a
// page costs is counted so.
func TestNullWithin(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s := serveTrusted(t, db, nil)
	type v = map[string]any
	edges := func(query string, variables v) int {
		t.Helper()
		return len(at(t, s.data(query, variables), "x", "edges").([]any))
	}
	const search = `query($n: Int) { x: administrativeNodes(search: "村", first: $n) { edges { cursor } } }`
	if left, null := edges(search, nil), edges(search, v{"n": nil}); left != 20 || null != 20 {
		t.Errorf("a search has %d, with null %d, not 20 nodes", left, null)
	}
	const filtered = `query($f: GapFilter) { x: gaps(code: "533102", filter: $f, first: 500) { edges { cursor } } }`
	if left, null := edges(filtered, nil), edges(filtered, v{"f": v{"statuses": nil, "minDaysOpen": nil}}); left != null {
		t.Errorf("%d gaps, with a filter of nulls %d", left, null)
	}
	registered := s.data(
		`mutation($i: RegisterDisclosureInput!) { registerDisclosure(input: $i) { disclosure { nil attribute } } }`,
		v{"i": v{
			"ref": "r", "publisherCode": "533102102", "entryCode": "1.1", "title": "t", "attribute": "NOT_DISCLOSED",
			"nil": nil, "requiresInterpretation": nil, "url": nil,
		}},
	)
	if is := at(t, registered, "registerDisclosure", "disclosure"); at(t, is, "nil") != false || at(t, is, "attribute") != "NOT_DISCLOSED" {
		t.Errorf("registered: %v", is)
	}
	low := serve(t, db, func(o *server.Options) { o.Limits.Work = 100 })
	for _, c := range []struct {
		query     string
		variables v
		code      string
	}{
		{`query($n: Int) { gaps(code: "533102", first: $n) { edges { cursor node { since } } } }`, v{"n": 1}, ""},
		{`query($n: Int) { gaps(code: "533102", first: $n) { edges { cursor node { since } } } }`, nil, "TOO_COMPLEX"},
		{`query($n: Int) { gaps(code: "533102", first: $n) { edges { cursor node { since } } } }`, v{"n": nil}, "TOO_COMPLEX"},
		{`query($n: Int = 40) { gaps(code: "533102", first: $n) { edges { cursor node { since } } } }`, v{"n": nil}, "TOO_COMPLEX"},
		{`{ gaps(code: "533102", first: null) { edges { cursor node { since } } } }`, nil, "TOO_COMPLEX"},
	} {
		if r := low.ask(c.query, c.variables); r.code() != c.code {
			t.Errorf("%s %v: %q %+v", c.query, c.variables, r.code(), r.Errors)
		}
	}
}

// TestNumbers: a text in the place of a number is refused, wherever in the schema
// one can be given: the bounds would not count it, and it would be taken all the
// same. A number that does not fit is told as it was given.
func TestNumbers(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s := serveTrusted(t, db, func(o *server.Options) { o.Limits.Work = 1 << 40 })
	places := 0
	everyPosition(t, func(schema *ast.Schema, field askable, p position) {
		number := p.of.Name()
		if p.of.Elem != nil || number != "Int" && number != "Float" {
			return
		}
		places++
		document := field.with(t, schema, p, fmt.Sprintf("($x: %s!)", number), "$x")
		if r := s.ask(document, map[string]any{"x": "3"}); r.code() != "INVALID_INPUT" || r.Data != nil ||
			r.Errors[0].Extensions["field"] != "x" {
			t.Errorf("%s %s: a text: %q %v %+v", field, p.name, r.code(), r.Data, r.Errors)
		}
		if r := s.ask(document, map[string]any{"x": 3.5}); number == "Int" &&
			(r.code() != "INVALID_INPUT" || !strings.HasPrefix(r.Errors[0].Message, "x: 3.5 is no Int")) {
			t.Errorf("%s %s: a fraction: %q %+v", field, p.name, r.code(), r.Errors)
		}
	})
	if places < 20 {
		t.Errorf("%d places were asked", places)
	}
	type v = map[string]any
	const filtered = `query($f: GapFilter) { gaps(code: "533102", filter: $f) { totalCount } }`
	for value, says := range map[any]string{"3": "f: minDaysOpen: cannot use string as Int; give a whole number", 3.5: "f: minDaysOpen: 3.5 is no Int; give a whole number"} {
		r := s.ask(filtered, v{"f": v{"minDaysOpen": value}})
		if r.code() != "INVALID_INPUT" || r.Data != nil || r.Errors[0].Message != says {
			t.Errorf("%v: %q %v %+v", value, r.code(), r.Data, r.Errors)
		}
	}
}

// TestPageSizesBeyondInt: a page size beyond all pages is told as it was given.
func TestPageSizesBeyondInt(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	const paged = `{ gaps(code: "533102", first: %s) { totalCount edges { node { since } } } }`
	// Of literals the validation refuses greater ones.
	for _, size := range []string{"2147483648", "99999999999", "9223372036854775807"} {
		for _, r := range []*reply{
			s.ask(fmt.Sprintf(paged, size), nil),
			s.ask(`query($n: Int) `+fmt.Sprintf(paged, "$n"), map[string]any{"n": json.Number(size)}),
		} {
			if r.code() != "INVALID_INPUT" || !strings.Contains(r.Errors[0].Message, size+" is out of range; give a number from 0 to 500") {
				t.Errorf("%s: %q %+v", size, r.code(), r.Errors)
			}
		}
	}
}

// TestNullConditions: null for a condition is refused wherever one can stand, and
// does not matter where nothing is executed.
func TestNullConditions(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	for _, directive := range []string{"@include(if: $x)", "@skip(if: $x)"} {
		for place, document := range map[string]string{
			"the root":           `query($x: Boolean = true) { roots DIRECTIVE { code } }`,
			"a field":            `query($x: Boolean = true) { roots { code DIRECTIVE } }`,
			"an inline fragment": `query($x: Boolean = true) { roots { ... DIRECTIVE { code } } }`,
			"a spread":           `query($x: Boolean = true) { roots { ...f DIRECTIVE } } fragment f on AdministrativeNode { code }`,
			"within a fragment":  `query($x: Boolean = true) { roots { ...f } } fragment f on AdministrativeNode { code DIRECTIVE }`,
		} {
			document = strings.ReplaceAll(document, "DIRECTIVE", directive)
			r := s.ask(document, map[string]any{"x": nil})
			if r.code() != "INVALID_INPUT" || r.Data != nil || r.Errors[0].Extensions["field"] != "x" {
				t.Errorf("%s at %s: %q %+v", directive, place, r.code(), r.Errors)
			}
			s.data(document, nil)
			written := strings.ReplaceAll(strings.Replace(document, "($x: Boolean = true)", "", 1), "$x", "null")
			if r := s.ask(written, nil); r.code() != "GRAPHQL_VALIDATION_FAILED" {
				t.Errorf("%s at %s, null written: %q %+v", directive, place, r.code(), r.Errors)
			}
		}
	}
	const passed = `query($l: AdministrativeLevel = TOWNSHIP, $b: Boolean!) {
		roots { code } ranking(code: "533102", level: $l) @include(if: $b) { rank } }`
	s.data(passed, map[string]any{"l": nil, "b": false})
	if r := s.ask(
		passed,
		map[string]any{"l": nil, "b": true},
	); r.code() != "INVALID_INPUT" ||
		!strings.Contains(r.Errors[0].Message, "TOWNSHIP") {
		t.Errorf("%+v", r.Errors)
	}
	if strings.Contains(s.log.String(), "panic") {
		t.Error(s.log.String())
	}
}
