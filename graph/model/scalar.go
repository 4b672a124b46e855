// Package model holds the types of the GraphQL schema: each translates what the
// domain says of one thing. Rules and SQL live elsewhere.
package model

import (
	"fmt"
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
	return calendar.ParseInstant(fmt.Sprint(value)) // no other type of value prints as an instant
}
