package rule_test

import (
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// TestNumbersInShort: a number in short is written out, unless digits may have been lost.
func TestNumbersInShort(t *testing.T) {
	t.Parallel()
	for code, likely := range map[string]string{
		"1E5": "100000", "2E+3": "2000", "1.5E+10": "15000000000", "5.3E+2": "530", "4.2E0": "4.2", "4.25E+1": "42.5",
		"5.33102E+11": "533102", "5.33102296E+11": "533102296", "5.33102103E+08": "533102103",
		`="4.2"`: "4.2", "'4.2": "4.2", "533102.0": "533102", "4.2": "", "1.0": "", "E5": "",
	} {
		if found := rule.Spoilt(code); found != likely {
			t.Errorf("%s: %q, want %q", code, found, likely)
		}
	}
}

// TestRefsAsNumbers: a ref that is a whole number with decimals is warned of, however
// short.
func TestRefsAsNumbers(t *testing.T) {
	t.Parallel()
	for ref, likely := range map[string]string{"123.0": "123", "1.0": "1", "2026001.00": "2026001", "1.01": "", "v1.0": "", "1.": ""} {
		var found rule.Findings
		found.Ref("ref", ref)
		switch {
		case likely == "" && len(found) != 0, likely != "" && len(found) != 1:
			t.Errorf("%s: %+v", ref, found)
		case likely != "" && (found[0].Rule != rule.RefSpoilt || !strings.Contains(found[0].Remedy, "if "+likely+" is meant")):
			t.Errorf("%s: %+v", ref, found[0])
		}
	}
}

// TestMistakenCodes: of a code that names nothing, the character that no code has is
// shown, with what to write.
func TestMistakenCodes(t *testing.T) {
	t.Parallel()
	for code, want := range map[string][2]string{
		"５３３１０２":          {"U+FF15", "write 533102,"},
		"4。2":             {"U+3002", "write 4.2,"},
		"533102\u200b":    {"U+200B", "write 533102,"},
		"533102\u00a0/yj": {"U+00A0", "write 533102/yj,"},
		"4–2":             {"U+2013", "write 4-2,"},
		"瑞丽":              {"U+745E", "leave it out"},
		"４.２":             {"U+FF14", "write 4.2,"},
	} {
		found := rule.UnknownNode("publisherCode", code)
		if found.Rule != rule.CodeCharacters || !strings.Contains(found.Message, want[0]) || !strings.Contains(found.Remedy, want[1]) {
			t.Errorf("%+q: %+v", code, found)
		}
	}
	if found := rule.UnknownNode("publisherCode", "539999"); found.Rule != rule.NodeUnknown {
		t.Errorf("a code like any other: %+v", found)
	}
}

// TestNearestWords: a word may be meant for one that it is a part of.
func TestNearestWords(t *testing.T) {
	t.Parallel()
	known := []string{"应急管理", "财政", "乡镇政府", "FINANCE"}
	for word, want := range map[string]string{
		"政府": "乡镇政府", "应急管理局": "应急管理", "财务": "财政", "FINANSE": "FINANCE",
	} {
		if nearest := rule.Nearest(word, known); nearest[0] != want || rule.Likely(word, known) != "if "+want+" is meant, write that" {
			t.Errorf("%s: %s, %s", word, nearest, rule.Likely(word, known))
		}
	}
	if remedy := rule.Likely("水利", known); strings.Contains(remedy, "is meant") {
		t.Errorf("a word like none: %s", remedy)
	}
}
