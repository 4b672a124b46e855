package importer_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// tagged has an item with tags, which a file parts by semicolons.
func tagged(what string, tags ...string) fault {
	f := set(what, "tags", strings.Join(tags, ";"))
	f.sent = map[string]any{"tags": tags}
	return f
}

const (
	newsColumns = "ref,publisher_code,entry_code,title,summary,published_at,url,tags"
	addNews     = `mutation($input: NewsInput!) { done: addNews(input: $input) { written: news { id } warnings { rule } } }`
)

func newsBothWays() *way {
	unnamed := set("an empty entry", "entry_code", "")
	unnamed.sent = map[string]any{"entry_code": ""}
	return &way{
		columns: newsColumns, pairs: 40,
		good: cells{
			"ref": "", "publisher_code": township, "entry_code": "4.2", "title": "动态", "published_at": "2024-05-06T08:00:00+08:00",
		},
		faults: slices.Concat(
			refFaults(
				"ref",
				ownRef,
			),
			textFaults("title", rule.MostTitle),
			textFaults("summary", rule.MostText),
			textFaults("url", rule.MostText),
			missing("ref", "publisher_code", "entry_code", "title", "published_at"),
			[]fault{
				set("an unknown publisher", "publisher_code", "533199"),
				set("an unknown entry", "entry_code", "9.9"),
				set("the default entry", "entry_code", "5.1"),
				unnamed,
				set("an entry not owed", "publisher_code", "533102"),
				set("a publisher no longer valid", "publisher_code", closed),
				set("the first instant", "published_at", "1990-01-01T00:00:00+08:00"),
				set("the last instant", "published_at", "2100-12-31T23:59:59.999999+08:00"),
				set("an instant too early", "published_at", "1989-12-31T15:59:59Z"),
				set("an instant too late", "published_at", "2100-12-31T16:00:00Z"),
				set("an offset at its bound", "published_at", "2024-05-06T08:00:00+14:00"),
				set("an offset at its other bound", "published_at", "2024-05-06T08:00:00-14:00"),
				set("an offset beyond its bound", "published_at", "2024-05-06T08:00:00+14:01"),
				set("an offset of a day", "published_at", "2024-05-06T08:00:00+23:59"),
				set("an offset that no clock has", "published_at", "2024-05-06T08:00:00-16:00"),
				set("a part of a second after a comma", "published_at", "2024-05-06T08:00:00,5Z"),
				set("a part of a microsecond", "published_at", "2024-05-06T08:00:00.123456789+08:00"),
				tagged("many tags", strings.Repeat("a", 3000), strings.Repeat("b", 3000)),
				tagged("tags at their bound", strings.Repeat("长", 2500), strings.Repeat("短", 2500)),
				tagged("some tags", "a", "b"),
				tagged("a tag twice", "a", "a"),
				tagged("an empty tag", "a", "", "b"),
				tagged("empty tags alone", "", " ", "\u3000"),
				tagged("tags with edges of blanks", " a ", "\u3000b\u00a0"),
				tagged("a tag of zero width", "a", "\u200b"),
				tagged("a tag with an escape", "a\x1b"),
				tagged("a tag that turns", "a\u202eb"),
				tagged("a tag of two lines", "a\nb"),
				tagged("a tag with a comma", "a,b", "c，d", `"e"`),
			},
		),
		send: func(s *sender, f *trial) answer {
			input := f.input([]string{"ref", "publisher_code", "title", "published_at"}, strings.Split(newsColumns, ",")...)
			said, _ := s.send(addNews, map[string]any{"input": input})
			return said
		},
	}
}

// TestTagsWithSeparators: a tag that a file would part in two is refused.
func TestTagsWithSeparators(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	if report, err := run(t, db, options, base()); err != nil {
		t.Fatal(err, report.Problems)
	}
	sender := newSender(t, db)
	for _, tag := range []string{"b;c", "b；c", ";"} {
		said, _ := sender.send(addNews, map[string]any{"input": map[string]any{
			"ref": "t", "publisherCode": township, "title": "动态", "publishedAt": "2024-05-06T08:00:00+08:00", "tags": []string{"a", tag},
		}})
		if !slices.Equal(said.rules, []string{"list-separator"}) {
			t.Errorf("%q: %+v", tag, said)
		}
	}
}

const concernColumns = "ref,publisher_code,title,severity,detected_at,responded_at,response_ref,escalated_to"

func concernsBothWays() *way {
	const answered = "2024-05-06T17:00:00+08:00"
	return &way{
		columns: concernColumns, pairs: 40,
		good: cells{
			"ref": "", "publisher_code": township, "title": "群众反映", "severity": "NORMAL", "detected_at": "2024-05-06T16:00:00+08:00",
		},
		faults: slices.Concat(
			refFaults("ref", ownRef), refFaults("response_ref", "", "responded_at", answered),
			textFaults("title", rule.MostTitle), textFaults("escalated_to", rule.MostTitle),
			missing("ref", "publisher_code", "title", "severity", "detected_at"),
			[]fault{
				set("an unknown publisher", "publisher_code", "533199"),
				set("major", "severity", "MAJOR"), set("an unknown severity", "severity", "GRAVE"),
				set("a publisher no longer valid", "publisher_code", closed),
				set("the first instant", "detected_at", "1990-01-01T00:00:00+08:00"),
				set("an instant too early", "detected_at", "1980-01-01T00:00:00Z"),
				set("answered with an offset at its bound", "responded_at", "2024-05-06T23:00:00+14:00"),
				set("answered with an offset of a day", "responded_at", "2024-05-07T23:00:00+23:59"),
				set("detected with an offset that no clock has", "detected_at", "2024-05-06T08:00:00-16:00"),
				set("answered before detected", "responded_at", "2024-05-06T15:59:59+08:00"),
				set("answered at once", "responded_at", "2024-05-06T16:00:00+08:00"),
				set("answered at the last instant", "responded_at", "2100-12-31T23:59:59+08:00"),
				set("answered out of range", "responded_at", "2101-01-01T00:00:00Z"),
				set("answered by an unknown document", "responded_at", answered, "response_ref", "nothing"),
				set("answered by a known one", "responded_at", answered, "response_ref", "d1"),
			},
		),
		send: func(s *sender, f *trial) answer {
			required := []string{"ref", "publisher_code", "title", "detected_at"}
			input := f.input(required, append(required, "severity")...)
			said, _ := s.send(`mutation($input: ConcernInput!) { done: registerConcern(input: $input) { warnings { rule } } }`,
				map[string]any{"input": input})
			ref := strings.TrimSpace(f.cells["ref"])
			if !said.refused && f.cells["responded_at"] != "" {
				variables := f.input(nil, "responded_at", "response_ref")
				variables["ref"] = ref
				further, _ := s.send(`mutation($ref: String!, $respondedAt: DateTime!, $responseRef: String) {
					done: answerConcern(ref: $ref, respondedAt: $respondedAt, responseRef: $responseRef) { warnings { rule } } }`, variables)
				said = said.and(further)
			}
			if to := f.cells["escalated_to"]; !said.refused && strings.TrimSpace(to) != "" {
				further, _ := s.send(
					`mutation($ref: String!, $to: String!) { done: escalateConcern(ref: $ref, to: $to) { warnings { rule } } }`,
					map[string]any{"ref": ref, "to": to},
				)
				said = said.and(further)
			}
			return said
		},
	}
}

// TestAnsweredAtNoInstant: a file that names the answering document alone is
// warned of, and the instant can be given afterwards, by that document only.
func TestAnsweredAtNoInstant(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	if report, err := run(t, db, options, base()); err != nil {
		t.Fatal(err, report.Problems)
	}
	report, err := run(t, db, options, map[string]string{
		"concerns.csv": concernColumns + "\nq1," + township + ",群众反映,NORMAL,2024-05-06,,d1,\n",
	})
	if err != nil || len(report.Warnings) != 1 || report.Warnings[0].Rule != "answered-at-no-instant" ||
		report.Warnings[0].Column != "response_ref" {
		t.Errorf("%v %+v", err, report)
	}
	sender := newSender(t, db)
	const answer = `mutation($ref: String) { done: answerConcern(ref: "q1", respondedAt: "2024-05-07T08:00:00+08:00", responseRef: $ref) {
		warnings { rule } } }`
	for _, other := range []any{"d2", nil} {
		said, _ := sender.send(answer, map[string]any{"ref": other})
		if !slices.Equal(said.rules, []string{"answered-already"}) ||
			!strings.Contains(said.told, "has another response already, without") {
			t.Errorf("answered by %v: %+v", other, said)
		}
	}
	if said, _ := sender.send(answer, map[string]any{"ref": "d1"}); said.refused || len(said.warned) > 0 {
		t.Errorf("%+v", said)
	}
	mustVerify(t, db)
}
