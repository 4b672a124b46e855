package batch

import (
	"context"
	"io"
	"slices"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
)

// FieldSet is an object under way: the generated executor fills it through these
// methods in place of the library's (see weave). What reads runs concurrently and
// counted; all else runs where it stands, without a goroutine.
type FieldSet struct {
	ctx     context.Context
	batches *Batches
	fields  []graphql.CollectedField
	Values  []graphql.Marshaler
	// Invalids counts the fields whose fault makes the object null.
	Invalids uint32
	delayed  []delayed
	leaf     leaf
}

// delayed is a field that runs when the object is dispatched.
type delayed struct {
	ctx       context.Context
	operation *graphql.OperationContext
	at        int
	invalid   graphql.Marshaler // the value that makes the object null
	resolve   func(context.Context) graphql.Marshaler
}

// NewFieldSet makes room for the fields of an object.
func NewFieldSet(ctx context.Context, fields []graphql.CollectedField) *FieldSet {
	batches := of(ctx)
	batches.answering(ctx, 1, unitsOfField*len(fields))
	return &FieldSet{ctx: ctx, batches: batches, fields: fields, Values: make([]graphql.Marshaler, len(fields))}
}

// Leaf is the context of a field that is answered where it stands: a scalar that does
// not read. It is that of the next such field after it.
func (s *FieldSet) Leaf(at int, object string, method bool) context.Context {
	s.leaf = leaf{Context: s.ctx, collected: &s.fields[at], object: object, method: method}
	return &s.leaf
}

// ResolveConcurrently takes a field that may read. The service does not defer, so
// that a field of a deferred fragment is answered with all others.
func (s *FieldSet) ResolveConcurrently(
	operation *graphql.OperationContext,
	_ *graphql.DeferredGroup,
	at int,
	_, nonNull bool,
	resolve func(context.Context) graphql.Marshaler,
) {
	s.delayed = append(s.delayed, delayed{s.ctx, operation, at, invalidOf(nonNull), resolve})
}

// ResolveRootConcurrently takes a root field, to be run with its own context.
func (s *FieldSet) ResolveRootConcurrently(
	ctx context.Context,
	operation *graphql.OperationContext,
	at int,
	_, nonNull bool,
	resolve func(context.Context) graphql.Marshaler,
) {
	s.delayed = append(s.delayed, delayed{ctx, operation, at, invalidOf(nonNull), func(ctx context.Context) graphql.Marshaler {
		return operation.RootResolverMiddleware(
			ctx,
			func(ctx context.Context) graphql.Marshaler { return guarded(ctx, operation, resolve) },
		)
	}})
}

// ResolveBelow takes a field that reads nothing itself and has fields of its own.
// Those may read: then it runs beside its siblings, so that all ask in one round.
func (s *FieldSet) ResolveBelow(
	operation *graphql.OperationContext,
	at int,
	invalid graphql.Marshaler,
	resolve func(context.Context) graphql.Marshaler,
) {
	if s.batches.readsBelow(&s.fields[at]) {
		s.delayed = append(s.delayed, delayed{s.ctx, operation, at, invalid, resolve})
		return
	}
	s.set(at, invalid, resolve(s.ctx))
}

func invalidOf(nonNull bool) graphql.Marshaler {
	if nonNull {
		return graphql.Null
	}
	return graphql.RequiredNull
}

func (s *FieldSet) set(at int, invalid, value graphql.Marshaler) {
	s.Values[at] = value
	if value == invalid {
		atomic.AddUint32(&s.Invalids, 1)
	}
}

// Dispatch runs the fields taken and waits for them: the first of them here.
func (s *FieldSet) Dispatch(ctx context.Context) {
	if len(s.delayed) == 0 {
		return
	}
	s.batches.answering(s.ctx, 0, unitsOfBranch*len(s.delayed))
	fork := s.batches.fork(len(s.delayed))
	for i := 1; i < len(s.delayed); i++ {
		go s.run(ctx, &s.delayed[i], fork)
	}
	s.run(ctx, &s.delayed[0], fork)
	fork.join()
}

func (s *FieldSet) run(ctx context.Context, field *delayed, fork *branches) {
	defer fork.end(ctx)
	s.set(field.at, field.invalid, guarded(field.ctx, field.operation, field.resolve))
}

// guarded answers null for a field that panics, and tells the fault.
func guarded(
	ctx context.Context,
	operation *graphql.OperationContext,
	resolve func(context.Context) graphql.Marshaler,
) (value graphql.Marshaler) {
	defer func() {
		if fault := recover(); fault != nil {
			operation.Error(ctx, operation.Recover(ctx, fault))
			value = graphql.Null
		}
	}()
	return resolve(ctx)
}

// MarshalGQL writes the object. An alias is written once, also where fragments on
// two types that have nothing in common both ask for it.
func (s *FieldSet) MarshalGQL(to io.Writer) {
	for i := range s.fields {
		if slices.ContainsFunc(s.fields[:i], func(f graphql.CollectedField) bool { return f.Alias == s.fields[i].Alias }) {
			continue
		}
		before := `,"`
		if i == 0 {
			before = `{"`
		}
		io.WriteString(to, before)            //nolint:errcheck // it is a buffer
		io.WriteString(to, s.fields[i].Alias) //nolint:errcheck // a name needs no escaping
		io.WriteString(to, `":`)              //nolint:errcheck // likewise
		s.Values[i].MarshalGQL(to)
	}
	if len(s.fields) == 0 {
		io.WriteString(to, "{") //nolint:errcheck // likewise
	}
	io.WriteString(to, "}") //nolint:errcheck // likewise
}

// Concurrently does the same for each of several things, so that what they read
// is read together, and returns the results in their order, or the first error.
func Concurrently[T, R any](ctx context.Context, things []T, do func(context.Context, T) (R, error)) ([]R, error) {
	results, faults, panics := make([]R, len(things)), make([]error, len(things)), make([]any, len(things))
	if len(things) == 0 {
		return results, nil
	}
	fork := of(ctx).fork(len(things))
	for i := range things {
		go func() {
			defer fork.end(ctx)
			defer func() { panics[i] = recover() }()
			results[i], faults[i] = do(ctx, things[i])
		}()
	}
	fork.join()
	for i := range things {
		if panics[i] != nil {
			panic(panics[i]) // for the executor to recover
		}
		if faults[i] != nil {
			return nil, faults[i]
		}
	}
	return results, nil
}
