package calendar

import (
	"time"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// ParseInstant reads RFC 3339 with an offset, cut to whole microseconds: the
// database keeps no more, and would round what is finer, perhaps into the next
// day. Whether the instant is in range is for its rule to say.
func ParseInstant(text string) (time.Time, error) {
	instant, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, problem.Invalid("", "write RFC 3339 with an offset, as 2026-11-24T09:00:00+08:00", "%q is not an instant", text)
	}
	return instant.Truncate(time.Microsecond), nil
}
