package calendar_test

import (
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// TestParseInstant: an instant is RFC 3339 alone, with an offset that a clock
// has somewhere, and is kept in UTC to whole microseconds.
func TestParseInstant(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2024-05-06T08:30:00+08:00":           "2024-05-06T00:30:00Z",
		"2024-05-06T08:30:00.1234567Z":        "2024-05-06T08:30:00.123456Z",
		"2024-05-06T08:30:00+14:00":           "2024-05-05T18:30:00Z",
		"2024-05-06T08:30:00-14:00":           "2024-05-06T22:30:00Z",
		"2024-05-06t08:30:00z":                "2024-05-06T08:30:00Z",
		"2024-05-06t08:30:00+08:00":           "2024-05-06T00:30:00Z",
		"2024-05-06T08:30:00+08:60":           "",
		"2016-12-31T23:59:60Z":                "",
		"2024-05-06T08:30:00+14:01":           "",
		"2024-05-06T08:30:00+23:59":           "",
		"2024-05-06T08:30:00-16:00":           "",
		"2024-05-06T08:30:00,5Z":              "",
		"2024-05-06T8:30:00Z":                 "",
		"2024-05-06T08:30:00":                 "",
		"2024-05-06 08:30:00Z":                "",
		"2024-05-06T24:00:00Z":                "",
		"2024-05-06T08:30:00+0800":            "",
		"2024-05-06T08:30:00.+08:00":          "",
		"２０２４-05-06T08:30:00+08:00":           "",
		"2024-05-06T08:30:00.5,5Z":            "",
		"2024-05-06T08:30:00+08:00 and later": "",
	} {
		got, err := calendar.ParseInstant(text)
		if (err == nil) != (want != "") || err == nil && got.Format(time.RFC3339Nano) != want {
			t.Errorf("%s: %s %v, want %q", text, got.Format(time.RFC3339Nano), err, want)
		}
	}
}
