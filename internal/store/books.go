package store

import (
	"context"
	"database/sql"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/books"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

// Books keeps the books of all nodes in memory, as a Follower its index. They are read
// while the server answers already; who asks before reads the movements.
type Books struct {
	follower *Follower
	wake     chan struct{} // they are to be read anew

	// The mutex is held while one looks for all who wait.
	mutex sync.Mutex
	now   *booked // nil until they are read
}

// booked is an index of books and what had been seen of the database for it.
type booked struct {
	index *books.Index
	origin
	began time.Time // when the last look did
}

// Books are those of a follower's database; Read and Keep read them.
func (f *Follower) Books() *Books { return &Books{follower: f, wake: make(chan struct{}, 1)} }

const bookChangesSQL = `-- store.Books
SELECT ` + originColumns + `, NULL FROM database_origin() AS o
UNION ALL
SELECT DISTINCT NULL, NULL, NULL, code FROM book_change WHERE ` + becameVisible

const (
	// changesKept is how long it stays written whose books changed.
	changesKept = 24 * time.Hour
	// looksApart are at most between two looks: what changed meanwhile is written still.
	looksApart = changesKept / 2
	// betweenLooks are between those that nobody asks for.
	betweenLooks = time.Hour
	// booksAtOnce are read in one statement.
	booksAtOnce = 500
)

// Kept tells whether they are read.
func (b *Books) Kept() bool {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.now != nil
}

// Index returns the books of a tree as they are after the call began, nil while they are
// not read.
func (b *Books) Index(ctx context.Context, tree *area.Tree) (*books.Index, error) {
	asked := time.Now()
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.now == nil {
		return nil, nil
	}
	if b.now.index.Tree != tree {
		b.now.index = b.now.index.Under(tree)
	}
	if !b.now.began.After(asked) {
		if err := b.look(ctx); err != nil {
			return nil, err
		}
	}
	if b.now == nil {
		return nil, nil
	}
	return b.now.index, nil
}

// look applies what became visible since the last look. Where that cannot be told, all are
// to be read anew.
func (b *Books) look(ctx context.Context) error {
	began := time.Now()
	later, codes, err := b.changes(ctx, &b.now.seen)
	if err != nil {
		return err
	}
	if later.history != b.now.history || later.seen.xmax < b.now.seen.xmax || later.run == "" || later.run != b.now.run ||
		began.Sub(b.now.began) > looksApart {
		b.now = nil
		select {
		case b.wake <- struct{}{}:
		default:
		}
		return nil
	}
	index := b.now.index
	if len(codes) > 0 {
		changed, err := b.follower.store.booksOf(ctx, codes)
		if err != nil {
			return err
		}
		if index, err = index.With(changed); err != nil {
			return err
		}
	}
	b.now = &booked{index, later, began}
	return nil
}

// changes names the nodes whose books became others since a state was seen.
func (b *Books) changes(ctx context.Context, since *pgSnapshot) (at origin, codes []string, err error) {
	err = b.follower.store.looks.eachPrepared(ctx, "looking whose books changed", bookChangesSQL, func(scan func(...any) error) error {
		var taken, backend, history, code sql.NullString
		if err := scan(&taken, &backend, &history, &code); err != nil {
			return err
		}
		if !taken.Valid {
			codes = append(codes, code.String)
			return nil
		}
		var err error
		at, err = newOrigin(taken.String, backend.String, history.String)
		return err
	}, since.from, pq.Array(since.xip))
	return at, codes, err
}

// booksOf reads the books of some nodes.
func (r Reads) booksOf(ctx context.Context, codes []string) ([]books.Book, error) {
	movements, err := r.RecordedMovements(ctx, codes, calendar.Last)
	if err != nil {
		return nil, err
	}
	of := make(map[string][]relief.Recorded, len(codes))
	for _, m := range movements {
		of[m.FromCode] = append(of[m.FromCode], m)
		if m.ToCode != m.FromCode {
			of[m.ToCode] = append(of[m.ToCode], m)
		}
	}
	read := make([]books.Book, len(codes))
	for i, code := range codes {
		read[i] = books.Book{Code: code, Packed: relief.Pack(relief.Book(code, of[code]))}
	}
	return read, nil
}

// Read reads all books. What changes meanwhile is read again by the first look.
func (b *Books) Read(ctx context.Context) error {
	began := time.Now()
	nothing := pgSnapshot{from: "18446744073709551615", xip: []string{}} // which no transaction comes after
	at, _, err := b.changes(ctx, &nothing)
	if err != nil {
		return err
	}
	index, err := b.follower.Index(ctx)
	if err != nil {
		return err
	}
	var codes []string
	for _, node := range index.Tree.Nodes() {
		codes = append(codes, node.Code)
	}
	var all []books.Book
	for chunk := range slices.Chunk(codes, booksAtOnce) {
		read, err := b.follower.store.booksOf(ctx, chunk)
		if err != nil {
			return err
		}
		all = append(all, slices.DeleteFunc(read, func(b books.Book) bool { return b.Packed == "" })...)
	}
	made, err := books.New(index.Tree, all)
	if err != nil {
		return err
	}
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.now = &booked{made, at, began}
	return nil
}

const forgetBookChangesSQL = `-- store.Books: forget
DELETE FROM book_change WHERE at < now() - make_interval(secs => $1) AND NOT pg_is_in_recovery()`

// Keep reads the books, and again where that is needed, until the context ends; from time
// to time it looks by itself, and takes out what is written of changes long ago.
func (b *Books) Keep(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(betweenLooks)
	defer tick.Stop()
	for ctx.Err() == nil {
		if err := b.tend(ctx); err != nil && ctx.Err() == nil {
			log.Warn("the books of relief could not be read; it is tried again", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		case <-b.wake:
		}
	}
}

func (b *Books) tend(ctx context.Context) error {
	b.mutex.Lock()
	lacking := b.now == nil
	var err error
	if !lacking {
		err = b.look(ctx)
		lacking = b.now == nil
	}
	b.mutex.Unlock()
	if lacking && err == nil {
		err = b.Read(ctx)
	}
	if err != nil {
		return err
	}
	_, err = b.follower.store.db.ExecContext(ctx, forgetBookChangesSQL, changesKept.Seconds())
	return wrap("taking out old changes of books", err)
}
