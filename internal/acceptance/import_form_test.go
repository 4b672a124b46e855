package acceptance

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/sample"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// oddFacts are rows whose texts, amounts and instants are easily spoilt on the way.
var oddFacts = map[string]string{
	"disclosures.csv": "ref,publisher_code,entry_code,title,document_number,index_number,attribute,formed_on,issued_on,published_on,withdrawn_on,period,nil,requires_interpretation,interprets_ref,channel,url\r\n" +
		`odd-1,533102102,1.1,=1+1,〔2024〕007号,@sum,PROACTIVE,2024-05-06,2024-05-07,2024-05-08,,,,1,,'1,https://example.org/?a=1;b=2` + "\r\n" +
		"odd-2,533102102,1.1,\"他说\"\"好\"\", 🚒𠮷_x000D_\r\n第二行\n第三行\t完\",-1,+1,PROACTIVE,2024-05-06,,2024-05-08,2024-06-01,2024-05,1,,odd-1,\"#1\",\r\n" +
		"odd-3,533102102,1.1,\"2E+3\r第二行\",1234567890123456,007,ON_REQUEST,2024-05-06,,,,2024H1,,,nowhere-known,TRUE,\r\n",
	"news.csv": "ref,publisher_code,entry_code,title,summary,published_at,url,tags\r\n" +
		"odd-4,533102102,,=HYPERLINK(1),\"一\n\n\"\"二\"\"\",2024-05-06T23:59:59.999999-03:30,,=一;@二;三\r\n" +
		"odd-5,533102102,5.1,2024-05-06,,2024-05-06,,\r\n",
	"relief.csv": "ref,kind,from_code,to_code,relief_class,event_ref,funds_yuan,goods_item,goods_quantity,goods_unit,households,persons,occurred_on,document_number,disclosure_ref\r\n" +
		"odd-6,DONATION,,533102102,DROUGHT,,9999999999999.99,,,,,,2024-05-06,=1,odd-1\r\n" +
		"odd-7,DONATION,,533102102,HOUSING,,0.1,=棉被,1234567.123,\"床;\"\"张\"\"\",,,2024-05-06,,nowhere-known\r\n" +
		"odd-8,DISTRIBUTION,533102102,,EMERGENCY,,8123.10,,,,7,2000000000,2024-05-07,,odd-3\r\n",
}

// importForm is a kind of file of that form.
type importForm struct {
	name, chinese, table string
	header               func() []string // in both languages, one beside the other
	arguments            map[string]string
}

func headerOf[T any](kind *fact.Kind[T]) func() []string {
	return func() (both []string) {
		for _, c := range kind.InFiles() {
			both = append(both, c.Chinese, c.Name)
		}
		return both
	}
}

var importForms = []importForm{
	{"disclosures", "公开信息", "disclosure", headerOf(&fact.Disclosures), nil},
	{"news", "工作动态", "news", headerOf(&fact.News), nil},
	{
		"relief", "款物流水", "relief_movement", headerOf(&fact.Movements),
		map[string]string{"from": "1990-01-01", "to": "2100-12-31", "asOf": "2100-12-31"},
	},
}

// exported is the form's file.
func (f *importForm) exported(s *service, format, locale string) []byte {
	arguments := map[string]string{"code": "53", "form": "import"}
	if locale != "" {
		arguments["locale"] = locale
	}
	for name, value := range f.arguments {
		arguments[name] = value
	}
	return s.exported(f.name+"."+format, arguments)
}

// oddWorld is the demo world with odd facts.
func oddWorld(t *testing.T) (db *store.Store, folder string) {
	db, folder = demo(t), t.TempDir()
	for name, content := range oddFacts {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pgtest.Import(t, db, importing, folder)
	return db, folder
}

// imported imports a file of some name and content.
func imported(t *testing.T, db *store.Store, name string, content []byte) *importer.Report {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return pgtest.Import(t, db, importing, file)
}

// differently is a CSV written in other ways that mean the same, by the name of its file.
func differently(t *testing.T, plain []byte) map[string][]byte {
	t.Helper()
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes(bytes.TrimPrefix(plain, []byte("\ufeff")))
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	pack := gzip.NewWriter(&packed)
	pack.Write(plain)
	pack.Close()
	rows := csvRows(t, plain)
	return map[string][]byte{
		"gb18030.csv":     gb,
		"packed.csv.gz":   packed.Bytes(),
		"without-bom.csv": bytes.TrimPrefix(plain, []byte("\ufeff")),
		"semicolon.csv":   parted(rows, ";", "\n"),
		"tab.csv":         parted(rows, "\t", "\r\n"),
	}
}

// carriage stands for the carriage returns within cells, which the library would take for line ends.
const carriage = "\ue000"

func csvRows(t *testing.T, content []byte) [][]string {
	t.Helper()
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	rows, err := csv.NewReader(bytes.NewReader(bytes.ReplaceAll(content, []byte("\r"), []byte(carriage)))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for i := range row {
			row[i] = strings.ReplaceAll(row[i], carriage, "\r")
		}
	}
	return rows
}

// parted writes rows with a separator and an end. The library would change the line breaks of cells.
func parted(rows [][]string, separator, end string) []byte {
	var made bytes.Buffer
	for _, row := range rows {
		for i, cell := range row {
			if i > 0 {
				made.WriteString(separator)
			}
			if strings.ContainsAny(cell, "\",;\t\r\n") {
				cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
			}
			made.WriteString(cell)
		}
		made.WriteString(end)
	}
	return made.Bytes()
}

// warningsOf are the warnings of a report about files of a kind, without where they stand.
func warningsOf(report *importer.Report, kind string) []string {
	var all []string
	for _, w := range report.Warnings {
		if file := filepath.Base(w.File); kind == "" || strings.HasPrefix(file, kind+".") {
			all = append(all, w.Rule+": "+w.Reason)
		}
	}
	slices.Sort(all)
	return all
}

// TestImportForm: what is exported for an import says of every row what is stored, in
// both formats and languages and however the file is written again, and is of exactly
// the importer's columns.
func TestImportForm(t *testing.T) {
	t.Parallel()
	db, folder := oddWorld(t)
	s := serveTrusted(t, db, nil)
	sources, err := importer.FromFolder(sample.Demo(), "demo")
	if err != nil {
		t.Fatal(err)
	}
	again, err := importer.Import(context.Background(), db, sources, importing) // as it was read first
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range importForms {
		t.Run(form.name, func(t *testing.T) {
			var stored int
			if err := db.DB().QueryRow(`SELECT count(*) FROM ` + form.table).Scan(&stored); err != nil {
				t.Fatal(err)
			}
			warned := slices.Concat(warningsOf(again, form.name), warningsOf(pgtest.Import(t, db, importing, folder), form.name))
			slices.Sort(warned)
			unchanged := func(name string, content []byte) {
				t.Helper()
				report := imported(t, db, name, content)
				if len(report.Files) != 1 || report.Files[0].Kind != form.name || report.Files[0].Unchanged != stored ||
					report.Files[0].Added+report.Files[0].Changed > 0 {
					t.Errorf("%s: %+v, want %d rows unchanged", name, report.Files, stored)
				}
				if got := warningsOf(report, ""); !slices.Equal(got, warned) {
					t.Errorf("%s: warnings %q, want %q", name, got, warned)
				}
			}
			for number, locale := range []string{"", "en"} {
				plain := form.exported(s, "csv", locale)
				unchanged(form.chinese+".csv", plain)
				var header []string
				for i, name := range form.header() {
					if i%2 == number {
						header = append(header, name)
					}
				}
				if got := csvRows(t, plain)[0]; !slices.Equal(got, header) {
					t.Errorf("%s: header %q, want %q", locale, got, header)
				}
				for name, content := range differently(t, plain) {
					unchanged(form.name+"-"+name, content)
				}
				unchanged(form.name+".xlsx", form.exported(s, "xlsx", locale))
			}
		})
	}
	t.Run("name", func(t *testing.T) {
		for locale, want := range map[string]string{"zh": "%E5%85%AC%E5%BC%80%E4%BF%A1%E6%81%AF.xlsx", "en": "disclosures.xlsx"} {
			response, _ := s.export("disclosures.xlsx", map[string]string{"code": "533102102", "form": "import", "locale": locale})
			if got := response.Header.Get("Content-Disposition"); got != `attachment; filename="disclosures.xlsx"; filename*=UTF-8''`+want {
				t.Errorf("%s: %s", locale, got)
			}
		}
	})
}

// TestImportFormHidden: who may not see all documents gets a file without the columns
// that may name hidden ones; its import changes nothing.
func TestImportFormHidden(t *testing.T) {
	t.Parallel()
	db, _ := oddWorld(t)
	s := serve(t, db, nil)
	for _, form := range importForms {
		plain := form.exported(s, "csv", "en")
		if strings.Contains(string(plain), "odd-3") {
			t.Errorf("%s tells of a hidden document", form.name)
		}
		for _, hidden := range []string{"interprets_ref", "disclosure_ref"} {
			if slices.Contains(csvRows(t, plain)[0], hidden) {
				t.Errorf("%s has the column %s", form.name, hidden)
			}
		}
		report := imported(t, db, form.name+".csv", plain)
		if got := report.Files[0]; got.Added+got.Changed > 0 || got.Unchanged != len(csvRows(t, plain))-1 {
			t.Errorf("%s: %+v", form.name, got)
		}
	}
}

// TestImportFormAsked: the form is asked for as other arguments are.
func TestImportFormAsked(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	for _, c := range []struct{ file, form, want string }{
		{"disclosures.csv", "other", "give one of import"},
		{"disclosures.ndjson", "import", "ask for .csv or .xlsx"},
		{"gaps.csv", "import", "an export takes"},
	} {
		response, content := s.export(c.file, map[string]string{"code": "533102", "form": c.form})
		if response.StatusCode != http.StatusBadRequest || !strings.Contains(string(content), c.want) {
			t.Errorf("%s: %d %s, want %q", c.file, response.StatusCode, content, c.want)
		}
	}
}
