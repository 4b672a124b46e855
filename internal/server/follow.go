package server

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	handler "github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/reliefgraph/reliefgraph/graph/batch"
	"github.com/reliefgraph/reliefgraph/graph/generated"
	"github.com/reliefgraph/reliefgraph/graph/model"
	"github.com/reliefgraph/reliefgraph/internal/admission"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// heartbeat is how often something is sent where there is nothing to say.
const heartbeat = 15 * time.Second

// partOfEach is the part of all subscriptions that one account may have or, of those who
// have not signed in, one address, which may be an office.
const partOfEach = 4

// stream is a connection by which messages are sent.
type stream struct {
	// from is the request that opened it, again who asks by it as of now.
	from  *http.Request
	again func(context.Context) (identity, error)
	// resume is the token to go on after, token that of the message made last.
	resume, token string
	// fail tells why a subscription ends, where that is another message than others.
	fail func(context.Context, gqlerror.List)
	// expel ends the connection when that has been told, where more than one
	// subscription may go by it.
	expel func()
}

type streamKey struct{}

// streams tells whether a request is for messages, which come as long as it lasts.
func streams(r *http.Request) bool { return asksForEvents(r) || asksForWebSocket(r) }

// until is a context that ends when the server ends what is followed.
func (s *Server) until(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(s.following, cancel)
	return ctx, func() { stop(); cancel() }
}

// followed answers a subscription: each message from a state and for a caller of its own.
func (s *Server) followed(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	of, ok := ctx.Value(streamKey{}).(*stream)
	if !ok {
		return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{present(s.options.Log)(ctx, errNoStream)}})
	}
	operation := graphql.GetOperationContext(ctx)
	fields := graphql.CollectFields(operation, operation.Operation.SelectionSet, []string{"Subscription"})
	if len(fields) != 1 || strings.HasPrefix(fields[0].Name, "__") {
		return of.refusing(gqlerror.List{present(s.options.Log)(ctx, errNotOne)})
	}
	caller := caller(of.from)
	if who := identityOf(ctx); who.account != nil {
		caller = "account " + who.account.Name
	}
	leave, err := s.subscriptions.take(caller)
	if err != nil {
		return of.refusing(gqlerror.List{present(s.options.Log)(ctx, err)})
	}
	feed := &model.Feed{Resume: of.resume, Leave: func() {}}
	m := &messages{Server: s, of: of, feed: feed, caller: caller}
	m.reading = batch.ReadingOf(operation.Operation, generated.MayRead)
	m.end = func() { feed.Leave(); leave() }
	view := s.viewOf(ctx, s.options.Follower.Current())
	m.handler = next(withTold(batch.Begin(view.With(model.WithFeed(ctx, feed)), m.reading), false))
	if feed.Next == nil {
		defer m.end()
		if refused := m.handler(ctx); refused != nil {
			return of.refusing(refused.Errors)
		}
		return of.refusing(nil)
	}
	s.begun.Add(1)
	context.AfterFunc(ctx, func() { // however it ends, each transport ends the context
		m.end()
		s.begun.Add(-1)
	})
	return m.next
}

// refusing ends a subscription with what is wrong.
func (of *stream) refusing(faults gqlerror.List) graphql.ResponseHandler {
	return func(ctx context.Context) *graphql.Response {
		told := faults
		faults = nil
		if len(told) == 0 {
			return nil
		}
		if of.fail != nil {
			of.fail(ctx, told)
			return nil
		}
		return &graphql.Response{Errors: told}
	}
}

// messages are those of one subscription.
type messages struct {
	*Server
	of      *stream
	feed    *model.Feed
	caller  string
	reading batch.Reading
	handler graphql.ResponseHandler
	end     func()
	last    []byte                  // what was answered last, but for its token
	ended   graphql.ResponseHandler // nil while it goes on
}

// next answers the next message, and nil at the end.
func (m *messages) next(ctx context.Context) *graphql.Response {
	if m.ended != nil {
		return m.ended(ctx)
	}
	response, err := m.message(ctx)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		m.ended = m.of.refusing(gqlerror.List{present(m.options.Log)(ctx, err)})
		if m.of.expel != nil && problem.CodeOf(err) == problem.Unauthenticated {
			m.of.expel()
		}
		return m.ended(ctx)
	}
	if response != nil && len(response.Errors) > 0 && !bytes.Contains(response.Data, []byte(m.of.token)) {
		m.ended = m.of.refusing(response.Errors) // without its token there is no way on from it
		return m.ended(ctx)
	}
	return response
}

func (m *messages) message(ctx context.Context) (*graphql.Response, error) {
	for {
		message, err := m.feed.Next(ctx)
		if err != nil {
			return nil, err
		}
		response, err := m.answer(ctx, message)
		if err != nil || response == nil {
			return nil, err
		}
		if !message.Changing {
			return response, nil
		}
		plain := bytes.ReplaceAll(response.Data, []byte(m.of.token), nil)
		if m.last == nil || !bytes.Equal(plain, m.last) || len(response.Errors) > 0 {
			m.last = plain
			return response, nil
		}
	}
}

// answer answers one message for who asks as of now.
func (m *messages) answer(ctx context.Context, message *model.Message) (response *graphql.Response, err error) {
	ctx, cancel := context.WithTimeout(ctx, m.options.Limits.RequestTime)
	defer cancel()
	if identityOf(ctx).account != nil {
		who, err := m.of.again(ctx)
		if err != nil {
			return nil, err
		}
		ctx = context.WithValue(ctx, identityKey{}, who)
	}
	request := m.budget.Begin(m.caller)
	defer request.End()
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("answering a message: %w", recovered(m.options.Log)(ctx, panicked))
		}
	}()
	ctx = admission.With(ctx, request)
	index, beside := message.State.Index, &rows{replicas: m.options.Replicas}
	for asked := 1; ; asked++ {
		view := m.viewAt(ctx, index, m.options.Now(), m.from(beside))
		m.of.token = message.Token(view)
		message.Answer(view)
		response = m.handler(withTold(batch.Begin(view.With(ctx), m.reading), false))
		if response != nil {
			request.Answered(len(response.Data)) //nolint:errcheck // it is asked whether it was refused
		}
		if refused := request.Refused(); refused != nil {
			return nil, refused
		}
		if response == nil {
			return nil, unanswered(ctx)
		}
		if beside.lost() && ctx.Err() == nil {
			request.Again()
			continue
		}
		if !view.Stale() || asked >= mostAnswers {
			m.metrics.messages.Inc()
			return response, nil
		}
		if index, err = m.options.Follower.Index(ctx); err != nil {
			return nil, err
		}
		request.Again()
	}
}

var errNotOne = problem.New(problem.InvalidInput, "", "a subscription follows one thing").
	Mend("name one field, and follow others by subscriptions of their own")

var errNoStream = problem.New(problem.InvalidInput, "", "a subscription is answered by messages").
	Mend("ask by GET with Accept: text/event-stream, or open a WebSocket with the protocol graphql-transport-ws")

// subscriptionError makes a fault the last message of a subscription by WebSocket.
func (s *Server) subscriptionError(id string) func(context.Context, gqlerror.List) {
	return func(ctx context.Context, faults gqlerror.List) {
		s.show(&graphql.Response{Errors: faults}, id)
		for _, fault := range faults {
			handler.AddSubscriptionError(ctx, fault)
		}
	}
}
