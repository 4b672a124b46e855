package graph

import (
	"context"
	"time"

	"github.com/reliefgraph/reliefgraph/graph/model"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
)

// These mutations take arguments of their own instead of one input. They are answered
// until the day that the schema tells, each by the one that took its place.

func (m mutation) PublishDisclosure(
	ctx context.Context,
	id string,
	publishedOn calendar.Day,
	url, channel *string,
) (*model.DisclosurePayload, error) {
	return m.PublishDocument(ctx, model.PublishDocumentInput{
		DocumentName: model.DocumentName{ID: &id}, PublishedOn: publishedOn, URL: url, Channel: channel,
	})
}

func (m mutation) WithdrawDisclosure(ctx context.Context, id string, withdrawnOn calendar.Day) (*model.DisclosurePayload, error) {
	return m.WithdrawDocument(ctx, model.WithdrawDocumentInput{DocumentName: model.DocumentName{ID: &id}, WithdrawnOn: withdrawnOn})
}

func (m mutation) IssueDisclosure(ctx context.Context, id string, issuedOn calendar.Day) (*model.DisclosurePayload, error) {
	return m.IssueDocument(ctx, model.IssueDocumentInput{DocumentName: model.DocumentName{ID: &id}, IssuedOn: issuedOn})
}

func (m mutation) OrderInterpretation(ctx context.Context, id string) (*model.DisclosurePayload, error) {
	return m.RequireInterpretation(ctx, model.RequireInterpretationInput{DocumentName: model.DocumentName{ID: &id}})
}

func (m mutation) ReviewDisclosure(
	ctx context.Context,
	id string,
	reviewedOn calendar.Day,
	result disclosure.ReviewResult,
	consulted *string,
) (*model.DisclosurePayload, error) {
	return m.ReviewDocument(ctx, model.ReviewDocumentInput{
		DocumentName: model.DocumentName{ID: &id}, ReviewedOn: reviewedOn, Result: result, Consulted: consulted,
	})
}

func (m mutation) RecordSecrecyReview(
	ctx context.Context,
	id string,
	reviewedOn calendar.Day,
	reviewedBy, result string,
) (*model.Disclosure, error) {
	payload, err := m.ReviewDocumentSecrecy(ctx, model.ReviewDocumentSecrecyInput{
		DocumentName: model.DocumentName{ID: &id}, ReviewedOn: reviewedOn, ReviewedBy: reviewedBy, Result: result,
	})
	if err != nil {
		return nil, err
	}
	return payload.Disclosure, nil
}

func (m mutation) AnswerConcern(
	ctx context.Context,
	ref string,
	respondedAt time.Time,
	responseRef *string,
) (*model.ConcernPayload, error) {
	return m.RespondToConcern(ctx, model.RespondToConcernInput{Ref: ref, RespondedAt: respondedAt, ResponseRef: responseRef})
}

func (m mutation) EscalateConcern(ctx context.Context, ref, to string) (*model.ConcernPayload, error) {
	payload, err := m.RecordEscalation(ctx, model.RecordEscalationInput{Ref: ref, EscalatedTo: to})
	return payload, asArgument("escalatedTo", "to", err)
}
