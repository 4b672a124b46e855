package export

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// Files are read by officials, in their own words: not those of programmers.
func TestWordsOfOfficials(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob("../../docs/cookbook/*.graphql")
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, pages...)
	if len(pages) == 0 {
		t.Fatal("there is no cookbook")
	}
	avoided := regexp.MustCompile(`[节]点|[消]除|[推]演|[矩]阵`)
	for _, file := range append(files, "../../README.zh.md", "../web/playground/src/notes.json") {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := avoided.Find(content); found != nil {
			t.Errorf("%s says %s", file, found)
		}
	}
}
