package acceptance

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/server"
)

// TestExportRefusals: what cannot be exported is told before the first byte.
func TestExportRefusals(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s := serve(t, db, nil)
	for _, c := range []struct {
		file, query, code, field, says string
		status                         int
	}{
		{"gaps.csv", "", "INVALID_INPUT", "code", "missing", 400},
		{"gaps.csv", "code=533102&asOf=2024-02-30", "INVALID_INPUT", "asOf", "no day of the calendar", 400},
		{"gaps.csv", "code=533102&asOf=1989-01-01", "INVALID_INPUT", "asOf", "1990-01-01 to 2100-12-31", 400},
		{"gaps.csv", `code=533102&filter={"status":[]}`, "INVALID_INPUT", "filter", "statuses, categories", 400},
		{"gaps.xlsx", `code=533102&filter={"statuses":["LATE"]}`, "INVALID_INPUT", "filter", "COVERED, PENDING", 400},
		{"gaps.ndjson", `code=533102&filter={"statuses":["overdue"]}`, "INVALID_INPUT", "filter", "statuses[0]: overdue is not a valid CellStatus; give COVERED, PENDING", 400},
		{"gaps.csv", `code=533102&filter={"levels":"county"}`, "INVALID_INPUT", "filter", "levels[0]: county is not a valid AdministrativeLevel; give NATION", 400},
		{"orders.csv", `code=533102&filter={"states":["open"]}`, "INVALID_INPUT", "filter", "give ISSUED, RECEIVED", 400},
		{"disclosures.csv", `code=533102&filter={"attributes":["proactive"]}`, "INVALID_INPUT", "filter", "give PROACTIVE, ON_REQUEST", 400},
		{"gaps.csv", "code=533102&orderBy=entry", "INVALID_INPUT", "orderBy", "PUBLISHER, OLDEST_FIRST, NEWEST_FIRST, ENTRY", 400},
		{"ranking.csv", "code=533102&level=township", "INVALID_INPUT", "level", "TOWNSHIP", 400},
		{"relief.csv", "code=533102&from=2024-01-01&to=2024-12-31&reliefClass=drought", "INVALID_INPUT", "reliefClass", "DROUGHT", 400},
		{"relief.csv", "code=533102&from=2024-01-01&to=2024-12-31&scope=self", "INVALID_INPUT", "scope", "SELF", 400},
		{"gaps.csv", `code=533102&filter={"minDaysOpen":0}`, "INVALID_INPUT", "minDaysOpen", "from 1", 400},
		{"change.csv", "code=533102&from=2024-01-02&to=2024-01-01", "INVALID_INPUT", "to", "before it begins", 400},
		{"relief.csv", "code=533102&from=2024-01-02&to=2024-01-01", "INVALID_INPUT", "to", "before it begins", 400},
		{"ranking.ndjson", "code=533102&level=TOWN", "INVALID_INPUT", "level", "TOWNSHIP", 400},
		{"bulletin.xlsx", "code=533102&month=2026-12", "INVALID_INPUT", "month", "2026-11", 400},
		{"gaps.csv", "code=nowhere", "NOT_FOUND", "code", "nowhere", 404},
		{"matrix.xlsx", "code=nowhere", "NOT_FOUND", "code", "nowhere", 404},
		{"gaps.pdf", "code=533102", "NOT_FOUND", "", "csv, xlsx, ndjson", 404},
		{"concerns.csv", "code=533102", "NOT_FOUND", "", "disclosures", 404},
	} {
		query, err := url.ParseQuery(c.query)
		if err != nil {
			t.Fatal(err)
		}
		arguments := map[string]string{}
		for name := range query {
			arguments[name] = query.Get(name)
		}
		response, content := s.export(c.file, arguments)
		var told reply
		if err := json.Unmarshal(content, &told); err != nil || response.StatusCode != c.status || told.code() != c.code {
			t.Errorf("%s?%s: %d %v %s", c.file, c.query, response.StatusCode, err, content)
			continue
		}
		field, _ := told.Errors[0].Extensions["field"].(string)
		if field != c.field || !strings.Contains(told.Errors[0].Message, c.says) ||
			told.Errors[0].Extensions["requestId"] != response.Header.Get("X-Request-Id") {
			t.Errorf("%s?%s: %s", c.file, c.query, content)
		}
		if response.Header.Get("Content-Disposition") != "" {
			t.Errorf("%s?%s: an error is no file to keep", c.file, c.query)
		}
	}
	full := serve(t, db, func(o *server.Options) { o.Limits.Exports = 0 })
	if response, content := full.export(
		"gaps.csv",
		map[string]string{"code": "533102"},
	); response.StatusCode != 503 || response.Header.Get("Retry-After") == "" ||
		!bytes.Contains(content, []byte("UNAVAILABLE")) {
		t.Errorf("%d %s", response.StatusCode, content)
	}
}

// TestExportHeaders: names, media types, compression; a question about the head
// alone; no writes.
func TestExportHeaders(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	const address = "/export/gaps.csv?code=533102"
	ask := func(method, encoding string) (*http.Response, []byte) {
		request, err := http.NewRequest(method, s.url+address, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept-Encoding", encoding)
		response, content := roundTrip(t, request)
		return response, []byte(content)
	}
	plain, content := ask("GET", "identity")
	header := plain.Header
	if header.Get("Content-Type") != "text/csv; charset=utf-8" || header.Get("Cache-Control") != "no-store" ||
		header.Get("X-Content-Type-Options") != "nosniff" ||
		header.Get(
			"Content-Disposition",
		) != `attachment; filename="gaps-533102-2026-11-24.csv"; filename*=UTF-8''`+url.PathEscape(
			"瑞丽市-公开缺口-2026-11-24.csv",
		) {
		t.Errorf("%v", header)
	}
	packed, small := ask("GET", "gzip")
	unpacked, err := gzip.NewReader(bytes.NewReader(small))
	if err != nil || packed.Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("%v %v", err, packed.Header)
	}
	if again, err := io.ReadAll(unpacked); err != nil || !bytes.Equal(again, content) {
		t.Errorf("unpacked it is not the same: %v", err)
	}
	if head, nothing := ask(
		"HEAD",
		"identity",
	); head.StatusCode != 200 || len(nothing) > 0 ||
		head.Header.Get("Content-Disposition") == "" {
		t.Errorf("HEAD: %d %v", head.StatusCode, head.Header)
	}
	if posted, _ := ask("POST", "identity"); posted.StatusCode < 400 {
		t.Errorf("POST: %d", posted.StatusCode)
	}
	if _, told := ask("GET", "identity"); !slices.Equal(told, content) {
		t.Error("the same export twice is not the same")
	}
	metrics, err := http.Get(s.url + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer metrics.Body.Close()
	if counted, _ := io.ReadAll(metrics.Body); !bytes.Contains(counted, []byte(`route="/export"`)) {
		t.Error("exports are not counted by themselves")
	}
}
