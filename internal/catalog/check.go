package catalog

import (
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// The rules for catalogs, their entries and assignments, beside those that all
// facts share.
var (
	EntryUnknown    = rule.Refuse("entry-unknown", problem.NotFound)
	CatalogUnknown  = rule.Refuse("catalog-unknown", problem.NotFound)
	BasedInCircle   = rule.Refuse("catalogs-in-a-circle", problem.InvalidInput)
	CategoryRenamed = rule.Refuse("category-of-two-names", problem.InvalidInput)
	OwedByNobody    = rule.Warn("owed-by-nobody", problem.InvalidInput)
	// Rules are all of them.
	Rules = []rule.Rule{EntryUnknown, CatalogUnknown, BasedInCircle, CategoryRenamed, OwedByNobody}
)

// Named finds whether the entry that a field of a fact must name is some catalog's.
func (l *Library) Named(found *rule.Findings, field, code string) bool {
	switch {
	case code == "":
		found.Add(rule.Empty(field))
	case !l.HasEntry(code):
		found.Add(l.unknown(field, code))
	}
	return l.HasEntry(code)
}

// unknown says that a field names no entry, and which one it may be.
func (l *Library) unknown(field, code string) rule.Finding {
	if mistaken, is := rule.Mistaken(field, code); is {
		return mistaken
	}
	if known := strings.TrimRight(code, "0"); known != code {
		if known = strings.TrimSuffix(known, "."); l.HasEntry(known) {
			spoilt := rule.CodeSpoilt.Found(field, "format the column as text, and write "+known+" if that is the entry",
				"no catalog has an entry of the code, but one without the zeros at its end")
			spoilt.Named = code
			return spoilt
		}
	}
	unknown := EntryUnknown.Found(field, "import the catalog first, or correct the code", "no catalog has an entry of the code %s", code)
	unknown.Named = code
	return unknown
}

// UnknownCatalog says that a field names no catalog.
func UnknownCatalog(field, code string) rule.Finding {
	if mistaken, is := rule.Mistaken(field, code); is {
		return mistaken
	}
	found := CatalogUnknown.Found(field, "import the catalog first, or correct the code", "there is no catalog of the code %s", code)
	found.Named = code
	return found
}

// Check finds what is wrong with a catalog by itself.
func (c *Catalog) Check(tree *area.Tree) rule.Findings {
	var found rule.Findings
	found.Code("catalogCode", c.Code)
	found.Title("title", c.Title)
	found.Text("source", c.Source, rule.MostText)
	tree.Named(&found, "issuerCode", c.IssuerCode)
	found.NeededDay("effectiveFrom", c.EffectiveFrom)
	found.Span("effectiveTo", c.EffectiveFrom, c.EffectiveTo)
	found.Number("graceWorkingDays", c.GraceWorkingDays)
	found.Number("interpretationWorkingDays", c.InterpretationWorkingDays)
	return found
}

// CheckBase finds what is wrong with the chain of catalogs that a catalog is based on.
func (c *Catalog) CheckBase(find func(code string) *Catalog) rule.Findings {
	_, found := c.chain(find)
	return found
}

// chain is the catalog and those that it is based on, down to the first. What a
// base lacks is found with that base.
func (c *Catalog) chain(find func(code string) *Catalog) (chain []*Catalog, found rule.Findings) {
	chain = []*Catalog{c}
	passed := map[string]bool{c.Code: true}
	for at := c; at.BasedOn != ""; {
		base := find(at.BasedOn)
		switch {
		case base == nil && at == c:
			return chain, rule.Findings{UnknownCatalog("basedOn", c.BasedOn)}
		case base == nil:
			return chain, nil
		case passed[base.Code]:
			return chain, rule.Findings{BasedInCircle.Found("basedOn", "let one of them stand alone",
				"the catalogs are based on each other in a circle, by way of %s", at.Code)}
		}
		passed[base.Code] = true
		chain, at = append(chain, base), base
	}
	return chain, nil
}

// Normalise brings the entry into the form that is kept, before it is checked:
// no blanks at the edges of texts, and no empty items of lists.
func (e *Entry) Normalise() {
	rule.Trim(&e.Code, &e.Category, &e.Item, &e.SubItem, &e.Content, &e.LegalBasis, &e.Evidence)
	e.Publishers, e.Channels = rule.TrimItems(e.Publishers), rule.TrimItems(e.Channels)
}

// Check finds what is wrong with an entry by itself; one that omits an entry has
// nothing but its code.
func (e *Entry) Check() rule.Findings {
	var found rule.Findings
	found.Code("entryCode", e.Code)
	if e.Omit {
		return found
	}
	found.Title("category", e.Category)
	found.Title("item", e.Item)
	found.Text("subItem", e.SubItem, rule.MostTitle)
	found.Text("content", e.Content, rule.MostText)
	found.Text("legalBasis", e.LegalBasis, rule.MostText)
	found.Text("evidence", e.Evidence, rule.MostText)
	found.Codes("publishers", e.Publishers)
	found.List("channels", e.Channels, rule.MostText)
	found.Limit("n", e.Limit)
	found.Number("periodWorkingDays", e.PeriodWorkingDays)
	found.Number("refreshDays", e.RefreshDays)
	switch remedy := "give them, unless assignments are to include the entry"; {
	case len(e.Levels) == 0:
		found.Add(OwedByNobody.Found("levels", remedy, "the entry applies at no level: nobody owes it but whom an assignment includes"))
	case len(e.Publishers) == 0:
		found.Add(OwedByNobody.Found("publishers", remedy, "the entry has no publisher: nobody owes it but whom an assignment includes"))
	}
	return found
}

// Categories are the names of the first parts of entry codes.
type Categories map[string]string

// Name takes an entry's category for the name of its first part; it finds
// whether that has another already.
func (c Categories) Name(e *Entry) rule.Findings {
	if e.Omit {
		return nil
	}
	part := CategoryPart(e.Code)
	if name, known := c[part]; known && name != e.Category {
		return rule.Findings{CategoryRenamed.Found("category", "use one name for all of them",
			"entries whose code begins with %s. have the category %s, entry %s has %s", part, name, e.Code, e.Category)}
	}
	c[part] = e.Category
	return nil
}

// Check finds what is wrong with an assignment.
func (a *Assignment) Check(tree *area.Tree, library *Library) rule.Findings {
	var found rule.Findings
	tree.Named(&found, "publisherCode", a.PublisherCode)
	library.Named(&found, "entryCode", a.EntryCode)
	found.NeededDay("from", a.From)
	found.Span("to", a.From, a.To)
	found.Text("reason", a.Reason, rule.MostText)
	return found
}
