package calendar

import (
	"strings"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// farthestOffset from UTC is kept by clocks on the Line Islands (+14:00); the
// database takes none of 16 hours or more.
const farthestOffset = 14 * time.Hour

// ParseInstant reads RFC 3339 with an offset of at most 14 hours, in UTC as the
// database answers it, cut to whole microseconds: the database keeps no more,
// and would round what is finer, perhaps into the next day. Whether the instant
// is in range is for its rule to say.
func ParseInstant(text string) (time.Time, error) {
	// RFC 3339 has its two letters in either case; Parse does not. Parse takes hours of
	// one digit, decimal commas and offsets of sixty minutes, which RFC 3339 has not.
	instant, err := time.Parse(time.RFC3339, strings.ToUpper(text))
	if err != nil || text[len("2006-01-02T15")] != ':' || strings.Contains(text, ",") || strings.HasSuffix(text, ":60") {
		return time.Time{}, problem.Invalid("", "write RFC 3339 with an offset, as 2026-11-24T09:00:00+08:00", "%q is not an instant", text)
	}
	if _, seconds := instant.Zone(); time.Duration(seconds).Abs()*time.Second > farthestOffset {
		return time.Time{}, problem.Invalid("", "correct the offset; that of China is +08:00", "%q has an offset beyond 14:00", text)
	}
	return instant.UTC().Truncate(time.Microsecond), nil
}
