package oracle

import "slices"

// Judged is an event and why it is not allowed, empty where it is.
type Judged struct {
	OrderEvent
	Refusal string
}

// JudgeEvents says of each event of an order, by instant, then number, whether docs/design.md, "Orders 督办", allows it at
// its place among the others. Further events are judged with them as a file would bring them: one whose number is known
// takes that event's place. What is not allowed changes nothing for those after it. Who acts is not asked, as in an
// import. All events are judged by all facts that the world has, also those that came before some of the facts.
func (w *World) JudgeEvents(ref string, further ...OrderEvent) []Judged {
	for _, order := range w.Orders {
		if order.Ref == ref {
			return w.judge(order, replaced(w.eventsOf(ref), further))
		}
	}
	return nil
}

func replaced(events, further []OrderEvent) []OrderEvent {
	for _, brought := range further {
		events = slices.DeleteFunc(events, func(known OrderEvent) bool { return known.Number == brought.Number })
		events = append(events, brought)
	}
	return events
}

func (w *World) judge(order Order, events []OrderEvent) []Judged {
	w.recall()
	inOrder := slices.Clone(events)
	sortEvents(inOrder)
	var judged []Judged
	reached := w.issued(order)
	for _, event := range inOrder {
		refusal := w.refusal(order, reached, event)
		if refusal == "" {
			reached = w.after(reached, event)
		}
		judged = append(judged, Judged{event, refusal})
	}
	return judged
}

// refusal is the first reason why an event is not allowed after those before it.
func (w *World) refusal(order Order, before progress, event OrderEvent) string {
	if dayOfInstant(event.At) < dayOfInstant(order.IssuedAt) {
		return "before the day of issue"
	}
	if refusal := w.refusalOfColumns(event); refusal != "" {
		return refusal
	}
	if !mayHappen(event.Kind, before) {
		return event.Kind + " while " + before.state
	}
	return w.refusalOfDays(order, before, event)
}

// refusalOfColumns: what a kind needs, and what it does not use. Any event may have a text and somebody who did it.
func (w *World) refusalOfColumns(event OrderEvent) string {
	is := func(kinds ...string) bool { return slices.Contains(kinds, event.Kind) }
	switch {
	case is("ANSWERED", "RETURNED", "EXTENSION_ASKED", "REMARKED", "WITHDRAWN") && event.Text == "":
		return "no text"
	case is("EXTENSION_ASKED", "EXTENSION_GRANTED") != (event.NewDueOn != ""):
		return "a new due day where none is used, or none where one is needed"
	case is("RETURNED") != (event.WorkingDays > 0):
		return "working days where none are used, or none where they are needed"
	case !is("ANSWERED") && len(event.Disclosures) > 0:
		return "documents where none are used"
	}
	for _, ref := range event.Disclosures {
		if _, known := w.memory.documents[ref]; !known {
			return "unknown document"
		}
	}
	return ""
}

// mayHappen is the column "while" of the table of events.
func mayHappen(kind string, before progress) bool {
	switch kind {
	case "RECEIVED":
		return before.state == "ISSUED"
	case "ANSWERED":
		return before.isOpen()
	case "RETURNED":
		return before.state == "ANSWERED"
	case "ACCEPTED", "WITHDRAWN":
		return before.state != "ACCEPTED" && before.state != "WITHDRAWN"
	case "EXTENSION_ASKED":
		return before.isOpen() && before.pending == nil
	case "EXTENSION_GRANTED", "EXTENSION_REFUSED":
		return before.pending != nil
	case "REMARKED":
		return true
	}
	return false
}

func (w *World) refusalOfDays(order Order, before progress, event OrderEvent) string {
	day := dayOfInstant(event.At)
	switch event.Kind {
	case "EXTENSION_ASKED":
		if day > before.dueOn {
			return "asked after the due day"
		}
		if Day(event.NewDueOn) <= before.dueOn {
			return "asked for a day that is not after the due day"
		}
	case "EXTENSION_GRANTED":
		if Day(event.NewDueOn) <= before.dueOn {
			return "granted a day that is not after the due day"
		}
	case "ACCEPTED":
		for _, entry := range order.Entries {
			if event.Text == "" && IsGap(w.Status(order.Publisher, entry, day)) {
				return "accepted without a reason while " + entry + " is a gap"
			}
		}
	}
	return ""
}
