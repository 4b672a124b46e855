package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"runtime/debug"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/embeddedpg"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

type importCommand struct {
	databaseSettings
	Paths  []string `arg:"" optional:"" name:"path" help:"Files or folders."`
	Undo   *int64   `placeholder:"NUMBER" help:"Take the import of this number back, as far as nothing later rests on it."`
	DryRun bool     `help:"Do everything but write, and say what would change."`
	Format string   `help:"Form of the report." enum:"text,json" default:"text"`
	Report string   `placeholder:"FILE.xlsx" help:"Write a copy of what is imported to it, with the faults marked in their cells."`
}

// Run imports the paths and prints the report.
func (c *importCommand) Run(ctx context.Context) error {
	debug.SetGCPercent(importingGCPercent)
	if err := c.check(); err != nil {
		return err
	}
	if c.Undo != nil {
		return c.undo(ctx)
	}
	sources, err := importer.FromPaths(c.Paths)
	if err != nil {
		return &exitError{exitUsage, err}
	}
	if c.Report != "" {
		if err := importer.CheckCopy(c.Report); err != nil {
			return &exitError{exitUsage, err}
		}
	}
	db, err := c.migrated(ctx, "import", embeddedpg.Open, store.Options{Connections: 2})
	if err != nil {
		return err
	}
	defer db.Close()
	progress := newProgress()
	report, err := importer.Import(ctx, db.Store, sources, importer.Options{
		By: byCommand("import"), Today: calendar.Today(time.Now()), DryRun: c.DryRun, Progress: progress.show,
	})
	progress.clear()
	if _, refused := errors.AsType[*importer.Refused](err); err != nil && !refused {
		return err
	}
	if c.Report != "" {
		if failed := report.WriteMarked(sources, c.Report); failed != nil {
			return errors.Join(failed, err)
		}
	}
	return c.print(report, err)
}

// print prints a report in the form that is asked for; with an error, it tells why
// nothing was written.
func (c *importCommand) print(report interface {
	Print(to io.Writer)
	PrintJSON(to io.Writer) error
}, refused error,
) error {
	if c.Format == "json" {
		if failed := report.PrintJSON(os.Stdout); failed != nil {
			return fmt.Errorf("printing the report: %w", failed)
		}
	} else {
		report.Print(os.Stdout)
	}
	if refused != nil {
		return &exitError{exitRefused, nil}
	}
	return nil
}

// byCommand names the command, and who runs the program.
func byCommand(command string) store.By {
	by := store.By{Way: store.ByCommand, Name: command}
	if current, err := user.Current(); err == nil {
		by.Name += " by " + current.Username
	}
	return by
}

type migrateCommand struct {
	databaseSettings
	Direction string `arg:"" enum:"up,down,status" help:"up: to the program's schema; down: one step back; status: lists the steps."`
}

// Run migrates.
func (c *migrateCommand) Run(ctx context.Context) error {
	start := embeddedpg.OpenMade
	if c.Direction == "up" {
		start = embeddedpg.Open
	}
	db, err := c.open(ctx, "migrate", start, store.Options{Connections: 2})
	if err != nil {
		return err
	}
	defer db.Close()
	switch c.Direction {
	case "up":
		steps, err := db.MigrateUp(ctx)
		for _, step := range steps {
			fmt.Println("applied", step)
		}
		if err == nil && len(steps) == 0 {
			fmt.Println("nothing to do")
		}
		return err
	case "down":
		step, err := db.MigrateDown(ctx)
		if err == nil {
			fmt.Println("taken back", step)
		}
		return err
	}
	steps, err := db.Migrations(ctx)
	for _, step := range steps {
		state := "pending"
		if step.Applied {
			state = "applied"
		}
		fmt.Println(state, step.Name)
	}
	return err
}

// progress shows on a terminal how far a long import is.
type progress struct {
	terminal bool
	began    time.Time
	shown    time.Time
	width    int
}

func newProgress() *progress {
	info, err := os.Stderr.Stat()
	return &progress{terminal: err == nil && info.Mode()&os.ModeCharDevice != 0, began: time.Now()}
}

func (p *progress) show(what string, done, total int64) {
	const pause = 200 * time.Millisecond
	if !p.terminal || time.Since(p.began) < time.Second || time.Since(p.shown) < pause {
		return
	}
	p.shown = time.Now()
	what = problem.Visible(what) // it names a file
	line := what
	if total > 0 {
		line = fmt.Sprintf("%s %d %%", what, done*100/total)
	}
	fmt.Fprintf(os.Stderr, "\r%-*s", p.width, line)
	p.width = max(p.width, len(line))
}

func (p *progress) clear() {
	if p.width > 0 {
		fmt.Fprintf(os.Stderr, "\r%*s\r", p.width, "")
	}
}
