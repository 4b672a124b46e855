package backup

import (
	"context"
	"errors"
	"io"

	"github.com/reliefgraph/reliefgraph/internal/store"
)

// Move takes the state of a database into an empty one, without a file between. To
// the other it is as a restore.
func Move(ctx context.Context, from, into *store.Store, o Restoring) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	out, in := io.Pipe()
	written := make(chan error, 1)
	go func() {
		begun := false
		_, err := attempt(ctx, from, nil, func() (io.Writer, error) {
			if begun {
				return nil, errors.New("the database was changed while it was moved; try again")
			}
			begun = true
			return in, nil
		}, nil)
		in.CloseWithError(err)
		written <- err
	}()
	err := moved(ctx, out, into, o)
	out.CloseWithError(err) // who writes need not wait
	stop()
	if failed := <-written; err != nil && failed != nil && !errors.Is(failed, context.Canceled) {
		err = errors.Join(failed, err)
	}
	return err
}

const between = "the database"

func moved(ctx context.Context, from io.Reader, into *store.Store, o Restoring) error {
	r := &reading{ctx: ctx, name: between}
	finish, err := r.open(from, nil)
	if err != nil {
		return err
	}
	begin, err := r.begin()
	if err != nil {
		return finish(err)
	}
	return restore(ctx, into, begin, o, func(visit visit) error {
		_, err := r.rest(begin, visit)
		return finish(err)
	})
}
