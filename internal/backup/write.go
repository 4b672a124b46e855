package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"github.com/reliefgraph/reliefgraph/internal/audit"
	"github.com/reliefgraph/reliefgraph/internal/partial"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// chunk is how many bytes of rows stand in one entry of the archive.
const chunk = 1 << 20

// attempt writes to what begin gives, anew each time that reading begins again. The
// log is sealed first, so that its newest checkpoint covers what is read, but for
// what others wrote in the very moment between.
func attempt(
	ctx context.Context, db *store.Store, log *audit.Log, begin func() (io.Writer, error), recipients []age.Recipient,
) (m *Manifest, err error) {
	const seals = 5
	for try := 1; ; try++ {
		if log != nil {
			if err := log.Seal(ctx); err != nil {
				return nil, err
			}
		}
		err = db.Save(ctx, func(ctx context.Context, saving *store.Saving) error {
			if log != nil && saving.Unsealed > 0 && try < seals {
				return errUnsealed
			}
			to, err := begin()
			if err != nil {
				return err
			}
			m = manifestOf(&saving.Saved)
			return write(ctx, saving, m, to, recipients)
		})
		if !errors.Is(err, errUnsealed) {
			return m, err
		}
	}
}

var errUnsealed = errors.New("others wrote before the state was settled")

func write(ctx context.Context, saving *store.Saving, m *Manifest, to io.Writer, recipients []age.Recipient) (err error) {
	var closers []io.Closer
	if len(recipients) > 0 {
		encrypted, err := age.Encrypt(to, recipients...)
		if err != nil {
			return fmt.Errorf("encrypting the backup: %w", err)
		}
		closers, to = append(closers, encrypted), encrypted
	}
	compressed, err := zstd.NewWriter(to, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20))
	if err != nil {
		return fmt.Errorf("compressing the backup: %w", err)
	}
	archive := &archive{tar: tar.NewWriter(compressed), at: m.At}
	closers = append(closers, compressed, archive.tar)
	err = archive.addJSON(beginName, m)
	for i := range m.Tables {
		if err == nil {
			err = archive.addTable(ctx, saving, &m.Tables[i], saving.Tables[i])
		}
	}
	if err == nil {
		err = archive.addJSON(manifestName, m)
	}
	for i := len(closers) - 1; i >= 0; i-- {
		err = errors.Join(err, closers[i].Close())
	}
	return err
}

// archive is the inner part of a backup.
type archive struct {
	tar *tar.Writer
	at  time.Time
}

func (a *archive) add(name string, content []byte) error {
	header := &tar.Header{Name: name, Size: int64(len(content)), Mode: 0o600, ModTime: a.at.Truncate(time.Second), Format: tar.FormatPAX}
	err := a.tar.WriteHeader(header)
	if err == nil {
		_, err = a.tar.Write(content)
	}
	if err != nil {
		return fmt.Errorf("writing the backup: %w", err)
	}
	return nil
}

func (a *archive) addJSON(name string, m *Manifest) error {
	content, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return a.add(name, append(content, '\n'))
}

// addTable writes the rows of a table, and what they are together into its figures.
func (a *archive) addTable(ctx context.Context, saving *store.Saving, table *Table, saved store.SavedTable) error {
	written := tally{hash: sha256.New()}
	var rows bytes.Buffer
	part := 0
	flush := func() error {
		part++
		written.hash.Write(rows.Bytes())
		err := a.add(fmt.Sprintf("tables/%s/%06d.ndjson", table.Name, part), rows.Bytes())
		rows.Reset()
		return err
	}
	err := saving.Rows(ctx, saved, func(row []byte) error {
		rows.Write(row)
		rows.WriteByte('\n')
		written.rows++
		if rows.Len() >= chunk {
			return flush()
		}
		return nil
	})
	if err == nil && rows.Len() > 0 {
		err = flush()
	}
	table.Rows, table.SHA256 = written.rows, written.sum()
	return err
}

// WriteFile writes a backup into a new file, which its owner alone may read. It is
// there when it is whole, and stands in no other's place.
func WriteFile(ctx context.Context, db *store.Store, log *audit.Log, name string, recipients []age.Recipient) (m *Manifest, err error) {
	if _, err := os.Lstat(name); err == nil {
		return nil, alreadyThere(name)
	}
	partial.Backups.RemoveStale(filepath.Dir(name))
	file, err := partial.Backups.New(filepath.Dir(name))
	if err != nil {
		return nil, fmt.Errorf("making the backup's file: %w; choose another place", err)
	}
	defer os.Remove(file.Name())
	defer file.Close()
	m, err = attempt(ctx, db, log, func() (io.Writer, error) {
		_, err := file.Seek(0, io.SeekStart)
		return file, errors.Join(err, file.Truncate(0))
	}, recipients)
	if err != nil {
		return nil, err
	}
	if err := file.Sync(); err != nil {
		return nil, fmt.Errorf("writing the backup: %w", err)
	}
	// Unlike a renaming, a link replaces nothing.
	if err = os.Link(file.Name(), name); errors.Is(err, os.ErrExist) {
		return nil, alreadyThere(name)
	} else if err != nil { // not every file system has links
		err = os.Rename(file.Name(), name)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(name))
	}
	if err != nil {
		return nil, fmt.Errorf("keeping the backup: %w", err)
	}
	return m, nil
}

func alreadyThere(name string) error {
	return problem.New(problem.Conflict, name, "there is a file of that name, which a backup does not replace").Mend("choose another name")
}

func syncFolder(name string) error {
	folder, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
