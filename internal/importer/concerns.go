package importer

import (
	"context"

	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

func (r *run) concerns(ctx context.Context, sources []Source) error {
	staging, err := r.w.Stage(ctx, &store.Concerns)
	if err != nil {
		return err
	}
	for _, source := range sources {
		err := r.rows(source, kindConcerns, func(f *fields) error {
			r.knownNode(f, concernPublisher)
			concern := disclosure.Concern{
				Ref: f.code(concernRef), PublisherCode: f.text(concernPublisher), Title: f.needed(concernTitle),
				Severity:    word(f, concernSeverity, disclosure.ParseSeverity, "NORMAL, MAJOR"),
				DetectedAt:  f.instant(concernDetectedAt),
				ResponseRef: f.text(concernResponse), EscalatedTo: f.text(concernEscalatedTo),
			}
			var responded any
			if f.text(concernRespondedAt) != "" {
				concern.RespondedAt = f.instant(concernRespondedAt)
				responded = concern.RespondedAt
				if concern.RespondedAt.Before(concern.DetectedAt) {
					f.odd(concernRespondedAt, "it was answered before it was detected", "check both instants")
				}
			}
			if f.bad {
				return nil
			}
			return staging.Row(ctx, concern.Ref, concern.PublisherCode, concern.Title, int(concern.Severity), concern.DetectedAt, responded,
				orNull(concern.ResponseRef), concern.EscalatedTo, source.Shown, f.reader.Line())
		})
		if err != nil {
			return err
		}
	}
	if err := staging.Done(ctx); err != nil {
		return err
	}
	if err := r.unknownDocuments(ctx, &store.Concerns, "register the document that answers, or correct the ref"); err != nil {
		return err
	}
	return r.lay(ctx, kindConcerns, sources, &store.Concerns, func(ctx context.Context) error {
		return r.touchAll(ctx, r.w.TouchedByConcerns)
	})
}

func (r *run) reviews(ctx context.Context, sources []Source) error {
	staging, err := r.w.Stage(ctx, &store.Reviews)
	if err != nil {
		return err
	}
	for _, source := range sources {
		err := r.rows(source, kindReviews, func(f *fields) error {
			review := disclosure.Review{
				DisclosureRef: f.code(reviewDisclosure), ReviewedOn: f.neededDay(reviewReviewedOn),
				Result: word(f, reviewResult, disclosure.ParseReviewResult, "keep, disclose"), Consulted: f.text(reviewConsulted),
			}
			if f.bad {
				return nil
			}
			return staging.Row(ctx, review.DisclosureRef, orNoDay(review.ReviewedOn), int(review.Result), review.Consulted, source.Shown, f.reader.Line())
		})
		if err != nil {
			return err
		}
	}
	if err := staging.Done(ctx); err != nil {
		return err
	}
	unknown, err := r.w.UnknownDocuments(ctx, &store.Reviews, listed)
	if err != nil {
		return err
	}
	for _, row := range unknown {
		if !r.given.unread[kindDisclosures] {
			r.report.problem(tabular.Problem{
				File: row.File, Line: row.Line, Column: store.Reviews.Names(), Value: row.Key,
				Reason: "no disclosure has this ref", Remedy: "import the document first or with it, or correct the ref",
			})
		}
	}
	return r.lay(ctx, kindReviews, sources, &store.Reviews, func(ctx context.Context) error {
		if err := r.touchGivers(ctx, r.w.GiversOfReviews); err != nil {
			return err
		}
		return r.touchAll(ctx, r.w.TouchedByReviews)
	})
}
