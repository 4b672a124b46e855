package oracle

import (
	"fmt"
	"strings"
)

func (m *maker) events() {
	for number := range 2 {
		from := m.date("2020-05-01", "2025-09-30")
		event := Event{
			Ref: fmt.Sprintf("e%d", number), Name: fmt.Sprintf("第%d次洪涝", number+1), Kind: "FLOOD", StartedOn: from,
			Areas: some(m, "533123", "533124"),
		}
		if number > 0 {
			event.EndedOn = later(from, m.between(0, 40))
		}
		m.world.Events = append(m.world.Events, event)
	}
}

// movements are of few classes, so that a class has a history at a node.
func (m *maker) movements() {
	m.world.Forget() // it knows of no reviews yet
	m.world.recall()
	var disclosed, ours []Disclosure
	for _, disclosure := range m.world.Disclosures {
		if disclosure.Attribute != "PROACTIVE" && m.world.memory.documents[disclosure.Ref].made != NoDay {
			disclosed = append(disclosed, disclosure)
		}
		if strings.HasPrefix(disclosure.Ref, "e") {
			ours = append(ours, disclosure)
		}
	}
	for number := range 70 {
		movement := Movement{
			Ref: fmt.Sprintf("r%02d", number), Class: pick(m, "EMERGENCY", "EMERGENCY", "TRANSITION", "HOUSING", "DROUGHT",
				"WINTER_SPRING", "BEREAVEMENT"),
			OccurredOn: m.date("2019-11-15", "2026-10-31"), DocumentNumber: fmt.Sprintf("测财建〔2024〕%d号", number),
		}
		m.ends(&movement)
		m.amounts(&movement)
		var named Disclosure
		switch {
		case m.chance(20):
		case m.chance(12):
			movement.DisclosureRef = fmt.Sprintf("unknown%d", number)
		case len(disclosed) > 0 && m.chance(30):
			named = pick(m, disclosed...)
		default:
			named = pick(m, ours...)
		}
		if named.Ref != "" {
			movement.DisclosureRef = named.Ref
		}
		// Mostly not long before the document, so that some are in time.
		if named.PublishedOn != "" && m.chance(80) {
			published := m.world.memory.documents[named.Ref].published
			movement.OccurredOn = Date(max(max(published, Day(named.PublishedOn))-m.between(-5, 45), Day("2019-11-15")))
		}
		if m.chance(30) {
			movement.Event = pick(m, m.world.Events...).Ref
		}
		m.world.Movements = append(m.world.Movements, movement)
	}
}

// ends: an ALLOCATION goes down, from any place; a DISTRIBUTION is a place's or a department's; a DONATION comes from
// outside.
func (m *maker) ends(movement *Movement) {
	movement.Kind = pick(m, "ALLOCATION", "ALLOCATION", "DISTRIBUTION", "DISTRIBUTION", "DONATION")
	node := pick(m, m.nodes...)
	below := m.world.Below(node)
	switch movement.Kind {
	case "ALLOCATION":
		for len(below) == 1 {
			node = m.world.parentOf(node)
			below = m.world.Below(node)
		}
		movement.From, movement.To = node, pick(m, below[1:]...)
	case "DISTRIBUTION":
		movement.From = node
		if m.chance(50) {
			movement.To = pick(m, below...)
		}
		movement.Households, movement.Persons = fmt.Sprint(m.between(1, 90)), fmt.Sprint(m.between(90, 300))
	case "DONATION":
		movement.To = node
	}
}

func (m *maker) amounts(movement *Movement) {
	if m.chance(80) {
		movement.Funds = fmt.Sprintf("%d%s", m.between(1, 90000), pick(m, "", ".5", ".05", ".99", ".00"))
	}
	if movement.Funds == "" || m.chance(25) {
		goods := pick(m, Goods{"帐篷", "顶"}, Goods{"大米", "公斤"}, Goods{"大米", "袋"}, Goods{"棉被", "床"})
		movement.GoodsItem, movement.GoodsUnit = goods.Item, goods.Unit
		movement.GoodsQuantity = fmt.Sprintf("%d%s", m.between(1, 500), pick(m, "", "", ".5", ".125"))
	}
}
