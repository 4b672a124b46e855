package embeddedpg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
)

// Options say where and for what a server runs.
type Options struct {
	DataDir string       // made if missing; see DefaultDataDir
	BinDir  string       // folder with postgres and initdb; empty: look for them
	Purpose string       // such as "serve" or "import"; told to others who want the folder
	Log     *slog.Logger // nil: slog.Default()

	// Volatile is for tests: nothing waits for the disk, so what is written survives
	// the server's crash but not the machine's.
	Volatile bool

	readOnly bool     // nothing is written but by who insists
	runAs    *account // nil: chosen by the folder
	password string   // of a new cluster; empty: a random one
	also     string   // folder in which programs may lie too
}

// Server is a PostgreSQL server that this process owns or has attached to.
type Server struct {
	url    string
	exited chan struct{}
	err    error // read after exited

	owned    *ownedServer // nil if attached
	stopOnce sync.Once
	stopping chan struct{} // closed by Stop
}

// ownedServer is what only the owner of the server has.
type ownedServer struct {
	layout     layout
	runAs      account
	lock       *folderLock
	handover   *handover // nil of a server that nobody else knows of
	connection *os.File  // the connection file; nil until it is written
	logFile    *os.File
	supervisor *supervisor
	closeOnce  sync.Once
}

// Start takes the data folder, makes the cluster if there is none, starts the
// server and returns when it accepts connections. ctx is for the start only. If
// another process has the folder the error is an *InUseError.
func Start(ctx context.Context, o Options) (*Server, error) {
	o, l, err := prepare(o)
	if err != nil {
		return nil, err
	}
	server, err := startOwned(ctx, o, l)
	if err != nil {
		return nil, fmt.Errorf("start embedded PostgreSQL: %w", err)
	}
	return server, nil
}

func prepare(o Options) (Options, layout, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Purpose == "" {
		o.Purpose = "reliefgraph"
	}
	l, err := newLayout(o.DataDir)
	return o, l, err
}

// Account is what an owned server runs as. A program that runs as root may give it
// up for this account, and no other, and the server goes on.
func (s *Server) Account() (name string, uid, gid int) {
	if s.owned == nil {
		return accountName(os.Geteuid()), os.Geteuid(), os.Getegid()
	}
	return s.owned.runAs.name, s.owned.runAs.uid, s.owned.runAs.gid
}

// URL is the connection URL for lib/pq. It has the password in it.
func (s *Server) URL() string { return s.url }

// Exited is closed when the server is gone for good without Stop: it was shut
// down by others, or restarts after crashes did not help. For an attached
// server: when its owner has stopped it or died.
func (s *Server) Exited() <-chan struct{} { return s.exited }

// Err says why the server is gone, once Exited is closed.
func (s *Server) Err() error {
	select {
	case <-s.exited:
		return s.err
	default:
		return nil
	}
}

// Stop shuts the server down and releases the data folder. It waits for an
// orderly shutdown until ctx ends and uses force then, so ctx should not be one
// that has ended already. It returns nil also if the server had ended before. An
// attached server is only left.
func (s *Server) Stop(ctx context.Context) error {
	s.stopOnce.Do(func() { close(s.stopping) })
	if s.owned == nil {
		return nil
	}
	err := s.owned.supervisor.stop(ctx)
	return errors.Join(err, s.owned.close())
}

// watchOwned reports a server that ended without Stop, and frees the folder.
func (s *Server) watchOwned() {
	<-s.owned.supervisor.done
	select {
	case <-s.stopping:
		return
	default:
	}
	s.err = s.owned.layout.orDiskFull(&ServerError{
		LogFile: s.owned.layout.log(), LogTail: readTail(s.owned.layout.log(), 0),
		Err: errors.Join(s.owned.supervisor.err, s.owned.close()),
	})
	close(s.exited)
}

// removeConnection empties the file where the program may no longer remove it, as
// it has given up root: an empty one is read as none.
func (o *ownedServer) removeConnection() error {
	if o.connection == nil {
		return nil
	}
	err := removeIfThere(o.layout.connection())
	if errors.Is(err, fs.ErrPermission) {
		err = o.connection.Truncate(0)
	}
	return errors.Join(err, o.connection.Close())
}

// close frees everything after the server's end.
func (o *ownedServer) close() (err error) {
	o.closeOnce.Do(func() {
		err = errors.Join(o.removeConnection(), o.logFile.Close())
		if o.handover != nil {
			err = errors.Join(err, o.handover.close())
		}
		if o.lock != nil {
			err = errors.Join(err, o.lock.release())
		}
	})
	if err != nil {
		return fmt.Errorf("clean up after the PostgreSQL server: %w", err)
	}
	return nil
}
