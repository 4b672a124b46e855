package oracle

import (
	"fmt"
	"reflect"
	"sort"
)

// exampleRelief is a node's relief as the customer's answers have it: a decimal is a text.
type exampleRelief struct {
	Total   exampleMoney
	ByClass []struct {
		ReliefClass string
		Figures     exampleMoney
	}
	ByChild []struct {
		Node    struct{ Code string }
		Figures exampleMoney
	}
	Goods []struct {
		Item, Unit                                 string
		Received, PassedDown, Distributed, Balance string
	}
	Discrepancies []struct {
		Kind, Amount string
		Node         struct{ Code string }
		Movements    []struct{ Ref string }
	}
}

type exampleMoney struct{ Received, PassedDown, Distributed, Balance, Disclosed string }

// fen is the example in the oracle's form.
func (m exampleMoney) fen() Relief {
	of := func(decimal string) int64 { return thousandths(decimal) / 10 }
	return Relief{of(m.Received), of(m.PassedDown), of(m.Distributed), of(m.Balance), of(m.Disclosed)}
}

// idleDays is the default number of working days after which money lies idle.
const idleDays = 15

func checkRelief(world *World, asks question, _ int) string {
	code, answer := asks.Variables.Code, asks.Answer.AdministrativeNode.Relief
	from, to, day := Day(asks.Variables.From), Day(asks.Variables.To), Day(asks.Variables.AsOf)
	about := fmt.Sprintf("%s from %s to %s on %s", code, asks.Variables.From, asks.Variables.To, asks.Variables.AsOf)
	got := world.Relief(code, from, to, day, false)
	if expected := answer.Total.fen(); got.Total != expected {
		return fmt.Sprintf("%s: %+v, expected %+v", about, got.Total, expected)
	}
	byClass := map[string]Relief{}
	for _, row := range answer.ByClass {
		byClass[row.ReliefClass] = row.Figures.fen()
	}
	if got := withoutZeros(got.ByClass); !reflect.DeepEqual(got, withoutZeros(byClass)) {
		return fmt.Sprintf("%s: %+v, expected %+v", about, got, byClass)
	}
	goods := map[Goods]Relief{}
	for _, row := range answer.Goods {
		goods[Goods{row.Item, row.Unit}] = Relief{
			Received: thousandths(row.Received), PassedDown: thousandths(row.PassedDown),
			Distributed: thousandths(row.Distributed), Balance: thousandths(row.Balance),
		}
	}
	withoutDisclosed := map[Goods]Relief{}
	for name, row := range got.Goods {
		row.Disclosed = 0 // the answers say nothing of it
		withoutDisclosed[name] = row
	}
	if got := withoutZeros(withoutDisclosed); !reflect.DeepEqual(got, withoutZeros(goods)) {
		return fmt.Sprintf("%s: goods %+v, expected %+v", about, got, goods)
	}
	for _, row := range answer.ByChild {
		if got := world.Relief(row.Node.Code, from, to, day, false).Total; got != row.Figures.fen() {
			return fmt.Sprintf("%s: child %s %+v, expected %+v", about, row.Node.Code, got, row.Figures.fen())
		}
	}
	var expected []Discrepancy
	for _, row := range answer.Discrepancies {
		one := Discrepancy{Kind: row.Kind, Node: row.Node.Code, Amount: thousandths(row.Amount) / 10}
		for _, movement := range row.Movements {
			one.Movements = append(one.Movements, movement.Ref)
		}
		sort.Strings(one.Movements)
		expected = append(expected, one)
	}
	sort.Slice(expected, func(i, j int) bool { return expected[i].key() < expected[j].key() })
	found := world.Discrepancies(code, from, to, day, idleDays, false)
	if len(found)+len(expected) > 0 && !reflect.DeepEqual(found, expected) {
		return fmt.Sprintf("%s: %v, expected %v", about, found, expected)
	}
	return ""
}

func withoutZeros[K comparable](rows map[K]Relief) map[K]Relief {
	left := map[K]Relief{}
	for key, row := range rows {
		if row != (Relief{}) {
			left[key] = row
		}
	}
	return left
}
