package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/audit"
	"github.com/reliefgraph/reliefgraph/internal/backup"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/embeddedpg"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

type restoreCommand struct {
	logSettings
	File           string `arg:"" help:"The backup."`
	WithSessions   bool   `help:"Sessions and tokens too: who was signed in is again."`
	Replace        bool   `help:"Put it in the place of what the data folder holds, which is kept beside under a dated name, while servers run."`
	PassphraseFile string `help:"File whose first line is the passphrase of the backup." placeholder:"FILE"`
	Identity       string `help:"File of the key that opens the backup." placeholder:"FILE"`
}

// Run restores a backup. Until it is proven nobody sees it, and nothing else changes.
func (c *restoreCommand) Run(ctx context.Context) error {
	identities, err := identitiesOf(ctx, c.PassphraseFile, c.Identity)
	if err != nil {
		return err
	}
	file, err := backup.Open(ctx, c.File, identities)
	if err != nil {
		return err
	}
	defer file.Close()
	how := backup.Restoring{WithSessions: c.WithSessions, Today: calendar.Today(time.Now()), Log: slog.Default()}
	if how.Key, err = c.presentKey(ctx); err != nil {
		return err
	}
	kept, err := c.restore(ctx, file, how)
	if err != nil {
		return err
	}
	fmt.Printf("restored %s as of %s; every timeline is as the facts say, and every row as the log says\n",
		problem.Counted(file.Rows(), "row", "rows"), file.At.Format("2006-01-02 15:04:05Z07:00"))
	if kept != "" {
		fmt.Printf("what was there before is kept in %s\n", kept)
	}
	if how.Key == nil {
		slog.Warn(
			"the key that signs the log of changes is no part of a backup; put your copy of it into the data folder before the next start",
			"file",
			audit.KeyFile,
		)
	}
	return nil
}

func (c *restoreCommand) restore(ctx context.Context, file *backup.File, how backup.Restoring) (kept string, err error) {
	address, err := c.address(ctx)
	if err != nil {
		return "", err
	}
	if address != "" && c.Replace {
		return "", &exitError{exitUsage, errors.New("--replace is for a data folder; of another database make a new one, and name that")}
	}
	if address == "" {
		options, err := c.embedded("restore")
		if err != nil {
			return "", err
		}
		take := embeddedpg.Hold
		if c.Replace {
			take = embeddedpg.Prepare
		}
		folder, err := take(ctx, options)
		if _, running := errors.AsType[*embeddedpg.InUseError](err); err != nil && !running {
			return "", err
		}
		if err == nil {
			defer folder.Release()
			if major, err := folder.Major(); err != nil && !c.Replace {
				return "", err
			} else if major == 0 && err == nil || c.Replace {
				return succeed(ctx, folder, embeddedpg.Programs{},
					func(db *store.Store) error { return file.Restore(ctx, db, how) }, nil)
			}
			folder.Release()
		}
	}
	db, err := c.open(ctx, "restore", embeddedpg.Open, store.Options{Connections: 2})
	if err != nil {
		return "", err
	}
	defer db.Close()
	return "", file.Restore(ctx, db.Store, how)
}

// succeed makes a new cluster, and puts it in the place of the folder's own when it
// was filled. That is looked at before, where `still` is given.
func succeed(
	ctx context.Context,
	folder *embeddedpg.Folder,
	by embeddedpg.Programs,
	fill func(*store.Store) error,
	still func(address string) error,
) (kept string, err error) {
	server, err := folder.Successor(ctx, by)
	if err != nil {
		return "", err
	}
	beside := &database{server: server}
	if beside.Store, err = store.Open(ctx, server.URL(), store.Options{Connections: 2}); err != nil {
		beside.stop()
		return "", err
	}
	if err = fill(beside.Store); err == nil {
		// Servers go on by their roles as soon as it is in its place.
		err = beside.serve(ctx)
	}
	beside.Close()
	if err != nil {
		return "", err
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	return folder.Replace(ctx, time.Now(), still)
}
