package sample

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
)

//go:embed data
var data embed.FS

// table is an import file with its header.
type table struct {
	columns []string
	rows    [][]string
}

// cell returns a cell by its column's name, empty where there is none.
func (t *table) cell(row []string, column string) string {
	for i, name := range t.columns {
		if name == column {
			return row[i]
		}
	}
	return ""
}

// read reads a bundled file; those bundled can be read.
func read(name string) *table {
	content, err := data.ReadFile("data/" + name)
	if err != nil {
		panic(err)
	}
	var reader io.Reader = bytes.NewReader(content)
	if strings.HasSuffix(name, ".gz") {
		if reader, err = gzip.NewReader(reader); err != nil {
			panic(err)
		}
	}
	rows, err := csv.NewReader(reader).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("%s: %v", name, err))
	}
	return &table{columns: rows[0], rows: rows[1:]}
}

// add appends the rows of another table of the same columns that it lacks.
func (t *table) add(other *table) {
	seen := map[string]bool{}
	for _, row := range t.rows {
		seen[row[0]] = true
	}
	for _, row := range other.rows {
		if !seen[row[0]] {
			t.rows = append(t.rows, row)
		}
	}
}

// bytes writes the table as CSV.
func (t *table) bytes() []byte {
	var buffer bytes.Buffer
	w := csv.NewWriter(&buffer)
	w.Write(t.columns) //nolint:errcheck // a buffer takes everything
	w.WriteAll(t.rows) //nolint:errcheck // likewise
	return buffer.Bytes()
}

// The columns of the files that are made.
var (
	disclosureColumns = strings.Split(
		"ref,publisher_code,entry_code,title,document_number,index_number,attribute,formed_on,issued_on,published_on,"+
			"withdrawn_on,period,nil,requires_interpretation,interprets_ref,channel,url",
		",",
	)
	newsColumns   = strings.Split("ref,publisher_code,entry_code,title,summary,published_at,url,tags", ",")
	reliefColumns = strings.Split("ref,kind,from_code,to_code,relief_class,event_ref,funds_yuan,goods_item,goods_quantity,goods_unit,"+
		"households,persons,occurred_on,document_number,disclosure_ref", ",")
	assignmentColumns = strings.Split("publisher_code,entry_code,action,from,to,reason", ",")
	eventColumns      = strings.Split("ref,name,kind,started_on,ended_on,area_codes", ",")
	departmentColumns = strings.Split("code,name,parent_code,functions", ",")
)
