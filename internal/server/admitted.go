package server

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/reliefgraph/reliefgraph/graph/batch"
	"github.com/reliefgraph/reliefgraph/internal/admission"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// From these sizes on, in units of a microsecond of one core, questions share what
// they may take of the server: those of a page and more twice as many as there are
// cores, those that take a noticeable time half as many as cores.
const (
	middling = 2_000
	large    = 50_000
)

// longestWait is how long a question may have to wait for others.
const longestWait = 5 * time.Second

func (l *Limits) budget() *admission.Budget {
	cores := runtime.GOMAXPROCS(0)
	return admission.NewBudget(admission.Limits{
		Most: l.Work, MostBytes: l.AnswerBytes, Wait: min(longestWait, l.RequestTime/2),
		Steps: []admission.Step{{From: middling, AtOnce: 2 * cores}, {From: large, AtOnce: max(cores/2, 1)}},
	})
}

// admitted counts the work of a question; what a mutation may do is bounded by its
// locks.
func (s *Server) admitted(
	ctx context.Context,
	operation *graphql.OperationContext,
	from *http.Request,
) (context.Context, *admission.Request) {
	if operation.Operation.Operation != ast.Query {
		return ctx, nil
	}
	request := s.budget.Begin(caller(from))
	return admission.With(ctx, request), request
}

// costHeader asks for the cost of a question in its answer, where it is true.
const costHeader = "Reliefgraph-Cost"

func costAsked(operation *graphql.OperationContext) bool {
	asked, err := strconv.ParseBool(operation.Headers.Get(costHeader))
	return err == nil && asked
}

// priced tells what a question took, where that was asked for, and what would be
// answered in the place of one that took too much.
func priced(ctx context.Context, response *graphql.Response) {
	if response != nil && costAsked(graphql.GetOperationContext(ctx)) {
		if response.Extensions == nil {
			response.Extensions = map[string]any{}
		}
		response.Extensions["cost"] = batch.CostOf(ctx)
	}
	if p, ok := errors.AsType[*problem.Problem](admission.Of(ctx).Refused()); ok && p.Code == problem.TooComplex {
		p.Remedy = batch.Advice(ctx)
	}
}

// refusedAnswer answers a question that may not go on, whatever was found for it
// already: the answer of a part of a question could be taken for that of the whole.
func (t transport) refusedAnswer(w http.ResponseWriter, r *http.Request, media string, refused error) bool {
	p, ok := errors.AsType[*problem.Problem](refused)
	if !ok {
		return false
	}
	status := requestErrorStatus(media)
	if p.RetryAfter > 0 {
		status = http.StatusServiceUnavailable
	}
	shown := present(t.options.Log)(r.Context(), refused)
	t.write(w, media, status, &graphql.Response{Errors: gqlerror.List{shown}}, false)
	return true
}
