package model

import (
	"context"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
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

// visibleAll are those of some documents that the caller may see, by ref.
func (v *View) visibleAll(ctx context.Context, refs []string) ([]*Disclosure, error) {
	documents, err := v.loaders.disclosures.LoadAll(ctx, refs)
	shown := []*Disclosure{}
	for _, document := range documents {
		if document != nil && v.MaySee(document) {
			shown = append(shown, v.NewDisclosure(*document))
		}
	}
	return shown, err
}

// refSeen is a ref of a document as it was given in a fact of a publisher: to who sees what
// is hidden of that whatever it names, to others where they see the document; nil where it
// is empty, or names what they do not see, be it unknown or hidden.
func (v *View) refSeen(ctx context.Context, of, ref string) (*string, error) {
	if ref == "" {
		return nil, nil
	}
	if v.seesHidden(of) {
		return &ref, nil // its publisher has written it
	}
	document, err := v.loaders.disclosure(ctx, ref)
	if err != nil || document == nil || !v.MaySee(document) {
		return nil, err
	}
	return &ref, nil
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

// InterpretsRef names the document that it explains.
func (d *Disclosure) InterpretsRef(ctx context.Context) (*string, error) {
	return d.view.refSeen(ctx, d.PublisherCode, d.Disclosure.InterpretsRef)
}

// DisclosurePayload is what a write to a disclosure did.
type DisclosurePayload struct {
	Disclosure *Disclosure
	Cell       *Cell
	ClosedGap  bool
	Warnings   []*Warning
}

// RegisterDisclosureInput is a disclosure to register.
type RegisterDisclosureInput struct {
	Ref, PublisherCode, EntryCode, Title string
	DocumentNumber, IndexNumber          *string
	Attribute                            disclosure.Attribute
	FormedOn, IssuedOn, PublishedOn      *calendar.Day
	Period                               *string
	Nil, RequiresInterpretation          *bool
	InterpretsRef, Channel, URL          *string
}

// Disclosure is the domain's form of the input.
func (i *RegisterDisclosureInput) Disclosure() disclosure.Disclosure {
	return disclosure.Disclosure{
		Ref: i.Ref, PublisherCode: i.PublisherCode, EntryCode: i.EntryCode, Title: i.Title,
		DocumentNumber: valueOrZero(i.DocumentNumber), IndexNumber: valueOrZero(i.IndexNumber), Attribute: i.Attribute,
		FormedOn: valueOrZero(i.FormedOn), IssuedOn: valueOrZero(i.IssuedOn), PublishedOn: valueOrZero(i.PublishedOn),
		Period: valueOrZero(i.Period), Nil: valueOrZero(i.Nil), RequiresInterpretation: valueOrZero(i.RequiresInterpretation),
		InterpretsRef: valueOrZero(i.InterpretsRef), Channel: valueOrZero(i.Channel), URL: valueOrZero(i.URL),
	}
}
