package model

import (
	"context"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/explain"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Cause is what began a span.
type Cause struct {
	view  *View
	cause timeline.Cause
}

// Text is the cause in words.
func (c *Cause) Text(ctx context.Context, locale *explain.Locale) (string, error) {
	named, err := c.view.named(ctx, c.cause.DocumentRef())
	if err != nil {
		return "", err
	}
	return explain.Cause(localeOf(locale), c.cause, func(ref string) string { return named[ref].Title }), nil
}

// Disclosure is the document that began the span.
func (c *Cause) Disclosure(ctx context.Context) (*Disclosure, error) {
	if ref := c.cause.DocumentRef(); ref != "" {
		return c.view.visible(ctx, ref)
	}
	return nil, nil
}

// TimelineSpan is a status over an unbroken run of days.
type TimelineSpan struct {
	From, To calendar.Day
	Status   timeline.Status
	Cause    *Cause
}

// Timeline is the cell's history and future.
func (c *Cell) Timeline(ctx context.Context) ([]TimelineSpan, error) {
	history, err := c.view.loaders.history(ctx, c.publisherCode(), c.entryCode)
	if err != nil {
		return nil, err
	}
	spans := []TimelineSpan{}
	for _, span := range history.Explained() {
		spans = append(spans, TimelineSpan{span.From, span.To, span.Status, &Cause{c.view, span.Cause}})
	}
	return spans, nil
}
