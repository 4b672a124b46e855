package model

import (
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/relief"
)

// DisclosurePayload is what a write to a disclosure did.
type DisclosurePayload struct {
	Disclosure *Disclosure
	Cell       *Cell
	ClosedGap  bool
}

// ReliefMovementPayload is what recording a movement did.
type ReliefMovementPayload struct{ Movement *ReliefMovement }

// NewsPayload is what adding news did.
type NewsPayload struct {
	News      *News
	Cell      *Cell
	ClosedGap bool
}

// RegisterDisclosureInput is a disclosure to register.
type RegisterDisclosureInput struct {
	Ref, PublisherCode, EntryCode, Title string
	DocumentNumber, IndexNumber          *string
	Attribute                            disclosure.Attribute
	FormedOn, IssuedOn, PublishedOn      *calendar.Day
	Period                               *string
	Nil, RequiresInterpretation          *bool
	InterpretsRef, Channel, URL          *string
}

// Disclosure is the domain's form of the input.
func (i *RegisterDisclosureInput) Disclosure() disclosure.Disclosure {
	return disclosure.Disclosure{
		Ref: i.Ref, PublisherCode: i.PublisherCode, EntryCode: i.EntryCode, Title: i.Title,
		DocumentNumber: given(i.DocumentNumber), IndexNumber: given(i.IndexNumber), Attribute: i.Attribute,
		FormedOn: given(i.FormedOn), IssuedOn: given(i.IssuedOn), PublishedOn: given(i.PublishedOn),
		Period: given(i.Period), Nil: given(i.Nil), RequiresInterpretation: given(i.RequiresInterpretation),
		InterpretsRef: given(i.InterpretsRef), Channel: given(i.Channel), URL: given(i.URL),
	}
}

// given returns an optional value, zero where it is left out.
func given[T any](value *T) T {
	if value == nil {
		var none T
		return none
	}
	return *value
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

// Movement is the domain's form of the input; amounts that do not parse are
// refused.
func (i *ReliefMovementInput) Movement() (relief.Movement, error) {
	m := relief.Movement{
		Ref: i.Ref, Kind: i.Kind, FromCode: given(i.FromCode), ToCode: given(i.ToCode), Class: i.ReliefClass, EventRef: given(i.EventRef),
		GoodsItem: given(i.GoodsItem), GoodsUnit: given(i.GoodsUnit), Households: int64(given(i.Households)), Persons: int64(given(i.Persons)),
		OccurredOn: i.OccurredOn, DocumentNumber: given(i.DocumentNumber), DisclosureRef: given(i.DisclosureRef),
	}
	if i.Funds != nil {
		funds, err := relief.ParseYuan(*i.Funds)
		if err != nil {
			return m, inField("funds", err)
		}
		m.Funds = funds
	}
	if i.GoodsQuantity != nil {
		quantity, err := relief.ParseQuantity(*i.GoodsQuantity)
		if err != nil {
			return m, inField("goodsQuantity", err)
		}
		m.GoodsQuantity = quantity
	}
	if err := inRange("households", int(m.Households), 0, mostPeople); err != nil {
		return m, err
	}
	return m, inRange("persons", int(m.Persons), 0, mostPeople)
}

// mostPeople bounds counts of households and persons.
const mostPeople = 2_000_000_000

// inField names the field of a problem.
func inField(field string, err error) error {
	if p, ok := err.(*problem.Problem); ok {
		named := *p
		named.Field = field
		return &named
	}
	return err
}

// missing refuses an argument left out.
func missing(field, message string) error {
	return problem.Invalid(field, "give it", "%s", message)
}

// NewsInput is an item of news to add.
type NewsInput struct {
	Ref, PublisherCode string
	EntryCode          *string
	Title              string
	Summary            *string
	PublishedAt        time.Time
	URL                *string
	Tags               []string
}

// News is the domain's form of the input.
func (i *NewsInput) News() disclosure.News {
	n := disclosure.News{
		Ref: i.Ref, PublisherCode: i.PublisherCode, EntryCode: disclosure.DefaultNewsEntry, Title: i.Title, Summary: given(i.Summary),
		PublishedAt: i.PublishedAt, URL: given(i.URL), Tags: i.Tags,
	}
	if i.EntryCode != nil {
		n.EntryCode = *i.EntryCode
	}
	return n
}
