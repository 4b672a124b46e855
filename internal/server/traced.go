package server

import (
	"context"
	"net/http"

	"github.com/vektah/gqlparser/v2/ast"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// Traces tell of a request how long it took, what it ran, and its statements; of
// what was asked the names alone, neither texts nor variables.

// span begins a part of a request. Where nothing is traced it costs nothing.
func (s *Server) span(ctx context.Context, name string, options ...trace.SpanStartOption) (context.Context, trace.Span) {
	if s.options.Traces == nil {
		return ctx, trace.SpanFromContext(ctx)
	}
	return s.options.Traces.Tracer("github.com/reliefgraph/reliefgraph").Start(ctx, name, options...)
}

// requestSpan begins a request, within the trace that its caller names. What
// operators and their tools ask is none.
func (s *Server) requestSpan(ctx context.Context, r *http.Request) (context.Context, trace.Span) {
	where := route(r.URL.Path)
	if s.options.Traces == nil || probe(where) {
		return ctx, trace.SpanFromContext(ctx)
	}
	method := methodOf(r)
	ctx = propagation.TraceContext{}.Extract(ctx, propagation.HeaderCarrier(r.Header))
	return s.span(ctx, method+" "+where, trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(
		attribute.String("http.request.method", method),
		attribute.String("http.route", where),
		attribute.String("reliefgraph.request.id", requestID(ctx)),
	))
}

// endRequest ends a request with what was answered.
func endRequest(span trace.Span, status int) {
	if !span.IsRecording() {
		return
	}
	span.SetAttributes(attribute.Int("http.response.status_code", status))
	if status >= http.StatusInternalServerError {
		span.SetStatus(codes.Error, "")
	}
	span.End()
}

// operationSpan begins an operation. It is called what metrics call it: names of
// spans are counted by those who collect them, and are to be few.
func (s *Server) operationSpan(ctx context.Context, operation *ast.OperationDefinition) (context.Context, trace.Span) {
	if s.options.Traces == nil {
		return ctx, trace.SpanFromContext(ctx)
	}
	kind, name := string(operation.Operation), operation.Name
	if len(name) > longestName {
		name = another
	}
	return s.span(ctx, kind+" "+s.metrics.names.label(name), trace.WithAttributes(
		attribute.String("graphql.operation.type", kind), attribute.String("graphql.operation.name", name)))
}
