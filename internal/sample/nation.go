package sample

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// Options describe a synthetic world.
type Options struct {
	Seed        uint64
	Disclosures int
	// Areas is "nation", or the code of a node whose subtree to take.
	Areas string
	// Villages is a CSV file of villages to take in, nil for none.
	Villages io.Reader
}

// lastDay is the last day on which anything made up happens.
var lastDay = calendar.Date(2026, 11, 24)

// body is a publisher of a synthetic world.
type body struct {
	code, place string
	entries     []string
	diligence   float64 // how much of what is due it publishes, and how soon
}

// Generate writes a synthetic world, a file at a time, at constant memory.
func Generate(o Options, create func(name string) (io.WriteCloser, error)) error {
	areas, err := areasWithVillages(&o)
	if err != nil {
		return err
	}
	national := catalogOf(&o)
	owed := map[string][]string{}
	for _, level := range []string{"COUNTY", "TOWNSHIP", "VILLAGE"} {
		owed[level] = entriesAt(national, level)
	}
	random := rand.New(rand.NewPCG(o.Seed, 5331))
	departments := &table{columns: departmentColumns}
	var bodies []body
	for _, row := range areas.rows {
		code, name := row[0], row[1]
		switch level := areas.cell(row, "level"); level {
		case "COUNTY":
			departments.rows = append(departments.rows, []string{code + "/yjglj", name + "应急管理局", code, "EMERGENCY_MANAGEMENT"})
			if random.IntN(4) == 0 {
				departments.rows = append(departments.rows, []string{code + "/czj", name + "财政局", code, "FINANCE"})
			}
			bodies = append(bodies, body{code + "/yjglj", name, owed[level], diligence(random)})
		case "TOWNSHIP", "VILLAGE":
			bodies = append(bodies, body{code, name, owed[level], diligence(random)})
		}
	}
	catalogs := read("catalogs.csv")
	catalogs.rows = catalogs.rows[:1] // the national one
	files := map[string][]byte{
		"areas.csv":       areas.bytes(),
		"departments.csv": departments.bytes(),
		"catalogs.csv":    catalogs.bytes(),
		"national.csv":    national.bytes(),
	}
	if err := fs.WalkDir(data, "data/calendar", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files["calendar/"+path.Base(name)], err = data.ReadFile(name)
		}
		return err
	}); err != nil {
		return err
	}
	for _, name := range slices.Sorted(keys(files)) {
		if err := writeFile(create, name, func(w io.Writer) error {
			_, err := io.Copy(w, bytes.NewReader(files[name]))
			return err
		}); err != nil {
			return err
		}
	}
	published := latestOfMoney{}
	if err := writeRows(create, "disclosures.csv", disclosureColumns, func(write func([]string) error) error {
		return manyDisclosures(o.Disclosures, bodies, random, published, write)
	}); err != nil {
		return err
	}
	if err := writeRows(create, "relief.csv", reliefColumns, func(write func([]string) error) error {
		return manyMovements(o.Disclosures/10, areas, published, random, write)
	}); err != nil {
		return err
	}
	return writeRows(create, "news.csv", newsColumns, func(write func([]string) error) error {
		return manyNews(o.Disclosures/10, bodies, random, write)
	})
}

// areasOf returns the nation's nodes, or one with those above and below it.
func areasOf(code string) (*table, error) {
	all := read("china.csv.gz")
	if code == "" || code == "nation" {
		return all, nil
	}
	parent := map[string]string{}
	for _, row := range all.rows {
		parent[row[0]] = row[3]
	}
	if _, known := parent[code]; !known {
		return nil, problem.Invalid(
			"areas",
			"give nation or a code of the national list, such as 533102",
			"there is no node of the code %q",
			code,
		)
	}
	above := map[string]bool{}
	for at := code; at != ""; at = parent[at] {
		above[at] = true
	}
	part := &table{columns: all.columns}
	for _, row := range all.rows {
		below := false
		for at := row[0]; at != ""; at = parent[at] {
			below = below || at == code
		}
		if below || above[row[0]] {
			part.rows = append(part.rows, row)
		}
	}
	return part, nil
}

// entriesAt lists the entries of the standard catalog that a level's publishers owe.
func entriesAt(national *table, level string) []string {
	var codes []string
	for _, row := range national.rows {
		if strings.Contains(national.cell(row, "levels"), level) {
			codes = append(codes, row[0])
		}
	}
	return codes
}

// diligence lies between 0.3 and 1, high for most.
func diligence(random *rand.Rand) float64 { return 1 - 0.7*random.Float64()*random.Float64() }

// periodical are the entries of the standard catalog that are owed each year.
var periodical = map[string]bool{"2.2": true, "4.1": true, "4.2": true}

func manyDisclosures(count int, bodies []body, random *rand.Rand, published latestOfMoney, write func([]string) error) error {
	first := calendar.Date(2020, 1, 2)
	interpreted, waiting := "", 0
	for i := range count {
		b := &bodies[random.IntN(len(bodies))]
		entry := b.entries[random.IntN(len(b.entries))]
		formed := first + calendar.Day(random.IntN(int(lastDay-first)))
		issued := formed + calendar.Day(random.IntN(4))
		row := map[string]string{
			"ref": "g" + strconv.Itoa(i), "publisher_code": b.code, "entry_code": entry, "attribute": "PROACTIVE",
			"title": madeTitle + title(entry, b.place, formed, random.IntN), "channel": madeChannel,
			"document_number": fmt.Sprintf("应急发〔%d〕%d号", formed.Year(), 1+i%200),
			"formed_on":       formed.String(), "issued_on": issued.String(),
		}
		if periodical[entry] {
			row["period"] = strconv.Itoa(formed.Year() - 1)
			if random.IntN(12) == 0 {
				row["nil"] = "1"
			}
		}
		switch random.IntN(40) {
		case 0:
			row["attribute"] = "NOT_DISCLOSED"
		case 1:
			row["attribute"] = "ON_REQUEST"
		}
		if random.Float64() < 0.6+0.4*b.diligence {
			on := issued + calendar.Day(random.IntN(24))
			if random.Float64() > b.diligence {
				on += calendar.Day(10 + random.IntN(120))
			}
			if on <= lastDay {
				row["published_on"] = on.String()
				if random.IntN(100) == 0 {
					row["withdrawn_on"] = (on + calendar.Day(random.IntN(400))).String()
				}
				published.note(b.code, entry, row["ref"])
			}
		}
		switch {
		case waiting > 0 && i%97 == 0:
			row["interprets_ref"], waiting = interpreted, 0
		case row["published_on"] != "" && random.IntN(50) == 0:
			row["requires_interpretation"] = "1"
			interpreted, waiting = row["ref"], 1
		}
		if err := write(inColumns(row, disclosureColumns)); err != nil {
			return err
		}
	}
	return nil
}

func manyNews(count int, bodies []body, random *rand.Rand, write func([]string) error) error {
	first := calendar.Date(2020, 1, 2)
	for i := range count {
		b := &bodies[random.IntN(len(bodies))]
		on := first + calendar.Day(random.IntN(int(lastDay-first)))
		if err := write(newsRow("gn"+strconv.Itoa(i), b.code, b.place, on, random)); err != nil {
			return err
		}
	}
	return nil
}

func newsRow(ref, code, place string, on calendar.Day, random *rand.Rand) []string {
	return inColumns(map[string]string{
		"ref": ref, "publisher_code": code, "title": madeTitle + title("5.1", place, on, random.IntN),
		"summary":      "（示例）本条为演示数据。",
		"published_at": fmt.Sprintf("%sT%02d:%02d:00+08:00", on, 8+random.IntN(10), random.IntN(60)), "tags": "示例",
	}, newsColumns)
}

func inColumns(row map[string]string, columns []string) []string {
	cells := make([]string, len(columns))
	for i, column := range columns {
		cells[i] = row[column]
	}
	return cells
}

func keys[V any](of map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for key := range of {
			if !yield(key) {
				return
			}
		}
	}
}

func writeFile(create func(string) (io.WriteCloser, error), name string, write func(io.Writer) error) error {
	file, err := create(name)
	if err != nil {
		return fmt.Errorf("creating %s: %w", name, err)
	}
	if err := write(file); err != nil {
		file.Close()
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return file.Close()
}

func writeRows(create func(string) (io.WriteCloser, error), name string, columns []string, rows func(func([]string) error) error) error {
	return writeFile(create, name, func(w io.Writer) error {
		table := csv.NewWriter(w)
		if err := table.Write(columns); err != nil {
			return err
		}
		if err := rows(table.Write); err != nil {
			return err
		}
		table.Flush()
		return table.Error()
	})
}
