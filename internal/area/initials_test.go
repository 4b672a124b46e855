package area_test

import (
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/area"
)

func TestInitials(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, name string
		begins     bool
	}{
		{"rl", "瑞丽市", true},
		{"RLS", "瑞丽市", true},
		{"rls", "瑞丽", false},
		{"ls", "瑞丽市", false},
		{"cqs", "重庆市", true},
		{"zqs", "重庆市", true}, // 重 is read zhòng too
		{"a", "昂仁县", true},
		{"k2", "K2新区", true},
		{"瑞", "瑞丽市", false},
		{"", "瑞丽市", false},
		{"r l", "瑞丽市", false},
	} {
		if got := area.NewInitials(c.text).Begin(c.name); got != c.begins {
			t.Errorf("%q begins %s: %t", c.text, c.name, got)
		}
	}
}
