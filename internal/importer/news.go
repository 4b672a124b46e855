package importer

import (
	"context"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

func (r *run) news(ctx context.Context, sources []Source) error {
	if err := r.readAssignments(ctx); err != nil {
		return err
	}
	staging, err := r.w.Stage(ctx, &store.News)
	if err != nil {
		return err
	}
	for _, source := range sources {
		err := r.rows(source, kindNews, func(f *fields) error {
			place, placed := r.knownNode(f, newsPublisher)
			item := disclosure.News{
				Ref: f.code(newsRef), PublisherCode: f.text(newsPublisher), EntryCode: disclosure.DefaultNewsEntry,
				Title: f.needed(newsTitle), Summary: f.text(newsSummary), PublishedAt: f.instant(newsPublishedAt),
				URL: f.text(newsURL), Tags: f.list(newsTags),
			}
			if f.text(newsEntry) != "" {
				r.knownEntry(f, newsEntry)
				item.EntryCode = f.text(newsEntry)
			}
			if f.bad {
				return nil
			}
			on := calendar.DayOf(item.PublishedAt)
			if placed && !r.given.refused && r.standard.Library.RuleOn(r.standard.Tree, place, item.EntryCode, on, r.assignments[item.PublisherCode]) == nil {
				f.odd(newsEntry, "the publisher does not owe the entry "+item.EntryCode+" on "+on.String(), "check the entry and the date")
			}
			return staging.Row(ctx, item.Ref, item.PublisherCode, item.EntryCode, item.Title, item.Summary, item.PublishedAt, item.URL,
				store.Array(item.Tags), source.Shown, f.reader.Line())
		})
		if err != nil {
			return err
		}
	}
	if err := staging.Done(ctx); err != nil {
		return err
	}
	return r.lay(ctx, kindNews, sources, &store.News, func(ctx context.Context) error {
		return r.touchAll(ctx, r.w.TouchedByNews)
	})
}
