package importer_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestEveryChangeMovesTimelines: whichever part of a fact a file changes, the
// timelines that follow from it are recomputed, those of linked documents'
// publishers too.
func TestEveryChangeMovesTimelines(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	world := base()
	world["c1.csv"] += "1.6,政策文件,解读,,内容,《条例》,TOWNSHIP,GOVERNMENT,PROACTIVE,PUBLIC,WITH_SOURCE,,FORMED,NONE,,0,,,\n"
	world["c1.csv"] += "4.1,款物管理,通知,,内容,《条例》,TOWNSHIP,GOVERNMENT,PROACTIVE,PUBLIC,WORKING_DAYS,20,ISSUED,NONE,,0,,,\n"
	world["assignments.csv"] = "publisher_code,entry_code,action,from,to,reason\n533102103,4.2,EXEMPT,2024-01-01,2024-12-31,试点\n533102102,1.1,EXEMPT,2027-01-01,2027-12-31,试点\n"
	if _, err := run(t, db, options, world); err != nil {
		t.Fatal(err)
	}
	disclosures := strings.SplitAfter(world["disclosures.csv"], "\n")[0]
	assignments := strings.SplitAfter(world["assignments.csv"], "\n")[0]
	news := strings.SplitAfter(world["news.csv"], "\n")[0]
	for _, step := range []struct {
		what, file, content string
		moved               []string // publishers
	}{
		{"an explanation of an unknown document", "disclosures.csv", disclosures + "e,533102102,1.6,解读,,,PROACTIVE,2024-03-01,,2024-03-20,,,,,s,,\n", []string{"533102102"}},
		{"that document", "disclosures.csv", disclosures + "s,533102103,1.1,通知,,,PROACTIVE,2024-03-01,,2024-03-15,,,,1,,,\n", []string{"533102102", "533102103"}},
		{"its publication on another day", "disclosures.csv", disclosures + "s,533102103,1.1,通知,,,PROACTIVE,2024-03-01,,2024-03-18,,,,1,,,\n", []string{"533102102", "533102103"}},
		{"its title alone", "disclosures.csv", disclosures + "s,533102103,1.1,新通知,文号,索引,PROACTIVE,2024-03-01,,2024-03-18,,,,1,,网站,http://a\n", nil},
		{"the explanation's publication", "disclosures.csv", disclosures + "e,533102102,1.6,解读,,,PROACTIVE,2024-03-01,,2024-03-28,,,,,s,,\n", []string{"533102102", "533102103"}},
		{"an explanation of something else", "disclosures.csv", disclosures + "e,533102102,1.6,解读,,,PROACTIVE,2024-03-01,,2024-03-28,,,,,d1,,\n", []string{"533102102", "533102103"}},
		{"an explanation by another", "disclosures.csv", disclosures + "e,533102103,1.6,解读,,,PROACTIVE,2024-03-01,,2024-03-28,,,,,d1,,\n", []string{"533102102", "533102103"}},
		{"an entry", "disclosures.csv", disclosures + "e,533102103,1.1,解读,,,PROACTIVE,2024-03-01,,2024-03-28,,,,,d1,,\n", []string{"533102103"}},
		{"an attribute", "disclosures.csv", disclosures + "e,533102103,1.1,解读,,,ON_REQUEST,2024-03-01,,2024-03-28,,,,,d1,,\n", []string{"533102103"}},
		{"a withdrawal", "disclosures.csv", disclosures + "s,533102103,1.1,通知,,,PROACTIVE,2024-03-01,,2024-03-18,2024-04-01,,,1,,,\n", []string{"533102103"}},
		{"a nil declaration of a period", "disclosures.csv", disclosures + "n,533102102,4.2,本年无,,,PROACTIVE,,,2025-01-06,,2024,1,,,,\n", []string{"533102102"}},
		{"its period", "disclosures.csv", disclosures + "n,533102102,4.2,本年无,,,PROACTIVE,,,2025-01-06,,2023,1,,,,\n", []string{"533102102"}},
		{"an explanation wanted no more", "disclosures.csv", disclosures + "s,533102103,1.1,通知,,,PROACTIVE,2024-03-01,,2024-03-18,2024-04-01,,,,,,\n", []string{"533102103"}},
		{"an explanation wanted of a nil declaration", "disclosures.csv", disclosures + "n,533102102,4.2,本年无,,,PROACTIVE,2025-01-05,,2025-01-06,,2023,1,1,,,\n", nil},
		{"a nil declaration no longer", "disclosures.csv", disclosures + "n,533102102,4.2,本年无,,,PROACTIVE,2025-01-05,,2025-01-06,,2023,,1,,,\n", []string{"533102102"}},
		{"the day of issue, from which the entry's days count", "disclosures.csv", disclosures + "i,533102102,4.1,通知,,,PROACTIVE,2024-03-01,2024-03-02,,,,,,,,\n", []string{"533102102"}},
		{"another day of issue", "disclosures.csv", disclosures + "i,533102102,4.1,通知,,,PROACTIVE,2024-03-01,2024-04-02,,,,,,,,\n", []string{"533102102"}},
		{"the end of an exemption", "assignments.csv", assignments + "533102103,4.2,EXEMPT,2024-01-01,2026-12-31,试点\n533102102,1.1,EXEMPT,2027-01-01,2027-12-31,试点\n", []string{"533102103"}},
		{"an exemption without an end", "assignments.csv", assignments + "533102103,4.2,EXEMPT,2024-01-01,,试点\n", []string{"533102103"}},
		{"the reason of an exemption", "assignments.csv", assignments + "533102103,4.2,EXEMPT,2024-01-01,,另有原因\n", nil},
		{"the day of news", "news.csv", news + "n1,533102102,4.2,动态,,2024-05-07T08:00:00+08:00,,a;b\n", []string{"533102102"}},
		{"the hour of news", "news.csv", news + "n1,533102102,4.2,动态,,2024-05-07T23:59:59+08:00,,a;b\n", nil},
		{"news of another", "news.csv", news + "n1,533102103,4.2,动态,,2024-05-07T08:00:00+08:00,,a;b\n", []string{"533102102", "533102103"}},
	} {
		before := versions(t, db)
		report, err := run(t, db, options, map[string]string{step.file: step.content})
		if err != nil {
			t.Fatalf("%s: %v %+v", step.what, err, report.Problems)
		}
		var moved []string
		for code, version := range versions(t, db) {
			if version != before[code] {
				moved = append(moved, code)
			}
		}
		slices.Sort(moved)
		if !slices.Equal(moved, step.moved) {
			t.Errorf("%s: the timelines of %v were written, want %v", step.what, moved, step.moved)
		}
		mustVerify(t, db)
	}
}

// versions are the transactions that last wrote the publishers' timelines.
func versions(t *testing.T, db *store.Store) map[string]string {
	t.Helper()
	all := map[string]string{}
	for line := range strings.SplitSeq(text(t, db, "SELECT string_agg(publisher_code || ' ' || changed, chr(10)) FROM publisher_timeline"), "\n") {
		code, version, _ := strings.Cut(line, " ")
		all[code] = version
	}
	return all
}
