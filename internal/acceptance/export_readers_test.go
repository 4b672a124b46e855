package acceptance

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/server"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// largeExport is a file of some megabytes, more than sockets hold.
const largeExport = "/export/disclosures.ndjson?code=533102"

// served is a server of its own on a port, as the program runs it.
func served(t *testing.T, db *store.Store, change func(*server.Options)) *service {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving *server.Server
	s := serve(t, db, func(o *server.Options) {
		change(o)
		serving = server.New(*o)
	})
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- serving.Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	s.url = "http://" + listener.Addr().String()
	return s
}

// reader asks for a file from an address of its own, and has read nothing of it.
func reader(t *testing.T, s *service, from, path string) net.Conn {
	t.Helper()
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	connection, err := dialer.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { connection.Close() })
	fmt.Fprintf(connection, "GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n", path)
	return connection
}

// manyDocuments is a world whose documents make a large file.
func manyDocuments(t *testing.T) *store.Store {
	t.Helper()
	db := demo(t)
	if _, err := db.DB().Exec(`INSERT INTO disclosure (ref, publisher_code, entry_code, title, attribute, formed_on, published_on)
		SELECT 'large-' || n, '533102102', '1.1', repeat('通知', 100), 0, date '2026-01-01', date '2026-01-02' FROM generate_series(1, 6000) AS n`); err != nil {
		t.Fatal(err)
	}
	return db
}

// number is the value of a metric, with its labels.
func (s *service) number(metric string) int {
	s.t.Helper()
	for line := range strings.Lines(s.metrics()) {
		if value, ok := strings.CutPrefix(line, metric+" "); ok {
			number, err := strconv.Atoi(strings.TrimSpace(value))
			if err != nil {
				s.t.Fatalf("%s: %v", metric, err)
			}
			return number
		}
	}
	s.t.Fatalf("there is no metric %s", metric)
	return 0
}

// TestReadersThatStop: readers that take nothing of their files take no place of
// those who come after them, hold no connection to the database, and lose their
// files; a slow one that goes on gets the whole of its.
func TestReadersThatStop(t *testing.T) {
	t.Parallel()
	s := served(t, manyDocuments(t), func(o *server.Options) { o.Limits.Exports, o.Limits.ReadersPatience = 2, 5*time.Second })
	response, whole := s.export("disclosures.ndjson", map[string]string{"code": "533102"})
	if response.StatusCode != http.StatusOK || len(whole) < 2<<20 {
		t.Fatalf("%d, %d bytes", response.StatusCode, len(whole))
	}
	var stopped []net.Conn
	for n := range 3 { // more than may be made at once
		stopped = append(stopped, reader(t, s, fmt.Sprintf("127.0.0.%d", 2+n), largeExport))
		pgtest.Eventually(t, "the file is asked for", func() bool {
			return s.number(`reliefgraph_exports{stage="sending"}`)+s.number("reliefgraph_exports_stalled_total") == n+1
		})
		pgtest.Eventually(t, "the file is made", func() bool { return s.number(`reliefgraph_exports{stage="making"}`) == 0 })
	}
	pgtest.Eventually(t, "no connection is held", func() bool { return s.serving.DB().Stats().InUse == 0 })
	if response, content := s.export("disclosures.ndjson", map[string]string{"code": "533102"}); response.StatusCode != http.StatusOK ||
		!bytes.Equal(content, whole) {
		t.Errorf("after those who stopped: %d, %d of %d bytes", response.StatusCode, len(content), len(whole))
	}
	slow := reader(t, s, "127.0.0.9", largeExport)
	// It takes longer than the patience with those who stop.
	got, part := &bytes.Buffer{}, len(whole)/80
	for {
		_, err := io.CopyN(got, slow, int64(part))
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("the slow reader lost its file after %d of %d bytes: %v", got.Len(), len(whole), err)
		}
		time.Sleep(100 * time.Millisecond)
	}
	if _, body, _ := bytes.Cut(got.Bytes(), []byte("\r\n\r\n")); !bytes.Equal(body, whole) {
		t.Errorf("the slow reader got %d of %d bytes", len(body), len(whole))
	}
	pgtest.Eventually(t, "those who stopped lose their files", func() bool {
		return s.number("reliefgraph_exports_stalled_total") == 3 && s.number(`reliefgraph_exports{stage="sending"}`) == 0
	})
	for _, connection := range stopped {
		if content, _ := io.ReadAll(connection); bytes.Contains(content, whole) {
			t.Error("one who stopped got all: the file is too small to tell")
		}
	}
}

// TestPlacesOfExports: one caller leaves places to others, who are told when to
// come again where there is none.
func TestPlacesOfExports(t *testing.T) {
	t.Parallel()
	db, _, when := interruptedDemo(t)
	release := make(chan struct{})
	wait := func(int) error {
		<-release
		return nil
	}
	when.Store(&wait)
	s := served(t, db, func(o *server.Options) { o.Limits.Exports = 3 })
	making := func(from string, count int) {
		t.Helper()
		reader(t, s, from, largeExport)
		pgtest.Eventually(t, "it is being made", func() bool {
			return s.number(`reliefgraph_exports{stage="making"}`) == count
		})
	}
	refused := func(from string) {
		t.Helper()
		answer, err := io.ReadAll(reader(t, s, from, largeExport))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"503 Service Unavailable", "Retry-After: 10", `"code":"UNAVAILABLE"`, `"retryAfter":10`} {
			if !bytes.Contains(answer, []byte(want)) {
				t.Errorf("%s is told %s", from, answer)
			}
		}
	}
	making("127.0.0.2", 1)
	making("127.0.0.2", 2)
	refused("127.0.0.2")
	making("127.0.0.3", 3)
	refused("127.0.0.4")
	if got := s.number(`reliefgraph_exports_refused_total{stage="making"}`); got != 2 {
		t.Errorf("%d refused", got)
	}
	when.Store(nil)
	close(release)
	pgtest.Eventually(t, "places are free", func() bool { return s.number(`reliefgraph_exports{stage="making"}`) == 0 })
}
