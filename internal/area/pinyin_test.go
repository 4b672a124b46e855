package area_test

import (
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/area"
)

func TestPinyin(t *testing.T) {
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
		{"Rui li", "瑞丽市", true},
		{"ruil", "瑞丽市", true},
		{"ruilishi", "瑞丽市", true},
		{"ruilishu", "瑞丽市", false},
		{"ruilishi1", "瑞丽市", false},
		{"rlishi", "瑞丽市", true},
		{"wanding", "畹町镇", true},
		{"chongqing", "重庆市", true},
		{"xian", "西安市", true}, // two syllables
		{"li", "瑞丽市", false},
	} {
		if got := area.NewPinyin(c.text).Begins(c.name); got != c.begins {
			t.Errorf("%q begins %s: %t", c.text, c.name, got)
		}
	}
}
