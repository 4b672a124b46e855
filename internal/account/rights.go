package account

import (
	"slices"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// Account is a person's or a program's. The zero Account is nobody's: that of who has
// not signed in.
type Account struct {
	ID          int64
	Name        string
	DisplayName string
	Program     bool
	Grants      []Grant
}

// Grant gives an account a role at a node from a day to a day, both in it.
type Grant struct {
	ID       int64
	Role     Role
	NodeCode string // empty of a role of the instance
	Scope    Scope
	From, To calendar.Day // To is None where it is open
	EndedAt  time.Time    // the instant from which it holds no more; zero where it was not ended
}

// HoldsAt tells whether the grant holds at an instant.
func (g *Grant) HoldsAt(at time.Time) bool {
	day := calendar.DayOf(at)
	return g.From <= day && (g.To == calendar.None || day <= g.To) && (g.EndedAt.IsZero() || at.Before(g.EndedAt))
}

// Rights are what an account may do at one instant, on one tree.
type Rights struct {
	name   string
	tree   *area.Tree
	grants []Grant
}

// RightsAt are those of an account at an instant. A grant at a node that the tree
// lacks reaches nothing; nor does any reach pass along succeeded_by.
func (a *Account) RightsAt(at time.Time, tree *area.Tree) Rights {
	rights := Rights{name: a.Name, tree: tree}
	for _, grant := range a.Grants {
		if grant.HoldsAt(at) {
			rights.grants = append(rights.grants, grant)
		}
	}
	return rights
}

// May tells whether the act may be done for a publisher.
func (r Rights) May(act Act, publisher area.Place) bool {
	return publisher != area.Nowhere && slices.ContainsFunc(r.grants, func(g Grant) bool {
		return slices.Contains(allowed[act], g.Role) && g.reaches(r.tree, publisher)
	})
}

// MayIssue tells whether an order of an issuer may be issued to a publisher: the issuer is
// a supervisor's node, and the publisher another in its reach.
func (r Rights) MayIssue(issuer, publisher area.Place) bool {
	return r.mayAs(IssueOrder, publisher, func(at area.Place) bool { return at == issuer && at != publisher })
}

// MaySupervise tells whether an issuer's order to a publisher may be acted on as by a
// supervisor: of a node at or above the issuer, other than the publisher.
func (r Rights) MaySupervise(issuer, publisher area.Place) bool {
	return issuer != area.Nowhere && r.mayAs(SuperviseOrder, publisher, func(at area.Place) bool {
		return at != publisher && r.tree.Contains(at, issuer)
	})
}

// MayDecideExemption tells whether a publisher's request may be decided: not as a
// supervisor of the publisher's own node.
func (r Rights) MayDecideExemption(publisher area.Place) bool {
	return r.mayAs(DecideExemption, publisher, func(at area.Place) bool { return at != publisher })
}

// mayAs tells whether an act may be done for a publisher by a grant at some nodes.
func (r Rights) mayAs(act Act, publisher area.Place, of func(at area.Place) bool) bool {
	return publisher != area.Nowhere && slices.ContainsFunc(r.grants, func(g Grant) bool {
		at := r.tree.Find(g.NodeCode)
		return slices.Contains(allowed[act], g.Role) && g.reaches(r.tree, publisher) && of(at)
	})
}

// MayAtAll tells whether the act may be done for some publisher, or on the instance.
func (r Rights) MayAtAll(act Act) bool {
	return slices.ContainsFunc(r.grants, func(g Grant) bool { return slices.Contains(allowed[act], g.Role) })
}

// reaches tells whether a place is in the grant's reach.
func (g *Grant) reaches(tree *area.Tree, place area.Place) bool {
	at := tree.Find(g.NodeCode)
	switch {
	case at == area.Nowhere:
		return false
	case g.Scope == Subtree:
		return tree.Contains(at, place)
	}
	return place == at || tree.Node(place).Department && tree.Parent(place) == at && !tree.Node(at).Department
}

// Reach is where an act may be done, as parts of the tree of which none holds another.
func (r Rights) Reach(act Act) (parts []Part) {
	for i := range r.grants {
		if g := &r.grants[i]; slices.Contains(allowed[act], g.Role) {
			parts = append(parts, g.parts(r.tree)...)
		}
	}
	// A part that lies in another is left out, one of two that are equal too.
	var kept []Part
	for i, part := range parts {
		within := false
		for j, other := range parts {
			within = within || j != i && other.holds(r.tree, part) && (j < i || !part.holds(r.tree, other))
		}
		if !within {
			kept = append(kept, part)
		}
	}
	return kept
}

// Part is a place of the tree alone, or with all below it.
type Part struct {
	Place area.Place
	Scope Scope // Self: the place alone
}

func (p Part) holds(tree *area.Tree, other Part) bool {
	if p.Scope == Subtree {
		return tree.Contains(p.Place, other.Place)
	}
	return p == other
}

func (g *Grant) parts(tree *area.Tree) (parts []Part) {
	at := tree.Find(g.NodeCode)
	switch {
	case at == area.Nowhere:
		return nil
	case g.Scope == Subtree:
		return []Part{{at, Subtree}}
	}
	parts = []Part{{at, Self}}
	if tree.Node(at).Department {
		return parts
	}
	for _, place := range tree.Children(at) {
		if tree.Node(place).Department {
			parts = append(parts, Part{place, Self})
		}
	}
	return parts
}
