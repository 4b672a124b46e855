package register

import (
	"context"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/relief"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// Movement records a movement of relief. The same again changes nothing; the
// same ref with another content is a conflict.
func (r *Register) Movement(ctx context.Context, m relief.Movement) (relief.Movement, error) {
	if err := checkMovement(&m); err != nil {
		return m, err
	}
	return m, r.write(ctx, func(w *store.Writing, standard coverage.Reference) error {
		for _, end := range []struct{ field, code string }{{"fromCode", m.FromCode}, {"toCode", m.ToCode}} {
			if end.code != "" && standard.Tree.ByCode(end.code) == nil {
				return problem.New(problem.NotFound, end.field, "there is no node of the code %q", end.code)
			}
		}
		if fault := m.CheckEnds(standard.Tree, standard.Tree.Find(m.FromCode), standard.Tree.Find(m.ToCode)); fault != nil {
			named := *fault
			named.Field = map[string]string{"from_code": "fromCode", "to_code": "toCode"}[fault.Field]
			return &named
		}
		set, err := r.lockRelief(ctx, w, standard, &m)
		if err != nil {
			return err
		}
		added, err := w.AddReliefMovement(ctx, &m)
		if err != nil {
			return err
		}
		if added {
			_, err = r.recompute(ctx, w, standard, set, catalog.CellKey{})
			return err
		}
		known, err := w.ReliefMovementsByRef(ctx, []string{m.Ref})
		if err != nil {
			return err
		}
		if known[m.Ref] != m {
			return problem.New(problem.Conflict, "ref", "another movement is recorded under the ref %q", m.Ref)
		}
		return nil
	})
}

// lockRelief locks the publishers that a movement concerns, and tells what it
// affects.
func (r *Register) lockRelief(ctx context.Context, w *store.Writing, standard coverage.Reference, m *relief.Movement) (*affected.Set, error) {
	set := affected.New()
	if !m.Owed() {
		return set, nil
	}
	if err := r.holdLink(ctx, w, m.DisclosureRef); err != nil {
		return nil, err
	}
	set.Movement(standard, nil, m, "")
	return set, w.LockConcerned(ctx, store.Concerned{Publishers: set.Cells.Publishers(), Named: []string{m.DisclosureRef}})
}

func checkMovement(m *relief.Movement) error {
	var goods error
	switch {
	case m.GoodsItem == "" && (m.GoodsQuantity != 0 || m.GoodsUnit != ""):
		goods = problem.Invalid("goodsItem", "name the goods", "a quantity or unit stands without its goods")
	case m.GoodsItem != "" && (m.GoodsQuantity == 0 || m.GoodsUnit == ""):
		goods = problem.Invalid("goodsQuantity", "give quantity and unit", "goods stand without quantity or unit")
	case m.GoodsItem == "" && m.Funds == 0:
		goods = problem.Invalid("funds", "give one of them", "the movement has neither funds nor goods")
	}
	return firstFault(checkRef("ref", m.Ref), checkText("documentNumber", m.DocumentNumber, mostTitle, false),
		checkText("eventRef", m.EventRef, mostRef, false), checkText("disclosureRef", m.DisclosureRef, mostRef, false),
		checkText("goodsItem", m.GoodsItem, mostTitle, false), checkText("goodsUnit", m.GoodsUnit, mostRef, false), goods)
}

// WrittenNews is what adding news did.
type WrittenNews struct {
	News      disclosure.News
	ClosedGap bool
}

// News adds an item of news. The same again changes nothing; the same ref with
// another content is a conflict.
func (r *Register) News(ctx context.Context, n disclosure.News) (written WrittenNews, err error) {
	if err := firstFault(checkRef("ref", n.Ref), checkText("title", n.Title, mostTitle, true), checkText("summary", n.Summary, mostText, false),
		checkText("url", n.URL, mostText, false), checkText("tags", strings.Join(n.Tags, ""), mostText, false),
		checkInstant("publishedAt", n.PublishedAt)); err != nil {
		return written, err
	}
	if n.Tags == nil {
		n.Tags = []string{}
	}
	err = r.write(ctx, func(w *store.Writing, standard coverage.Reference) error {
		if err := checkCell(standard, n.PublisherCode, n.EntryCode); err != nil {
			return err
		}
		set := affected.New()
		set.News(nil, &n)
		if err := w.LockConcerned(ctx, store.Concerned{Publishers: set.Cells.Publishers()}); err != nil {
			return err
		}
		added, err := w.AddNews(ctx, &n)
		if err != nil {
			return err
		}
		written.News = n
		if !added {
			known, err := w.NewsByRef(ctx, []string{n.Ref})
			if err != nil {
				return err
			}
			present := known[n.Ref]
			if !sameNews(&present, &n) {
				return problem.New(problem.Conflict, "ref", "another item of news stands under the ref %q", n.Ref)
			}
			return nil
		}
		written.ClosedGap, err = r.recompute(ctx, w, standard, set, catalog.CellKey{PublisherCode: n.PublisherCode, EntryCode: n.EntryCode})
		return err
	})
	return written, err
}

func sameNews(a, b *disclosure.News) bool {
	return a.PublisherCode == b.PublisherCode && a.EntryCode == b.EntryCode && a.Title == b.Title && a.Summary == b.Summary &&
		a.PublishedAt.Equal(b.PublishedAt) && a.URL == b.URL && slices.Equal(a.Tags, b.Tags)
}
