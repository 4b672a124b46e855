package model

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// Disclosure is a document or notice registered under a cell.
type Disclosure struct {
	view *View
	disclosure.Disclosure
}

// IsNode marks a thing with a global id.
func (*Disclosure) IsNode() {}

// NewDisclosure shows a document that the caller may see.
func (v *View) NewDisclosure(d disclosure.Disclosure) *Disclosure {
	return &Disclosure{view: v.showing(v.Index.Tree.Find(d.PublisherCode)), Disclosure: d}
}

// visible returns the document of a ref, nil where it is unknown or not for the
// caller to see.
func (v *View) visible(ctx context.Context, ref string) (*Disclosure, error) {
	document, err := v.loaders.disclosure(ctx, ref)
	if err != nil || document == nil || !v.MaySee(document) {
		return nil, err
	}
	return v.NewDisclosure(*document), nil
}

// documentNames are documents that a text names, by ref; those not for the
// caller to see have no title there.
type documentNames map[string]disclosure.Disclosure

// named reads the documents that a text names; an empty ref is none.
func (v *View) named(ctx context.Context, refs ...string) (documentNames, error) {
	refs = slices.DeleteFunc(refs, func(ref string) bool { return ref == "" })
	documents, err := v.loaders.disclosures.LoadAll(ctx, refs)
	named := documentNames{}
	for _, document := range documents {
		if document != nil && v.MaySee(document) {
			named[document.Ref] = *document
		}
	}
	return named, err
}

func (n documentNames) of(ref string) (title, number string) {
	return n[ref].Title, n[ref].DocumentNumber
}

// ID is the document's global id.
func (d *Disclosure) ID() string { return d.view.id(idDisclosure, d.Ref) }

// DocumentNumber is null where there is none.
func (d *Disclosure) DocumentNumber() *string { return optional(d.Disclosure.DocumentNumber) }

// IndexNumber is null where there is none.
func (d *Disclosure) IndexNumber() *string { return optional(d.Disclosure.IndexNumber) }

// Period is null where it names none.
func (d *Disclosure) Period() *string { return optional(d.Disclosure.Period) }

// Channel is null where it is not known.
func (d *Disclosure) Channel() *string { return optional(d.Disclosure.Channel) }

// URL is null where there is none.
func (d *Disclosure) URL() *string { return optional(d.Disclosure.URL) }

// Entry is the row in force on the day listed, else the latest.
func (d *Disclosure) Entry() *CatalogEntry {
	return d.view.entryOf(d.PublisherCode, d.EntryCode, d.ListedOn())
}

func (v *View) entryOf(publisherCode, entryCode string, on calendar.Day) *CatalogEntry {
	place := v.Index.Tree.Find(publisherCode)
	if on == calendar.None || place == area.Nowhere {
		on = v.Today
	}
	return v.entryNaming(max(place, 0), entryCode, on)
}

// Publisher is who registered it.
func (d *Disclosure) Publisher() AdministrativeNode { return d.view.ByCode(d.PublisherCode) }

// Interpretation is the first published document that explains it, else the
// first registered.
func (d *Disclosure) Interpretation(ctx context.Context) (*Disclosure, error) {
	all, err := d.view.loaders.interpretations.Load(ctx, d.Ref)
	if err != nil {
		return nil, err
	}
	var first *disclosure.Disclosure
	for i := range all {
		if !d.view.MaySee(&all[i]) {
			continue
		}
		if first == nil || all[i].PublicationDay() < first.PublicationDay() {
			first = &all[i]
		}
	}
	if first == nil {
		return nil, nil
	}
	return d.view.NewDisclosure(*first), nil
}

// DisclosureFilter narrows a list of disclosures.
type DisclosureFilter struct {
	Entries    []string
	Attributes []disclosure.Attribute
	Period     *string
	From, To   *calendar.Day
	Title      *string
}

// mostEntryCodes is how long all codes of entries in a filter may be together.
const mostEntryCodes = 5000

// key writes the filter as text, so that equal filters are equal keys.
func (f *DisclosureFilter) key() (string, error) {
	if f == nil {
		return "", nil
	}
	if f.Title != nil {
		if err := checkText("title", *f.Title, mostSearch); err != nil {
			return "", err
		}
	}
	if err := checkText("entries", strings.Join(f.Entries, ""), mostEntryCodes); err != nil {
		return "", err
	}
	if f.Period != nil {
		if _, err := calendar.ParsePeriod(*f.Period); err != nil {
			return "", problem.Invalid("period", "write 2024, 2024H1, 2024Q2 or 2024-05", "it is not a period")
		}
	}
	text, err := json.Marshal(f)
	return string(text), err
}

// filter reads back what key wrote, and shows the caller only what it may see.
func (v *View) filter(key string) (asked DisclosureFilter, filter store.DisclosureFilter) {
	filter.PublicBy = v.publicBy()
	if key == "" {
		return asked, filter
	}
	if err := json.Unmarshal([]byte(key), &asked); err != nil {
		panic(err) // key has written it
	}
	filter.Entries, filter.Attributes = asked.Entries, asked.Attributes
	filter.Period, filter.Title = given(asked.Period), given(asked.Title)
	return asked, filter
}

// storePage asks for one row more than the page has, to know whether it ends
// the list.
func storePage(q question) (store.Page, error) {
	page := store.Page{First: q.first + 1}
	if q.after == "" {
		return page, nil
	}
	parts, err := cursor(&q.after, cursorListed, 2)
	if err != nil {
		return page, err
	}
	on, err := dayOf(parts[0])
	page.After = &store.Listed{On: on, Ref: parts[1]}
	return page, err
}

// DisclosureConnection is a page of disclosures.
type DisclosureConnection struct {
	view     *View
	key      listKey
	PageInfo PageInfo
	Edges    []DisclosureEdge
}

// DisclosureEdge is a disclosure in a page.
type DisclosureEdge struct {
	Cursor string
	Node   *Disclosure
}

// listKey checks what is asked of a list.
func (n *administrative) listKey(filter *DisclosureFilter, first *int, after *string, scope *coverage.Scope) (listKey, error) {
	key := listKey{place: n.place, scope: scopeOf(scope)}
	size, err := pageSize(first)
	if err != nil {
		return key, err
	}
	if _, err := cursor(after, cursorListed, 2); err != nil {
		return key, err
	}
	key.question.first = size
	if after != nil {
		key.question.after = *after
	}
	key.question.filter, err = filter.key()
	return key, err
}

// Disclosures lists the node's disclosures, newest first.
func (n *administrative) Disclosures(ctx context.Context, filter *DisclosureFilter, first *int, after *string, scope *coverage.Scope) (*DisclosureConnection, error) {
	key, err := n.listKey(filter, first, after, scope)
	if err != nil {
		return nil, err
	}
	documents, err := n.view.loaders.lists.Load(ctx, key)
	if err != nil {
		return nil, err
	}
	size := min(key.question.first, len(documents))
	connection := &DisclosureConnection{view: n.view, key: key, Edges: make([]DisclosureEdge, size)}
	cursors := make([]string, size)
	for i := range size {
		cursors[i] = opaque(cursorListed, dayText(documents[i].ListedOn()), documents[i].Ref)
		connection.Edges[i] = DisclosureEdge{cursors[i], &Disclosure{n.view, documents[i]}}
	}
	connection.PageInfo = pageInfo(cursors, after, size < len(documents))
	return connection, nil
}

// TotalCount counts what the caller may see.
func (c *DisclosureConnection) TotalCount(ctx context.Context) (int, error) {
	key := c.key
	key.question.first, key.question.after = 0, ""
	return c.view.loaders.counts.Load(ctx, key)
}

// News is an item of news.
type News struct {
	view *View
	disclosure.News
}

// IsNode marks a thing with a global id.
func (*News) IsNode() {}

// NewNews shows an item of news.
func (v *View) NewNews(n disclosure.News) *News { return &News{v, n} }

// ID is the item's global id.
func (n *News) ID() string { return n.view.id(idNews, n.Ref) }

// URL is null where there is none.
func (n *News) URL() *string { return optional(n.News.URL) }

// PublishedAt is in Shanghai's time.
func (n *News) PublishedAt() time.Time { return n.News.PublishedAt.In(calendar.Shanghai) }

// Entry is the row in force on the day of publication, else the latest.
func (n *News) Entry() *CatalogEntry {
	return n.view.entryOf(n.PublisherCode, n.EntryCode, n.PublicationDay())
}

// Publisher is who published it.
func (n *News) Publisher() AdministrativeNode { return n.view.ByCode(n.PublisherCode) }

// NewsConnection is a page of news.
type NewsConnection struct {
	view     *View
	key      listKey
	PageInfo PageInfo
	Edges    []NewsEdge
}

// NewsEdge is an item in a page.
type NewsEdge struct {
	Cursor string
	Node   *News
}

// News lists the node's news, newest first.
func (n *administrative) News(ctx context.Context, first *int, after *string, scope *coverage.Scope) (*NewsConnection, error) {
	key, err := n.listKey(nil, first, after, scope)
	if err != nil {
		return nil, err
	}
	items, err := n.view.loaders.newsLists.Load(ctx, key)
	if err != nil {
		return nil, err
	}
	size := min(key.question.first, len(items))
	connection := &NewsConnection{view: n.view, key: key, Edges: make([]NewsEdge, size)}
	cursors := make([]string, size)
	for i := range size {
		cursors[i] = opaque(cursorListed, dayText(items[i].PublicationDay()), items[i].Ref)
		connection.Edges[i] = NewsEdge{cursors[i], &News{n.view, items[i]}}
	}
	connection.PageInfo = pageInfo(cursors, after, size < len(items))
	return connection, nil
}

// TotalCount counts the list.
func (c *NewsConnection) TotalCount() int {
	return c.view.registered().Count(c.key.place, c.key.scope, newsListing())
}

func neverInForce(cell catalog.CellKey) *duty.Facts {
	return &duty.Facts{Cell: &catalog.Cell{PublisherCode: cell.PublisherCode, EntryCode: cell.EntryCode}}
}
