package export

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// TestManyDiscrepancies: where a node with all below it has more doubts than are
// asked for at once, its own stand in the file, then those of each child.
func TestManyDiscrepancies(t *testing.T) {
	t.Parallel()
	own := map[string][]string{"533102/yjglj": {"1", "2"}, "a": {"3"}, "ab": {"4"}, "b": {"5", "6"}}
	children := map[string][]string{"533102/yjglj": {"a", "b"}, "a": {"ab"}}
	many := map[string]bool{"533102/yjglj": true, "a": true}
	var below func(code string) []string
	below = func(code string) []string {
		found := own[code]
		for _, child := range children[code] {
			found = append(found[:len(found):len(found)], below(child)...)
		}
		return found
	}
	f := moneyOf()
	f.answers["ExportDiscrepancies"] = func(variables map[string]any) string {
		of := variables["of"].(string)
		found := below(of)
		count := len(found)
		if variables["scope"] == "SELF" {
			found = own[of]
		} else if many[of] {
			found = found[:1] // as if the rest were beyond the first 500
		}
		doubts := make([]string, len(found))
		for i, amount := range found {
			doubts[i] = fmt.Sprintf(
				`{"kind": "IDLE", "node": {"code": "c", "name": "n"}, "reliefClass": "DROUGHT", "amount": "%s.00", "explanation": "", "movements": []}`,
				amount,
			)
		}
		return fmt.Sprintf(
			`{"administrativeNode": {"relief": {"discrepancyCount": %d, "discrepancies": [%s]}}}`,
			count,
			strings.Join(doubts, ","),
		)
	}
	f.answers["ExportChildren"] = func(variables map[string]any) string {
		var edges []string
		for _, child := range children[variables["of"].(string)] {
			edges = append(edges, fmt.Sprintf(`{"node": {"code": %q}}`, child))
		}
		return fmt.Sprintf(
			`{"administrativeNode": {"children": {"pageInfo": {"hasNextPage": false, "endCursor": null}, "edges": [%s]}}}`,
			strings.Join(edges, ","),
		)
	}
	file, err := excelize.OpenReader(bytes.NewReader(f.bytes(t, "relief.xlsx", span)))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := file.GetRows("款物疑点", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	var amounts []string
	for _, row := range rows[1:] {
		amounts = append(amounts, row[4])
	}
	if got := strings.Join(amounts, " "); got != "1 2 3 4 5 6" {
		t.Errorf("the doubts are %s", got)
	}
}
