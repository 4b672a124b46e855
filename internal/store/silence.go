package store

import (
	"context"
	"net"
	"sync"
	"time"
)

// impatient dials connections that fail when nothing comes for some time, longer
// than a statement may take: the driver itself waits for ever, even for the end
// of a statement that it cancels.
type impatient struct {
	patience time.Duration
	of       *dialled // nil: they are closed by who uses them alone
}

// dialled are connections that may be closed all at once, also those that wait.
type dialled struct {
	mutex sync.Mutex
	open  map[net.Conn]bool
	cut   bool
}

func (d *dialled) add(conn net.Conn) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if d.cut {
		conn.Close()
		return
	}
	d.open[conn] = true
}

func (d *dialled) remove(conn net.Conn) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	delete(d.open, conn)
}

// close closes those that are open, and those that are to come.
func (d *dialled) close() {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.cut = true
	for conn := range d.open {
		conn.Close()
	}
}

func (d impatient) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

func (d impatient) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

func (d impatient) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: d.patience}
	conn, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	if d.of != nil {
		d.of.add(conn)
	}
	return &impatientConn{Conn: conn, patience: d.patience, of: d.of}, nil
}

// impatientConn sets a deadline before each transfer, no later than the driver's.
type impatientConn struct {
	net.Conn
	patience time.Duration
	limit    time.Time // the driver's, while it connects
	of       *dialled
}

func (c *impatientConn) Close() error {
	if c.of != nil {
		c.of.remove(c.Conn)
	}
	return c.Conn.Close()
}

func (c *impatientConn) SetDeadline(limit time.Time) error {
	c.limit = limit
	return c.Conn.SetDeadline(limit)
}

func (c *impatientConn) deadline() time.Time {
	if c.patience == 0 {
		return c.limit
	}
	deadline := time.Now().Add(c.patience)
	if !c.limit.IsZero() && c.limit.Before(deadline) {
		return c.limit
	}
	return deadline
}

func (c *impatientConn) Read(into []byte) (int, error) {
	if err := c.Conn.SetReadDeadline(c.deadline()); err != nil {
		return 0, err
	}
	return c.Conn.Read(into)
}

func (c *impatientConn) Write(from []byte) (int, error) {
	if err := c.Conn.SetWriteDeadline(c.deadline()); err != nil {
		return 0, err
	}
	return c.Conn.Write(from)
}
