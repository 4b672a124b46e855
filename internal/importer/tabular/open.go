package tabular

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
)

// openRows tells the form of a file by its first bytes, whatever its name.
func openRows(file fs.File, counter *counting, size int64, limits Limits) (rowSource, *workbook, error) {
	buffered := bufio.NewReaderSize(counter, 256<<10)
	start, _ := buffered.Peek(8)
	switch {
	case len(start) == 0:
		return nil, nil, noHeader()
	case bytes.HasPrefix(start, []byte("PK\x03\x04")):
		book, err := openWorkbook(file, buffered, size, limits)
		return nil, book, err
	case bytes.HasPrefix(start, []byte{0x1f, 0x8b}):
		unpacked, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, nil, &Problem{Code: "broken-file", Reason: "it is no whole gzip file", Remedy: "pack it again"}
		}
		rows, err := newCSV(file, bufio.NewReaderSize(unpackedReader{unpacked}, 256<<10), limits)
		return rows, nil, err
	case bytes.HasPrefix(start, oldContainer):
		return nil, nil, refuseContainer(buffered)
	}
	rows, err := newCSV(file, buffered, limits)
	return rows, nil, err
}

func noHeader() *Problem {
	return &Problem{Code: "no-header", Reason: "it is empty", Remedy: "give a header with the columns of docs/contract/import-formats.md"}
}

// unpackedReader tells a broken gzip file as a fault of the file.
type unpackedReader struct{ *gzip.Reader }

func (u unpackedReader) Read(into []byte) (int, error) {
	n, err := u.Reader.Read(into)
	if err != nil && err != io.EOF {
		err = &Problem{Code: "broken-file", Reason: "the gzip file is broken or cut off", Remedy: "pack it again"}
	}
	return n, err
}

// otherForms are files that people take for tables.
var otherForms = []struct {
	magic []byte
	what  string
}{
	{[]byte("%PDF"), "a PDF"},
	{[]byte("<"), "HTML or XML"},
	{[]byte{0xff, 0xfe}, "UTF-16"},
	{[]byte{0xfe, 0xff}, "UTF-16"},
	{[]byte("{"), "JSON"},
	{[]byte("Rar!"), "a RAR archive"},
	{[]byte("7z\xbc\xaf"), "a 7z archive"},
}

// oldContainer is how old Excel files begin, and new ones with a password.
var oldContainer = []byte{0xd0, 0xcf, 0x11, 0xe0}

// refuseContainer tells the two by the names of what they hold, in UTF-16.
func refuseContainer(reader *bufio.Reader) error {
	start, _ := reader.Peek(reader.Size())
	if bytes.Contains(start, inUTF16("EncryptedPackage")) || bytes.Contains(start, inUTF16("EncryptionInfo")) {
		return &Problem{
			Code:   "password",
			Reason: "it is protected by a password",
			Remedy: "open it, take the password away and save it again",
		}
	}
	return &Problem{Code: "other-form", Reason: "it is an old Excel file (.xls), not CSV", Remedy: "open it and save it as XLSX"}
}

func inUTF16(name string) []byte {
	wide := make([]byte, 0, 2*len(name))
	for _, b := range []byte(name) {
		wide = append(wide, b, 0)
	}
	return wide
}

const saveAsCSV = "save it as CSV in UTF-8, or as XLSX"

// refuseOther names the form of a file that is no CSV.
func refuseOther(start []byte) error {
	for _, form := range otherForms {
		if bytes.HasPrefix(bytes.TrimLeft(start, " \r\n\t"), form.magic) {
			return &Problem{Code: "other-form", Reason: "it is " + form.what + ", not CSV", Remedy: saveAsCSV}
		}
	}
	if bytes.IndexByte(start, 0) >= 0 {
		return &Problem{Code: "no-text", Reason: "it holds zero bytes and is no text", Remedy: saveAsCSV}
	}
	return nil
}
