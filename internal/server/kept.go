package server

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/reliefgraph/reliefgraph/graph/model"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// Clients and what stands between may keep the answers to GET, and ask each time
// whether they still hold (docs/adr/0010-entity-tags.md).

// graphqlMethods are those by which GraphQL is asked.
const graphqlMethods = "GET, HEAD, POST"

// fileMethods are those by which files are asked for.
const fileMethods = "GET, HEAD"

// variesBy are the headers by which answers of GraphQL differ.
const variesBy = "Accept, Authorization, Cookie"

// build tells programs apart: another may answer the same question otherwise.
var build = sync.OnceValue(func() string {
	name, err := os.Executable()
	if err != nil {
		return rand.Text()
	}
	file, err := os.Open(name)
	if err != nil {
		return rand.Text()
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return rand.Text()
	}
	return hex.EncodeToString(sum.Sum(nil))
})

// question is all of a request that its answer depends on, nil where it cannot be
// told.
type question []byte

func questionOf(media string, operation *graphql.OperationContext) question {
	if operation.Operation.Operation != ast.Query || costAsked(operation) || operation.Extensions[writtenKey] != nil {
		return nil
	}
	asked, err := json.Marshal([]any{media, operation.RawQuery, operation.Operation.Name, operation.Variables})
	if err != nil {
		return nil
	}
	return asked
}

// saw is what the answer to a request was made of.
type saw struct {
	view    *model.View
	version store.Version
}

type sawKey struct{}

func withSaw(ctx context.Context) (context.Context, *saw) {
	s := &saw{}
	return context.WithValue(ctx, sawKey{}, s), s
}

func sawOf(ctx context.Context) *saw {
	s, _ := ctx.Value(sawKey{}).(*saw)
	return s
}

func (s *saw) note(view *model.View, version store.Version) {
	if s != nil {
		s.view, s.version = view, version
	}
}

// tag names the answer to a question; empty where it has no name.
func (q question) tag(view *model.View, version store.Version) string {
	if q == nil || view == nil || version == "" {
		return ""
	}
	whole, err := json.Marshal([]any{version, view.Today, view.Sees(), build(), q})
	if err != nil {
		return ""
	}
	return weakTag(whole)
}

// weakTag names what follows from a content: the same is sent compressed in several
// ways.
func weakTag(content []byte) string {
	sum := sha256.Sum256(content)
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum[:18]) + `"`
}

// unchanged answers 304 where the client has the answer of the newest state.
func (t transport) unchanged(w http.ResponseWriter, r *http.Request, q question) bool {
	kept := r.Header.Values("If-None-Match")
	if len(kept) == 0 || r.Method == http.MethodPost {
		return false
	}
	view, version, err := t.view(r.Context())
	if err != nil {
		return false // which will be told when the question is asked
	}
	tag := q.tag(view, version)
	if tag == "" || !names(kept, tag) {
		return false
	}
	keep(w, tag, view)
	w.WriteHeader(http.StatusNotModified)
	return true
}

// mayBeKept says of an answer under which name it may be kept. What depends on the
// instant has none.
func (t transport) mayBeKept(w http.ResponseWriter, q question, s *saw) {
	tag := q.tag(s.view, s.version)
	if tag == "" || s.view.Momentary() {
		return
	}
	keep(w, tag, s.view)
}

// keep lets an answer be kept by whoever asks each time whether it still holds;
// one with more than everybody sees by its reader alone.
func keep(w http.ResponseWriter, tag string, view *model.View) {
	control := "no-cache"
	if view.Account != nil {
		control = "private, no-cache"
	}
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", control)
}

// names tells whether a tag is among those of If-None-Match, or any will do. Tags
// are compared weakly (RFC 9110, 13.1.2). A comma may stand within a tag.
func names(lists []string, tag string) bool {
	opaque := strings.TrimPrefix(tag, "W/")
	rest := strings.Join(lists, ",")
	for {
		rest = strings.TrimLeft(rest, ", \t")
		if rest == "" {
			return false
		}
		if rest[0] == '*' {
			return true
		}
		rest = strings.TrimPrefix(rest, "W/")
		if rest == "" || rest[0] != '"' {
			return false // garbled
		}
		end := strings.IndexByte(rest[1:], '"')
		if end < 0 {
			return false
		}
		if rest[:end+2] == opaque {
			return true
		}
		rest = rest[end+2:]
	}
}
