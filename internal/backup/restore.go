package backup

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/audit"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// Restoring says how a backup is put back.
type Restoring struct {
	WithSessions bool       // sessions and tokens too
	Key          *audit.Key // of the log; nil: the one that the backup remembers is believed
	Today        calendar.Day
	Log          *slog.Logger
}

// Restore puts the backup into an empty database. It is proven before anybody sees
// it: every timeline must be as the facts say, and every row as the log says.
func (f *File) Restore(ctx context.Context, db *store.Store, o Restoring) error {
	return restore(ctx, db, f.Manifest, o, func(visit visit) error {
		again, err := f.read(ctx, visit)
		if err == nil && again.At != f.At {
			err = errors.New("the backup's file changed while it was read")
		}
		return err
	})
}

func restore(ctx context.Context, db *store.Store, m *Manifest, o Restoring, rows func(visit) error) error {
	saved := m.saved()
	fill := func(into *store.Restoring) error {
		for _, name := range into.Strange {
			o.Log.Warn("a table of the backup is none of reliefgraph's and is passed over", "table", name)
		}
		position := 0
		return rows(func(_ Table, next func() ([]byte, error)) error {
			of := saved.Tables[position]
			position++
			var fault error // of the file
			err := into.Table(ctx, of, func() ([]*string, error) {
				line, err := next()
				if err != nil || line == nil {
					fault = err
					return nil, err
				}
				var row []*string
				row, fault = parsed(line, len(of.Columns))
				return row, fault
			})
			if fault != nil || err == nil {
				return fault
			}
			return &visitError{err}
		})
	}
	return db.Restore(ctx, saved, o.WithSessions, fill, func(within *store.Store) error { return prove(ctx, within, o) })
}

// prove compares what was put back with itself.
func prove(ctx context.Context, db *store.Store, o Restoring) error {
	found, err := audit.New(db, o.Key).Verify(ctx, "", "")
	if err != nil {
		return err
	}
	if n := len(found.Problems); n > 0 {
		return fmt.Errorf("the log and the rows of the backup do not fit in %s; nothing was kept:\n%s",
			problem.Counted(n, "place", "places"), some(found.Problems))
	}
	o.Log.Info("every row is as the log says", "entries", found.Size)
	if _, err := register.Renew(ctx, db, o.Today); err != nil {
		return err
	}
	effect, err := register.Rebuild(ctx, db, o.Today, true, nil)
	if err != nil {
		return err
	}
	if effect.Publishers > 0 {
		return fmt.Errorf("the timelines of %s differ from the facts of the backup; nothing was kept:\n%s",
			problem.Counted(effect.Publishers, "publisher", "publishers"), some(effect.Differing))
	}
	o.Log.Info("every timeline is as the facts say")
	return nil
}

// some are as many lines as one reads.
func some(lines []string) string {
	const most = 20
	if len(lines) > most {
		lines = append(lines[:most:most], "…")
	}
	return strings.Join(lines, "\n")
}
