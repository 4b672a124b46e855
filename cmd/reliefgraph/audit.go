package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/reliefgraph/reliefgraph/internal/audit"
	"github.com/reliefgraph/reliefgraph/internal/partial"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// logSettings say where the key of the log of changes lies.
type logSettings struct {
	databaseSettings
	LogKey string `help:"File of the key that signs the log of changes; none: log.key in the data folder." env:"RELIEFGRAPH_LOG_KEY" placeholder:"FILE"`
}

// log is the log of an open database, with its key where that is here. The first
// start makes it; a key that another start made elsewhere must be brought here.
func (s *logSettings) log(ctx context.Context, db *database) (*audit.Log, error) {
	head, err := db.LogHead(ctx)
	if err != nil {
		return nil, err
	}
	key, err := s.key(ctx, head)
	switch {
	case err != nil && s.LogKey != "":
		return nil, err
	case err != nil:
		slog.Warn("no checkpoint of the log of changes is signed here; name the file of its key with --log-key", "error", err)
	case head.Verifier != "" && head.Verifier != key.Verifier():
		slog.Warn("no checkpoint of the log of changes is signed here: its first were signed with another key; name that with --log-key")
	}
	return audit.New(db.Store, key), nil
}

func (s *logSettings) key(ctx context.Context, head store.LogHead) (*audit.Key, error) {
	file, err := s.keyFile()
	if err != nil {
		return nil, err
	}
	key, err := readKey(ctx, file)
	if errors.Is(err, fs.ErrNotExist) && head.Verifier == "" {
		return audit.NewKey(file)
	}
	return key, err
}

func readKey(ctx context.Context, file string) (*audit.Key, error) {
	content, err := secretIn(ctx, file, largestSecret)
	if err != nil {
		return nil, fmt.Errorf("reading the log's key: %w", err)
	}
	return audit.ParseKey(file, string(content))
}

func (s *logSettings) keyFile() (string, error) {
	if s.LogKey != "" {
		return s.LogKey, nil
	}
	folder, err := s.folder()
	return filepath.Join(folder, audit.KeyFile), err
}

// openLog opens the database and its log.
func (s *logSettings) openLog(ctx context.Context) (*database, *audit.Log, error) {
	db, err := s.present(ctx, "audit")
	if err != nil {
		return nil, nil, err
	}
	log, err := s.log(ctx, db)
	if err != nil {
		db.Close()
		return nil, nil, err
	}
	return db, log, nil
}

type auditCommand struct {
	Verify     verifyCommand     `cmd:"" help:"Recompute the log's tree and replay it against every row; name what does not fit, and end with 1 if anything does."`
	Export     exportCommand     `cmd:"" help:"Write the whole log, a JSON object a line."`
	Checkpoint checkpointCommand `cmd:"" help:"Print the newest checkpoint, which covers every entry."`
}

type verifyCommand struct {
	logSettings
	Against *string `help:"An earlier checkpoint, kept elsewhere." placeholder:"FILE"`
}

// largestCheckpoint is far more than one takes.
const largestCheckpoint = 1 << 20

// Run verifies the log.
func (c *verifyCommand) Run(ctx context.Context) error {
	var name, against string
	if c.Against != nil {
		if name = *c.Against; name == "" {
			return &exitError{exitUsage, errors.New("--against: no file is named; name that of an earlier checkpoint, or leave it out")}
		}
		content, err := contentOf(ctx, name, largestCheckpoint)
		if err != nil {
			return fmt.Errorf("reading the earlier checkpoint: %w", err)
		}
		against = string(content)
	}
	db, log, err := c.openLog(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	found, err := log.Verify(ctx, name, against)
	if err != nil {
		return err
	}
	for _, line := range found.Problems {
		fmt.Println(problem.VisibleLines(line))
	}
	if n := len(found.Problems); n > 0 {
		return &exitError{
			exitRefused,
			fmt.Errorf("the log and the rows do not fit in %s; see docs/audit.md", problem.Counted(n, "place", "places")),
		}
	}
	fmt.Printf("%s, and every row is as they say; the root is %s\n", problem.Counted(found.Size, "entry", "entries"), found.Root)
	return nil
}

type exportCommand struct {
	logSettings
	Out string `help:"File to write; only its owner may read it." required:"" placeholder:"FILE"`
}

// Run exports the log. The file is there when it is whole.
func (c *exportCommand) Run(ctx context.Context) error {
	db, log, err := c.openLog(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	partial.Logs.RemoveStale(filepath.Dir(c.Out))
	made, err := partial.Logs.New(filepath.Dir(c.Out))
	if err != nil {
		return fmt.Errorf("making the file: %w; choose another place with --out", err)
	}
	defer os.Remove(made.Name())
	defer made.Close()
	entries, err := log.Export(ctx, made)
	if err != nil {
		return err
	}
	if err := made.Sync(); err != nil {
		return fmt.Errorf("writing the export: %w", err)
	}
	if err := os.Rename(made.Name(), c.Out); err != nil {
		return fmt.Errorf("keeping the file: %w", err)
	}
	fmt.Println(problem.Counted(entries, "entry", "entries"))
	return nil
}

type checkpointCommand struct{ logSettings }

// Run prints the newest checkpoint, where it covers every entry.
func (c *checkpointCommand) Run(ctx context.Context) error {
	db, log, err := c.openLog(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	newest, err := log.WholeCheckpoint(ctx)
	if err == nil {
		fmt.Print(newest)
	}
	return err
}
