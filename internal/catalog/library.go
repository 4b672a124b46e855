package catalog

import (
	"maps"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// Library is all catalogs, merged. It is not changed once made.
type Library struct {
	effective map[string]*Effective
	byIssuer  map[string][]*Effective
	// categories names the first parts of entry codes.
	categories Categories
	codes      map[string]bool
}

// mostEntryCodes is how many codes of entries all catalogs may have together: the
// index numbers them in 13 bits.
const mostEntryCodes = 8000

// NewLibrary merges every catalog over its chain of based_on. It refuses an
// unknown base, a circle, two names for one category, and too many codes.
func NewLibrary(catalogs []*Catalog) (*Library, error) {
	l := &Library{
		effective: make(map[string]*Effective, len(catalogs)), byIssuer: map[string][]*Effective{},
		categories: Categories{}, codes: map[string]bool{},
	}
	byCode := make(map[string]*Catalog, len(catalogs))
	for _, c := range catalogs {
		byCode[c.Code] = c
	}
	for _, c := range catalogs {
		for i := range c.Entries {
			if err := l.note(&c.Entries[i]); err != nil {
				return nil, err
			}
		}
		merged, err := merge(c, byCode)
		if err != nil {
			return nil, err
		}
		l.effective[c.Code] = merged
		l.byIssuer[c.IssuerCode] = append(l.byIssuer[c.IssuerCode], merged)
	}
	if len(l.codes) > mostEntryCodes {
		return nil, problem.Invalid(
			"entryCode",
			"use the codes of the standard catalog for what it has",
			"the catalogs have %d different codes of entries, more than %d",
			len(l.codes),
			mostEntryCodes,
		)
	}
	return l, nil
}

func (l *Library) note(entry *Entry) error {
	if err := l.categories.Name(entry).Refused(); err != nil {
		return err
	}
	if !entry.Omit {
		l.codes[entry.Code] = true
	}
	return nil
}

// merge overlays the rows of a catalog on those of its bases, whatever the
// bases' own dates.
func merge(c *Catalog, byCode map[string]*Catalog) (*Effective, error) {
	chain, found := c.chain(func(code string) *Catalog { return byCode[code] })
	if err := found.RefusedIn(c.Code); err != nil {
		return nil, err
	}
	rows := map[string]Row{}
	for _, from := range slices.Backward(chain) {
		for i := range from.Entries {
			entry := &from.Entries[i]
			if entry.Omit {
				delete(rows, entry.Code)
			} else {
				rows[entry.Code] = Row{Entry: entry, From: from, Leaf: true}
			}
		}
	}
	merged := &Effective{Catalog: c, Base: byCode[c.BasedOn]}
	for _, code := range slices.Sorted(maps.Keys(rows)) {
		merged.Rows = append(merged.Rows, rows[code])
	}
	for i := range merged.Rows {
		// What begins with this code and a dot need not follow at once: 3.2-a
		// sorts between 3.2 and 3.2.1.
		below := merged.Rows[i].Code + "."
		at, _ := slices.BinarySearchFunc(merged.Rows, below, func(r Row, code string) int { return strings.Compare(r.Code, code) })
		merged.Rows[i].Leaf = at == len(merged.Rows) || !strings.HasPrefix(merged.Rows[at].Code, below)
	}
	return merged, nil
}

// Catalog returns the merged catalog of a code, nil if it is unknown.
func (l *Library) Catalog(code string) *Effective { return l.effective[code] }

// Catalogs returns all catalogs, merged, by code.
func (l *Library) Catalogs() []*Effective {
	all := make([]*Effective, 0, len(l.effective))
	for _, code := range slices.Sorted(maps.Keys(l.effective)) {
		all = append(all, l.effective[code])
	}
	return all
}

// HasEntry tells whether some catalog has a row of this code.
func (l *Library) HasEntry(code string) bool { return l.codes[code] }

// Within tells whether an entry is the one of a code or stands below it.
func Within(entryCode, above string) bool {
	return entryCode == above || strings.HasPrefix(entryCode, above+".")
}

// Publishers are the words by which catalogs name who owes their entries.
func (l *Library) Publishers() []string {
	words := map[string]bool{}
	for _, c := range l.effective {
		for i := range c.Entries {
			for _, publisher := range c.Entries[i].Publishers {
				words[publisher] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(words))
}

// Codes are those of all entries, in order.
func (l *Library) Codes() []string { return slices.Sorted(maps.Keys(l.codes)) }

// CodesWithin returns the codes of all entries that are of a code or stand below
// it, in order; none where the code is unknown.
func (l *Library) CodesWithin(above string) []string {
	var within []string
	for code := range l.codes {
		if Within(code, above) {
			within = append(within, code)
		}
	}
	slices.Sort(within)
	return within
}

// CategoryNames are the names of all categories, in order.
func (l *Library) CategoryNames() []string {
	names := slices.Sorted(maps.Values(l.categories))
	return slices.Compact(names)
}

// Category names the category of an entry code.
func (l *Library) Category(entryCode string) string { return l.categories[CategoryPart(entryCode)] }

// LatestRow returns the row of an entry code of the catalog that begins last
// among those that have it, nil if none has.
func (l *Library) LatestRow(entryCode string) *Row {
	var latest *Row
	var of *Effective
	for _, c := range l.effective {
		row := c.Row(entryCode)
		if row == nil {
			continue
		}
		if of == nil || c.EffectiveFrom > of.EffectiveFrom || c.EffectiveFrom == of.EffectiveFrom && c.Code > of.Code {
			latest, of = row, c
		}
	}
	return latest
}

// InForce returns the catalog in force for a node on a day, nil if there is
// none: that of the nearest ancestor-or-self that issues one in force that day.
func (l *Library) InForce(tree *area.Tree, place area.Place, on calendar.Day) *Effective {
	for at := place; at != area.Nowhere; at = tree.Parent(at) {
		if c := l.issuedBy(tree.Node(at).Code, on); c != nil {
			return c
		}
	}
	return nil
}

// issuedBy returns the issuer's catalog in force on the day: of several, the
// one with the latest beginning, then the greatest code.
func (l *Library) issuedBy(issuer string, on calendar.Day) *Effective {
	var best *Effective
	for _, c := range l.byIssuer[issuer] {
		if !c.span().Contains(on) {
			continue
		}
		if best == nil || c.EffectiveFrom > best.EffectiveFrom || c.EffectiveFrom == best.EffectiveFrom && c.Code > best.Code {
			best = c
		}
	}
	return best
}

// InForce is a stretch of days on which one catalog is in force.
type InForce struct {
	calendar.Span
	Catalog *Effective
}

// RuleOn returns the row that a publisher's cell has on a day, nil where the
// cell is not in force.
func (l *Library) RuleOn(tree *area.Tree, place area.Place, entryCode string, on calendar.Day, assignments []Assignment) *Row {
	inForce := l.InForce(tree, place, on)
	if inForce == nil || !tree.ValidOn(place).Contains(on) {
		return nil
	}
	row := inForce.Row(entryCode)
	if row == nil || !row.Leaf || len(appliesOn(row.Entry, tree.Node(place), calendar.Span{From: on, To: on}, assignments)) == 0 {
		return nil
	}
	return row
}

// Succession returns the catalogs in force for a node one after the other, by
// day. Days without one are left out.
func (l *Library) Succession(tree *area.Tree, place area.Place) []InForce {
	var turns []calendar.Day // days on which the catalog in force may change
	for at := place; at != area.Nowhere; at = tree.Parent(at) {
		for _, c := range l.byIssuer[tree.Node(at).Code] {
			turns = append(turns, c.EffectiveFrom)
			if c.EffectiveTo != calendar.None {
				turns = append(turns, c.EffectiveTo+1)
			}
		}
	}
	slices.Sort(turns)
	turns = slices.Compact(turns)
	var spans []InForce
	for i, from := range turns {
		to := calendar.Never
		if i+1 < len(turns) {
			to = turns[i+1] - 1
		}
		c := l.InForce(tree, place, from)
		switch {
		case c == nil:
		case len(spans) > 0 && spans[len(spans)-1].Catalog == c && spans[len(spans)-1].To == from-1:
			spans[len(spans)-1].To = to
		default:
			spans = append(spans, InForce{calendar.Span{From: from, To: to}, c})
		}
	}
	return spans
}

// Issuing returns the nearest ancestor-or-self of a node that issues catalogs, whose
// succession is the node's; Nowhere if none does.
func (l *Library) Issuing(tree *area.Tree, place area.Place) area.Place {
	for place != area.Nowhere && len(l.byIssuer[tree.Node(place).Code]) == 0 {
		place = tree.Parent(place)
	}
	return place
}

// Issuers returns the codes of the nodes whose catalogs are, or are based on,
// one of the given catalogs: the subtrees that a change of these may affect.
func (l *Library) Issuers(changed map[string]bool) []string {
	issuers := map[string]bool{}
	for _, c := range l.effective {
		for at := c.Catalog; at != nil; {
			if changed[at.Code] {
				issuers[c.IssuerCode] = true
				break
			}
			if base := l.effective[at.BasedOn]; base != nil {
				at = base.Catalog
			} else {
				at = nil
			}
		}
	}
	return slices.Sorted(maps.Keys(issuers))
}
