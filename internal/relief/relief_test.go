package relief_test

import (
	"cmp"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/relief"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

func ExampleParseYuan() {
	fen, err := relief.ParseYuan("3100000.5")
	fmt.Println(int64(fen), fen, err)
	_, err = relief.ParseYuan("1.005")
	fmt.Println(err)
	// Output:
	// 310000050 3100000.50 <nil>
	// "1.005" has more than 2 decimals; round it as the document does
}

// The nodes of random flows: n stands under (n-1)/2, so that the tree is
// two-branched.
const nodes = 15

func code(n int) string { return fmt.Sprint("n", n) }

func number(code string) (n int) {
	fmt.Sscanf(strings.TrimPrefix(code, "n"), "%d", &n)
	return n
}

// someFlows draws flows down the tree, with amounts up to 10^15 fen.
func someFlows(t *rapid.T) []relief.Flow {
	var flows []relief.Flow
	for range rapid.IntRange(1, 60).Draw(t, "flows") {
		f := relief.Flow{
			Kind:  rapid.SampledFrom([]relief.Kind{relief.Allocation, relief.Distribution, relief.Donation}).Draw(t, "kind"),
			Class: relief.Class(rapid.IntRange(0, relief.Classes-1).Draw(t, "class")),
			Funds: relief.Fen(rapid.Int64Range(0, 1_000_000_000_000_000).Draw(t, "fen")), Disclosed: rapid.Bool().Draw(t, "disclosed"),
		}
		from := rapid.IntRange(0, nodes-1).Draw(t, "from")
		switch f.Kind {
		case relief.Donation:
			f.ToCode = code(from)
		case relief.Distribution:
			f.FromCode = code(from)
		default:
			to := rapid.IntRange(1, nodes-1).Draw(t, "to")
			if from = (to - 1) / 2; rapid.Bool().Draw(t, "from above") {
				from = 0
			}
			f.FromCode, f.ToCode = code(from), code(to)
		}
		flows = append(flows, f)
	}
	return flows
}

// TestFlowing: what flows through the stages balances at every one, and what
// comes in from above and goes out to households is the whole's.
func TestFlowing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		flows := someFlows(t)
		totals := relief.TotalsOf(flows, func(code string) (relief.End, bool) {
			switch n := number(code); {
			case n == 0:
				return relief.End{Level: area.Province}, true
			case n < 3:
				return relief.End{Level: area.Prefecture, Department: n == 2}, true
			case n < 7:
				return relief.End{Level: area.County}, true
			}
			return relief.End{Level: area.Township}, true
		})
		stages, links := totals.Flowing()
		into, out := map[relief.Stage]relief.Fen{}, map[relief.Stage]relief.Fen{}
		for _, link := range links {
			out[link.From] += link.Amount
			into[link.To] += link.Amount
			if link.From == link.To || link.Amount < link.Disclosed || link.From.Class != link.To.Class {
				t.Fatalf("%+v", link)
			}
		}
		var total relief.Figures
		for _, s := range stages {
			if s.Received != into[s.Stage] || s.PassedDown+s.Distributed != out[s.Stage] ||
				s.Balance != s.Received-s.PassedDown-s.Distributed {
				t.Fatalf("%+v: %d in, %d out", s, into[s.Stage], out[s.Stage])
			}
			total.Disclosed += s.Disclosed
			switch s.Kind {
			case relief.Donors, relief.Above:
				total.Received += out[s.Stage]
			case relief.Households:
				total.Distributed += into[s.Stage]
			case relief.OfLevel:
				total.PassedDown += s.PassedDown
			}
		}
		whole := totals.Summary().Total
		if total.Received != whole.Received || total.Distributed != whole.Distributed || total.PassedDown != whole.PassedDown {
			t.Fatalf("%+v, the whole is %+v", total, whole)
		}
	})
}

// totalOf is the money of the nodes that `within` holds.
func totalOf(flows []relief.Flow, within func(code string) bool) relief.Figures {
	totals := relief.TotalsOf(flows, func(code string) (relief.End, bool) { return relief.End{}, within(code) })
	return totals.Summary().Total
}

// TestBalances: for random flows within a tree, a subtree's balance is the sum
// of its nodes' balances, exactly, with amounts up to 10^15 fen.
func TestBalances(t *testing.T) {
	t.Parallel()
	below := func(top, n int) bool {
		for ; n >= top; n = (n - 1) / 2 {
			if n == top {
				return true
			}
			if n == 0 {
				break
			}
		}
		return false
	}
	rapid.Check(t, func(t *rapid.T) {
		flows := someFlows(t)
		for top := range nodes {
			whole := totalOf(flows, func(c string) bool { return below(top, number(c)) })
			sum := new(big.Int)
			var passed, distributed, disclosed relief.Fen
			for n := range nodes {
				if below(top, n) {
					alone := totalOf(flows, func(c string) bool { return c == code(n) })
					sum.Add(sum, big.NewInt(int64(alone.Balance)))
					passed, distributed, disclosed = passed+alone.PassedDown, distributed+alone.Distributed, disclosed+alone.Disclosed
					if alone.Balance != alone.Received-alone.PassedDown-alone.Distributed {
						t.Fatalf("node %d alone: %+v", n, alone)
					}
				}
			}
			if sum.Cmp(big.NewInt(int64(whole.Balance))) != 0 || whole.Balance != whole.Received-whole.Distributed ||
				passed != whole.PassedDown || distributed != whole.Distributed || disclosed != whole.Disclosed {
				t.Fatalf("below node %d: %+v, the nodes' balances add up to %s", top, whole, sum)
			}
		}
	})
}

// FuzzParseYuan: what is read as yuan is written back as the same amount.
func FuzzParseYuan(f *testing.F) {
	for _, seed := range []string{"0", "1.5", "1.50", "10000000000000.00", "-1", "1,000", "1e3", ".5", "5.", "０", "", " 1\u3000"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fen, err := relief.ParseYuan(text)
		if err != nil {
			return
		}
		again, err := relief.ParseYuan(fen.String())
		plain := cmp.Or(strings.TrimFunc(text, rule.Blank), "0")
		want, ok := new(big.Rat).SetString(plain)
		if err != nil || again != fen || !ok || want.Cmp(big.NewRat(int64(fen), 100)) != 0 || fen < 0 {
			t.Fatalf("%q is %s", text, fen)
		}
	})
}

// FuzzParseQuantity: likewise for quantities, to a thousandth.
func FuzzParseQuantity(f *testing.F) {
	for _, seed := range []string{"122.5", "3", "0.001", "0.0001"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if quantity, err := relief.ParseQuantity(text); err == nil {
			if again, err := relief.ParseQuantity(quantity.String()); err != nil || again != quantity {
				t.Fatalf("%q is %s", text, quantity)
			}
		}
	})
}
