package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"

	"github.com/XSAM/otelsql"
	"github.com/lib/pq"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

// traced opens a pool whose statements are spans of the requests that run them, by
// the names of the methods whose constants they are. Neither texts nor values nor
// what the database says of them are told.
func traced(connector driver.Connector, by trace.TracerProvider) *sql.DB {
	return otelsql.OpenDB(
		connector,
		otelsql.WithTracerProvider(by),
		otelsql.WithAttributes(attribute.String("db.system.name", "postgresql")),
		otelsql.WithSpanNameFormatter(func(_ context.Context, method otelsql.Method, query string) string {
			if name := statementName(query); name != "" {
				return name
			}
			return string(method)
		}),
		otelsql.WithSpanErrorAttributesGetter(func(err error) []attribute.KeyValue {
			return []attribute.KeyValue{attribute.String("error.type", kindOf(err))}
		}),
		otelsql.WithSpanOptions(otelsql.SpanOptions{
			DisableQuery: true, DisableErrSkip: true, OmitConnResetSession: true, OmitConnPrepare: true, OmitRows: true,
			OmitConnectorConnect: true,
			RecordError:          func(error) bool { return false }, // its text may hold values
			// Looks at what is new belong to no request.
			SpanFilter: func(ctx context.Context, _ otelsql.Method, _ string, _ []driver.NamedValue) bool {
				return trace.SpanFromContext(ctx).IsRecording()
			},
		}),
	)
}

// kindOf names the kind of a fault: the database's code, where it told one.
func kindOf(err error) string {
	if fault, ok := errors.AsType[*pq.Error](err); ok {
		return string(fault.Code)
	}
	return fmt.Sprintf("%T", err)
}

// statementName is what the first line of a statement calls it.
func statementName(query string) string {
	first, _, _ := strings.Cut(query, "\n")
	name, _ := strings.CutPrefix(first, "-- ")
	if name == first {
		return ""
	}
	return name
}
