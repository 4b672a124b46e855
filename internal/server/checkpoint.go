package server

import (
	"io"
	"net/http"
)

// checkpoint serves the newest checkpoint of the log of changes to anybody: it tells
// nothing of what the log holds.
func (s *Server) checkpoint() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		newest, err := s.options.Audit.Checkpoint(r.Context())
		if err != nil {
			s.refuseWith(w, r, err)
			return
		}
		header := w.Header()
		header.Set("Content-Type", "text/plain; charset=utf-8")
		header.Set("Cache-Control", "no-store")
		header.Set("X-Content-Type-Options", "nosniff")
		io.WriteString(w, newest) //nolint:errcheck // whoever asked is gone
	})
}
