package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/reliefgraph/reliefgraph/graph"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// transport serves GraphQL over HTTP as the specification of that name says:
// queries by GET and POST, mutations by POST alone. The library's own transports
// differ from it in status codes.
type transport struct{ *Server }

var _ graphql.Transport = transport{}

// The media types of answers.
const (
	mediaGraphQL = "application/graphql-response+json"
	mediaJSON    = "application/json"
)

// Supports takes every request: what is wrong with one is said here.
func (transport) Supports(*http.Request) bool { return true }

// Do answers one request.
func (t transport) Do(w http.ResponseWriter, r *http.Request, executor graphql.GraphExecutor) {
	w.Header().Add("Vary", variesBy)
	media, ok := acceptable(r.Header.Values("Accept"))
	if !ok && !asksForEvents(r) {
		t.refuse(w, mediaJSON, http.StatusNotAcceptable, unacceptable)
		return
	}
	start := graphql.Now()
	asked, status, fault := readRequest(r)
	if fault != "" {
		if status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", graphqlMethods)
		}
		t.refuse(w, media, status, fault)
		return
	}
	params := &asked.RawParams
	text, untrusted := t.options.Documents.resolve(t.options.Trust, asked.documentID, params.Query)
	if untrusted != nil {
		t.refuseAs(w, media, requestErrorStatus(media), untrusted.Code, untrusted.Error())
		return
	}
	params.Query = text
	params.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	params.Headers = r.Header
	ctx := r.Context()
	operation, faults := executor.CreateOperationContext(ctx, params)
	if asksForEvents(r) {
		if t.followedByEvents(w, r, executor, params, operation, faults, ok) {
			return
		}
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, t.options.Limits.RequestTime)
		defer cancel()
	}
	if faults != nil {
		if r.Method != http.MethodPost {
			ctx = context.WithValue(ctx, byGETKey{}, true)
		}
		t.refuseOperation(ctx, w, media, executor, params, operation, faults)
		return
	}
	note(ctx).operation = t.metrics.names.label(operation.Operation.Name)
	if operation.Operation.Operation == ast.Subscription {
		t.refuse(w, media, http.StatusNotAcceptable, errNoStream.Error())
		return
	}
	if r.Method != http.MethodPost && operation.Operation.Operation != ast.Query {
		w.Header().Set("Allow", http.MethodPost)
		t.refuse(w, media, http.StatusMethodNotAllowed, "GET is for queries alone; send mutations by POST")
		return
	}
	if err := mayRun(ctx, operation, t.options.Documents.texts[text]); err != nil {
		t.refuseWith(w, r, err)
		return
	}
	question := questionOf(media, operation)
	if t.unchanged(w, r, question) {
		return
	}
	ctx = graph.WithUnread(ctx, leaveOutUnread(operation))
	ctx, saw := withSaw(ctx)
	ctx, request := t.admitted(ctx, operation, r)
	began := time.Now()
	ctx, span := t.operationSpan(ctx, operation.Operation)
	responses, ctx := executor.DispatchOperation(ctx, operation)
	answer := responses(ctx)
	request.End()
	span.End()
	t.metrics.ran(operation.Operation.Name, time.Since(began))
	if answer != nil {
		request.Answered(len(answer.Data)) //nolint:errcheck // it is asked whether it was refused
	}
	if t.refusedAnswer(w, r, media, request.Refused()) {
		return
	}
	if answer == nil {
		shown := present(t.options.Log)(r.Context(), unanswered(ctx)) // by its own context nothing has been told
		answer = &graphql.Response{Errors: gqlerror.List{shown}}
	}
	if r.Method != http.MethodPost && len(answer.Errors) == 0 {
		t.mayBeKept(w, question, saw)
	}
	t.write(w, media, http.StatusOK, answer, true)
}

// refuseOperation answers a document that is not executed; of mutations whose
// variables do not fit with all faults of the input.
func (t transport) refuseOperation(
	ctx context.Context,
	w http.ResponseWriter,
	media string,
	executor graphql.GraphExecutor,
	params *graphql.RawParams,
	operation *graphql.OperationContext,
	faults gqlerror.List,
) {
	told := make(gqlerror.List, len(faults))
	for i, fault := range faults {
		told[i] = misgiven(unchosen(fault, operation), operation, params.Variables)
	}
	answer := executor.DispatchError(graphql.WithOperationContext(ctx, operation), told)
	if t.mayLook(ctx, operation, params) { // others would be sought for nobody, at some price
		if fits, found, left := misfits(ctx, executor, params, operation, faults); len(found) > 0 {
			var rest *graphql.Response
			if left == nil {
				rest = lookedAt(ctx, executor, fits, found)
			}
			withProblems(answer.Errors[0], found, rest)
		}
	}
	t.write(w, media, requestErrorStatus(media), answer, false)
}

type byGETKey struct{}

func askedByGET(ctx context.Context) bool { return ctx.Value(byGETKey{}) != nil }

// mayLook tells whether what else is wrong with mutations is looked for: for who may
// run them, by the method by which they may be run.
func (t transport) mayLook(ctx context.Context, operation *graphql.OperationContext, params *graphql.RawParams) bool {
	return identityOf(ctx).account != nil && operation != nil && operation.Operation != nil && !askedByGET(ctx) &&
		mayRun(ctx, operation, t.options.Documents.texts[params.Query]) == nil
}

// requestErrorStatus is the status of an answer to a document that was not
// executed: under the older media type a well-formed request is answered by 200.
func requestErrorStatus(media string) int {
	if media == mediaJSON {
		return http.StatusOK
	}
	return http.StatusBadRequest
}

// wish is a media type that an answer may have, and how much it is wanted; 0: not.
type wish struct {
	media      string
	parameters map[string]string
	quality    float64
}

// wishes reads what a request accepts; what is none is passed over.
func wishes(accept []string) (all []wish) {
	for _, text := range strings.Split(strings.Join(accept, ","), ",") {
		media, parameters, err := mime.ParseMediaType(strings.TrimSpace(text))
		if err != nil {
			continue
		}
		quality := 1.0
		if q, err := strconv.ParseFloat(parameters["q"], 64); err == nil {
			quality = q
		}
		all = append(all, wish{media, parameters, quality})
	}
	return all
}

// acceptable picks the media type of the answer. Without a wish it is the one
// that every client understands.
func acceptable(accept []string) (media string, ok bool) {
	if len(accept) == 0 {
		return mediaJSON, true
	}
	best := -1.0
	for _, wish := range wishes(accept) {
		if charset := wish.parameters["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
			continue
		}
		var offered string
		switch wish.media {
		case mediaGraphQL:
			offered = mediaGraphQL
		case mediaJSON, "*/*", "application/*":
			offered = mediaJSON
		default:
			continue
		}
		if wish.quality > best && wish.quality > 0 {
			best, media = wish.quality, offered
		}
	}
	return media, best > 0
}

// refuse answers a request that is no GraphQL request.
func (s *Server) refuse(w http.ResponseWriter, media string, status int, message string) {
	s.refuseAs(w, media, status, problem.InvalidInput, message)
}

// refuseAs answers a request that is not executed, with a code.
func (s *Server) refuseAs(w http.ResponseWriter, media string, status int, code problem.Code, message string) {
	s.write(w, media, status, &graphql.Response{Errors: gqlerror.List{{
		Message: message, Extensions: map[string]any{"code": string(code)},
	}}}, false)
}

// write sends an answer, which nobody keeps unless it was said; each of its errors
// names the request and shows all that it repeats, and the header says when to try
// again where one of them does. One whose document was not executed has
// no data, not even null.
func (s *Server) write(w http.ResponseWriter, media string, status int, answer *graphql.Response, executed bool) {
	if later := s.show(answer, w.Header().Get(requestIDHeader)); later > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(later))
	}
	if w.Header().Get("Cache-Control") == "" {
		w.Header().Set("Cache-Control", "no-store")
	}
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	w.Header().Set("Content-Type", media+"; charset=utf-8")
	parts, err := partsOf(answer, executed)
	if err != nil {
		status, parts = http.StatusInternalServerError, [][]byte{[]byte(
			`{"errors":[{"message":"the answer could not be written","extensions":{"code":"INTERNAL"}}]}`,
		)}
	}
	length := 0
	for _, part := range parts {
		length += len(part)
	}
	w.Header().Set("Content-Length", strconv.Itoa(length))
	w.WriteHeader(status)
	s.outgoing.send(w, parts, length)
}

// show lets each error of an answer name the request and show all that it repeats, and
// tells in how many seconds the same may be tried again, 0 where none says so.
func (s *Server) show(answer *graphql.Response, requestID string) (later int) {
	for _, fault := range answer.Errors {
		if fault.Extensions == nil {
			fault.Extensions = map[string]any{}
		}
		s.metrics.fault(fault)
		fault.Message = problem.Visible(fault.Message)
		if field, ok := fault.Extensions["field"].(string); ok {
			fault.Extensions["field"] = problem.Visible(field)
		}
		fault.Extensions["requestId"] = requestID
		seconds, _ := fault.Extensions["retryAfter"].(int)
		later = max(later, seconds)
	}
	return later
}

// partsOf writes an answer as JSON. Its data are JSON already, and may be large:
// they are sent as they are.
func partsOf(answer *graphql.Response, executed bool) (parts [][]byte, err error) {
	member := func(name string, value []byte) {
		before := `,"` + name + `":`
		if len(parts) == 0 {
			before = `{"` + name + `":`
		}
		parts = append(parts, []byte(before), value)
	}
	if len(answer.Errors) > 0 {
		faults, err := json.Marshal(answer.Errors)
		if err != nil {
			return nil, err
		}
		member("errors", faults)
	}
	switch {
	case !executed:
	case answer.Data == nil:
		member("data", []byte("null"))
	default:
		member("data", answer.Data)
	}
	if len(answer.Extensions) > 0 {
		extensions, err := json.Marshal(answer.Extensions)
		if err != nil {
			return nil, err
		}
		member("extensions", extensions)
	}
	if len(parts) == 0 {
		parts = [][]byte{[]byte("{")}
	}
	return append(parts, []byte("}")), nil
}

// unanswered is why the library answers a request with nothing: its time was over
// before it was executed, or the client has left.
func unanswered(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("before the request was executed: %w", err)
	}
	return errors.New("the library gave no answer")
}
