package importer_test

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/register"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// keysOfFacts are all tables that files fill, with what tells their rows apart.
var keysOfFacts = map[string][]string{
	"node": {"code"}, "catalog": {"code"}, "catalog_entry": {"catalog_code", "entry_code"}, "arrangement_day": {"year", "day"},
	"assignment": {"publisher_code", "entry_code", "action", "from_day"}, "disclosure": {"ref"}, "news": {"ref"}, "event": {"ref"},
	"relief_movement": {"ref"}, "review": {"disclosure_ref", "reviewed_on"}, "concern": {"ref"},
	"supervision_order": {"ref"}, "order_event": {"order_ref", "n"}, "exemption_request": {"ref"},
}

// rowsOfFacts are all rows by table and key, without who recorded them when.
func rowsOfFacts(t *testing.T, db *store.Store) map[string]string {
	t.Helper()
	all := map[string]string{}
	for table, key := range keysOfFacts {
		rows, err := db.DB().Query(fmt.Sprintf(
			`SELECT concat_ws(' ', '%[1]s', %[2]s), (to_jsonb(f) - 'recorded_at' - 'recorded_by' - 'recorded_in')::text FROM %[1]s AS f`,
			table, strings.Join(key, ", ")))
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var key, row string
			if err := rows.Scan(&key, &row); err != nil {
				t.Fatal(err)
			}
			all[key] = row
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// differingRows are the keys of rows that two states do not have alike.
func differingRows(before, after map[string]string) (keys []string) {
	for key := range maps.Keys(after) {
		if before[key] != after[key] {
			keys = append(keys, key)
		}
	}
	for key := range maps.Keys(before) {
		if _, stays := after[key]; !stays {
			keys = append(keys, key)
		}
	}
	return keys
}

const clerkStream = 40

// clerk writes random files of every kind, of a few keys, so that imports meet.
type clerk struct{ *rand.Rand }

func (c clerk) of(values ...string) string { return values[c.IntN(len(values))] }

func (c clerk) day(year int) string {
	return fmt.Sprintf("%d-%02d-%02d", year, 1+c.IntN(12), 1+c.IntN(28))
}

func (c clerk) numbered(prefix string) string { return fmt.Sprint(prefix, c.IntN(24)) }

func (c clerk) township() string { return fmt.Sprint("5331021", 10+c.IntN(12)) }

func (c clerk) publisher() string {
	return c.of("533102102", "533102103", "533102/yjglj", "533102/yjglj", c.township(), "533102/"+c.numbered("b"))
}

func (c clerk) entry() string { return c.of("1.1", "4.2", "1.1", "4.2", "4.3", "4.4", "4.5") }

// rows makes some rows under a header, each of another first column.
func (c clerk) rows(header string, row func() []string) string {
	var text strings.Builder
	w := csv.NewWriter(&text)
	w.Write(strings.Split(header, ","))
	seen := map[string]bool{}
	for range 1 + c.IntN(4) {
		cells := row()
		if !seen[cells[0]] {
			seen[cells[0]] = true
			w.Write(cells)
		}
	}
	w.Flush()
	return text.String()
}

// kinds write a file each, by its name.
func (c clerk) kinds() []map[string]string {
	title := fmt.Sprint("标题", c.IntN(1000))
	entries := "entry_code,category,item,sub_item,content,legal_basis,levels,publishers,mode,audience,limit_kind,limit_n,limit_anchor,period,period_limit_n,refresh_days,channels,omit,evidence\n"
	for _, code := range []string{"4.3", "4.4", "4.5"} {
		if c.IntN(2) == 0 {
			entries += fmt.Sprintf(
				"%s,款物管理,款物%s,,内容,《条例》,COUNTY;TOWNSHIP,EMERGENCY_MANAGEMENT;GOVERNMENT,PROACTIVE,PUBLIC,WORKING_DAYS,%d,FORMED,NONE,,0,,,\n",
				code,
				code,
				5+c.IntN(20),
			)
		}
	}
	catalog := c.of("K1", "K2", "K3", "K4")
	year := 2022 + c.IntN(4)
	first := c.IntN(10)
	holidays := ""
	for n := range 7 + c.IntN(3) {
		holidays += fmt.Sprintf(`,{"date":"%d-10-%02d","name":"国庆节","isOffDay":true}`, year, first+n+1)
	}
	return []map[string]string{
		{fmt.Sprintf("calendar/%d.json", year): fmt.Sprintf(`{"year":%d,"days":[%s]}`, year, holidays[1:])},
		{"areas.csv": c.rows("code,name,level,parent_code,valid_from,valid_to,succeeded_by", func() []string {
			if c.IntN(3) == 0 {
				return []string{
					c.of("533102102", "533102103"),
					title,
					"TOWNSHIP",
					"533102",
					"",
					c.of("", "2025-06-30"),
					c.of("", c.township()),
				}
			}
			return []string{c.township(), title, "TOWNSHIP", "533102", c.of("", c.day(2023)), "", ""}
		})},
		{"departments.csv": c.rows("code,name,parent_code,functions", func() []string {
			return []string{"533102/" + c.numbered("b"), title, c.of("533102", "533102", c.township()), c.of("EMERGENCY_MANAGEMENT", "")}
		})},
		{
			"catalogs.csv": "catalog_code,title,issuer_code,based_on,effective_from,effective_to,grace_working_days,interpretation_working_days,entries_file,source\n" +
				fmt.Sprintf(
					"%s,%s,533102,%s,%s,,%d,3,more.csv,\n",
					catalog,
					title,
					c.of("C1", "C1", "K1", "K2"),
					c.day(2021),
					c.IntN(40),
				),
			"more.csv": entries,
		},
		{"assignments.csv": c.rows("publisher_code,entry_code,action,from,to,reason", func() []string {
			return []string{
				c.publisher(),
				c.of("1.1", "4.2", "4.2", "4.3"),
				c.of("INCLUDE", "EXEMPT"),
				c.of("2023-01-01", "2024-01-01"),
				c.of("", "2025-01-01"),
				title,
			}
		})},
		{
			"disclosures.csv": c.rows(
				"ref,publisher_code,entry_code,title,attribute,formed_on,published_on,requires_interpretation,interprets_ref",
				func() []string {
					return []string{
						c.numbered("d"), c.publisher(), c.entry(), title, c.of("PROACTIVE", "PROACTIVE", "ON_REQUEST"), "2024-01-02",
						c.of("", c.day(2024), c.day(2025)), c.of("", "1"), c.of("", "", c.numbered("d")),
					}
				},
			),
		},
		{"reviews.csv": c.rows("disclosure_ref,reviewed_on,result,consulted", func() []string {
			return []string{fmt.Sprint("d", 3+c.IntN(10)), c.of("2025-03-03", "2025-04-03"), c.of("keep", "disclose"), title}
		})},
		{"concerns.csv": c.rows("ref,publisher_code,title,severity,detected_at,responded_at,response_ref", func() []string {
			return []string{
				c.numbered("c"),
				c.publisher(),
				title,
				c.of("NORMAL", "MAJOR"),
				c.day(2024),
				c.of("", c.day(2025)),
				c.of("", c.numbered("d")),
			}
		})},
		{"events.csv": c.rows("ref,name,kind,started_on,ended_on,area_codes", func() []string {
			return []string{c.numbered("e"), title, "FLOOD", "2024-07-01", c.of("", "2024-08-01"), c.of("533102", c.township())}
		})},
		{"relief.csv": c.rows("ref,kind,from_code,to_code,relief_class,event_ref,funds_yuan,occurred_on,disclosure_ref", func() []string {
			return []string{
				c.numbered("r"), "DISTRIBUTION", c.of("533102", "533102102", c.township()), "", c.of("DROUGHT", "HOUSING"),
				c.of("", c.numbered("e")), fmt.Sprint(1 + c.IntN(900)), c.day(2024), c.of("", c.numbered("d")),
			}
		})},
		{"news.csv": c.rows("ref,publisher_code,entry_code,title,published_at", func() []string {
			return []string{c.numbered("n"), c.publisher(), c.entry(), title, c.day(2024)}
		})},
		{"orders.csv": c.rows("ref,kind,issuer_code,publisher_code,entry_codes,text,issued_at,working_days", func() []string {
			return []string{
				c.of("o1", "o2", "o3", "o4", c.numbered("o")), c.of("URGE", "CRITICISE"), c.of("53", "533102"), c.publisher(),
				c.of("", "1.1", "4.2"), title, c.day(2024), fmt.Sprint(5 + c.IntN(20)),
			}
		})},
		{"order_events.csv": c.rows("order_ref,n,kind,at,text", func() []string {
			kind := c.of("REMARKED", "RECEIVED", "ANSWERED", "WITHDRAWN")
			return []string{c.of("o1", "o2", "o3", "o4"), fmt.Sprint(1 + c.IntN(4)), kind, c.day(2025), title}
		})},
		{"exemption_requests.csv": c.rows("ref,publisher_code,entry_code,from,reason,asked_at", func() []string {
			return []string{c.numbered("x"), c.publisher(), c.of("1.1", "4.2"), "2030-01-01", title, c.day(2024)}
		})},
	}
}

// files are a random import that a database accepts, of some kinds of file.
func (c clerk) files(t *testing.T, db *store.Store, part int) map[string]string {
	t.Helper()
	dry, files := options, map[string]string{}
	dry.DryRun = true
	kinds := slices.DeleteFunc(c.kinds(), func(map[string]string) bool { return c.IntN(part) > 0 })
	for _, kind := range kinds {
		maps.Copy(files, kind)
	}
	if len(files) == 0 {
		return files
	}
	if _, err := run(t, db, dry, files); err == nil {
		return files
	}
	files = map[string]string{}
	for _, kind := range kinds {
		tried := maps.Clone(files)
		maps.Copy(tried, kind)
		if _, err := run(t, db, dry, tried); err == nil {
			files = tried
		}
	}
	return files
}

// accepted imports files, if there are any.
func accepted(t *testing.T, db *store.Store, files map[string]string) *importer.Report {
	t.Helper()
	if len(files) == 0 {
		return &importer.Report{}
	}
	report, err := run(t, db, options, files)
	if err != nil {
		t.Fatalf("%v is refused: %v %v", files, err, report.Problems)
	}
	return report
}

// known are the files of the world before: base, and documents to be reviewed.
func known() map[string]string {
	files := base()
	for n := range 10 {
		files["disclosures.csv"] += fmt.Sprintf("d%d,533102/yjglj,1.1,材料,,,ON_REQUEST,2024-01-02,,,,,,,,,\n", n+3)
	}
	files["orders.csv"] = "ref,kind,issuer_code,publisher_code,text,issued_at,working_days\n"
	for n := range 4 {
		files["orders.csv"] += fmt.Sprintf("o%d,URGE,53,533102102,请办,2024-01-02,10\n", n+1)
	}
	return files
}

// undo takes an import back, planned first: the plan says the same and writes nothing.
func undo(t *testing.T, db *store.Store, number int64) (*importer.UndoReport, error) {
	t.Helper()
	before, state := everythingWritten(t, db), indexNow(t, db)
	dry := options
	dry.DryRun = true
	planned, planFault := importer.Undo(context.Background(), db, number, dry)
	if everythingWritten(t, db) != before {
		t.Fatal("a plan has written something")
	}
	report, err := importer.Undo(context.Background(), db, number, options)
	if (planFault == nil) != (err == nil) || fmt.Sprint(planned.Kinds, planned.RestCount) != fmt.Sprint(report.Kinds, report.RestCount) {
		t.Errorf("planned %+v %v, done %+v %v", planned, planFault, report, err)
	}
	if err != nil && everythingWritten(t, db) != before {
		t.Fatal("a refused undo has written something")
	}
	mustVerify(t, db)
	if err == nil {
		sameFigures(t, "undone", &importer.Report{Effect: report.Effect}, state, indexNow(t, db))
	}
	return report, err
}

// TestUndo: after imports A and B, A taken back leaves what B alone would have
// written, or is refused where B's rows name or change A's.
func TestUndo(t *testing.T) {
	t.Parallel()
	undone, refused, touched := 0, 0, map[string]bool{}
	t.Run("seeds", func(t *testing.T) {
		for seed := range uint64(12) {
			c := clerk{rand.New(rand.NewPCG(seed, clerkStream))}
			address := pgtest.URL(t)
			db := pgtest.Open(t, address, store.Options{Connections: 4})
			accepted(t, db, known())
			accepted(t, db, c.files(t, db, 2))
			first := rowsOfFacts(t, db)
			filesOfA := c.files(t, db, 2)
			a := accepted(t, db, filesOfA)
			withA := rowsOfFacts(t, db)
			ofA := differingRows(first, withA)
			if (a.Number == 0) != (len(ofA) == 0) {
				t.Fatalf("seed %d: import %d wrote %v", seed, a.Number, ofA)
			}
			filesOfB := c.files(t, db, 3)
			accepted(t, db, filesOfB)
			withB, timelinesWithB := rowsOfFacts(t, db), timelines(t, db)
			ofB := differingRows(withA, withB)
			if a.Number == 0 {
				continue
			}
			report, err := undo(t, db, a.Number)
			if _, rests := errors.AsType[*register.Resting](err); err != nil && !rests {
				t.Fatalf("seed %d: %v", seed, err)
			}
			same := slices.ContainsFunc(ofB, func(key string) bool { return slices.Contains(ofA, key) })
			if err != nil {
				refused++
				if len(ofB) == 0 || report.RestCount == 0 || len(report.Rests) == 0 {
					t.Errorf("seed %d: refused as %+v, B wrote %v", seed, report.Rests, ofB)
				}
				for _, rest := range report.Rests {
					if !rested(rest, ofB) {
						t.Errorf("seed %d: %+v rests on A, and B wrote %v alone", seed, rest, ofB)
					}
				}
				continue
			}
			undone++
			for _, key := range ofA {
				table, _, _ := strings.Cut(key, " ")
				touched[table] = true
			}
			if same {
				t.Errorf("seed %d: A was taken back, and B wrote to the same rows", seed)
			}
			alone := pgtest.Store(t)
			replay(t, alone, seed, filesOfB)
			if got, want := rowsOfFacts(t, db), rowsOfFacts(t, alone); !maps.Equal(got, want) {
				t.Errorf("seed %d: A wrote %v, B %v; they differ at %v", seed, ofA, ofB, differingRows(want, got))
			}
			if timelines(t, db) != timelines(t, alone) {
				t.Errorf("seed %d: the timelines are others", seed)
			}
			// The same files again bring everything back.
			if _, err := run(
				t,
				db,
				options,
				filesOfA,
			); err == nil &&
				!slices.Contains(slices.Collect(maps.Keys(filesOfB)), "catalogs.csv") {
				if got := rowsOfFacts(t, db); !maps.Equal(got, withB) || timelines(t, db) != timelinesWithB {
					t.Errorf("seed %d: imported again it differs at %v", seed, differingRows(withB, got))
				}
			}
		}
	})
	t.Logf("%d taken back, %d refused, of %v", undone, refused, slices.Sorted(maps.Keys(touched)))
	if undone < 5 || refused < 2 || len(touched) < len(keysOfFacts) {
		t.Errorf("%d taken back, %d refused, of %v only", undone, refused, slices.Sorted(maps.Keys(touched)))
	}
}

// replay does what TestUndo did before A, and then B.
func replay(t *testing.T, db *store.Store, seed uint64, filesOfB map[string]string) {
	t.Helper()
	c := clerk{rand.New(rand.NewPCG(seed, clerkStream))}
	accepted(t, db, known())
	accepted(t, db, c.files(t, db, 2))
	accepted(t, db, filesOfB)
}

// rested tells whether a fact that rests on an import is one that was written later.
func rested(rest importer.RestingFact, later []string) bool {
	return slices.ContainsFunc(later, func(key string) bool {
		of := strings.Fields(key)
		return !slices.ContainsFunc(strings.Fields(rest.Key), func(word string) bool { return !slices.Contains(of, word) })
	})
}
