package batch

import (
	"bytes"
	"context"
	"io"

	"github.com/99designs/gqlgen/graphql"

	"github.com/reliefgraph/reliefgraph/internal/admission"
)

const (
	// rowsOfBlock are made between two looks at whether the request may go on.
	rowsOfBlock = 64
	// rowsOfRound run concurrently, and read together what they read; of a longer
	// list, those after them read in a round of their own. So do those beyond
	// rowsAtOnce of all lists of an operation, for a row under way takes about 10 kB;
	// but no list waits for another: each goes on by leastRows.
	rowsOfRound = 1000
	rowsAtOnce  = 1500
	leastRows   = 4
)

// taken is how many of so many rows a list may run at once; they are to be given
// back.
func (b *Batches) taken(rows int) int {
	if b == nil {
		return rows
	}
	b.mutex.Lock()
	defer b.mutex.Unlock()
	rows = min(rows, max(rowsAtOnce-b.rows, leastRows))
	b.rows += rows
	return rows
}

func (b *Batches) given(rows int) {
	if b != nil {
		b.mutex.Lock()
		defer b.mutex.Unlock()
		b.rows -= rows
	}
}

// MarshalSlice makes the elements of a list: concurrently and counted where
// something is read below it, else one after the other. Its unused parameters are
// those of the library's function, in whose place it stands.
//
// A long list is made in blocks. Between them its request is looked at: whether its
// time is over, and whether it has come to do too much. What is made is kept as it
// will be sent, which takes a tenth of the room.
func MarshalSlice(ctx context.Context, length int, _ int64, _ bool, marshal func(context.Context, int) graphql.Marshaler) graphql.Array {
	l := listUnderWay{ctx, of(ctx), graphql.GetOperationContext(ctx), marshal, nil, false}
	field := fieldOf(ctx)
	inTurn := length < 2 || field != nil && field.Field.Field != nil && !l.batches.readsBelow(&field.Field)
	some, most, units := l.concurrently, rowsOfRound, unitsOfField+unitsOfBranch
	if inTurn {
		some, most, units = l.inTurn, rowsOfBlock, unitsOfField
	}
	if err := l.batches.listing(ctx, length, units); err != nil {
		l.operation.Error(ctx, err)
		return graphql.Array{graphql.Null}
	}
	l.elements = make(graphql.Array, length)
	if inTurn && length >= rowsOfBlock && ctx.Value(aloneKey{}) == nil {
		l.ctx, l.alone = context.WithValue(ctx, aloneKey{}, true), true
	}
	for from, to := 0, 0; from < length; from = to {
		to = min(from+most, length)
		err := l.goOn()
		if err == nil {
			if !inTurn {
				to = from + l.batches.taken(to-from)
			}
			some(from, to)
			if !inTurn {
				l.batches.given(to - from)
			}
			err = l.keep(from, to)
		}
		if err != nil {
			l.operation.Error(ctx, err)
			for i := from; i < length; i++ {
				l.elements[i] = graphql.Null
			}
			break
		}
	}
	return l.elements
}

// listUnderWay is a list whose elements are being made.
type listUnderWay struct {
	ctx       context.Context
	batches   *Batches
	operation *graphql.OperationContext
	marshal   func(context.Context, int) graphql.Marshaler
	elements  graphql.Array
	alone     bool // it is made alone, being long and in no other that is
}

// request is whom the list's work is counted to.
func (l *listUnderWay) request() *admission.Request {
	if l.batches == nil {
		return nil
	}
	return l.batches.request
}

func (l *listUnderWay) goOn() error {
	if err := l.ctx.Err(); err != nil {
		return err
	}
	return l.request().Spend(l.ctx, 0) // what the fields of the rows before took
}

// row is the context of an element with its place.
type row struct {
	within
	place graphql.FieldContext
	at    int
}

func (l *listUnderWay) element(i int) {
	r := &row{at: i}
	r.place.Index = &r.at
	r.enter(l.ctx, &r.place)
	defer Recover(&r.within, l.operation, &l.elements[i])
	l.elements[i] = l.marshal(&r.within, i)
}

// aloneKey marks the context of what is made alone already: a list in a long list.
type aloneKey struct{}

// inTurn makes elements below which nothing is read, and nothing takes work of its own.
func (l *listUnderWay) inTurn(from, to int) {
	if l.alone {
		defer l.request().Alone()()
	}
	for i := from; i < to; i++ {
		l.element(i)
	}
}

func (l *listUnderWay) concurrently(from, to int) {
	fork := l.batches.fork(to - from)
	for i := from; i < to; i++ {
		go func() {
			defer fork.end(l.ctx)
			l.element(i)
		}()
	}
	fork.join()
}

// keep writes the elements of a long list as they will be sent. A null stays what
// it is: it may be one that makes the list null.
func (l *listUnderWay) keep(from, to int) error {
	if len(l.elements) <= rowsOfBlock {
		return nil
	}
	var block blockWriter
	ends := make([]int, to-from)
	for i := from; i < to; i++ {
		if l.elements[i] != graphql.Null && l.elements[i] != graphql.RequiredNull {
			l.elements[i].MarshalGQL(&block)
		}
		ends[i-from] = block.Len()
	}
	all, begin := block.Bytes(), 0
	for i, end := range ends {
		if end > begin {
			l.elements[from+i] = written(all[begin:end:end])
		}
		begin = end
	}
	return l.request().Answer(block.Len() - block.before)
}

// written is an element as it will be sent.
type written []byte

// MarshalGQL sends it.
func (w written) MarshalGQL(to io.Writer) {
	if block, again := to.(*blockWriter); again {
		block.before += len(w)
	}
	to.Write(w) //nolint:errcheck // it is a buffer
}

// blockWriter takes the elements of a block; `before` is how much of it had been
// written before, in lists within.
type blockWriter struct {
	bytes.Buffer
	before int
}
