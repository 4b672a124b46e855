package model

import (
	"cmp"
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
	view     *View
	key      concernsKey
	PageInfo PageInfo
	Edges    []ConcernEdge
}

// ConcernEdge is a concern in a page.
type ConcernEdge struct {
	Cursor string
	Node   *Concern
}

// ConcernFilter narrows a list of concerns.
type ConcernFilter struct {
	Open       *bool
	Severities []disclosure.Severity
	Levels     []area.Level
	Publishers []string
	From, To   *calendar.Day
	Title      *string
}

// concernsKey is a page of a node's concerns.
type concernsKey struct {
	place    area.Place
	question concernsQuestion
}

// concernsQuestion is what is asked of several nodes alike.
type concernsQuestion struct {
	filter      string // as text, so that equal filters are equal
	rows        int
	oldestFirst bool      // as it is read, whatever the order of the page
	at          time.Time // where it goes on, in UTC, zero where it begins
	ref         string
}

func (k concernsKey) asked() concernsQuestion { return k.question }

// concernsFilter checks a filter and writes it as text; `open` is older than it.
func (v *View) concernsFilter(filter *ConcernFilter, open *bool) (string, error) {
	asked := ConcernFilter{}
	if filter != nil {
		asked = *filter
	}
	if asked.Open == nil && valueOrZero(open) {
		asked.Open = open
	}
	whose := CellFilter{Levels: asked.Levels, Publishers: asked.Publishers}
	if err := cmp.Or(
		checkText("title", valueOrZero(asked.Title), mostSearch), whose.check(v), spanGiven(asked.From, asked.To),
	); err != nil {
		return "", err
	}
	return textOf(asked), nil
}

// Concerns lists the concerns at and below the node.
func (n *Administrative) Concerns(
	ctx context.Context,
	open *bool,
	filter *ConcernFilter,
	orderBy *ListOrder,
	first *int,
	after *string,
	last *int,
	before *string,
) (*ConcernConnection, error) {
	asked, err := cursor.Ask{First: first, After: after, Last: last, Before: before}.Wanted()
	if err != nil {
		return nil, err
	}
	text, err := n.view.concernsFilter(filter, open)
	if err != nil {
		return nil, err
	}
	oldestFirst := valueOrZero(orderBy) == ListOrderOldestFirst
	key := concernsKey{n.place, concernsQuestion{filter: text, rows: asked.Rows, oldestFirst: oldestFirst != asked.Backwards}}
	list := cursor.Of(cursor.ByInstant, n.Code, text, oldestFirst)
	parts, err := list.Read(asked, 2)
	if err != nil {
		return nil, err
	}
	if parts != nil {
		if key.question.at, err = time.Parse(time.RFC3339Nano, parts[0]); err != nil || key.question.at.IsZero() {
			return nil, asked.Foreign()
		}
		key.question.ref = parts[1]
	}
	found, err := n.view.loaders.concernLists.Load(ctx, key)
	if err != nil {
		return nil, err
	}
	connection := &ConcernConnection{view: n.view, key: key}
	connection.Edges, connection.PageInfo = paged(found, asked,
		func(c *disclosure.Concern) string {
			return list.Make(c.DetectedAt.UTC().Format(time.RFC3339Nano), c.Ref)
		},
		func(cursor string, c disclosure.Concern) ConcernEdge { return ConcernEdge{cursor, &Concern{n.view, c}} })
	return connection, nil
}

// TotalCount counts the list.
func (c *ConcernConnection) TotalCount(ctx context.Context) (int, error) {
	key := concernsKey{c.key.place, concernsQuestion{filter: c.key.question.filter}} // all of it, on whichever page
	return c.view.loaders.concernCounts.Load(ctx, key)
}

// concerns reads back what concernsFilter wrote, with the publishers of each key.
func (l *loaders) concerns(q concernsQuestion, keys []concernsKey) (lists [][]string, filter store.ConcernFilter) {
	asked := filterOf[ConcernFilter](q.filter)
	filter = store.ConcernFilter{Open: asked.Open, Severities: asked.Severities, Title: valueOrZero(asked.Title)}
	if asked.From != nil {
		filter.From = asked.From.Time()
	}
	if asked.To != nil {
		filter.To = (*asked.To + 1).Time()
	}
	whose := CellFilter{Levels: asked.Levels, Publishers: asked.Publishers}
	for _, key := range keys {
		lists = append(lists, l.view.publishersOf(key.place, coverage.Subtree, whose))
	}
	return lists, filter
}

func (l *loaders) readConcernLists(ctx context.Context, q concernsQuestion, keys []concernsKey) ([][]disclosure.Concern, error) {
	page := store.ConcernPage{First: q.rows + 1, OldestFirst: q.oldestFirst}
	if !q.at.IsZero() {
		page.After = &store.ConcernPosition{DetectedAt: q.at, Ref: q.ref}
	}
	lists, filter := l.concerns(q, keys)
	return l.view.store.ConcernPages(ctx, lists, filter, page)
}

func (l *loaders) readConcernCounts(ctx context.Context, q concernsQuestion, keys []concernsKey) ([]int, error) {
	lists, filter := l.concerns(q, keys)
	return l.view.store.ConcernCounts(ctx, lists, filter)
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
