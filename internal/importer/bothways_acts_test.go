package importer_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestActsBothWays: what is done to a registered document is refused or warned
// of by the same rules whether a mutation does it or a row that says so.
func TestActsBothWays(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	if report, err := run(t, db, options, bothWaysWorld()); err != nil {
		t.Fatal(err, report.Problems)
	}
	writes, ctx, text := registerOf(t, db), context.Background(), "http://a"
	type document = disclosure.Disclosure
	published := func(d *document) { d.PublishedOn = date(2024, 3, 5) }
	none := func(*document) {}
	for n, c := range []struct {
		what          string
		before        func(*document)
		act           func(ref string) (register.WrittenDisclosure, error)
		column, value string
		want          string // the rule, empty where nothing is found
	}{
		{"publish", none, func(ref string) (register.WrittenDisclosure, error) {
			return writes.Publish(ctx, ref, date(2024, 3, 5), &text, nil)
		}, "published_on", "2024-03-05", ""},
		{"publish before it was formed", none, func(ref string) (register.WrittenDisclosure, error) {
			return writes.Publish(ctx, ref, date(2024, 2, 5), nil, nil)
		}, "published_on", "2024-02-05", "published-before-formed"},
		{"publish where nothing is owed", func(d *document) { d.FormedOn = calendar.None }, func(ref string) (register.WrittenDisclosure, error) {
			return writes.Publish(ctx, ref, date(2019, 2, 5), nil, nil)
		}, "published_on", "2019-02-05", "entry-not-owed"},
		{"issue", none, func(ref string) (register.WrittenDisclosure, error) {
			return writes.Issue(ctx, ref, date(2024, 3, 5))
		}, "issued_on", "2024-03-05", ""},
		{"issue before it was formed", none, func(ref string) (register.WrittenDisclosure, error) {
			return writes.Issue(ctx, ref, date(2024, 2, 5))
		}, "issued_on", "2024-02-05", "issued-before-formed"},
		{"withdraw", published, func(ref string) (register.WrittenDisclosure, error) {
			return writes.Withdraw(ctx, ref, date(2024, 3, 5))
		}, "withdrawn_on", "2024-03-05", ""},
		{"withdraw before it was published", published, func(ref string) (register.WrittenDisclosure, error) {
			return writes.Withdraw(ctx, ref, date(2024, 3, 4))
		}, "withdrawn_on", "2024-03-04", "withdrawn-before-published"},
		{"withdraw what is not published", none, func(ref string) (register.WrittenDisclosure, error) {
			return writes.Withdraw(ctx, ref, date(2024, 3, 4))
		}, "withdrawn_on", "2024-03-04", "withdrawn-unpublished"},
		{"order an explanation", published, func(ref string) (register.WrittenDisclosure, error) {
			return writes.OrderInterpretation(ctx, ref)
		}, "requires_interpretation", "1", ""},
	} {
		d := document{Ref: fmt.Sprint("a", n), PublisherCode: township, EntryCode: "1.1", Title: "通知", FormedOn: date(2024, 3, 1)}
		c.before(&d)
		if _, err := writes.Disclosure(ctx, d); err != nil {
			t.Fatal(err)
		}
		dry := options
		dry.DryRun = true
		header := []string{"ref", c.column, "title", "publisher_code"}
		report, err := run(
			t,
			db,
			dry,
			map[string]string{
				"disclosures.csv": strings.Join(header, ",") + "\n" + strings.Join([]string{d.Ref, c.value, d.Title, township}, ",") + "\n",
			},
		)
		if _, refused := errors.AsType[*importer.Refused](err); err != nil && !refused {
			t.Fatal(err)
		}
		var byFile, byAct []string
		for _, p := range slices.Concat(report.Problems, report.Warnings) {
			byFile = append(byFile, p.Rule)
		}
		done, err := c.act(d.Ref)
		if p, ok := errors.AsType[*problem.Problem](err); ok {
			byAct = append(byAct, p.Rule)
		}
		for _, warning := range done.Warnings {
			byAct = append(byAct, warning.Rule.Name)
		}
		if !slices.Equal(byFile, byAct) || strings.Join(byAct, " ") != c.want || (report.ProblemCount > 0) != (err != nil) {
			t.Errorf("%s: the mutation finds %v, the import %v, want %q", c.what, byAct, byFile, c.want)
		}
	}
	// A file does not issue a document, it tells that it was issued.
	draft := document{
		Ref:           "draft",
		PublisherCode: township,
		EntryCode:     "1.1",
		Title:         "草拟",
		FormedOn:      date(2024, 3, 1),
		Attribute:     disclosure.NotDisclosed,
	}
	if _, err := writes.Disclosure(ctx, draft); err != nil {
		t.Fatal(err)
	}
	_, err := writes.Issue(ctx, "draft", date(2024, 3, 5))
	if p, ok := errors.AsType[*problem.Problem](err); !ok || p.Rule != "issued-without-secrecy-review" {
		t.Errorf("issued without its review: %v", err)
	}
	report, err := run(
		t,
		db,
		options,
		map[string]string{"disclosures.csv": "ref,issued_on,title,publisher_code\ndraft,2024-03-05,草拟," + township + "\n"},
	)
	if err != nil || len(report.Warnings) != 1 || report.Warnings[0].Rule != "registered-without-secrecy-review" {
		t.Errorf("told to be issued without its review: %v %+v", err, report.Warnings)
	}
	mustVerify(t, db)
}

func registerOf(t *testing.T, db *store.Store) *register.Register {
	t.Helper()
	follower, err := db.Follow(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return register.New(db, follower.Index, func() calendar.Day { return today }, store.By{Account: "test", Way: store.ByGraphQL})
}
