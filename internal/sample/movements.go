package sample

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// latestOfMoney is, for each place, the last document that its body published
// about relief money, which its movements then name.
type latestOfMoney map[string]string

// aboutMoney are the entries of the standard catalog under which money is published.
var aboutMoney = map[string]bool{"3.3": true, "4.2": true}

// note keeps a published document; a county's bureau publishes for the county.
func (l latestOfMoney) note(body, entry, ref string) {
	if aboutMoney[entry] {
		place, _, _ := strings.Cut(body, "/")
		l[place] = ref
	}
}

// manyMovements sends money down: from a province to a county, on to one of its
// townships and from there to households, some of it named by what was published.
func manyMovements(count int, areas *table, published latestOfMoney, random *rand.Rand, write func([]string) error) error {
	level, parent := levelsOf(areas), map[string]string{}
	var townships []string
	for _, row := range areas.rows {
		parent[row[0]] = areas.cell(row, "parent_code")
		if level[row[0]] == "TOWNSHIP" {
			townships = append(townships, row[0])
		}
	}
	if len(townships) == 0 {
		return nil
	}
	first := calendar.Date(2020, 1, 2)
	number := 0
	move := func(row map[string]string, class string, on calendar.Day, yuan int) error {
		row["ref"], row["relief_class"], row["occurred_on"] = "gm"+strconv.Itoa(number), class, on.String()
		row["document_number"] = fmt.Sprintf("财示例〔%d〕%d号", on.Year(), 1+number%200)
		row["funds_yuan"] = fmt.Sprintf("%d.%02d", yuan, random.IntN(100))
		number++
		return write(inColumns(row, reliefColumns))
	}
	for number < count {
		township := townships[random.IntN(len(townships))]
		county := parent[township]
		province := county
		for level[province] != "PROVINCE" && parent[province] != "" {
			province = parent[province]
		}
		class, yuan := classes[random.IntN(len(classes))], 50_000+random.IntN(400_000)
		on := first + calendar.Day(random.IntN(int(lastDay-first)-60))
		steps := []map[string]string{
			{"kind": "ALLOCATION", "from_code": province, "to_code": county},
			{"kind": "ALLOCATION", "from_code": county, "to_code": township, "disclosure_ref": published[county]},
			{
				"kind":           "DISTRIBUTION",
				"from_code":      township,
				"disclosure_ref": published[township],
				"households":     strconv.Itoa(1 + yuan/8000),
				"persons":        strconv.Itoa(2 + yuan/3000),
			},
		}
		for i, row := range steps {
			if row["from_code"] == row["to_code"] {
				continue // a county that the list places under no province
			}
			if random.IntN(4) == 0 {
				delete(row, "disclosure_ref")
			}
			if err := move(row, class, on+calendar.Day(i*15), yuan*(100-i*random.IntN(20))/100); err != nil {
				return err
			}
		}
	}
	return nil
}
