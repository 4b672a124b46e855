package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/embeddedpg"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/sample"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

type demoCommand struct{ serveSettings }

// Run serves the demo world, which it imports into an empty database first.
func (c *demoCommand) Run(ctx context.Context) error {
	if err := checkDemo(c.Listen); err != nil {
		return err
	}
	if err := c.trace(ctx); err != nil {
		return err
	}
	db, err := c.migrated(ctx, "demo", embeddedpg.Start, c.storeOptions())
	if err != nil {
		return err
	}
	defer db.Close()
	empty, err := db.Empty(ctx)
	if err != nil {
		return err
	}
	if empty {
		slog.Info("importing the demo world")
		sources, err := importer.FromFolder(sample.Demo(), "demo")
		if err != nil {
			return err
		}
		options := importer.Options{By: store.By{Way: store.ByCommand, Name: "demo"}, Today: calendar.Today(time.Now())}
		// Not by the server's connections: its bound on statements is for questions.
		unbound, err := store.Open(ctx, db.url, store.Options{Connections: 2})
		if err != nil {
			return err
		}
		defer unbound.Close()
		if _, err := importer.Import(ctx, unbound, sources, options); err != nil {
			return fmt.Errorf("importing the demo world: %w", err)
		}
	}
	accounts, err := makeDemoAccounts(ctx, db.Store)
	if err != nil {
		return err
	}
	return c.serve(ctx, db, true, accounts)
}

type generateCommand struct {
	Out         string `help:"Folder to write to." required:"" placeholder:"DIR"`
	Seed        uint64 `help:"The same seed writes the same world." default:"1"`
	Disclosures int    `help:"How many disclosures." default:"10000"`
	Areas       string `help:"nation, or the code of a node whose subtree to take." default:"nation"`
	Villages    string `help:"CSV file of villages to take in, with the columns code and name." placeholder:"FILE"`
}

// Run writes the world.
func (c *generateCommand) Run(context.Context) error {
	if c.Disclosures < 0 {
		return &exitError{exitUsage, fmt.Errorf("--disclosures: give a number from 0 on")}
	}
	options := sample.Options{Seed: c.Seed, Disclosures: c.Disclosures, Areas: c.Areas}
	if c.Villages != "" {
		villages, err := os.Open(c.Villages)
		if err != nil {
			return &exitError{exitUsage, fmt.Errorf("--villages: %w", err)}
		}
		defer villages.Close()
		options.Villages = villages
	}
	return sample.Generate(
		options,
		func(name string) (io.WriteCloser, error) {
			path := filepath.Join(c.Out, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				return nil, err
			}
			file, err := os.Create(path)
			if err != nil {
				return nil, err
			}
			return &buffered{bufio.NewWriterSize(file, 1<<20), file}, nil
		},
	)
}

// buffered is a file that is written in large pieces.
type buffered struct {
	*bufio.Writer
	file *os.File
}

// Close writes the rest.
func (b *buffered) Close() error {
	if err := b.Flush(); err != nil {
		b.file.Close()
		return err
	}
	return b.file.Close()
}
