package acceptance

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

// question is one of the customer's worked examples: a line of questions.ndjson.gz.
type question struct {
	Operation string
	Variables map[string]any
	Answer    map[string]any
	As        string // the role of who asks, empty where it is anybody
}

func questions(t testing.TB, path string) []question {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(unpacked)
	lines.Buffer(nil, 16<<20)
	var all []question
	for lines.Scan() {
		var q question
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			t.Fatal(err)
		}
		all = append(all, q)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

const examples = "../oracle/testdata/first/"

// TestExamples asks the customer's questions about two worlds, the second with
// all kinds of duties and with money, and compares every answer.
func TestExamples(t *testing.T) {
	t.Parallel()
	for folder, count := range map[string]int{examples: 380, "testdata/examples/full/": 534} {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			db := pgtest.Store(t)
			pgtest.Import(t, db, importing, folder+"world")
			s := serve(t, db, nil)
			operations := contract(t)
			all := questions(t, folder+"questions.ndjson.gz")
			if len(all) != count {
				t.Fatalf("%d questions", len(all))
			}
			for i, q := range all {
				answer := s.data(operations[q.Operation], q.Variables)
				if fault := differs(q.Answer, answer, ""); fault != "" {
					t.Errorf("question %d, %s %v: %s", i+1, q.Operation, q.Variables, fault)
				}
			}
			mustVerify(t, db)
		})
	}
}

// Lists are sets but for these; rows of zeros may be missing in those.
var (
	inOrder   = []string{"coverageTrend", "timeline", "trace", "ranking", "upcoming", "orders", "escalatedTo", "events"}
	mayBeZero = []string{"byCategory", "byEntry", "byLevel", "byClass", "byChild", "goods"}
	decimals  = []string{"received", "passedDown", "distributed", "balance", "disclosed", "amount"}
)

// differs compares an answer with the expected one, key by key; the answer may
// say more. It returns what differs, empty if nothing does.
func differs(want, got any, key string) string {
	switch want := want.(type) {
	case map[string]any:
		of, ok := got.(map[string]any)
		if !ok {
			return fmt.Sprintf("%s: got %v, want an object", key, got)
		}
		for name, value := range want {
			if _, there := of[name]; !there {
				return name + " is missing"
			}
			below := name
			if name == "edges" && (key == "upcoming" || key == "orders") {
				below = key // its edges are in order
			}
			if fault := differs(value, of[name], below); fault != "" {
				return name + "." + fault
			}
		}
		return ""
	case []any:
		list, ok := got.([]any)
		if !ok {
			return fmt.Sprintf("%s: got %v, want a list", key, got)
		}
		return listDiffers(want, list, key)
	case float64:
		number, ok := got.(float64)
		if !ok || math.Abs(number-want) > 1e-9 {
			return fmt.Sprintf("%s: got %v, want %v", key, got, want)
		}
		return ""
	case string:
		text, ok := got.(string)
		switch {
		case ok && want == "*" && text != "":
			return ""
		case ok && slices.Contains(decimals, key) && sameDecimal(text, want):
			return ""
		case ok && key == "at" && sameInstant(text, want):
			return ""
		}
	}
	if !reflect.DeepEqual(want, got) {
		return fmt.Sprintf("%s: got %v, want %v", key, got, want)
	}
	return ""
}

func sameInstant(a, b string) bool {
	x, errX := time.Parse(time.RFC3339Nano, a)
	y, errY := time.Parse(time.RFC3339Nano, b)
	return errX == nil && errY == nil && x.Equal(y)
}

func sameDecimal(a, b string) bool {
	x, errX := relief.ParseQuantity(trimMinus(a))
	y, errY := relief.ParseQuantity(trimMinus(b))
	return errX == nil && errY == nil && x == y && (a[0] == '-') == (b[0] == '-')
}

func trimMinus(text string) string {
	if text != "" && text[0] == '-' {
		return text[1:]
	}
	return text
}

func listDiffers(want, got []any, key string) string {
	if key == "timeline" {
		want, got = joined(want), upTo(joined(got), "2031-12-31")
	}
	if slices.Contains(mayBeZero, key) {
		want, got = slices.DeleteFunc(slices.Clone(want), zero), slices.DeleteFunc(slices.Clone(got), zero)
	}
	if len(want) != len(got) {
		return fmt.Sprintf("%s: got %d, want %d", key, len(got), len(want))
	}
	if slices.Contains(inOrder, key) {
		for i := range want {
			if fault := differs(want[i], got[i], ""); fault != "" {
				return fmt.Sprintf("%d.%s", i, fault)
			}
		}
		return ""
	}
	left := slices.Clone(got)
	for _, wanted := range want {
		found := slices.IndexFunc(left, func(candidate any) bool { return differs(wanted, candidate, "") == "" })
		if found < 0 {
			return fmt.Sprintf("%s: %v is missing", key, wanted)
		}
		left = slices.Delete(left, found, found+1)
	}
	return ""
}

// zero tells whether a row has no figure but zeros.
func zero(value any) bool {
	switch value := value.(type) {
	case map[string]any:
		for name, of := range value {
			switch name {
			case "category", "entry", "level", "reliefClass", "node", "item", "unit", "asOf", "provisional":
			default:
				if !zero(of) {
					return false
				}
			}
		}
		return true
	case float64:
		return value == 0
	case string:
		return sameDecimal(value, "0")
	}
	return value == nil
}

// joined makes one span of neighbours of one status.
func joined(spans []any) []any {
	var all []any
	for _, span := range spans {
		now := span.(map[string]any)
		if len(all) > 0 {
			before := all[len(all)-1].(map[string]any)
			if to, ok := before["to"].(string); ok && before["status"] == now["status"] {
				if day, err := calendar.ParseDay(to); err == nil && (day+1).String() == now["from"] {
					longer := maps.Clone(before)
					longer["to"] = now["to"]
					all[len(all)-1] = longer
					continue
				}
			}
		}
		all = append(all, now)
	}
	return all
}

func upTo(spans []any, last string) []any {
	return slices.DeleteFunc(spans, func(span any) bool { return span.(map[string]any)["from"].(string) > last })
}

// TestComparer shows that the comparison notices what it must.
func TestComparer(t *testing.T) {
	t.Parallel()
	parse := func(text string) any {
		var value any
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			t.Fatal(err)
		}
		return value
	}
	for _, c := range []struct {
		name, want, got string
		same            bool
	}{
		{"a changed figure", `{"a":{"required":3}}`, `{"a":{"required":4}}`, false},
		{"a missing element", `{"cells":[{"a":1},{"a":2}]}`, `{"cells":[{"a":1}]}`, false},
		{"an element too many", `{"cells":[{"a":1}]}`, `{"cells":[{"a":1},{"a":2}]}`, false},
		{"a set in another order", `{"cells":[{"a":1},{"a":2}]}`, `{"cells":[{"a":2},{"a":1}]}`, true},
		{"an order that counts", `{"ranking":[{"a":1},{"a":2}]}`, `{"ranking":[{"a":2},{"a":1}]}`, false},
		{"upcoming in another order", `{"upcoming":{"edges":[{"a":1},{"a":2}]}}`, `{"upcoming":{"edges":[{"a":2},{"a":1}]}}`, false},
		{"a row of zeros left out", `{"byEntry":[{"entry":{"code":"1"},"figures":{"required":0}}]}`, `{"byEntry":[]}`, true},
		{"null for a number", `{"rate":null}`, `{"rate":0}`, false},
		{"an empty text for any text", `{"explanation":"*"}`, `{"explanation":""}`, false},
		{"trailing zeros of money", `{"received":"3.1"}`, `{"received":"3.10"}`, true},
		{"another amount", `{"received":"3.1"}`, `{"received":"-3.10"}`, false},
		{"null for what is not there", `{"rate":null}`, `{}`, false},
		{"a trend in another order", `{"coverageTrend":[{"a":1},{"a":2}]}`, `{"coverageTrend":[{"a":2},{"a":1}]}`, false},
		{"a row with a figure left out", `{"byEntry":[{"entry":{"code":"1"},"figures":{"required":1}}]}`, `{"byEntry":[]}`, false},
		{"a figure deep inside", `{"a":[{"b":[{"c":{"d":1}}]}]}`, `{"a":[{"b":[{"c":{"d":2}}]}]}`, false},
		{
			"neighbouring spans of one status",
			`{"timeline":[{"from":"2024-01-01","to":"2024-01-31","status":"COVERED"},{"from":"2024-02-01","to":null,"status":"COVERED"}]}`,
			`{"timeline":[{"from":"2024-01-01","to":null,"status":"COVERED"}]}`, true,
		},
		{
			"spans of one status with a hole",
			`{"timeline":[{"from":"2024-01-01","to":"2024-01-30","status":"COVERED"},{"from":"2024-02-01","to":null,"status":"COVERED"}]}`,
			`{"timeline":[{"from":"2024-01-01","to":null,"status":"COVERED"}]}`, false,
		},
		{"more than was asked", `{"a":1}`, `{"a":1,"b":2}`, true},
	} {
		if fault := differs(parse(c.want), parse(c.got), ""); (fault == "") != c.same {
			t.Errorf("%s: %q", c.name, fault)
		}
	}
}
