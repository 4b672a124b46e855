package embeddedpg

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/lib/pq"
)

// connectionRecord tells other processes how to reach the running server. It
// counts only while the lock is held by the same process.
type connectionRecord struct {
	PID     int    `json:"pid"`
	Purpose string `json:"purpose"`
	URL     string `json:"url"`
}

// writeConnection returns the file too, for one that can no longer open it.
func (l layout) writeConnection(record connectionRecord) (file *os.File, err error) {
	var content bytes.Buffer
	encoder := json.NewEncoder(&content)
	encoder.SetEscapeHTML(false) // scripts take the URL out of it
	err = encoder.Encode(record)
	if err == nil {
		err = writeFile(l.connection(), content.Bytes(), 0o600)
	}
	if err == nil {
		file, err = os.OpenFile(l.connection(), os.O_WRONLY|syscall.O_NOFOLLOW, 0)
	}
	if err != nil {
		return nil, fmt.Errorf("write connection file %s: %w", l.connection(), err)
	}
	return file, nil
}

func (l layout) readConnection() (connectionRecord, error) {
	var record connectionRecord
	content, err := os.ReadFile(l.connection())
	if err == nil {
		err = json.Unmarshal(content, &record)
	}
	return record, err
}

// isKnown tells whether it is the port at which others look for the folder's server.
func (l layout) isKnown(port int) bool {
	record, err := l.readConnection()
	return err == nil && strings.Contains(record.URL, fmt.Sprintf("@127.0.0.1:%d/", port))
}

// connectionURL names everything that lib/pq would otherwise take from the
// environment.
func connectionURL(at address, password, database string) string {
	target := url.URL{Scheme: "postgres", User: url.UserPassword(userName, password), Path: "/" + database}
	parameters := url.Values{"sslmode": {"disable"}, "client_encoding": {"UTF8"}}
	if at.socketFolder != "" {
		parameters.Set("host", at.socketFolder)
		parameters.Set("port", strconv.Itoa(at.port))
	} else {
		target.Host = net.JoinHostPort("127.0.0.1", strconv.Itoa(at.port))
	}
	target.RawQuery = parameters.Encode()
	return target.String()
}

// withConnection runs work on one new connection.
func withConnection(ctx context.Context, target string, work func(*sql.Conn) error) error {
	connector, err := pq.NewConnector(target)
	if err != nil {
		return err
	}
	database := sql.OpenDB(connector)
	defer database.Close()
	connection, err := database.Conn(ctx)
	if err != nil {
		return err
	}
	defer connection.Close()
	return work(connection)
}

func ping(ctx context.Context, target string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return withConnection(ctx, target, func(connection *sql.Conn) error { return connection.PingContext(ctx) })
}

// awaitReady pings until the server answers or has ended. There is no other time
// limit than the context's: recovery after a crash may take minutes.
func awaitReady(ctx context.Context, target string, ended <-chan struct{}, log *slog.Logger) error {
	nextNote := time.Now().Add(5 * time.Second)
	for {
		err := ping(ctx, target)
		if err == nil {
			return nil
		}
		var refused *pq.Error
		if errors.As(err, &refused) && (refused.Code.Class() == "28" || refused.Code.Class() == "3D") {
			return fmt.Errorf("connect: %w; the cluster was changed by other means than reliefgraph", err)
		}
		if time.Now().After(nextNote) {
			log.Info("still waiting for PostgreSQL to accept connections", "reason", err)
			nextNote = time.Now().Add(10 * time.Second)
		}
		select {
		case <-ended:
			return errEndedEarly
		case <-ctx.Done():
			return fmt.Errorf("wait until it accepts connections (last answer: %w): %w", err, ctx.Err())
		case <-time.After(pollInterval):
		}
	}
}

var errEndedEarly = errors.New("ended before it accepted connections")

// ensureDatabase makes the program's database at the first start.
func ensureDatabase(ctx context.Context, maintenanceURL string) error {
	err := withConnection(ctx, maintenanceURL, func(connection *sql.Conn) error {
		var exists bool
		err := connection.QueryRowContext(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", databaseName).Scan(&exists)
		if err != nil || exists {
			return err
		}
		_, err = connection.ExecContext(ctx, "CREATE DATABASE "+pq.QuoteIdentifier(databaseName))
		return err
	})
	if err != nil {
		return fmt.Errorf("make database %s: %w", databaseName, err)
	}
	return nil
}

// freePort asks the kernel for a port. Another program may take it before
// PostgreSQL does, so the caller tries again then.
func freePort() (int, error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port on 127.0.0.1: %w", err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	return port, listener.Close()
}
