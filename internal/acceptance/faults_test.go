package acceptance

import (
	"net/http"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/server"
)

// TestFullDisk: a write that finds the disk of the database full is told so, and
// the log holds what was full.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s := serveTrusted(t, db, nil)
	if _, err := db.DB().Exec(`CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		RAISE EXCEPTION 'could not extend file "base/5/1259": No space left on device' USING ERRCODE = 'disk_full'; END $$;
		CREATE TRIGGER full_disk BEFORE INSERT ON disclosure EXECUTE FUNCTION full_disk()`); err != nil {
		t.Fatal(err)
	}
	answer := s.ask(registerMutation, map[string]any{"input": map[string]any{
		"ref": "full", "publisherCode": "533102102", "entryCode": "1.3", "title": "通知", "attribute": "PROACTIVE", "formedOn": "2026-09-01",
	}})
	if answer.code() != "UNAVAILABLE" || !strings.Contains(answer.Errors[0].Message, "disk") ||
		strings.Contains(answer.Errors[0].Message, "base/5") {
		t.Errorf("%+v", answer)
	}
	if !strings.Contains(s.log.String(), "base/5/1259") {
		t.Errorf("the log: %s", s.log)
	}
}

// TestFaultsAreLogged: what is our fault is masked, with the request's id, and
// under that id the log holds what went wrong and where.
func TestFaultsAreLogged(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s := serve(t, db, func(o *server.Options) { o.Books = nil }) // it adds up movements
	if _, err := db.DB().Exec("ALTER TABLE relief_movement RENAME COLUMN funds_fen TO money"); err != nil {
		t.Fatal(err)
	}
	const question = `{"query":"{ administrativeNode(code: \"533102\") { relief(from: \"2024-01-01\", to: \"2024-12-31\") { total { received } } } }"}`
	request, err := http.NewRequest(http.MethodPost, s.url+"/graphql", strings.NewReader(question))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, content := roundTrip(t, request)
	id := response.Header.Get("X-Request-Id")
	if id == "" || !strings.Contains(content, `"requestId":"`+id+`"`) || !strings.Contains(content, `"code":"INTERNAL"`) {
		t.Fatalf("the answer to request %s: %s", id, content)
	}
	for _, secret := range []string{"funds", "does not exist", "SELECT", "pq:", "store"} {
		if strings.Contains(content, secret) {
			t.Errorf("the answer tells of %s: %s", secret, content)
		}
	}
	for line := range strings.Lines(s.log.String()) {
		if strings.Contains(line, "level=ERROR") && strings.Contains(line, id) && strings.Contains(line, "relief") {
			return
		}
	}
	t.Errorf("the log does not tell of request %s: %s", id, s.log)
}
