package acceptance

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/server"
)

// reliefAsked asks everything that is added up about a node's money.
const reliefAsked = `
fragment Money on Relief {
	total { received passedDown distributed balance disclosed }
	byClass { reliefClass figures { received passedDown distributed balance disclosed } }
	byChild { node { code } figures { received passedDown distributed balance disclosed } }
	goods { item unit received passedDown distributed balance }
	discrepancyCount first: discrepancies(first: 3) { ...Doubt } discrepancies(idleWorkingDays: 3) { ...Doubt }
}
fragment Doubt on Discrepancy { kind node { code } reliefClass amount explanation movements { ref } }
query($code: String!, $from: Date, $to: Date, $asOf: Date, $event: String) {
	administrativeNode(code: $code) {
		all: relief(from: "2000-01-01", to: $to, asOf: $asOf) { ...Money }
		span: relief(from: $from, to: $to, asOf: $asOf, eventRef: $event) { ...Money }
		alone: relief(from: $from, to: $to, asOf: $asOf, scope: SELF, reliefClass: HOUSING) { ...Money }
		reliefFlow(from: $from, to: $to, asOf: $asOf) { nodes { key figures { received passedDown distributed balance disclosed } } links { source target amount disclosed } }
	}
}`

// TestBooksAreMovements: what is added up from the books that a server keeps is what the
// movements add up to, after every way in which they, and the disclosures that they name,
// may change, at another server too.
func TestBooksAreMovements(t *testing.T) {
	t.Parallel()
	db := demo(t)
	byBooks, byMovements := serve(t, db, nil), serve(t, db, func(o *server.Options) { o.Books = nil })
	writing := serveTrusted(t, db, nil)
	answers := map[string]bool{}
	compare := func(after string) {
		t.Helper()
		for _, code := range []string{"53", "5331", "533102", "533102401", "533102/yjglj"} {
			for _, asked := range []map[string]any{
				{},
				{"from": "2025-03-01", "to": "2026-10-31"},
				{"from": "2026-01-01", "to": "2026-12-31", "asOf": "2026-03-31"},
				{"from": "2024-01-01", "to": "2026-12-31", "event": "demo-event-1"},
			} {
				asked["code"] = code
				want, got := byMovements.data(reliefAsked, asked), byBooks.data(reliefAsked, asked)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("%s, %v:\n%s", after, asked, diff)
				}
				answers[fmt.Sprint(got)] = true
			}
		}
	}
	compare("at first")
	steps := 0
	write := func(mutation string) {
		t.Helper()
		before := len(answers)
		writing.data("mutation { "+mutation+" }", nil)
		compare(mutation)
		if len(answers) > before {
			steps++
		}
	}
	write(
		`recordReliefMovement(input: {ref: "b-1", kind: ALLOCATION, fromCode: "533102", toCode: "533102401", reliefClass: HOUSING, funds: "1234.50", occurredOn: "2026-02-02", disclosureRef: "b-doc"}) { movement { ref } }`,
	)
	write(
		`recordReliefMovement(input: {ref: "b-2", kind: DONATION, toCode: "533102401", reliefClass: DROUGHT, goodsItem: "棉被", goodsQuantity: "120", goodsUnit: "床", occurredOn: "2026-02-02"}) { movement { ref } }`,
	)
	write(
		`registerDisclosure(input: {ref: "b-doc", publisherCode: "533102", entryCode: "4.2", title: "款物", attribute: PROACTIVE, formedOn: "2026-02-02"}) { closedGap }`,
	)
	write(`publishDocument(input: {ref: "b-doc", publishedOn: "2026-02-10"}) { closedGap }`)
	write(`withdrawDocument(input: {ref: "b-doc", withdrawnOn: "2026-06-01"}) { closedGap }`)
	columns := "ref,kind,from_code,to_code,relief_class,funds_yuan,occurred_on,disclosure_ref\n"
	report := pgtest.Import(t, db, importing, writeFile(t, "relief.csv", columns+
		"b-1,ALLOCATION,533102,533102102,HOUSING,99.99,2026-03-03,b-doc\nb-3,DISTRIBUTION,533102401,,HOUSING,7.00,2026-03-04,b-doc\n"))
	compare("an import")
	again := pgtest.Import(t, db, importing, writeFile(t, "disclosures.csv", "ref,withdrawn_on\nb-doc,\n"))
	compare("an import of the document")
	for _, number := range []int64{again.Number, report.Number} {
		if _, err := importer.Undo(context.Background(), db, number, importing); err != nil {
			t.Fatal(err)
		}
		compare("an import taken back")
	}
	areas := "code,name,level,parent_code\n533102999,新设镇,TOWNSHIP,533102\n"
	pgtest.Import(t, db, importing, writeFile(t, "areas.csv", areas),
		writeFile(t, "relief.csv", columns+"b-4,ALLOCATION,533102,533102999,HOUSING,5.00,2026-04-04,\n"))
	compare("a new township with relief")
	if steps < 3 {
		t.Errorf("%d writes changed an answer", steps)
	}
}
