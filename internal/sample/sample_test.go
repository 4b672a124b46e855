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
