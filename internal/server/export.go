package server

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/klauspost/compress/gzhttp"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/reliefgraph/reliefgraph/internal/export"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// exports serves files. Each is made of many GraphQL documents, all answered
// from one state of the database.
func (s *Server) exports() http.Handler {
	exec := executor.New(s.schema())
	s.answers(exec)
	ask := s.askWith(exec)
	running := make(chan struct{}, s.options.Limits.Exports)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request, err := export.Parse(r.PathValue("file"), r.URL.Query())
		if err != nil {
			s.refuseExport(w, r, err)
			return
		}
		select {
		case running <- struct{}{}:
			defer func() { <-running }()
		default:
			w.Header().Set("Retry-After", "10")
			s.refuseExport(
				w,
				r,
				problem.New(problem.Unavailable, "", "as many exports are being made as this server makes at once; try again"),
			)
			return
		}
		s.export(w, r, request, ask)
	})
	compressed, err := gzhttp.NewWrapper(gzhttp.ContentTypes([]string{"text/csv", "application/x-ndjson", mediaJSON}))
	if err != nil {
		panic(err) // the options above do not fit the library
	}
	return compressed(handler)
}

// export makes one file.
func (s *Server) export(w http.ResponseWriter, r *http.Request, request *export.Request, ask export.Ask) {
	taken, err := s.snapshot(r.Context())
	if err != nil {
		s.refuseExport(w, r, err)
		return
	}
	defer taken.Release()
	now := s.options.Now()
	ctx := context.WithValue(r.Context(), stateKey{}, &state{taken, now})
	base := addressOf(r)
	file, err := request.Open(ctx, ask, now, base, base+r.URL.RequestURI())
	if err != nil {
		s.refuseExport(w, r, err)
		return
	}
	d := &download{w: w, control: http.NewResponseController(w), patience: s.options.Limits.RequestTime + writeGrace, begin: func() {
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
	// The time for reading the request would end the answer too.
	d.control.SetReadDeadline(time.Time{}) //nolint:errcheck // only tests have writers without deadlines
	buffered := bufio.NewWriterSize(d, 64<<10)
	if err = request.Write(ctx, file, buffered); err == nil {
		err = buffered.Flush()
	}
	switch {
	case err == nil:
	case r.Context().Err() != nil:
		panic(http.ErrAbortHandler) // the client has gone
	case !d.begun:
		s.refuseExport(w, r, err)
	default:
		s.options.Log.WarnContext(ctx, "an export broke off", "requestId", requestID(ctx), "export", request.Name(), "error", err)
		// A file that ends too early must not look whole: the connection breaks.
		panic(http.ErrAbortHandler)
	}
}

// download begins the answer with the first bytes of the file, so that what goes
// wrong before them is answered as an error, and gives the client a new time for
// each part.
type download struct {
	w        http.ResponseWriter
	control  *http.ResponseController
	patience time.Duration
	begin    func()
	begun    bool
}

func (d *download) Write(part []byte) (int, error) {
	d.control.SetWriteDeadline(time.Now().Add(d.patience)) //nolint:errcheck // only tests have writers without deadlines
	if !d.begun {
		d.begun = true
		d.begin()
	}
	return d.w.Write(part)
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
	problem.Unavailable: http.StatusServiceUnavailable,
}

// refuseExport answers with an error, as GraphQL is answered with one.
func (s *Server) refuseExport(w http.ResponseWriter, r *http.Request, err error) {
	shown := present(s.options.Log)(r.Context(), err)
	shown.Path, shown.Locations = nil, nil // of a document that the caller has not written
	code, _ := shown.Extensions["code"].(string)
	status, ok := statusOf[problem.Code(code)]
	if !ok {
		status = http.StatusInternalServerError
	}
	w.Header().Set("Cache-Control", "no-store")
	s.write(w, mediaJSON, status, &graphql.Response{Errors: gqlerror.List{shown}}, false)
}

// addressOf is the server's address as the client knows it.
func addressOf(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}
