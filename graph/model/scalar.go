// Package model holds the types of the GraphQL schema: each translates what the
// domain says of one thing. Rules and SQL live elsewhere.
package model

import (
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

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

// separator stands between the parts of an id or cursor; codes and refs have no
// blanks (docs/contract/import-formats.md).
const separator = " "

// opaque packs the parts of an id or cursor.
func opaque(parts ...string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(parts, separator)))
}

// unpack gives the parts of an id or cursor; ok is false for a text that packs none.
func unpack(text string) (parts []string, ok bool) {
	decoded, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || !storable(string(decoded)) || base64.RawURLEncoding.EncodeToString(decoded) != text {
		return nil, false
	}
	return strings.Split(string(decoded), separator), true
}

// reveal unpacks a cursor of so many parts; ok is false for any other text.
func reveal(text, kind string, parts int) (revealed []string, ok bool) {
	revealed, ok = unpack(text)
	if !ok || len(revealed) != parts+1 || revealed[0] != kind {
		return nil, false
	}
	return revealed[1:], true
}

// storable tells whether the database can hold a text.
func storable(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }

// optional turns an empty text into null.
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// inRange refuses a number outside what an argument allows.
func inRange(field string, value, least, most int) error {
	if value < least || value > most {
		return problem.Invalid(field, fmt.Sprintf("give a number from %d to %d", least, most), "%d is out of range", value)
	}
	return nil
}

// checkText refuses a text that is longer than an argument allows, or that no
// text here can equal.
func checkText(field, text string, most int) error {
	if len([]rune(text)) > most {
		return problem.Invalid(field, fmt.Sprintf("give at most %d characters", most), "the text is too long")
	}
	if strings.ContainsRune(text, 0) {
		return problem.Invalid(field, "leave it out", "it holds the character U+0000, which no text here has")
	}
	return nil
}
