package oracle

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// exampleOrders is a page of orders as a worked answer has it. A text is nil where it is null.
type exampleOrders struct {
	TotalCount int
	PageInfo   struct{ HasNextPage bool }
	Edges      []struct{ Node exampleOrder }
}

type exampleOrder struct {
	Ref, Kind         string
	Issuer, Publisher struct{ Code string }
	Cells             []struct{ Entry struct{ Code string } }
	Text              string
	Basis             *string
	IssuedOn, DueOn   string
	State             string
	Timeliness        *string
	EscalatedTo       []struct{ Code string }
	PendingExtension  *struct{ NewDueOn, Reason string }
	Events            []exampleOrderEvent
}

type exampleOrderEvent struct {
	Number      int
	Kind        string
	At          time.Time
	By, Text    *string
	NewDueOn    *string
	WorkingDays *int
	Disclosures []struct{ Ref string }
}

type exampleOrderFigures struct {
	Issued, Open, Answered, Accepted, Withdrawn int
	Overdue, DueSoon, OnTime, Late              int
	OnTimeRate                                  *float64
}

// answered is a day on which the worked answers hold: the documents that are ever public before 2031 are so by then.
var answered = Day("2026-11-24")

func checkOrders(world *World, asks question, _ int) string {
	code, day, self := asks.Variables.Code, Day(asks.Variables.AsOf), asks.Variables.Scope == "SELF"
	about := fmt.Sprintf("%s on %s as %q %+v", code, asks.Variables.AsOf, asks.As, asks.Variables.Filter)
	if problem := checkOrderFigures(world.OrderFigures(code, day, self), asks.Answer.AdministrativeNode.Supervision); problem != "" {
		return about + ": " + problem
	}
	reach := Nowhere
	if asks.As == "SUPERVISOR" {
		reach = Everywhere
	}
	expected := asks.Answer.AdministrativeNode.Orders
	orders := world.OrdersAt(code, day, self, reach, answered, asks.Variables.Filter)
	page := orders[:min(len(orders), asks.Variables.First)]
	if len(orders) != expected.TotalCount || len(page) != len(expected.Edges) ||
		(len(page) < len(orders)) != expected.PageInfo.HasNextPage {
		return fmt.Sprintf("%s: %d of %d orders, expected %d of %d", about, len(page), len(orders), len(expected.Edges),
			expected.TotalCount)
	}
	for place, order := range page {
		if got, want := fmt.Sprint(told(order)), fmt.Sprint(expected.Edges[place].Node.told()); got != want {
			return fmt.Sprintf("%s: order %d\n%s\nexpected\n%s", about, place+1, got, want)
		}
	}
	return ""
}

func checkOrderFigures(got OrderFigures, expected exampleOrderFigures) string {
	want := OrderFigures{
		expected.Issued, expected.Open, expected.Answered, expected.Accepted, expected.Withdrawn, expected.Overdue,
		expected.DueSoon, expected.OnTime, expected.Late,
	}
	if got != want {
		return fmt.Sprintf("%+v, expected %+v", got, want)
	}
	judged := got.OnTime + got.Late
	if (expected.OnTimeRate == nil) != (judged == 0) ||
		judged > 0 && math.Abs(float64(got.OnTime)/float64(judged)-*expected.OnTimeRate) > 1e-9 {
		return fmt.Sprintf("%+v, expected another rate", got)
	}
	return ""
}

// told is an order in the form in which both sides are compared: every value that the question asks for by its name,
// sets sorted, instants in one offset, an empty text for none.
func told(order OrderOnDay) map[string]any {
	pending := ""
	if order.Pending != nil {
		pending = order.Pending.NewDueOn + " " + order.Pending.Text
	}
	var events []map[string]any
	for _, event := range order.Events {
		events = append(events, map[string]any{
			"number": event.Number, "kind": event.Kind, "at": instantOf(event.At).UTC(), "by": event.By,
			"text": event.Text, "newDueOn": event.NewDueOn, "workingDays": event.WorkingDays,
			"disclosures": sorted(event.Disclosures),
		})
	}
	return map[string]any{
		"ref": order.Ref, "kind": order.Kind, "issuer": order.Issuer, "publisher": order.Publisher,
		"cells": sorted(order.Entries), "text": order.Text, "basis": order.Basis, "issuedOn": Date(order.IssuedOn),
		"dueOn": Date(order.DueOn), "state": order.State, "timeliness": order.Timeliness,
		"escalatedTo": fmt.Sprint(order.EscalatedTo), "pendingExtension": pending, "events": events,
	}
}

func (o exampleOrder) told() map[string]any {
	var cells, escalatedTo []string
	for _, cell := range o.Cells {
		cells = append(cells, cell.Entry.Code)
	}
	for _, place := range o.EscalatedTo {
		escalatedTo = append(escalatedTo, place.Code)
	}
	pending := ""
	if o.PendingExtension != nil {
		pending = o.PendingExtension.NewDueOn + " " + o.PendingExtension.Reason
	}
	var events []map[string]any
	for _, event := range o.Events {
		var refs []string
		for _, disclosure := range event.Disclosures {
			refs = append(refs, disclosure.Ref)
		}
		events = append(events, map[string]any{
			"number": event.Number, "kind": event.Kind, "at": event.At.UTC(), "by": orZero(event.By),
			"text": orZero(event.Text), "newDueOn": orZero(event.NewDueOn), "workingDays": orZero(event.WorkingDays),
			"disclosures": sorted(refs),
		})
	}
	return map[string]any{
		"ref": o.Ref, "kind": o.Kind, "issuer": o.Issuer.Code, "publisher": o.Publisher.Code, "cells": sorted(cells),
		"text": o.Text, "basis": orZero(o.Basis), "issuedOn": o.IssuedOn, "dueOn": o.DueOn, "state": o.State,
		"timeliness": orZero(o.Timeliness), "escalatedTo": fmt.Sprint(escalatedTo), "pendingExtension": pending,
		"events": events,
	}
}

func sorted(list []string) string {
	list = slices.Clone(list)
	slices.Sort(list)
	return fmt.Sprint(list)
}

func orZero[T any](value *T) T {
	if value == nil {
		var zero T
		return zero
	}
	return *value
}

// TestExampleEventsAllowed: the customer's own events are all allowed.
func TestExampleEventsAllowed(t *testing.T) {
	t.Parallel()
	world, err := Load(filepath.Join(peopleFolder, "world"))
	if err != nil {
		t.Fatal(err)
	}
	events := 0
	for _, order := range world.Orders {
		for _, judged := range world.JudgeEvents(order.Ref) {
			events++
			if judged.Refusal != "" {
				t.Errorf("order %s, event %d: %s", order.Ref, judged.Number, judged.Refusal)
			}
		}
	}
	if events != len(world.OrderEvents) || events == 0 {
		t.Errorf("%d events judged of %d", events, len(world.OrderEvents))
	}
}
