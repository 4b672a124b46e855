package importer_test

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/relief"
	"github.com/reliefgraph/reliefgraph/internal/rule"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// verdict is what was said of a fact: the rules by which it was refused, or
// those that were warned of.
type verdict struct{ refused, warned []string }

// trial is one fact to be sent both ways.
type trial struct {
	what  string
	cells []string
	write func(*register.Register) (rule.Findings, error)
}

// fault spoils a fact in one way.
type fault[T any] struct {
	what  string
	spoil func(*T)
}

// spoilt makes facts with no fault, with each alone, and with two of them.
func spoilt[T any](random *rand.Rand, faults []fault[T], pairs int, good func(n int) T) (all []T, what []string) {
	add := func(some ...fault[T]) {
		made := good(len(all))
		var names []string
		for _, f := range some {
			f.spoil(&made)
			names = append(names, f.what)
		}
		all, what = append(all, made), append(what, strings.Join(names, " and "))
	}
	add()
	for _, f := range faults {
		add(f)
	}
	for range pairs {
		picked := random.Perm(len(faults))
		add(faults[picked[0]], faults[picked[1]])
	}
	return all, what
}

// refFaults are refs that could be mistaken for others, or not be written in links.
func refFaults[T any](name string, at func(*T) *string) []fault[T] {
	var faults []fault[T]
	for what, spoil := range map[string]func(string) string{
		"a full-width space": func(s string) string { return s + "a\u3000x" }, "a no-break space": func(s string) string { return s + "a\u00a0x" },
		"an escape": func(s string) string { return s + "a\x1bx" }, "a zero-width space": func(s string) string { return s + "a\u200bx" },
		"a blank": func(s string) string { return s + "a x" }, "a turned direction": func(s string) string { return s + "a\u202ex" },
		"300 bytes": func(s string) string { return s + strings.Repeat("x", 300) }, "a line separator": func(s string) string { return s + "a\u2028x" },
	} {
		faults = append(faults, fault[T]{name + " with " + what, func(f *T) { *at(f) = spoil(*at(f)) }})
	}
	slices.SortFunc(faults, func(a, b fault[T]) int { return strings.Compare(a.what, b.what) })
	return faults
}

func textFaults[T any](name string, most int, at func(*T) *string) []fault[T] {
	return []fault[T]{
		{name + " at its bound", func(f *T) { *at(f) = strings.Repeat("长", most) }},
		{name + " beyond its bound", func(f *T) { *at(f) = strings.Repeat("长", most+1) }},
		{name + " of 6,000 characters", func(f *T) { *at(f) = strings.Repeat("x", 6000) }},
	}
}

func titleFaults[T any](name string, at func(*T) *string) []fault[T] {
	return append(textFaults(name, rule.MostTitle, at),
		fault[T]{"no " + name, func(f *T) { *at(f) = "" }},
		fault[T]{"a blank " + name, func(f *T) { *at(f) = "\u3000 " }},
		fault[T]{"a " + name + " of zero width", func(f *T) { *at(f) = "\u200b\u2060" }},
		fault[T]{"a " + name + " of fillers", func(f *T) { *at(f) = "\u3164" }})
}

func set[T any](what string, spoil func(*T)) fault[T] { return fault[T]{what, spoil} }

const (
	township   = "533102102"
	closed     = "533102104" // valid until 2019
	department = "533102/yjglj"
)

func bothWaysWorld() map[string]string {
	world := base()
	world["areas.csv"] = strings.Replace(world["areas.csv"], "parent_code\n", "parent_code,valid_to\n", 1)
	world["areas.csv"] = strings.ReplaceAll(world["areas.csv"], "\n53", ",\n53")
	world["areas.csv"] = strings.Replace(world["areas.csv"], "valid_to,", "valid_to", 1)
	world["areas.csv"] = strings.TrimSuffix(world["areas.csv"], "\n") + ",\n" + closed + ",户育乡,TOWNSHIP,533102,2019-12-31\n"
	world["disclosures.csv"] += "held,533102102,1.1,依申请公开的通知,,,ON_REQUEST,2024-03-01,,,,,,,,,\n"
	return world
}

func date(year, month, day int) calendar.Day { return calendar.Date(year, month, day) }

func disclosureTrials(random *rand.Rand) []trial {
	type d = disclosure.Disclosure
	faults := slices.Concat(
		refFaults(
			"a ref",
			func(f *d) *string { return &f.Ref },
		),
		refFaults("a source", func(f *d) *string { f.InterpretsRef = "d1"; return &f.InterpretsRef }),
		titleFaults("title", func(f *d) *string { return &f.Title }),
		textFaults("document number", rule.MostTitle, func(f *d) *string { return &f.DocumentNumber }),
		textFaults("index number", rule.MostTitle, func(f *d) *string { return &f.IndexNumber }),
		textFaults("channel", rule.MostTitle, func(f *d) *string { return &f.Channel }),
		textFaults("url", rule.MostText, func(f *d) *string { return &f.URL }),
		[]fault[d]{
			set(
				"no ref",
				func(f *d) { f.Ref = "" },
			),
			set("no publisher", func(f *d) { f.PublisherCode = "" }),
			set("no entry", func(f *d) { f.EntryCode = "" }),
			set(
				"an unknown publisher",
				func(f *d) { f.PublisherCode = "533199" },
			),
			set("an unknown entry", func(f *d) { f.EntryCode = "9.9" }),
			set("a publisher no longer valid", func(f *d) { f.PublisherCode = closed }),
			set(
				"an entry not owed",
				func(f *d) { f.PublisherCode = "533102" },
			),
			set("an exempted place", func(f *d) { f.PublisherCode = "533102103"; f.EntryCode = "4.2" }),
			set("before the catalog", func(f *d) { f.FormedOn = date(2019, 3, 1) }),
			set(
				"published alone",
				func(f *d) { f.FormedOn = calendar.None },
			),
			set("no day at all", func(f *d) { f.FormedOn, f.PublishedOn = calendar.None, calendar.None }),
			set(
				"published before formed",
				func(f *d) { f.PublishedOn = date(2024, 2, 1) },
			),
			set("issued before formed", func(f *d) { f.IssuedOn = date(2024, 2, 1) }),
			set(
				"withdrawn",
				func(f *d) { f.WithdrawnOn = date(2025, 1, 1) },
			),
			set("withdrawn early", func(f *d) { f.WithdrawnOn = date(2024, 1, 1) }),
			set("withdrawn unpublished", func(f *d) { f.WithdrawnOn = date(2025, 1, 1); f.PublishedOn = calendar.None }),
			set(
				"a period",
				func(f *d) { f.EntryCode = "4.2"; f.Period = "2024" },
			),
			set("a period of another kind", func(f *d) { f.EntryCode = "4.2"; f.Period = "2024Q1" }),
			set("a period of an entry without", func(f *d) { f.Period = "2024" }),
			set("no period", func(f *d) { f.Period = "2024H3" }),
			set(
				"interprets itself",
				func(f *d) { f.InterpretsRef = f.Ref },
			),
			set("interprets an unknown one", func(f *d) { f.InterpretsRef = "nothing" }),
			set("interprets a known one", func(f *d) { f.InterpretsRef = "d1" }),
			set("issued unreviewed", func(f *d) { f.Attribute = disclosure.NotDisclosed; f.IssuedOn = date(2024, 3, 2) }),
			set(
				"not to be disclosed",
				func(f *d) { f.Attribute = disclosure.NotDisclosed },
			),
			set("on request", func(f *d) { f.Attribute = disclosure.OnRequest }),
			set("a nil declaration", func(f *d) { f.Nil = true }),
		},
	)
	all, what := spoilt(random, faults, 60, func(n int) d {
		return d{
			Ref:           fmt.Sprint("x", n),
			PublisherCode: township,
			EntryCode:     "1.1",
			Title:         "通知",
			FormedOn:      date(2024, 3, 1),
			PublishedOn:   date(2024, 3, 5),
		}
	})
	trials := []trial{{cells: strings.Split(strings.SplitN(base()["disclosures.csv"], "\n", 2)[0], ",")}}
	for i := range all {
		f := all[i]
		trials = append(trials, trial{
			what[i],
			[]string{
				f.Ref,
				f.PublisherCode,
				f.EntryCode,
				f.Title,
				f.DocumentNumber,
				f.IndexNumber,
				f.Attribute.String(),
				dayText(f.FormedOn),
				dayText(f.IssuedOn),
				dayText(
					f.PublishedOn,
				),
				dayText(f.WithdrawnOn),
				f.Period,
				strconv.FormatBool(f.Nil),
				strconv.FormatBool(f.RequiresInterpretation),
				f.InterpretsRef,
				f.Channel,
				f.URL,
			},
			func(r *register.Register) (rule.Findings, error) {
				done, err := r.Disclosure(context.Background(), f)
				return done.Warnings, err
			},
		})
	}
	return trials
}

func dayText(day calendar.Day) string {
	if day == calendar.None {
		return ""
	}
	return day.String()
}

func newsTrials(random *rand.Rand) []trial {
	type n = disclosure.News
	faults := slices.Concat(
		refFaults("a ref", func(f *n) *string { return &f.Ref }),
		titleFaults("title", func(f *n) *string { return &f.Title }),
		textFaults(
			"summary",
			rule.MostText,
			func(f *n) *string { return &f.Summary },
		),
		textFaults("url", rule.MostText, func(f *n) *string { return &f.URL }),
		[]fault[n]{
			set("no ref", func(f *n) { f.Ref = "" }),
			set("an unknown publisher", func(f *n) { f.PublisherCode = "533199" }),
			set(
				"an unknown entry",
				func(f *n) { f.EntryCode = "9.9" },
			),
			set("the default entry", func(f *n) { f.EntryCode = disclosure.DefaultNewsEntry }),
			set(
				"an entry not owed",
				func(f *n) { f.PublisherCode = "533102" },
			),
			set("a publisher no longer valid", func(f *n) { f.PublisherCode = closed }),
			set("an instant too early", func(f *n) { f.PublishedAt = time.Date(1989, 12, 31, 15, 59, 59, 0, time.UTC) }),
			set(
				"an instant too late",
				func(f *n) { f.PublishedAt = time.Date(2101, 1, 1, 0, 0, 0, 0, time.UTC) },
			),
			set("no instant", func(f *n) { f.PublishedAt = time.Time{} }),
			set(
				"many tags",
				func(f *n) { f.Tags = []string{strings.Repeat("a", 3000), strings.Repeat("b", 3000)} },
			),
			set("some tags", func(f *n) { f.Tags = []string{"a", "b"} }),
		},
	)
	all, what := spoilt(random, faults, 30, func(k int) n {
		return n{
			Ref:           fmt.Sprint("x", k),
			PublisherCode: township,
			EntryCode:     "4.2",
			Title:         "动态",
			PublishedAt:   time.Date(2024, 5, 6, 0, 0, 0, 0, time.UTC),
		}
	})
	trials := []trial{{cells: []string{"ref", "publisher_code", "entry_code", "title", "summary", "published_at", "url", "tags"}}}
	for i := range all {
		f := all[i]
		trials = append(trials, trial{
			what[i],
			[]string{f.Ref, f.PublisherCode, f.EntryCode, f.Title, f.Summary, instantText(f.PublishedAt), f.URL, strings.Join(f.Tags, ";")},
			func(r *register.Register) (rule.Findings, error) {
				done, err := r.News(context.Background(), f)
				return done.Warnings, err
			},
		})
	}
	return trials
}

func instantText(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Format(time.RFC3339)
}

func concernTrials(random *rand.Rand) []trial {
	type c = disclosure.Concern
	detected := time.Date(2024, 5, 6, 8, 0, 0, 0, time.UTC)
	faults := slices.Concat(
		refFaults("a ref", func(f *c) *string { return &f.Ref }), refFaults("an answer", func(f *c) *string {
			f.RespondedAt, f.ResponseRef = detected.Add(time.Hour), "d1"
			return &f.ResponseRef
		}),
		titleFaults("title", func(f *c) *string { return &f.Title }),
		[]fault[c]{
			set(
				"no ref",
				func(f *c) { f.Ref = "" },
			),
			set("an unknown publisher", func(f *c) { f.PublisherCode = "533199" }),
			set("major", func(f *c) { f.Severity = disclosure.Major }),
			set(
				"a publisher no longer valid",
				func(f *c) { f.PublisherCode = closed },
			),
			set("no instant", func(f *c) { f.DetectedAt = time.Time{} }),
			set("an instant too early", func(f *c) { f.DetectedAt = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC) }),
			set(
				"answered before detected",
				func(f *c) { f.RespondedAt = detected.Add(-time.Second) },
			),
			set("answered", func(f *c) { f.RespondedAt = detected }),
			set("answered out of range", func(f *c) { f.RespondedAt = time.Date(2101, 1, 1, 0, 0, 0, 0, time.UTC) }),
			set("answered by an unknown document", func(f *c) { f.RespondedAt, f.ResponseRef = detected.Add(time.Hour), "nothing" }),
			set("answered by a known one", func(f *c) { f.RespondedAt, f.ResponseRef = detected.Add(time.Hour), "d1" }),
		})
	all, what := spoilt(random, faults, 30, func(k int) c {
		return c{Ref: fmt.Sprint("x", k), PublisherCode: township, Title: "群众反映", DetectedAt: detected}
	})
	trials := []trial{
		{cells: []string{"ref", "publisher_code", "title", "severity", "detected_at", "responded_at", "response_ref", "escalated_to"}},
	}
	for i := range all {
		f := all[i]
		trials = append(trials, trial{
			what[i],
			[]string{
				f.Ref,
				f.PublisherCode,
				f.Title,
				f.Severity.String(),
				instantText(f.DetectedAt),
				instantText(f.RespondedAt),
				f.ResponseRef,
				f.EscalatedTo,
			},
			func(r *register.Register) (rule.Findings, error) {
				registered := f
				registered.RespondedAt, registered.ResponseRef = time.Time{}, ""
				done, err := r.Concern(context.Background(), registered)
				if err != nil || f.RespondedAt.IsZero() {
					return done.Warnings, err
				}
				answered, err := r.Answer(context.Background(), f.Ref, f.RespondedAt, f.ResponseRef)
				return append(done.Warnings, answered.Warnings...), err
			},
		})
	}
	return trials
}

func movementTrials(random *rand.Rand) []trial {
	type m = relief.Movement
	goods := func(f *m) { f.GoodsItem, f.GoodsQuantity, f.GoodsUnit = "大米", 1500, "吨" }
	faults := slices.Concat(
		refFaults(
			"a ref",
			func(f *m) *string { return &f.Ref },
		),
		refFaults("an event", func(f *m) *string { f.EventRef = "e1"; return &f.EventRef }),
		refFaults("a document", func(f *m) *string { f.DisclosureRef = "d1"; return &f.DisclosureRef }),
		textFaults("document number", rule.MostTitle, func(f *m) *string { return &f.DocumentNumber }),
		textFaults("goods", rule.MostTitle, func(f *m) *string { goods(f); return &f.GoodsItem }),
		textFaults("unit", rule.MostShort, func(f *m) *string { goods(f); return &f.GoodsUnit }),
		[]fault[m]{
			set("no ref", func(f *m) { f.Ref = "" }),
			set("no day", func(f *m) { f.OccurredOn = calendar.None }),
			set("goods", goods),
			set("no money", func(f *m) { f.Funds = 0 }),
			set("goods alone", func(f *m) { goods(f); f.Funds = 0 }),
			set("no quantity", func(f *m) { goods(f); f.GoodsQuantity = 0 }),
			set("no unit", func(f *m) { goods(f); f.GoodsUnit = "" }),
			set("a quantity of nothing", func(f *m) { f.GoodsQuantity = 1 }),
			set("a unit of nothing", func(f *m) { f.GoodsUnit = "吨" }),
			set(
				"less than nobody",
				func(f *m) { f.Households = -1 },
			),
			set("more than everybody", func(f *m) { f.Persons = relief.MostPeople + 1 }),
			set(
				"some people",
				func(f *m) { f.Households, f.Persons = 3, 9 },
			),
			set("no giver", func(f *m) { f.FromCode = "" }),
			set("no receiver", func(f *m) { f.ToCode = "" }),
			set(
				"upwards",
				func(f *m) { f.FromCode, f.ToCode = f.ToCode, f.FromCode },
			),
			set("to itself", func(f *m) { f.ToCode = f.FromCode }),
			set("an unknown giver", func(f *m) { f.FromCode = "54" }),
			set("an unknown receiver", func(f *m) { f.ToCode = "533199" }),
			set(
				"to one no longer valid",
				func(f *m) { f.ToCode = closed },
			),
			set("a distribution", func(f *m) { f.Kind = relief.Distribution }),
			set(
				"a donation",
				func(f *m) { f.Kind = relief.Donation },
			),
			set("a donation from outside", func(f *m) { f.Kind = relief.Donation; f.FromCode = "" }),
			set(
				"an unknown event",
				func(f *m) { f.EventRef = "nothing" },
			),
			set("an unknown document", func(f *m) { f.DisclosureRef = "nothing" }),
			set("a known event and document", func(f *m) { f.EventRef, f.DisclosureRef = "e1", "d1" }),
		},
	)
	all, what := spoilt(random, faults, 60, func(k int) m {
		return m{
			Ref:        fmt.Sprint("x", k),
			FromCode:   "5331",
			ToCode:     "533102",
			Class:      relief.Drought,
			Funds:      100_050,
			OccurredOn: date(2024, 5, 1),
		}
	})
	trials := []trial{{cells: strings.Split(strings.SplitN(base()["relief.csv"], "\n", 2)[0], ",")}}
	for i := range all {
		f := all[i]
		trials = append(trials, trial{
			what[i],
			[]string{
				f.Ref,
				f.Kind.String(),
				f.FromCode,
				f.ToCode,
				f.Class.String(),
				f.EventRef,
				f.Funds.String(),
				f.GoodsItem,
				f.GoodsQuantity.String(),
				f.GoodsUnit,
				strconv.FormatInt(f.Households, 10),
				strconv.FormatInt(f.Persons, 10),
				dayText(f.OccurredOn),
				f.DocumentNumber,
				f.DisclosureRef,
			},
			func(r *register.Register) (rule.Findings, error) {
				done, err := r.Movement(context.Background(), f)
				return done.Warnings, err
			},
		})
	}
	return trials
}

func reviewTrials() []trial {
	trials := []trial{{cells: []string{"disclosure_ref", "reviewed_on", "result", "consulted"}}}
	for _, c := range []struct {
		what   string
		review disclosure.Review
	}{
		{"", disclosure.Review{DisclosureRef: "held", ReviewedOn: date(2024, 6, 1)}},
		{"of a proactive document", disclosure.Review{DisclosureRef: "d1", ReviewedOn: date(2024, 6, 1)}},
		{"before it was formed", disclosure.Review{DisclosureRef: "held", ReviewedOn: date(2024, 2, 29)}},
		{"to come", disclosure.Review{DisclosureRef: "held", ReviewedOn: date(2026, 12, 31)}},
		{"of the day before", disclosure.Review{DisclosureRef: "held", ReviewedOn: today}},
		{"too much consulted", disclosure.Review{DisclosureRef: "held", ReviewedOn: date(2024, 6, 2), Consulted: strings.Repeat("问", 501)}},
		{"of no document", disclosure.Review{DisclosureRef: "nothing", ReviewedOn: date(2024, 6, 2)}},
	} {
		trials = append(trials, trial{
			c.what,
			[]string{c.review.DisclosureRef, c.review.ReviewedOn.String(), c.review.Result.String(), c.review.Consulted},
			func(r *register.Register) (rule.Findings, error) {
				done, err := r.Review(context.Background(), c.review)
				return done.Warnings, err
			},
		})
	}
	return trials
}

// imported are the verdicts of the importer, by line. Bad rows hide what is
// warned of, so the good ones are read again by themselves.
func imported(t *testing.T, db *store.Store, name string, trials []trial) []verdict {
	t.Helper()
	verdicts := make([]verdict, len(trials))
	dry := options
	dry.DryRun = true
	for range 2 {
		var text strings.Builder
		w := csv.NewWriter(&text)
		var lines []int // the trial of each line
		for i := range trials {
			if len(verdicts[i].refused) == 0 {
				lines = append(lines, i)
				if err := w.Write(trials[i].cells); err != nil {
					t.Fatal(err)
				}
			}
		}
		w.Flush()
		report, err := run(t, db, dry, map[string]string{name: text.String()})
		if _, refused := errors.AsType[*importer.Refused](err); err != nil && !refused {
			t.Fatal(err)
		}
		for _, p := range report.Problems {
			v := &verdicts[lines[p.Line-1]]
			v.refused = append(v.refused, p.Rule)
		}
		if err == nil {
			for _, p := range report.Warnings {
				v := &verdicts[lines[p.Line-1]]
				v.warned = append(v.warned, p.Rule)
			}
			return verdicts
		}
	}
	t.Fatal("rows that were good are bad")
	return nil
}

// TestBothWays: a fact is refused or warned of by the same rules whether a file
// brings it or a mutation.
func TestBothWays(t *testing.T) {
	t.Parallel()
	for name, make := range map[string]func(*rand.Rand) []trial{
		"disclosures.csv": disclosureTrials, "news.csv": newsTrials, "concerns.csv": concernTrials, "relief.csv": movementTrials,
		"reviews.csv": func(*rand.Rand) []trial { return reviewTrials() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := pgtest.Store(t)
			if report, err := run(t, db, options, bothWaysWorld()); err != nil {
				t.Fatal(err, report.Problems)
			}
			trials := make(rand.New(rand.NewPCG(12, 2)))
			byFile := imported(t, db, name, trials)
			writes := registerOf(t, db)
			seen := map[string]int{}
			for i, trial := range trials[1:] {
				byFile := byFile[i+1]
				warnings, err := trial.write(writes)
				var refused string
				if err != nil {
					p, ok := errors.AsType[*problem.Problem](err)
					if !ok {
						t.Errorf("%s: %v", trial.what, err)
						continue
					}
					refused = p.Rule
					if p.Rule == "" && p.Code == problem.NotFound {
						refused = disclosure.ReviewOfUnknown.Name // there is nothing to review
					}
				}
				var warned []string
				for _, warning := range warnings {
					warned = append(warned, warning.Rule.Name)
				}
				slices.Sort(warned)
				slices.Sort(byFile.warned)
				switch {
				case err != nil && !slices.Contains(byFile.refused, refused):
					t.Errorf(
						"%s: the mutation refuses by %s (%v), the import by %v and warns of %v",
						trial.what,
						refused,
						err,
						byFile.refused,
						byFile.warned,
					)
				case err == nil && len(byFile.refused) > 0:
					t.Errorf("%s: the import refuses by %v, the mutation takes it", trial.what, byFile.refused)
				case err == nil && !slices.Equal(warned, byFile.warned):
					t.Errorf("%s: the mutation warns of %v, the import of %v", trial.what, warned, byFile.warned)
				}
				seen[refused]++
				for _, rule := range warned {
					seen[rule]++
				}
			}
			t.Logf("%d facts: %v", len(trials)-1, seen)
		})
	}
}

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
		{"issue", none, func(ref string) (register.WrittenDisclosure, error) { return writes.Issue(ctx, ref, date(2024, 3, 5)) }, "issued_on", "2024-03-05", ""},
		{"issue before it was formed", none, func(ref string) (register.WrittenDisclosure, error) { return writes.Issue(ctx, ref, date(2024, 2, 5)) }, "issued_on", "2024-02-05", "issued-before-formed"},
		{"withdraw", published, func(ref string) (register.WrittenDisclosure, error) {
			return writes.Withdraw(ctx, ref, date(2024, 3, 5))
		}, "withdrawn_on", "2024-03-05", ""},
		{"withdraw before it was published", published, func(ref string) (register.WrittenDisclosure, error) {
			return writes.Withdraw(ctx, ref, date(2024, 3, 4))
		}, "withdrawn_on", "2024-03-04", "withdrawn-before-published"},
		{"withdraw what is not published", none, func(ref string) (register.WrittenDisclosure, error) {
			return writes.Withdraw(ctx, ref, date(2024, 3, 4))
		}, "withdrawn_on", "2024-03-04", "withdrawn-unpublished"},
		{"order an explanation", published, func(ref string) (register.WrittenDisclosure, error) { return writes.OrderInterpretation(ctx, ref) }, "requires_interpretation", "1", ""},
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
	return register.New(db, follower.Index, func() calendar.Day { return today }, "test")
}
