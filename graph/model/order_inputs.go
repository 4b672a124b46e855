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
