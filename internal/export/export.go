// Package export writes what the GraphQL interface answers as files: CSV, NDJSON
// and XLSX. It asks documents page after page and writes rows as they come, so
// that memory stays the same however many there are. It knows nothing of the
// domain but the interface, and what the columns of import files are called. See
// docs/exports.md.
package export

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/url"
	"strings"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// Ask answers a GraphQL document. What it answers is decoded with numbers kept as
// json.Number.
type Ask func(ctx context.Context, document string, variables map[string]any, into any) error

// Format is a kind of file.
type Format string

// The formats.
const (
	CSV    Format = "csv"
	NDJSON Format = "ndjson"
	XLSX   Format = "xlsx"
)

// ContentType is the format's media type.
func (f Format) ContentType() string {
	switch f {
	case CSV:
		return "text/csv; charset=utf-8"
	case NDJSON:
		return "application/x-ndjson; charset=utf-8"
	}
	return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
}

// report is one subject.
type report struct {
	name      string
	title     words
	formats   []Format
	arguments []argument
	rules     []words // how to read the figures, for the sheet that explains
	// tables are what is written. The first is the subject; the others are
	// sheets of an XLSX alone.
	tables func(*session) []*table
	// imported is the form that an import reads, nil where there is none.
	imported *importFile
}

var reports = []*report{
	gapsReport,
	upcomingReport,
	changeReport,
	matrixReport,
	disclosuresReport,
	newsReport,
	reliefReport,
	ordersReport,
	coverageReport,
	rankingReport,
	catalogReport,
	bulletinReport,
}

// Request is an export asked for: its arguments have been read, and are allowed
// as far as can be told without asking.
type Request struct {
	report    *report
	format    Format
	locale    locale
	variables map[string]any
	imported  *importFile // where that form is asked for
}

// Name is that of the report.
func (r *Request) Name() string { return r.report.name }

// Format is that of the file.
func (r *Request) Format() Format { return r.format }

// Parse reads a request for a file, as gaps.csv, with the arguments of the
// GraphQL field of that name.
func Parse(file string, query url.Values) (*Request, error) {
	name, extension, _ := strings.Cut(file, ".")
	var names []string
	for _, report := range reports {
		names = append(names, report.name)
		if report.name != name {
			continue
		}
		for _, format := range report.formats {
			if string(format) == extension {
				return report.request(format, query)
			}
		}
		return nil, problem.New(problem.NotFound, "", "%s is not exported as %q; ask for %s", name, extension, oneOf(report.formats))
	}
	return nil, problem.New(problem.NotFound, "", "there is no export %q; ask for %s, with .csv, .xlsx or .ndjson", file, oneOf(names))
}

// Export is a file ready to be written.
type Export struct {
	*session
	variables map[string]any
	tables    []*table
}

// Open asks about the node, so that a code or day that is wrong is told before
// anything is written. Links lead to the pages at the base address; source is the
// export's own address. Who may see what is hidden is answered with it; others get
// files for an import without the columns that may name it.
func (r *Request) Open(ctx context.Context, ask Ask, seesHidden bool, now time.Time, base, source string) (*Export, error) {
	s := &session{
		ask:        ask,
		seesHidden: seesHidden,
		locale:     r.locale,
		variables:  maps.Clone(r.variables),
		now:        now,
		base:       base,
		source:     source,
		answers:    map[string]record{},
	}
	if err := r.settle(ctx, s); err != nil {
		return nil, err
	}
	made := &Export{session: s, variables: r.variables}
	if r.imported != nil {
		made.tables = []*table{r.imported.table(s)}
	} else {
		made.tables = r.report.tables(s)
	}
	return made, nil
}

// Write writes the file.
func (r *Request) Write(ctx context.Context, e *Export, to io.Writer) error {
	switch r.format {
	case CSV:
		return writeCSV(ctx, e.tables[0], r.locale, r.imported == nil, to)
	case NDJSON:
		return writeNDJSON(ctx, e.tables[0], to)
	}
	return r.writeXLSX(ctx, e, to)
}

// FileName is the file's name, and another in ASCII for clients that know no more.
// That of a file for an import is one by which it knows the file.
func (r *Request) FileName(e *Export) (name, ascii string) {
	if r.imported != nil {
		return r.imported.name.in(r.locale) + "." + string(r.format), r.imported.name.en + "." + string(r.format)
	}
	when := e.day
	switch {
	case e.month != "":
		when = e.month
	case e.variables["from"] != nil && e.variables["to"] != nil:
		when = fmt.Sprintf("%s_%s", e.variables["from"], e.variables["to"])
	}
	// A department's code holds a slash, and a name may hold anything.
	safe := strings.NewReplacer("/", "-", `\`, "-", `"`, "", ":", "-", "*", "", "?", "", "<", "", ">", "", "|", "-")
	title := strings.ReplaceAll(r.report.title.in(r.locale), " ", "-")
	name = safe.Replace(fmt.Sprintf("%v-%s-%s.%s", e.node.at("name"), title, when, r.format))
	plain := func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}
	return strings.Map(
			visible,
			name,
		), strings.Map(
			plain,
			safe.Replace(fmt.Sprintf("%s-%v-%s.%s", r.report.name, e.node.at("code"), when, r.format)),
		)
}

// visible takes control characters out of a name.
func visible(r rune) rune {
	if r < ' ' || r == 0x7f {
		return -1
	}
	return r
}

func oneOf[T ~string](values []T) string {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = string(value)
	}
	return strings.Join(texts, ", ")
}
