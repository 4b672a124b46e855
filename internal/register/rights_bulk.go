package register

import (
	"context"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// as gives the bulk the rights that the account has now.
func (b *Bulk) as(ctx context.Context) (err error) {
	if !b.ByAccount() {
		return nil
	}
	if b.rights, err = presentRights(ctx, b.w, b.how.Account, b.how.At, b.Reference.Tree); err != nil {
		return err
	}
	b.sight = &store.Sight{PublicBy: b.how.Today, Publishers: []string{}}
	for place, node := range b.Reference.Tree.Nodes() {
		if b.rights.May(account.SeeHidden, area.Place(place)) {
			b.sight.Publishers = append(b.sight.Publishers, node.Code)
		}
	}
	return b.w.BeginGiven(ctx)
}

// ByAccount tells whether an account imports, and not the instance itself.
func (b *Bulk) ByAccount() bool { return b.how.Account != nil }

// MayImport tells whether who imports may import some rows of a kind: those of
// publishers, or any others.
func (b *Bulk) MayImport(ofPublishers bool) bool {
	return b.mayImportAll() || ofPublishers && b.rights.MayAtAll(account.ImportOwn)
}

func (b *Bulk) mayImportAll() bool { return !b.ByAccount() || b.rights.MayAtAll(account.ImportAll) }

func (b *Bulk) mayImportOf(publisher string) bool {
	return b.mayImportAll() || b.rights.May(account.ImportOwn, b.Reference.Tree.Find(publisher))
}

// MayAdd tells whether who imports may import what a row says. Of a publisher that is
// unknown the rules tell.
func (b *Batch[T]) MayAdd(given *T) bool {
	if b.kind.owner == nil || b.bulk.Reference.Tree.Find(b.kind.owner(given)) == area.Nowhere {
		return true
	}
	return b.bulk.mayImportOf(b.kind.owner(given))
}

// MayReplace tells whether who imports may replace a stored fact.
func (b *Batch[T]) MayReplace(stored *T) bool {
	return b.kind.owner == nil || b.bulk.mayImportOf(b.kind.owner(stored))
}

// Sees tells whether who imports may see a document.
func (b *Bulk) Sees(d *disclosure.Disclosure) bool {
	return !b.ByAccount() || d.PublicOn(b.how.Today) || b.rights.May(account.SeeHidden, b.Reference.Tree.Find(d.PublisherCode))
}

// Unseen tells whether a stored fact is hidden from who imports.
func (b *Batch[T]) Unseen(stored *T) bool {
	return b.bulk.ByAccount() && b.kind.publicOn != nil && !b.kind.publicOn(stored, b.bulk.how.Today) &&
		!b.bulk.rights.May(account.SeeHidden, b.bulk.Reference.Tree.Find(b.kind.owner(stored)))
}

// stillOwn makes sure, with the stored rows held, that nobody has given one to another
// publisher since it was looked at: then the bulk begins again.
func (b *Batch[T]) stillOwn(ctx context.Context) error {
	if b.kind.owner == nil || b.bulk.mayImportAll() {
		return nil
	}
	owners, err := b.bulk.w.StoredOwners(ctx, b.kind.table)
	if err == nil && slices.ContainsFunc(owners, func(owner string) bool { return !b.bulk.mayImportOf(owner) }) {
		err = store.RetryWith()
	}
	return err
}

// OwnDocuments are those of some documents that who imports registered before this
// import: somebody else reviews them (four eyes, 双人). Those that come with their
// reviews are brought over from elsewhere.
func (b *Bulk) OwnDocuments(ctx context.Context, refs []string) (own map[string]bool, err error) {
	if !b.ByAccount() {
		return nil, nil
	}
	found, err := b.w.OwnDocuments(ctx, refs, b.how.Account.Name)
	own = map[string]bool{}
	for _, ref := range found {
		own[ref] = true
	}
	return own, err
}

// tellSeen leaves out of what is told of an import what is hidden from the account.
func (b *Bulk) tellSeen(ctx context.Context, effect *Effect) error {
	if !b.ByAccount() {
		return nil
	}
	if b.documentsChange || !b.mayImportAll() {
		b.leaveOutDaysToCome(effect)
	}
	effect.MovedDeadlines = slices.DeleteFunc(effect.MovedDeadlines, func(m MovedDeadline) bool {
		return m.hidden && !b.rights.May(account.SeeHidden, b.Reference.Tree.Find(m.PublisherCode))
	})
	return b.nameSeen(ctx, effect.MovedDeadlines)
}

// leaveOutDaysToCome leaves out the publishers whose figures of today are as they were,
// where what is hidden of them is not seen: that their days to come have changed would
// tell of a document that is hidden and named, or names one of the import's.
func (b *Bulk) leaveOutDaysToCome(effect *Effect) {
	effect.Differing = slices.DeleteFunc(effect.Differing, func(publisher string) bool {
		figures := effect.own[publisher]
		hidden := !figures.differ() && !b.rights.May(account.SeeHidden, b.Reference.Tree.Find(publisher))
		if hidden {
			delete(effect.own, publisher)
		}
		return hidden
	})
	effect.Publishers = len(effect.Differing)
}

// nameSeen takes the refs of hidden documents from deadlines, whose days are public.
func (b *Bulk) nameSeen(ctx context.Context, moved []MovedDeadline) error {
	var refs []string
	for i := range moved {
		if moved[i].ofDocument {
			refs = append(refs, moved[i].Name)
		}
	}
	if len(refs) == 0 {
		return nil
	}
	seen, err := b.w.SeenDocuments(ctx, refs, b.sight)
	if err != nil {
		return err
	}
	slices.Sort(seen)
	for i := range moved {
		if _, sees := slices.BinarySearch(seen, moved[i].Name); moved[i].ofDocument && !sees {
			moved[i].Name = ""
		}
	}
	return nil
}
