package sample

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// owedByVillages are the entries of the standard catalog that apply to villages too,
// where a world has them: what people see of relief on their own notice board.
var owedByVillages = []string{"1.6", "2.2", "3.2", "3.4", "4.2", "5.1"}

// townshipDigits is how long the code of a township is, with which that of each of its
// villages begins.
const townshipDigits = 9

// addVillages appends the villages of a file that lie below those areas. The file is
// CSV with the columns code and name; others are not read.
func addVillages(areas *table, file io.Reader) error {
	reader := csv.NewReader(file)
	reader.ReuseRecord = true
	header, err := reader.Read()
	if err != nil && !errors.Is(err, io.EOF) {
		return unreadable(err)
	}
	code, name := slices.Index(header, "code"), slices.Index(header, "name")
	if code < 0 || name < 0 {
		return problem.Invalid(
			"villages",
			"give a CSV file whose first line names the columns code and name",
			"it has no column code or name",
		)
	}
	taken, known := levelsOf(areas), levelsOf(read("china.csv.gz"))
	for {
		row, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return unreadable(err)
		}
		village := strings.Clone(row[code])
		township := village[:min(townshipDigits, len(village))]
		if known[township] != "TOWNSHIP" || village == township {
			line, _ := reader.FieldPos(code)
			return problem.Invalid(
				"villages",
				"give codes of villages, which begin with the nine digits of a township of the national list",
				"line %d: there is no township above %q",
				line,
				village,
			)
		}
		if taken[township] != "" {
			areas.rows = append(areas.rows, []string{village, strings.Clone(row[name]), "VILLAGE", township})
		}
	}
}

func unreadable(err error) error {
	return problem.Invalid("villages", "give a CSV file in UTF-8", "it cannot be read: %v", err)
}

// levelsOf are the levels of nodes by their codes.
func levelsOf(areas *table) map[string]string {
	levels := make(map[string]string, len(areas.rows))
	for _, row := range areas.rows {
		levels[row[0]] = areas.cell(row, "level")
	}
	return levels
}

// catalogOf is the standard catalog, whose entries for villages apply to them where there
// are any.
func catalogOf(o *Options) *table {
	national := read("national.csv")
	level := slices.Index(national.columns, "levels")
	for _, row := range national.rows {
		if o.Villages != nil && slices.Contains(owedByVillages, row[0]) {
			row[level] += ";VILLAGE"
		}
	}
	return national
}

func areasWithVillages(o *Options) (*table, error) {
	areas, err := areasOf(o.Areas)
	if err != nil || o.Villages == nil {
		return areas, err
	}
	if err := addVillages(areas, o.Villages); err != nil {
		return nil, fmt.Errorf("reading the villages: %w", err)
	}
	return areas, nil
}
