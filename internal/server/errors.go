package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// present turns any error into what a client may see: problems with their code,
// field and remedy; everything else masked, with the request's id under which
// the log holds it. What ends an operation as a whole is shown where it came first,
// and nil elsewhere.
func present(log *slog.Logger) graphql.ErrorPresenterFunc {
	show := shower(log)
	return func(ctx context.Context, err error) *gqlerror.Error {
		shown := show(ctx, err)
		if code, _ := shown.Extensions["code"].(string); toldAlready(ctx, code) {
			return nil
		}
		return shown
	}
}

func shower(log *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		shown := graphql.DefaultErrorPresenter(ctx, err)
		if shown.Extensions == nil {
			shown.Extensions = map[string]any{}
		}
		if _, coded := shown.Extensions["code"]; coded {
			return shown
		}
		cause := causeOf(err) // before the message is another, which may be the same value
		argument := argumentAt(ctx, shown.Path)
		if argument != "" {
			shown.Path = graphql.GetPath(ctx) // an error's path is one of the answer; the field is told beside it
		}
		p, understood := errors.AsType[*problem.Problem](err)
		switch {
		case errors.Is(ctx.Err(), context.Canceled):
			// Nobody reads it; what was left unfinished is no fault, whatever it says.
			shown.Message = "the client left before the answer"
			shown.Extensions["code"] = string(problem.Timeout)
		case errors.Is(err, store.ErrReplicaLost):
			shown.Extensions["code"] = string(problem.Unavailable) // it is asked again: nobody sees this
		case understood:
			shown.Message = p.Message
			if p.Remedy != "" {
				shown.Message += "; " + p.Remedy
			}
			if field := cmp.Or(p.Field, argument); field != "" {
				shown.Message = field + ": " + shown.Message
				shown.Extensions["field"] = field
			}
			shown.Extensions["code"] = string(p.Code)
			if p.Rule != "" {
				shown.Extensions["rule"] = p.Rule
			}
			if problems := problemsOf(ctx, p); problems != nil {
				shown.Extensions["problems"] = problems
			}
			switch {
			case p.RetryAfter > 0: // counted, not logged: in a flood there are thousands
				shown.Extensions["retryAfter"] = p.RetryAfter
			case p.Code == problem.Unavailable || p.Code == problem.Timeout:
				unanswerable(ctx, log, p.Code, cause, shown)
			}
		case errors.Is(err, context.DeadlineExceeded) || errors.Is(ctx.Err(), context.DeadlineExceeded):
			unanswerable(ctx, log, problem.Timeout, cause, shown)
			shown.Message = problem.TookTooLong().Message
			shown.Extensions["code"] = string(problem.Timeout)
		case argument != "":
			// The library could not read the value; its message says why.
			shown.Message = argument + ": " + shown.Message
			shown.Extensions["field"] = argument
			shown.Extensions["code"] = string(problem.InvalidInput)
		case isGraphQL(err):
			// Coercion of variables and the like: the message is the library's own.
			shown.Extensions["code"] = string(problem.InvalidInput)
		default:
			if !loggedAlready(ctx, cause) {
				log.ErrorContext(ctx, "internal error", "requestId", requestID(ctx), "error", cause, "path", shown.Path.String())
			}
			shown.Message = "internal error; the log of the server holds it under this request's id"
			shown.Extensions["code"] = string(problem.Internal)
		}
		return shown
	}
}

// causeOf is the whole of an error, which the library may have wrapped in one that
// is to be shown.
func causeOf(err error) string {
	if shown, ok := errors.AsType[*gqlerror.Error](err); ok && shown.Err != nil {
		return shown.Err.Error()
	}
	return err.Error()
}

func unanswerable(ctx context.Context, log *slog.Logger, code problem.Code, cause string, shown *gqlerror.Error) {
	if loggedAlready(ctx, string(code)) {
		return
	}
	log.WarnContext(ctx, "a question could not be answered", "requestId", requestID(ctx), "error", cause, "path", shown.Path.String())
}

// argumentAt names the argument, or the field of one, whose value was refused:
// the path of such an error goes on beyond the field that was asked for.
func argumentAt(ctx context.Context, path ast.Path) string {
	for i := len(path) - 1; i >= len(graphql.GetPath(ctx)); i-- {
		if name, ok := path[i].(ast.PathName); ok {
			return string(name)
		}
	}
	return ""
}

// isGraphQL tells whether an error is the library's about the request, and not
// one that a resolver returned.
func isGraphQL(err error) bool {
	shown, ok := errors.AsType[*gqlerror.Error](err)
	return ok && shown.Err == nil
}

// recovered logs a panic and answers with a masked error.
func recovered(log *slog.Logger) graphql.RecoverFunc {
	return func(ctx context.Context, panicked any) error {
		if !loggedAlready(ctx, fmt.Sprint(panicked)) {
			log.ErrorContext(
				ctx, "panic while answering", "requestId", requestID(ctx), "panic", panicked, "stack", string(debug.Stack()))
		}
		return errors.New("panic while answering")
	}
}
