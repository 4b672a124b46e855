package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
	"github.com/reliefgraph/reliefgraph/internal/template"
)

type templateCommand struct {
	databaseSettings
	Names []string `arg:"" optional:"" name:"name" help:"Kinds of file, as disclosures or 公开信息; none: all."`
	Out   string   `help:"Folder to write to; it is made where it is not there." required:"" placeholder:"FOLDER"`
	Node  string   `help:"Code of a node: the lists offer its publishers and entries, with all below it, as the database has them." placeholder:"CODE"`
}

// Run writes the templates; the database is asked where a node is given alone.
func (c *templateCommand) Run(ctx context.Context) error {
	wanted := template.All
	if len(c.Names) > 0 {
		wanted = nil
	}
	for _, name := range c.Names {
		t := template.Named(name)
		if t == nil {
			return &exitError{exitUsage, problem.Invalid(name, "use of these: "+template.Names(), "there is no template of this name")}
		}
		if !slices.Contains(wanted, t) {
			wanted = append(wanted, t)
		}
	}
	for _, t := range wanted { // before anything is written
		path := filepath.Join(c.Out, t.FileName())
		if _, err := os.Lstat(path); err == nil {
			return problem.Invalid(
				path,
				"name another folder by --out, or move the file away",
				"there is such a file already, and it may be filled in",
			)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("looking at %s: %w", path, err)
		}
	}
	codes, err := c.codes(ctx)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return fmt.Errorf("making the folder: %w", err)
	}
	for _, t := range wanted {
		path := filepath.Join(c.Out, t.FileName())
		if err := writeNew(path, t, codes); err != nil {
			return err
		}
		fmt.Println(path)
	}
	return nil
}

// codes reads what the lists offer; nil where no node is given.
func (c *templateCommand) codes(ctx context.Context) (codes *template.Codes, err error) {
	if c.Node == "" {
		return nil, nil
	}
	db, err := c.present(ctx, "template")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	err = db.Write(ctx, store.By{Way: store.ByCommand, Name: "template"}, func(w *store.Writing) error {
		world, err := w.Reference(ctx)
		if err != nil {
			return err
		}
		place := world.Tree.Find(c.Node)
		if place == area.Nowhere {
			unknown := world.Tree.Unknown("", c.Node)
			return problem.Invalid("--node "+c.Node, unknown.Remedy, "%s", unknown.Message)
		}
		assignments, err := w.Assignments(ctx)
		if err != nil {
			return err
		}
		codes = template.CodesOf(world, assignments, place, calendar.Today(time.Now()))
		return store.ErrKeepNothing
	})
	if errors.Is(err, store.ErrKeepNothing) {
		err = nil
	}
	return codes, err
}

// writeNew writes a template to a file that is not there yet.
func writeNew(path string, t *template.Template, codes *template.Codes) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("making the file: %w", err)
	}
	if err := t.Write(file, codes); err != nil {
		file.Close()
		os.Remove(path)
		return err
	}
	if err := file.Close(); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}
