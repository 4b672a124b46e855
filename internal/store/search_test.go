package store_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// parts are what random titles are made of: terms that many have, that few have, and
// whatever an index, a pattern or a literal could take for something else.
var titleParts = []string{
	"关于",
	"救灾",
	"救",
	"灾",
	"救助",
	"2021年",
	"２０２１",
	"1",
	"11",
	"ABab",
	"ａ",
	"é",
	"é",
	"𠮷",
	"🏠𠮷",
	"%",
	"_",
	`\`,
	`\\`,
	"'",
	"''",
	`"`,
	":",
	":*",
	"|",
	"&",
	"!",
	"(",
	"+20:",
	"-",
	" ",
	"　",
	"\t",
	"瑞丽市",
	"的通知",
	"ß",
	"İ",
}

func randomTitle(random *rand.Rand) string {
	var title strings.Builder
	for range 1 + random.IntN(1+random.IntN(8)) {
		title.WriteString(titleParts[random.IntN(1+random.IntN(len(titleParts)))])
	}
	if random.IntN(50) == 0 {
		return strings.Repeat(title.String(), 40)
	}
	return title.String()
}

// TestSearchIsExact: whichever way a search goes, it finds and counts what a look at each
// document does, page by page, both ways, as everybody and as an account, or gives up.
func TestSearchIsExact(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	const seed = 11
	random := rand.New(rand.NewPCG(seed, seed)) //nolint:gosec // not for secrets
	today := calendar.Date(2026, 11, 24)
	exec := func(statement string, arguments ...any) {
		t.Helper()
		if _, err := db.DB().Exec(statement, arguments...); err != nil {
			t.Fatal(err)
		}
	}
	exec(`INSERT INTO node (code, name, level, department) VALUES ('CN', '中国', 0, false)`)
	const publishers = 30
	var documents []disclosure.Disclosure
	for n := range publishers {
		exec(`INSERT INTO node (code, name, level, department, parent_code) VALUES ($1, $1, 4, false, 'CN')`, fmt.Sprint("p", n))
	}
	for n := range 800 {
		d := disclosure.Disclosure{
			Ref: fmt.Sprint("d", n), PublisherCode: fmt.Sprint("p", random.IntN(publishers)), EntryCode: fmt.Sprint("1.", 1+random.IntN(3)),
			Title: randomTitle(random),
		}
		var formed, published any
		if random.IntN(9) > 0 {
			d.FormedOn = calendar.Date(2019, 1, 1) + calendar.Day(random.IntN(2900))
			formed = d.FormedOn.String()
		}
		if random.IntN(5) > 0 {
			d.PublishedOn = calendar.Date(2019, 1, 1) + calendar.Day(random.IntN(1+random.IntN(2950)))
			published = d.PublishedOn.String()
		}
		documents = append(documents, d)
		exec(
			`INSERT INTO disclosure (ref, publisher_code, entry_code, title, attribute, formed_on, published_on) VALUES ($1, $2, $3, $4, 0, $5, $6)`,
			d.Ref,
			d.PublisherCode,
			d.EntryCode,
			d.Title,
			formed,
			published,
		)
	}
	exec(`ANALYZE disclosure`)
	serving := pgtest.Serving(t, db, today)
	pgtest.Account(
		t,
		db,
		"seeing",
		account.Grant{Role: account.Supervisor, NodeCode: "CN", Scope: account.Subtree, From: calendar.Date(2020, 1, 1)},
	)
	held, err := db.AccountsByName(context.Background(), "seeing")
	if err != nil {
		t.Fatal(err)
	}
	viewers := []struct {
		reads store.Reads
		all   bool // shown, by the application
		sees  bool // by the database
	}{
		{db.Reads, true, true},
		{db.Reads, false, false},
		{serving.For(0), false, false},
		{serving.For(0), true, false}, // what the application forgets, the database keeps
		{serving.For(held[0].ID), true, true},
	}
	found, gaveUp := 0, 0
	for question := range 250 {
		viewer := viewers[random.IntN(len(viewers))]
		filter := store.DisclosureFilter{PublicBy: today, Sees: func(string) bool { return viewer.all }}
		characters := []rune(documents[random.IntN(len(documents))].Title)
		from := random.IntN(len(characters))
		filter.Title = string(characters[from:min(len(characters), from+1+random.IntN(1+random.IntN(9)))])
		switch random.IntN(8) {
		case 0:
			filter.Title = randomTitle(random)
		case 1:
			filter.Title = ""
		}
		if random.IntN(3) == 0 {
			filter.Entries = []string{"1.1", "1.3"}
		}
		if random.IntN(4) == 0 {
			filter.Withheld = []string{"d1", "d2", "d3"}
		}
		few := 1 + random.IntN(publishers)
		holds := func(publisher string) bool {
			var n int
			fmt.Sscanf(publisher, "p%d", &n)
			return n < few
		}
		days := calendar.Span{From: calendar.None, To: calendar.Last}
		if random.IntN(2) == 0 {
			days = calendar.Span{
				From: calendar.Date(2019, 6, 1) + calendar.Day(random.IntN(600)),
				To:   today - calendar.Day(random.IntN(600)),
			}
		}
		page := store.Page{First: 1 + random.IntN(7), OldestFirst: random.IntN(2) == 0}
		order := func(a, b disclosure.Disclosure) int {
			if page.OldestFirst {
				a, b = b, a
			}
			return cmp.Or(cmp.Compare(b.ListedOn(), a.ListedOn()), strings.Compare(a.Ref, b.Ref))
		}
		wanted := slices.DeleteFunc(slices.Clone(documents), func(d disclosure.Disclosure) bool {
			return !holds(d.PublisherCode) || !viewer.sees && (d.PublishedOn == calendar.None || d.PublishedOn > today) ||
				d.ListedOn() < days.From || d.ListedOn() > days.To || !strings.Contains(d.Title, filter.Title) ||
				filter.Entries != nil && !slices.Contains(filter.Entries, d.EntryCode) || slices.Contains(filter.Withheld, d.Ref)
		})
		slices.SortFunc(wanted, order)
		search := store.Search{Days: days, Holds: holds, All: viewer.all}
		if random.IntN(2) == 0 {
			search.Narrow = func(days calendar.Span, oldestFirst bool, wanted int) store.List {
				list := store.List{Days: days}
				for n := range few {
					list.Publishers = append(list.Publishers, fmt.Sprint("p", n))
				}
				within := slices.DeleteFunc(slices.Clone(documents), func(d disclosure.Disclosure) bool {
					return !holds(d.PublisherCode) || d.ListedOn() < days.From || d.ListedOn() > days.To
				})
				slices.SortFunc(within, order)
				if wanted < len(within) && oldestFirst {
					list.Days.To = within[wanted].ListedOn()
				} else if wanted < len(within) {
					list.Days.From = within[wanted].ListedOn()
				}
				return list
			}
		}
		search = search.Within(1+random.IntN(30), 1+random.IntN(60), 1+random.IntN(300), 1+random.IntN(200))
		told := fmt.Sprintf("question %d: %+v of %d, %q, %v, narrowed %v", question, page, few, filter.Title, days, search.Narrow != nil)
		count, counted, err := viewer.reads.SearchCount(context.Background(), search, filter)
		if err != nil || counted && count != len(wanted) {
			t.Fatalf("%s: counted %d, wanted %d, %v", told, count, len(wanted), err)
		}
		for range 4 {
			read, is, err := viewer.reads.SearchPage(context.Background(), search, filter, page)
			if err != nil {
				t.Fatalf("%s: %v", told, err)
			}
			if !is {
				gaveUp++
				break
			}
			found++
			ought := wanted[:min(len(wanted), page.First)]
			if !slices.EqualFunc(read, ought, func(a, b disclosure.Disclosure) bool { return a.Ref == b.Ref && a.Title == b.Title }) {
				t.Fatalf("%s, after %v: %v instead of %v", told, page.After, read, ought)
			}
			if wanted = wanted[len(ought):]; len(wanted) == 0 {
				break
			}
			page.After = &store.Position{On: read[len(read)-1].ListedOn(), Ref: read[len(read)-1].Ref}
		}
	}
	t.Logf("found %d pages, gave up %d times", found, gaveUp)
	if found < 300 || gaveUp == 0 {
		t.Errorf("found %d pages, gave up %d times", found, gaveUp)
	}
}
