package tabular

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// sheetRows reads the first sheet of an XLSX file.
type sheetRows struct {
	file  io.Closer
	book  *excelize.File
	rows  *excelize.Rows
	sheet string
	limit Limits

	line   int
	held   []byte
	ends   []int
	cells  [][]byte
	base   time.Time
	titles []string
}

// largestPacked is how large an XLSX file may be before it is unpacked.
const largestPacked = 256 << 20

func newSheet(file io.Closer, packed io.Reader, size int64, limits Limits) (rowSource, error) {
	if size > largestPacked {
		return nil, &Problem{Reason: fmt.Sprintf("the XLSX file has more than %d MiB", largestPacked>>20), Remedy: "save it as CSV"}
	}
	content, err := io.ReadAll(io.LimitReader(packed, largestPacked+1))
	if err != nil {
		return nil, err
	}
	if err := checkUnpacked(content, limits); err != nil {
		return nil, err
	}
	book, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: limits.SheetSize, UnzipXMLSizeLimit: 16 << 20, TmpDir: os.TempDir(),
	})
	if err != nil {
		return nil, &Problem{
			Reason: "it is no XLSX file that can be read: " + err.Error(),
			Remedy: saveAgain,
		}
	}
	s := &sheetRows{file: file, book: book, limit: limits}
	names := book.GetSheetList()
	if len(names) == 0 {
		book.Close()
		return nil, &Problem{Reason: "it has no sheet", Remedy: "put the table on the first sheet"}
	}
	s.sheet = names[0]
	s.base = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if properties, err := book.GetWorkbookProps(); err == nil && properties.Date1904 != nil && *properties.Date1904 {
		s.base = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if s.rows, err = book.Rows(s.sheet); err != nil {
		book.Close()
		return nil, &Problem{Reason: "its first sheet cannot be read: " + err.Error(), Remedy: saveAgain}
	}
	return s, nil
}

const saveAgain = "save it again as XLSX, or as CSV in UTF-8"

// checkUnpacked refuses a file that would unpack to more than it may, by what
// really comes out and not by what it declares.
func checkUnpacked(content []byte, limits Limits) error {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return &Problem{Reason: "it is no XLSX file that can be read", Remedy: saveAgain}
	}
	workbook := false
	left := limits.SheetSize
	for _, member := range archive.File {
		workbook = workbook || member.Name == "xl/workbook.xml"
		unpacked, err := member.Open()
		if err != nil {
			return &Problem{Reason: "the XLSX file is broken at " + member.Name, Remedy: "save it again"}
		}
		into := io.Discard
		text := &longestText{most: 8 * limits.CellBytes} // a character may be written in eight
		if strings.HasSuffix(member.Name, ".xml") {
			into = text
		}
		n, err := io.Copy(into, io.LimitReader(unpacked, left+1))
		unpacked.Close()
		if errors.Is(err, errLongText) {
			return &Problem{
				Value:  text.where(),
				Reason: fmt.Sprintf("a cell has more than %d bytes, in %s", limits.CellBytes, member.Name),
				Remedy: "shorten it",
			}
		}
		if err != nil {
			return &Problem{Reason: "the XLSX file is broken at " + member.Name, Remedy: "save it again"}
		}
		if left -= n; left < 0 {
			return &Problem{
				Reason: fmt.Sprintf("the XLSX file unpacks to more than %d MiB", limits.SheetSize>>20),
				Remedy: "save it as CSV",
			}
		}
	}
	if !workbook {
		return &Problem{Reason: "it is a ZIP archive, not XLSX", Remedy: "unpack it and name the files in it"}
	}
	return nil
}

// longestText looks for a text between two tags that no cell may have, which the
// library would hold in memory as a whole.
type longestText struct {
	length, most int
	tag          []byte // how the tag before the text begins, as far as it is kept
	cell         []byte // the tag of the cell in which the text stands
}

var errLongText = errors.New("a text is too long")

// keptOfTag is enough for a cell's tag up to its name: <c r="XFD1048576".
const keptOfTag = 24

func (l *longestText) Write(part []byte) (int, error) {
	for rest := part; ; {
		end := bytes.IndexByte(rest, '<')
		text := rest
		if end >= 0 {
			text = rest[:end]
		}
		l.length += len(text)
		l.tag = append(l.tag, text[:min(len(text), keptOfTag-len(l.tag))]...)
		if l.length > l.most {
			return 0, errLongText
		}
		if end < 0 {
			return len(part), nil
		}
		if bytes.HasPrefix(l.tag, []byte(`c r="`)) {
			l.cell = append(l.cell[:0], l.tag...)
		}
		l.length, l.tag, rest = 0, l.tag[:0], rest[end+1:]
	}
}

// where names the cell of the text, empty where the text stands apart from the
// cells that share it: then the text's beginning.
func (l *longestText) where() string {
	if _, name, found := bytes.Cut(l.cell, []byte(`r="`)); found {
		name, _, _ = bytes.Cut(name, []byte{'"'})
		return string(name)
	}
	_, text, _ := bytes.Cut(l.tag, []byte{'>'})
	return strings.ToValidUTF8(string(text), "") + "…"
}

func (s *sheetRows) Close() error {
	s.rows.Close()
	s.book.Close()
	return s.file.Close()
}

func (s *sheetRows) next() (cells [][]byte, line int, fault *Problem, err error) {
	if !s.rows.Next() {
		if err := s.rows.Error(); err != nil {
			return nil, 0, nil, &Problem{
				Line:   s.line,
				Reason: "the sheet cannot be read on: " + err.Error(),
				Remedy: saveAgain,
			}
		}
		return nil, 0, nil, io.EOF
	}
	s.line++
	columns, err := s.rows.Columns()
	if err != nil {
		return nil, s.line, nil, &Problem{
			Line:   s.line,
			Reason: "the row cannot be read: " + err.Error(),
			Remedy: "save the file again as XLSX, or as CSV in UTF-8",
		}
	}
	if len(columns) > s.limit.Columns {
		return nil, s.line, s.limit.tooManyCells(s.line), nil
	}
	if s.titles == nil {
		s.titles = append(s.titles, columns...)
	}
	s.held, s.ends, s.cells = s.held[:0], s.ends[:0], s.cells[:0]
	for i, value := range columns {
		text, fault := s.text(i, value)
		if fault != nil {
			return nil, s.line, fault, nil
		}
		s.held = append(s.held, text...)
		s.ends = append(s.ends, len(s.held))
	}
	from := 0
	for _, end := range s.ends {
		s.cells = append(s.cells, s.held[from:end])
		from = end
	}
	return s.cells, s.line, nil, nil
}

// asNumber is how spreadsheets keep numbers; 12E3 and 2024-05-06 are texts.
var asNumber = regexp.MustCompile(`^-?(\d+(\.\d+)?|\d\.\d+E[+-]?\d+|\dE[+-]\d+)$`)

// text turns a raw value into what a CSV file would say: numbers in plain
// digits, as many as a spreadsheet shows.
func (s *sheetRows) text(column int, value string) (string, *Problem) {
	switch {
	case value == "":
		return "", nil
	case value[0] == '#' && (strings.HasSuffix(value, "!") || strings.HasSuffix(value, "?") || value == "#N/A"):
		return "", s.fault(column, value, "it is an error of the spreadsheet", "mend its formula")
	case !asNumber.MatchString(value):
		return value, nil
	}
	number, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return value, nil
	}
	const digits = 15 // those that a spreadsheet shows; it writes two more
	exponent := strings.Contains(value, "E")
	if !exponent && len(value) > digits && value != strconv.FormatFloat(number, 'f', -1, 64) &&
		value != strconv.FormatFloat(number, 'g', digits+2, 64) {
		return value, nil // a text: no spreadsheet writes a number so
	}
	if exponent && number == math.Trunc(number) && math.Abs(number) >= 1e15 {
		return "", s.fault(
			column,
			value,
			"it is a number of more than 15 digits, which spreadsheets round",
			"format the column as text and enter it again",
		)
	}
	significant := len(strings.Trim(strings.ReplaceAll(value, ".", ""), "-0"))
	if exponent || strings.Contains(value, ".") && significant > digits {
		rounded, _ := strconv.ParseFloat(strconv.FormatFloat(number, 'g', digits, 64), 64) // what FormatFloat writes parses
		return strconv.FormatFloat(rounded, 'f', -1, 64), nil
	}
	return value, nil
}

// date turns the number by which a spreadsheet keeps a day into that day; its
// fraction is the time of day, in Shanghai, to the second.
func (s *sheetRows) date(value []byte, instant bool) (string, bool) {
	if len(value) == 0 || bytes.IndexFunc(value, func(r rune) bool { return (r < '0' || r > '9') && r != '.' }) >= 0 {
		return "", false
	}
	number, err := strconv.ParseFloat(string(value), 64)
	if err != nil || number < 1 || number >= 2958466 {
		return "", false
	}
	whole, fraction := math.Modf(number)
	day := s.base.AddDate(0, 0, int(whole))
	if !instant || fraction == 0 {
		return day.Format("2006-01-02"), true
	}
	return day.Add(time.Duration(math.Round(fraction*86400))*time.Second).Format("2006-01-02T15:04:05") + "+08:00", true
}

func (s *sheetRows) fault(column int, value, reason, remedy string) *Problem {
	p := &Problem{Line: s.line, Value: value, Reason: reason, Remedy: remedy}
	if column < len(s.titles) {
		p.Column = s.titles[column]
	}
	return p
}
