package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/embeddedpg"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// databaseSettings say which database to use.
type databaseSettings struct {
	DatabaseURL     string `help:"PostgreSQL to use; none: the embedded one." env:"DATABASE_URL" placeholder:"URL"`
	DatabaseURLFile string `help:"File that holds that URL, readable by its owner alone." env:"DATABASE_URL_FILE" placeholder:"FILE"`
	DataDir         string `help:"Data folder of the embedded database; none: the user's data folder." env:"RELIEFGRAPH_DATA_DIR" placeholder:"DIR"`
	NoPrepare       bool   `help:"Send statements unprepared, and leave nothing to a connection: for a proxy that shares connections between transactions." env:"RELIEFGRAPH_NO_PREPARE"`
}

// database is an open store with the embedded server behind it, if there is one.
type database struct {
	*store.Store
	server *embeddedpg.Server
	url    string // with the password
}

// starting brings the embedded server up: embeddedpg.Open, or one of its like.
type starting func(context.Context, embeddedpg.Options) (*embeddedpg.Server, error)

// open connects to the configured database, else to the embedded one.
func (s databaseSettings) open(ctx context.Context, purpose string, start starting, options store.Options) (*database, error) {
	db := &database{}
	url, err := s.address(ctx)
	if err != nil {
		return nil, err
	}
	if url == "" {
		embedded, err := s.embedded(purpose)
		if err != nil {
			return nil, err
		}
		server, err := start(ctx, embedded)
		if err != nil {
			return nil, err
		}
		db.server = server
		url = server.URL()
	}
	db.url, options.NoPrepare = url, s.NoPrepare
	if db.Store, err = store.Open(ctx, url, options); err != nil {
		db.stop()
		return nil, err
	}
	return db, nil
}

// serve goes on by the roles by which a server uses the database (docs/accounts.md, Two
// walls), and no more as its owner.
func (d *database) serve(ctx context.Context) error {
	serving, err := d.Store.Serving(ctx)
	if err != nil {
		return err
	}
	d.Store.Close()
	d.Store = serving
	return nil
}

// embedded says where the embedded database is.
func (s databaseSettings) embedded(purpose string) (embeddedpg.Options, error) {
	folder, err := s.folder()
	return embeddedpg.Options{DataDir: folder, BinDir: os.Getenv("RELIEFGRAPH_POSTGRES_BIN"), Purpose: purpose, Log: slog.Default()}, err
}

// folder is the data folder.
func (s databaseSettings) folder() (string, error) {
	if s.DataDir != "" {
		return s.DataDir, nil
	}
	return embeddedpg.DefaultDataDir()
}

// Close ends the connections, then the embedded server if this program runs it.
func (d *database) Close() {
	d.Store.Close()
	d.stop()
}

func (d *database) stop() {
	if d.server == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := d.server.Stop(ctx); err != nil {
		slog.Error("the embedded database did not stop", "error", err)
	}
}

// present opens a database that is there and has the program's schema, for what only
// reads: where it is not so, a folder was mistaken, or this program.
func (s databaseSettings) present(ctx context.Context, purpose string) (*database, error) {
	db, err := s.open(ctx, purpose, embeddedpg.OpenMade, store.Options{Connections: 2})
	if err != nil {
		return nil, err
	}
	current, err := db.HasSchema(ctx)
	if err == nil && !current {
		err = errors.New("the database has not the schema of this program, and nothing was read; run reliefgraph migrate up")
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// migrated opens the database, which is made where there is none, and brings its schema
// up to date.
func (s databaseSettings) migrated(ctx context.Context, purpose string, start starting, options store.Options) (*database, error) {
	db, err := s.open(ctx, purpose, start, options)
	if err != nil {
		return nil, err
	}
	steps, err := db.MigrateUp(ctx)
	renewed := 0
	if err == nil {
		renewed, err = register.Renew(ctx, db.Store, calendar.Today(time.Now()))
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	if len(steps) > 0 {
		slog.Info("the schema is up to date", "steps", len(steps))
	}
	if renewed > 0 {
		slog.Info("timelines that an older release had packed are made anew", "publishers", renewed)
	}
	return db, nil
}
