package model

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/reliefgraph/reliefgraph/graph/cursor"
	"github.com/reliefgraph/reliefgraph/graph/opaque"
	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/audit"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/store"
	"github.com/reliefgraph/reliefgraph/internal/whatif"
)

// View is the state of the world that one request sees: one index, one viewer, and
// the rows that it has read.
type View struct {
	Index *coverage.Index
	Viewer
	Now time.Time
	// Seal closes cursors that lead to what is not for everybody to see.
	Seal *cursor.Seal
	// ByToken: the account asks by a token, and not by having signed in.
	ByToken bool
	// Log is the log of changes.
	Log   *audit.Log
	store store.Reads
	// books are those of the present, nil where money is added up from its movements.
	books   *store.Books
	loaders *loaders
	// state is what the ids of things shown are of.
	state state
	// at names the instant of which this is what was known, empty of the present.
	at string
	// known makes views of what was known, sequence is the last entry of such a one.
	known    *knownViews
	sequence int64
	// supposition tells what is supposed, empty where nothing is.
	supposition string
	// supposed is what is supposed at and below the node top, nil where nothing is;
	// all else is as the actual view has it.
	supposed *whatif.Alternative
	actual   *View
	top      area.Place
	// asOf is the day that the question asks about, None where it names none: then
	// fields without a day of their own are about today.
	asOf  calendar.Day
	dated *datedViews
	stale *atomic.Bool
	// momentary: something shown depends on the instant, not on its day alone.
	momentary *atomic.Bool
	answers   *answers
}

// NewView makes the view of a request that comes at an instant, from an account or,
// where it is nil, from anybody.
func NewView(index *coverage.Index, now time.Time, of *account.Account, seal *cursor.Seal, from store.Reads) *View {
	v := &View{
		Index:   index,
		Viewer:  newViewer(of, now, index.Tree),
		Now:     now,
		Seal:    seal,
		store:   from,
		stale:   &atomic.Bool{},
		answers: newAnswers(),
		dated:   &datedViews{of: map[calendar.Day]*View{}},

		momentary: &atomic.Bool{},
	}
	v.loaders = newLoaders(v)
	return v
}

// ByBooks lets the view add up money from books.
func (v *View) ByBooks(books *store.Books) *View {
	v.books = books
	return v
}

// byBooks tells whether money is added up from books.
func (v *View) byBooks() bool { return v.books != nil && v.supposed == nil && v.books.Kept() }

// ByDatabase leaves it to the database alone which rows the viewer may see.
func (v *View) ByDatabase() *View {
	v.byDatabase = true
	return v
}

// showing returns the view that shows what is at a place: the actual one, where
// nothing is supposed.
func (v *View) showing(place area.Place) *View {
	if v.actual != nil && (place == area.Nowhere || !v.Index.Tree.Contains(v.top, place)) {
		return v.actual
	}
	return v
}

// registered returns the index of what is registered: lists of documents and news
// are the same, whatever is supposed.
func (v *View) registered() *coverage.Index {
	if v.actual != nil {
		return v.actual.Index
	}
	return v.Index
}

// Stale tells whether something that was read is of a later state than the view's.
func (v *View) Stale() bool { return v.stale.Load() }

// Momentary tells whether something shown depends on the instant of the request,
// not on its day alone.
func (v *View) Momentary() bool { return v.momentary.Load() }

// instant is that of the request.
func (v *View) instant() time.Time {
	v.momentary.Store(true)
	return v.Now
}

type viewKey struct{}

// With puts the view into a request's context.
func (v *View) With(ctx context.Context) context.Context { return context.WithValue(ctx, viewKey{}, v) }

// ViewOf returns the request's view.
func ViewOf(ctx context.Context) *View { return ctx.Value(viewKey{}).(*View) }

// datedViews are the views of one request by the days that they are about.
type datedViews struct {
	mutex sync.Mutex
	of    map[calendar.Day]*View
}

// On is the view that is about a day, this one where none is named: what is shown
// takes the day where it is asked for none of its own. Things of such a view have
// ids of their own, as a client's cache would else take the figures of one day for
// those of another (docs/adr/0007-ids-of-states.md); of today they are the same.
func (v *View) On(asOf *calendar.Day) *View {
	if asOf == nil || v.asOf == *asOf {
		return v
	}
	v.dated.mutex.Lock()
	defer v.dated.mutex.Unlock()
	if known := v.dated.of[*asOf]; known != nil {
		return known
	}
	dated := *v
	dated.asOf, dated.state, dated.answers = *asOf, v.stateOn(*asOf), newAnswers()
	if v.actual != nil {
		dated.actual = v.actual.On(asOf)
	}
	v.dated.of[*asOf] = &dated
	return &dated
}

// stateOn is the state of things that are shown about a day, None for today.
func (v *View) stateOn(day calendar.Day) state {
	token := ""
	if day != calendar.None && day != v.Today {
		token = opaque.Day(day)
	}
	switch {
	case v.supposition != "":
		return state{stateSupposed, v.at + v.supposition + token}
	case v.at != "":
		return state{stateKnown, v.at + daySeparator + token}
	case token != "":
		return state{stateDated, token}
	}
	return state{}
}

// day returns the day asked for: the field's own, else that of the question, else
// today.
func (v *View) day(asOf *calendar.Day) calendar.Day {
	switch {
	case asOf != nil:
		return *asOf
	case v.asOf != calendar.None:
		return v.asOf
	}
	return v.Today
}

// given is the day asked for where one was, None for today: pages go on past midnight.
func (v *View) given(asOf *calendar.Day) calendar.Day {
	if asOf != nil {
		return *asOf
	}
	return v.asOf
}

// ByCode returns the node of a code, nil where it is unknown.
func (v *View) ByCode(code string) AdministrativeNode {
	if place := v.Index.Tree.Find(code); place != area.Nowhere {
		return v.node(place)
	}
	return nil
}

// Roots returns the nodes without one above.
func (v *View) Roots() []AdministrativeNode { return v.nodes(v.Index.Tree.Roots()) }

func (v *View) nodes(places []area.Place) []AdministrativeNode {
	nodes := make([]AdministrativeNode, len(places))
	for i, place := range places {
		nodes[i] = v.node(place)
	}
	return nodes
}

// About asks a question about the node of a code; the answer is null for an unknown
// one.
func About[T any](ctx context.Context, code string, ask func(*Administrative) (T, error)) (answer T, err error) {
	v := ViewOf(ctx)
	place := v.Index.Tree.Find(code)
	if place == area.Nowhere {
		return answer, nil
	}
	return ask(v.administrative(place))
}
