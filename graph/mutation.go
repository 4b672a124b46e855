package graph

import (
	"context"

	"github.com/reliefgraph/reliefgraph/graph/model"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/register"
)

type mutation struct{ *Resolver }

// writes returns the register, or refuses while mutations are off.
func (m mutation) writes() (*register.Register, error) {
	if m.Register == nil {
		return nil, problem.New(problem.Forbidden, "", "writing is off; the operator turns it on by starting the server with --allow-writes")
	}
	return m.Register, nil
}

func (m mutation) RegisterDisclosure(ctx context.Context, input model.RegisterDisclosureInput) (*model.DisclosurePayload, error) {
	writes, err := m.writes()
	if err != nil {
		return nil, err
	}
	written, err := writes.Disclosure(ctx, input.Disclosure())
	return m.disclosurePayload(ctx, written, err)
}

func (m mutation) PublishDisclosure(ctx context.Context, id string, publishedOn calendar.Day, url, channel *string) (*model.DisclosurePayload, error) {
	writes, err := m.writes()
	if err != nil {
		return nil, err
	}
	ref, ok := model.RefOfID(id)
	if !ok {
		return nil, noDisclosure()
	}
	written, err := writes.Publish(ctx, ref, publishedOn, url, channel)
	return m.disclosurePayload(ctx, written, err)
}

func (m mutation) WithdrawDisclosure(ctx context.Context, id string, withdrawnOn calendar.Day) (*model.DisclosurePayload, error) {
	writes, err := m.writes()
	if err != nil {
		return nil, err
	}
	ref, ok := model.RefOfID(id)
	if !ok {
		return nil, noDisclosure()
	}
	written, err := writes.Withdraw(ctx, ref, withdrawnOn)
	return m.disclosurePayload(ctx, written, err)
}

func noDisclosure() error {
	return problem.New(problem.NotFound, "id", "there is no disclosure of this id")
}

func (m mutation) disclosurePayload(ctx context.Context, written register.WrittenDisclosure, err error) (*model.DisclosurePayload, error) {
	if err != nil {
		return nil, err
	}
	view, err := m.Fresh(ctx)
	if err != nil {
		return nil, err
	}
	document := view.NewDisclosure(written.Disclosure)
	return &model.DisclosurePayload{
		Disclosure: document, Cell: view.CellOf(document.PublisherCode, document.EntryCode), ClosedGap: written.ClosedGap,
	}, nil
}

func (m mutation) RecordReliefMovement(ctx context.Context, input model.ReliefMovementInput) (*model.ReliefMovementPayload, error) {
	writes, err := m.writes()
	if err != nil {
		return nil, err
	}
	movement, err := input.Movement()
	if err != nil {
		return nil, err
	}
	if movement, err = writes.Movement(ctx, movement); err != nil {
		return nil, err
	}
	view, err := m.Fresh(ctx)
	if err != nil {
		return nil, err
	}
	return &model.ReliefMovementPayload{Movement: view.NewMovement(movement)}, nil
}

func (m mutation) AddNews(ctx context.Context, input model.NewsInput) (*model.NewsPayload, error) {
	writes, err := m.writes()
	if err != nil {
		return nil, err
	}
	written, err := writes.News(ctx, input.News())
	if err != nil {
		return nil, err
	}
	view, err := m.Fresh(ctx)
	if err != nil {
		return nil, err
	}
	item := view.NewNews(written.News)
	return &model.NewsPayload{News: item, Cell: view.CellOf(item.PublisherCode, item.EntryCode), ClosedGap: written.ClosedGap}, nil
}
