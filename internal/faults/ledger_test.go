package faults

import (
	"database/sql"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/oracle"
)

// fact is one that a caller writes, in steps: a document is registered, then
// published where it was not registered as that, then withdrawn; an order is issued,
// received, remarked on and answered.
type fact struct {
	ref   string
	table string
	steps []step
	// How many steps were sent, and how many of them acknowledged: what is there
	// must have as many as were acknowledged, and may have one more.
	sent, acknowledged int
	id                 string // as the answer to the first step names it

	document oracle.Disclosure // after the last step
	news     oracle.News
	movement oracle.Movement
	order    string // what the database shows of it
}

// step is a mutation. Those after the first name the fact by its id.
type step struct {
	mutation  string
	variables map[string]any
}

const (
	registerDocument = `mutation($input: RegisterDisclosureInput!) { done: registerDisclosure(input: $input) { disclosure { id } } }`
	publishDocument  = `mutation($id: ID!, $on: Date!) { done: publishDisclosure(id: $id, publishedOn: $on) { disclosure { id } } }`
	withdrawDocument = `mutation($id: ID!, $on: Date!) { done: withdrawDisclosure(id: $id, withdrawnOn: $on) { disclosure { id } } }`
	addNews          = `mutation($input: NewsInput!) { done: addNews(input: $input) { news { ref } } }`
	issueOrder       = `mutation($input: IssueOrderInput!) { done: issueOrder(input: $input) { order { ref } } }`
	receiveOrder     = `mutation($ref: String!) { done: receiveOrder(input: {ref: $ref}) { order { ref } } }`
	remarkOnOrder    = `mutation($ref: String!) { done: remarkOnOrder(input: {ref: $ref, text: "备注"}) { order { ref } } }`
	answerOrder      = `mutation($ref: String!) { done: answerOrder(input: {ref: $ref, text: "已办"}) { order { ref } } }`
	recordMovement   = `mutation($input: ReliefMovementInput!) { done: recordReliefMovement(input: $input) { movement { ref } } }`
)

// The days that facts are of lie before every day on which a server answers.
var (
	firstDay = oracle.Day("2020-03-01")
	lastDay  = oracle.Day("2026-10-31")
)

// newFact invents one of a cell.
func newFact(random *rand.Rand, ref string, cell [2]string) *fact {
	f := &fact{ref: ref}
	day := firstDay + random.IntN(lastDay-firstDay-400)
	switch random.IntN(8) {
	case 6, 7:
		f.table, f.order = "supervision_order", cell[0]+"请办"+ref
		f.steps = []step{{issueOrder, map[string]any{"input": map[string]any{
			"ref": ref, "issuerCode": "CN", "publisherCode": cell[0], "kind": "URGE", "text": "请办" + ref, "workingDays": 5,
		}}}}
		for _, mutation := range []string{receiveOrder, remarkOnOrder, answerOrder, remarkOnOrder}[random.IntN(2):] {
			f.steps = append(f.steps, step{mutation, map[string]any{"ref": ref}})
		}
	case 0:
		f.table = "news"
		f.news = oracle.News{
			Ref:         ref,
			Publisher:   cell[0],
			Entry:       cell[1],
			Title:       "动态" + ref,
			PublishedAt: oracle.Date(day) + "T08:00:00+08:00",
		}
		f.steps = []step{{addNews, map[string]any{"input": map[string]any{
			"ref": ref, "publisherCode": cell[0], "entryCode": cell[1], "title": f.news.Title, "publishedAt": f.news.PublishedAt,
		}}}}
	case 1:
		f.table = "relief_movement"
		f.movement = oracle.Movement{
			Ref: ref, Kind: "DISTRIBUTION", From: cell[0], Class: "DROUGHT", Funds: fmt.Sprintf("%d.50", random.IntN(10000)),
			Households: "3", OccurredOn: oracle.Date(day),
		}
		f.steps = []step{{recordMovement, map[string]any{"input": map[string]any{
			"ref": ref, "kind": "DISTRIBUTION", "fromCode": cell[0], "reliefClass": "DROUGHT", "funds": f.movement.Funds, "households": 3,
			"occurredOn": f.movement.OccurredOn,
		}}}}
	default:
		f.table = "disclosure"
		f.document = oracle.Disclosure{
			Ref: ref, Publisher: cell[0], Entry: cell[1], Title: "通知" + ref, Attribute: "PROACTIVE", FormedOn: oracle.Date(day),
			PublishedOn: oracle.Date(day + random.IntN(60)), RequiresInterpretation: random.IntN(5) == 0,
		}
		input := map[string]any{
			"ref": ref, "publisherCode": cell[0], "entryCode": cell[1], "title": f.document.Title, "attribute": "PROACTIVE",
			"formedOn": f.document.FormedOn, "requiresInterpretation": f.document.RequiresInterpretation,
		}
		f.steps = []step{{registerDocument, map[string]any{"input": input}}}
		if random.IntN(2) == 0 {
			input["publishedOn"] = f.document.PublishedOn
		} else {
			f.steps = append(f.steps, step{publishDocument, map[string]any{"on": f.document.PublishedOn}})
		}
		if random.IntN(3) == 0 {
			f.document.WithdrawnOn = oracle.Date(day + 60 + random.IntN(300))
			f.steps = append(f.steps, step{withdrawDocument, map[string]any{"on": f.document.WithdrawnOn}})
		}
	}
	return f
}

// documentAfter is the document as it is after so many of its steps.
func (f *fact) documentAfter(steps int) oracle.Disclosure {
	document := f.document
	for _, left := range f.steps[steps:] {
		switch left.mutation {
		case publishDocument:
			document.PublishedOn = ""
		case withdrawDocument:
			document.WithdrawnOn = ""
		}
	}
	return document
}

// shows is what the database has of a fact after so many steps.
func (f *fact) shows(steps int) string {
	switch f.table {
	case "news":
		return fmt.Sprint(f.news.Publisher, f.news.Entry, f.news.Title)
	case "supervision_order":
		shows := f.order
		for _, done := range f.steps[1:max(steps, 1)] {
			shows += map[string]string{receiveOrder: "0", remarkOnOrder: "7", answerOrder: "1"}[done.mutation]
		}
		return shows
	case "relief_movement":
		return fmt.Sprint(f.movement.From, f.movement.Funds, f.movement.OccurredOn)
	}
	d := f.documentAfter(steps)
	return fmt.Sprint(d.Publisher, d.Entry, d.Title, d.PublishedOn, d.WithdrawnOn)
}

// stored lists what the database has of facts that callers wrote, and how often
// each was replaced; an order is by each of its events.
const stored = `
WITH written (ref, shows, events) AS (
    SELECT ref, publisher_code || entry_code || title || coalesce(published_on::text, '') || coalesce(withdrawn_on::text, ''), 0
    FROM disclosure WHERE ref LIKE 'fault-%'
    UNION ALL
    SELECT ref, publisher_code || entry_code || title, 0 FROM news WHERE ref LIKE 'fault-%'
    UNION ALL
    SELECT ref, publisher_code || text || coalesce(e.kinds, ''), coalesce(e.number, 0) FROM supervision_order LEFT JOIN (
        SELECT order_ref, string_agg(kind::text, '' ORDER BY at, n) AS kinds, count(*) AS number FROM order_event GROUP BY 1) AS e ON order_ref = ref
    WHERE ref LIKE 'fault-%'
    UNION ALL
    SELECT ref, from_code || to_char(funds_fen / 100.0, 'FM999990.00') || occurred_on, 0 FROM relief_movement WHERE ref LIKE 'fault-%')
SELECT w.ref, w.shows, w.events + coalesce(h.replaced, 0)
FROM written AS w LEFT JOIN (
    SELECT before ->> 'ref' AS ref, count(*) AS replaced FROM fact_history
    WHERE fact IN ('disclosure', 'news', 'relief_movement') GROUP BY 1) AS h USING (ref)`

// kept is a fact as the database has it.
type kept struct {
	shows    string
	replaced int
}

func readKept(t testing.TB, db *sql.DB) map[string][]kept {
	t.Helper()
	rows, err := db.Query(stored)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	found := map[string][]kept{}
	for rows.Next() {
		var ref string
		var k kept
		if err := rows.Scan(&ref, &k.shows, &k.replaced); err != nil {
			t.Fatal(err)
		}
		found[ref] = append(found[ref], k)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return found
}

// settle holds what is there against what was acknowledged, makes the world what
// is there, and tells all that is wrong.
func (s *scene) settle(found map[string][]kept) (lost, doubled int, wrong []string) {
	s.world.Disclosures = slices.Clone(s.imported.Disclosures)
	s.world.News = slices.Clone(s.imported.News)
	s.world.Movements = slices.Clone(s.imported.Movements)
	tell := func(format string, arguments ...any) { wrong = append(wrong, fmt.Sprintf(format, arguments...)) }
	for _, ref := range slices.Sorted(maps.Keys(found)) {
		if s.facts[ref] == nil {
			tell("%s is there, and nobody wrote it", ref)
		}
	}
	for _, ref := range slices.Sorted(maps.Keys(s.facts)) {
		f, there := s.facts[ref], found[ref]
		if len(there) == 0 {
			if f.acknowledged > 0 {
				lost++
				tell("%s was acknowledged and is not there", ref)
			}
			delete(s.facts, ref)
			continue
		}
		steps := f.sent
		for steps > 0 && f.shows(steps) != there[0].shows {
			steps--
		}
		switch {
		case steps == 0:
			tell("%s is there as nobody wrote it: %v", ref, there)
			continue
		case steps < f.acknowledged:
			lost++
			tell("%s: %d steps were acknowledged, %d are there", ref, f.acknowledged, steps)
		case len(there) > 1 || there[0].replaced != steps-1:
			doubled++
			tell("%s: %d steps, it is there %d times and was replaced %d times", ref, steps, len(there), there[0].replaced)
		}
		f.sent, f.acknowledged = steps, steps
		switch f.table {
		case "disclosure":
			s.world.Disclosures = append(s.world.Disclosures, f.documentAfter(steps))
		case "news":
			s.world.News = append(s.world.News, f.news)
		case "relief_movement":
			s.world.Movements = append(s.world.Movements, f.movement)
		}
	}
	s.world.Forget()
	return lost, doubled, wrong
}

// TestSettle: the suite sees what it is there to see.
func TestSettle(t *testing.T) {
	t.Parallel()
	f := fact{ref: "fault-1", table: "disclosure", steps: []step{{registerDocument, nil}, {publishDocument, nil}, {withdrawDocument, nil}}}
	f.document = oracle.Disclosure{Ref: f.ref, Publisher: "53", Entry: "1.1", PublishedOn: "2024-05-06", WithdrawnOn: "2024-07-08"}
	for _, test := range []struct {
		what          string
		there         []kept
		lost, doubled int
		wrong         bool
		published     string
	}{
		{"as acknowledged", []kept{{"531.12024-05-06", 1}}, 0, 0, false, "2024-05-06"},
		{"the step under way too", []kept{{"531.12024-05-062024-07-08", 2}}, 0, 0, false, "2024-05-06"},
		{"a step lost", []kept{{"531.1", 0}}, 1, 0, true, ""},
		{"all lost", nil, 1, 0, true, ""},
		{"a step done twice", []kept{{"531.12024-05-06", 2}}, 0, 1, true, "2024-05-06"},
		{"there twice", []kept{{"531.12024-05-06", 1}, {"531.12024-05-06", 1}}, 0, 1, true, "2024-05-06"},
		{"half of a step", []kept{{"531.12024-07-08", 1}}, 0, 0, true, ""},
	} {
		one := f
		one.sent, one.acknowledged = 3, 2
		s := &scene{world: &oracle.World{}, facts: map[string]*fact{f.ref: &one}}
		lost, doubled, wrong := s.settle(map[string][]kept{f.ref: test.there})
		if lost != test.lost || doubled != test.doubled || len(wrong) > 0 != test.wrong {
			t.Errorf("%s: %d lost, %d doubled, %v", test.what, lost, doubled, wrong)
		}
		var published string
		for _, d := range s.world.Disclosures {
			published += d.PublishedOn
		}
		if published != test.published {
			t.Errorf("%s: the world has it published on %q", test.what, published)
		}
	}
	s := &scene{world: &oracle.World{}}
	if _, _, wrong := s.settle(map[string][]kept{"fault-2": {{"x", 0}}}); len(wrong) != 1 {
		t.Errorf("what nobody wrote: %v", wrong)
	}
}
