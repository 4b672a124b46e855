package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/audit"
	"github.com/reliefgraph/reliefgraph/internal/backup"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/embeddedpg"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

type databaseCommand struct {
	Upgrade upgradeCommand `cmd:"" help:"Take the embedded database to the newest PostgreSQL found; what was there is kept beside."`
}

type upgradeCommand struct {
	logSettings
	DryRun bool `help:"Say what would be done."`
}

// Run takes the embedded database to the newest PostgreSQL.
func (c *upgradeCommand) Run(ctx context.Context) error {
	address, err := c.address(ctx)
	if err != nil {
		return err
	}
	if address != "" {
		return &exitError{exitUsage, errors.New("upgrade is for the embedded database; another is upgraded by who runs it")}
	}
	options, err := c.embedded("upgrade")
	if err != nil {
		return err
	}
	now, newest, err := embeddedpg.Versions(ctx, options)
	if err != nil {
		return err
	}
	switch {
	case now == 0:
		return fmt.Errorf("there is no database in %s yet; the first start makes it with PostgreSQL %s", options.DataDir, newest.Version)
	case now >= newest.Major:
		fmt.Printf("the database is PostgreSQL %d's, and no newer one was found (%s in %s)\n", now, newest.Version, newest.Folder)
		return nil
	case c.DryRun:
		fmt.Printf("the database would be taken from PostgreSQL %d to %s (%s); nothing was changed\n", now, newest.Version, newest.Folder)
		return nil
	}
	kept, err := c.upgrade(ctx, options, newest)
	if err != nil {
		return err
	}
	fmt.Printf("the database was taken from PostgreSQL %d to %s; every timeline is as the facts say, and every row as the log says\n",
		now, newest.Version)
	fmt.Printf("what was there before is kept in %s\n", kept)
	return nil
}

func (c *upgradeCommand) upgrade(ctx context.Context, options embeddedpg.Options, to embeddedpg.Programs) (kept string, err error) {
	key, err := c.presentKey(ctx)
	if err != nil {
		return "", err
	}
	options.BinDir = "" // one that is named may be the newer one
	server, err := embeddedpg.Open(ctx, options)
	if err != nil {
		return "", err
	}
	old := &database{server: server}
	if old.Store, err = store.Open(ctx, server.URL(), store.Options{Connections: 2}); err != nil {
		old.stop()
		return "", err
	}
	defer old.Close()
	folder, err := embeddedpg.Prepare(ctx, options)
	if err != nil {
		return "", err
	}
	defer folder.Release()
	var halt *store.Halt
	defer func() {
		if halt != nil {
			halt.End()
		}
	}()
	how := backup.Restoring{WithSessions: true, Key: key, Today: calendar.Today(time.Now()), Log: slog.Default()}
	fill := func(into *store.Store) (err error) {
		if halt, err = old.Halt(ctx); err != nil {
			return err
		}
		slog.Info("the database is only read until it is upgraded")
		if err := backup.Move(ctx, old.Store, into, how); err != nil {
			return err
		}
		return halt.Held(ctx)
	}
	return succeed(ctx, folder, to, fill, func(address string) error { return unwritten(ctx, address, halt) })
}

// unwritten refuses a database that was written since a halt of it began.
func unwritten(ctx context.Context, address string, halt *store.Halt) error {
	db, err := store.Open(ctx, address, store.Options{Connections: 2})
	if err != nil {
		return err
	}
	defer db.Close()
	written, err := db.WrittenSince(ctx, halt)
	if err == nil && written {
		err = errors.New("the database was written while it was upgraded, and stays as it is; run it again")
	}
	return err
}

// presentKey is the log's key where it lies here, else nil.
func (s *logSettings) presentKey(ctx context.Context) (*audit.Key, error) {
	file, err := s.keyFile()
	if err != nil {
		return nil, err
	}
	key, err := readKey(ctx, file)
	if s.LogKey == "" && errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return key, err
}
