package order

import (
	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/area"
)

// May tells whether an account may do a step of an order of an issuer to a publisher.
// Source: docs/design.md, Who may see and do what, and Orders.
func (k EventKind) May(rights *account.Rights, issuer, publisher area.Place) bool {
	switch k {
	case EventReceived, EventAnswered, ExtensionAsked:
		return rights.May(account.AnswerOrder, publisher)
	case EventRemarked:
		return rights.May(account.AnswerOrder, publisher) || rights.MaySupervise(issuer, publisher)
	case EventReturned, EventAccepted, ExtensionGranted, ExtensionRefused, EventWithdrawn:
		return rights.MaySupervise(issuer, publisher)
	}
	return false
}

// TwoEyes tells whether a step would be the second look at what the same account did
// (四眼, 双人): the decision on an extension that it asked for, or the acceptance of an
// answer that it gave. The events are those before the step.
func (k EventKind) TwoEyes(by string, s *Standing, events []Event) bool {
	if k == ExtensionGranted || k == ExtensionRefused {
		return s.Pending != nil && s.Pending.By == by
	}
	for i := len(events) - 1; k == EventAccepted && i >= 0; i-- {
		if events[i].Kind == EventAnswered {
			return events[i].By == by
		}
	}
	return false
}
