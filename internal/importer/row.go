package importer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// row is a row of a file on its way to become a fact. It is used again for
// another row when the rows read with it are done with.
type row[T any] struct {
	place
	value  T
	faults []unread
	// refused: it is refused whatever else it says, and nothing else is told of it.
	refused bool
}

// unread is a cell that cannot be read.
type unread struct {
	column string
	fault  *problem.Problem
}

// place is where a row stands and what it says there.
type place struct {
	layout
	shown  string
	line   int
	cells  []string
	report *Report
	bad    bool
	unread []string // columns of which the row says nothing that can be checked
}

// cell is what stands in a column of the row, empty where the file lacks it.
func (p *place) cell(column string) string {
	i := slices.IndexFunc(p.header, func(c tabular.Column) bool { return c.Name == column })
	if i < 0 {
		return ""
	}
	return p.cells[i]
}

// fault notes that a cell's value cannot be taken.
func (p *place) fault(code, column, reason, remedy string) {
	p.bad = true
	p.report.problem(p.at(code, column, reason, remedy))
}

func (p *place) at(code, column, reason, remedy string) tabular.Problem {
	return tabular.Problem{
		Code: code, File: p.shown, Line: p.line, Column: column, Value: shortened(p.cell(column)), Reason: reason, Remedy: remedy,
	}
}

// shortened is a value as problems tell it.
func shortened(value string) string {
	if runes := []rune(value); len(runes) > 80 {
		return string(runes[:79]) + "…"
	}
	return value
}

// failed notes the refusal of a parser.
func (p *place) failed(column string, fault *problem.Problem) {
	p.unread = append(p.unread, column)
	at := p.at(cmp.Or(fault.Rule, "cell-unreadable"), column, fault.Message, fault.Remedy)
	at.Rule = fault.Rule
	p.bad = true
	p.report.problem(at)
}

// found notes what the rules for facts have found in the row. What was found by what
// could not be read is not told, nor what is warned of in a row that is refused for it.
func (p *place) found(findings rule.Findings) {
	unread := func(field string) bool { return slices.Contains(p.unread, p.columnOf[field]) }
	for i := range findings {
		f := &findings[i]
		if len(p.unread) > 0 && (!f.Rule.Refused || unread(f.Field) || slices.ContainsFunc(f.By, unread)) {
			continue
		}
		at := p.at(f.Rule.Name, p.columnOf[f.Field], f.Message, f.Remedy)
		at.Rule = f.Rule.Name
		if f.Rule.Refused {
			p.bad = true
			p.report.problem(at)
		} else {
			p.report.warn(at)
		}
	}
}

// readTogether is how many rows are read before what they need is looked up.
const readTogether = 1000

// readRows reads the rows of a file, some at a time. `absent` are the columns
// that the file lacks.
func readRows[T any](
	r *run,
	source Source,
	kind kindName,
	of *fact.Kind[T],
	take func(rows []row[T], absent []fact.Column[T]) error,
) error {
	reader, err := tabular.Open(source.Files, source.Name, layoutOf[kind].header, r.options.Limits)
	if err != nil {
		return r.unreadable(source, kind, err)
	}
	defer reader.Close()
	r.sheets[source.Shown] = reader.Sheets()
	rows := make([]row[T], 0, readTogether)
	for more := true; more; more = reader.NextSheet() {
		if err := readTable(r, source, kind, of, reader, rows, take); err != nil {
			return err
		}
		for _, told := range reader.Warnings() {
			told.File = source.Shown + strings.TrimPrefix(told.File, source.Name)
			r.report.warn(told)
		}
	}
	if err := reader.Err(); err != nil {
		return r.unreadable(source, kind, err)
	}
	return nil
}

// readTable reads the rows of a file, or of one of its sheets. `rows` are used for
// them.
func readTable[T any](
	r *run, source Source, kind kindName, of *fact.Kind[T], reader *tabular.Reader, rows []row[T],
	take func(rows []row[T], absent []fact.Column[T]) error,
) error {
	columns, layout, shown := of.InFiles(), layoutOf[kind], source.Shown+reader.Sheet()
	var absent []fact.Column[T]
	r.report.titled(shown, layout, reader)
	for i := range columns {
		if !reader.Has(i) {
			absent = append(absent, columns[i])
		}
	}
	for count := 0; reader.Next(); count++ {
		if problems := reader.RowProblems(); len(problems) > 0 {
			for _, p := range problems {
				p.File = shown
				r.report.problem(p)
			}
			r.mentioned.unread[kind] = true
			continue
		}
		if r.report.isExample(shown, layout, reader) {
			continue
		}
		rows = rows[:len(rows)+1]
		last := &rows[len(rows)-1]
		if last.cells == nil {
			last.place = place{layout: layout, cells: make([]string, len(columns)), report: r.report}
		}
		last.shown = shown
		last.read(reader, of, columns)
		if len(rows) == readTogether {
			if err := take(rows, absent); err != nil {
				return err
			}
			rows = rows[:0]
		}
		if count%10_000 == 0 {
			done, total := reader.Progress()
			r.options.progress(source.Shown, done, total)
		}
	}
	return take(rows, absent)
}

// read puts the cells of the reader's row into a fact.
func (r *row[T]) read(reader *tabular.Reader, of *fact.Kind[T], columns []fact.Column[T]) {
	var blank T
	r.value, r.line, r.bad, r.faults, r.unread, r.refused = blank, reader.Line(), false, r.faults[:0], r.unread[:0], false
	for i := range columns {
		r.cells[i] = reader.Cell(i)
	}
	for i := range columns {
		if of.Enough != nil && i > 0 && of.Enough(&r.value) {
			return
		}
		if !reader.Has(i) {
			continue
		}
		if fault := columns[i].Read(r.cells[i], &r.value); fault != nil {
			r.faults = append(r.faults, unread{columns[i].Name, fault})
		}
	}
}

// fill takes the absent columns over from what is stored of known rows, and
// refuses new rows that cannot do without them, and cells that cannot be read.
func fill[T any](rows []row[T], absent []fact.Column[T], of *fact.Kind[T], stored func(*T) *T) {
	enough := func(value *T) bool { return of.Enough != nil && of.Enough(value) }
	for i := range rows {
		f := &rows[i]
		if f.refused {
			continue
		}
		if len(absent) > 0 && !enough(&f.value) {
			known := stored(&f.value)
			for _, column := range absent {
				switch {
				case known != nil:
					column.Copy(&f.value, known)
				case column.Needed:
					f.unread = append(f.unread, column.Name)
					f.fault(
						"column-needed",
						column.Name,
						strings.TrimSpace("the row is new, and the file lacks the column "+column.Chinese),
						"add the column, with a value for this row",
					)
				}
			}
		}
		if enough(&f.value) {
			continue
		}
		for _, unread := range f.faults {
			f.failed(unread.column, unread.fault)
		}
	}
}

// checks are how the rows of a kind are checked.
type checks[T any] struct {
	// lookUp reads what the check of some rows needs, where it needs something;
	// `pause` must come before it asks the database.
	lookUp func(rows []row[T], pause func() error) error
	check  func(*row[T])
	// names: rows may name documents that are unknown, which is warned of.
	names bool
	// always: the good rows are written even where others are bad, for their place among
	// what is stored to be judged before nothing is kept.
	always bool
	// forbids tells of rows in the place of stored ones, nil where there is none, whether
	// they are not for the account that imports; nil: none is for what it says.
	forbids func(f *row[T], stored *T) bool
}

// stage fills and checks rows, and adds the good ones to a batch.
func stage[T any](ctx context.Context, r *run, batch *register.Batch[T], name kindName, kind *register.Kind[T], checks checks[T],
	rows []row[T], absent []fact.Column[T],
) error {
	stored, err := storedOf(ctx, r, batch, kind, rows, absent)
	if err != nil {
		return err
	}
	forbidStored(r, batch, kind, rows, absent, stored)
	fill(rows, absent, kind.Columns, func(value *T) *T { return known(stored, kind.Key(value)) })
	if checks.lookUp != nil {
		if err := checks.lookUp(rows, func() error { return batch.Pause(ctx) }); err != nil {
			return err
		}
	}
	if len(rows) > 0 {
		batch.Filled(rows[0].shown, absent)
	}
	for i := range rows {
		f := &rows[i]
		if !f.refused {
			if !batch.MayAdd(&f.value) || checks.forbids != nil && r.ByAccount() && checks.forbids(f, known(stored, kind.Key(&f.value))) {
				forbid(f)
			} else {
				checks.check(f)
			}
		}
		if f.bad {
			r.mentioned.unread[name] = true // what it is called may be named
			continue
		}
		if err := batch.Add(ctx, &f.value, f.shown, f.line); err != nil {
			return err
		}
	}
	return nil
}

// storedOf reads what is stored of rows, where that is asked for: columns are taken
// over from it, and an account may write what it was and not only what it becomes.
func storedOf[T any](
	ctx context.Context,
	r *run,
	batch *register.Batch[T],
	kind *register.Kind[T],
	rows []row[T],
	absent []fact.Column[T],
) (map[string]T, error) {
	if len(absent) == 0 && !r.ByAccount() {
		return nil, nil
	}
	keys := make([]string, len(rows))
	for i := range rows {
		keys[i] = kind.Key(&rows[i].value)
	}
	return batch.Stored(ctx, keys)
}

func known[T any](all map[string]T, key string) *T {
	if one, ok := all[key]; ok {
		return &one
	}
	return nil
}

// unreadable reports a file that cannot be read on.
func (r *run) unreadable(source Source, kind kindName, err error) error {
	if p, ok := errors.AsType[*tabular.Problem](err); ok {
		p.File = source.Shown + strings.TrimPrefix(p.File, source.Name)
		r.mentioned.unread[kind] = true
		r.report.problem(*p)
		return nil
	}
	return fmt.Errorf("reading %s: %w", source.Shown, err)
}
