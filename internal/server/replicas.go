package server

import (
	"context"
	"fmt"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// Questions read rows from replicas (docs/adr/0014-replicas.md). Who wrote is told how far
// the log had been written then, and may have the next answer hold that.

// writtenKey is where that is told and sent back: `extensions` of answer and request.
// readKey is where who sent it is told from where rows were read.
const (
	writtenKey = "written"
	readKey    = "read"
)

// rows is from where a question's rows are read, beside its index.
type rows struct {
	replicas *store.Replicas // nil: from the database itself
	sent     bool            // the question must hold what had been written
	by       store.Written   // by then
	reading  *store.Reading  // of the answer under way; nil: it reads from the database itself
	alone    bool            // a replica was lost: the database itself answers
}

// rowsFor reads what a question must hold.
func (s *Server) rowsFor(operation *graphql.OperationContext) (*rows, error) {
	beside := &rows{replicas: s.options.Replicas}
	token := operation.Extensions[writtenKey]
	if operation.Operation.Operation != ast.Query || token == nil {
		return beside, nil
	}
	text, _ := token.(string)
	if beside.by, beside.sent = store.ParseWritten(text); !beside.sent {
		return nil, problem.Invalid(
			"extensions."+writtenKey,
			"send it back as a mutation's answer had it, or leave it out",
			"it is no such token",
		)
	}
	return beside, nil
}

// from is what the rows of a view that is just made are read by. A question whose replica
// was lost goes on by the database itself.
func (s *Server) from(beside *rows) func(account int64) store.Reads {
	if beside == nil || beside.replicas == nil {
		return s.options.Store.For
	}
	if beside.alone = beside.alone || beside.lost(); beside.alone {
		beside.reading = nil
		return s.options.Store.For
	}
	if beside.sent {
		beside.reading = beside.replicas.Reading(beside.by)
	} else {
		beside.reading = beside.replicas.Reading()
	}
	return beside.reading.For
}

// lost tells whether the answer lacks what its replica did not give.
func (r *rows) lost() bool { return r.reading != nil && r.reading.Lost() }

// tell tells the log, and who sent a token, from where rows were read.
func (r *rows) tell(ctx context.Context, response *graphql.Response) {
	from, waited := "PRIMARY", int64(0)
	if r.replicas != nil {
		name := "primary"
		if r.reading != nil {
			replica, wait, read := r.reading.By()
			waited = wait.Milliseconds()
			switch {
			case !read:
				from, name = "INDEX", ""
			case replica != "":
				from, name = "REPLICA", replica
			}
			if waited > 0 {
				name = fmt.Sprintf("%s after %d ms", name, waited)
			}
		}
		note(ctx).read = name
	}
	if r.sent && response != nil {
		extend(response, readKey, map[string]any{"from": from, "waited": waited})
	}
}

// tellingWritten lets the answer to mutations tell how far the log had been written.
func (s *Server) tellingWritten(handler graphql.ResponseHandler) graphql.ResponseHandler {
	if s.options.Replicas == nil {
		return handler
	}
	return func(ctx context.Context) *graphql.Response {
		response := handler(ctx)
		if response == nil {
			return nil
		}
		// The answer is no worse without: what was written is read without it too.
		if written, err := s.options.Store.Written(ctx); err == nil && written != (store.Written{}) {
			extend(response, writtenKey, written.String())
		}
		return response
	}
}

func extend(response *graphql.Response, key string, value any) {
	if response.Extensions == nil {
		response.Extensions = map[string]any{}
	}
	response.Extensions[key] = value
}
