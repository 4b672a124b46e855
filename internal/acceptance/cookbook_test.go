package acceptance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

const (
	cookbook = "../../docs/cookbook.md"
	recipes  = "../../docs/cookbook"
	// Where the cookbook says that the server is.
	cookbookServer = "http://127.0.0.1:8080"
	tokenVariable  = "RELIEFGRAPH_TOKEN"
)

var (
	fence    = regexp.MustCompile("(?s)```([a-z]+)\n(.*?)```")
	numbered = regexp.MustCompile(`(?m)^## \d+\. `)
	asked    = regexp.MustCompile(`query@(\S+\.graphql)`)
)

// TestCookbook: each question shows its query as its file has it and what the
// demo world answers; curl, Python and R, run as they are written, get the same.
func TestCookbook(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"curl", "python3", "Rscript"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("%v: install it by scripts/install analysts", err)
		}
	}
	db := demo(t)
	s, token := serve(t, db, nil), tokenOf(t, db, "supervisor", account.Grant{
		Role: account.Supervisor, NodeCode: "533102", From: calendar.Date(2026, 1, 1),
	})
	content, err := os.ReadFile(cookbook)
	if err != nil {
		t.Fatal(err)
	}
	starts := numbered.FindAllIndex(content, -1)
	if len(starts) != 18 {
		t.Fatalf("%d questions, not 18", len(starts))
	}
	preamble := blocks(string(content[:starts[0][0]]))
	page := string(content[:starts[0][0]])
	for i, start := range starts {
		end := len(content)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		section := string(content[start[0]:end])
		if *update {
			page += filled(t, s, token, section, preamble)
			continue
		}
		title, _, _ := strings.Cut(section, "\n")
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			if difference := cmp.Diff(section, filled(t, s, token, section, preamble)); difference != "" {
				t.Errorf("run go test ./internal/acceptance -run TestCookbook -update and read what it writes:\n%s", difference)
			}
		})
	}
	if *update {
		if err := os.WriteFile(cookbook, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// filled is a question's section with its query, answer and table as they are,
// after its programs are found to get the same. A token is used where the section does.
func filled(t *testing.T, s *service, token http.Header, section string, preamble map[string]string) string {
	t.Helper()
	own := blocks(section)
	name := asked.FindStringSubmatch(own["sh"])
	if name == nil {
		t.Fatalf("curl asks no file: %s", own["sh"])
	}
	query, err := os.ReadFile(filepath.Join(recipes, name[1]))
	if err != nil {
		t.Fatal(err)
	}
	var environment []string
	if !strings.Contains(own["sh"], "$"+tokenVariable) {
		token = nil
	} else if bearer, _ := strings.CutPrefix(token.Get("Authorization"), "Bearer "); bearer != "" {
		environment = []string{tokenVariable + "=" + bearer}
	}
	var byCurl struct{ Data json.RawMessage }
	output := run(t, s, environment, "sh", "-c", strings.ReplaceAll(own["sh"], cookbookServer, s.url))
	if err := json.Unmarshal(output, &byCurl); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	var answer map[string]any
	if err := json.Unmarshal(byCurl.Data, &answer); err != nil {
		t.Fatal(err)
	}
	if difference := cmp.Diff(s.askWith(token, string(query), nil).Data, answer); difference != "" {
		t.Errorf("curl gets another answer:\n%s", difference)
	}
	byPython := run(t, s, environment, "python3", "-c", preamble["python"]+own["python"])
	byR := run(t, s, environment, "Rscript", "-e", preamble["r"]+own["r"])
	if difference := cmp.Diff(string(byPython), string(byR)); difference != "" {
		t.Errorf("R prints another table than Python:\n%s", difference)
	}
	if len(byPython) == 0 {
		t.Error("the table is empty")
	}
	now := map[string]string{"graphql": string(query), "json": readable(t, byCurl.Data, "") + "\n", "text": string(byPython)}
	return fence.ReplaceAllStringFunc(section, func(block string) string {
		parts := fence.FindStringSubmatch(block)
		if text, made := now[parts[1]]; made {
			return "```" + parts[1] + "\n" + text + "```"
		}
		return block
	})
}

func run(t *testing.T, s *service, environment []string, program string, arguments ...string) []byte {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, arguments...)
	command.Dir = recipes
	command.Env = append(os.Environ(), "RELIEFGRAPH_URL="+s.url, "LC_ALL=C.UTF-8", "PYTHONDONTWRITEBYTECODE=1")
	command.Env = append(command.Env, environment...)
	var complaints bytes.Buffer
	command.Stderr = &complaints
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", program, err, complaints.Bytes())
	}
	return output
}

// blocks are the first fenced block of each language.
func blocks(section string) map[string]string {
	found := map[string]string{}
	for _, block := range fence.FindAllStringSubmatch(section, -1) {
		if _, known := found[block[1]]; !known {
			found[block[1]] = block[2]
		}
	}
	return found
}

// readable is JSON in which what fits on a line stands on one.
func readable(t *testing.T, compact json.RawMessage, indent string) string {
	t.Helper()
	const width = 110
	if len(compact) > 0 && compact[0] != '{' && compact[0] != '[' || len([]rune(indent))+len([]rune(string(compact))) <= width {
		return strings.NewReplacer(`":`, `": `, `,"`, `, "`).Replace(string(compact))
	}
	decoder := json.NewDecoder(bytes.NewReader(compact))
	opening, err := decoder.Token()
	if err != nil {
		t.Fatal(err)
	}
	inner := indent + "  "
	var parts []string
	for decoder.More() {
		name := ""
		if opening == json.Delim('{') {
			token, err := decoder.Token()
			if err != nil {
				t.Fatal(err)
			}
			name = fmt.Sprintf("%q: ", token)
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			t.Fatal(err)
		}
		parts = append(parts, inner+name+readable(t, value, inner))
	}
	return string(compact[0]) + "\n" + strings.Join(parts, ",\n") + "\n" + indent + string(compact[len(compact)-1])
}
