package acceptance

import (
	"fmt"
	"maps"
	"sync"
	"testing"
	"time"
)

// racers is how many writers do the same at once, half of them on each of two
// servers.
const racers = 16

// race lets all racers ask at once, and again when told to, and returns their answers.
func race(servers []*service, ask func(s *service, racer int) *reply) []*reply {
	answers := make([]*reply, racers)
	start := make(chan struct{})
	var running sync.WaitGroup
	for racer := range racers {
		running.Go(func() {
			<-start
			r := ask(servers[racer%len(servers)], racer)
			for r.retryAfter() > 0 { // on a slow machine a lock may not be had in time
				time.Sleep(20 * time.Millisecond)
				r = ask(servers[racer%len(servers)], racer)
			}
			answers[racer] = r
		})
	}
	close(start)
	running.Wait()
	return answers
}

// winner returns the one racer who was not refused; all others met a conflict.
func winner(t *testing.T, answers []*reply) int {
	t.Helper()
	won := -1
	for racer, r := range answers {
		switch {
		case r.code() == "" && won < 0:
			won = racer
		case r.code() == "":
			t.Errorf("racers %d and %d both won", won, racer)
		case r.code() != "CONFLICT":
			t.Errorf("racer %d: %+v", racer, r.Errors)
		}
	}
	if won < 0 {
		t.Fatal("nobody won")
	}
	return won
}

// everyone fails the test unless all racers were answered alike.
func everyone(t *testing.T, answers []*reply) {
	t.Helper()
	for racer, r := range answers {
		if r.code() != "" {
			t.Errorf("racer %d: %+v", racer, r.Errors)
		}
	}
}

const (
	newsMutation     = `mutation($input: NewsInput!) { addNews(input: $input) { news { id title } cell { status } closedGap } }`
	movementMutation = `mutation($input: ReliefMovementInput!) { recordReliefMovement(input: $input) { movement { id funds } } }`
)

// TestRaces: of writes at the same time under one ref, on two servers, one wins
// and is what is stored; those that say the same are all answered; of those that
// say different things none is lost.
func TestRaces(t *testing.T) {
	t.Parallel()
	db := demo(t)
	servers := []*service{serveTrusted(t, db, nil), serveTrusted(t, db, nil)}
	s := servers[0]
	publisher, entry := missingCell(t, s, 0)
	count := func(query string, arguments ...any) (rows int) {
		t.Helper()
		if err := db.DB().QueryRow(query, arguments...).Scan(&rows); err != nil {
			t.Fatal(err)
		}
		return rows
	}
	document := map[string]any{
		"ref":           "race",
		"publisherCode": publisher,
		"entryCode":     entry,
		"title":         "通知",
		"attribute":     "PROACTIVE",
		"formedOn":      "2026-11-20",
	}
	item := map[string]any{
		"ref":           "race",
		"publisherCode": "533102102",
		"entryCode":     "1.6",
		"title":         "动态",
		"publishedAt":   "2026-11-20T08:00:00+08:00",
	}
	movement := map[string]any{
		"ref":         "race",
		"kind":        "DONATION",
		"toCode":      "533102102",
		"reliefClass": "DROUGHT",
		"funds":       "1.00",
		"occurredOn":  "2026-11-20",
	}
	// with is an input of another ref and one other field.
	with := func(input map[string]any, ref, field string, value any) map[string]any {
		altered := maps.Clone(input)
		altered["ref"], altered[field] = ref, value
		return map[string]any{"input": altered}
	}

	t.Run("the same registration", func(t *testing.T) {
		answers := race(servers, func(s *service, _ int) *reply {
			return s.ask(registerMutation, map[string]any{"input": document})
		})
		everyone(t, answers)
		if rows := count(`SELECT count(*) FROM disclosure WHERE ref = 'race'`); rows != 1 {
			t.Errorf("%d rows", rows)
		}
	})
	t.Run("different registrations", func(t *testing.T) {
		answers := race(servers, func(s *service, racer int) *reply {
			return s.ask(registerMutation, with(document, "race-2", "title", fmt.Sprintf("通知%d", racer)))
		})
		won := winner(t, answers)
		stored := at(
			t,
			s.data(`query($id: ID!) { node(id: $id) { ... on Disclosure { title } } }`, map[string]any{"id": cursorOf("d", "race-2")}),
			"node",
			"title",
		)
		if stored != fmt.Sprintf("通知%d", won) {
			t.Errorf("racer %d won, and %v is stored", won, stored)
		}
	})
	t.Run("the same publication", func(t *testing.T) {
		before := missing(t, s, publisher)
		answers := race(servers, func(s *service, _ int) *reply {
			return s.ask(publishMutation, map[string]any{"id": cursorOf("d", "race"), "on": "2026-11-21"})
		})
		everyone(t, answers)
		closed := 0
		for racer, r := range answers {
			if at(t, r.Data, "publishDisclosure", "closedGap") == true {
				closed++
			}
			// Whoever is answered sees the gap closed, whoever closed it.
			if status := at(t, r.Data, "publishDisclosure", "cell", "status"); status != "COVERED" {
				t.Errorf("racer %d sees the cell %v", racer, status)
			}
		}
		if closed != 1 {
			t.Errorf("%d writers closed the gap", closed)
		}
		for _, s := range servers {
			if now := missing(t, s, publisher); now != before-1 {
				t.Errorf("%v cells missing, want %v", now, before-1)
			}
		}
	})
	t.Run("different publications", func(t *testing.T) {
		days := func(racer int) string { return fmt.Sprintf("2026-11-%02d", racer+1) }
		answers := race(servers, func(s *service, racer int) *reply {
			return s.ask(publishMutation, map[string]any{"id": cursorOf("d", "race-2"), "on": days(racer)})
		})
		won := winner(t, answers)
		stored := at(
			t,
			s.data(
				`query($id: ID!) { node(id: $id) { ... on Disclosure { publishedOn } } }`,
				map[string]any{"id": cursorOf("d", "race-2")},
			),
			"node",
			"publishedOn",
		)
		if stored != days(won) {
			t.Errorf("racer %d won, and %v is stored", won, stored)
		}
	})
	t.Run("different withdrawals", func(t *testing.T) {
		days := func(racer int) string { return fmt.Sprintf("2026-12-%02d", racer+1) }
		answers := race(servers, func(s *service, racer int) *reply {
			return s.ask(withdrawMutation, map[string]any{"id": cursorOf("d", "race-2"), "on": days(racer)})
		})
		won := winner(t, answers)
		stored := at(
			t,
			s.data(
				`query($id: ID!) { node(id: $id) { ... on Disclosure { withdrawnOn } } }`,
				map[string]any{"id": cursorOf("d", "race-2")},
			),
			"node",
			"withdrawnOn",
		)
		if stored != days(won) {
			t.Errorf("racer %d won, and %v is stored", won, stored)
		}
	})
	t.Run("different documents of one cell", func(t *testing.T) {
		answers := race(servers, func(s *service, racer int) *reply {
			return s.ask(registerMutation, with(document, fmt.Sprintf("race-own-%d", racer), "publishedOn", "2026-11-22"))
		})
		everyone(t, answers)
		if rows := count(`SELECT count(*) FROM disclosure WHERE ref LIKE 'race-own-%' AND published_on IS NOT NULL`); rows != racers {
			t.Errorf("%d of %d documents are stored", rows, racers)
		}
		listed := s.data(
			`query($code: String!, $entry: String!) { administrativeNode(code: $code) { disclosures(first: 500, filter: {entries: [$entry], from: "2026-11-22", to: "2026-11-22"}) { totalCount } } }`,
			map[string]any{"code": publisher, "entry": entry},
		)
		if total := at(t, listed, "administrativeNode", "disclosures", "totalCount"); total != float64(racers) {
			t.Errorf("%v of %d documents are listed", total, racers)
		}
	})
	t.Run("the same news, then others", func(t *testing.T) {
		everyone(t, race(servers, func(s *service, _ int) *reply {
			return s.ask(newsMutation, map[string]any{"input": item})
		}))
		won := winner(t, race(servers, func(s *service, racer int) *reply {
			return s.ask(newsMutation, with(item, "race-2", "title", fmt.Sprintf("动态%d", racer)))
		}))
		everyone(t, race(servers, func(s *service, racer int) *reply {
			return s.ask(newsMutation, with(item, fmt.Sprintf("race-own-%d", racer), "title", "动态"))
		}))
		if rows := count(`SELECT count(*) FROM news WHERE ref = 'race-2' AND title = $1`, fmt.Sprintf("动态%d", won)); rows != 1 {
			t.Errorf("racer %d won, and %d such rows are stored", won, rows)
		}
		if rows := count(`SELECT count(*) FROM news WHERE ref LIKE 'race%'`); rows != 2+racers {
			t.Errorf("%d items are stored, want %d", rows, 2+racers)
		}
	})
	t.Run("the same movement, then others", func(t *testing.T) {
		everyone(t, race(servers, func(s *service, _ int) *reply {
			return s.ask(movementMutation, map[string]any{"input": movement})
		}))
		winner(t, race(servers, func(s *service, racer int) *reply {
			return s.ask(movementMutation, with(movement, "race-2", "funds", fmt.Sprintf("1.%02d", racer)))
		}))
		everyone(t, race(servers, func(s *service, racer int) *reply {
			return s.ask(movementMutation, with(movement, fmt.Sprintf("race-own-%d", racer), "funds", "0.01"))
		}))
		if rows := count(`SELECT count(*) FROM relief_movement WHERE ref LIKE 'race%'`); rows != 2+racers {
			t.Errorf("%d movements are stored, want %d", rows, 2+racers)
		}
	})
	t.Run("news under one ref of different publishers", func(t *testing.T) {
		publishers := []string{"533102001", "533102102", "533102103", "533102104"}
		answers := race(servers, func(s *service, racer int) *reply {
			return s.ask(newsMutation, with(item, "race-3", "publisherCode", publishers[racer%4]))
		})
		won := map[int]int{}
		for racer, r := range answers {
			switch r.code() {
			case "":
				won[racer%4]++
			case "CONFLICT":
			default:
				t.Errorf("racer %d: %+v", racer, r.Errors)
			}
		}
		if len(won) != 1 {
			t.Errorf("news of %d publishers were accepted under one ref", len(won))
		}
		if rows := count(`SELECT count(*) FROM news WHERE ref = 'race-3'`); rows != 1 {
			t.Errorf("%d rows", rows)
		}
	})
	mustVerify(t, db)
	// A server that has followed all of it shows what one that begins now does.
	fresh := serveTrusted(t, db, nil)
	const figures = `{ administrativeNode(code: "CN") { coverage { required covered pending missing overdue stale timeliness { onTime late overdue open undetermined } byEntry { entry { code } figures { covered } } } } }`
	want := text(t, fresh.data(figures, nil))
	for _, s := range servers {
		if got := text(t, s.data(figures, nil)); got != want {
			t.Errorf("figures: got %s, want %s", got, want)
		}
	}
}

// TestMoreWritersThanConnections: writers that wait for each other leave a
// connection to those who read, and all come through: where more wait than may,
// they are told when to try again.
func TestMoreWritersThanConnections(t *testing.T) {
	t.Parallel()
	s := serveTrusted(t, demo(t), nil)
	var running sync.WaitGroup
	for writer := range 60 {
		running.Go(func() {
			input := map[string]any{
				"ref": fmt.Sprintf("many-%d", writer), "publisherCode": "533102102", "entryCode": "1.1", "title": "通知",
				"attribute": "PROACTIVE", "formedOn": "2026-11-20",
			}
			r := s.ask(registerMutation, map[string]any{"input": input})
			for r.retryAfter() > 0 {
				time.Sleep(20 * time.Millisecond)
				r = s.ask(registerMutation, map[string]any{"input": input})
			}
			if r.code() != "" {
				t.Errorf("writer %d: %+v", writer, r.Errors)
			}
		})
		running.Go(func() {
			if r := s.ask(
				`{ administrativeNode(code: "533102102") { disclosures { totalCount edges { node { title } } } } }`,
				nil,
			); r.code() != "" {
				t.Errorf("reader %d: %+v", writer, r.Errors)
			}
		})
	}
	running.Wait()
	mustVerify(t, s.db)
}

// TestAnswersWhileWritten: an answer sees one state while gaps that it lists are
// closed: none fails, and each gap has its reason.
func TestAnswersWhileWritten(t *testing.T) {
	t.Parallel()
	s := serveTrusted(t, demo(t), nil)
	const question = `{ gaps(code: "533102", first: 500) { totalCount edges { node {
		status publisher { code } entry { code } explanation reason { rule dueOn } duties { kind } cause { text } } } } }`
	var cells [][2]string
	for _, edge := range at(t, s.data(question, nil), "gaps", "edges").([]any) {
		cells = append(cells, [2]string{at(t, edge, "node", "publisher", "code").(string), at(t, edge, "node", "entry", "code").(string)})
	}
	if len(cells) < 30 {
		t.Fatalf("%d gaps are too few to close", len(cells))
	}
	var reading sync.WaitGroup
	done := make(chan struct{})
	for range 3 {
		reading.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				answer := s.ask(question, nil)
				if len(answer.Errors) > 0 {
					t.Errorf("%+v", answer.Errors)
					return
				}
				edges := at(t, answer.Data, "gaps", "edges").([]any)
				if total := fmt.Sprint(at(t, answer.Data, "gaps", "totalCount")); total != fmt.Sprint(len(edges)) {
					t.Errorf("%s gaps in all, %d listed", total, len(edges))
				}
			}
		})
	}
	for i, cell := range cells[:30] {
		s.data(
			`mutation($input: RegisterDisclosureInput!) { registerDisclosure(input: $input) { closedGap } }`,
			map[string]any{"input": map[string]any{
				"ref": fmt.Sprintf(
					"while-read-%d",
					i,
				),
				"publisherCode": cell[0],
				"entryCode":     cell[1],
				"title":         "示例",
				"attribute":     "PROACTIVE",
				"formedOn":      "2026-11-01",
				"publishedOn":   "2026-11-02",
			}},
		)
	}
	close(done)
	reading.Wait()
}
