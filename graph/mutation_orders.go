package graph

import (
	"context"

	"github.com/reliefgraph/reliefgraph/graph/model"
	"github.com/reliefgraph/reliefgraph/internal/order"
	"github.com/reliefgraph/reliefgraph/internal/register"
)

func (m mutation) IssueOrder(ctx context.Context, input model.IssueOrderInput) (*model.OrderPayload, error) {
	return m.order(ctx, func(writes *register.Register) (register.WrittenOrder, error) {
		return writes.IssueOrder(ctx, input.Order())
	})
}

func (m mutation) ReceiveOrder(ctx context.Context, input model.ReceiveOrderInput) (*model.OrderPayload, error) {
	return m.step(ctx, order.Event{OrderRef: input.Ref, Kind: order.EventReceived})
}

func (m mutation) AnswerOrder(ctx context.Context, input model.AnswerOrderInput) (*model.OrderPayload, error) {
	return m.step(ctx, order.Event{
		OrderRef: input.Ref, Kind: order.EventAnswered, Text: input.Text, DisclosureRefs: input.DisclosureRefs,
	})
}

func (m mutation) ReturnOrder(ctx context.Context, input model.ReturnOrderInput) (*model.OrderPayload, error) {
	return m.step(ctx, order.Event{
		OrderRef: input.Ref, Kind: order.EventReturned, Text: input.Text, WorkingDays: int64(input.WorkingDays),
	})
}

func (m mutation) AcceptOrder(ctx context.Context, input model.AcceptOrderInput) (*model.OrderPayload, error) {
	return m.step(ctx, input.Event())
}

func (m mutation) AskExtension(ctx context.Context, input model.AskExtensionInput) (*model.OrderPayload, error) {
	return m.step(ctx, order.Event{OrderRef: input.Ref, Kind: order.ExtensionAsked, Text: input.Text, NewDueOn: input.NewDueOn})
}

func (m mutation) DecideExtension(ctx context.Context, input model.DecideExtensionInput) (*model.OrderPayload, error) {
	return m.step(ctx, input.Event())
}

func (m mutation) RemarkOnOrder(ctx context.Context, input model.RemarkOnOrderInput) (*model.OrderPayload, error) {
	return m.step(ctx, order.Event{OrderRef: input.Ref, Kind: order.EventRemarked, Text: input.Text})
}

func (m mutation) WithdrawOrder(ctx context.Context, input model.WithdrawOrderInput) (*model.OrderPayload, error) {
	return m.step(ctx, order.Event{OrderRef: input.Ref, Kind: order.EventWithdrawn, Text: input.Text})
}

// step does a step of an order.
func (m mutation) step(ctx context.Context, e order.Event) (*model.OrderPayload, error) {
	return m.order(ctx, func(writes *register.Register) (register.WrittenOrder, error) { return writes.ToOrder(ctx, e) })
}

func (m mutation) order(
	ctx context.Context, how func(*register.Register) (register.WrittenOrder, error),
) (*model.OrderPayload, error) {
	writes, err := m.writes(ctx)
	if err != nil {
		return nil, err
	}
	written, err := how(writes)
	if err != nil {
		return nil, err
	}
	payload := &model.OrderPayload{Warnings: model.NewWarnings(written.Warnings)}
	if view := m.after(ctx, &written.Written); view != nil {
		payload.Order, err = view.OrderByRef(ctx, written.Order.Ref)
	}
	return payload, err
}

func (m mutation) AskExemption(ctx context.Context, input model.AskExemptionInput) (*model.ExemptionRequestPayload, error) {
	return m.exemption(ctx, func(writes *register.Register) (register.WrittenRequest, error) {
		return writes.AskExemption(ctx, input.Request())
	})
}

func (m mutation) DecideExemption(ctx context.Context, input model.DecideExemptionInput) (*model.ExemptionRequestPayload, error) {
	decision, reason := input.Decision()
	return m.exemption(ctx, func(writes *register.Register) (register.WrittenRequest, error) {
		return writes.DecideExemption(ctx, input.Ref, decision, reason)
	})
}

func (m mutation) exemption(
	ctx context.Context, how func(*register.Register) (register.WrittenRequest, error),
) (*model.ExemptionRequestPayload, error) {
	writes, err := m.writes(ctx)
	if err != nil {
		return nil, err
	}
	written, err := how(writes)
	if err != nil {
		return nil, err
	}
	payload := &model.ExemptionRequestPayload{ClosedGap: written.ClosedGap, Warnings: model.NewWarnings(written.Warnings)}
	if view := m.after(ctx, &written.Written); view != nil {
		payload.Request = view.NewExemptionRequest(written.Request)
		payload.Cell = view.CellOf(written.Request.PublisherCode, written.Request.EntryCode)
	}
	return payload, nil
}
