package importer_test

import (
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/graph/opaque"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

func disclosuresBothWays() *way {
	columns := strings.SplitN(base()["disclosures.csv"], "\n", 2)[0]
	faults := slices.Concat(
		refFaults("ref", ownRef), refFaults("interprets_ref", ""),
		textFaults("title", rule.MostTitle), textFaults("document_number", rule.MostTitle), textFaults("index_number", rule.MostTitle),
		textFaults("channel", rule.MostTitle), textFaults("url", rule.MostText),
		missing("ref", "publisher_code", "entry_code", "title", "attribute"),
		[]fault{
			set("an unknown publisher", "publisher_code", "533199"),
			set("a publisher with edges of blanks", "publisher_code", " "+township+"\u3000"),
			set("an unknown entry", "entry_code", "9.9"),
			set("an entry with edges of blanks", "entry_code", "\u00a01.1 "),
			set("a publisher no longer valid", "publisher_code", closed),
			set("an entry not owed", "publisher_code", "533102"),
			set("an exempted place", "publisher_code", "533102103", "entry_code", "4.2"),
			set("an unknown attribute", "attribute", "SECRET"),
			set("before the catalog", "formed_on", "2019-03-01"),
			set("the first day", "formed_on", "1990-01-01", "published_on", "1990-01-01"),
			set("the last day", "formed_on", "2100-12-31", "published_on", "2100-12-31"),
			set("before the first day", "formed_on", "1989-12-31"),
			set("after the last day", "published_on", "2101-01-01"),
			set("a day that is none", "formed_on", "2024-02-30"),
			set("published alone", "formed_on", ""),
			set("no day at all", "formed_on", "", "published_on", ""),
			set("published before formed", "published_on", "2024-02-01"),
			set("issued before formed", "issued_on", "2024-02-01"),
			set("withdrawn", "withdrawn_on", "2025-01-01"),
			set("withdrawn early", "withdrawn_on", "2024-01-01"),
			set("withdrawn unpublished", "withdrawn_on", "2025-01-01", "published_on", ""),
			set("a period", "entry_code", "4.2", "period", "2024"),
			set("a period with edges of blanks", "entry_code", "4.2", "period", " 2024\u3000"),
			set("the first period", "entry_code", "4.2", "period", "1990"),
			set("the last period", "entry_code", "4.2", "period", "2100"),
			set("a period too late", "entry_code", "4.2", "period", "2101"),
			set("a period of another kind", "entry_code", "4.2", "period", "2024Q1"),
			set("a period of an entry without", "period", "2024"),
			set("no period", "period", "2024H3"),
			set("interprets itself", "interprets_ref", ownRef),
			set("interprets an unknown one", "interprets_ref", "nothing"),
			set("interprets a known one", "interprets_ref", "d1"),
			set("issued unreviewed", "attribute", "NOT_DISCLOSED", "issued_on", "2024-03-02"),
			set("not to be disclosed", "attribute", "NOT_DISCLOSED"),
			set("on request", "attribute", "ON_REQUEST"),
			set("a nil declaration", "nil", "true"),
			set("to be explained", "requires_interpretation", "true"),
		},
	)
	return &way{
		columns: columns, faults: faults, pairs: 60,
		good: cells{
			"ref": "", "publisher_code": township, "entry_code": "1.1", "title": "通知", "attribute": "PROACTIVE",
			"formed_on": "2024-03-01", "published_on": "2024-03-05",
		},
		send: func(s *sender, f *trial) answer {
			input := f.input([]string{"ref", "publisher_code", "entry_code", "title", "attribute"}, strings.Split(columns, ",")...)
			withdrawn, is := input["withdrawnOn"]
			delete(input, "withdrawnOn")
			said, id := s.send(`mutation($input: RegisterDisclosureInput!) {
				done: registerDisclosure(input: $input) { written: disclosure { id } warnings { rule } } }`, map[string]any{"input": input})
			if said.refused || !is {
				return said
			}
			further, _ := s.send(`mutation($id: ID!, $on: Date!) {
				done: withdrawDisclosure(id: $id, withdrawnOn: $on) { warnings { rule } } }`,
				map[string]any{"id": id, "on": withdrawn})
			return said.and(further)
		},
	}
}

func reviewsBothWays() *way {
	return &way{
		columns: "disclosure_ref,reviewed_on,result,consulted",
		good:    cells{"disclosure_ref": "held", "reviewed_on": "2024-06-01", "result": "keep"},
		faults: []fault{
			set("of a proactive document", "disclosure_ref", "d1"),
			set("before it was formed", "reviewed_on", "2024-02-29"),
			set("to come", "reviewed_on", "2026-12-31"),
			set("of the last day", "reviewed_on", "2100-12-31"),
			set("after the last day", "reviewed_on", "2101-01-01"),
			set("of today", "reviewed_on", today.String()),
			set("to be disclosed", "reviewed_on", "2024-07-01", "result", "disclose"),
			set("of another result", "reviewed_on", "2024-07-02", "result", "perhaps"),
			set("too much consulted", "reviewed_on", "2024-06-02", "consulted", strings.Repeat("问", 501)),
			set("much consulted", "reviewed_on", "2024-06-03", "consulted", strings.Repeat("问", 500)),
			set("consulted with edges of blanks", "reviewed_on", "2024-06-04", "consulted", "\u3000起草单位 "),
			set("consulted with an escape", "reviewed_on", "2024-06-05", "consulted", "起草\x1b单位"),
			set("consulted of zero width", "reviewed_on", "2024-06-06", "consulted", "\u200b"),
			set("of no document", "disclosure_ref", "nothing"),
		},
		send: func(s *sender, f *trial) answer {
			variables := f.input([]string{"reviewed_on", "result"}, "reviewed_on", "result", "consulted")
			variables["result"] = strings.ToUpper(f.cells["result"])
			variables["id"] = opaque.Pack("d", f.cells["disclosure_ref"])
			said, _ := s.send(`mutation($id: ID!, $reviewedOn: Date!, $result: ReviewResult!, $consulted: String) {
				done: reviewDisclosure(id: $id, reviewedOn: $reviewedOn, result: $result, consulted: $consulted) { warnings { rule } } }`, variables)
			if strings.Contains(said.told, "there is no disclosure of this id") {
				said.rules = []string{disclosure.ReviewOfUnknown.Name} // there is nothing to review
			}
			return said
		},
	}
}
