package explain_test

import (
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/explain"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

// TestDiscrepancyInEnglish: a place is called as those who read no characters know it.
func TestDiscrepancyInEnglish(t *testing.T) {
	t.Parallel()
	node := &area.Node{Name: "瑞丽市", Level: area.County}
	for _, kind := range []relief.DiscrepancyKind{relief.Overspent, relief.Idle, relief.Undisclosed, relief.Unmatched} {
		text := explain.Discrepancy(explain.English, node, &relief.Discrepancy{Kind: kind, Movements: make([]relief.Recorded, 1)})
		if !strings.HasPrefix(text, "Ruili City") {
			t.Error(text)
		}
	}
}
