package server

import (
	"context"
	"net/http/httptest"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

// TestUntraced: where nothing is traced, that costs no memory.
func TestUntraced(t *testing.T) {
	s := &Server{}
	request := httptest.NewRequest("GET", "/graphql", nil)
	operation := &ast.OperationDefinition{Operation: ast.Query, Name: "NodeHome"}
	ctx := context.WithValue(context.Background(), notedKey{}, &noted{id: "id"})
	if allocated := testing.AllocsPerRun(100, func() {
		ctx, whole := s.requestSpan(ctx, request)
		ctx, asked := s.operationSpan(ctx, operation)
		_, look := s.span(ctx, "catching up")
		look.End()
		asked.End()
		endRequest(whole, 200)
	}); allocated > 0 {
		t.Errorf("%v allocations", allocated)
	}
}
