package server

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/reliefgraph/reliefgraph/internal/export"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// exports serves files. Each is made of many GraphQL documents, all answered
// from one state of the database.
func (s *Server) exports(ask export.Ask) http.Handler {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request, err := export.Parse(r.PathValue("file"), r.URL.Query())
		if err != nil {
			s.refuseWith(w, r, err)
			return
		}
		note(r.Context()).operation = request.Name()
		sent, err := s.sending.take(caller(r))
		if err != nil {
			s.refuseWith(w, r, err)
			return
		}
		defer sent()
		made, err := s.making.take(caller(r))
		if err != nil {
			s.refuseWith(w, r, err)
			return
		}
		defer made()
		s.export(w, r, request, ask, made)
	})
	return compressed(handler, "text/csv", "application/x-ndjson", mediaJSON)
}

// How many files may be on their way to their readers for each that may be made at
// once, and how long a reader may take nothing.
const (
	sentForEachMade  = 4
	readersPatience  = 30 * time.Second
	sentAtOnce       = 16 << 10
	socketsSendSpace = 64 << 10
)

// export makes one file and sends it. What it takes to make one is given back as
// soon as it is made, however slowly it is read.
func (s *Server) export(w http.ResponseWriter, r *http.Request, request *export.Request, ask export.Ask, made func()) {
	taken, err := s.snapshot(r.Context())
	if err != nil {
		s.refuseWith(w, r, err)
		return
	}
	defer taken.Release()
	now := s.options.Now()
	ctx, giveUp := context.WithCancel(context.WithValue(r.Context(), stateKey{}, &state{taken, now}))
	defer giveUp()
	base := addressOf(r)
	seesAll := s.viewOf(ctx, taken.Index).SeesAll()
	file, err := request.Open(ctx, ask, seesAll, now, base, base+r.URL.RequestURI())
	if err != nil {
		s.refuseWith(w, r, err)
		return
	}
	d := &download{w: w, control: http.NewResponseController(w), patience: s.options.Limits.ReadersPatience, begin: func() {
		name, ascii := request.FileName(file)
		header := w.Header()
		header.Set("Content-Type", request.Format().ContentType())
		header.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s"; filename*=UTF-8''%s`, ascii, url.PathEscape(name)))
		header.Set("Cache-Control", "no-store")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		w.WriteHeader(http.StatusOK)
	}}
	if r.Method == http.MethodHead {
		d.begin()
		return
	}
	kept, err := newSpool()
	if err != nil {
		s.refuseWith(w, r, err)
		return
	}
	defer kept.remove()
	d.settle(r.Context())
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		if err = d.send(kept); err != nil {
			giveUp() // nobody is left to make it for
		}
	}()
	defer func() { <-sent }()              // before the answer is over, even if what makes the file panics
	kept.fill(func(into io.Writer) error { //nolint:errcheck // the sender learns it
		return request.Write(ctx, file, into)
	})
	taken.Release()
	made()
	<-sent
	switch {
	case err == nil:
	case errors.Is(err, os.ErrDeadlineExceeded):
		s.metrics.stalled.Inc()
		s.options.Log.InfoContext(
			ctx, "a reader took nothing of an export any more", "requestId", requestID(ctx), "export", request.Name(), "caller", caller(r))
		panic(http.ErrAbortHandler)
	case r.Context().Err() != nil:
		panic(http.ErrAbortHandler) // the client has gone
	case !d.begun:
		s.refuseWith(w, r, err)
	default:
		s.options.Log.WarnContext(ctx, "an export broke off", "requestId", requestID(ctx), "export", request.Name(), "error", err)
		// A file that ends too early must not look whole: the connection breaks.
		panic(http.ErrAbortHandler)
	}
}

// download begins the answer with the first bytes of the file, so that what goes
// wrong before them is answered as an error, and goes on as long as its reader does.
type download struct {
	w        http.ResponseWriter
	control  *http.ResponseController
	patience time.Duration
	begin    func()
	begun    bool
}

type connectionKey struct{}

// settle readies the connection. The time for reading the request would end the
// answer too. And a kernel that keeps megabytes of what a slow reader has not taken
// hears of its progress too seldom to tell it from one that has stopped.
func (d *download) settle(ctx context.Context) {
	d.control.SetReadDeadline(time.Time{}) //nolint:errcheck // only tests have writers without deadlines
	connection := ctx.Value(connectionKey{})
	if encrypted, ok := connection.(*tls.Conn); ok {
		connection = encrypted.NetConn()
	}
	if connection, ok := connection.(*net.TCPConn); ok {
		connection.SetWriteBuffer(socketsSendSpace) //nolint:errcheck // then a very slow reader may lose its file
	}
}

// send sends a file while it is made. Its reader has a new time for each part.
func (d *download) send(from *spool) error {
	part := make([]byte, sentAtOnce)
	for at := int64(0); ; {
		n, err := from.readAt(part, at)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		d.control.SetWriteDeadline(time.Now().Add(d.patience)) //nolint:errcheck // only tests have writers without deadlines
		if !d.begun {
			d.begun = true
			d.begin()
		}
		if err != nil {
			return nil
		}
		if _, err := d.w.Write(part[:n]); err != nil {
			return err
		}
		at += int64(n)
	}
}

// state is what the operations of one export share.
type state struct {
	*store.Snapshot
	now time.Time
}

type stateKey struct{}

// snapshot takes the newest state, in no more time than a request has.
func (s *Server) snapshot(ctx context.Context) (*store.Snapshot, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(s.options.Limits.RequestTime, func() { cancel(context.DeadlineExceeded) })
	taken, err := s.options.Follower.Snapshot(ctx)
	if !timer.Stop() || err != nil {
		cause := context.Cause(ctx)
		cancel(nil)
		if taken != nil {
			taken.Release()
		}
		if errors.Is(cause, context.DeadlineExceeded) {
			return nil, fmt.Errorf(
				"%w: %w",
				problem.New(problem.Timeout, "", "the newest state could not be read in time; try again"),
				cause,
			)
		}
		return nil, err
	}
	return taken, nil
}

// asking makes what answers documents in the process.
func (s *Server) asking() export.Ask {
	exec := executor.New(s.schema())
	s.answers(exec)
	return s.askWith(exec)
}

// askWith answers documents in the process. They are our own, so that no bounds
// are set but the time of each.
func (s *Server) askWith(exec *executor.Executor) export.Ask {
	return func(ctx context.Context, document string, variables map[string]any, into any) error {
		ctx, cancel := context.WithTimeout(ctx, s.options.Limits.RequestTime)
		defer cancel()
		ctx = graphql.StartOperationTrace(ctx)
		operation, faults := exec.CreateOperationContext(ctx, &graphql.RawParams{Query: document, Variables: maps.Clone(variables)})
		if faults != nil {
			return misgiven(faults[0], operation, variables)
		}
		responses, ctx := exec.DispatchOperation(ctx, operation)
		answer := responses(ctx)
		switch {
		case answer == nil:
			return unanswered(ctx)
		case len(answer.Errors) > 0:
			return answer.Errors[0]
		}
		decoder := json.NewDecoder(strings.NewReader(string(answer.Data)))
		decoder.UseNumber()
		if err := decoder.Decode(into); err != nil {
			return fmt.Errorf("reading an answer: %w", err)
		}
		return nil
	}
}

// statusOf is the status of an answer that tells an error.
var statusOf = map[problem.Code]int{
	problem.InvalidInput: http.StatusBadRequest, problem.NotFound: http.StatusNotFound, problem.Timeout: http.StatusGatewayTimeout,
	problem.Unavailable: http.StatusServiceUnavailable, problem.Unauthenticated: http.StatusUnauthorized,
	problem.Forbidden: http.StatusForbidden, problem.RateLimited: http.StatusTooManyRequests,
	problem.Conflict: http.StatusConflict,
}

// refuseWith answers with an error, as GraphQL is answered with one.
func (s *Server) refuseWith(w http.ResponseWriter, r *http.Request, err error) {
	shown := present(s.options.Log)(r.Context(), err)
	shown.Path, shown.Locations = nil, nil // of a document that the caller has not written
	code, _ := shown.Extensions["code"].(string)
	status, ok := statusOf[problem.Code(code)]
	if !ok {
		status = http.StatusInternalServerError
	}
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	s.write(w, mediaJSON, status, &graphql.Response{Errors: gqlerror.List{shown}}, false)
}

// addressOf is the server's address as the client knows it.
func addressOf(r *http.Request) string {
	scheme := "http"
	if overTLS(r) {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}
