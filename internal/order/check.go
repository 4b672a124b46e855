package order

import (
	"fmt"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// The rules for orders, beside those that all facts share.
var (
	PublisherNotBelow = rule.Refuse("order-to-one-not-below", problem.InvalidInput)
	PublishesNothing  = rule.Refuse("order-to-one-that-publishes-nothing", problem.InvalidInput)
	DaysOutOfRange    = rule.Refuse("order-days-out-of-range", problem.InvalidInput)
	NumberBelowOne    = rule.Refuse("event-number-below-one", problem.InvalidInput)
	NotUsed           = rule.Refuse("column-not-used-by-the-kind", problem.InvalidInput)
	OrderUnknown      = rule.Refuse("event-of-unknown-order", problem.NotFound)
	DocumentUnknown   = rule.Refuse("event-with-unknown-document", problem.NotFound)
	NotAllowed        = rule.Refuse("event-not-allowed", problem.Conflict)
	BeforeIssue       = rule.Refuse("event-before-issue", problem.InvalidInput)
	AskedTooLate      = rule.Refuse("extension-asked-too-late", problem.InvalidInput)
	NotLater          = rule.Refuse("extension-not-later", problem.InvalidInput)
	StillAGap         = rule.Refuse("accepted-while-a-gap", problem.InvalidInput)
	DecisionAlone     = rule.Refuse("decision-not-whole", problem.InvalidInput)
	DecidedEarly      = rule.Refuse("decided-before-asked", problem.InvalidInput)
	DecidedAlready    = rule.Refuse("request-decided-already", problem.Conflict)
	// Rules are all of them.
	Rules = []rule.Rule{
		PublisherNotBelow, PublishesNothing, DaysOutOfRange, NumberBelowOne, NotUsed, OrderUnknown, DocumentUnknown, NotAllowed,
		BeforeIssue, AskedTooLate, NotLater, StillAGap, DecisionAlone, DecidedEarly, DecidedAlready,
	}
)

// Reference is what orders and requests are checked against.
type Reference struct {
	Tree    *area.Tree
	Library *catalog.Library
	Today   calendar.Day
}

// Check finds what is wrong with an order by itself.
func (o *Order) Check(in Reference) rule.Findings {
	var found rule.Findings
	found.Ref("ref", o.Ref)
	issuer := in.Tree.Named(&found, "issuerCode", o.IssuerCode)
	publisher := in.Tree.Named(&found, "publisherCode", o.PublisherCode)
	if issuer != area.Nowhere && publisher != area.Nowhere && (publisher == issuer || !in.Tree.Contains(issuer, publisher)) {
		below := PublisherNotBelow.Found("publisherCode", "give a body below "+o.IssuerCode+", or its department",
			"%s is not below the issuer", o.PublisherCode)
		below.By = []string{"issuerCode"}
		found.Add(below)
	}
	if publisher != area.Nowhere && in.Tree.Node(publisher).Kind() == area.Region {
		found.Add(PublishesNothing.Found("publisherCode", "give one of its departments, or a place below it",
			"%s is a region, which itself publishes nothing", o.PublisherCode))
	}
	if found.CodesParted("entryCodes", o.EntryCodes) {
		for _, entry := range o.EntryCodes {
			in.Library.Named(&found, "entryCodes", entry)
		}
	}
	found.Shown("text", o.Text, rule.MostText)
	found.Text("basis", o.Basis, rule.MostText)
	found.Instant("issuedAt", o.IssuedAt)
	if !o.IssuedAt.IsZero() {
		found.NotFarToCome("issuedAt", o.IssuedOn(), in.Today)
	}
	checkDays(&found, o.WorkingDays)
	return found
}

func checkDays(found *rule.Findings, days int64) {
	if days < 1 || days > rule.MostDays {
		found.Add(DaysOutOfRange.Found("workingDays", fmt.Sprintf("give a whole number from 1 to %d", rule.MostDays),
			"%s", outOfRange(days)))
	}
}

// Of a number that is not given, as of 0, it is said that it is not there.
func belowOne(number int64) string {
	if number == 0 {
		return "there is no number"
	}
	return fmt.Sprint(number, " is below 1")
}

func outOfRange(days int64) string {
	if days == 0 {
		return "there are no working days"
	}
	return fmt.Sprint(days, " is out of range")
}

// uses tells which columns a kind of event needs and which it may have.
var uses = [EventKinds]struct{ text, newDueOn, workingDays, disclosures bool }{
	EventAnswered:    {text: true, disclosures: true},
	EventReturned:    {text: true, workingDays: true},
	ExtensionAsked:   {text: true, newDueOn: true},
	ExtensionGranted: {newDueOn: true},
	EventRemarked:    {text: true},
	EventWithdrawn:   {text: true},
}

// NeedsText tells whether an event of the kind must have a text.
func (k EventKind) NeedsText() bool { return uses[k].text }

// Check finds what is wrong with an event by itself.
func (e *Event) Check(today calendar.Day) rule.Findings {
	var found rule.Findings
	found.Ref("orderRef", e.OrderRef)
	if e.Number < 1 {
		found.Add(NumberBelowOne.Found("n", "number the events of an order from 1 on; holes are allowed", "%s", belowOne(e.Number)))
	}
	found.Instant("at", e.At)
	if !e.At.IsZero() {
		found.NotFarToCome("at", e.On(), today)
	}
	found.Text("account", e.By, rule.MostShort)
	used := uses[e.Kind]
	if used.text {
		found.Shown("text", e.Text, rule.MostText)
	} else {
		found.Text("text", e.Text, rule.MostText)
	}
	notUsed := func(field, by string) {
		unused := NotUsed.Found(field, "leave it empty; "+by, "an event %s does not use it", e.Kind)
		unused.By = []string{"kind"}
		found.Add(unused)
	}
	switch {
	case used.newDueOn:
		found.NeededDay("newDueOn", e.NewDueOn)
		found.NotFarToCome("newDueOn", e.NewDueOn, today)
	case e.NewDueOn != calendar.None:
		notUsed("newDueOn", "EXTENSION_ASKED and EXTENSION_GRANTED have it")
	}
	switch {
	case used.workingDays:
		checkDays(&found, e.WorkingDays)
	case e.WorkingDays != 0:
		notUsed("workingDays", "RETURNED has it")
	}
	if used.disclosures {
		for _, ref := range e.DisclosureRefs {
			found.Link("disclosureRefs", ref)
		}
	} else if len(e.DisclosureRefs) > 0 {
		notUsed("disclosureRefs", "ANSWERED has it")
	}
	return found
}

// CheckAlone is Check of an event of which it is not known whether it may happen: what
// follows from its order, its number and the day that is granted, is not looked at.
func (e *Event) CheckAlone(today calendar.Day) rule.Findings {
	return slices.DeleteFunc(e.Check(today), func(f rule.Finding) bool {
		return f.Field == "n" || f.Field == "newDueOn" && e.Kind == ExtensionGranted
	})
}

// UnknownOrder says that an event is of no known order.
func UnknownOrder(ref string) rule.Finding {
	found := OrderUnknown.Found("orderRef", "import the order first, or correct the ref", "no order has this ref")
	found.Named = ref
	return found
}

// UnknownDocument says that an event names a document that is not known.
func UnknownDocument(ref string) rule.Finding {
	found := DocumentUnknown.Found("disclosureRefs", "register or import the document first, or correct the ref",
		"no disclosure has the ref %q", ref)
	found.Named = ref
	return found
}

// while are the states in which an event may happen.
func (k EventKind) while() []State {
	open := []State{Issued, Received, Returned}
	switch k {
	case EventReceived:
		return []State{Issued}
	case EventAnswered, ExtensionAsked:
		return open
	case EventReturned:
		return []State{Answered}
	case ExtensionGranted, ExtensionRefused: // whenever one is pending, which Allows looks at
		return open
	case EventAccepted, EventWithdrawn:
		return append(open, Answered)
	case EventRemarked:
		return []State{Issued, Received, Returned, Answered, Accepted, Withdrawn}
	}
	return nil
}

// Allows tells whether an event of a kind may happen to an order that stands so.
func (s *Standing) Allows(kind EventKind) bool {
	pending := s.Pending != nil
	if kind == ExtensionGranted || kind == ExtensionRefused {
		return pending
	}
	if kind == ExtensionAsked && pending {
		return false
	}
	return slices.Contains(kind.while(), s.State)
}

// Allowed lists the kinds of events that may happen on a day to an order that stands so.
func (s *Standing) Allowed(on calendar.Day) (kinds []EventKind) {
	for kind := range EventKind(EventKinds) {
		if s.Allows(kind) && !(kind == ExtensionAsked && on > s.DueOn) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// Judge finds whether an event is allowed at its place: after the events by which the
// order stands so. `gaps` are the order's cells that are a gap at the end of the event's
// day; it is asked for an acceptance without a reason alone.
func (o *Order) Judge(s *Standing, e *Event, gaps func() []string) rule.Findings {
	var found rule.Findings
	on := e.On()
	if on < o.IssuedOn() {
		found.Add(BeforeIssue.Found("at", "give an instant of "+o.IssuedOn().String()+" or later",
			"it lies before the order was issued on %s", o.IssuedOn()))
		return found
	}
	if !s.Allows(e.Kind) {
		found.Add(s.refuses(e.Kind, on))
		return found
	}
	if e.Kind == ExtensionAsked && on > s.DueOn {
		found.Add(AskedTooLate.Found("at", "answer the order; "+s.instead(on),
			"the order is %s and was due on %s: %s on %s is too late", s.State, s.DueOn, e.Kind, on))
	}
	if uses[e.Kind].newDueOn {
		o.checkLater(&found, s, e)
	}
	if e.Kind == EventAccepted && e.Text == "" {
		if open := gaps(); len(open) > 0 {
			found.Add(StillAGap.Found("text", "give the reason for which it is accepted all the same, or return it",
				"of its cells %s is a gap on %s", strings.Join(open, ", "), on))
		}
	}
	return found
}

func (o *Order) checkLater(found *rule.Findings, s *Standing, e *Event) {
	if e.NewDueOn != calendar.None && e.NewDueOn <= s.DueOn { // that it is missing is found by itself
		found.Add(NotLater.Found("newDueOn", "give a day after "+s.DueOn.String(), "%s is not after the due day %s", e.NewDueOn, s.DueOn))
	}
}

// refuses names the state, the event and what would be allowed.
func (s *Standing) refuses(kind EventKind, on calendar.Day) rule.Finding {
	state := s.State.String()
	switch {
	case s.Pending != nil && kind == ExtensionAsked:
		state += ", and an extension is asked for already"
	case s.Pending == nil && (kind == ExtensionGranted || kind == ExtensionRefused):
		state += ", and no extension is asked for"
	}
	refused := NotAllowed.Found("kind", s.instead(on), "the order is %s: %s is not allowed", state, kind)
	refused.By = []string{"at"}
	return refused
}

// instead names what is allowed.
func (s *Standing) instead(on calendar.Day) string {
	names := make([]string, 0, EventKinds)
	for _, allowed := range s.Allowed(on) {
		names = append(names, allowed.String())
	}
	return "what is allowed then: " + strings.Join(names, ", ")
}
