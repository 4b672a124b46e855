package backup

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// largest is more than any entry of a backup has: rows are parted at a mebibyte, and
// one row is no larger than the database's largest value.
const largest = 1 << 30

// File is a backup that was read to its end and found whole.
type File struct {
	*Manifest
	file       *os.File
	identities []age.Identity
}

// Open reads a backup to its end, and refuses one that is damaged, cut off, of a
// newer version, or that the identities do not open.
func Open(ctx context.Context, name string, identities []age.Identity) (*File, error) {
	// A pipe that nobody writes to would be waited for without end.
	file, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("opening the backup: %w", err)
	}
	if info, err := file.Stat(); err == nil && !info.Mode().IsRegular() {
		file.Close()
		return nil, problem.Invalid(name, "name the file that reliefgraph backup made", "it is no file")
	}
	f := &File{file: file, identities: identities}
	f.Manifest, err = f.read(ctx, nil)
	if err != nil {
		file.Close()
		return nil, err
	}
	return f, nil
}

// Close closes the file.
func (f *File) Close() error { return f.file.Close() }

// visit is given the rows of each table in turn, lines without their ends, and nil
// after the last.
type visit func(Table, func() ([]byte, error)) error

// read reads the whole.
func (f *File) read(ctx context.Context, visit visit) (*Manifest, error) {
	if _, err := f.file.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("reading the backup: %w", err)
	}
	r := &reading{ctx: ctx, name: f.file.Name()}
	finish, err := r.open(f.file, f.identities)
	if err != nil {
		return nil, err
	}
	m, err := r.begin()
	if err == nil {
		m, err = r.rest(m, visit)
	}
	return m, finish(err)
}

// open finds the archive. The function that it returns ends the reading, and looks
// whether anything follows.
func (r *reading) open(from io.Reader, identities []age.Identity) (finish func(error) error, err error) {
	plain, err := decrypted(r.name, bufio.NewReaderSize(from, 1<<16), identities)
	if err != nil {
		return nil, err
	}
	inner, err := zstd.NewReader(plain, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(256<<20))
	if err != nil {
		return nil, told(r.name, err)
	}
	r.tar, r.rows = tar.NewReader(inner), bufio.NewReaderSize(nil, 1<<16)
	return func(err error) error {
		defer inner.Close()
		if err == nil {
			// What stands after the archive's end is the compression's own.
			var more int64
			if more, err = io.Copy(io.Discard, inner); err == nil && more > 1<<20 {
				err = errors.New("more follows its end")
			}
		}
		if err != nil {
			return told(r.name, err)
		}
		return nil
	}, nil
}

const (
	zstdMagic = "\x28\xb5\x2f\xfd"
	ageMagic  = "age-encryption.org/"
)

// decrypted tells by its first bytes what a file is.
func decrypted(name string, from *bufio.Reader, identities []age.Identity) (io.Reader, error) {
	magic, err := from.Peek(len(ageMagic))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, told(name, err)
	}
	switch {
	case len(magic) < len(ageMagic):
		return nil, cutOff(name)
	case string(magic[:len(zstdMagic)]) == zstdMagic:
		return from, nil
	case string(magic) != ageMagic:
		return nil, problem.Invalid(
			name,
			"name a file that reliefgraph backup made",
			"it is no backup of reliefgraph, or its beginning is damaged",
		)
	case len(identities) == 0:
		return nil, problem.Invalid(name, "give --passphrase-file or --identity", "the backup is encrypted")
	}
	plain, err := age.Decrypt(from, identities...)
	if _, wrong := errors.AsType[*age.NoIdentityMatchError](err); wrong {
		return nil, problem.Invalid(name, "give the one with which it was made; nothing was written",
			"the passphrase or key does not open the backup")
	}
	if err != nil {
		return nil, told(name, err)
	}
	return plain, nil
}

// told tells what keeps a file from being read.
func told(name string, err error) error {
	_, own := errors.AsType[*problem.Problem](err)
	_, disk := errors.AsType[*fs.PathError](err)
	_, visitor := errors.AsType[*visitError](err)
	switch {
	case own || disk || visitor || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return cutOff(name)
	}
	return damaged(name, err)
}

// visitError is of who was given the rows, not of the file.
type visitError struct{ err error }

func (e *visitError) Error() string { return e.err.Error() }
func (e *visitError) Unwrap() error { return e.err }

// reading is an archive that is being read.
type reading struct {
	ctx    context.Context
	name   string
	tar    *tar.Reader
	header *tar.Header // of the entry that comes next; nil after the last
	rows   *bufio.Reader
}

// begin reads what the backup says of itself.
func (r *reading) begin() (*Manifest, error) {
	if err := r.next(); err != nil {
		return nil, err
	}
	begin, err := r.json(beginName)
	if err != nil {
		return nil, err
	}
	return begin, begin.readable(r.name)
}

// rest reads the tables, and whether they are what the manifest at the end says.
func (r *reading) rest(begin *Manifest, visit visit) (*Manifest, error) {
	counted := *begin
	counted.Tables = slices.Clone(begin.Tables)
	for i := range counted.Tables {
		if err := r.table(&counted.Tables[i], visit); err != nil {
			return nil, err
		}
	}
	manifest, err := r.json(manifestName)
	if err != nil {
		return nil, err
	}
	is, err := json.Marshal(counted)
	if err != nil {
		return nil, err
	}
	if stated, err := json.Marshal(manifest); err != nil || !bytes.Equal(is, stated) {
		return nil, errors.New("the rows are not those that " + manifestName + " tells of")
	}
	if r.header != nil {
		return nil, fmt.Errorf("%s follows its end", r.header.Name)
	}
	return manifest, nil
}

// next goes to the next entry.
func (r *reading) next() (err error) {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	r.header, err = r.tar.Next()
	if errors.Is(err, io.EOF) {
		r.header, err = nil, nil
	}
	if err == nil && r.header != nil && (r.header.Typeflag != tar.TypeReg || r.header.Size > largest) {
		err = fmt.Errorf("%s is none of its parts", r.header.Name)
	}
	return err
}

func (r *reading) json(name string) (*Manifest, error) {
	if r.header == nil {
		return nil, io.ErrUnexpectedEOF
	}
	if r.header.Name != name {
		return nil, fmt.Errorf("%s stands where %s should", r.header.Name, name)
	}
	m := new(Manifest)
	if err := json.NewDecoder(io.LimitReader(r.tar, 16<<20)).Decode(m); err != nil {
		return nil, err
	}
	return m, r.next()
}

// table reads the parts of a table, and puts what they come to into its figures.
func (r *reading) table(table *Table, visit visit) error {
	counted := tally{hash: sha256.New()}
	begun := false
	row := func() ([]byte, error) {
		for {
			if !begun {
				if r.header == nil || path.Dir(r.header.Name) != "tables/"+table.Name {
					return nil, nil
				}
				begun = true
				r.rows.Reset(r.tar)
			}
			line, err := r.rows.ReadSlice('\n')
			if errors.Is(err, bufio.ErrBufferFull) { // a copy, where it is longer than most
				long := bytes.Clone(line)
				line, err = r.rows.ReadBytes('\n')
				line = append(long, line...)
			}
			switch {
			case errors.Is(err, io.EOF) && len(line) == 0:
				begun = false
				if err := r.next(); err != nil {
					return nil, err
				}
				continue
			case errors.Is(err, io.EOF):
				return nil, errors.New("a row has no end")
			case err != nil:
				return nil, err
			}
			counted.hash.Write(line)
			counted.rows++
			return bytes.TrimSuffix(line, []byte{'\n'}), nil
		}
	}
	if visit != nil {
		if err := visit(*table, row); err != nil {
			return err
		}
	}
	for {
		line, err := row()
		if err != nil {
			return err
		}
		if line == nil {
			break
		}
	}
	table.Rows, table.SHA256 = counted.rows, counted.sum()
	return nil
}

// parsed turns a row into the texts of its columns.
func parsed(line []byte, columns int) ([]*string, error) {
	row := make([]*string, 0, columns)
	if err := json.Unmarshal(line, &row); err != nil {
		return nil, fmt.Errorf("a row cannot be read: %w", err)
	}
	if len(row) != columns {
		return nil, fmt.Errorf(
			"a row has %d columns, not %d: %s",
			len(row),
			columns,
			strings.ToValidUTF8(string(line[:min(len(line), 80)]), "?"),
		)
	}
	return row, nil
}
