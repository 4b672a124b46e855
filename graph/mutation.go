package graph

import (
	"context"
	"errors"
	"fmt"

	"github.com/99designs/gqlgen/graphql"

	"github.com/reliefgraph/reliefgraph/graph/model"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/register"
)

type mutation struct{ *Resolver }

// writes returns the register for the account that asks, or refuses who has none. It
// writes nothing where something of the input could not be read: by the server, or as
// the input's own form.
func (m mutation) writes(ctx context.Context, unread ...*problem.Problem) (*register.Register, error) {
	view := model.ViewOf(ctx)
	if view.Account == nil {
		return nil, problem.New(problem.Unauthenticated, "", "writing takes an account").Mend("sign in, or send a token")
	}
	return m.Register.As(view.Account, view.Now).Beside(append(unreadIn(ctx), unread...)), nil
}

func (m mutation) RegisterDisclosure(ctx context.Context, input model.RegisterDisclosureInput) (*model.DisclosurePayload, error) {
	writes, err := m.writes(ctx)
	if err != nil {
		return nil, err
	}
	written, err := writes.Disclosure(ctx, input.Disclosure())
	return m.disclosurePayload(ctx, written, err)
}

func (m mutation) PublishDocument(ctx context.Context, input model.PublishDocumentInput) (*model.DisclosurePayload, error) {
	return m.change(ctx, &input.DocumentName, func(writes *register.Register, ref string) (register.WrittenDisclosure, error) {
		return writes.Publish(ctx, ref, input.PublishedOn, input.URL, input.Channel)
	})
}

func (m mutation) WithdrawDocument(ctx context.Context, input model.WithdrawDocumentInput) (*model.DisclosurePayload, error) {
	return m.change(ctx, &input.DocumentName, func(writes *register.Register, ref string) (register.WrittenDisclosure, error) {
		return writes.Withdraw(ctx, ref, input.WithdrawnOn)
	})
}

func (m mutation) IssueDocument(ctx context.Context, input model.IssueDocumentInput) (*model.DisclosurePayload, error) {
	return m.change(ctx, &input.DocumentName, func(writes *register.Register, ref string) (register.WrittenDisclosure, error) {
		return writes.Issue(ctx, ref, input.IssuedOn)
	})
}

func (m mutation) RequireInterpretation(
	ctx context.Context,
	input model.RequireInterpretationInput,
) (*model.DisclosurePayload, error) {
	return m.change(ctx, &input.DocumentName, func(writes *register.Register, ref string) (register.WrittenDisclosure, error) {
		return writes.OrderInterpretation(ctx, ref)
	})
}

func (m mutation) ReviewDocument(ctx context.Context, input model.ReviewDocumentInput) (*model.DisclosurePayload, error) {
	return m.change(ctx, &input.DocumentName, func(writes *register.Register, ref string) (register.WrittenDisclosure, error) {
		return writes.Review(ctx, input.Review(ref))
	})
}

func (m mutation) ReviewDocumentSecrecy(
	ctx context.Context,
	input model.ReviewDocumentSecrecyInput,
) (*model.DisclosurePayload, error) {
	return m.change(ctx, &input.DocumentName, func(writes *register.Register, ref string) (register.WrittenDisclosure, error) {
		return writes.SecrecyReview(ctx, input.Review(ref))
	})
}

// change writes to the document that an input names.
func (m mutation) change(
	ctx context.Context,
	name *model.DocumentName,
	how func(*register.Register, string) (register.WrittenDisclosure, error),
) (*model.DisclosurePayload, error) {
	ref, field, misnamed := name.Named(unreadIn(ctx))
	writes, err := m.writes(ctx, misnamed...)
	if err != nil {
		return nil, err
	}
	written, err := how(writes, ref)
	for i := range written.Warnings {
		if warning := &written.Warnings[i]; warning.Field == disclosureRef {
			warning.Field = field
		}
	}
	return m.disclosurePayload(ctx, written, ofDocument(field, err))
}

// disclosureRef is what facts about a document call the field that names it.
const disclosureRef = "disclosureRef"

// ofDocument tells problems with the document of a mutation by the field that names it.
func ofDocument(field string, err error) error {
	return retold(err, func(p *problem.Problem) {
		switch {
		case p.Field != disclosureRef:
		case field == "id" && p.Code == problem.NotFound:
			*p = *disclosure.UnknownID() // the caller has never seen the ref
		default:
			p.Field = field
		}
	})
}

// asArgument calls a fact's field in a problem what the mutation's argument is called.
func asArgument(field, argument string, err error) error {
	return retold(err, func(p *problem.Problem) {
		if p.Field == field {
			p.Field = argument
		}
	})
}

// retoldProblem is a problem in the caller's words; the log has the cause as it was.
type retoldProblem struct {
	told  *problem.Problem
	cause error
}

func (r *retoldProblem) Error() string   { return r.cause.Error() }
func (r *retoldProblem) Unwrap() []error { return []error{r.told, r.cause} }

// retold is a problem and all those told with it, each changed.
func retold(err error, change func(*problem.Problem)) error {
	p, ok := errors.AsType[*problem.Problem](err)
	if !ok {
		return err
	}
	changed := func(p *problem.Problem) *problem.Problem {
		copied := *p
		change(&copied)
		return &copied
	}
	told := changed(p)
	told.All = nil
	for _, one := range p.All {
		told.All = append(told.All, changed(one))
	}
	return &retoldProblem{told, err}
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
	return m.View(ctx, index)
}

func (m mutation) RegisterConcern(ctx context.Context, input model.ConcernInput) (*model.ConcernPayload, error) {
	return m.concern(ctx, func(writes *register.Register) (register.WrittenConcern, error) {
		return writes.Concern(ctx, input.Concern())
	})
}

func (m mutation) RespondToConcern(ctx context.Context, input model.RespondToConcernInput) (*model.ConcernPayload, error) {
	return m.concern(ctx, func(writes *register.Register) (register.WrittenConcern, error) {
		return writes.Answer(ctx, input.Ref, input.RespondedAt, input.By())
	})
}

func (m mutation) RecordEscalation(ctx context.Context, input model.RecordEscalationInput) (*model.ConcernPayload, error) {
	return m.concern(ctx, func(writes *register.Register) (register.WrittenConcern, error) {
		return writes.Escalate(ctx, input.Ref, input.EscalatedTo)
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
