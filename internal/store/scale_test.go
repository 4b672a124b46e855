package store_test

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// scale is docs/scale.md: the lines of its tables by their section, each line its cells.
func scale(t *testing.T) map[string][][]string {
	t.Helper()
	text, err := os.ReadFile("../../docs/scale.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string][][]string{}
	section := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "#"):
			section = strings.TrimLeft(line, "# ")
		case strings.HasPrefix(line, "| `"):
			lines[section] = append(lines[section], strings.Split(strings.Trim(line, "|"), " | "))
		}
	}
	return lines
}

var quoted = regexp.MustCompile("`([^`]+)`")

// named are the names in a cell.
func named(cell string) (names []string) {
	for _, found := range quoted.FindAllStringSubmatch(cell, -1) {
		names = append(names, found[1])
	}
	return names
}

// placed tells how Citus takes each thing of a section.
func placed(t *testing.T, lines [][]string) map[string]string {
	t.Helper()
	how := map[string]string{}
	for _, line := range lines {
		for _, name := range named(line[0]) {
			if how[name] != "" {
				t.Errorf("docs/scale.md has %s twice", name)
			}
			how[name] = strings.TrimSpace(line[1])
		}
	}
	return how
}

// same tells what one side has that the other has not.
func same(t *testing.T, what string, there, written map[string]string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(there)) {
		if written[name] == "" {
			t.Errorf("docs/scale.md lacks the %s %s: say how Citus takes it, and what is done then", what, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(written)) {
		if _, is := there[name]; !is {
			t.Errorf("docs/scale.md names the %s %s, which there is not", what, name)
		}
	}
}

// TestScaleNamesEveryStatement: no statement is without its line in docs/scale.md, and
// whether it touches a distributed table is what its line says.
func TestScaleNamesEveryStatement(t *testing.T) {
	t.Parallel()
	lines := scale(t)
	written := placed(t, lines["Every statement"])
	source := readSource(t)
	there := source.statements()
	for name := range source.makers {
		there[name] = ""
	}
	for name := range mayHoldSQL {
		there[name] = ""
	}
	same(t, "statement", there, written)

	var distributed []string
	for name, place := range placed(t, lines["Where each table goes"]) {
		if strings.HasPrefix(place, "distributed by `publisher_code`") {
			distributed = append(distributed, name)
		}
	}
	if len(distributed) == 0 {
		t.Fatal("docs/scale.md distributes no table: has its form changed?")
	}
	touches := regexp.MustCompile(`\b(?:FROM|JOIN|INTO|UPDATE|USING)\s+\(?(?:known\.|logged_)?(?:` + strings.Join(distributed, "|") + `)\b`)
	answers := regexp.MustCompile(`^(local|router|pushdown|pulled|refused)\b`)
	for name, how := range written {
		if !answers.MatchString(how) {
			t.Errorf("docs/scale.md says of %s neither local, router, pushdown, pulled nor refused: %q", name, how)
		}
		if text := there[name]; text != "" && touches.MatchString(text) == strings.HasPrefix(how, "local") {
			t.Errorf("docs/scale.md says %q of %s, whose statement is\n%s", how, name, text)
		}
	}
}

// TestScaleNamesEveryTable: nor is a table, trigger, foreign key or unique constraint, and
// those of distributed tables are not said to stay.
func TestScaleNamesEveryTable(t *testing.T) {
	t.Parallel()
	lines := scale(t)
	places := placed(t, lines["Where each table goes"])
	triggers := map[string]string{}
	for _, line := range lines["Triggers"] {
		for _, trigger := range named(line[0]) {
			for _, table := range named(line[1]) {
				if triggers[trigger+" on "+table] != "" {
					t.Errorf("docs/scale.md has %s on %s twice", trigger, table)
				}
				triggers[trigger+" on "+table] = line[2]
			}
		}
	}
	db := pgtest.Store(t).DB()
	for _, kind := range []struct {
		what, query string
		written     map[string]string
	}{
		{"table", `SELECT relname, relname FROM pg_class AS t WHERE relkind IN ('r', 'p')`, places},
		{"trigger", `SELECT tgname || ' on ' || t.relname, t.relname
			FROM pg_trigger AS g JOIN pg_class AS t ON t.oid = tgrelid WHERE NOT tgisinternal`, triggers},
		{"foreign key", `SELECT conname, t.relname FROM pg_constraint AS f JOIN pg_class AS t ON t.oid = conrelid
			WHERE contype = 'f'`, placed(t, lines["Foreign keys"])},
		// A unique index is one too, and so is what excludes.
		{"key or unique constraint", `SELECT c.relname, t.relname FROM pg_index AS i JOIN pg_class AS c ON c.oid = indexrelid
			JOIN pg_class AS t ON t.oid = indrelid WHERE (indisunique OR indisexclusion)`, placed(t, lines["Keys and unique constraints"])},
	} {
		var names, tables []string
		err := db.QueryRow("SELECT array_agg(name::text), array_agg(of::text) FROM ("+kind.query+
			" AND t.relnamespace = current_schema()::regnamespace) AS q (name, of)").Scan(pq.Array(&names), pq.Array(&tables))
		if err != nil {
			t.Fatal(err)
		}
		there := map[string]string{}
		for i, name := range names {
			there[name] = tables[i]
		}
		same(t, kind.what, there, kind.written)
		for name, how := range kind.written {
			local := places[there[name]] == "local"
			if kind.what != "table" && local != strings.HasPrefix(how, "stays") {
				t.Errorf("docs/scale.md says %q of %s, whose table is %s", how, name, places[there[name]])
			}
		}
	}
}
