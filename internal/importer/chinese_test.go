package importer_test

import (
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// inChinese writes a file's cells in Chinese, those that a choice picks.
func inChinese[T any](kind *fact.Kind[T], rows [][]string, chosen func() bool) [][]string {
	columns := kind.InFiles()
	written := make([][]string, len(rows))
	for i, row := range rows {
		written[i] = slices.Clone(row)
		for j, cell := range row {
			column := columns[slices.IndexFunc(columns, func(c fact.Column[T]) bool { return c.Name == rows[0][j] })]
			switch {
			case !chosen():
			case i == 0:
				written[i][j] = column.Chinese
			case column.Form == fact.Day:
				written[i][j] = isoDay.ReplaceAllString(cell, "${1}年${2}月${3}日")
			case column.Form == fact.Period && cell != "":
				written[i][j] = cell + "年"
			case len(column.Words) > 0:
				written[i][j] = translated(column.Words, cell)
			}
		}
	}
	return written
}

var isoDay = regexp.MustCompile(`^(\d{4})-(\d\d)-(\d\d)$`)

// translated are the words of a cell in Chinese, others as they are.
func translated(words fact.Vocabulary, cell string) string {
	items := strings.Split(cell, ";")
	for i, item := range items {
		if at := slices.IndexFunc(words, func(w fact.Word) bool { return w.Value == item }); at >= 0 {
			items[i] = words[at].Chinese
		}
	}
	return strings.Join(items, ";")
}

// TestChineseFiles: the same files with Chinese names, headers and words, in any
// mixture with English ones, change nothing.
func TestChineseFiles(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	world := full()
	if _, err := run(t, db, importer.Options{}, written(world, slices.Collect(maps.Keys(world)), "")); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 12 {
		chosen := func() bool { return round == 0 || random.IntN(2) == 0 }
		files := map[string][][]string{}
		put := func(kind, chinese string, rows [][]string) {
			name := kind + ".csv"
			if chosen() {
				name = chinese + ".csv"
			}
			files[name] = rows
		}
		put("areas", fact.Areas.Chinese[0], inChinese(fact.Areas, world["areas.csv"], chosen))
		put("departments", fact.Departments.Chinese[0], inChinese(fact.Departments, world["departments.csv"], chosen))
		put("catalogs", fact.Catalogs.Chinese[0], inChinese(&fact.Catalogs, world["catalogs.csv"], chosen))
		for _, entries := range []string{"c0", "c1"} {
			put(entries, entries, inChinese(&fact.Entries, world[entries+".csv"], chosen))
		}
		put("assignments", fact.Assignments.Chinese[0], inChinese(&fact.Assignments, world["assignments.csv"], chosen))
		put("disclosures", fact.Disclosures.Chinese[0], inChinese(&fact.Disclosures, world["disclosures.csv"], chosen))
		put("reviews", fact.Reviews.Chinese[0], inChinese(&fact.Reviews, world["reviews.csv"], chosen))
		put("concerns", fact.Concerns.Chinese[0], inChinese(&fact.Concerns, world["concerns.csv"], chosen))
		put("events", fact.Events.Chinese[0], inChinese(&fact.Events, world["events.csv"], chosen))
		put("relief", fact.Movements.Chinese[0], inChinese(&fact.Movements, world["relief.csv"], chosen))
		put("news", fact.News.Chinese[0], inChinese(&fact.News, world["news.csv"], chosen))
		put("orders", fact.Orders.Chinese[0], inChinese(&fact.Orders, world["orders.csv"], chosen))
		put("order_events", fact.OrderEvents.Chinese[0], inChinese(&fact.OrderEvents, world["order_events.csv"], chosen))
		put("exemption_requests", fact.ExemptionRequests.Chinese[0],
			inChinese(&fact.ExemptionRequests, world["exemption_requests.csv"], chosen))
		report, err := run(t, db, importer.Options{}, written(files, slices.Collect(maps.Keys(files)), ""))
		if err != nil {
			t.Fatalf("%v: %+v", err, report.Problems)
		}
		unchanged := 0
		for _, file := range report.Files {
			if unchanged += file.Unchanged; file.Added+file.Changed > 0 {
				t.Errorf("%s: %d added, %d changed", file.Kind, file.Added, file.Changed)
			}
		}
		if unchanged < 20 {
			t.Errorf("%d rows were read", unchanged)
		}
	}
	if n := count(t, db, `SELECT count(*) FROM disclosure`); n != 2 {
		t.Errorf("%d disclosures", n)
	}
}
