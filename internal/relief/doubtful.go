package relief

import "github.com/reliefgraph/reliefgraph/internal/calendar"

// DoubtsIn counts the doubts about a node in its book, which Discrepancies finds in the
// movements from and to it, as far as the filter lets them through; `isEvent` tells of the
// number of a text whether it is the event wanted, where one is. Days that many entries
// share are reckoned once.
func (a *Account) DoubtsIn(code string, book *Reading, f Filter, isEvent func(number int) bool) (count int, err error) {
	var balances [Classes]Fen
	var last [Classes]calendar.Day
	dueBy, over := calendar.Day(-1), false // of the day looked at last
	err = book.Each(func(e *PackedEntry) bool {
		if e.OccurredOn > a.On {
			return false
		}
		last[e.Class] = e.OccurredOn
		if e.Received {
			balances[e.Class] += e.Funds
		} else {
			balances[e.Class] -= e.Funds
		}
		answers := !e.Received || e.Kind == Donation // who answers for it is the node
		if !answers || !a.Span.Contains(e.OccurredOn) || !f.HasClass(e.Class) || f.EventRef != "" && !isEvent(e.Event) {
			return true
		}
		if e.Kind != Donation && e.PublishedOn > a.On {
			if dueBy != e.OccurredOn {
				dueBy, over = e.OccurredOn, a.undisclosed(e.OccurredOn, e.PublishedOn)
			}
			if over {
				count++
			}
		}
		if a.unmatched(e.Named, e.Known, e.WithdrawnOn) {
			count++
		}
		return true
	})
	if f.EventRef != "" {
		return count, err // of accounts there is no doubt of one event
	}
	region := a.Region(code)
	for class := range Class(Classes) {
		if f.HasClass(class) && (balances[class] < 0 && !region || a.idle(balances[class], last[class])) {
			count++
		}
	}
	return count, err
}
