package graph

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/reliefgraph/reliefgraph/graph/model"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/register"
)

type mutation struct{ *Resolver }

// writes returns the register, or refuses while mutations are off. It writes nothing
// where something of the input could not be read: by the server, or as the input's
// own form.
func (m mutation) writes(ctx context.Context, unread ...*problem.Problem) (*register.Register, error) {
	if unread = append(unreadIn(ctx), unread...); m.Register == nil && len(unread) > 0 {
		return nil, problem.Together(unread...)
	}
	if m.Register == nil {
		return nil, problem.New(
			problem.Forbidden,
			"",
			"writing is off; the operator turns it on by starting the server with --allow-writes",
		)
	}
	return m.Register.Beside(unread), nil
}

func (m mutation) RegisterDisclosure(ctx context.Context, input model.RegisterDisclosureInput) (*model.DisclosurePayload, error) {
	writes, err := m.writes(ctx)
	if err != nil {
		return nil, err
	}
	written, err := writes.Disclosure(ctx, input.Disclosure())
	return m.disclosurePayload(ctx, written, err)
}

func (m mutation) PublishDisclosure(
	ctx context.Context,
	id string,
	publishedOn calendar.Day,
	url, channel *string,
) (*model.DisclosurePayload, error) {
	return m.change(ctx, id, func(writes *register.Register, ref string) (register.WrittenDisclosure, error) {
		return writes.Publish(ctx, ref, publishedOn, url, channel)
	})
}

func (m mutation) WithdrawDisclosure(ctx context.Context, id string, withdrawnOn calendar.Day) (*model.DisclosurePayload, error) {
	return m.change(ctx, id, func(writes *register.Register, ref string) (register.WrittenDisclosure, error) {
		return writes.Withdraw(ctx, ref, withdrawnOn)
	})
}

func (m mutation) IssueDisclosure(ctx context.Context, id string, issuedOn calendar.Day) (*model.DisclosurePayload, error) {
	return m.change(ctx, id, func(writes *register.Register, ref string) (register.WrittenDisclosure, error) {
		return writes.Issue(ctx, ref, issuedOn)
	})
}

func (m mutation) OrderInterpretation(ctx context.Context, id string) (*model.DisclosurePayload, error) {
	return m.change(ctx, id, func(writes *register.Register, ref string) (register.WrittenDisclosure, error) {
		return writes.OrderInterpretation(ctx, ref)
	})
}

func (m mutation) ReviewDisclosure(
	ctx context.Context,
	id string,
	reviewedOn calendar.Day,
	result disclosure.ReviewResult,
	consulted *string,
) (*model.DisclosurePayload, error) {
	return m.change(ctx, id, func(writes *register.Register, ref string) (register.WrittenDisclosure, error) {
		review := disclosure.Review{DisclosureRef: ref, ReviewedOn: reviewedOn, Result: result}
		if consulted != nil {
			review.Consulted = *consulted
		}
		return writes.Review(ctx, review)
	})
}

func (m mutation) RecordSecrecyReview(
	ctx context.Context,
	id string,
	reviewedOn calendar.Day,
	reviewedBy, result string,
) (*model.Disclosure, error) {
	payload, err := m.change(ctx, id, func(writes *register.Register, ref string) (register.WrittenDisclosure, error) {
		return writes.SecrecyReview(
			ctx,
			disclosure.SecrecyReview{DisclosureRef: ref, ReviewedOn: reviewedOn, ReviewedBy: reviewedBy, Result: result},
		)
	})
	if err != nil {
		return nil, err
	}
	return payload.Disclosure, nil
}

// change writes to the disclosure of an id.
func (m mutation) change(
	ctx context.Context,
	id string,
	how func(*register.Register, string) (register.WrittenDisclosure, error),
) (*model.DisclosurePayload, error) {
	writes, err := m.writes(ctx)
	if err != nil {
		return nil, err
	}
	ref, _ := model.RefOfID(id) // one that is none names no document
	written, err := how(writes, ref)
	return m.disclosurePayload(ctx, written, asArgument("disclosureRef", "id", err))
}

// asArgument calls a fact's field in a problem what the mutation's argument is called.
func asArgument(field, argument string, err error) error {
	p, ok := errors.AsType[*problem.Problem](err)
	if !ok {
		return err
	}
	call := func(p *problem.Problem) *problem.Problem {
		called := *p
		if p.Field == field {
			called.Field = argument
		}
		return &called
	}
	called := call(p)
	called.All = nil
	for _, one := range p.All {
		called.All = append(called.All, call(one))
	}
	return called
}

func (m mutation) disclosurePayload(ctx context.Context, written register.WrittenDisclosure, err error) (*model.DisclosurePayload, error) {
	if err != nil {
		return nil, err
	}
	payload := &model.DisclosurePayload{ClosedGap: written.ClosedGap, Warnings: model.NewWarnings(written.Warnings)}
	if view := m.after(ctx, &written.Written); view != nil {
		payload.Disclosure = view.NewDisclosure(written.Disclosure)
		payload.Cell = view.CellOf(written.Disclosure.PublisherCode, written.Disclosure.EntryCode)
	}
	return payload, nil
}

// after is the state with what was written. Where it cannot be read, that is told
// beside a payload that shows nothing of it: the write stands, and an answer of null
// alone would deny it.
func (m mutation) after(ctx context.Context, written *register.Written) *model.View {
	index, err := written.State(ctx)
	if err != nil {
		graphql.AddError(ctx, fmt.Errorf("reading what was written: %w: %w",
			problem.New(problem.Unavailable, "", "it was written, but cannot be shown just now; ask for it again"), err))
		return nil
	}
	return m.View(index)
}

func (m mutation) RegisterConcern(ctx context.Context, input model.ConcernInput) (*model.ConcernPayload, error) {
	return m.concern(ctx, func(writes *register.Register) (register.WrittenConcern, error) {
		return writes.Concern(ctx, input.Concern())
	})
}

func (m mutation) AnswerConcern(
	ctx context.Context,
	ref string,
	respondedAt time.Time,
	responseRef *string,
) (*model.ConcernPayload, error) {
	return m.concern(ctx, func(writes *register.Register) (register.WrittenConcern, error) {
		by := ""
		if responseRef != nil {
			by = *responseRef
		}
		return writes.Answer(ctx, ref, respondedAt, by)
	})
}

func (m mutation) EscalateConcern(ctx context.Context, ref, to string) (*model.ConcernPayload, error) {
	return m.concern(ctx, func(writes *register.Register) (register.WrittenConcern, error) {
		written, err := writes.Escalate(ctx, ref, to)
		return written, asArgument("escalatedTo", "to", err)
	})
}

func (m mutation) concern(
	ctx context.Context,
	how func(*register.Register) (register.WrittenConcern, error),
) (*model.ConcernPayload, error) {
	writes, err := m.writes(ctx)
	if err != nil {
		return nil, err
	}
	written, err := how(writes)
	if err != nil {
		return nil, err
	}
	payload := &model.ConcernPayload{ClosedGap: written.ClosedGap, Warnings: model.NewWarnings(written.Warnings)}
	if view := m.after(ctx, &written.Written); view != nil {
		payload.Concern = view.NewConcern(written.Concern)
		payload.Cell = view.CellOf(written.Concern.PublisherCode, disclosure.ResponseEntry)
	}
	return payload, nil
}

func (m mutation) RecordReliefMovement(ctx context.Context, input model.ReliefMovementInput) (*model.ReliefMovementPayload, error) {
	movement, unread := input.Movement()
	writes, err := m.writes(ctx, unread...)
	if err != nil {
		return nil, err
	}
	written, err := writes.Movement(ctx, movement)
	if err != nil {
		return nil, err
	}
	payload := &model.ReliefMovementPayload{Warnings: model.NewWarnings(written.Warnings)}
	if view := m.after(ctx, &written.Written); view != nil {
		payload.Movement = view.NewMovement(written.Movement)
	}
	return payload, nil
}

func (m mutation) AddNews(ctx context.Context, input model.NewsInput) (*model.NewsPayload, error) {
	writes, err := m.writes(ctx)
	if err != nil {
		return nil, err
	}
	written, err := writes.News(ctx, input.News())
	if err != nil {
		return nil, err
	}
	payload := &model.NewsPayload{ClosedGap: written.ClosedGap, Warnings: model.NewWarnings(written.Warnings)}
	if view := m.after(ctx, &written.Written); view != nil {
		payload.News = view.NewNews(written.News)
		payload.Cell = view.CellOf(written.News.PublisherCode, written.News.EntryCode)
	}
	return payload, nil
}
