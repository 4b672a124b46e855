package export

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// session is what the tables of one export have in common.
type session struct {
	ask        Ask
	seesHidden bool
	locale     locale
	variables  map[string]any // of every question
	now        time.Time
	node       record // whom it is about
	day        string // the day asked, or today
	month      string // of a bulletin
	base       string // the address of the pages, without a slash at its end
	source     string
	answers    map[string]record // by document, of those asked once
}

const nodeQuestion = `query ExportNode($code: String!, $asOf: Date) {
  administrativeNode(code: $code) {
    code level name(asOf: $asOf) ancestors { code name }
    coverage(asOf: $asOf, scope: SELF) { asOf provisional }
  }
}`

// settle asks about the node and settles the day that all questions are about.
func (r *Request) settle(ctx context.Context, s *session) error {
	s.variables["locale"] = strings.ToUpper(string(s.locale))
	switch r.report {
	case bulletinReport:
		if err := s.settleMonth(); err != nil {
			return err
		}
	case changeReport:
		s.variables["before"], s.variables["asOf"] = s.variables["from"], s.variables["to"]
	}
	answer := record{}
	if err := s.question(ctx, nodeQuestion, nil, &answer); err != nil {
		return err
	}
	node, known := answer.at("administrativeNode").(map[string]any)
	if !known {
		return problem.New(problem.NotFound, "code", "no administrative node has the code %v", s.variables["code"])
	}
	s.node = node
	s.day, _ = s.node.at("coverage.asOf").(string)
	s.variables["asOf"] = s.day
	return nil
}

// question asks a document with the export's variables and some of its own.
func (s *session) question(ctx context.Context, document string, more map[string]any, into any) error {
	variables := maps.Clone(s.variables)
	maps.Copy(variables, more)
	return s.ask(ctx, document, variables, into)
}

// once asks a document that has one answer; tables that share it ask it once.
func (s *session) once(ctx context.Context, document string) (record, error) {
	if answer, known := s.answers[document]; known {
		return answer, nil
	}
	answer := record{}
	if err := s.question(ctx, document, nil, &answer); err != nil {
		return nil, err
	}
	s.answers[document] = answer
	return answer, nil
}

// list visits the objects of a list in an answer that has no pages.
func (s *session) list(document, path string) func(context.Context, func(record) error) error {
	return func(ctx context.Context, visit func(record) error) error {
		answer, err := s.once(ctx, document)
		if err != nil {
			return err
		}
		return answer.each(path, visit)
	}
}

// pages visits the objects of a list page by page. The document has a variable
// $after and asks 500 at once, the most there are in a page.
func (s *session) pages(document, path string) func(context.Context, func(record) error) error {
	return func(ctx context.Context, visit func(record) error) error {
		for after := any(nil); ; {
			answer := record{} // a new one each time: nothing of a page is kept
			if err := s.question(ctx, document, map[string]any{"after": after}, &answer); err != nil {
				return err
			}
			page, ok := answer.at(path).(map[string]any)
			if !ok {
				return fmt.Errorf("the answer has no list at %s", path)
			}
			rows, inner := "edges", "node"
			if page["edges"] == nil {
				rows, inner = "rows", "" // of a matrix
			}
			err := record(page).each(rows, func(row record) error {
				if inner != "" {
					row, _ = row[inner].(map[string]any)
				}
				return visit(row)
			})
			if err != nil {
				return err
			}
			if record(page).at("pageInfo.hasNextPage") != true {
				return nil
			}
			after = record(page).at("pageInfo.endCursor")
		}
	}
}

// record is an object of an answer.
type record map[string]any

// at follows a path of fields; through a list it gives what each has there.
func (r record) at(path string) any {
	field, rest, more := strings.Cut(path, ".")
	value := r[field]
	if !more {
		return value
	}
	switch below := value.(type) {
	case map[string]any:
		return record(below).at(rest)
	case []any:
		values := make([]any, len(below))
		for i, one := range below {
			if object, ok := one.(map[string]any); ok {
				values[i] = record(object).at(rest)
			}
		}
		return values
	}
	return nil
}

// each visits the objects of a list.
func (r record) each(path string, visit func(record) error) error {
	list, _ := r.at(path).([]any)
	for _, one := range list {
		if object, ok := one.(map[string]any); ok {
			if err := visit(object); err != nil {
				return err
			}
		}
	}
	return nil
}
