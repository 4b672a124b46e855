package server

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// importMethods are those by which files are imported.
const importMethods = http.MethodPost

// How many imports may be under way at once, and of one account.
const (
	importsAtOnce = 2
	importsOfEach = 1
)

// mostForbidden is how many rows that are not for the account are told one by one.
const mostForbidden = 100

// imports takes files in, for accounts that may.
func (s *Server) imports() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", importMethods)
			s.refuse(w, mediaJSON, http.StatusMethodNotAllowed, "POST imports files")
			return
		}
		dryRun, err := s.mayAsk(r)
		if err != nil {
			s.refuseWith(w, r, err)
			return
		}
		if !isMultipart(r) {
			s.refuse(
				w,
				mediaJSON,
				http.StatusUnsupportedMediaType,
				"send the files as multipart/form-data, each as a part with its file name",
			)
			return
		}
		leave, err := s.importing.take(identityOf(r.Context()).account.Name)
		if err != nil {
			s.refuseWith(w, r, err)
			return
		}
		defer leave()
		sent, err := s.receive(w, r)
		if err != nil {
			s.refuseUpload(w, r, err)
			return
		}
		defer sent.remove()
		s.importSent(w, r, sent, dryRun)
	})
}

// mayAsk refuses who may import nothing, before anything is read of what is sent.
func (s *Server) mayAsk(r *http.Request) (dryRun bool, err error) {
	who := identityOf(r.Context())
	if who.account == nil {
		return false, problem.New(problem.Unauthenticated, "", "an import is for an account").Mend("sign in, or send a token")
	}
	if err := who.mayWrite(); err != nil {
		return false, err
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return false, problem.Invalid("", "write each byte of a parameter that is no letter or digit as %XX", "the address cannot be read")
	}
	for name, values := range query {
		if name != "dryRun" || len(values) > 1 {
			err = problem.Invalid(name, "leave it out", "an import has the parameter dryRun once, and no other")
		}
	}
	if err != nil || !query.Has("dryRun") {
		return false, err
	}
	if dryRun, err = strconv.ParseBool(query.Get("dryRun")); err != nil {
		return false, problem.Invalid("dryRun", "give true or false", "%q is neither true nor false", query.Get("dryRun"))
	}
	return dryRun, nil
}

// importSent imports files that are here whole.
func (s *Server) importSent(w http.ResponseWriter, r *http.Request, sent *upload, dryRun bool) {
	control := http.NewResponseController(w)
	// However long it takes: it ends with its caller.
	control.SetReadDeadline(time.Time{})  //nolint:errcheck // only tests have connections without deadlines
	control.SetWriteDeadline(time.Time{}) //nolint:errcheck // likewise
	who := identityOf(r.Context()).account
	report, err := importer.Import(r.Context(), s.options.Imports, importer.FromUpload(sent, sent.names), importer.Options{
		By: store.By{Account: who.Name, Way: store.ByImport}, Today: s.today(), Account: who, At: s.options.Now(), DryRun: dryRun,
	})
	control.SetWriteDeadline(time.Now().Add(s.options.Limits.RequestTime + writeGrace)) //nolint:errcheck // likewise
	status := http.StatusOK
	if _, refused := errors.AsType[*importer.Refused](err); refused {
		status, err = http.StatusUnprocessableEntity, nil
	}
	if forbidden, ok := errors.AsType[*importer.Forbidden](err); ok {
		s.refuseRows(w, forbidden)
		return
	}
	var told bytes.Buffer
	if err == nil {
		err = report.PrintJSON(&told)
	}
	if err != nil {
		s.refuseWith(w, r, err)
		return
	}
	header := w.Header()
	header.Set("Content-Type", mediaJSON+"; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Length", strconv.Itoa(told.Len()))
	w.WriteHeader(status)
	w.Write(told.Bytes()) //nolint:errcheck // whoever asked is gone
}

// refuseRows names the rows that are not for the account, as GraphQL names errors.
func (s *Server) refuseRows(w http.ResponseWriter, forbidden *importer.Forbidden) {
	var faults gqlerror.List
	for _, row := range forbidden.Rows() {
		if len(faults) == mostForbidden {
			break
		}
		extensions := map[string]any{"code": string(problem.Forbidden), "file": row.File}
		if row.Line > 0 {
			extensions["line"], extensions["column"], extensions["value"] = row.Line, row.Column, problem.Visible(row.Value)
		}
		faults = append(faults, &gqlerror.Error{Message: row.Error(), Extensions: extensions})
	}
	if more := forbidden.Count() - len(faults); more > 0 {
		faults = append(faults, &gqlerror.Error{
			Message: fmt.Sprintf("and %d more", more), Extensions: map[string]any{"code": string(problem.Forbidden)},
		})
	}
	s.write(w, mediaJSON, http.StatusForbidden, &graphql.Response{Errors: faults}, false)
}

func (s *Server) refuseUpload(w http.ResponseWriter, r *http.Request, err error) {
	if _, over := errors.AsType[*tooMuch](err); over {
		s.refuseAs(w, mediaJSON, http.StatusRequestEntityTooLarge, problem.InvalidInput, err.Error())
		return
	}
	s.refuseWith(w, r, err)
}
