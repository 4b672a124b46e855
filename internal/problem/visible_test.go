package problem

import (
	"encoding/json"
	"testing"
)

// TestVisible: what would move the cursor, turn the text or not show is written
// out; what people write stays as it is.
func TestVisible(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"no node of the code 42\x1b[31mx": `no node of the code 42\x1b[31mx`,
		"a\u202ecba":                      `a\u202ecba`,
		"a\u2066b\u2069":                  `a\u2066b\u2069`,
		"a\u200bb\ufeffc\u00add":          `a\u200bb\ufeffc\u00add`,
		"a\u009b31m\x7f":                  `a\u009b31m\x7f`,
		"one\ntwo\r\tthree":               `one\ntwo\r\tthree`,
		"a\u2028b\u3164c\U000e0041":       `a\u2028b\u3164c\U000e0041`,
		"cut \xe5\x9b off":                `cut \xe5\x9b off`,
		"瑞丽市应急管理局　《通知》—“一”": "瑞丽市应急管理局　《通知》—“一”",
		"é 😀 ½ 葛\U000e0100": "é 😀 ½ 葛\U000e0100",
		"":                  "",
		"a \uFFFD b":        "a \uFFFD b",
	} {
		if got := Visible(text); got != want {
			t.Errorf("%q is shown as %q, want %q", text, got, want)
		}
	}
	if got, want := VisibleLines("one\x1b\ntwo"), "one\\x1b\ntwo"; got != want {
		t.Errorf("lines are shown as %q, want %q", got, want)
	}
	for _, text := range []string{"42\x1b[31m\u202e\u009b\x7f\U000e0041 通知\n", "plain"} {
		written, _ := json.Marshal(text)
		shown := VisibleJSON(written)
		var read string
		if err := json.Unmarshal(shown, &read); err != nil || read != text || Visible(string(shown)) != string(shown) {
			t.Errorf("%q is written as %s, which reads as %q: %v", text, shown, read, err)
		}
	}
}
