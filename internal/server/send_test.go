package server

import (
	"io"
	"net"
	"net/http"
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
					send(w, [][]byte{make([]byte, length)}, length)
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
