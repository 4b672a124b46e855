package acceptance

import (
	"bytes"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// interrupted calls something before each statement of a connection.
type interrupted struct {
	driver.Connector
	before func(query string) error
}

func (i interrupted) Connect(ctx context.Context) (driver.Conn, error) {
	connection, err := i.Connector.Connect(ctx)
	return interruptedConnection{connection, i.before}, err
}

type interruptedConnection struct {
	driver.Conn
	before func(query string) error
}

func (c interruptedConnection) QueryContext(ctx context.Context, query string, arguments []driver.NamedValue) (driver.Rows, error) {
	if err := c.before(query); err != nil {
		return nil, err
	}
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, query, arguments)
}

func (c interruptedConnection) ExecContext(ctx context.Context, query string, arguments []driver.NamedValue) (driver.Result, error) {
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, query, arguments)
}

func (c interruptedConnection) CheckNamedValue(value *driver.NamedValue) error {
	return checked(c.Conn, value)
}

func (c interruptedConnection) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, options)
}

// interruptedDemo is the demo world with something that happens when an export
// reads a page of documents, or the facts of gaps; and the same database for
// writers, for whom nothing does.
func interruptedDemo(t *testing.T) (db, writers *store.Store, when *atomic.Pointer[func(page int) error]) {
	t.Helper()
	address := demoURL(t)
	writers = pgtest.Open(t, address, store.Options{})
	when = &atomic.Pointer[func(int) error]{}
	var pages atomic.Int64
	db = pgtest.Open(t, address, store.Options{Watch: func(through driver.Connector) driver.Connector {
		return interrupted{through, func(query string) error {
			do := when.Load()
			if do == nil || !strings.HasPrefix(query, "-- store.DisclosurePages") && !strings.Contains(query, "FactsOfCells: disclosures") {
				return nil
			}
			return (*do)(int(pages.Add(1))) // an export asks one page after the other
		}}
	}})
	return db, writers, when
}

// TestExportTellsOneState: what is written while an export is made is not in it,
// neither in its later pages nor in what explains its gaps.
func TestExportTellsOneState(t *testing.T) {
	t.Parallel()
	db, writers, when := interruptedDemo(t)
	s, writer := serve(t, db, nil), serveTrusted(t, writers, nil)
	documents := map[string]string{"code": "533102"}
	gaps := map[string]string{"code": "533102", "filter": `{"statuses":["MISSING"]}`}
	before, gapsBefore := s.exported("disclosures.csv", documents), s.exported("gaps.csv", gaps)
	publisher, entry := missingCell(t, writer, 0)
	written := 0
	publish := func(int) error {
		written++
		input := map[string]any{
			"ref": fmt.Sprintf(
				"later-%d",
				written,
			),
			"publisherCode": publisher,
			"entryCode":     entry,
			"title":         "后来的通知",
			"attribute":     "PROACTIVE",
			"formedOn":      "2020-01-02",
			"publishedOn":   "2020-01-02", // in the pages to come
		}
		writer.data(registerMutation, map[string]any{"input": input})
		return nil
	}
	when.Store(&publish)
	during := s.exported("disclosures.csv", documents)
	if pages := written; pages < 3 || !bytes.Equal(before, during) {
		t.Errorf("documents written before each of %d pages stand in the export", pages)
	}
	when.Store(nil)
	for n := 1; n <= written; n++ {
		writer.data(withdrawMutation, map[string]any{"id": cursorOf("d", fmt.Sprintf("later-%d", n)), "on": "2020-01-03"})
	}
	if again := s.exported("gaps.csv", gaps); bytes.Count(again, []byte("\n")) != bytes.Count(gapsBefore, []byte("\n")) {
		t.Fatal("withdrawn documents should leave the gap that there was")
	}
	gapsBefore = s.exported("gaps.csv", gaps)
	when.Store(&publish)
	if during := s.exported("gaps.csv", gaps); !bytes.Equal(gapsBefore, during) {
		t.Errorf("a gap closed meanwhile is told otherwise:\n%s\n%s", gapsBefore, during)
	}
	when.Store(nil)
	if after := s.exported("gaps.csv", gaps); bytes.Count(after, []byte("\n")) != bytes.Count(gapsBefore, []byte("\n"))-1 {
		t.Error("the next export does not know that the gap is closed")
	}
}

// TestExportBreaksOff: an export that fails on its way does not look whole, is
// told in the log, and leaves room for the next; one that fails before its first
// bytes is an error like any other; one that nobody waits for is given up.
func TestExportBreaksOff(t *testing.T) {
	t.Parallel()
	db, _, when := interruptedDemo(t)
	s := serve(t, db, func(o *server.Options) { o.Limits.Exports = 1 })
	documents := map[string]string{"code": "533102"}
	whole := s.exported("disclosures.ndjson", documents)

	first := 0
	fail := func(page int) error {
		if first == 0 {
			first = page
		}
		if page == first+2 {
			return errors.New("the database is gone")
		}
		return nil
	}
	when.Store(&fail)
	request, err := http.NewRequest("GET", s.url+"/export/disclosures.ndjson?code=533102", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept-Encoding", "identity")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	part, err := io.ReadAll(response.Body)
	response.Body.Close()
	if response.StatusCode != 200 || err == nil || len(part) == 0 || !bytes.HasPrefix(whole, part) || len(part) == len(whole) {
		t.Errorf("status %d, %d of %d bytes, %v", response.StatusCode, len(part), len(whole), err)
	}
	if id := response.Header.Get("X-Request-Id"); !strings.Contains(s.log.String(), "broke off") || !strings.Contains(s.log.String(), id) {
		t.Errorf("the log does not tell: %s", s.log)
	}

	refuse := func(int) error { return errors.New("the database is gone") }
	when.Store(&refuse)
	for _, format := range []string{"csv", "xlsx"} {
		response, content := s.export("disclosures."+format, documents)
		if response.StatusCode != 500 || !bytes.Contains(content, []byte("INTERNAL")) || bytes.Contains(content, []byte("gone")) {
			t.Errorf("%s: %d %s", format, response.StatusCode, content)
		}
	}

	asked, release := make(chan struct{}), make(chan struct{})
	pages := 0
	wait := func(int) error {
		if pages++; pages == 1 {
			close(asked)
			<-release
		}
		return nil
	}
	when.Store(&wait)
	ctx, leave := context.WithCancel(context.Background())
	go func() {
		<-asked
		leave()
		time.Sleep(time.Second) // the server hears of it
		close(release)
	}()
	if _, err := http.DefaultClient.Do(request.WithContext(ctx)); err == nil {
		t.Error("nobody left")
	}
	deadline := time.Now().Add(time.Minute)
	for {
		response, content := s.export("disclosures.ndjson", documents)
		if response.StatusCode == 200 {
			if !bytes.Equal(content, whole) {
				t.Error("the next export is not whole")
			}
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("no room for the next export: %d %s", response.StatusCode, content)
		}
		time.Sleep(20 * time.Millisecond)
	}
	if most := 2 + bytes.Count(whole, []byte("\n"))/500; pages > most {
		t.Errorf("%d pages were read, of which one for nobody", pages)
	}
}

// TestExportOutlastsRequests: an export may take longer than a request, and than
// a connection is given to ask and to be answered.
func TestExportOutlastsRequests(t *testing.T) {
	t.Parallel()
	db, _, when := interruptedDemo(t)
	follower, err := db.Follow(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	quiet := serve(t, db, nil)
	options := server.Options{Store: db, Follower: follower, Limits: server.DefaultLimits(), Now: noon, Log: slog.New(slog.DiscardHandler)}
	options.Limits.RequestTime = 3 * time.Second
	running := httptest.NewUnstartedServer(server.New(options).Handler())
	running.Config.ReadTimeout, running.Config.WriteTimeout = time.Second, time.Second
	running.Start()
	t.Cleanup(running.Close)
	s := &service{t, running.URL, db, &bytes.Buffer{}, db}
	slow := func(int) error {
		time.Sleep(1100 * time.Millisecond)
		return nil
	}
	whole := quiet.exported("disclosures.csv", map[string]string{"code": "533102"})
	when.Store(&slow)
	start := time.Now()
	if content := s.exported("disclosures.csv", map[string]string{"code": "533102"}); !bytes.Equal(content, whole) {
		t.Errorf("%d of %d bytes", len(content), len(whole))
	}
	if took := time.Since(start); took < options.Limits.RequestTime {
		t.Errorf("it took only %s", took)
	}
}
