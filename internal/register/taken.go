package register

import (
	"context"
	"errors"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// withTaken adds to what is refused of a new fact that its ref stands for another
// one, where it does whatever is mended: the fields at fault are taken to become what
// is registered.
func withTaken[T any](
	ctx context.Context,
	refused error,
	ref string,
	given *T,
	kind *fact.Kind[T],
	registered func(context.Context, []string) (map[string]T, error),
	same func(given, present *T) error,
) error {
	p, ok := errors.AsType[*problem.Problem](refused)
	if !ok || slices.ContainsFunc(p.All, func(p *problem.Problem) bool { return p.Field == "ref" }) {
		return refused
	}
	known, err := registered(ctx, []string{ref})
	if err != nil {
		return err
	}
	present, taken := known[ref]
	if !taken {
		return refused
	}
	mended := *given
	for i := range kind.Columns {
		if slices.ContainsFunc(p.All, func(p *problem.Problem) bool { return p.Field == kind.Columns[i].Field }) {
			kind.Columns[i].Copy(&mended, &present)
		}
	}
	if conflict, ok := errors.AsType[*problem.Problem](same(&mended, &present)); ok {
		return problem.Together(append(p.All, conflict)...)
	}
	return refused
}
