package oracle

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// AddOrders adds orders whose events are all allowed, and requests for exemptions, to a world that has none. The same
// world and source give the same orders; nothing else of the world changes.
func (w *World) AddOrders(random *rand.Rand) {
	w.Forget()
	m := &maker{Rand: random, world: w}
	m.recallPlaces()
	m.findCells()
	for number := range 70 {
		order := m.order(number)
		w.Orders = append(w.Orders, order)
		w.OrderEvents = append(w.OrderEvents, m.course(order)...)
	}
	for number := range 15 {
		w.ExemptionRequests = append(w.ExemptionRequests, m.exemptionRequest(number))
	}
	shuffle(m, w.Orders)
	shuffle(m, w.OrderEvents)
	w.Forget()
}

// RandomOrderEvent is an event that a file might bring for one of the world's orders, new or in another's place: about as
// often as not one that is not allowed there, or that makes a later one not allowed. JudgeEvents says which.
func (w *World) RandomOrderEvent(random *rand.Rand) OrderEvent {
	w.recall()
	m := &maker{Rand: random, world: w}
	order := pick(m, w.Orders...)
	events := w.eventsOf(order.Ref)
	event := m.orderEvent(order, events[:pick(m, len(events), len(events), m.between(0, len(events)))])
	for slices.ContainsFunc(events, func(known OrderEvent) bool { return known.Number == event.Number }) {
		event.Number++
	}
	if len(events) > 0 && m.chance(15) {
		event.Number = pick(m, events...).Number
	}
	if m.chance(40) {
		m.spoil(order, &event)
	}
	return event
}

func shuffle[T any](m *maker, list []T) {
	m.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
}

// order is of any place to any publisher below it or department of it, ended ones too.
func (m *maker) order(number int) Order {
	var publishers []string
	issuer := ""
	for len(publishers) == 0 {
		issuer = pick(m, m.world.Areas...).Code
		for _, below := range m.world.Below(issuer)[1:] {
			if !m.world.isRegion(below) {
				publishers = append(publishers, below)
			}
		}
	}
	order := Order{
		Ref: fmt.Sprintf("%s%d", pick(m, "o", "O", "督办"), number), Kind: pick(m, "URGE", "RECTIFY", "CRITICISE"),
		Issuer: issuer, Publisher: pick(m, publishers...), Text: pick(m, "请限期公开", "关于\"公开不及时\"的通报, 附件"),
		Basis: pick(m, "", "《政务公开工作要点》"), WorkingDays: pick(m, 1, 1, 2, 3, 5, 10, 15, 20, 60),
		IssuedAt: m.instantOn(m.between(Day("2019-12-01"), Day("2026-10-31"))),
	}
	var cells []string
	for _, cell := range m.cells {
		if cell.publisher == order.Publisher {
			cells = append(cells, cell.entry)
		}
	}
	for range m.IntN(4) {
		entry := pick(m, m.codes...)
		if len(cells) > 0 && m.chance(85) {
			entry = pick(m, cells...)
		}
		if !slices.Contains(order.Entries, entry) {
			order.Entries = append(order.Entries, entry)
		}
	}
	return order
}

// orderClocks are those of news, and some near midnight in Asia/Shanghai in offsets farther off.
var orderClocks = append([]string{
	"T05:59:59+14:00", "T06:00:00+14:00", "T03:59:59-12:00", "T04:00:00-12:00", "T23:59:59.999999+08:00",
	"T09:30:00+08:00", "T17:05:00+08:00",
}, clocks...)

// instantOn is an instant of a day in Asia/Shanghai, told in some offset, where the date may be another.
func (m *maker) instantOn(day int) string {
	clock := pick(m, orderClocks...)
	return Date(2*day-dayOfInstant(Date(day)+clock)) + clock
}

// course is a sequence of events of an order: what is made is kept where all stay allowed, those later too.
func (m *maker) course(order Order) []OrderEvent {
	var events []OrderEvent
	for range m.between(0, 30) {
		event := m.orderEvent(order, events)
		isTaken := func(known OrderEvent) bool { return known.Number == event.Number }
		isRefused := func(judged Judged) bool { return judged.Refusal != "" }
		with := append(slices.Clone(events), event)
		if !slices.ContainsFunc(events, isTaken) && !slices.ContainsFunc(m.world.judge(order, with), isRefused) {
			events = with
		}
	}
	return events
}

// orderEvent is an event that may come after others: mostly one that fits, its number any.
func (m *maker) orderEvent(order Order, events []OrderEvent) OrderEvent {
	events = slices.Clone(events)
	sortEvents(events)
	reached := m.world.issued(order)
	for _, event := range events {
		reached = m.world.after(reached, event)
	}
	event := OrderEvent{
		Order: order.Ref, Number: m.between(1, 40), Kind: m.eventKind(reached),
		At: m.momentAfter(order, events, reached), By: pick(m, "clerk-2", "经办员甲", "督查员乙", "县政府 办公室"),
		Text: pick(m, "已整改", "\"灾情\"未稳定, 另报"),
	}
	switch event.Kind {
	case "RECEIVED", "EXTENSION_GRANTED", "EXTENSION_REFUSED", "ACCEPTED":
		if m.chance(50) {
			event.Text = ""
		}
	}
	switch event.Kind {
	case "ANSWERED":
		for range m.IntN(4) {
			ref := pick(m, m.world.Disclosures...).Ref
			if !slices.Contains(event.Disclosures, ref) {
				event.Disclosures = append(event.Disclosures, ref)
			}
		}
	case "RETURNED":
		event.WorkingDays = pick(m, 1, 2, 3, 5, 10, 15)
	case "EXTENSION_ASKED":
		event.NewDueOn = Date(reached.dueOn + m.between(1, 40))
	case "EXTENSION_GRANTED":
		event.NewDueOn = Date(reached.dueOn + m.between(1, 40))
		if reached.pending != nil && m.chance(30) {
			event.NewDueOn = reached.pending.NewDueOn
		}
	}
	return event
}

// eventKind goes on from what was reached, to answers returned and extensions asked for more often than to the end.
func (m *maker) eventKind(reached progress) string {
	if m.chance(12) {
		return pick(m, "RECEIVED", "REMARKED", "ACCEPTED", "WITHDRAWN")
	}
	if reached.pending != nil && m.chance(60) {
		return pick(m, "EXTENSION_GRANTED", "EXTENSION_GRANTED", "EXTENSION_REFUSED")
	}
	switch reached.state {
	case "ISSUED":
		return pick(m, "RECEIVED", "RECEIVED", "EXTENSION_ASKED", "ANSWERED")
	case "RECEIVED", "RETURNED":
		return pick(m, "EXTENSION_ASKED", "EXTENSION_ASKED", "ANSWERED")
	case "ANSWERED":
		return pick(m, "RETURNED", "RETURNED", "REMARKED", "ACCEPTED")
	}
	return "REMARKED"
}

// momentAfter is often the very instant of the last event, its day, or one about the due day; now and then earlier.
func (m *maker) momentAfter(order Order, events []OrderEvent, reached progress) string {
	issued := dayOfInstant(order.IssuedAt)
	if len(events) == 0 {
		return m.instantOn(pick(m, issued, issued+m.between(0, 9), max(issued, reached.dueOn+m.between(-1, 1))))
	}
	last := events[len(events)-1]
	day := dayOfInstant(last.At)
	switch m.IntN(8) {
	case 0, 1:
		return last.At
	case 2:
		return m.instantOn(day)
	case 3, 4:
		return m.instantOn(max(day, reached.dueOn+m.between(-1, 1)))
	case 5:
		return m.instantOn(m.between(issued, day))
	}
	return m.instantOn(day + m.between(0, 15))
}

// spoil makes an event that may be allowed one that mostly is not.
func (m *maker) spoil(order Order, event *OrderEvent) {
	switch m.IntN(7) {
	case 0:
		event.Text = ""
	case 1:
		event.At = m.instantOn(dayOfInstant(order.IssuedAt) - 1)
	case 2:
		event.WorkingDays = pick(m, 0, 3)
	case 3:
		if event.NewDueOn == "" {
			event.NewDueOn = Date(dayOfInstant(event.At) + 30)
		} else {
			event.NewDueOn = pick(m, "", later(event.NewDueOn, -m.between(20, 40)))
		}
	case 4:
		event.Disclosures = []string{pick(m, "unknown", m.world.Disclosures[0].Ref)}
	case 5:
		event.Kind = pick(m, "RECEIVED", "ANSWERED", "RETURNED", "ACCEPTED", "EXTENSION_ASKED", "EXTENSION_GRANTED",
			"EXTENSION_REFUSED", "WITHDRAWN")
	case 6:
		event.Kind, event.Text, event.NewDueOn, event.WorkingDays, event.Disclosures = "ACCEPTED", "", "", 0, nil
	}
}

func (m *maker) exemptionRequest(number int) ExemptionRequest {
	cell, from, asked := m.anyCell(85), m.date("2020-01-01", "2026-06-30"), m.between(Day("2020-01-01"), Day("2026-10-31"))
	request := ExemptionRequest{
		Ref: fmt.Sprintf("x%02d", number), Publisher: cell.publisher, Entry: cell.entry, From: from,
		To: pick(m, "", from, later(from, m.between(1, 400))), Reason: "机构改革期间",
		AskedAt: m.instantOn(asked), AskedBy: "clerk-2", Decision: pick(m, "", "GRANTED", "REFUSED"),
	}
	if number > 0 && m.chance(20) {
		request.AskedAt = m.world.ExemptionRequests[number-1].AskedAt
		asked = dayOfInstant(request.AskedAt)
	}
	if request.Decision != "" {
		request.DecidedAt, request.DecidedBy = m.instantOn(asked+m.between(1, 20)), "督查员乙"
		request.DecisionReason = pick(m, "", "情况属实")
	}
	return request
}
