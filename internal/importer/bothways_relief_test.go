package importer_test

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// amounts are what may stand for money or a quantity, at the ends of what is
// allowed and beyond; as a text, and where it is one as a number of JSON.
func amounts(column string, also ...string) []fault {
	var faults []fault
	for _, text := range []string{
		"0", "0.01", "1.5", "1.50", "1.500", "00012", "92233720368547.75", "92233720368547.76", "9223372036854.775", "9223372036854.776",
		"9223372036854775807", "9223372036854775808", strings.Repeat("9", 40), strings.Repeat("0", 40) + "1",
		"0.001", "0.0001", "0.005", "1." + strings.Repeat("0", 40), "1e3", "1E+3", "1e-2", "1e400", "-1", "-0", "-0.01", "+1", "1,000", "１",
		".5", "5.", ".", "0x10", "NaN", "Infinity", "1 000", "1_000", "100元", "-", " 100\u3000", "", " ",
	} {
		f := set(column+" of "+text, append([]string{column, text}, also...)...)
		f.sent = map[string]any{column: text}
		faults = append(faults, f)
		if json.Valid([]byte(text)) && text != "" {
			f = set(column+" of the number "+text, append([]string{column, text}, also...)...)
			f.sent = map[string]any{column: json.Number(text)}
			faults = append(faults, f)
		}
	}
	return faults
}

func movementsBothWays() *way {
	columns := strings.SplitN(base()["relief.csv"], "\n", 2)[0]
	goods := []string{"goods_item", "大米", "goods_quantity", "1.5", "goods_unit", "吨"}
	with := func(what string, pairs ...string) fault { return set(what, append(slices.Clone(goods), pairs...)...) }
	return &way{
		columns: columns, pairs: 60,
		good: cells{
			"ref": "", "kind": "ALLOCATION", "from_code": "5331", "to_code": "533102", "relief_class": "DROUGHT", "funds_yuan": "1000.5",
			"occurred_on": "2024-05-01",
		},
		faults: slices.Concat(
			refFaults("ref", ownRef), refFaults("event_ref", ""), refFaults("disclosure_ref", ""),
			textFaults("document_number", rule.MostTitle), textFaults("goods_item", rule.MostTitle, goods[2:]...),
			textFaults("goods_unit", rule.MostShort, goods[:4]...),
			amounts("funds_yuan"), amounts("goods_quantity", "goods_item", "大米", "goods_unit", "吨"),
			missing("ref", "kind", "relief_class", "occurred_on"),
			[]fault{
				with("goods"), with("goods alone", "funds_yuan", ""),
				set("no money", "funds_yuan", ""),
				with("no quantity", "goods_quantity", ""), with("no unit", "goods_unit", ""),
				set("a quantity of nothing", "goods_quantity", "0.001"),
				set("a unit of nothing", "goods_unit", "吨"),
				set("the first day", "occurred_on", "1990-01-01"),
				set("the last day", "occurred_on", "2100-12-31"),
				set("before the first day", "occurred_on", "1989-12-31"),
				set("less than nobody", "households", "-1"),
				set("everybody", "persons", "2000000000"),
				set("more than everybody", "persons", "2000000001"),
				set("more than can be counted", "persons", "99999999999999999999"),
				set("half a household", "households", "1.5"),
				set("some people", "households", "3", "persons", "9"),
				set("no giver", "from_code", ""), set("no receiver", "to_code", ""),
				set("upwards", "from_code", "533102", "to_code", "5331"),
				set("to itself", "to_code", "5331"),
				set("an unknown giver", "from_code", "54"), set("an unknown receiver", "to_code", "533199"),
				set("a receiver with edges of blanks", "to_code", "\u3000533102 "),
				set("to one no longer valid", "to_code", closed),
				set("a distribution", "kind", "DISTRIBUTION"),
				set("a donation", "kind", "DONATION"),
				set("a donation from outside", "kind", "DONATION", "from_code", ""),
				set("an unknown kind", "kind", "LOAN"), set("an unknown class", "relief_class", "FLOOD"),
				set("an unknown event", "event_ref", "nothing"), set("an unknown document", "disclosure_ref", "nothing"),
				set("a known event and document", "event_ref", "e1", "disclosure_ref", "d1"),
			},
		),
		send: func(s *sender, f *trial) answer {
			input := f.input([]string{"ref", "kind", "relief_class", "occurred_on"}, strings.Split(columns, ",")...)
			said, _ := s.send(`mutation($input: ReliefMovementInput!) {
				done: recordReliefMovement(input: $input) { written: movement { id } warnings { rule } } }`, map[string]any{"input": input})
			return said
		},
	}
}
