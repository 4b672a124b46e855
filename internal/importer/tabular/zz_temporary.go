package tabular

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

type Problem struct {
	File, Column, Value, Reason, Remedy string
	Line                                int
}

func (p *Problem) Error() string { b, _ := json.Marshal(p); return string(b) }

type Limits struct{}
type Column struct {
	Name     string
	Required bool
}
type Reader struct {
	r    *csv.Reader
	f    fs.File
	at   []int
	row  []string
	line int
	err  error
}

func Open(fsys fs.FS, name string, columns []Column, limits Limits) (*Reader, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	var in io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		in, _ = gzip.NewReader(f)
	}
	r := &Reader{r: csv.NewReader(in), f: f, at: make([]int, len(columns))}
	r.r.ReuseRecord = true
	h, err := r.r.Read()
	if err != nil {
		return nil, &Problem{File: name, Reason: err.Error()}
	}
	known := map[string]bool{}
	for i, c := range columns {
		known[c.Name] = true
		r.at[i] = -1
		for j, n := range h {
			if strings.TrimPrefix(n, "\ufeff") == c.Name {
				r.at[i] = j
			}
		}
		if r.at[i] < 0 && c.Required {
			return nil, &Problem{File: name, Column: c.Name, Reason: "missing"}
		}
	}
	for _, n := range h {
		if !known[strings.TrimPrefix(n, "\ufeff")] {
			return nil, &Problem{File: name, Column: n, Reason: "unknown"}
		}
	}
	return r, nil
}
func (r *Reader) Next() bool {
	row, err := r.r.Read()
	if err != nil {
		if fmt.Sprint(err) != "EOF" {
			r.err = &Problem{Reason: err.Error()}
		}
		return false
	}
	r.row = row
	r.line, _ = r.r.FieldPos(0)
	return true
}
func (r *Reader) Line() int { return r.line }
func (r *Reader) Cell(i int) string {
	if r.at[i] < 0 {
		return ""
	}
	return strings.TrimSpace(r.row[r.at[i]])
}
func (r *Reader) Err() error             { return r.err }
func (r *Reader) RowProblem() *Problem   { return nil }
func (r *Reader) Progress() (a, b int64) { return 0, 0 }
func (r *Reader) Close() error           { return r.f.Close() }
