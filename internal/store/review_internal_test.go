package store

import (
	"strconv"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/disclosure"
)

// TestAttributesInSQL: SQL and the domain mean the same by an attribute's number.
func TestAttributesInSQL(t *testing.T) {
	t.Parallel()
	for written, attribute := range map[string]disclosure.Attribute{proactive: disclosure.Proactive, notDisclosed: disclosure.NotDisclosed} {
		if stored := strconv.Itoa(int(attribute)); written != stored {
			t.Errorf("%s is written %s, stored as %s", attribute, written, stored)
		}
	}
}
