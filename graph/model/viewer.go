package model

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/known"
	"github.com/reliefgraph/reliefgraph/internal/store"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Viewer is who asks, on which day. What it may see is decided here and nowhere
// else (design.md, "Who may see and do what").
type Viewer struct {
	Today calendar.Day
	// Account is nil where nobody has signed in.
	Account *account.Account
	at      time.Time
	tree    *area.Tree
	rights  account.Rights
	// now is who asks about what was known as who asks about what is, nil of the latter.
	now      *Viewer
	withheld withheld
	// byDatabase leaves it to the database alone what rows the viewer may see.
	byDatabase bool
}

// withheld are the documents, orders and requests that a viewer might see then and may not
// see today, by ref, as far as they were of publishers of whom an index of then holds what
// they had: of those of others it is noted that they were asked about.
type withheld struct {
	documents, orders, requests map[string]store.Withheld
	then                        *coverage.Index // nil where nothing is withheld
}

// has tells whether one of some that was of a publisher is withheld.
func (w withheld) has(of map[string]store.Withheld, ref, publisher string) bool {
	if w.then == nil {
		return false
	}
	if at := w.then.Tree.Find(publisher); at != area.Nowhere && !w.then.Holds(at) {
		return false
	}
	_, is := of[ref]
	return is
}

// below are at least the documents of some nodes and all below them, by ref.
func (w withheld) below(places ...area.Place) map[string]store.Withheld {
	w.asked(places...)
	return w.documents
}

// asked notes that what was withheld of some nodes and all below them is asked about.
func (w withheld) asked(places ...area.Place) {
	for _, place := range places {
		if w.then != nil {
			w.then.Holds(place)
		}
	}
}

func newViewer(of *account.Account, at time.Time, tree *area.Tree) Viewer {
	viewer := Viewer{Today: calendar.Today(at), Account: of, at: at, tree: tree}
	if of != nil {
		viewer.rights = of.RightsAt(at, tree)
	}
	return viewer
}

// newViewerOf makes the viewer of what was known at an instant, who has the grants of
// today and sees what might be seen both then and today.
func newViewerOf(state *known.State, of *account.Account, now time.Time) Viewer {
	present := newViewer(of, now, state.Present)
	viewer := newViewer(of, now, state.Index.Tree)
	// The log goes by the database's clock, which may have passed midnight before ours.
	viewer.Today = min(calendar.Today(state.Instant), present.Today)
	from := func(of []store.Withheld) map[string]store.Withheld {
		withheld := map[string]store.Withheld{}
		for _, one := range of {
			// What is gone was its publisher's.
			if !present.seesHidden(cmp.Or(one.Owner, one.PublisherCode)) {
				withheld[one.Ref] = one
			}
		}
		return withheld
	}
	viewer.now = &present
	viewer.withheld = withheld{from(state.Documents), from(state.Orders), from(state.Requests), state.Index}
	return viewer
}

// MaySee tells whether the viewer may see a document.
func (v Viewer) MaySee(d *disclosure.Disclosure) bool {
	// What was hidden then is not asked about: to hold more for it would take longer than
	// to find that there is none.
	return (v.byDatabase || d.PublicOn(v.Today) || v.seesHidden(d.PublisherCode)) &&
		!v.withheld.has(v.withheld.documents, d.Ref, d.PublisherCode)
}

// listed tells whether all documents of a publisher are in lists.
func (v Viewer) listed(publisher string) bool { return v.byDatabase || v.seesHidden(publisher) }

// seesHidden tells whether the viewer may see what is hidden of a publisher.
func (v Viewer) seesHidden(publisher string) bool {
	return v.Account != nil && v.rights.May(account.SeeHidden, v.tree.Find(publisher)) && (v.now == nil || v.now.seesHidden(publisher))
}

// reach are the parts of the tree of whose publishers the viewer sees what is hidden,
// of which none holds another.
func (v Viewer) reach() (parts []account.Part) {
	parts = v.rights.Reach(account.SeeHidden)
	if v.now == nil || v.now.tree == v.tree {
		return parts
	}
	// Under another tree the parts are others too.
	var seen []account.Part
	for _, part := range parts {
		below := []area.Place{part.Place}
		if part.Scope == account.Subtree {
			below = slices.Collect(v.tree.Below(part.Place))
		}
		for _, place := range below {
			if v.seesHidden(v.tree.Node(place).Code) {
				seen = append(seen, account.Part{Place: place, Scope: account.Self})
			}
		}
	}
	return seen
}

// SeesAll tells whether nothing is hidden from the viewer.
func (v Viewer) SeesAll() bool {
	return v.Account != nil && !slices.ContainsFunc(v.tree.Roots(), func(root area.Place) bool {
		return !slices.Contains(v.rights.Reach(account.SeeHidden), account.Part{Place: root, Scope: account.Subtree})
	})
}

// Sees names what the viewer may see and holds, so that equal names see the same on
// equal days; empty is what everybody sees.
func (v Viewer) Sees() string {
	if v.Account == nil {
		return ""
	}
	// A grant ended since may be known to the state that the answer is kept under, and not
	// to who was identified before.
	var held []int64
	for _, grant := range v.Account.Held(v.at) {
		held = append(held, grant.ID)
	}
	return fmt.Sprint(v.Account.ID, held)
}

// seenWhole are the parts of the tree of whose publishers the viewer sees what is hidden.
func (v Viewer) seenWhole() (parts []coverage.Part) {
	if v.Account == nil {
		return nil
	}
	for _, part := range v.reach() {
		scope := coverage.Subtree
		if part.Scope == account.Self {
			scope = coverage.Self
		}
		parts = append(parts, coverage.Part{Place: part.Place, Scope: scope})
	}
	return parts
}

// listing is the documents in lists of some nodes, as the index counts them.
func (v Viewer) listing(places ...area.Place) coverage.Listing {
	listing := coverage.Listing{Kinds: []timeline.ListKind{timeline.PublishedDocuments}, Until: v.Today, To: v.Today}
	for _, document := range v.withheld.below(places...) {
		thing := coverage.Unlisted{Publisher: v.tree.Find(document.PublisherCode), Kind: timeline.PublishedDocuments, On: document.ListedOn}
		if document.PublicationDay == calendar.Never {
			thing.Kind = timeline.OtherDocuments
		}
		listing.Without = append(listing.Without, thing)
	}
	listing.Whole = v.seenWhole()
	if len(listing.Whole) > 0 {
		listing.WholeKinds, listing.To = []timeline.ListKind{timeline.PublishedDocuments, timeline.OtherDocuments}, calendar.Last
	}
	return listing
}
