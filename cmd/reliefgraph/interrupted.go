package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// interrupted says for each command what a signal has left, where it ended the
// command: every other error is told as it is.
var interrupted = map[string]string{
	"import":   "interrupted; nothing was written",
	"migrate":  "interrupted; the step under way was taken back, those before it stay: see reliefgraph migrate status",
	"rebuild":  "interrupted; nothing was written",
	"backup":   "interrupted; no file was written",
	"restore":  "interrupted; nothing was changed",
	"upgrade":  "interrupted; nothing was changed",
	"generate": "interrupted; the folder holds a part of the files",
	"verify":   "interrupted; nothing was changed",
	"export":   "interrupted; no file was written",
	"serve":    "interrupted before it served; nothing was lost",
	"demo":     "interrupted before it served; the next start goes on from here",
}

// told is what a command's error is to whoever ran it. The packages below speak of
// answers and requests, as to a client.
func told(ctx context.Context, command string, err error) error {
	if _, final := errors.AsType[*exitError](err); final || err == nil {
		return err
	}
	cause, cancelled := store.Cancelled(err)
	code := problem.CodeOf(err)
	switch {
	case ctx.Err() != nil && errors.Is(err, store.ErrUnsure):
		return errors.New("interrupted while it was being kept; run it again: what has been kept stays as it is")
	case ctx.Err() != nil && (cancelled || code == problem.Timeout || code == problem.Unavailable):
		if command == "serve" || command == "demo" {
			return &exitError{0, errors.New(interrupted[command])}
		}
		return errors.New(interrupted[command])
	case cancelled && code == problem.Timeout:
		return fmt.Errorf("the database ended a statement, and nothing was written: %w; see its setting statement_timeout", cause)
	}
	return err
}
