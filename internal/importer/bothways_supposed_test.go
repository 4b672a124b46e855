package importer_test

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/rule"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

const (
	supposedColumns = "entry_code,category,item,sub_item,content,legal_basis,levels,publishers,limit_kind,limit_n,period," +
		"period_limit_n,refresh_days"
	supposing = `query($changes: WhatIfInput!) { done: whatIf(code: "533102", changes: $changes) { after { __typename } } }`
)

// dryRun is what an import says of files by themselves.
func dryRun(t *testing.T, db *store.Store, files map[string]string) (said answer) {
	t.Helper()
	dry := options
	dry.DryRun = true
	report, err := run(t, db, dry, files)
	if _, refused := errors.AsType[*importer.Refused](err); err != nil && !refused {
		t.Fatal(err)
	}
	said.refused = err != nil
	for _, p := range report.Problems {
		said.rules, said.told = append(said.rules, p.Rule), p.Reason
	}
	for _, p := range report.Warnings {
		said.warned = append(said.warned, p.Rule)
	}
	return said
}

// items are the items of a list that a cell holds.
func items(cell string) []any {
	all := []any{}
	for item := range strings.SplitSeq(cell, ";") {
		all = append(all, item)
	}
	return all
}

// supposedEntry is the entry of a row as whatIf supposes it.
func supposedEntry(row cells, publishers any) map[string]any {
	entry := map[string]any{"catalogCode": "C1", "levels": []any{}, "publishers": items(row["publishers"])}
	for _, column := range []string{"entry_code", "category", "item", "sub_item", "content", "legal_basis", "period"} {
		entry[camel(column)] = row[column]
	}
	if row["levels"] != "" {
		entry["levels"] = items(row["levels"])
	}
	if publishers != nil {
		entry["publishers"] = publishers
	}
	limit := map[string]any{"kind": row["limit_kind"]}
	if row["limit_n"] != "" {
		limit["n"] = json.Number(row["limit_n"])
	}
	entry["limit"], entry["refreshDays"] = limit, json.Number(row["refresh_days"])
	entry["periodWorkingDays"] = json.Number(row["period_limit_n"])
	return entry
}

// TestEntriesBothWays: an entry that is supposed is refused by the rules by
// which a file's is.
func TestEntriesBothWays(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	if report, err := run(t, db, options, base()); err != nil {
		t.Fatal(err, report.Problems)
	}
	sender := newSender(t, db)
	good := cells{
		"entry_code": "1.2", "category": "政策文件", "item": "通知", "sub_item": "", "content": "内容", "legal_basis": "《条例》",
		"levels": "COUNTY", "publishers": "EMERGENCY_MANAGEMENT", "limit_kind": "WORKING_DAYS", "limit_n": "20", "period": "NONE",
		"period_limit_n": "0", "refresh_days": "0",
	}
	publishers := func(what, cell string, sent ...any) fault {
		f := set(what, "publishers", cell)
		f.sent = map[string]any{"publishers": sent}
		return f
	}
	faults := slices.Concat(
		textFaults("item", rule.MostTitle), textFaults("sub_item", rule.MostTitle), textFaults("content", rule.MostText),
		textFaults("legal_basis", rule.MostText), missing("entry_code", "category", "item", "levels", "limit_n"),
		[]fault{
			set("a category with edges of blanks", "category", "\u3000政策文件\ufeff"), set("another category", "category", "另一类"),
			set("a code with edges of blanks", "entry_code", "1.2\u3000"), set("a code with a blank", "entry_code", "1. 2"),
			set("a number too great", "refresh_days", "3661"), set("a number too small", "period_limit_n", "-1"),
			set("a limit too great", "limit_n", "5000"), set("a code in Chinese", "publishers", "政府"),
			publishers("no publisher", ""), publishers("an empty publisher", ";", ""),
			publishers("publishers of blanks", " ;\u3000;\ufeff", " ", "\u3000", "\ufeff"),
			publishers("publishers with edges of blanks", " GOVERNMENT ;FINANCE\u3000", " GOVERNMENT ", "FINANCE\u3000"),
			publishers("a publisher that does not show", "FINANCE;\u200b", "FINANCE", "\u200b"),
		},
	)
	for _, f := range append(faults, fault{what: "nothing"}) {
		row := maps.Clone(good)
		maps.Copy(row, f.set)
		var text strings.Builder
		w := csv.NewWriter(&text)
		header := strings.Split(supposedColumns, ",")
		w.Write(header)
		record := make([]string, len(header))
		for i, column := range header {
			record[i] = row[column]
		}
		w.Write(strings.Split("1.1,政策文件,法律法规,,内容,《条例》,COUNTY,GOVERNMENT,PROMPT,,NONE,0,0", ","))
		w.Write(record)
		w.Flush()
		byFile := dryRun(t, db, map[string]string{"catalogs.csv": base()["catalogs.csv"], "c1.csv": text.String()})
		entry := supposedEntry(row, f.sent["publishers"])
		said, _ := sender.send(supposing, map[string]any{"changes": map[string]any{"entries": []any{entry}}})
		nobody := row["levels"] == "" || strings.Trim(row["publishers"], "; \u3000\ufeff") == ""
		if !byFile.refused && nobody != slices.Contains(byFile.warned, "owed-by-nobody") {
			t.Errorf("%s: the file is warned of %v", f.what, byFile.warned)
		}
		byFile.warned = nil // what is supposed is warned of nothing
		compare(t, &trial{what: f.what}, said, byFile)
	}
	for what, sent := range map[string][]any{"parted": {"FINANCE;GOVERNMENT"}, "parted in full width": {"FINANCE；GOVERNMENT"}} {
		said, _ := sender.send(supposing, map[string]any{"changes": map[string]any{"entries": []any{supposedEntry(good, sent)}}})
		if !slices.Equal(said.rules, []string{"list-separator"}) {
			t.Errorf("%s: %+v", what, said)
		}
	}
}

// TestArrangementsBothWays: an arrangement that is supposed is refused by the
// rules by which a file's is.
func TestArrangementsBothWays(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	if report, err := run(t, db, options, base()); err != nil {
		t.Fatal(err, report.Problems)
	}
	sender := newSender(t, db)
	type day struct {
		date, name string
		off        bool
	}
	long := strings.Repeat("节", rule.MostTitle)
	for what, c := range map[string]struct {
		year int
		days []day
	}{
		"nothing":                    {2024, []day{{"2024-01-01", "元旦", true}}},
		"a name at its bound":        {2024, []day{{"2024-01-01", long, true}}},
		"a name beyond its bound":    {2024, []day{{"2024-01-01", long + "节", true}}},
		"a bound with edges":         {2024, []day{{"2024-01-01", "\u3000" + long + " ", true}}},
		"a name of blanks":           {2024, []day{{"2024-01-01", "\u3000 ", true}}},
		"a name that does not show":  {2024, []day{{"2024-01-01", "\u200b", true}}},
		"a name that is turned":      {2024, []day{{"2024-01-01", "元\u202e旦", true}}},
		"no day":                     {2024, nil},
		"a year out of range":        {1989, []day{{"1990-01-01", "元旦", true}}},
		"a day twice":                {2024, []day{{"2024-01-01", "元旦", true}, {"2024-01-01", "元旦", false}}},
		"a day far away":             {2024, []day{{"2030-01-01", "元旦", true}}},
		"a weekday listed as worked": {2024, []day{{"2024-01-02", "元旦", false}}},
	} {
		var inFile, sent []any
		for _, d := range c.days {
			inFile = append(inFile, map[string]any{"date": d.date, "name": d.name, "isOffDay": d.off})
			sent = append(sent, map[string]any{"date": d.date, "name": d.name, "off": d.off})
		}
		file, err := json.Marshal(map[string]any{"year": c.year, "days": inFile})
		if err != nil {
			t.Fatal(err)
		}
		byFile := dryRun(t, db, map[string]string{strconv.Itoa(c.year) + ".json": string(file)})
		byFile.warned = nil // what is supposed is warned of nothing
		supposed := map[string]any{"year": c.year, "days": append([]any{}, sent...)}
		said, _ := sender.send(supposing, map[string]any{"changes": map[string]any{"arrangements": []any{supposed}}})
		compare(t, &trial{what: what}, said, byFile)
	}
}

// TestSupposedTexts: what is supposed of publications and limits is read
// without the blanks at its edges; what is supposed twice is refused by a rule.
func TestSupposedTexts(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	if report, err := run(t, db, options, base()); err != nil {
		t.Fatal(err, report.Problems)
	}
	sender := newSender(t, db)
	limit := `{catalogCode: "C1\u3000", entryCode: " 1.1", limit: {kind: WORKING_DAYS, n: 3}}`
	year := `{year: 2027, days: [{date: "2027-01-01", name: "元旦", off: true}]}`
	for changes, want := range map[string]string{
		`publications: [{publisherCode: "533102102 ", entryCode: "\u30004.2", period: "2024 ", publishedOn: "2024-06-01"}]`: "",
		`publications: [{publisherCode: " ", entryCode: "4.2", publishedOn: "2024-06-01"}]`:                                 "missing",
		`publications: [{publisherCode: "533102102", entryCode: "4.2", period: "2024 5", publishedOn: "2024-06-01"}]`:       "period-unknown",
		`limits: [` + limit + `]`: "",
		`limits: [` + limit + `, {catalogCode: "C1", entryCode: "1.1", limit: {kind: PROMPT}}]`: "given-twice",
		`entries: [{catalogCode: " C1", entryCode: "1.1 ", remove: true}]`:                      "",
		`arrangements: [` + year + `, ` + year + `]`:                                            "given-twice",
		`entries: [{catalogCode: "C1", entryCode: "1.3"}]`:                                      "missing",
	} {
		said, _ := sender.send(`{ done: whatIf(code: "533102", changes: {`+changes+`}) { after { __typename } } }`, nil)
		if said.refused != (want != "") || want != "" && !slices.Equal(said.rules, []string{want}) {
			t.Errorf("%s: %+v, want %q", changes, said, want)
		}
	}
	// Files are refused by the same rule.
	const days = `{"year": 2027, "days": [{"date": "2027-01-01", "name": "元旦", "isOffDay": true}]}`
	catalogs := base()["catalogs.csv"]
	_, row, _ := strings.Cut(catalogs, "\n")
	entries := base()["c1.csv"]
	_, rows, _ := strings.Cut(entries, "\n")
	for what, files := range map[string]map[string]string{
		"a year":     {"2027.json": days, "2027-again.json": days},
		"a catalog":  {"catalogs.csv": catalogs + row, "c1.csv": entries},
		"an entry":   {"catalogs.csv": catalogs, "c1.csv": entries + rows[:strings.Index(rows, "\n")+1]},
		"a news ref": {"news.csv": base()["news.csv"] + "n1,533102102,4.2,动态,,2024-05-06T08:00:00+08:00,,a;b\n"},
	} {
		if said := dryRun(t, db, files); !slices.Equal(said.rules, []string{"given-twice"}) {
			t.Errorf("%s twice: %+v", what, said)
		}
	}
}
