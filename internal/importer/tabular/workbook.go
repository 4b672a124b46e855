package tabular

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"
)

// workbook is an XLSX file: a ZIP of parts, which name each other.
type workbook struct {
	file    io.Closer
	parts   map[string]*zip.File // by name, in lower case and with slashes
	sheets  []sheetPart
	strings *sharedStrings
	formats []dateForm // by style
	base    time.Time  // the day that spreadsheets number 0
	limits  Limits
}

// sheetPart is a sheet of a workbook.
type sheetPart struct {
	name   string
	hidden bool
	part   *zip.File
	merged []mergedCells
}

// largestPacked is how large an XLSX file may be before it is unpacked.
const largestPacked = 256 << 20

const saveAgain = "save it again as XLSX, or as CSV in UTF-8"

func openWorkbook(file io.Closer, packed io.Reader, size int64, limits Limits) (*workbook, error) {
	if size > largestPacked {
		return nil, &Problem{
			Code:   "file-too-large",
			Reason: fmt.Sprintf("the XLSX file has more than %d MiB", largestPacked>>20),
			Remedy: "save it as CSV",
		}
	}
	content, err := io.ReadAll(io.LimitReader(packed, largestPacked+1))
	if err != nil {
		return nil, err
	}
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, &Problem{Code: "broken-file", Reason: "it is no XLSX file that can be read", Remedy: saveAgain}
	}
	b := &workbook{file: file, parts: map[string]*zip.File{}, limits: limits}
	for _, member := range archive.File {
		b.parts[partName(member.Name)] = member
	}
	merged, err := checkUnpacked(archive, limits)
	if err != nil {
		return nil, err
	}
	if err := b.read(merged); err != nil {
		if _, is := errors.AsType[*Problem](err); is {
			return nil, err
		}
		return nil, &Problem{Code: "broken-file", Reason: "it is no XLSX file that can be read: " + inWords(err), Remedy: saveAgain}
	}
	return b, nil
}

// inWords is why XML cannot be read, which may repeat bytes of it.
func inWords(err error) string { return strings.ToValidUTF8(err.Error(), "�") }

// partName is a part's name as it is sought: some programs write backslashes, or
// other letter case.
func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

// relation is how one part names another.
type relation struct{ id, kind, target string }

// relations reads what a part names; the part "" is the whole file.
func (b *workbook) relations(part string) ([]relation, error) {
	var all []relation
	err := b.elements(path.Join(path.Dir(part), "_rels", path.Base("/"+part)+".rels"), func(e *xml.StartElement) {
		if e.Name.Local != "Relationship" {
			return
		}
		target := strings.ReplaceAll(attribute(e, "Target"), `\`, "/")
		if !strings.HasPrefix(target, "/") {
			target = path.Join(path.Dir(part), target)
		}
		all = append(all, relation{attribute(e, "Id"), path.Base(attribute(e, "Type")), partName(path.Clean(target))})
	})
	return all, err
}

// largestList is how large the parts may be that list others.
const largestList = 16 << 20

// elements goes through the elements of a small part; one that is not there has none.
func (b *workbook) elements(name string, each func(*xml.StartElement)) error {
	part := b.parts[partName(name)]
	if part == nil {
		return nil
	}
	opened, err := part.Open()
	if err != nil {
		return err
	}
	defer opened.Close()
	decoder := xml.NewDecoder(io.LimitReader(opened, largestList))
	for {
		token, err := decoder.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if start, is := token.(xml.StartElement); is {
			each(&start)
		}
	}
}

// attribute is an attribute that stands in no namespace.
func attribute(e *xml.StartElement, name string) string {
	for i := range e.Attr {
		if e.Attr[i].Name.Local == name && e.Attr[i].Name.Space == "" {
			return e.Attr[i].Value
		}
	}
	return ""
}

// read finds the sheets and what they share.
func (b *workbook) read(merged map[string][]mergedCells) error {
	roots, err := b.relations("")
	if err != nil {
		return err
	}
	main := "xl/workbook.xml"
	for _, root := range roots {
		if root.kind == "officeDocument" {
			main = root.target
		}
	}
	switch {
	case b.parts["content.xml"] != nil && b.parts["mimetype"] != nil:
		return &Problem{Code: "other-form", Reason: "it is an OpenDocument file (.ods), not XLSX", Remedy: "open it and save it as XLSX"}
	case path.Ext(main) == ".bin":
		return &Problem{Code: "other-form", Reason: "it is a binary workbook (.xlsb), not XLSX", Remedy: "open it and save it as XLSX"}
	case b.parts[main] == nil:
		return &Problem{Code: "other-form", Reason: "it is a ZIP archive, not XLSX", Remedy: "unpack it and name the files in it"}
	}
	named, err := b.relations(main)
	if err != nil {
		return err
	}
	byID := map[string]relation{}
	for _, r := range named {
		byID[r.id] = r
		switch {
		case r.kind == "sharedStrings" && b.parts[r.target] != nil && b.strings == nil:
			if b.strings, err = readStrings(b.parts[r.target], b.limits); err != nil {
				return err
			}
		case r.kind == "styles" && b.formats == nil:
			if err := b.readFormats(r.target); err != nil {
				return err
			}
		}
	}
	b.base = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	listed := map[*zip.File]bool{} // each is read once, however often it is named
	return b.elements(main, func(e *xml.StartElement) {
		switch e.Name.Local {
		case "workbookPr":
			if since := attribute(e, "date1904"); since == "1" || since == "true" {
				b.base = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
			}
		case "sheet":
			id := ""
			for _, a := range e.Attr {
				if a.Name.Local == "id" && a.Name.Space != "" {
					id = a.Value
				}
			}
			r, state := byID[id], attribute(e, "state")
			if part := b.parts[r.target]; part != nil && r.kind == "worksheet" && !listed[part] {
				listed[part] = true
				hidden := state == "hidden" || state == "veryHidden"
				b.sheets = append(b.sheets, sheetPart{attribute(e, "name"), hidden, part, merged[part.Name]})
			}
		}
	})
}

// Close closes the file and what was put aside.
func (b *workbook) Close() error {
	if b.strings != nil {
		b.strings.close()
	}
	return b.file.Close()
}

// checkUnpacked refuses a file that would unpack to more than it may, by what
// really comes out and not by what it declares. It notes the cells that are merged,
// which sheets tell after their rows.
func checkUnpacked(archive *zip.Reader, limits Limits) (map[string][]mergedCells, error) {
	left := limits.SheetSize
	merged := map[string][]mergedCells{}
	for _, member := range archive.File {
		unpacked, err := member.Open()
		if err != nil {
			return nil, &Problem{
				Code:   "broken-file",
				Reason: "the XLSX file is broken at " + strings.ToValidUTF8(member.Name, "�"),
				Remedy: "save it again",
			}
		}
		buffered := bufio.NewReaderSize(unpacked, 32<<10)
		into := io.Discard
		text := &longestText{most: 8 * limits.CellBytes} // a character may be written in eight
		if isMarkup(member.Name, buffered) {
			into = text
		}
		n, err := io.Copy(into, io.LimitReader(buffered, left+1))
		unpacked.Close()
		if errors.Is(err, errLongText) {
			return nil, &Problem{
				Code:   "cell-too-large",
				Value:  text.where(),
				Reason: fmt.Sprintf("a cell has more than %d bytes, in %s", limits.CellBytes, strings.ToValidUTF8(member.Name, "�")),
				Remedy: "shorten it",
			}
		}
		if err != nil {
			return nil, &Problem{
				Code:   "broken-file",
				Reason: "the XLSX file is broken at " + strings.ToValidUTF8(member.Name, "�"),
				Remedy: "save it again",
			}
		}
		if left -= n; left < 0 {
			return nil, &Problem{
				Code:   "file-too-large",
				Reason: fmt.Sprintf("the XLSX file unpacks to more than %d MiB", limits.SheetSize>>20),
				Remedy: "save it as CSV",
			}
		}
		if len(text.merged) > 0 {
			merged[member.Name] = text.merged
		}
	}
	return merged, nil
}

// isMarkup tells parts that may be read as XML, whatever they are called, from those
// that are pictures and the like.
func isMarkup(name string, content *bufio.Reader) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".xml":
		return true
	case ".svg":
		return false
	}
	start, _ := content.Peek(64)
	return bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(start, []byte("\ufeff")), " \t\r\n"), []byte("<"))
}
