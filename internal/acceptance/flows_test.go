package acceptance

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

const flowQuery = `query($code: String!, $from: Date!, $to: Date!, $asOf: Date, $class: ReliefClass, $event: String) {
	reliefFlow(code: $code, from: $from, to: $to, asOf: $asOf, reliefClass: $class, eventRef: $event) {
		nodes { key reliefClass kind level figures { received passedDown distributed balance disclosed } }
		links { source target reliefClass amount disclosed } } }`

// compareFlows holds the links of a node's flow against the oracle, for all money
// or that of one class or event, and its stages against its links.
func compareFlows(t *testing.T, world *oracle.World, s *service, code string, random *rand.Rand) {
	t.Helper()
	dates := []string{turningDay(world, random), turningDay(world, random)}
	slices.Sort(dates)
	asked := map[string]any{"code": code, "from": dates[0], "to": dates[1], "asOf": turningDay(world, random)}
	var class, event string
	if random.IntN(3) == 0 {
		class = anyOf(random, world.Movements).Class
		asked["class"] = class
	}
	if random.IntN(3) == 0 {
		event = anyOf(random, world.Events).Ref
		asked["event"] = event
	}
	flow := at(t, s.data(flowQuery, asked), "reliefFlow")
	about := fmt.Sprintf("flow of %v", asked)
	var want []string
	for link := range world.Flows(code, oracle.Day(dates[0]), oracle.Day(dates[1]), oracle.Day(asked["asOf"].(string)), class, event) {
		want = append(want, link.Class+"/"+link.From+" "+link.Class+"/"+link.To+" "+amounts(100, link.Amount, link.Disclosed))
	}
	var got []string
	for _, link := range at(t, flow, "links").([]any) {
		got = append(
			got,
			fmt.Sprint(
				at(t, link, "source"),
				" ",
				at(t, link, "target"),
				" ",
				decimal(at(t, link, "amount")),
				decimal(at(t, link, "disclosed")),
			),
		)
	}
	sameSet(t, about, got, want)
	balanced(t, about, flow)
}

// balanced: at every stage of a flow, what its links bring is what it received,
// and what they take, what it passed on and distributed; the difference is its
// balance.
func balanced(t *testing.T, about string, flow any) {
	t.Helper()
	into, out, disclosed := map[any]*big.Rat{}, map[any]*big.Rat{}, map[any]*big.Rat{}
	add := func(to map[any]*big.Rat, stage any, amount *big.Rat) {
		if to[stage] == nil {
			to[stage] = new(big.Rat)
		}
		to[stage].Add(to[stage], amount)
	}
	for _, link := range at(t, flow, "links").([]any) {
		add(into, at(t, link, "target"), exact(t, link, "amount"))
		add(out, at(t, link, "source"), exact(t, link, "amount"))
		add(disclosed, at(t, link, "source"), exact(t, link, "disclosed"))
	}
	seen := map[any]bool{}
	for _, stage := range at(t, flow, "nodes").([]any) {
		key, figures := at(t, stage, "key"), at(t, stage, "figures")
		seen[key] = true
		gave := new(big.Rat).Add(exact(t, figures, "passedDown"), exact(t, figures, "distributed"))
		for name, pair := range map[string][2]*big.Rat{
			"received":  {exact(t, figures, "received"), sumOf(into, key)},
			"gave":      {gave, sumOf(out, key)},
			"disclosed": {exact(t, figures, "disclosed"), sumOf(disclosed, key)},
			"balance":   {exact(t, figures, "balance"), new(big.Rat).Sub(sumOf(into, key), sumOf(out, key))},
		} {
			if pair[0].Cmp(pair[1]) != 0 {
				t.Errorf("%s: %s %s %s, by its links %s", about, key, name, pair[0].RatString(), pair[1].RatString())
			}
		}
	}
	for _, ends := range []map[any]*big.Rat{into, out} {
		for key := range ends {
			if !seen[key] {
				t.Errorf("%s: no stage %v", about, key)
			}
		}
	}
}

func exact(t *testing.T, of any, field string) *big.Rat {
	t.Helper()
	amount, ok := new(big.Rat).SetString(at(t, of, field).(string))
	if !ok {
		t.Fatalf("%v is no number", at(t, of, field))
	}
	return amount
}

func sumOf(sums map[any]*big.Rat, id any) *big.Rat {
	if sum := sums[id]; sum != nil {
		return sum
	}
	return new(big.Rat)
}

// compareReviewsDue holds the yearly list against the REVIEW duties of the oracle.
func compareReviewsDue(t *testing.T, world *oracle.World, s *service, code string, random *rand.Rand) {
	t.Helper()
	year := 2020 + random.IntN(8)
	answer := s.data(
		`query($code: String!, $year: Int!) { reviewsDue(code: $code, year: $year, first: 500) { edges { node { publisher { code } dueOn disclosure { ref } review { reviewedOn } } } } }`,
		map[string]any{"code": code, "year": year},
	)
	var got, want []string
	for _, edge := range at(t, answer, "reviewsDue", "edges").([]any) {
		due := at(t, edge, "node")
		var reviewed any
		if at(t, due, "review") != nil {
			reviewed = at(t, due, "review", "reviewedOn")
		}
		got = append(
			got,
			fmt.Sprint(at(t, due, "publisher", "code"), " ", at(t, due, "disclosure", "ref"), " ", at(t, due, "dueOn"), " ", reviewed),
		)
	}
	for _, publisher := range world.Below(code) {
		for _, entry := range world.Entries(publisher) {
			for _, duty := range world.Duties(publisher, entry) {
				if duty.Kind != "REVIEW" || duty.Opened != oracle.Day(fmt.Sprintf("%d-01-01", year)) {
					continue
				}
				var reviewed any
				if duty.Fulfilled != oracle.NoDay {
					reviewed = oracle.Date(duty.Fulfilled)
				}
				want = append(want, fmt.Sprint(publisher, " ", duty.Ref, " ", oracle.Date(duty.Due), " ", reviewed))
			}
		}
	}
	sameSet(t, fmt.Sprintf("reviews due at %s in %d", code, year), got, want)
}

// compareChange holds what opened and closed between two days against the
// statuses of the oracle.
func compareChange(t *testing.T, world *oracle.World, s *service, code string, random *rand.Rand) {
	t.Helper()
	dates := []string{turningDay(world, random), turningDay(world, random)}
	slices.Sort(dates)
	const query = `query($code: String!, $from: Date!, $to: Date!) { coverageChange(code: $code, from: $from, to: $to) {
		opened(first: 500) { edges { node { publisher { code } entry { code } status } } } closed(first: 500) { edges { node { publisher { code } entry { code } status } } } } }`
	answer := at(t, s.data(query, map[string]any{"code": code, "from": dates[0], "to": dates[1]}), "coverageChange")
	gap := map[string]bool{"MISSING": true, "OVERDUE": true, "STALE": true}
	var opened, closed []string
	for _, publisher := range world.Below(code) {
		for _, entry := range world.Entries(publisher) {
			before, after := world.Status(publisher, entry, oracle.Day(dates[0])), world.Status(publisher, entry, oracle.Day(dates[1]))
			switch {
			case gap[after] && !gap[before]:
				opened = append(opened, publisher+" "+entry+" "+after)
			case gap[before] && !gap[after]:
				closed = append(closed, publisher+" "+entry+" "+before)
			}
		}
	}
	for name, want := range map[string][]string{"opened": opened, "closed": closed} {
		var got []string
		for _, edge := range at(t, answer, name, "edges").([]any) {
			got = append(
				got,
				fmt.Sprint(
					at(t, edge, "node", "publisher", "code"),
					" ",
					at(t, edge, "node", "entry", "code"),
					" ",
					at(t, edge, "node", "status"),
				),
			)
		}
		sameSet(t, fmt.Sprintf("%s at %s from %s to %s", name, code, dates[0], dates[1]), got, want)
	}
}

// TestGreatAmounts: fen are exact from the file to every answer, up to 10^15 fen
// a movement and their sums.
func TestGreatAmounts(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(15, 15))
	db := demo(t)
	var file strings.Builder
	file.WriteString(
		"ref,kind,from_code,to_code,relief_class,event_ref,funds_yuan,goods_item,goods_quantity,goods_unit,households,persons,occurred_on,document_number,disclosure_ref\n",
	)
	received, passed, distributed := new(big.Int), new(big.Int), new(big.Int)
	for i := range 60 {
		fen := random.Int64N(1_000_000_000_000_000) + 1
		switch i {
		case 0:
			fen = 1_000_000_000_000_000
		case 1:
			fen = 999_999_999_999_999
		case 2:
			fen = 1
		}
		row, sum := "ALLOCATION,53,5333X,", received
		switch i % 3 {
		case 1:
			row, sum = "ALLOCATION,5333X,5333X1,", passed
		case 2:
			row, sum = "DISTRIBUTION,5333X1,,", distributed
		}
		sum.Add(sum, big.NewInt(fen))
		fmt.Fprintf(&file, "great%d,%sDROUGHT,,%d.%02d,,,,,,2024-05-01,,\n", i, row, fen/100, fen%100)
	}
	folder := t.TempDir()
	for name, content := range map[string]string{
		"areas.csv":  "code,name,level,parent_code\n5333X,大额州,PREFECTURE,53\n5333X1,大额县,COUNTY,5333X\n",
		"relief.csv": file.String(),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pgtest.Import(t, db, importing, folder)
	s := serve(t, db, nil)
	yuan := func(fen *big.Int) string { return new(big.Rat).SetFrac(fen, big.NewInt(100)).FloatString(2) }
	figures := func(scope string) any {
		return at(
			t,
			s.data(
				`query($scope: Scope!) { administrativeNode(code: "5333X") { relief(from: "2024-01-01", to: "2024-12-31", scope: $scope) { total { received passedDown distributed balance } } } }`,
				map[string]any{"scope": scope},
			),
			"administrativeNode",
			"relief",
			"total",
		)
	}
	difference := func(a, b *big.Int) *big.Int { return new(big.Int).Sub(a, b) }
	for scope, balance := range map[string]*big.Int{"SELF": difference(received, passed), "SUBTREE": difference(received, distributed)} {
		got := figures(scope)
		if at(t, got, "received") != yuan(received) || at(t, got, "passedDown") != yuan(passed) || at(t, got, "balance") != yuan(balance) {
			t.Errorf("%s: %v, want %s, %s, %s", scope, got, yuan(received), yuan(passed), yuan(balance))
		}
	}
	if got := at(t, figures("SUBTREE"), "distributed"); got != yuan(distributed) {
		t.Errorf("distributed %v, want %s", got, yuan(distributed))
	}
	flow := at(t, s.data(flowQuery, map[string]any{"code": "5333X", "from": "2024-01-01", "to": "2024-12-31"}), "reliefFlow")
	balanced(t, "the flow of great amounts", flow)
	if got, want := fmt.Sprint(
		rows(at(t, flow, "links"), "amount"),
	), fmt.Sprint(
		[]string{decimal(yuan(received)), decimal(yuan(passed)), decimal(yuan(distributed))},
	); got != want {
		t.Errorf("links: %s, want %s", got, want)
	}
	movements := at(t, s.data(`{ administrativeNode(code: "5333X") { relief(from: "2024-01-01", to: "2024-12-31", scope: SELF) { movements(first: 100) { edges { node { ref funds } } } } } }`, nil), "administrativeNode", "relief", "movements", "edges").([]any)
	found := 0
	for _, edge := range movements {
		if at(t, edge, "node", "ref") == "great0" && at(t, edge, "node", "funds") == "10000000000000.00" ||
			at(t, edge, "node", "ref") == "great1" && at(t, edge, "node", "funds") == "9999999999999.99" {
			found++
		}
	}
	if found != 2 {
		t.Errorf("the greatest are not told to the fen: %v", movements)
	}
}
