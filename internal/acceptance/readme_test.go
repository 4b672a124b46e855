package acceptance

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestReadme: each query of the READMEs answers on the demo world what stands
// under it; an ellipsis there stands for anything.
func TestReadme(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	example := regexp.MustCompile("(?s)```graphql\n(.*?)```\n```json\n(.*?)```")
	for _, name := range []string{"README.md", "README.zh.md"} {
		content, err := os.ReadFile("../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		examples := example.FindAllStringSubmatch(string(content), -1)
		if len(examples) < 5 {
			t.Errorf("%s has %d queries with their answers", name, len(examples))
		}
		for _, one := range examples {
			answer := s.compact(one[1])
			at := 0
			for _, part := range strings.Split(compactText(one[2]), "…") {
				part = strings.Trim(part, ",")
				found := strings.Index(answer[at:], part)
				if found < 0 {
					t.Errorf("%s, %.80s\n%s\nis not in\n%.1500s", name, one[1], part, answer[at:])
					break
				}
				at += found + len(part)
			}
		}
	}
}

// compact asks a document and returns the data as the server writes it, without blanks.
func (s *service) compact(query string) string {
	s.t.Helper()
	response, err := http.Get(s.url + "/graphql?query=" + url.QueryEscape(query))
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	var answer struct{ Data, Errors json.RawMessage }
	if err := json.Unmarshal(content, &answer); err != nil || answer.Errors != nil {
		s.t.Fatalf("%v: %.500s", err, content)
	}
	var written bytes.Buffer
	if err := json.Compact(&written, answer.Data); err != nil {
		s.t.Fatal(err)
	}
	return written.String()
}

// compactText takes out the blanks between the values of a text of JSON, which
// ellipses keep from being read as such.
func compactText(text string) string {
	var compact strings.Builder
	inside := false
	for _, r := range text {
		if r == '"' {
			inside = !inside
		}
		if inside || !strings.ContainsRune(" \n\t", r) {
			compact.WriteRune(r)
		}
	}
	return compact.String()
}
