package export

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"
	"testing"
	"time"
)

// made is when the files of the tests are made.
var made = time.Date(2026, 11, 24, 4, 30, 0, 0, time.UTC)

// fake answers the question about the node, and others with what a test says.
type fake struct {
	answers map[string]func(variables map[string]any) string // by a word of the document
}

func (f *fake) ask(_ context.Context, document string, variables map[string]any, into any) error {
	answer := ""
	if strings.Contains(document, "ExportNode") {
		answer = `{"administrativeNode": {"code": "533102/yjglj", "name": "=瑞丽市\"应急\"局", "level": "COUNTY",
			"ancestors": [{"code": "53", "name": "云南省"}], "coverage": {"asOf": "2026-11-24", "provisional": true}}}`
	}
	for word, say := range f.answers {
		if strings.Contains(document, word) {
			answer = say(variables)
		}
	}
	if answer == "" {
		return fmt.Errorf("the test has no answer to %s", document)
	}
	decoder := json.NewDecoder(strings.NewReader(answer))
	decoder.UseNumber()
	return decoder.Decode(into)
}

// file makes a file.
func (f *fake) file(t testing.TB, name, query string, to io.Writer) (fileName, ascii string) {
	t.Helper()
	arguments, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	request, err := Parse(name, arguments)
	if err != nil {
		t.Fatal(err)
	}
	made, err := request.Open(context.Background(), f.ask, true, made, "http://example.org", "http://example.org/export/"+name+"?"+query)
	if err != nil {
		t.Fatal(err)
	}
	if err := request.Write(context.Background(), made, to); err != nil {
		t.Fatal(err)
	}
	return request.FileName(made)
}

func (f *fake) bytes(t testing.TB, name, query string) []byte {
	t.Helper()
	var written bytes.Buffer
	f.file(t, name, query, &written)
	return written.Bytes()
}

// movement is an edge of the list of movements.
func movement(ref, funds, quantity, title string) string {
	return fmt.Sprintf(
		`{"node": {"ref": %q, "kind": "ALLOCATION", "reliefClass": "DROUGHT", "eventRef": null, "funds": %q, "goodsItem": "米",
		"goodsQuantity": %q, "goodsUnit": "袋", "households": 12, "persons": 0, "occurredOn": "2024-02-29", "documentNumber": null,
		"from": {"code": "53", "name": "云南省"}, "to": null, "disclosure": {"ref": "d", "title": %q, "publishedOn": "2024-03-01"}}}`,
		ref,
		funds,
		quantity,
		title,
	)
}

// moneyOf answers all that an export of relief asks.
func moneyOf(movements ...string) *fake {
	figures := `{"received": "1.00", "passedDown": "0.00", "distributed": "0.10", "balance": "0.90", "disclosed": "0.00"}`
	say := func(answer string) func(map[string]any) string { return func(map[string]any) string { return answer } }
	return &fake{answers: map[string]func(map[string]any) string{
		"ExportMovements": say(
			`{"administrativeNode": {"relief": {"movements": {"pageInfo": {"hasNextPage": false, "endCursor": null}, "edges": [` + strings.Join(
				movements,
				",",
			) + `]}}}}`,
		),
		"ExportMoney": say(
			`{"administrativeNode": {"relief": {"total": ` + figures + `, "byClass": [{"reliefClass": "HOUSING", "figures": ` + figures + `}],
			"byChild": [{"node": {"__typename": "Township", "code": "533102102", "name": "畹町镇", "level": "TOWNSHIP"}, "figures": ` + figures + `}],
			"goods": [{"item": "米", "unit": "袋", "received": "1.500", "passedDown": "0", "distributed": "0", "balance": "1.500"}]}}}`,
		),
		"ExportDiscrepancies": say(`{"administrativeNode": {"relief": {"discrepancyCount": 0, "discrepancies": []}}}`),
	}}
}

const span = "code=533102%2Fyjglj&from=2024-01-01&to=2024-12-31"
