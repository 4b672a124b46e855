package pgtest

import (
	"io"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"sync"
	"testing"
)

// Proxy stands between a store and its database, and can be told to be silent:
// connections stay open, and nothing comes.
type Proxy struct {
	listener net.Listener

	mutex  sync.Mutex
	target string // path of a socket
	silent bool   // new connections are
	all    []*proxied
}

// proxied is a connection through a proxy.
type proxied struct {
	mutex  sync.Mutex
	silent bool
	ends   []net.Conn
}

// NewProxy starts a proxy to the database at an address, and returns its own
// address with it.
func NewProxy(t testing.TB, address string) (*Proxy, string) {
	t.Helper()
	target, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	query := target.Query()
	port := query.Get("port")
	if port == "" {
		port = "5432"
	}
	p := &Proxy{listener: listener, target: filepath.Join(query.Get("host"), ".s.PGSQL."+port)}
	go p.serve()
	t.Cleanup(func() {
		listener.Close()
		p.mutex.Lock()
		defer p.mutex.Unlock()
		for _, c := range p.all {
			c.close()
		}
	})
	query.Del("host")
	query.Del("port")
	target.Host, target.RawQuery = listener.Addr().String(), query.Encode()
	return p, target.String()
}

// Silence makes the present connections silent for ever, and new ones until Heal.
func (p *Proxy) Silence() {
	p.SilencePresent()
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.silent = true
}

// SilencePresent makes the present connections silent for ever. To those that were
// silent before the database has noticed by now that nobody is there, as its
// keepalives would.
func (p *Proxy) SilencePresent() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.all = slices.DeleteFunc(p.all, func(c *proxied) bool {
		c.mutex.Lock()
		silent := c.silent
		c.mutex.Unlock()
		if silent {
			c.close()
		}
		return silent
	})
	for _, c := range p.all {
		c.mutex.Lock()
		c.silent = true
		c.mutex.Unlock()
	}
}

// Heal lets new connections through.
func (p *Proxy) Heal() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.silent = false
}

// Redirect cuts all connections and leads new ones to another cluster.
func (p *Proxy) Redirect(to *Cluster) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.target = to.Socket()
	for _, c := range p.all {
		c.close()
	}
}

func (p *Proxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.mutex.Lock()
		c := &proxied{silent: p.silent, ends: []net.Conn{client}}
		p.all = append(p.all, c)
		target, silent := p.target, p.silent
		p.mutex.Unlock()
		if silent {
			continue
		}
		database, err := net.Dial("unix", target)
		if err != nil {
			c.close()
			continue
		}
		c.mutex.Lock()
		c.ends = append(c.ends, database)
		c.mutex.Unlock()
		go c.forward(client, database)
		go c.forward(database, client)
	}
}

// forward passes bytes on until an end closes. Silent, it swallows them, and the
// other end hears nothing.
func (c *proxied) forward(from, to net.Conn) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		c.mutex.Lock()
		silent := c.silent
		c.mutex.Unlock()
		switch {
		case silent && err != nil:
			return
		case silent:
		case err != nil:
			if err != io.EOF {
				c.close()
			}
			to.Close()
			return
		default:
			if _, err := to.Write(buffer[:n]); err != nil {
				c.close()
				return
			}
		}
	}
}

func (c *proxied) close() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for _, end := range c.ends {
		end.Close()
	}
}
