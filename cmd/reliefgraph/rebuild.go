package main

import (
	"context"
	"fmt"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/embeddedpg"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

type rebuildCommand struct {
	databaseSettings
	Verify bool `help:"Write nothing; list what differs from the facts, and end with 1 if anything does."`
}

func (c *rebuildCommand) database(ctx context.Context) (*database, error) {
	if c.Verify {
		return c.present(ctx, "rebuild")
	}
	return c.migrated(ctx, "rebuild", embeddedpg.OpenMade, store.Options{Connections: 2})
}

// Run recomputes every timeline.
func (c *rebuildCommand) Run(ctx context.Context) error {
	db, err := c.database(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	progress := newProgress()
	effect, err := register.Rebuild(ctx, db.Store, calendar.Today(time.Now()), c.Verify, func(done, total int) {
		progress.show("timelines", int64(done), int64(total))
	})
	progress.clear()
	if err != nil {
		return err
	}
	if !c.Verify {
		fmt.Printf("rebuilt; %s differed\n", problem.Counted(effect.Publishers, "publisher", "publishers"))
		return nil
	}
	for _, publisher := range effect.Differing {
		fmt.Println("differs:", publisher)
	}
	if effect.Publishers > 0 {
		return &exitError{
			exitRefused,
			fmt.Errorf("the timelines of %s differ from the facts; run reliefgraph rebuild",
				problem.Counted(effect.Publishers, "publisher", "publishers")),
		}
	}
	fmt.Println("every timeline is as the facts say")
	return nil
}
