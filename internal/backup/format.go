// Package backup writes one state of a database into a file and puts it back. The
// file is a tar archive, compressed by zstd and, where it is asked for, encrypted by
// age (docs/operations.md):
//
//	begin.json               what is in it: versions, the database, tables with columns
//	tables/NAME/000001.ndjson rows, each a JSON list of the texts of its columns
//	manifest.json            the same as at first, with the rows and the SHA-256 of each table
//
// The manifest stands last, since its figures are those of what was written before it.
package backup

import (
	"encoding/hex"
	"fmt"
	"hash"
	"runtime/debug"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// format is the version of the file's form.
const format = 1

const (
	beginName    = "begin.json"
	manifestName = "manifest.json"
)

// Manifest tells what a backup holds.
type Manifest struct {
	Format     int        `json:"format"`
	Product    string     `json:"product"` // the version of the program that made it
	Schema     int64      `json:"schema"`
	Database   string     `json:"database"` // its id
	At         time.Time  `json:"at"`
	Checkpoint string     `json:"checkpoint"` // the newest of the log
	Unsealed   int        `json:"unsealed"`   // transactions that the checkpoint does not cover
	Tables     []Table    `json:"tables"`
	Sequences  []Sequence `json:"sequences"`
}

// Table is one of the tables of a backup; in the manifest it has its figures.
type Table struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	Rows    int64    `json:"rows,omitempty"`
	SHA256  string   `json:"sha256,omitempty"` // of its rows, each with its line end
}

// Sequence is the last number that a sequence gave.
type Sequence struct {
	Name string `json:"name"`
	Last int64  `json:"last"`
}

// Rows are the rows of all tables.
func (m *Manifest) Rows() (rows int64) {
	for _, table := range m.Tables {
		rows += table.Rows
	}
	return rows
}

func manifestOf(saved *store.Saved) *Manifest {
	m := &Manifest{
		Format: format, Product: product(), Schema: saved.Schema, Database: saved.Database, At: saved.At.UTC(),
		Checkpoint: saved.Checkpoint, Unsealed: saved.Unsealed, Sequences: []Sequence{},
	}
	for _, table := range saved.Tables {
		m.Tables = append(m.Tables, Table{Name: table.Name, Columns: table.Columns})
	}
	for _, sequence := range saved.Sequences {
		m.Sequences = append(m.Sequences, Sequence(sequence))
	}
	return m
}

func (m *Manifest) saved() *store.Saved {
	s := &store.Saved{Schema: m.Schema, Database: m.Database, At: m.At, Checkpoint: m.Checkpoint, Unsealed: m.Unsealed}
	for _, table := range m.Tables {
		s.Tables = append(s.Tables, store.SavedTable{Name: table.Name, Columns: table.Columns})
	}
	for _, sequence := range m.Sequences {
		s.Sequences = append(s.Sequences, store.SavedSequence(sequence))
	}
	return s
}

// product is the version of this program, as its build tells it.
func product() string {
	if build, ok := debug.ReadBuildInfo(); ok && build.Main.Version != "" {
		return build.Main.Version
	}
	return "(devel)"
}

// readable refuses what a later version of the program made.
func (m *Manifest) readable(name string) error {
	newest, err := store.NewestSchema()
	if err != nil {
		return err
	}
	const remedy = "restore it with that version or a later one"
	switch {
	case m.Format > format:
		return problem.Invalid(name, remedy, "it was made by a newer version of reliefgraph, %s (format %d; this one reads up to %d)",
			m.Product, m.Format, format)
	case m.Schema > newest:
		return problem.Invalid(name, remedy, "it was made by a newer version of reliefgraph, %s (schema %d; this one knows up to %d)",
			m.Product, m.Schema, newest)
	case m.Format < 1 || m.Schema < 1 || len(m.Tables) == 0:
		return damaged(name, fmt.Errorf("%s lacks what it must tell", beginName))
	}
	return nil
}

// tally counts what goes through a table.
type tally struct {
	rows int64
	hash hash.Hash
}

func (t *tally) sum() string { return hex.EncodeToString(t.hash.Sum(nil)) }

const anotherCopy = "take another copy of it, or an older backup; nothing was written"

func damaged(name string, err error) error {
	return fmt.Errorf("%w (%w)", problem.Invalid(name, anotherCopy, "the backup is damaged"), err)
}

func cutOff(name string) error {
	return problem.Invalid(name, anotherCopy, "the backup is cut off: its end is missing")
}
