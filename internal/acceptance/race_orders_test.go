package acceptance

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/server"
)

// TestOrderRaces: of steps of one order taken at once on two servers each is taken once,
// as one after the other: their numbers are unique, each was allowed where it stands, and
// all servers show the same. What says the same is written once, and answered to all.
func TestOrderRaces(t *testing.T) {
	t.Parallel()
	db := demo(t)
	servers := []*service{serveTrusted(t, db, nil), serveTrusted(t, db, nil)}
	issuing := issuers(t, db)
	do := func(s *service, name, ref string) *reply {
		w := writesOf[name]
		text := "mutation { " + w.fill(rightsTownship, ref, ref, orderIssuer) + " }"
		if name == "answerOrder" || name == "receiveOrder" || name == "askExtension" || name == "askExemption" {
			return s.ask(text, nil)
		}
		return s.askWith(issuing, text, nil)
	}
	must := func(ref string, names ...string) {
		t.Helper()
		for _, name := range names {
			if r := do(servers[0], name, ref); r.code() != "" {
				t.Fatalf("%s of %s: %+v", name, ref, r.Errors)
			}
		}
	}
	kinds := func(ref string) (kinds []string) {
		t.Helper()
		rows, err := db.DB().Query(`SELECT kind || ' ' || n FROM order_event WHERE order_ref = $1 ORDER BY at, n`, ref)
		mustDo(t, err)
		defer rows.Close()
		for rows.Next() {
			var kind string
			mustDo(t, rows.Scan(&kind))
			kinds = append(kinds, kind)
		}
		mustDo(t, rows.Err())
		return kinds
	}
	alike := func(ref string) {
		t.Helper()
		question := fmt.Sprintf(`{ order(ref: %q) { state dueOn timeliness events { number kind at } } administrativeNode(code: "53") {
			supervision { issued open answered accepted withdrawn } } }`, ref)
		if one, other := text(t, servers[0].data(question, nil)), text(t, servers[1].data(question, nil)); one != other {
			t.Errorf("%s is shown as %s and as %s", ref, one, other)
		}
	}

	t.Run("the same order", func(t *testing.T) {
		everyone(t, race(servers, func(s *service, _ int) *reply { return do(s, "issueOrder", "same") }))
		alike("same")
	})
	t.Run("different orders of one ref", func(t *testing.T) {
		winner(t, race(servers, func(s *service, racer int) *reply {
			return s.askWith(
				issuing,
				fmt.Sprintf(`mutation { issueOrder(input: {ref: "other", issuerCode: "533102", publisherCode: "533102102",
				kind: URGE, text: "请办%d", workingDays: 5}) { order { text } } }`, racer),
				nil,
			)
		}))
	})
	for _, step := range []string{"receiveOrder", "answerOrder", "askExtension", "acceptOrder", "returnOrder", "withdrawOrder", "decideExtension"} {
		t.Run("the same "+step, func(t *testing.T) {
			ref := "once-" + step
			must(ref, "issueOrder")
			want := 1
			switch step {
			case "returnOrder", "acceptOrder":
				must(ref, "answerOrder")
				want = 2
			case "decideExtension":
				must(ref, "askExtension")
				want = 2
			}
			everyone(t, race(servers, func(s *service, _ int) *reply { return do(s, step, ref) }))
			if taken := kinds(ref); len(taken) != want {
				t.Errorf("%v were taken, want %d", taken, want)
			}
			// Asked again by who lost the answer.
			if r := do(servers[1], step, ref); r.code() != "" || len(kinds(ref)) != want {
				t.Errorf("asked again: %+v, and %v were taken", r.Errors, kinds(ref))
			}
			// Also where another has remarked on it since.
			remark := fmt.Sprintf(`mutation { remarkOnOrder(input: {ref: %q, text: "某事"}) { order { ref } } }`, ref)
			for _, who := range []map[string][]string{issuing, nil, issuing} {
				if r := servers[0].askWith(who, remark, nil); r.code() != "" {
					t.Fatal(r.Errors)
				}
			}
			if taken := kinds(ref); len(taken) != want+2 {
				t.Errorf("two remarked, one of them twice: %v", taken)
			}
			alike(ref)
		})
	}
	t.Run("acceptance and withdrawal", func(t *testing.T) {
		for n := range 4 {
			ref := fmt.Sprint("ends-", n)
			must(ref, "issueOrder", "answerOrder")
			steps := []string{"acceptOrder", "withdrawOrder"}
			answers := race(servers, func(s *service, racer int) *reply { return do(s, steps[racer/2%2], ref) })
			won := map[string]bool{}
			for racer, r := range answers {
				switch r.code() {
				case "":
					won[steps[racer/2%2]] = true
				case "CONFLICT":
				default:
					t.Errorf("racer %d: %+v", racer, r.Errors)
				}
			}
			if taken := kinds(ref); len(won) != 1 || len(taken) != 2 {
				t.Errorf("%v won, and %v were taken", won, taken)
			}
			alike(ref)
		}
	})
	t.Run("many remarks among other steps", func(t *testing.T) {
		must("many", "issueOrder")
		var running sync.WaitGroup
		running.Go(func() {
			for _, step := range []string{"receiveOrder", "askExtension", "decideExtension", "answerOrder", "acceptOrder"} {
				r := do(servers[len(step)%2], step, "many")
				for r.retryAfter() > 0 {
					time.Sleep(20 * time.Millisecond)
					r = do(servers[len(step)%2], step, "many")
				}
				if r.code() != "" {
					t.Errorf("%s: %+v", step, r.Errors)
				}
			}
		})
		everyone(t, race(servers, func(s *service, racer int) *reply {
			return s.ask(fmt.Sprintf(`mutation { remarkOnOrder(input: {ref: "many", text: "备注%d"}) { order { ref } } }`, racer), nil)
		}))
		running.Wait()
		taken := kinds("many")
		numbers := map[string]bool{}
		var others []string
		for _, one := range taken {
			var kind, number string
			fmt.Sscan(one, &kind, &number)
			if numbers[number] = true; kind != "7" {
				others = append(others, kind)
			}
		}
		if len(numbers) != racers+5 || len(taken) != racers+5 || !slices.Equal(others, []string{"0", "4", "5", "1", "3"}) {
			t.Errorf("%v were taken", taken)
		}
		alike("many")
	})
	t.Run("the same request, and decisions about it", func(t *testing.T) {
		everyone(t, race(servers, func(s *service, _ int) *reply { return do(s, "askExemption", "asked") }))
		answers := race(servers, func(s *service, racer int) *reply {
			return s.askWith(
				issuing,
				fmt.Sprintf(`mutation { decideExemption(input: {ref: "asked", granted: %t}) { request { decision } } }`, racer/2%2 == 0),
				nil,
			)
		})
		decided := map[any]bool{}
		for racer, r := range answers {
			switch r.code() {
			case "":
				decided[at(t, r.Data, "decideExemption", "request", "decision")] = true
			case "CONFLICT":
			default:
				t.Errorf("racer %d: %+v", racer, r.Errors)
			}
		}
		var exempt int
		mustDo(
			t,
			db.DB().QueryRow(
				`SELECT count(*) FROM assignment WHERE from_day = '2030-01-01' AND publisher_code = $1`,
				rightsTownship,
			).Scan(
				&exempt,
			),
		)
		if len(decided) != 1 || decided["GRANTED"] != (exempt == 1) {
			t.Errorf("decided %v, and %d exemptions", decided, exempt)
		}
	})
	mustVerify(t, db)
	// A server that has followed all of it shows what one that begins now does.
	fresh := serveTrusted(t, db, nil)
	const figures = `{ administrativeNode(code: "53") { supervision { issued open answered accepted withdrawn overdue dueSoon onTime late }
		orders(first: 200) { totalCount nodes { ref state dueOn timeliness } } } }`
	want := text(t, fresh.data(figures, nil))
	for _, s := range servers {
		if got := text(t, s.data(figures, nil)); got != want {
			t.Errorf("figures: got %s, want %s", got, want)
		}
	}
}

// TestOrdersOverMidnight: a server whose clock is a little behind that of the one that
// issued an order, or did its last step, takes the next step too, after the others.
func TestOrdersOverMidnight(t *testing.T) {
	t.Parallel()
	db := demo(t)
	midnight := (today + 1).Time()
	at := func(after time.Duration) *service {
		return serveTrusted(t, db, func(o *server.Options) { o.Now = func() time.Time { return midnight.Add(after) } })
	}
	ahead, behind := at(20*time.Millisecond), at(-20*time.Millisecond)
	issuing := issuers(t, db)
	issue := writesOf["issueOrder"]
	if r := ahead.askWith(issuing, "mutation { "+issue.fill(rightsTownship, "night", "", orderIssuer)+" }", nil); r.code() != "" {
		t.Fatal(r.Errors)
	}
	for n, name := range []string{"receiveOrder", "askExtension", "answerOrder"} {
		step := writesOf[name]
		if r := []*service{behind, ahead}[n%2].ask("mutation { "+step.fill("", "", "night", "")+" }", nil); r.code() != "" {
			t.Errorf("%s: %+v", name, r.Errors)
		}
	}
	told := text(t, ahead.data(`{ order(ref: "night") { state events { number kind } } }`, nil))
	const want = `[{"kind":"RECEIVED","number":1},{"kind":"EXTENSION_ASKED","number":2},{"kind":"ANSWERED","number":3}]`
	if !strings.Contains(told, want) || !strings.Contains(told, `"ANSWERED"`) {
		t.Errorf("told %s, want %s", told, want)
	}
	mustVerify(t, db)
}
