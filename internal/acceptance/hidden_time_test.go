package acceptance

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// TestHiddenTakesAsLong: of what is hidden and of what there is not an account gets the
// same answer, and neither before the time that the wall may need to look.
func TestHiddenTakesAsLong(t *testing.T) {
	t.Parallel()
	db := demo(t)
	const least = 5 * time.Millisecond
	elsewhere := account.Grant{Role: account.Clerk, NodeCode: "533102103", Scope: account.Self, From: calendar.Date(2026, 1, 1)}
	headers := map[string][]string{"Authorization": {"Bearer " + pgtest.Account(t, db, "elsewhere", elsewhere)}}
	prepare(serveTrusted(t, db, nil), "publishDocument", "hidden")
	s := serve(t, db, nil)
	for _, ref := range []string{"hidden", "unknown"} {
		for _, asked := range []string{
			fmt.Sprintf(`{ disclosure(ref: %q) { title } }`, ref), fmt.Sprintf(`{ node(id: %q) { id } }`, cursorOf("d", ref)),
		} {
			for range 20 {
				begun := time.Now()
				answer := asJSON(s.askWith(headers, asked, nil))
				if taken := time.Since(begun); taken < least || strings.Contains(answer, "hidden") || !strings.Contains(answer, "null") {
					t.Errorf("%s: %s after %s", asked, answer, taken)
				}
			}
		}
	}
}
