package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"
)

// writeGrace is how much longer than its making an answer may take to be sent.
const writeGrace = 15 * time.Second

// Serve answers on the listener until the context ends, then says for a while that
// it is not ready, and lets requests under way end.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	serving := []*http.Server{s.httpServer(s.Handler())}
	ended := make(chan error, 2)
	go func() {
		if s.options.Certificate == nil {
			ended <- serving[0].Serve(listener)
			return
		}
		serving[0].TLSConfig = s.options.Certificate.config()
		ended <- serving[0].ServeTLS(listener, "", "")
	}()
	if s.options.Admin != nil {
		mux := http.NewServeMux()
		s.probes(mux)
		mux.Handle("GET /metrics", s.withGoodToken(s.metrics.handler()))
		serving = append(serving, s.httpServer(s.arrived(s.observed(mux))))
		go func() { ended <- serving[1].Serve(s.options.Admin) }()
	}
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	s.closing.Store(true)
	if s.options.Drain > 0 {
		s.options.Log.Info("stopping: not ready from now on, still answering", "seconds", s.options.Drain.Seconds())
		select {
		case err := <-ended:
			return err
		case <-time.After(s.options.Drain):
		}
	}
	s.options.Log.Info("stopping: subscriptions are ended, requests under way are answered first")
	s.endFollowing()
	grace, cancel := context.WithTimeout(context.Background(), s.options.Limits.RequestTime+5*time.Second)
	defer cancel()
	for _, server := range serving { // health last
		if err := server.Shutdown(grace); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
	}
	s.open.Wait() // each has a few seconds to say goodbye
	return nil
}

func (s *Server) httpServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute,
		WriteTimeout: s.options.Limits.RequestTime + writeGrace, MaxHeaderBytes: 64 << 10,
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, connectionKey{}, c)
		},
		ErrorLog: slog.NewLogLogger(ofConnections{s.options.Log.Handler()}, slog.LevelWarn),
	}
}

// ofConnections is a log of what goes wrong with connections. That strangers do not get
// TLS done is no matter of the operator's.
type ofConnections struct{ slog.Handler }

// Handle logs a record.
func (l ofConnections) Handle(ctx context.Context, record slog.Record) error {
	if strings.HasPrefix(record.Message, "http: TLS handshake error") {
		if record.Level = slog.LevelDebug; !l.Enabled(ctx, record.Level) {
			return nil
		}
	}
	return l.Handler.Handle(ctx, record)
}
