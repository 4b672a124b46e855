// Package model holds the types of the GraphQL schema: each translates what the
// domain says of one thing. Rules and SQL live elsewhere.
package model

import (
	"io"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// MarshalDate writes a day as YYYY-MM-DD; None and Never are null.
func MarshalDate(day calendar.Day) graphql.Marshaler {
	if !day.Given() {
		return graphql.Null
	}
	return graphql.WriterFunc(func(w io.Writer) {
		var quoted [12]byte
		quoted[0], quoted[11] = '"', '"'
		copy(quoted[1:], day.String())
		w.Write(quoted[:]) //nolint:errcheck // the answer's buffer takes everything
	})
}

// UnmarshalDate reads YYYY-MM-DD from 1990 to 2100.
func UnmarshalDate(value any) (calendar.Day, error) {
	text, ok := value.(string)
	if !ok || len(text) != len("2006-01-02") {
		return calendar.None, problem.Invalid("", "write YYYY-MM-DD, from 1990-01-01 to 2100-12-31", "%v is not a date", value)
	}
	return calendar.ParseDay(text)
}

// MarshalDateTime writes an instant as RFC 3339 with an offset.
func MarshalDateTime(instant time.Time) graphql.Marshaler { return graphql.MarshalTime(instant) }

// UnmarshalDateTime reads RFC 3339 with an offset.
func UnmarshalDateTime(value any) (time.Time, error) {
	text, _ := value.(string)
	instant, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return instant, problem.Invalid("", "write RFC 3339 with an offset, as 2026-11-24T09:00:00+08:00", "%v is not an instant", value)
	}
	// The database keeps microseconds; what is finer would come back as another instant.
	return instant.Truncate(time.Microsecond), nil
}
