package acceptance

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// TestDashboardKnown shows in headless Chromium what was known before a document came in
// late; its script says how.
func TestDashboardKnown(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s, writing := serve(t, db, asOfNow), serveTrusted(t, db, asOfNow)
	before := time.Now()
	writing.data(`mutation {
		registerDisclosure(input: {ref: "late-1", publisherCode: "533102401", entryCode: "1.3", title: "迟来的文件", attribute: PROACTIVE, formedOn: "2026-10-08"}) { closedGap }
		publishDocument(input: {ref: "late-1", publishedOn: "2026-11-02"}) { closedGap } }`, nil)
	script := exec.Command("node", "--test", "e2e/known.test.mjs")
	script.Dir = "../web/ui"
	script.Env = append(os.Environ(), "RELIEFGRAPH_URL="+s.url,
		"RELIEFGRAPH_KNOWN="+before.In(calendar.Shanghai).Format("2006-01-02T15:04:05.000000"))
	if output, err := script.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
}
