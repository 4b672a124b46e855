package server

import (
	"net/http"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/reliefgraph/reliefgraph/graph/generated"
)

// executableSchema is what documents have to fit.
var executableSchema = withoutDefer(generated.NewExecutableSchema(generated.Config{}).Schema())

// withoutDefer takes out the one directive that the library announces and the
// service does not do: a part of an answer never comes later than the rest.
func withoutDefer(schema *ast.Schema) *ast.Schema {
	delete(schema.Directives, "defer")
	return schema
}

// schemaVersion is the version that the schema's description tells.
func schemaVersion() string {
	_, after, _ := strings.Cut(executableSchema.Description, "Schema version ")
	version, _, _ := strings.Cut(after, ". ")
	return version
}

// schemaFile serves the schema as it is written, also where questions about it are
// refused: those cost work, and the file is no secret.
func schemaFile() http.Handler {
	text := executableSchema.Query.Position.Src.Input
	tag, version := weakTag([]byte(text)), schemaVersion()
	return compressed(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Type", "text/plain; charset=utf-8")
		header.Set("Cache-Control", "no-cache")
		header.Set("ETag", tag)
		header.Set("Reliefgraph-Schema-Version", version)
		header.Set("X-Content-Type-Options", "nosniff")
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(text))
	}))
}
