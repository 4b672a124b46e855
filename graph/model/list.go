package model

import (
	"context"

	"github.com/reliefgraph/reliefgraph/graph/cursor"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// ListOrder is how a list by day is ordered.
type ListOrder string

// The orders; each ends in the ref.
const (
	ListOrderNewestFirst ListOrder = "NEWEST_FIRST"
	ListOrderOldestFirst ListOrder = "OLDEST_FIRST"
)

// storePage asks for one row more than the page has, to know whether it ends
// the list.
func storePage(q question) store.Page {
	page := store.Page{First: q.rows + 1, OldestFirst: q.oldestFirst}
	if q.goesOn {
		page.After = &q.after
	}
	return page
}

// listKey is one list of a node; equal but for the node, lists are read in one
// statement.
type listKey struct {
	place    area.Place
	scope    coverage.Scope
	question question
}

func (k listKey) asked() question { return k.question }

func placesOf(keys []listKey) []area.Place {
	places := make([]area.Place, len(keys))
	for i, key := range keys {
		places[i] = key.place
	}
	return places
}

// question is what is asked of several nodes alike.
type question struct {
	filter      string // as text, so that equal filters are equal
	rows        int
	oldestFirst bool // as it is read, whatever the order of the page
	goesOn      bool
	after       store.Position // where it goes on
}

// page reads which page of a list is asked for. To go backwards is to read the list
// the other way round.
func (q *question) page(list cursor.List, oldestFirst bool, ask cursor.Ask) (asked cursor.Wanted, err error) {
	if asked, err = ask.Wanted(); err != nil {
		return asked, err
	}
	q.rows, q.oldestFirst = asked.Rows, oldestFirst != asked.Backwards
	parts, err := list.Read(asked, 2)
	if err != nil || parts == nil {
		return asked, err
	}
	q.goesOn, q.after.Ref = true, parts[1]
	q.after.On, err = asked.ReadDay(parts[0])
	return asked, err
}

// byQuestion lets a reader answer keys question by question.
func byQuestion[Q comparable, K interface{ asked() Q }, V any](
	read func(context.Context, Q, []K) ([]V, error),
) func(context.Context, []K) ([]V, error) {
	return func(ctx context.Context, keys []K) ([]V, error) {
		values := make([]V, len(keys))
		asked := map[Q][]int{}
		for i, key := range keys {
			asked[key.asked()] = append(asked[key.asked()], i)
		}
		for question, numbers := range asked {
			same := make([]K, len(numbers))
			for i, number := range numbers {
				same[i] = keys[number]
			}
			answers, err := read(ctx, question, same)
			if err != nil {
				return nil, err
			}
			for i, number := range numbers {
				values[number] = answers[i]
			}
		}
		return values, nil
	}
}

// window names the publishers and days from which a page of a list is read. The
// index knows which have what, unless the filter asks for more than it knows.
func (v *View) window(key listKey, listing coverage.Listing, page store.Page, filter CellFilter, narrows bool) store.List {
	days := page.Onwards(calendar.Span{From: listing.From, To: listing.To})
	listing.From, listing.To = days.From, days.To
	if narrows || filter.ofSome() {
		codes := v.publishersOf(key.place, key.scope, filter)
		return store.List{Publishers: codes, Days: days}
	}
	narrow := v.registered().Newest
	if page.OldestFirst {
		narrow = v.registered().Oldest
	}
	narrowed, places := narrow(key.place, key.scope, listing, page.First)
	list := store.List{Days: calendar.Span{From: narrowed.From, To: narrowed.To}}
	for _, place := range places {
		list.Publishers = append(list.Publishers, v.Index.Tree.Node(place).Code)
	}
	return list
}
