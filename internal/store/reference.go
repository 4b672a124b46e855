package store

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Parts of the reference data, as named in reference_change.
const (
	PartNodes    = "nodes"
	PartCatalogs = "catalogs"
	PartCalendar = "calendar"
)

const nodesSQL = `-- store.Reference: nodes
SELECT code, name, level, department, coalesce(parent_code, ''),
       coalesce(valid_from - date '1970-01-01', 0), coalesce(valid_to - date '1970-01-01', 0), succeeded_by, functions
FROM node`

// A name that an import gave which was taken back was none.
const formerNamesSQL = `-- store.Reference: former names
SELECT key ->> 0, before ->> 'name', (changed_at AT TIME ZONE 'Asia/Shanghai')::date - date '1970-01-01' FROM fact_history
WHERE fact = 'node' AND before ->> 'name' <> after ->> 'name'
  AND NOT EXISTS (SELECT FROM import AS u WHERE u.undoes IS NOT NULL AND changed_in IN (u.number, u.undoes))
ORDER BY 1, changed_at`

const catalogsSQL = `-- store.Reference: catalogs
SELECT code, title, issuer_code, coalesce(based_on, ''), effective_from - date '1970-01-01',
       coalesce(effective_to - date '1970-01-01', 0), grace_working_days, interpretation_working_days, source
FROM catalog`

const entriesSQL = `-- store.Reference: entries
SELECT catalog_code, entry_code, category, item, sub_item, content, legal_basis, levels, publishers, mode, audience,
       limit_kind, limit_n, limit_anchor, period, period_limit_n, refresh_days, channels, omit, evidence
FROM catalog_entry`

const arrangementsSQL = `-- store.Reference: arrangements
SELECT year, day - date '1970-01-01', name, off FROM arrangement_day ORDER BY year, day`

// Reference reads all nodes, catalogs and arrangements as a writer sees them.
func (w *Writing) Reference(ctx context.Context) (timeline.Reference, error) {
	return referenceOf(ctx, w.tx)
}

func referenceOf(ctx context.Context, from sqlx.QueryerContext) (reference timeline.Reference, err error) {
	nodes, err := nodesOf(ctx, from)
	if err != nil {
		return reference, err
	}
	if reference.Tree, err = area.NewTree(nodes); err != nil {
		return reference, wrap("building the tree of nodes", err)
	}
	catalogs, err := catalogsOf(ctx, from)
	if err != nil {
		return reference, err
	}
	if reference.Library, err = catalog.NewLibrary(catalogs); err != nil {
		return reference, wrap("merging the catalogs", err)
	}
	arrangements, err := arrangementsOf(ctx, from)
	if err != nil {
		return reference, err
	}
	reference.Days = calendar.New(arrangements)
	return reference, nil
}

// each runs a query and visits its rows.
func each(
	ctx context.Context,
	from sqlx.QueryerContext,
	doing, query string,
	visit func(scan func(...any) error) error,
	arguments ...any,
) error {
	rows, err := from.QueryContext(ctx, query, arguments...)
	if err != nil {
		return wrap(doing, err)
	}
	return visitAll(doing, rows, visit)
}

const emptySQL = `-- store.Empty
SELECT NOT EXISTS (SELECT FROM node)`

// Empty tells whether the database has no node yet.
func (s *Store) Empty(ctx context.Context) (empty bool, err error) {
	err = s.db.GetContext(ctx, &empty, emptySQL)
	return empty, wrap("looking for nodes", err)
}

func nodesOf(ctx context.Context, from sqlx.QueryerContext) ([]*area.Node, error) {
	var nodes []*area.Node
	err := each(ctx, from, "reading the nodes", nodesSQL, func(scan func(...any) error) error {
		n := &area.Node{}
		nodes = append(nodes, n)
		return scan(&n.Code, &n.Name, &n.Level, &n.Department, &n.ParentCode, &n.ValidFrom, &n.ValidTo,
			(*pq.StringArray)(&n.SucceededBy), (*pq.StringArray)(&n.Functions))
	})
	if err != nil {
		return nil, err
	}
	byCode := map[string]*area.Node{}
	for _, n := range nodes {
		byCode[n.Code] = n
	}
	return nodes, each(ctx, from, "reading former names", formerNamesSQL, func(scan func(...any) error) error {
		var code string
		var former area.FormerName
		if err := scan(&code, &former.Name, &former.Until); err != nil {
			return err
		}
		if n := byCode[code]; n != nil {
			n.FormerNames = append(n.FormerNames, former)
		}
		return nil
	})
}

func catalogsOf(ctx context.Context, from sqlx.QueryerContext) ([]*catalog.Catalog, error) {
	var catalogs []*catalog.Catalog
	byCode := map[string]*catalog.Catalog{}
	err := each(ctx, from, "reading the catalogs", catalogsSQL, func(scan func(...any) error) error {
		c := &catalog.Catalog{}
		if err := scan(&c.Code, &c.Title, &c.IssuerCode, &c.BasedOn, &c.EffectiveFrom, &c.EffectiveTo,
			&c.GraceWorkingDays, &c.InterpretationWorkingDays, &c.Source); err != nil {
			return err
		}
		catalogs = append(catalogs, c)
		byCode[c.Code] = c
		return nil
	})
	if err != nil {
		return nil, err
	}
	return catalogs, each(ctx, from, "reading the catalogs' entries", entriesSQL, func(scan func(...any) error) error {
		var code string
		var e catalog.Entry
		var levels pq.Int32Array
		if err := scan(&code, &e.Code, &e.Category, &e.Item, &e.SubItem, &e.Content, &e.LegalBasis, &levels,
			(*pq.StringArray)(&e.Publishers), &e.Mode, &e.Audience, &e.Limit.Kind, &e.Limit.N, &e.Limit.Anchor, &e.Period,
			&e.PeriodWorkingDays, &e.RefreshDays, (*pq.StringArray)(&e.Channels), &e.Omit, &e.Evidence); err != nil {
			return err
		}
		for _, level := range levels {
			e.Levels = append(e.Levels, area.Level(level))
		}
		if c := byCode[code]; c != nil {
			c.Entries = append(c.Entries, e)
		}
		return nil
	})
}

func arrangementsOf(ctx context.Context, from sqlx.QueryerContext) ([]calendar.Arrangement, error) {
	var arrangements []calendar.Arrangement
	err := each(ctx, from, "reading the working-day arrangements", arrangementsSQL, func(scan func(...any) error) error {
		var year int
		var day calendar.ArrangedDay
		if err := scan(&year, &day.Day, &day.Name, &day.Off); err != nil {
			return err
		}
		if last := len(arrangements) - 1; last < 0 || arrangements[last].Year != year {
			arrangements = append(arrangements, calendar.Arrangement{Year: year})
		}
		last := &arrangements[len(arrangements)-1]
		last.Days = append(last.Days, day)
		return nil
	})
	return arrangements, err
}

const noteChangeSQL = `-- store.NoteChange
UPDATE reference_change SET changed = pg_current_xact_id() WHERE part = ANY($1)`

// NoteChange tells every server that parts of the reference data changed.
func (w *Writing) NoteChange(ctx context.Context, parts ...string) error {
	_, err := w.tx.ExecContext(ctx, noteChangeSQL, pq.Array(parts))
	return wrap("noting what changed", err)
}

// day turns a domain day into what the database takes; None and Never are null.
func day(d calendar.Day) any {
	if !d.Given() {
		return nil
	}
	return d.String()
}

// text turns an empty text into null.
func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}
