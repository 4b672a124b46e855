package acceptance

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/oracle"
)

func compareRelief(t *testing.T, world *oracle.World, s *service, code string, random *rand.Rand) {
	t.Helper()
	const query = `query($code: String!, $from: Date!, $to: Date!, $asOf: Date, $scope: Scope!, $idle: Int) { administrativeNode(code: $code) {
		relief(from: $from, to: $to, asOf: $asOf, scope: $scope) {
			total { ...Money } byClass { reliefClass figures { ...Money } }
			goods { item unit received passedDown distributed balance }
			discrepancies(idleWorkingDays: $idle) { kind node { code } amount movements { ref } } } } }
		fragment Money on ReliefFigures { received passedDown distributed balance disclosed }`
	dates := []string{turningDay(world, random), turningDay(world, random)}
	slices.Sort(dates)
	day := turningDay(world, random)
	idle := idleDays
	if random.IntN(2) == 0 {
		idle = random.IntN(60)
	}
	for scope, self := range map[string]bool{"SELF": true, "SUBTREE": false} {
		about := fmt.Sprintf("relief of %s (%s) from %s to %s on %s: ", code, scope, dates[0], dates[1], day)
		answer := at(
			t,
			s.data(query, map[string]any{"code": code, "from": dates[0], "to": dates[1], "asOf": day, "scope": scope, "idle": idle}),
			"administrativeNode",
			"relief",
		)
		relief := world.Relief(code, oracle.Day(dates[0]), oracle.Day(dates[1]), oracle.Day(day), self)
		money := []string{"received", "passedDown", "distributed", "balance", "disclosed"}
		total := relief.Total
		sameSet(
			t,
			about+"total",
			rows([]any{at(t, answer, "total")}, money...),
			[]string{amounts(100, total.Received, total.PassedDown, total.Distributed, total.Balance, total.Disclosed)},
		)
		var got, want []string
		for _, row := range at(t, answer, "byClass").([]any) {
			if figures := at(t, row, "figures"); !zero(figures) {
				got = append(got, at(t, row, "reliefClass").(string)+rows([]any{figures}, money...)[0])
			}
		}
		for class, r := range relief.ByClass {
			if r != (oracle.Relief{}) {
				want = append(want, class+amounts(100, r.Received, r.PassedDown, r.Distributed, r.Balance, r.Disclosed))
			}
		}
		sameSet(t, about+"by class", got, want)
		got, want = nil, nil
		for _, row := range at(t, answer, "goods").([]any) {
			if !zero(
				map[string]any{
					"received":    at(t, row, "received"),
					"passedDown":  at(t, row, "passedDown"),
					"distributed": at(t, row, "distributed"),
				},
			) {
				got = append(got, rows([]any{row}, append([]string{"item", "unit"}, money[:4]...)...)[0])
			}
		}
		for goods, r := range relief.Goods {
			if r != (oracle.Relief{}) {
				want = append(want, goods.Item+goods.Unit+amounts(1000, r.Received, r.PassedDown, r.Distributed, r.Balance))
			}
		}
		sameSet(t, about+"goods", got, want)
		got, want = nil, nil
		for _, row := range at(t, answer, "discrepancies").([]any) {
			refs := rows(at(t, row, "movements"), "ref")
			slices.Sort(refs)
			got = append(got, fmt.Sprint(at(t, row, "kind"), at(t, row, "node", "code"), decimal(at(t, row, "amount")), refs))
		}
		for _, d := range world.Discrepancies(code, oracle.Day(dates[0]), oracle.Day(dates[1]), oracle.Day(day), idle, self) {
			want = append(want, fmt.Sprint(d.Kind, d.Node, amounts(100, d.Amount), d.Movements))
		}
		sameSet(t, about+"discrepancies", got, want)
	}
}

// rows makes a text of the named fields of each row of a list.
func rows(list any, fields ...string) (all []string) {
	for _, row := range list.([]any) {
		var text string
		for _, field := range fields {
			if value := row.(map[string]any)[field]; value != nil && slices.Contains(decimals, field) {
				text += decimal(value)
			} else if value != nil {
				text += fmt.Sprint(value)
			}
		}
		all = append(all, text)
	}
	return all
}

// decimal and amounts write decimals in one form, whatever zeros they end in.
func decimal(text any) string {
	exact, _ := new(big.Rat).SetString(text.(string))
	return exact.RatString() + " "
}

func amounts(parts int64, all ...int64) (text string) {
	for _, amount := range all {
		text += big.NewRat(amount, parts).RatString() + " "
	}
	return text
}
