package model

import (
	"context"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

// ReliefFlow is how money goes through the levels.
type ReliefFlow struct {
	From, To, AsOf calendar.Day

	Nodes []*ReliefFlowNode
	Links []*ReliefFlowLink
}

// ReliefFlowNode is a stage on the way of the money of one class.
type ReliefFlowNode struct {
	relief.StageFigures
	Figures *ReliefFigures
}

// stageKey names a stage, as DROUGHT/OF_LEVEL/COUNTY/DEPARTMENT.
func stageKey(s relief.Stage) string {
	parts := []string{s.Class.String(), s.Kind.String()}
	if s.Kind == relief.OfLevel {
		parts = append(parts, s.Level.String())
		if s.Department {
			parts = append(parts, "DEPARTMENT")
		}
	}
	return strings.Join(parts, "/")
}

// Key names the stage within the answer.
func (n *ReliefFlowNode) Key() string { return stageKey(n.Stage) }

// ReliefClass is the class of relief.
func (n *ReliefFlowNode) ReliefClass() relief.Class { return n.Class }

// Level is null for donors, givers above and households.
func (n *ReliefFlowNode) Level() *area.Level {
	if n.Kind != relief.OfLevel {
		return nil
	}
	return &n.Stage.Level
}

// ReliefFlowLink is money that goes from one stage to another.
type ReliefFlowLink struct{ relief.Link }

// Source is the stage that gives.
func (l *ReliefFlowLink) Source() string { return stageKey(l.From) }

// Target is the stage that receives.
func (l *ReliefFlowLink) Target() string { return stageKey(l.To) }

// ReliefClass is the class of relief.
func (l *ReliefFlowLink) ReliefClass() relief.Class { return l.From.Class }

// Amount is in yuan.
func (l *ReliefFlowLink) Amount() string { return l.Link.Amount.String() }

// Disclosed is in yuan.
func (l *ReliefFlowLink) Disclosed() string { return l.Link.Disclosed.String() }

// ReliefFlow arranges the node's money by class and level.
func (n *Administrative) ReliefFlow(
	ctx context.Context,
	from, to *calendar.Day,
	asOf *calendar.Day,
	reliefClass *relief.Class,
	eventRef *string,
) (*ReliefFlow, error) {
	v, place := n.on(asOf).view, n.place
	on := v.day(nil)
	span, err := spanOf(from, to, on)
	if err != nil {
		return nil, err
	}
	if err := checkText("eventRef", valueOrZero(eventRef), mostSearch); err != nil {
		return nil, err
	}
	key := reliefKey{
		place,
		coverage.Subtree,
		calendar.Span{From: span.From, To: min(span.To, on)},
		on,
		relief.Filter{EventRef: valueOrZero(eventRef)},
	}
	all, err := v.loaders.sums.Load(ctx, key)
	if err != nil {
		return nil, err
	}
	stages, links := all.totals.Flowing()
	flow := &ReliefFlow{From: span.From, To: lastCounted(span, on), AsOf: on, Nodes: []*ReliefFlowNode{}, Links: []*ReliefFlowLink{}}
	for _, stage := range stages {
		if reliefClass == nil || stage.Class == *reliefClass {
			flow.Nodes = append(flow.Nodes, &ReliefFlowNode{stage, &ReliefFigures{stage.Figures}})
		}
	}
	for _, link := range links {
		if reliefClass == nil || link.From.Class == *reliefClass {
			flow.Links = append(flow.Links, &ReliefFlowLink{link})
		}
	}
	return flow, nil
}
