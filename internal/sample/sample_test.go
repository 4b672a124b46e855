package sample_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"io"
	"io/fs"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/sample"
)

type discard struct{ io.Writer }

func (discard) Close() error { return nil }

func generate(t testing.TB, options sample.Options, into func(name string) io.Writer) {
	t.Helper()
	if err := sample.Generate(options, func(name string) (io.WriteCloser, error) { return discard{into(name)}, nil }); err != nil {
		t.Fatal(err)
	}
}

// TestSameSeed: the same seed makes the same world, another one another.
func TestSameSeed(t *testing.T) {
	t.Parallel()
	sum := func(seed uint64) string {
		hash := sha256.New()
		generate(t, sample.Options{Seed: seed, Disclosures: 2000, Areas: "5331"}, func(name string) io.Writer {
			io.WriteString(hash, name)
			return hash
		})
		return string(hash.Sum(nil))
	}
	once, again, other := sum(1), sum(1), sum(2)
	if once != again || once == other {
		t.Error("seeds do not tell worlds apart")
	}
	if err := sample.Generate(sample.Options{Areas: "nowhere"}, nil); err == nil {
		t.Error("an unknown area is accepted")
	}
}

// TestDemoWorld: the same each time; what is made up is marked, what is real is
// as it was.
func TestDemoWorld(t *testing.T) {
	t.Parallel()
	one, two := sample.Demo(), sample.Demo()
	names, err := fs.Glob(one, "*.csv")
	if err != nil || len(names) < 9 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		a, _ := fs.ReadFile(one, name)
		b, _ := fs.ReadFile(two, name)
		if !bytes.Equal(a, b) {
			t.Errorf("%s differs from time to time", name)
		}
		rows, err := csv.NewReader(bytes.NewReader(a)).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, row := range rows[1:] {
			text := strings.Join(row, ",")
			made := strings.HasPrefix(row[0], "demo-") || strings.HasPrefix(row[0], "ev-") || name == "assignments.csv" ||
				name == "areas.csv" && row[0] == "533102299"
			if made && !strings.Contains(text, "示例") {
				t.Errorf("%s: made up and not marked: %s", name, text)
			}
			if !made && strings.Contains(text, "示例") {
				t.Errorf("%s: marked and not made up: %s", name, text)
			}
			if name == "disclosures.csv" && made && (!strings.HasPrefix(row[3], "【示例】") || !strings.HasSuffix(row[15], "（示例）")) {
				t.Errorf("title or channel not marked: %s", text)
			}
		}
	}
}

// TestVillages: those below the areas taken are taken in, owe what applies to them and
// publish; a file that is none of villages is refused with its place.
func TestVillages(t *testing.T) {
	t.Parallel()
	of := func(file string) (map[string]*bytes.Buffer, error) {
		files := map[string]*bytes.Buffer{}
		err := sample.Generate(
			sample.Options{Seed: 1, Disclosures: 500, Areas: "533102", Villages: strings.NewReader(file)},
			func(name string) (io.WriteCloser, error) {
				files[name] = &bytes.Buffer{}
				return discard{files[name]}, nil
			},
		)
		return files, err
	}
	files, err := of("name,streetCode,code\n甲村,533102102,533102102201\n乙社区,110101001,110101001001\n")
	if err != nil {
		t.Fatal(err)
	}
	if areas := files["areas.csv"].String(); !strings.Contains(areas, "\n533102102201,甲村,VILLAGE,533102102\n") ||
		strings.Contains(areas, "乙社区") {
		t.Error("areas.csv has not the villages of the areas taken alone")
	}
	entries, err := csv.NewReader(files["national.csv"]).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var owed []string
	for _, row := range entries[1:] {
		if strings.Contains(strings.Join(row, ","), "COUNTY;TOWNSHIP;VILLAGE") {
			owed = append(owed, row[0])
		}
	}
	if got := strings.Join(owed, " "); got != "1.6 2.2 3.2 3.4 4.2 5.1" {
		t.Errorf("villages owe %s", got)
	}
	if !strings.Contains(files["disclosures.csv"].String(), ",533102102201,") {
		t.Error("no village publishes")
	}
	for file, want := range map[string]string{
		"":                                   "no column code or name",
		"code\n533102102201\n":               "no column code or name",
		"code,name\n533102102201,甲\n999,乙\n": `line 3: there is no township above "999"`,
		"code,name\n533102102,甲\n":           `line 2: there is no township above "533102102"`,
		"code,name\n533102102201\n":          "wrong number of fields",
	} {
		if _, err := of(file); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", file, err, want)
		}
	}
}
