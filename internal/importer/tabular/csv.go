package tabular

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// csvRows reads CSV as RFC 4180 has it: cells between commas, quoted where they
// hold commas, quotes or line breaks, a quote within doubled.
//
// The file's encoding is told by its first bytes that are not ASCII: where they
// and the line around them are UTF-8 the file is, else it is GB18030. It is one
// or the other throughout.
type csvRows struct {
	file   io.Closer
	reader *bufio.Reader
	limits Limits

	line     int // of the next byte
	encoding encoding
	parts    byte // what stands between cells
	settled  int  // the line that settled the encoding

	row   []byte // the row as it stands in the file, or decoded
	cells [][]byte
	ends  []int
	held  []byte // the unquoted cells of the row
}

type encoding uint8

const (
	ascii encoding = iota // nothing but ASCII so far
	utf8Text
	gb18030
)

func newCSV(file io.Closer, reader *bufio.Reader, limits Limits) (rowSource, error) {
	start, err := reader.Peek(64)
	if p, broken := errors.AsType[*Problem](err); broken {
		return nil, p
	}
	if err := refuseOther(start); err != nil {
		return nil, err
	}
	c := &csvRows{file: file, reader: reader, limits: limits, line: 1, parts: ','}
	if bytes.HasPrefix(start, []byte("\xef\xbb\xbf")) {
		reader.Discard(3) //nolint:errcheck // they were seen
		c.encoding, c.settled = utf8Text, 1
	}
	c.separator()
	return c, nil
}

// tellsSeparator is a line that tells spreadsheets what stands between cells, closed by
// the separators of empty cells where one has saved it again.
var tellsSeparator = regexp.MustCompile(`(?i)^"?sep=.?"?[,;\t]*\r?$`)

// separator finds out by the header what stands between cells, and passes over a
// first line that tells spreadsheets.
func (c *csvRows) separator() {
	start, _ := c.reader.Peek(c.reader.Buffered())
	first, rest, _ := bytes.Cut(start, []byte{'\n'})
	if tellsSeparator.Match(first) {
		c.reader.Discard(len(start) - len(rest)) //nolint:errcheck // they were seen
		c.line++
		first, _, _ = bytes.Cut(rest, []byte{'\n'})
	}
	most := 0
	for _, sign := range []byte(",;\t") {
		if _, count := betweenCells.after(first, sign); count > most {
			c.parts, most = sign, count
		}
	}
}

func (c *csvRows) Close() error { return c.file.Close() }

// read: CSV keeps all as text, errors of the spreadsheet that wrote it too.
func (c *csvRows) read(_ int, cell []byte, _ *Column) (string, *Problem) {
	text := string(cell)
	if spreadsheetError(cell) {
		return text, &Problem{
			Code:   "spreadsheet-error",
			Value:  text,
			Reason: text + " is an error of the spreadsheet",
			Remedy: "mend its formula, or enter the value",
		}
	}
	return text, nil
}

// next reads one row: lines up to one that leaves no quote open.
func (c *csvRows) next() (cells [][]byte, line int, fault *Problem, err error) {
	line = c.line
	c.row = c.row[:0]
	within := betweenCells
	for {
		begin := len(c.row)
		err := c.readLine(line)
		if err != nil && (!errors.Is(err, io.EOF) || len(c.row) == 0) {
			return nil, line, nil, err
		}
		if within, _ = within.after(c.row[begin:], c.parts); within != inQuotes {
			break
		}
		if errors.Is(err, io.EOF) {
			return nil, line, nil, &Problem{
				Code:   "quote-open",
				Line:   line,
				Reason: quoteOpen,
				Remedy: `close it, or double a quote that belongs to the text ("")`,
			}
		}
	}
	if fault := c.decode(line); fault != nil {
		return nil, line, fault, nil
	}
	cells, fault, err = c.split(line)
	return cells, line, fault, err
}

// position is where reading stands in a row.
type position uint8

const (
	betweenCells position = iota // before a cell
	inCell                       // in one without quotes
	inQuotes
	afterQuotes
)

// after goes on over some bytes, and counts the separators that end cells in them. A
// quote within a cell that does not begin with one opens none; a doubled one
// belongs to the text.
func (p position) after(part []byte, separator byte) (end position, cells int) {
	for _, b := range part {
		switch {
		case p == inQuotes:
			if b == '"' {
				p = afterQuotes
			}
		case b == '"' && p != inCell:
			p = inQuotes
		case b == separator || b == '\n':
			p = betweenCells
			if b == separator {
				cells++
			}
		default:
			p = inCell
		}
	}
	return p, cells
}

// readLine appends a line to the row, its end included.
func (c *csvRows) readLine(first int) error {
	for {
		part, err := c.reader.ReadSlice('\n')
		if len(c.row)+len(part) > c.limits.RowBytes {
			return c.tooLong(first, part)
		}
		c.row = append(c.row, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err == nil:
			c.line++
		}
		return err
	}
}

// tooLong tells why a row has no end.
func (c *csvRows) tooLong(first int, part []byte) error {
	end, before := betweenCells.after(c.row, c.parts)
	switch {
	case end == inQuotes:
		return &Problem{
			Code:   "quote-open",
			Line:   first,
			cell:   before + 1,
			Reason: fmt.Sprintf("a quote is left open, or a cell has more than %d bytes", c.limits.RowBytes),
			Remedy: `close the quote, double one that belongs to the text (""), or shorten the cell`,
		}
	case bytes.IndexByte(c.row, '\r') >= 0 || bytes.IndexByte(part, '\r') >= 0:
		return crOnly(first)
	}
	fault := c.limits.rowTooLong(first)
	fault.cell = before + 1
	return fault
}

func crOnly(line int) error {
	return &Problem{
		Code:   "line-ends",
		Line:   line,
		Reason: "lines end with a carriage return alone",
		Remedy: "save the file with the line ends of Windows or Unix",
	}
}

// decode turns the row into UTF-8 and settles the file's encoding.
func (c *csvRows) decode(line int) *Problem {
	plain := true
	for _, b := range c.row {
		if b >= utf8.RuneSelf {
			plain = false
		}
		if b == 0 {
			return &Problem{Code: "no-text", Line: line, Reason: "it holds a zero byte", Remedy: "save the file as CSV in UTF-8 again"}
		}
	}
	if plain {
		return nil
	}
	if c.encoding == ascii {
		c.encoding, c.settled = c.guess(), line
	}
	if c.encoding == utf8Text {
		if utf8.Valid(c.row) {
			return nil
		}
		at := brokenAt(c.row)
		return &Problem{
			Code: "mixed-encodings",
			Line: line,
			Reason: fmt.Sprintf(
				"the text is broken UTF-8, at byte %d of the row: a character is cut off, or encodings are mixed",
				at+1,
			),
			Remedy: "mend that text, and save the whole file in UTF-8",
		}
	}
	decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(c.row)
	if err != nil || bytes.ContainsRune(decoded, utf8.RuneError) || onlyUTF8(c.row) {
		return c.mixed(line, "GB18030")
	}
	c.row = append(c.row[:0], decoded...)
	return nil
}

func (c *csvRows) mixed(line int, name string) *Problem {
	return &Problem{
		Code:   "mixed-encodings",
		Line:   line,
		Reason: fmt.Sprintf("the text is not %s, which the file is by line %d: encodings are mixed, or bytes are broken", name, c.settled),
		Remedy: "save the whole file in UTF-8",
	}
}

// split cuts the row into cells. Their bytes lie in c.held, one after another.
func (c *csvRows) split(line int) (cells [][]byte, fault *Problem, err error) {
	row := c.row
	row = bytes.TrimSuffix(row, []byte{'\n'})
	row = bytes.TrimSuffix(row, []byte{'\r'})
	c.held, c.ends = c.held[:0], c.ends[:0]
	for i := 0; ; {
		var wrong string
		if i < len(row) && row[i] == '"' {
			i, wrong = c.quoted(row, i)
		} else {
			end := bytes.IndexByte(row[i:], c.parts)
			if end < 0 {
				end = len(row) - i
			}
			cell := row[i : i+end]
			if bytes.IndexByte(cell, '\r') >= 0 {
				return nil, nil, crOnly(line)
			}
			if bytes.IndexByte(cell, '"') >= 0 && !formulaOfText(cell) {
				wrong = "a quote stands inside a cell that does not begin with one"
			}
			c.held = append(c.held, cell...)
			i += end
		}
		if wrong != "" {
			return nil, &Problem{
				Code:   "quote-within",
				Line:   line,
				Reason: wrong,
				Remedy: `put the whole cell into quotes and double those within it ("")`,
			}, nil
		}
		c.ends = append(c.ends, len(c.held))
		if len(c.ends) > c.limits.Columns {
			return nil, c.limits.tooManyCells(line), nil
		}
		if i >= len(row) {
			break
		}
		i++ // the separator
		if i == len(row) {
			c.ends = append(c.ends, len(c.held)) // an empty last cell
			break
		}
	}
	c.cells = c.cells[:0]
	from := 0
	for _, end := range c.ends {
		c.cells = append(c.cells, c.held[from:end])
		from = end
	}
	return c.cells, nil, nil
}

// formulaOfText tells ="533102": by that people keep spreadsheets from reading numbers.
func formulaOfText(cell []byte) bool {
	return len(cell) > 3 && bytes.HasPrefix(cell, []byte(`="`)) && bytes.IndexByte(cell[2:], '"') == len(cell)-3
}

const quoteOpen = "a quote is left open"

// quoted reads a cell in quotes and returns where it ends.
func (c *csvRows) quoted(row []byte, i int) (end int, fault string) {
	i++
	for {
		quote := bytes.IndexByte(row[i:], '"')
		if quote < 0 {
			return len(row), quoteOpen
		}
		c.held = append(c.held, row[i:i+quote]...)
		i += quote + 1
		switch {
		case i == len(row) || row[i] == c.parts:
			return i, ""
		case row[i] == '"':
			c.held = append(c.held, '"')
			i++
		default:
			return i, "text follows a closing quote"
		}
	}
}
