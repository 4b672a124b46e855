package store_test

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/store"
)

func literal(t *testing.T, argument any) string {
	t.Helper()
	if valuer, ok := argument.(driver.Valuer); ok {
		value, err := valuer.Value()
		if err != nil {
			t.Fatal(err)
		}
		argument = value
	}
	switch value := argument.(type) {
	case nil:
		return "NULL"
	case string:
		return pq.QuoteLiteral(value)
	case int, bool:
		return fmt.Sprint(value)
	}
	t.Fatalf("no literal is known for %T", argument)
	return ""
}

// plan is a node of a plan as EXPLAIN writes it.
type plan struct {
	NodeType  string `json:"Node Type"`
	Relation  string `json:"Relation Name"`
	Index     string `json:"Index Name"`
	Condition string `json:"Index Cond"`
	Plans     []plan
}

func explain(t *testing.T, w *store.Writing, statement string, arguments ...any) plan {
	t.Helper()
	var text []byte
	// Views of what was known are planned for an entry.
	if _, err := w.Tx().Exec("SELECT set_config('reliefgraph.known', '29000', true)"); err != nil {
		t.Fatal(err)
	}
	if err := w.Tx().QueryRow(statement, arguments...).Scan(&text); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	var explained []struct{ Plan plan }
	if err := json.Unmarshal(text, &explained); err != nil {
		t.Fatal(err)
	}
	return explained[0].Plan
}

// faultOfPlan finds a growing table that is read from end to end, or that the
// wanted index is not used.
func faultOfPlan(root plan, index string) string {
	used := map[string]bool{}
	var fault string
	var walk func(plan)
	walk = func(p plan) {
		used[p.Index] = true
		whole := p.NodeType == "Seq Scan" || p.Index != "" && p.Condition == ""
		if whole &&
			(slices.Contains(growing, p.Relation) || slices.Contains(growingOfAccounts, p.Relation) || p.Relation == "" && p.Index != "") {
			fault = fmt.Sprintf("%s reads all of %s %s", p.NodeType, p.Relation, p.Index)
		}
		for _, below := range p.Plans {
			walk(below)
		}
	}
	walk(root)
	if fault == "" && index != "" && !used[index] {
		return "it does not use the index " + index
	}
	return fault
}
