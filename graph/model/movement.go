package model

import (
	"cmp"
	"context"

	"github.com/reliefgraph/reliefgraph/graph/cursor"
	"github.com/reliefgraph/reliefgraph/graph/opaque"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/explain"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/relief"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// ReliefMovementConnection is a page of movements.
type ReliefMovementConnection struct {
	relief   *Relief
	key      movementsKey
	PageInfo PageInfo
	Edges    []ReliefMovementEdge
}

// TotalCount counts the movements.
func (c *ReliefMovementConnection) TotalCount(ctx context.Context) (int, error) {
	key := c.key
	key.question = question{} // all of the list, on whichever page
	return c.relief.node.view.loaders.movementCounts.Load(ctx, key)
}

// ReliefMovementEdge is a movement in a page.
type ReliefMovementEdge struct {
	Cursor string
	Node   *ReliefMovement
}

// ReliefMovementFilter narrows a list of movements.
type ReliefMovementFilter struct {
	Kinds      []relief.Kind
	Levels     []area.Level
	Publishers []string
	From, To   *calendar.Day
}

// Movements lists the movements counted.
func (r *Relief) Movements(
	ctx context.Context, filter *ReliefMovementFilter, orderBy *ListOrder, first *int, after *string, last *int, before *string,
) (*ReliefMovementConnection, error) {
	key := movementsKey{reliefKey: r.key}
	if filter != nil {
		whose := CellFilter{Levels: filter.Levels, Publishers: filter.Publishers}
		if err := cmp.Or(whose.check(r.node.view), spanGiven(filter.From, filter.To)); err != nil {
			return nil, err
		}
		key.kinds, key.whose = relief.KindsOf(filter.Kinds), textOf(whose)
		if filter.From != nil {
			key.span.From = max(key.span.From, *filter.From)
		}
		if filter.To != nil {
			key.span.To = min(key.span.To, *filter.To)
		}
	}
	oldestFirst := valueOrZero(orderBy) == ListOrderOldestFirst
	list := cursor.Of(cursor.ByDay, "movements", r.node.Code, r.key.span.From, r.asked, r.key.scope, r.key.filter,
		textOf(valueOrZero(filter)), oldestFirst)
	asked, err := key.question.page(list, oldestFirst, cursor.Ask{First: first, After: after, Last: last, Before: before})
	if err != nil {
		return nil, err
	}
	movements, err := r.node.view.loaders.movementLists.Load(ctx, key)
	if err != nil {
		return nil, err
	}
	connection := &ReliefMovementConnection{relief: r, key: key}
	connection.Edges, connection.PageInfo = paged(movements, asked,
		func(m *relief.Movement) string { return list.Make(opaque.Day(m.OccurredOn), m.Ref) },
		func(cursor string, m relief.Movement) ReliefMovementEdge {
			return ReliefMovementEdge{cursor, &ReliefMovement{r.node.view, m}}
		})
	return connection, nil
}

// ReliefMovement is a movement of relief money or goods.
type ReliefMovement struct {
	view *View
	relief.Movement
}

// IsNode marks a thing with a global id.
func (*ReliefMovement) IsNode() {}

// ID is the movement's global id.
func (m *ReliefMovement) ID() string { return m.view.id(idMovement, m.Ref) }

// From is the giver.
func (m *ReliefMovement) From() AdministrativeNode { return m.view.ByCode(m.FromCode) }

// To is the receiver.
func (m *ReliefMovement) To() AdministrativeNode { return m.view.ByCode(m.ToCode) }

// ReliefClass is the class of relief.
func (m *ReliefMovement) ReliefClass() relief.Class { return m.Class }

// EventRef is null where it names none.
func (m *ReliefMovement) EventRef() *string { return optional(m.Movement.EventRef) }

// Funds is in yuan.
func (m *ReliefMovement) Funds() string { return m.Movement.Funds.String() }

// GoodsItem is null where there are no goods.
func (m *ReliefMovement) GoodsItem(locale *explain.Locale) *string {
	return optional(goods(m.Movement.GoodsItem, locale))
}

// GoodsQuantity is null where there are no goods.
func (m *ReliefMovement) GoodsQuantity() *string {
	if m.Movement.GoodsItem == "" {
		return nil
	}
	quantity := m.Movement.GoodsQuantity.String()
	return &quantity
}

// GoodsUnit is null where there are no goods.
func (m *ReliefMovement) GoodsUnit(locale *explain.Locale) *string {
	return optional(goods(m.Movement.GoodsUnit, locale))
}

// goods are the name of a good or unit in a language.
func goods(name string, locale *explain.Locale) string {
	if localeOf(locale) == explain.English {
		return relief.English(name)
	}
	return name
}

// DocumentNumber is null where there is none.
func (m *ReliefMovement) DocumentNumber() *string { return optional(m.Movement.DocumentNumber) }

// Disclosure is the document that it names.
func (m *ReliefMovement) Disclosure(ctx context.Context) (*Disclosure, error) {
	if m.Movement.DisclosureRef == "" {
		return nil, nil
	}
	return m.view.visible(ctx, m.Movement.DisclosureRef)
}

// DisclosureRef names the document.
func (m *ReliefMovement) DisclosureRef(ctx context.Context) (*string, error) {
	return m.view.refSeen(ctx, cmp.Or(m.FromCode, m.ToCode), m.Movement.DisclosureRef)
}

// NewMovement shows a movement.
func (v *View) NewMovement(m relief.Movement) *ReliefMovement {
	return &ReliefMovement{view: v, Movement: m}
}

// ReliefMovementPayload is what recording a movement did.
type ReliefMovementPayload struct {
	Movement *ReliefMovement
	Warnings []*Warning
}

// ReliefMovementInput is a movement to record.
type ReliefMovementInput struct {
	Ref                                 string
	Kind                                relief.Kind
	FromCode, ToCode                    *string
	ReliefClass                         relief.Class
	EventRef                            *string
	Funds                               *string
	GoodsItem, GoodsQuantity, GoodsUnit *string
	Households, Persons                 *int
	OccurredOn                          calendar.Day
	DocumentNumber, DisclosureRef       *string
}

// Movement is the domain's form of the input, and what of it could not be read: an
// amount that does not parse is the least there is, as one that is given.
func (i *ReliefMovementInput) Movement() (relief.Movement, []*problem.Problem) {
	var unread []*problem.Problem
	m := relief.Movement{
		Ref:      i.Ref,
		Kind:     i.Kind,
		FromCode: valueOrZero(i.FromCode),
		ToCode:   valueOrZero(i.ToCode),
		Class:    i.ReliefClass,
		EventRef: valueOrZero(i.EventRef),
		GoodsItem: valueOrZero(
			i.GoodsItem,
		),
		GoodsUnit:      valueOrZero(i.GoodsUnit),
		Households:     int64(valueOrZero(i.Households)),
		Persons:        int64(valueOrZero(i.Persons)),
		OccurredOn:     i.OccurredOn,
		DocumentNumber: valueOrZero(i.DocumentNumber),
		DisclosureRef:  valueOrZero(i.DisclosureRef),
	}
	if i.Funds != nil {
		var err error
		if m.Funds, err = relief.ParseYuan(*i.Funds); err != nil {
			unread, m.Funds = append(unread, unreadAs("funds", err)), 1
		}
	}
	if i.GoodsQuantity != nil {
		var err error
		if m.GoodsQuantity, err = relief.ParseQuantity(*i.GoodsQuantity); err != nil {
			unread, m.GoodsQuantity = append(unread, unreadAs("goodsQuantity", err)), 1
		}
	}
	return m, unread
}

func (l *loaders) readMovements(ctx context.Context, q question, keys []movementsKey) ([][]relief.Movement, error) {
	page := storePage(q)
	return byFilter(l, keys, func(lists []store.List, filter relief.MovementFilter) ([][]relief.Movement, error) {
		return l.view.store.ReliefMovementPages(ctx, lists, filter, page)
	})
}

func (l *loaders) readMovementCounts(ctx context.Context, keys []movementsKey) ([]int, error) {
	return byFilter(l, keys, func(lists []store.List, filter relief.MovementFilter) ([]int, error) {
		return l.view.store.ReliefMovementCounts(ctx, lists, filter)
	})
}

// byFilter reads the lists of keys, those together that want the same movements.
func byFilter[T any](l *loaders, keys []movementsKey, read func([]store.List, relief.MovementFilter) ([]T, error)) ([]T, error) {
	asked := map[relief.MovementFilter][]int{}
	for i, key := range keys {
		filter := relief.MovementFilter{Filter: key.filter, Kinds: key.kinds}
		asked[filter] = append(asked[filter], i)
	}
	answers := make([]T, len(keys))
	for filter, numbers := range asked {
		lists := make([]store.List, len(numbers))
		for i, number := range numbers {
			key := keys[number]
			lists[i] = store.List{
				Publishers: l.view.publishersOf(key.place, key.scope, filterOf[CellFilter](key.whose)), Days: key.span,
			}
		}
		found, err := read(lists, filter)
		if err != nil {
			return nil, err
		}
		for i, number := range numbers {
			answers[number] = found[i]
		}
	}
	return answers, nil
}

// movementsKey is one page of a node's movements.
type movementsKey struct {
	reliefKey
	kinds    relief.Kinds
	whose    string // which publishers gave or received them, as text
	question question
}

func (k movementsKey) asked() question { return k.question }
