package acceptance

import (
	"cmp"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestUnavailable: while its database cannot be reached the server says so,
// alive but not ready, and shows nothing of what went wrong; then it goes on.
func TestUnavailable(t *testing.T) {
	t.Parallel()
	address, err := url.Parse(pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	between := newWire(t, address)
	s := serve(t, pgtest.Open(t, address.String(), store.Options{}), nil)
	const question = `{ roots { code } }`
	s.data(question, nil)
	expect := func(readiness int) {
		t.Helper()
		for path, status := range map[string]int{"/healthz": 200, "/readyz": readiness} {
			response, err := http.Get(s.url + path)
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			if response.StatusCode != status {
				t.Errorf("%s: status %d, want %d", path, response.StatusCode, status)
			}
		}
	}
	between.cut()
	r := s.ask(question, nil)
	if r.code() != "UNAVAILABLE" || strings.Contains(r.Errors[0].Message, "127.0.0.1") {
		t.Errorf("%+v", r.Errors)
	}
	if id, _ := r.Errors[0].Extensions["requestId"].(string); id == "" {
		t.Error("no request id")
	}
	expect(503)
	between.join()
	s.data(question, nil)
	expect(200)
}

// TestReadyInSilence: a probe is told in two seconds that the database is silent,
// however much longer a statement may take.
func TestReadyInSilence(t *testing.T) {
	t.Parallel()
	proxy, address := pgtest.NewProxy(t, pgtest.URL(t))
	s := serve(t, pgtest.Open(t, address, store.Options{StatementTimeout: time.Minute}), nil)
	s.data(`{ roots { code } }`, nil)
	proxy.Silence()
	start := time.Now()
	response, err := http.Get(s.url + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if took := time.Since(start); response.StatusCode != http.StatusServiceUnavailable || took > 30*time.Second {
		t.Errorf("status %d after %v", response.StatusCode, took)
	}
}

// wire stands between the server and the database.
type wire struct {
	dial  func() (net.Conn, error)
	mutex sync.Mutex
	whole bool
	ends  []net.Conn
}

// newWire makes the address lead through a wire.
func newWire(t *testing.T, address *url.URL) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	network, database, settings := "tcp", address.Host, address.Query()
	if folder := settings.Get("host"); folder != "" {
		network, database = "unix", filepath.Join(folder, ".s.PGSQL."+cmp.Or(settings.Get("port"), "5432"))
	}
	settings.Del("host")
	settings.Del("port")
	address.Host, address.RawQuery = listener.Addr().String(), settings.Encode()
	w := &wire{dial: func() (net.Conn, error) { return net.Dial(network, database) }, whole: true}
	t.Cleanup(func() {
		listener.Close()
		w.cut()
	})
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			w.connect(near)
		}
	}()
	return w
}

func (w *wire) connect(near net.Conn) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	far, err := w.dial()
	if err != nil || !w.whole {
		near.Close()
		return
	}
	w.ends = append(w.ends, near, far)
	for from, to := range map[net.Conn]net.Conn{near: far, far: near} {
		go func() {
			io.Copy(to, from)
			to.Close()
		}()
	}
}

// cut breaks all connections and takes no more.
func (w *wire) cut() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.whole = false
	for _, end := range w.ends {
		end.Close()
	}
	w.ends = nil
}

// join takes connections again.
func (w *wire) join() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.whole = true
}
