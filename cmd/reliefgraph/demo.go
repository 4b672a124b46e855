package main

import (
	"context"
	"errors"
)

type demoCommand struct{ serveSettings }

// Run serves the demo world.
func (c *demoCommand) Run(ctx context.Context) error {
	db, err := c.migrated(ctx, "demo", true, c.storeOptions())
	if err != nil {
		return err
	}
	defer db.Close()
	return c.serve(ctx, db, true)
}

type generateCommand struct {
	Out         string `help:"Folder to write to." required:"" placeholder:"DIR"`
	Seed        uint64 `help:"The same seed writes the same world." default:"1"`
	Disclosures int    `help:"How many disclosures." default:"10000"`
	Areas       string `help:"nation, or the code of a node whose subtree to take." default:"nation"`
}

// Run writes the world.
func (c *generateCommand) Run(context.Context) error { return errors.New("to come") }
