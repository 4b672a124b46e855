package acceptance

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// TestDashboardKnown shows in headless Chromium what was known before a document, a
// concern, relief and orders came in late; its script says how.
func TestDashboardKnown(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s, writing := serve(t, db, asOfNow), serveTrusted(t, db, asOfNow)
	allocated := func(funds string) {
		pgtest.Import(t, db, importing, writeFile(t, "relief.csv", "ref,kind,from_code,to_code,relief_class,funds_yuan,occurred_on\n"+
			"late-3,ALLOCATION,533102,533102401,HOUSING,"+funds+",2026-10-09\n"))
	}
	ordered := func(orders, events string) {
		pgtest.Import(t, db, importing,
			writeFile(t, "orders.csv", "ref,kind,issuer_code,publisher_code,entry_codes,text,issued_at,working_days\n"+orders),
			writeFile(t, "order_events.csv", "order_ref,n,kind,at,account,text\n"+events))
	}
	allocated("1000.00")
	ordered("kept-1,CRITICISE,533102,533102401,1.3,请公开,2026-10-09,10\n", "kept-1,1,RECEIVED,2026-10-10,某甲,\n")
	before := time.Now()
	writing.data(`mutation {
		registerDisclosure(input: {ref: "late-1", publisherCode: "533102401", entryCode: "1.3", title: "迟来的文件", attribute: PROACTIVE, formedOn: "2026-10-08"}) { closedGap }
		publishDocument(input: {ref: "late-1", publishedOn: "2026-11-02"}) { closedGap }
		registerConcern(input: {ref: "late-2", publisherCode: "533102", title: "迟来的关切", detectedAt: "2026-11-03T09:00:00+08:00"}) { concern { ref } }
		respondToConcern(input: {ref: "late-2", respondedAt: "2026-11-03T10:00:00+08:00"}) { concern { ref } }
		recordReliefMovement(input: {ref: "late-4", kind: DONATION, toCode: "533102401", reliefClass: DROUGHT, funds: "1234.50", goodsItem: "棉被", goodsQuantity: "120", goodsUnit: "床", occurredOn: "2026-11-02"}) { movement { ref } } }`, nil)
	allocated("1234567.00")
	ordered("kept-2,CRITICISE,533102,533102401,1.3,迟来的督办,2026-10-09,10\n", "kept-1,2,WITHDRAWN,2026-10-12,某乙,登记有误\n")
	script := exec.Command("node", "--test", "e2e/known.test.mjs")
	script.Dir = "../web/ui"
	script.Env = append(os.Environ(), "RELIEFGRAPH_URL="+s.url,
		"RELIEFGRAPH_KNOWN="+before.In(calendar.Shanghai).Format("2006-01-02T15:04:05.000000"))
	if output, err := script.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
}
