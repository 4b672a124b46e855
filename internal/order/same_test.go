package order_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/order"
)

// change alters one field; same tells whether it is the same all the same.
type change[T any] struct {
	field string
	alter func(*T)
	same  bool
}

// repeats alters every field of a fact, which `repeats` compares.
func repeats[T any](t *testing.T, good func() T, repeats func(one, other *T) bool, changes []change[T]) {
	t.Helper()
	one, other := good(), good()
	if !repeats(&one, &other) {
		t.Errorf("%+v does not repeat itself", one)
	}
	var altered []string
	for _, c := range changes {
		other := good()
		c.alter(&other)
		value, was := reflect.ValueOf(other), reflect.ValueOf(one)
		for i := range value.NumField() {
			if name := value.Type().Field(
				i,
			).Name; reflect.DeepEqual(
				value.Field(i).Interface(),
				was.Field(i).Interface(),
			) == (name == c.field) {
				t.Errorf("the change of %s leaves it, or changes %s", c.field, name)
			}
		}
		if repeats(&one, &other) != c.same || repeats(&other, &one) != c.same {
			t.Errorf("%s: the same is %t, want %t", c.field, !c.same, c.same)
		}
		altered = append(altered, c.field)
	}
	for field := range reflect.TypeFor[T]().Fields() {
		if !slices.Contains(altered, field.Name) {
			t.Errorf("%s is not altered", field.Name)
		}
	}
}

// TestRepeats: what says the same as what is there, whatever it is called and whenever it
// was said, repeats it.
func TestRepeats(t *testing.T) {
	t.Parallel()
	type o = order.Order
	repeats(t, goodOrder, (*o).Repeats, []change[o]{
		{"Ref", func(o *o) { o.Ref += "2" }, true},
		{"Kind", func(o *o) { o.Kind = order.Urge }, false},
		{"IssuerCode", func(o *o) { o.IssuerCode = "5331" }, false},
		{"PublisherCode", func(o *o) { o.PublisherCode = "533123" }, false},
		{"EntryCodes", func(o *o) { o.EntryCodes = o.EntryCodes[:1] }, false},
		{"Text", func(o *o) { o.Text += "。" }, false},
		{"Basis", func(o *o) { o.Basis = "" }, false},
		{"IssuedAt", func(o *o) { o.IssuedAt = o.IssuedAt.Add(time.Hour) }, true},
		{"WorkingDays", func(o *o) { o.WorkingDays++ }, false},
	})
	type e = order.Event
	repeats(t, func() e { return goodEvent(order.EventAnswered) }, (*e).Repeats, []change[e]{
		{"OrderRef", func(e *e) { e.OrderRef += "2" }, true},
		{"Number", func(e *e) { e.Number++ }, true},
		{"Kind", func(e *e) { e.Kind = order.EventRemarked }, false},
		{"At", func(e *e) { e.At = e.At.Add(time.Hour) }, true},
		{"By", func(e *e) { e.By = "" }, false},
		{"Text", func(e *e) { e.Text += "。" }, false},
		{"NewDueOn", func(e *e) { e.NewDueOn = today }, false},
		{"WorkingDays", func(e *e) { e.WorkingDays++ }, false},
		{"DisclosureRefs", func(e *e) { e.DisclosureRefs = []string{"d1", "d3"} }, false},
	})
	type r = order.ExemptionRequest
	repeats(t, goodRequest, (*r).Repeats, []change[r]{
		{"Ref", func(r *r) { r.Ref += "2" }, true},
		{"PublisherCode", func(r *r) { r.PublisherCode = "533123" }, false},
		{"EntryCode", func(r *r) { r.EntryCode = "1.2" }, false},
		{"From", func(r *r) { r.From-- }, false},
		{"To", func(r *r) { r.To = calendar.None }, false},
		{"Reason", func(r *r) { r.Reason += "。" }, false},
		{"AskedAt", func(r *r) { r.AskedAt = r.AskedAt.Add(time.Hour) }, true},
		{"AskedBy", func(r *r) { r.AskedBy = "other" }, false},
		{"Decision", func(r *r) { r.Decision = order.Granted }, true},
		{"DecidedAt", func(r *r) { r.DecidedAt = r.AskedAt }, true},
		{"DecidedBy", func(r *r) { r.DecidedBy = "督查员乙" }, true},
		{"DecisionReason", func(r *r) { r.DecisionReason = "情况属实" }, true},
	})
}

// TestNormalise: blanks at the edges are cut off, and lists are in order, each item once.
func TestNormalise(t *testing.T) {
	t.Parallel()
	o, wantOrder := goodOrder(), goodOrder()
	for _, text := range []*string{&o.Ref, &o.IssuerCode, &o.PublisherCode, &o.Text, &o.Basis} {
		*text = " \u3000" + *text + "\ufeff\n"
	}
	o.EntryCodes = []string{"1.2", " 1.1", "", "1.2 ", " "}
	e, wantEvent := goodEvent(order.EventAnswered), goodEvent(order.EventAnswered)
	for _, text := range []*string{&e.OrderRef, &e.By, &e.Text} {
		*text = "\t" + *text + " "
	}
	e.DisclosureRefs = []string{"d2", "d1 ", "d2", ""}
	r, wantRequest := goodRequest(), goodRequest()
	r.DecidedBy, r.DecisionReason = "督查员乙", "情况属实"
	wantRequest.DecidedBy, wantRequest.DecisionReason = r.DecidedBy, r.DecisionReason
	for _, text := range []*string{&r.Ref, &r.PublisherCode, &r.EntryCode, &r.Reason, &r.AskedBy, &r.DecidedBy, &r.DecisionReason} {
		*text = "\u00a0" + *text + "\r\n"
	}
	for range 2 { // once more changes nothing
		o.Normalise()
		e.Normalise()
		r.Normalise()
		if !reflect.DeepEqual(o, wantOrder) || !reflect.DeepEqual(e, wantEvent) || !reflect.DeepEqual(r, wantRequest) {
			t.Fatalf("got %+v, %+v, %+v", o, e, r)
		}
	}
	// A code with a blank inside is not mended.
	o.EntryCodes = []string{"10.1", "1.1", "9.1", "1. 1"}
	o.Normalise()
	if got := strings.Join(o.EntryCodes, ";"); got != "1. 1;1.1;10.1;9.1" {
		t.Errorf("codes are in the order %s", got)
	}
}

// TestEventOrder: by instant, whatever its offset, then number.
func TestEventOrder(t *testing.T) {
	t.Parallel()
	var events []order.Event
	for number, at := range []string{
		"2024-04-23T00:00:00+08:00", "2024-04-22T23:59:59Z", "2024-04-22T16:00:00Z", "2024-04-22T23:59:59.999999+08:00",
	} {
		parsed, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, order.Event{Number: int64(10 - number), At: parsed})
	}
	slices.SortFunc(events, func(a, b order.Event) int { return a.Compare(&b) })
	var got []int64
	for i := range events {
		got = append(got, events[i].Number)
	}
	if want := []int64{7, 8, 10, 9}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestDecide: a request is decided once; the same again changes nothing.
func TestDecide(t *testing.T) {
	t.Parallel()
	at := calendar.Date(2024, 4, 24).Time()
	r := goodRequest()
	if changed, found := r.Decide(order.Granted, "督查员乙", " 情况属实\n", at); !changed || found != nil {
		t.Fatalf("changed %t, found %+v", changed, found)
	}
	want := goodRequest()
	want.Decision, want.DecidedBy, want.DecisionReason, want.DecidedAt = order.Granted, "督查员乙", "情况属实", at
	if r != want {
		t.Fatalf("got %+v, want %+v", r, want)
	}
	for _, again := range []struct {
		decision   order.Decision
		by, reason string
		same       bool
	}{
		{order.Granted, "督查员乙", "情况属实", true},
		{order.Granted, "督查员乙", "\u3000情况属实 ", true},
		{order.Refused, "督查员乙", "情况属实", false},
		{order.Granted, "督查员甲", "情况属实", false},
		{order.Granted, "督查员乙", "", false},
	} {
		changed, found := r.Decide(again.decision, again.by, again.reason, at.Add(time.Hour))
		if changed || (found == nil) != again.same || r != want {
			t.Errorf("%+v: changed %t, found %+v, %+v", again, changed, found, r)
		}
		if !again.same && !strings.Contains(found[0].Message, "GRANTED") {
			t.Errorf("%q does not tell what was decided", found[0].Message)
		}
	}
	exemption := catalog.Assignment{
		PublisherCode: "533124101", EntryCode: "1.1", Action: catalog.Exempt, From: r.From, To: r.To, Reason: "机构改革期间",
	}
	if got := r.Exemption(); got != exemption {
		t.Errorf("granted, it makes %+v, want %+v", got, exemption)
	}
}

// TestNames: every value has a name of its own, by which it is read, and no other is.
func TestNames(t *testing.T) {
	t.Parallel()
	names(t, order.Kinds, 0, order.ParseKind)
	names(t, order.EventKinds, 0, order.ParseEventKind)
	names(t, order.States, 0, order.ParseState)
	names(t, order.Timelinesses, 1, order.ParseTimeliness) // none is no value to ask for
	names(t, 3, 0, order.ParseDecision)
	if _, known := order.ParseTimeliness(""); known {
		t.Error("no timeliness is read as one")
	}
	if none, known := order.ParseDecision(""); !known || none != order.Undecided {
		t.Error("no decision is not read as none")
	}
	for kind := range order.Kind(order.Kinds) {
		if kind.Public() != (kind.String() == "CRITICISE") {
			t.Errorf("%s is public: %t", kind, kind.Public())
		}
	}
	for state := range order.State(order.States) {
		open, ended := strings.Contains("ISSUED RECEIVED RETURNED", state.String()), strings.Contains("ACCEPTED WITHDRAWN", state.String())
		if state.Open() != open || state.Ended() != ended {
			t.Errorf("%s is open: %t, ended: %t", state, state.Open(), state.Ended())
		}
	}
}

func names[T interface {
	~uint8
	String() string
}](t *testing.T, count, first int, parse func(string) (T, bool)) {
	t.Helper()
	for value := first; value < count; value++ {
		if got, known := parse(T(value).String()); !known || got != T(value) {
			t.Errorf("%s is read as %s (known %t)", T(value), got, known)
		}
	}
	for _, name := range []string{"issued", "ISSUED ", "none", "0"} {
		if got, known := parse(name); known {
			t.Errorf("%q is read as %s", name, got)
		}
	}
}
