package model

import (
	"fmt"
	"slices"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Viewer is who asks, on which day. What it may see is decided here and nowhere
// else (design.md, "Who may see and do what").
type Viewer struct {
	Today calendar.Day
	// Account is nil where nobody has signed in.
	Account *account.Account
	tree    *area.Tree
	rights  account.Rights
}

func newViewer(of *account.Account, at time.Time, tree *area.Tree) Viewer {
	viewer := Viewer{Today: calendar.Today(at), Account: of, tree: tree}
	if of != nil {
		viewer.rights = of.RightsAt(at, tree)
	}
	return viewer
}

// MaySee tells whether the viewer may see a document.
func (v Viewer) MaySee(d *disclosure.Disclosure) bool {
	return d.PublicOn(v.Today) || v.seesHidden(d.PublisherCode)
}

// seesHidden tells whether the viewer may see what is hidden of a publisher.
func (v Viewer) seesHidden(publisher string) bool {
	return v.Account != nil && v.rights.May(account.SeeHidden, v.tree.Find(publisher))
}

// SeesAll tells whether nothing is hidden from the viewer.
func (v Viewer) SeesAll() bool {
	return v.Account != nil && !slices.ContainsFunc(v.tree.Roots(), func(root area.Place) bool {
		return !slices.Contains(v.rights.Reach(account.SeeHidden), account.Part{Place: root, Scope: account.Subtree})
	})
}

// Sees names what the viewer may see, so that equal names see the same on equal days;
// empty is what everybody sees.
func (v Viewer) Sees() string {
	if v.Account == nil {
		return ""
	}
	return fmt.Sprint(v.Account.ID, v.rights.Reach(account.SeeHidden))
}

// listing is the documents in lists, as the index counts them.
func (v Viewer) listing() coverage.Listing {
	listing := coverage.Listing{Kinds: []timeline.ListKind{timeline.PublishedDocuments}, Until: v.Today, To: v.Today}
	if v.Account == nil {
		return listing
	}
	for _, part := range v.rights.Reach(account.SeeHidden) {
		scope := coverage.Subtree
		if part.Scope == account.Self {
			scope = coverage.Self
		}
		listing.Whole = append(listing.Whole, coverage.Part{Place: part.Place, Scope: scope})
	}
	if len(listing.Whole) > 0 {
		listing.WholeKinds, listing.To = []timeline.ListKind{timeline.PublishedDocuments, timeline.OtherDocuments}, calendar.Last
	}
	return listing
}
