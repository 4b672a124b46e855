package model

import "github.com/reliefgraph/reliefgraph/internal/order"

// Order is the domain's form of the input.
func (i *IssueOrderInput) Order() order.Order {
	return order.Order{
		Ref: i.Ref, Kind: i.Kind, IssuerCode: i.IssuerCode, PublisherCode: i.PublisherCode, EntryCodes: i.EntryCodes,
		Text: i.Text, Basis: valueOrZero(i.Basis), WorkingDays: int64(i.WorkingDays),
	}
}

// Request is the domain's form of the input.
func (i *AskExemptionInput) Request() order.ExemptionRequest {
	return order.ExemptionRequest{
		Ref: i.Ref, PublisherCode: i.PublisherCode, EntryCode: i.EntryCode, From: i.From, To: valueOrZero(i.To), Reason: i.Reason,
	}
}

// Event is the domain's form of the input.
func (i *AcceptOrderInput) Event() order.Event {
	return order.Event{OrderRef: i.Ref, Kind: order.EventAccepted, Text: valueOrZero(i.Text)}
}

// Event is the domain's form of the input; a day left out is none.
func (i *DecideExtensionInput) Event() order.Event {
	kind := order.ExtensionRefused
	if i.Granted {
		kind = order.ExtensionGranted
	}
	return order.Event{OrderRef: i.Ref, Kind: kind, Text: valueOrZero(i.Text), NewDueOn: valueOrZero(i.NewDueOn)}
}

// Decision is what the input decides, with its reason, empty where it is left out.
func (i *DecideExemptionInput) Decision() (decision order.Decision, reason string) {
	if i.Granted {
		return order.Granted, valueOrZero(i.Reason)
	}
	return order.Refused, valueOrZero(i.Reason)
}
