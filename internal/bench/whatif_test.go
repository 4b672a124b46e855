package bench

import (
	"fmt"
	"testing"
)

// BenchmarkWhatIf supposes other limits of an entry: sooner, later, none by number and, where
// that is not too much, one that is derived from the facts.
func BenchmarkWhatIf(b *testing.B) {
	world(b)
	for _, node := range []struct{ name, code string }{{"nation", "CN"}, {"province", "53"}} {
		for _, limit := range []struct{ name, input string }{
			{"in 10 working days", "{kind: WORKING_DAYS, n: 10}"},
			{"in 30 working days", "{kind: WORKING_DAYS, n: 30}"},
			{"at once", "{kind: PROMPT}"},
			{"with its source, from facts", "{kind: WITH_SOURCE}"},
		} {
			if node.code == "CN" && limit.input == "{kind: WITH_SOURCE}" {
				continue
			}
			question := fmt.Sprintf(`{ whatIf(code: %q, changes: {limits: [{catalogCode: "CN-2019", entryCode: "1.3", limit: %s}]}) {
				before { ...figures } after { ...figures } opened(first: 20) { totalCount } closed(first: 20) { totalCount } } }
				fragment figures on AdministrativeNode { coverage { required covered overdue }
					children(first: 50) { edges { node { code coverage { required covered overdue } } } } }`, node.code, limit.input)
			measure(b, node.name+", what if 1.3 were due "+limit.name, 3, func() { ask(b, question, nil) })
		}
	}
}
