package model

import (
	"context"
	"time"

	"github.com/reliefgraph/reliefgraph/graph/cursor"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// Concern is a concern of the public.
type Concern struct {
	view *View
	disclosure.Concern
}

// IsNode marks a thing with a global id.
func (*Concern) IsNode() {}

// NewConcern shows a concern.
func (v *View) NewConcern(c disclosure.Concern) *Concern { return &Concern{view: v, Concern: c} }

// ID is the concern's global id.
func (c *Concern) ID() string { return c.view.id(idConcern, c.Ref) }

// Publisher is who is to answer.
func (c *Concern) Publisher() AdministrativeNode { return c.view.ByCode(c.PublisherCode) }

// DetectedAt is in Shanghai's time.
func (c *Concern) DetectedAt() time.Time { return c.Concern.DetectedAt.In(calendar.Shanghai) }

// AnswerBy is in Shanghai's time.
func (c *Concern) AnswerBy() time.Time { return c.Concern.AnswerBy().In(calendar.Shanghai) }

// HoursLeft counts the hours left for an answer, null where it was answered.
func (c *Concern) HoursLeft(at *time.Time) *float64 {
	if at == nil {
		now := c.view.instant()
		at = &now
	}
	hours, open := c.Concern.HoursLeft(*at)
	if !open {
		return nil
	}
	return &hours
}

// RespondedAt is null until it was answered.
func (c *Concern) RespondedAt() *time.Time {
	if c.Concern.RespondedAt.IsZero() {
		return nil
	}
	at := c.Concern.RespondedAt.In(calendar.Shanghai)
	return &at
}

// Response is the document that answers.
func (c *Concern) Response(ctx context.Context) (*Disclosure, error) {
	if c.ResponseRef == "" {
		return nil, nil
	}
	return c.view.visible(ctx, c.ResponseRef)
}

// EscalatedTo is null where it was reported to nobody.
func (c *Concern) EscalatedTo() *string { return optional(c.Concern.EscalatedTo) }

// EscalationStep is a body on one level.
type EscalationStep struct {
	Node       AdministrativeNode
	Body       disclosure.Escalation
	Department AdministrativeNode
}

// Escalation lists the bodies from the publisher's own place up.
func (c *Concern) Escalation() []EscalationStep {
	steps := []EscalationStep{}
	publisher := c.view.Index.Tree.Find(c.PublisherCode)
	if publisher == area.Nowhere {
		return steps
	}
	for _, of := range c.view.Index.Escalation(publisher) {
		step := EscalationStep{Node: c.view.node(of.Place), Body: of.Body}
		if of.Department != area.Nowhere {
			step.Department = c.view.node(of.Department)
		}
		steps = append(steps, step)
	}
	return steps
}

// ConcernConnection is a page of concerns.
type ConcernConnection struct {
	PageInfo PageInfo
	Edges    []ConcernEdge
}

// ConcernEdge is a concern in a page.
type ConcernEdge struct {
	Cursor string
	Node   *Concern
}

// Concerns lists the concerns at and below the node, newest first.
func (n *Administrative) Concerns(ctx context.Context, open *bool, first *int, after *string) (*ConcernConnection, error) {
	v := n.view
	size, err := cursor.Size(first)
	if err != nil {
		return nil, err
	}
	list := cursor.Of(cursor.ByInstant, n.Code, valueOrZero(open))
	parts, err := list.Read(after, 2)
	if err != nil {
		return nil, err
	}
	var position *store.ConcernPosition
	if parts != nil {
		at, err := time.Parse(time.RFC3339Nano, parts[0])
		if err != nil {
			return nil, cursor.Foreign()
		}
		position = &store.ConcernPosition{DetectedAt: at, Ref: parts[1]}
	}
	found, err := v.store.ConcernPage(ctx, v.codesBelow(n.place, coverage.Subtree), valueOrZero(open), position, size+1)
	if err != nil {
		return nil, err
	}
	page := found[:min(size, len(found))]
	connection := &ConcernConnection{Edges: make([]ConcernEdge, len(page))}
	cursors := make([]string, len(page))
	for i := range page {
		cursors[i] = list.Make(page[i].DetectedAt.UTC().Format(time.RFC3339Nano), page[i].Ref)
		connection.Edges[i] = ConcernEdge{cursors[i], &Concern{v, page[i]}}
	}
	connection.PageInfo = cursor.PageOf(cursors, after, len(found) > size)
	return connection, nil
}

// ConcernPayload is what a write to a concern did.
type ConcernPayload struct {
	Concern   *Concern
	Cell      *Cell
	ClosedGap bool
	Warnings  []*Warning
}

// ConcernInput is a concern to register.
type ConcernInput struct {
	Ref, PublisherCode, Title string
	Severity                  disclosure.Severity
	DetectedAt                time.Time
}

// Concern is the domain's form of the input.
func (i *ConcernInput) Concern() disclosure.Concern {
	return disclosure.Concern{Ref: i.Ref, PublisherCode: i.PublisherCode, Title: i.Title, Severity: i.Severity, DetectedAt: i.DetectedAt}
}
