package catalog_test

import (
	"encoding/csv"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/catalog"
)

// TestEnglishOfTheStandardCatalog: every wording of the standard catalog and of
// the bundled refinement has English.
func TestEnglishOfTheStandardCatalog(t *testing.T) {
	t.Parallel()
	characters := regexp.MustCompile(`\p{Han}`)
	for _, name := range []string{"national.csv", "ruili.csv"} {
		file, err := os.Open("../sample/data/" + name)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		rows, err := csv.NewReader(file).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			for column, text := range row {
				texts := []string{text}
				if rows[0][column] == "channels" {
					texts = strings.Split(text, ";")
				}
				for _, text := range texts {
					if english := catalog.English(text); characters.MatchString(english) {
						t.Errorf("%s %s: %s is %s in English", row[0], rows[0][column], text, english)
					}
				}
			}
		}
	}
	entry := catalog.Entry{Item: "救助审定信息", SubItem: "应急救助"}
	if got := entry.EnglishTitle(); got != "Relief granted: Emergency relief" {
		t.Error(got)
	}
	for title, want := range map[string]string{
		"瑞丽市救灾领域基层政务公开标准目录":  "Disaster Relief Catalog of Ruili City",
		"救灾领域基层政务公开标准目录（复原）": "Standard Catalog for Disaster Relief (reconstructed)",
		"本县目录": "本县目录",
	} {
		if got := (&catalog.Catalog{Title: title}).EnglishTitle(); got != want {
			t.Errorf("%s: %s", title, got)
		}
	}
}
