package server

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"
)

// piped is a listener of one connection that keeps nothing for its reader.
type piped struct {
	connections chan net.Conn
}

func (p piped) Accept() (net.Conn, error) {
	connection, open := <-p.connections
	if !open {
		return nil, net.ErrClosed
	}
	return connection, nil
}

func (piped) Close() error   { return nil }
func (piped) Addr() net.Addr { return &net.TCPAddr{} }

// TestSlowReadersLoseTheirAnswer: where more is to be held than may be, those who
// take the least make room, and the others have theirs whole.
func TestSlowReadersLoseTheirAnswer(t *testing.T) {
	t.Parallel()
	const length, readers = 4 << 20, 5
	held := &outgoing{most: 3 * length}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(length))
		held.send(w, [][]byte{make([]byte, length)}, length)
	}))
	t.Cleanup(server.Close)
	server.Config.ConnState = func(c net.Conn, state http.ConnState) {
		if tcp, ok := c.(*net.TCPConn); ok && state == http.StateNew {
			tcp.SetWriteBuffer(64 << 10)
		}
	}
	ask := func() *http.Response {
		client := http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			connection, err := new(net.Dialer).DialContext(ctx, network, address)
			if err == nil {
				err = connection.(*net.TCPConn).SetReadBuffer(64 << 10)
			}
			return connection, err
		}}}
		response, err := client.Get(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { response.Body.Close() })
		return response
	}
	var slow []*http.Response
	for range readers {
		slow = append(slow, ask()) // and takes nothing
		time.Sleep(taking / 2)
	}
	if taken, err := io.Copy(io.Discard, ask().Body); err != nil || taken != length {
		t.Errorf("a quick reader has %d bytes, %v", taken, err)
	}
	if held.dropped.Load() == 0 {
		t.Error("nobody lost an answer")
	}
	for _, response := range slow {
		response.Body.Close()
	}
	for deadline := time.Now().Add(time.Minute); held.bytes() != 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d bytes are held for nobody", held.bytes())
		}
	}
}

// TestReadersThatStopLoseTheirAnswer: it is not kept for one who takes nothing of
// it, and one who goes on taking has it whole.
func TestReadersThatStopLoseTheirAnswer(t *testing.T) {
	t.Parallel()
	for name, stops := range map[string]bool{"stops": true, "goes on": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ended := make(chan struct{})
			const length = 4 << 20
			server := http.Server{
				ReadHeaderTimeout: time.Minute,
				Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					defer close(ended)
					new(outgoing).send(w, [][]byte{make([]byte, length)}, length)
				}),
			}
			ours, theirs := net.Pipe()
			connections := make(chan net.Conn, 1)
			connections <- theirs
			go server.Serve(piped{connections})
			t.Cleanup(func() {
				close(connections)
				server.Close()
			})
			if _, err := ours.Write([]byte("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")); err != nil {
				t.Fatal(err)
			}
			if stops {
				<-ended // or the test runs out of time
				return
			}
			if taken, err := io.Copy(io.Discard, ours); err != nil || taken < length {
				t.Errorf("%d bytes, %v", taken, err)
			}
			<-ended
		})
	}
}
