package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/embeddedpg"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// check refuses what says neither what to import nor what to take back, or both.
func (c *importCommand) check() error {
	switch {
	case c.Undo == nil && len(c.Paths) == 0:
		return &exitError{exitUsage, errors.New("name files or folders to import, or give --undo with the number of an import")}
	case c.Undo != nil && len(c.Paths) > 0:
		return &exitError{
			exitUsage,
			errors.New("--undo takes an import back and imports nothing; leave the paths out, and import them after it"),
		}
	case c.Undo != nil && c.Report != "":
		return &exitError{exitUsage, errors.New("--undo reads no file that --report could mark; leave --report out")}
	case c.Undo != nil && *c.Undo < 1:
		return &exitError{exitUsage, fmt.Errorf("--undo %d: give the number of an import, which it printed", *c.Undo)}
	}
	return nil
}

// undo takes an import back and prints the report.
func (c *importCommand) undo(ctx context.Context) error {
	db, err := c.migrated(ctx, "import", embeddedpg.OpenMade, store.Options{Connections: 2})
	if err != nil {
		return err
	}
	defer db.Close()
	progress := newProgress()
	report, err := importer.Undo(ctx, db.Store, *c.Undo, importer.Options{
		By: byCommand("import"), Today: calendar.Today(time.Now()), DryRun: c.DryRun, Progress: progress.show,
	})
	progress.clear()
	if _, rests := errors.AsType[*register.Resting](err); err != nil && !rests {
		return err
	}
	return c.print(report, err)
}
