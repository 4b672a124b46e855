package model

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/reliefgraph/reliefgraph/graph/cursor"
	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/audit"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/explain"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// AuditEntry is a change of a fact, an account or a grant.
type AuditEntry struct {
	store.LogEntry
	view      *View
	publisher string
}

// entry shows of an entry what the viewer may read, nil where that is nothing.
func (v *View) entry(e *store.ReadEntry) *AuditEntry {
	before, after := v.rights.ReadsEntry(account.Entry{
		Account: valueOrZero(e.Account), Publisher: e.Publisher, FormerPublisher: e.FormerPublisher,
	})
	if v.Account == nil || !before && !after {
		return nil
	}
	shown := &AuditEntry{e.LogEntry, v, e.Publisher}
	if !before {
		shown.Before = nil
	}
	if !after {
		shown.After, shown.publisher = nil, e.FormerPublisher
	}
	return shown
}

// At is in Shanghai's time.
func (e *AuditEntry) At() time.Time { return e.LogEntry.At.In(calendar.Shanghai) }

// Way is how it came in.
func (e *AuditEntry) Way() Way { return Way(e.LogEntry.Way) }

// PublisherCode is whose fact it is, null where it is nobody's.
func (e *AuditEntry) PublisherCode() *string { return optional(e.publisher) }

// PublisherName is null where it is nobody's, or a node's that is there no more.
func (e *AuditEntry) PublisherName(locale *explain.Locale) *string {
	place := e.view.Index.Tree.Find(e.publisher)
	if place == area.Nowhere {
		return nil
	}
	name := e.view.administrative(place).Name(nil, locale)
	return &name
}

// AuditFilter narrows the log.
type AuditFilter struct {
	Facts, Accounts, Publishers []string
	From, To                    *time.Time
}

// check refuses what does not exist. Who may not know all accounts is told of none.
func (f *AuditFilter) check(ctx context.Context, v *View) error {
	for _, fact := range f.Facts {
		if !slices.Contains(store.LoggedFacts, fact) {
			return problem.Invalid("facts", "give some of "+strings.Join(store.LoggedFacts, ", "), "no entry is about %q", fact)
		}
	}
	if f.From != nil && f.To != nil && f.To.Before(*f.From) {
		return problem.Invalid("to", "give an instant at or after `from`", "the span ends before it begins")
	}
	if err := cmp.Or(
		checkText("accounts", strings.Join(f.Accounts, ""), mostCodes),
		checkText("publishers", strings.Join(f.Publishers, ""), mostCodes), v.knownPublishers(f.Publishers),
	); err != nil {
		return err
	}
	if len(f.Accounts) == 0 || !v.rights.MayAtAll(account.ReadLog) && !v.rights.MayAtAll(account.ManageAccounts) {
		return nil
	}
	known, err := v.store.AccountsByName(ctx, f.Accounts...)
	if err != nil {
		return err
	}
	for _, name := range f.Accounts {
		if !slices.ContainsFunc(known, func(a store.HeldAccount) bool { return a.Name == name }) {
			return problem.Invalid("accounts", "correct the name", "there is no account %q", name)
		}
	}
	return nil
}

// AuditConnection is a page of the log.
type AuditConnection struct {
	view     *View
	question store.LogQuestion
	newest   *store.NewestCheckpoint
	PageInfo PageInfo
	Edges    []AuditEdge
}

// AuditEdge is an entry in a page.
type AuditEdge struct {
	Cursor string
	Node   *AuditEntry
}

// seal lets the log hold all that was acknowledged before it is read.
func (v *View) seal(ctx context.Context) error {
	v.instant() // the log changes where the facts do not
	return v.Log.Seal(ctx)
}

// logReader is what the viewer may read of the log.
func (v *View) logReader() store.LogReader {
	reader := store.LogReader{Whole: v.rights.MayAtAll(account.ReadLog), Account: v.Account.Name}
	if reader.Whole {
		return reader
	}
	tree := v.Index.Tree
	for _, part := range v.rights.Reach(account.ReadEntries) {
		if part.Scope == account.Self {
			reader.Reach = append(reader.Reach, tree.Node(part.Place).Code)
			continue
		}
		for place := range tree.Below(part.Place) {
			reader.Reach = append(reader.Reach, tree.Node(place).Code)
		}
	}
	reader.Most = len(reader.Reach) > tree.Size()/2
	return reader
}

// once are texts without those that stand there before; nil stays nil.
func once(texts []string) []string {
	if texts == nil {
		return nil
	}
	sorted := slices.Sorted(slices.Values(texts))
	return append([]string{}, slices.Compact(sorted)...)
}

// Audit reads the log, as far as the viewer may.
func (v *View) Audit(ctx context.Context, filter *AuditFilter, ask cursor.Ask) (*AuditConnection, error) {
	if v.Account == nil {
		return nil, problem.New(problem.Unauthenticated, "", "reading the log takes an account").Mend("sign in")
	}
	asked, err := ask.Wanted()
	if err != nil {
		return nil, err
	}
	wanted := valueOrZero(filter)
	if err := wanted.check(ctx, v); err != nil {
		return nil, err
	}
	list := cursor.Of(cursor.BySequence, v.Account.ID, textOf(wanted))
	from, err := list.ReadSealed(v.Seal, asked, 1)
	if err != nil {
		return nil, err
	}
	if err := v.seal(ctx); err != nil {
		return nil, err
	}
	span, err := v.store.LogSpan(ctx, wanted.From, wanted.To)
	if err != nil {
		return nil, err
	}
	connection := &AuditConnection{view: v, newest: span.Newest, question: store.LogQuestion{
		LogReader: v.logReader(),
		LogFilter: store.LogFilter{Facts: once(wanted.Facts), Accounts: once(wanted.Accounts), Publishers: once(wanted.Publishers)},
		First:     span.First,
		Last:      span.Last,
	}}
	page := connection.question
	if from != nil {
		sequence, err := strconv.ParseInt(from[0], 10, 64)
		switch {
		case err != nil:
			return nil, asked.Foreign()
		case asked.Backwards:
			page.First = max(page.First, sequence+1)
		default:
			page.Last = min(page.Last, sequence-1)
		}
	}
	found, err := v.store.LogPage(ctx, page, store.LogPage{Rows: asked.Rows + 1, OldestFirst: asked.Backwards})
	if err != nil {
		return nil, err
	}
	connection.Edges, connection.PageInfo = paged(found, asked,
		func(e *store.ReadEntry) string { return list.Sealed(v.Seal, strconv.FormatInt(e.Sequence, 10)) },
		func(cursor string, e store.ReadEntry) AuditEdge { return AuditEdge{cursor, v.entry(&e)} })
	return connection, nil
}

// Nodes are the rows.
func (c *AuditConnection) Nodes() []*AuditEntry {
	return rowsOf(c.Edges, func(e AuditEdge) *AuditEntry { return e.Node })
}

// TotalCount counts what the viewer may read.
func (c *AuditConnection) TotalCount(ctx context.Context) (int, error) {
	return c.view.store.LogCount(ctx, c.question)
}

// Checkpoint is the newest, null where none was signed yet.
func (c *AuditConnection) Checkpoint() (*LogCheckpoint, error) { return newLogCheckpoint(c.newest) }

// LogCheckpoint proves the log.
type LogCheckpoint struct {
	Size            int64
	Root, Key, Note string
	At              *time.Time
}

func newLogCheckpoint(newest *store.NewestCheckpoint) (*LogCheckpoint, error) {
	if newest == nil {
		return nil, nil
	}
	read, err := audit.ReadSigned(newest.Note)
	if err != nil {
		return nil, err
	}
	shown := &LogCheckpoint{Size: read.Size, Root: read.Root.String(), Key: read.Key, Note: read.Note}
	if !newest.At.IsZero() {
		at := newest.At.In(calendar.Shanghai)
		shown.At = &at
	}
	return shown, nil
}

// LogCheckpoint is the newest, which covers all that was acknowledged.
func (v *View) LogCheckpoint(ctx context.Context) (*LogCheckpoint, error) {
	v.instant()
	newest, err := v.Log.Newest(ctx)
	if err != nil {
		return nil, err
	}
	return newLogCheckpoint(newest)
}

// History is what was written about the document, as far as the viewer may read it.
func (d *Disclosure) History(ctx context.Context) ([]*AuditEntry, error) {
	return d.view.history(func(l *loaders) ([]store.ReadEntry, error) { return l.documentHistories.Load(ctx, d.Ref) })
}

// History is what was written about the cell, as far as the viewer may read it.
func (c *Cell) History(ctx context.Context) ([]*AuditEntry, error) {
	key := catalog.CellKey{PublisherCode: c.publisherCode(), EntryCode: c.entryCode}
	return c.view.history(func(l *loaders) ([]store.ReadEntry, error) { return l.cellHistories.Load(ctx, key) })
}

// history is read as it is, of what was known at an instant up to the last entry of then.
func (v *View) history(read func(*loaders) ([]store.ReadEntry, error)) ([]*AuditEntry, error) {
	shown := []*AuditEntry{}
	if v.Account == nil {
		return shown, nil
	}
	present := v.known.now
	found, err := read(present.loaders)
	for i := range found {
		if v.at != "" && found[i].Sequence > v.sequence {
			continue
		}
		if entry := present.entry(&found[i]); entry != nil {
			shown = append(shown, entry)
		}
	}
	return shown, err
}

func (l *loaders) readDocumentHistories(ctx context.Context, refs []string) ([][]store.ReadEntry, error) {
	if err := l.view.seal(ctx); err != nil {
		return nil, err
	}
	return inOrder(ctx, refs, l.view.store.DocumentHistories)
}

func (l *loaders) readCellHistories(ctx context.Context, cells []catalog.CellKey) ([][]store.ReadEntry, error) {
	if err := l.view.seal(ctx); err != nil {
		return nil, err
	}
	return l.view.store.CellHistories(ctx, cells)
}
