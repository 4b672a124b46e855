package model

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/reliefgraph/reliefgraph/graph/batch"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/known"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// knownViews are the views of one request of what was known, by instant.
type knownViews struct {
	states *known.States
	now    *View // what is
	mutex  sync.Mutex
	of     map[int64]*View
	// about are the nodes that the request is known to ask about, by instant.
	about map[int64][]string
}

// mostInstants is how many instants one request may ask about.
const mostInstants = 4

// Knowing lets the view answer what was known.
func (v *View) Knowing(states *known.States) *View {
	v.known = &knownViews{states: states, now: v, of: map[int64]*View{}, about: map[int64][]string{}}
	return v
}

// Beyond tells whether something was asked of what was known that a state did not hold: the
// answer is none, and the request is to be asked again, of a view that goes on from this one.
func (v *View) Beyond() bool {
	v.known.mutex.Lock()
	defer v.known.mutex.Unlock()
	for _, of := range v.known.of {
		if len(of.Index.Beyond()) > 0 {
			return true
		}
	}
	return false
}

// GoingOn lets the view ask its states for what an earlier one asked them beyond what they
// held; for all where that had gone on from another already, so that the next is the last.
func (v *View) GoingOn(from *View) *View {
	for key, of := range from.known.of {
		tree := of.Index.Tree
		asked := of.Index.Beyond()
		if _, went := from.known.about[key]; went && len(asked) > 0 {
			asked = tree.Roots()
		}
		about := slices.Clone(from.known.about[key])
		for _, place := range asked {
			about = append(about, tree.Node(place).Code)
		}
		v.known.about[key] = about
	}
	return v
}

// daySeparator parts the instant from the day in the token of a state.
const daySeparator = "."

// KnownState is what was known at an instant.
type KnownState struct {
	Instant  time.Time
	Sequence int64
	view     *View
}

// KnownAt is what was known at an instant that is past.
func (v *View) KnownAt(ctx context.Context, instant time.Time) (*KnownState, error) {
	of, sequence, err := v.knownAt(ctx, instant.Truncate(time.Microsecond), nodesAsked(ctx))
	if err != nil {
		return nil, err
	}
	return &KnownState{of.Now, sequence, of}, nil
}

// knownAt is the view of what was known, of which the nodes of some codes will be asked.
func (v *View) knownAt(ctx context.Context, instant time.Time, codes []string) (of *View, sequence int64, err error) {
	v.known.mutex.Lock()
	defer v.known.mutex.Unlock()
	key := instant.UnixMicro()
	if of = v.known.of[key]; of != nil {
		return of, of.sequence, nil
	}
	if len(v.known.of) == mostInstants {
		return nil, 0, problem.New(
			problem.TooComplex,
			"instant",
			"more than %d instants are asked about",
			mostInstants,
		).Mend("ask about others in a request of their own")
	}
	if err := batch.Spend(ctx, recalled); err != nil {
		return nil, 0, err
	}
	now := v.known.now
	state, err := v.known.states.At(ctx, instant, now.Today, slices.Concat(v.known.about[key], codes)...)
	if err != nil {
		return nil, 0, err
	}
	of = NewView(state.Index, state.Instant, v.Account, v.Seal, state.Reads)
	of.Viewer = newViewerOf(state, v.Account, now.Now)
	of.ByToken, of.known, of.at, of.sequence = v.ByToken, v.known, strconv.FormatInt(key, 36), state.Sequence
	of.state = of.stateOn(calendar.None)
	v.known.of[key] = of
	return of, of.sequence, nil
}

// nodesAsked names the nodes that fields below the present one name by their codes.
func nodesAsked(ctx context.Context) (codes []string) {
	variables := graphql.GetOperationContext(ctx).Variables
	for _, field := range graphql.CollectFieldsCtx(ctx, []string{"KnownState"}) {
		if code, named := field.ArgumentMap(variables)["code"].(string); named {
			codes = append(codes, code)
		}
	}
	return codes
}

// knowing is the view of what was known that an id's token names, nil where there is none;
// the id may be of the node of a code, or of something there.
func (v *View) knowing(ctx context.Context, token, code string) (*View, error) {
	at, day, _ := strings.Cut(token, daySeparator)
	micros, err := strconv.ParseInt(at, 36, 64)
	if err != nil || strconv.FormatInt(micros, 36) != at {
		return nil, nil
	}
	of, _, err := v.knownAt(ctx, time.UnixMicro(micros).UTC(), []string{code})
	switch {
	case problem.CodeOf(err) == problem.InvalidInput: // it is yet to come: nobody was given such an id
		return nil, nil
	case err != nil:
		return nil, err
	case v.asOf != calendar.None:
		return of.On(&v.asOf), nil
	case day == "":
		return of, nil
	}
	dated, _ := of.dating(day)
	return dated, nil
}

// worksOn is no node: it is the whole tree of then.
func (k *KnownState) worksOn() *Administrative {
	return &Administrative{view: k.view, place: area.Nowhere}
}

// AdministrativeNode is the node of a code, as it was known.
func (k *KnownState) AdministrativeNode(code string, asOf *calendar.Day) AdministrativeNode {
	return k.view.On(asOf).ByCode(code)
}

// Roots are the nodes without one above.
func (k *KnownState) Roots(asOf *calendar.Day) []AdministrativeNode { return k.view.On(asOf).Roots() }

// Search finds nodes by code or name.
func (k *KnownState) Search(
	_ context.Context, text string, first *int, after *string, last *int, before *string, asOf *calendar.Day,
) (*AdministrativeNodeConnection, error) {
	initials := true
	return k.view.On(asOf).Search(&text, nil, &initials, Ask{First: first, After: after, Last: last, Before: before})
}

// Disclosure is the document of a ref, null where there was none for the caller to see.
func (k *KnownState) Disclosure(ctx context.Context, ref string) (*Disclosure, error) {
	return k.view.DisclosureByRef(ctx, ref)
}

// NewsItem is the item of news of a ref.
func (k *KnownState) NewsItem(ctx context.Context, ref string) (*News, error) {
	return k.view.NewsByRef(ctx, ref)
}

// Concern is the concern of a ref.
func (k *KnownState) Concern(ctx context.Context, ref string) (*Concern, error) {
	return k.view.ConcernByRef(ctx, ref)
}

// Order is the order of a ref, as it stood on a day.
func (k *KnownState) Order(ctx context.Context, ref string, asOf *calendar.Day) (*Order, error) {
	return k.view.On(asOf).OrderByRef(ctx, ref)
}

// Movement is the movement of a ref.
func (k *KnownState) Movement(ctx context.Context, ref string) (*ReliefMovement, error) {
	return k.view.MovementByRef(ctx, ref)
}

// Catalog is the catalog of a code.
func (k *KnownState) Catalog(code string) *Catalog { return k.view.CatalogByCode(code) }

// Catalogs are all catalogs.
func (k *KnownState) Catalogs() []*Catalog { return k.view.Catalogs() }
