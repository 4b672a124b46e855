package acceptance

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestHidden: what is not for everyone to see appears in no answer, by any way
// that leads to a document: neither its title, number, address and ref nor its
// id, nor in any count. A caller who is trusted finds it by each of the ways.
func TestHidden(t *testing.T) {
	t.Parallel()
	db := demo(t)
	trusted, public := serveTrusted(t, db, nil), serve(t, db, nil)
	const publisher = "533102102"
	register := func(ref string, change map[string]any) {
		t.Helper()
		input := map[string]any{
			"ref":            ref,
			"publisherCode":  publisher,
			"entryCode":      "1.3",
			"title":          "题-" + ref,
			"documentNumber": "号-" + ref,
			"indexNumber":    "索-" + ref,
			"channel":        "道-" + ref,
			"url":            "https://example.org/" + ref,
			"attribute":      "PROACTIVE",
			"formedOn":       "2026-09-01",
		}
		maps.Copy(input, change)
		trusted.data(registerMutation, map[string]any{"input": input})
	}
	hidden := []string{"secret-draft", "secret-request", "secret-never", "secret-future", "secret-explains", "secret-owed"}
	register("secret-draft", nil)
	register("secret-request", map[string]any{"attribute": "ON_REQUEST", "publishedOn": "2026-11-01"})
	register("secret-never", map[string]any{"attribute": "NOT_DISCLOSED", "publishedOn": "2026-11-01"})
	register("secret-future", map[string]any{"publishedOn": "2026-11-25", "entryCode": "1.1", "formedOn": "2026-11-20"})
	register("open", map[string]any{"formedOn": "2026-10-20", "publishedOn": "2026-11-02", "requiresInterpretation": true})
	register("secret-explains", map[string]any{"interpretsRef": "open"})
	register("secret-owed", map[string]any{"entryCode": "1.2", "formedOn": "2026-10-28"})
	// A document may be shown on the day on which it is published.
	register("open-today", map[string]any{"formedOn": "2026-10-20", "publishedOn": "2026-11-24"})
	trusted.data(movementMutation, map[string]any{"input": map[string]any{
		"ref":           "moved",
		"kind":          "DONATION",
		"toCode":        publisher,
		"reliefClass":   "DROUGHT",
		"funds":         "1",
		"occurredOn":    "2026-11-20",
		"disclosureRef": "secret-draft",
	}})

	var ids []any
	for _, ref := range append(slices.Clone(hidden), "open", "open-today") {
		ids = append(ids, cursorOf("d", ref))
	}
	register("open-explains", map[string]any{
		"title": "解读", "entryCode": "2.1", "publishedOn": "2026-11-02", "interpretsRef": "secret-request",
	})
	const document = `{ id ref title interpretsRef documentNumber indexNumber channel url publishedOn interpretation { id ref title } }`
	ways := map[string]struct {
		query string
		shows []string // what a trusted caller finds
	}{
		"by id": {`query($ids: [ID!]!) { nodes(ids: $ids) { ... on Disclosure ` + document + ` } }`, hidden},
		"one by id": {
			`query($ids: [ID!]!) { nodes(ids: $ids) { __typename } node(id: "` + cursorOf(
				"d",
				"secret-draft",
			) + `") { id ... on Disclosure ` + document + ` } }`,
			hidden[:1],
		},
		"in a list": {
			`{ administrativeNode(code: "533102102") { disclosures(first: 500) { edges { node ` + document + ` } } } }`,
			hidden,
		},
		"in a list of all below": {
			`{ administrativeNode(code: "5331") { disclosures(first: 500, filter: {from: "2026-08-31", entries: ["1.3", "1.1", "1.2"]}) { edges { node ` + document + ` } } } }`,
			hidden,
		},
		"in lists of children": {
			`{ administrativeNode(code: "533102") { children(first: 100) { edges { node { disclosures(first: 20) { edges { node ` + document + ` } } } } } } }`,
			nil,
		},
		"by a title searched": {
			`{ administrativeNode(code: "533102102") { disclosures(first: 500, filter: {title: "题-secret"}) { edges { node ` + document + ` } } } }`,
			hidden,
		},
		"by attribute": {
			`{ administrativeNode(code: "533102102") { disclosures(first: 500, filter: {attributes: [ON_REQUEST, NOT_DISCLOSED]}) { edges { node ` + document + ` } } } }`,
			[]string{"secret-request", "secret-never"},
		},
		"as an interpretation": {
			`query($ids: [ID!]!) { nodes(ids: $ids) { ... on Disclosure { ref interpretation ` + document + ` } } }`,
			[]string{"secret-explains"},
		},
		"as what is explained": {
			`{ disclosure(ref: "open-explains") { interpretsRef } }`,
			[]string{"secret-request"},
		},
		"as what is owed": {
			`{ a: cell(publisher: "533102102", entry: "1.3") { duties { title disclosure ` + document + ` } } b: cell(publisher: "533102102", entry: "1.2") { duties { title disclosure ` + document + ` } } }`,
			[]string{"secret-draft", "secret-owed"},
		},
		"as what began a span": {
			`{ a: cell(publisher: "533102102", entry: "1.3") { timeline { cause { text disclosure ` + document + ` } } } b: cell(publisher: "533102102", entry: "1.2") { timeline { cause { text disclosure ` + document + ` } } } }`,
			[]string{"secret-draft", "secret-owed"},
		},
		"as why there is a gap": {
			`{ gaps(code: "533102102", first: 500) { edges { node { explanation english: explanation(locale: EN) reason { rule } duties { title disclosure ` + document + ` } } } } }`,
			[]string{"secret-draft"},
		},
		"as what will be a gap": {
			`{ upcoming(code: "533102102", workingDays: 60, first: 500) { edges { node { explanation duty { title disclosure ` + document + ` } } } } }`,
			[]string{"secret-owed"},
		},
		"as what a movement names": {
			`{ administrativeNode(code: "533102102") { relief(from: "2026-11-01", to: "2026-11-24") { movements { edges { node { ref disclosureRef disclosure ` + document + ` } } } discrepancies { explanation movements { ref disclosureRef disclosure ` + document + ` } } } } }`,
			[]string{"secret-draft"},
		},
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			variables := map[string]any{}
			if strings.Contains(way.query, "$ids") {
				variables["ids"] = ids
			}
			seen := text(t, public.data(way.query, variables))
			for _, ref := range hidden {
				if strings.Contains(seen, ref) || strings.Contains(seen, cursorOf("d", ref)) {
					t.Errorf("everyone sees %s: %s", ref, around(seen, ref))
				}
			}
			seen = text(t, trusted.data(way.query, variables))
			for _, ref := range way.shows {
				if !strings.Contains(seen, ref) {
					t.Errorf("a trusted caller does not see %s", ref)
				}
			}
		})
	}

	t.Run("counts", func(t *testing.T) {
		for _, filter := range []string{``, `, filter: {title: "题-"}`, `, filter: {entries: ["1.3"]}`, `, filter: {attributes: [ON_REQUEST]}`, `, filter: {from: "2026-11-25"}`, `, filter: {from: "2026-08-01", to: "2026-11-24", title: "题-"}`} {
			for _, s := range []*service{public, trusted} {
				list := at(
					t,
					s.data(
						fmt.Sprintf(
							`{ administrativeNode(code: "533102102") { disclosures(first: 500%s) { totalCount edges { node { ref } } } } }`,
							filter,
						),
						nil,
					),
					"administrativeNode",
					"disclosures",
				)
				if total, shown := at(t, list, "totalCount").(float64), len(at(t, list, "edges").([]any)); int(total) != shown {
					t.Errorf("%s: %v counted, %d shown", filter, total, shown)
				}
			}
		}
		const count = `{ administrativeNode(code: "533102102") { disclosures(filter: {title: "题-"}) { totalCount } } }`
		for s, want := range map[*service]float64{public: 2, trusted: 8} {
			if got := at(t, s.data(count, nil), "administrativeNode", "disclosures", "totalCount"); got != want {
				t.Errorf("%v documents counted, want %v", got, want)
			}
		}
	})

	// What is supposed of a hidden document is answered as of one that is not there.
	t.Run("supposed", func(t *testing.T) {
		const question = `query($id: ID!) { whatIf(code: "533102", asOf: "2026-11-24", changes: {publications: [
			{publisherCode: "533102102", entryCode: "1.1", publishedOn: "2026-11-24"}, {id: $id, publishedOn: "2026-11-24"}]}) {
			closed { totalCount } } }`
		told := func(ref string) string {
			t.Helper()
			answer := public.ask(question, map[string]any{"id": cursorOf("d", ref)})
			if answer.code() != "NOT_FOUND" {
				t.Errorf("%s is supposed to be published: %q %v", ref, answer.code(), answer.Data)
			}
			for i := range answer.Errors {
				delete(answer.Errors[i].Extensions, "requestId")
			}
			return text(t, answer)
		}
		unknown := told("nowhere")
		for _, ref := range hidden {
			if said := told(ref); said != unknown {
				t.Errorf("%s: %s; of an unknown one: %s", ref, said, unknown)
			}
			trusted.data(question, map[string]any{"id": cursorOf("d", ref)})
		}
		public.data(question, map[string]any{"id": cursorOf("d", "open")})
	})

	// Figures and statuses are public always, and the same for all.
	t.Run("figures", func(t *testing.T) {
		const figures = `{ administrativeNode(code: "533102102") { coverage { required covered pending missing overdue stale timeliness { onTime late overdue open undetermined } } }
			cell(publisher: "533102102", entry: "1.3") { status timeline { from to status } duties { kind openedOn dueOn fulfilledOn } } }`
		if seen, whole := text(t, public.data(figures, nil)), text(t, trusted.data(figures, nil)); seen != whole {
			t.Errorf("everyone is told %s, a trusted caller %s", seen, whole)
		}
	})

	t.Run("shown once published", func(t *testing.T) {
		trusted.data(publishMutation, map[string]any{"id": cursorOf("d", "secret-draft"), "on": "2026-11-24"})
		if seen := text(t, public.data(ways["one by id"].query, map[string]any{"ids": ids})); !strings.Contains(seen, "题-secret-draft") {
			t.Errorf("published today, and everyone sees %s", seen)
		}
		if seen := text(t, public.data(ways["as what a movement names"].query, nil)); !strings.Contains(seen, "题-secret-draft") {
			t.Errorf("published today, and a movement shows %s", seen)
		}
	})
	mustVerify(t, db)
}

// around is what stands around a word in a text.
func around(text, word string) string {
	where := strings.Index(text, word)
	if where < 0 {
		return ""
	}
	return text[max(0, where-100):min(len(text), where+100)]
}
