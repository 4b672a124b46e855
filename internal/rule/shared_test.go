package rule_test

import (
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// TestRefsShow: a ref holds no character that does not show, and a title of
// such characters alone shows nothing.
func TestRefsShow(t *testing.T) {
	t.Parallel()
	for _, unseen := range []string{
		"\uFE0F", "\U000E0100", "\u180B", "\u2800", "\U0001D159", "\u3164", "\u200B", "\u3000", "\u00A0", "\x1b",
	} {
		for _, ref := range []string{unseen, "a" + unseen, "a" + unseen + "b"} {
			var found rule.Findings
			found.Ref("ref", ref)
			if len(found) != 1 || found[0].Rule != rule.RefCharacters || found[0].Remedy == "" {
				t.Errorf("%+q: %+v", ref, found)
			}
		}
		var found rule.Findings
		found.Title("title", unseen)
		if found.Refused() == nil {
			t.Errorf("the title %+q is accepted", unseen)
		}
	}
	for _, ref := range []string{"d1", "云应急〔2024〕1号", "a/b-c_d", "é"} {
		var found rule.Findings
		found.Ref("ref", ref)
		found.Title("title", ref)
		if len(found) != 0 {
			t.Errorf("%+q: %+v", ref, found)
		}
	}
}

// TestRefsAreComposed: of two spellings of a ref that look the same, the
// composed one alone is taken.
func TestRefsAreComposed(t *testing.T) {
	t.Parallel()
	for ref, want := range map[string]bool{"caf\u00e9": true, "cafe\u0301": false, "\uac00": true, "\u1100\u1161": false} {
		var found rule.Findings
		found.Ref("ref", ref)
		if (len(found) == 0) != want || !want && (found[0].Rule != rule.RefNotComposed || found[0].Remedy == "") {
			t.Errorf("%+q: %+v", ref, found)
		}
	}
}

// TestTextsAreWhatTheyShow: a text holds no character that makes it show as
// another, and the edges that are cut off are those of the cells of files.
func TestTextsAreWhatTheyShow(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"通知": "", "第一行\r\n第二行\t完": "", "a\u200bb": "", "👨\u200d👩": "", "": "",
		"a\x1b[31mb": "text-characters", "a\u202eb": "text-characters", "a\u2066b": "text-characters", "a\u0085b": "text-characters",
		"a\x00": "text-not-storable", "\u200b": "shows-nothing",
	} {
		var found rule.Findings
		found.Text("title", text, rule.MostTitle)
		names := ""
		for _, finding := range found {
			names += finding.Rule.Name
		}
		if names != want {
			t.Errorf("%+q: %q, want %q", text, names, want)
		}
	}
	text := "\ufeff\u3000 \u00a0通 知\u2003\n"
	if rule.Trim(&text); text != "通 知" {
		t.Errorf("%+q", text)
	}
}
