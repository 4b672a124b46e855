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
	folder, err := embeddedpg.Hold(ctx, options)
	if err != nil {
		return "", err
	}
	defer folder.Release()
	key, err := c.presentKey()
	if err != nil {
		return "", err
	}
	server, err := folder.Start(ctx)
	if err != nil {
		return "", err
	}
	old := &database{server: server}
	if old.Store, err = store.Open(ctx, server.URL(), store.Options{Connections: 2}); err != nil {
		old.stop()
		return "", err
	}
	how := backup.Restoring{WithSessions: true, Key: key, Today: calendar.Today(time.Now()), Log: slog.Default()}
	return succeed(ctx, folder, to, func(into *store.Store) error {
		err := backup.Move(ctx, old.Store, into, how)
		old.Close() // neither server runs when one takes the other's place
		return err
	})
}

// presentKey is the log's key where it lies here, else nil.
func (s *logSettings) presentKey() (*audit.Key, error) {
	file, err := s.keyFile()
	if err != nil {
		return nil, err
	}
	key, err := audit.ReadKey(file)
	if s.LogKey == "" && errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return key, err
}
