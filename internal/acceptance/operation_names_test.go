package acceptance

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// TestOperationNames: metrics count operations by name, of which strangers bring
// only so many.
func TestOperationNames(t *testing.T) {
	t.Parallel()
	s := serve(t, pgtest.Store(t), nil)
	long := strings.Repeat("L", 65)
	for i := range 60 {
		s.data(fmt.Sprintf(`query Mine%02d { roots { code } }`, i), nil)
	}
	s.data(`query Mine00 { roots { name } }`, nil)
	s.data(`{ roots { code } }`, nil)
	s.data(`query `+long+` { roots { code } }`, nil)
	s.data(`query NodeHome { roots { code } }`, nil) // as one that is trusted
	s.ask(`query Wrong { nothing }`, nil)
	response, err := http.Get(s.url + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]string{}
	for _, line := range regexp.MustCompile(`(?m)^reliefgraph_operation_seconds_count{operation="(.*)"} (\d+)$`).FindAllStringSubmatch(string(content), -1) {
		counts[line[1]] = line[2]
	}
	for name, want := range map[string]string{
		"Mine00": "2", "Mine49": "1", "Mine50": "", "(other)": "11", "(unnamed)": "1", "NodeHome": "1", "Wrong": "", long: "",
	} {
		if counts[name] != want {
			t.Errorf("%s was run %q times, want %q", name, counts[name], want)
		}
	}
	if len(counts) != 53 {
		t.Errorf("%d names: %v", len(counts), counts)
	}
}
