package tabular

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// mergedCells are cells that a sheet shows as one; columns count from 0, rows from 1.
type mergedCells struct{ left, top, right, bottom int }

// mostMerged bounds how many of a sheet are kept.
const mostMerged = 100_000

// referring is the attribute that names cells.
var referring = regexp.MustCompile(`\sref\s*=\s*("[^"]*"|'[^']*')`)

// isMerged tells the tag of merged cells by its beginning.
func isMerged(tag []byte) bool {
	end := bytes.IndexAny(tag, " \t\r\n>")
	return end > 0 && (bytes.Equal(tag[:end], []byte("mergeCell")) || bytes.HasSuffix(tag[:end], []byte(":mergeCell")))
}

// mergedIn reads the tag of merged cells: mergeCell ref="D2:D3".
func mergedIn(tag []byte) (mergedCells, bool) {
	if !isMerged(tag) {
		return mergedCells{}, false
	}
	named := referring.FindSubmatch(tag)
	if named == nil {
		return mergedCells{}, false
	}
	ref := bytes.Trim(named[1], `"'`)
	from, to, found := strings.Cut(string(ref), ":")
	left, top, known := cellAt(from)
	right, bottom, knownToo := cellAt(to)
	return mergedCells{left, top, right, bottom}, found && known && knownToo
}

// cellAt reads the name of a cell: D2 is column 3 of row 2.
func cellAt(name string) (column, row int, ok bool) {
	letters := 0
	for letters < len(name) && letters < 3 && name[letters] >= 'A' && name[letters] <= 'Z' {
		column = column*26 + int(name[letters]-'A') + 1
		letters++
	}
	row, err := strconv.Atoi(name[letters:])
	return column - 1, row, letters > 0 && err == nil && row > 0
}

func cellName(column, row int) string {
	letters := ""
	for n := column + 1; n > 0; n = (n - 1) / 26 {
		letters = string(rune('A'+(n-1)%26)) + letters
	}
	return fmt.Sprint(letters, row)
}

func (m *mergedCells) String() string {
	return cellName(m.left, m.top) + ":" + cellName(m.right, m.bottom)
}

// openMerge are merged cells whose rows are being read, with the value of the first.
type openMerge struct {
	mergedCells
	text []byte
	kind cellKind
	form dateForm
	told bool
}

// fillMerged gives each row the value of cells merged downwards; a row with cells
// merged sideways is at fault, where it is not the first.
func (s *sheetRows) fillMerged() *Problem {
	s.open = slices.DeleteFunc(s.open, func(m *openMerge) bool { return m.bottom < s.line })
	for ; len(s.merged) > 0 && s.merged[0].top <= s.line; s.merged = s.merged[1:] {
		if s.merged[0].bottom >= s.line && !s.overlaps(&s.merged[0]) {
			s.open = append(s.open, &openMerge{mergedCells: s.merged[0]})
		}
	}
	empty := len(s.open) == 0 || allEmpty(s.cut())
	for _, m := range s.open {
		switch {
		case m.left != m.right && s.begun && !empty:
			return &Problem{
				Code:   "merged-sideways",
				Line:   s.line,
				cell:   m.left + 1,
				Value:  m.String(),
				Reason: "the cells " + m.String() + " are merged sideways: which column the value is of cannot be told",
				Remedy: "unmerge them, and write each value into its own cell",
			}
		case m.left != m.right || m.left >= len(s.ends) && m.top == s.line:
		case m.top == s.line:
			m.text = append(m.text, s.held[s.begin(m.left):s.ends[m.left]]...)
			m.kind, m.form = s.kinds[m.left], s.forms[m.left]
		case !empty && len(m.text) > 0:
			s.put(m.left, m.text, m.kind, m.form)
			if !m.told {
				m.told = true
				s.told = append(s.told, Problem{
					Code:   "merged-downwards",
					Line:   m.top,
					cell:   m.left + 1,
					Value:  m.String(),
					Reason: "the cells " + m.String() + " are merged: each of their rows is read with their value",
					Remedy: "unmerge them and fill the value down, if that is not meant",
				})
			}
		}
	}
	return nil
}

// overlaps tells of merged cells that none of the rows being read needs: to the right
// of every column, or over others, which spreadsheets do not write. So there are not
// more at a time than columns.
func (s *sheetRows) overlaps(m *mergedCells) bool {
	return m.left >= s.book.limits.Columns || slices.ContainsFunc(s.open, func(o *openMerge) bool { return o.left == m.left })
}
