package tabular

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// sharedStrings are the texts that cells name by number: in memory, or put aside in
// a file where they are many.
type sharedStrings struct {
	ends   []int64
	held   []byte
	aside  *os.File
	buffer []byte
}

// mostHeld is how large texts are that are held in memory.
const mostHeld = 4 << 20

// mostStrings bounds how many there are: several for each row that a sheet can have.
const mostStrings = 16 << 20

func readStrings(part *zip.File, limits Limits) (*sharedStrings, error) {
	opened, err := part.Open()
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	s := &sharedStrings{}
	if err := s.readAll(opened, limits); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *sharedStrings) readAll(part io.Reader, limits Limits) error {
	written := int64(0)
	var aside *bufio.Writer
	decoder := xml.NewDecoder(bufio.NewReaderSize(part, 64<<10))
	for {
		token, err := decoder.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		start, is := token.(xml.StartElement)
		if !is || start.Name.Local != "si" {
			continue
		}
		text, err := readText(decoder, "si", limits.CellBytes)
		if err != nil {
			return err
		}
		if len(s.ends) == mostStrings {
			return &Problem{
				Code:   "file-too-large",
				Reason: fmt.Sprintf("its cells share more than %d texts", mostStrings),
				Remedy: "save it as CSV",
			}
		}
		if aside == nil && len(s.held) > mostHeld {
			if s.aside, err = os.CreateTemp("", "reliefgraph-strings-"); err != nil {
				return err
			}
			os.Remove(s.aside.Name()) // its name alone: it goes when it is closed
			aside = bufio.NewWriterSize(s.aside, 256<<10)
			if _, err := aside.Write(s.held); err != nil {
				return err
			}
			s.held = nil
		}
		if aside != nil {
			if _, err := aside.WriteString(text); err != nil {
				return err
			}
		} else {
			s.held = append(s.held, text...)
		}
		written += int64(len(text))
		s.ends = append(s.ends, written)
	}
	if aside != nil {
		return aside.Flush()
	}
	return nil
}

// at is the text of a number, until the next call.
func (s *sharedStrings) at(number int) ([]byte, bool) {
	if s == nil || number < 0 || number >= len(s.ends) {
		return nil, false
	}
	from := int64(0)
	if number > 0 {
		from = s.ends[number-1]
	}
	to := s.ends[number]
	if s.aside == nil {
		return s.held[from:to], true
	}
	s.buffer = append(s.buffer[:0], make([]byte, to-from)...)
	_, err := s.aside.ReadAt(s.buffer, from)
	return s.buffer, err == nil
}

func (s *sharedStrings) close() {
	if s.aside != nil {
		s.aside.Close()
	}
}

// readText reads the text of an element up to its end: that of its runs, without
// how it is read aloud.
func readText(decoder *xml.Decoder, element string, most int) (string, error) {
	var text strings.Builder
	shown, aloud := false, false
	for {
		token, err := decoder.RawToken()
		if err != nil {
			return "", err
		}
		switch token := token.(type) {
		case xml.StartElement:
			shown = shown || token.Name.Local == "t"
			aloud = aloud || token.Name.Local == "rPh"
		case xml.EndElement:
			switch token.Name.Local {
			case element:
				return unescaped(text.String()), nil
			case "t":
				shown = false
			case "rPh":
				aloud = false
			}
		case xml.CharData:
			if shown && !aloud {
				bounded(&text, token, most)
			}
		}
	}
}

// bounded adds to a text, as long as a cell may have it: a character may be written in
// eight, and what is longer is refused for that.
func bounded(text *strings.Builder, part []byte, most int) {
	if text.Len() <= 8*most {
		text.Write(part)
	}
}

// escaped is how workbooks write characters that XML does not have: _x000D_.
var escaped = regexp.MustCompile(`_x([0-9A-Fa-f]{4})_`)

func unescaped(text string) string {
	if !strings.Contains(text, "_x") {
		return text
	}
	return escaped.ReplaceAllStringFunc(text, func(code string) string {
		n, _ := strconv.ParseUint(code[2:6], 16, 16) // four digits they are
		return string(rune(n))
	})
}
