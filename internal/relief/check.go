package relief

import (
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// The rules for movements and events, beside those that all facts share.
var (
	EndNotAllowed    = rule.Refuse("end-not-allowed", problem.InvalidInput)
	GoodsUnnamed     = rule.Refuse("goods-unnamed", problem.InvalidInput)
	GoodsUnmeasured  = rule.Refuse("goods-unmeasured", problem.InvalidInput)
	NothingMoved     = rule.Refuse("nothing-moved", problem.InvalidInput)
	PeopleOutOfRange = rule.Refuse("people-out-of-range", problem.InvalidInput)
	EventUnknown     = rule.Warn("event-unknown", problem.NotFound)
	// Rules are all of them.
	Rules = []rule.Rule{EndNotAllowed, GoodsUnnamed, GoodsUnmeasured, NothingMoved, PeopleOutOfRange, EventUnknown}
)

// Normalise brings the movement into the form that is kept, before it is
// checked: no blanks at the edges of texts.
func (m *Movement) Normalise() {
	rule.Trim(&m.Ref, &m.FromCode, &m.ToCode, &m.EventRef, &m.GoodsItem, &m.GoodsUnit, &m.DocumentNumber, &m.DisclosureRef)
}

// Check finds what is wrong with a movement by itself, and with its ends.
func (m *Movement) Check(tree *area.Tree, today calendar.Day) rule.Findings {
	var found rule.Findings
	found.Ref("ref", m.Ref)
	found.Text("documentNumber", m.DocumentNumber, rule.MostTitle)
	found.Link("eventRef", m.EventRef)
	found.Link("disclosureRef", m.DisclosureRef)
	found.NeededDay("occurredOn", m.OccurredOn)
	found.NotFarToCome("occurredOn", m.OccurredOn, today)
	m.checkAmounts(&found)
	m.checkEnds(&found, tree)
	return found
}

// checkAmounts checks what was moved, and for how many.
func (m *Movement) checkAmounts(found *rule.Findings) {
	found.Text("goodsItem", m.GoodsItem, rule.MostTitle)
	found.Text("goodsUnit", m.GoodsUnit, rule.MostShort)
	switch {
	case m.GoodsItem == "" && (m.GoodsQuantity != 0 || m.GoodsUnit != ""):
		found.Add(GoodsUnnamed.Found("goodsItem", "name the goods", "a quantity or unit stands without its goods"))
	case m.GoodsItem != "" && (m.GoodsQuantity == 0 || m.GoodsUnit == ""):
		found.Add(GoodsUnmeasured.Found("goodsQuantity", "give both", "goods stand without quantity or unit"))
	case m.GoodsItem == "" && m.Funds == 0:
		found.Add(NothingMoved.Found("funds", "give one of them", "the movement has neither funds nor goods"))
	}
	for _, people := range []struct {
		field string
		count int64
	}{{"households", m.Households}, {"persons", m.Persons}} {
		if people.count < 0 || people.count > MostPeople {
			found.Add(
				PeopleOutOfRange.Found(
					people.field,
					"give a number from 0 to 2,000,000,000",
					"it is no whole number from 0 to %d",
					MostPeople,
				),
			)
		}
	}
}

// checkEnds refuses a movement that does not go where its kind goes: an
// allocation to a node below the giver, a distribution to the giver's own
// households or those of a node below it, a donation from outside.
func (m *Movement) checkEnds(found *rule.Findings, tree *area.Tree) {
	from, to := tree.Find(m.FromCode), tree.Find(m.ToCode)
	unknown := false
	for _, end := range []struct {
		field, code string
		place       area.Place
	}{{"fromCode", m.FromCode, from}, {"toCode", m.ToCode, to}} {
		switch {
		case end.code == "":
		case end.place == area.Nowhere:
			unknown = true
			found.Add(tree.Unknown(end.field, end.code))
		case m.OccurredOn != calendar.None && !tree.ValidOn(end.place).Contains(m.OccurredOn):
			found.Add(rule.InvalidNode(end.field, m.OccurredOn))
		}
	}
	if unknown {
		return
	}
	refuse := func(field, remedy, message string) {
		finding := EndNotAllowed.Found(field, remedy, "%s", message)
		finding.By = []string{"kind", "fromCode", "toCode"}
		found.Add(finding)
	}
	switch m.Kind {
	case Allocation:
		switch {
		case from == area.Nowhere:
			refuse("fromCode", "name the giver", "an allocation has no giver")
		case to == area.Nowhere || to == from || !tree.Contains(from, to):
			refuse("toCode", "give a node below "+m.FromCode, "an allocation goes to a node below its giver")
		}
	case Distribution:
		switch {
		case from == area.Nowhere:
			refuse("fromCode", "name the giver", "a distribution has no giver")
		case to != area.Nowhere && !tree.Contains(from, to):
			refuse("toCode", "leave it empty, or give "+m.FromCode+" or a node below it",
				"a distribution goes to households of the giver or of a node below it")
		}
	case Donation:
		switch {
		case from != area.Nowhere:
			refuse("fromCode", "leave it empty", "a donation comes from outside")
		case to == area.Nowhere:
			refuse("toCode", "name the receiver", "a donation has no receiver")
		}
	}
}

// UnknownEvent says that a movement names no known event.
func UnknownEvent(ref string) rule.Finding {
	found := EventUnknown.Found("eventRef", "import the event, or correct the ref", "no event has this ref")
	found.Named = ref
	return found
}

// Check finds what is wrong with an event.
func (e *Event) Check(tree *area.Tree) rule.Findings {
	var found rule.Findings
	found.Ref("ref", e.Ref)
	found.Title("name", e.Name)
	found.Text("kind", e.Kind, rule.MostTitle)
	found.NeededDay("startedOn", e.StartedOn)
	found.Span("endedOn", e.StartedOn, e.EndedOn)
	if !found.CodesParted("areaCodes", e.AreaCodes) {
		return found
	}
	for _, code := range e.AreaCodes {
		if tree.Find(code) == area.Nowhere {
			found.Add(tree.Unknown("areaCodes", code))
		}
	}
	return found
}
