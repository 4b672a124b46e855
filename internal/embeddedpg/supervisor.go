package embeddedpg

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"
)

const (
	restartsInARow  = 5
	restartDelay    = time.Second     // grows with each restart in a row; the first is at once
	healthyRun      = time.Minute     // resets the count of restarts
	quitPatience    = 5 * time.Second // between SIGQUIT and SIGKILL
	orphansDeadline = time.Minute
)

// supervisor runs the server's main process and starts it again after a crash.
type supervisor struct {
	newCommand   func() *exec.Cmd
	endOrphans   func(context.Context) error
	log          *slog.Logger
	restartDelay time.Duration

	done chan struct{} // closed when no process runs and none will be started
	err  error         // why; read after done

	mutex    sync.Mutex // guards the fields below
	process  *os.Process
	ready    bool // has accepted connections once: from then on crashes are mended
	stopping bool

	handover *handover                   // nil: nobody puts another cluster in place
	renew    func(context.Context) error // finds the cluster that is in place
	handing  bool                        // guarded by the mutex

	stopped       context.Context // ends when a stop is asked for
	markAsStopped context.CancelFunc
}

func newSupervisor(newCommand func() *exec.Cmd, endOrphans func(context.Context) error, log *slog.Logger) *supervisor {
	s := &supervisor{newCommand: newCommand, endOrphans: endOrphans, log: log, restartDelay: restartDelay, done: make(chan struct{})}
	s.stopped, s.markAsStopped = context.WithCancel(context.Background())
	return s
}

// handOver lets others put another cluster in place, from the time on when it is
// ready. It is said before the supervisor runs.
func (s *supervisor) handOver(h *handover, renew func(context.Context) error) {
	s.handover, s.renew = h, renew
}

// run keeps its OS thread until the server has ended for good: when the thread
// ends, at the latest with the program, the kernel shuts down the server.
func (s *supervisor) run() {
	runtime.LockOSThread()
	defer close(s.done)
	defer s.markAsStopped()
	if s.handover != nil {
		go s.watchWanted()
	}
	crashes := 0
	for {
		started := time.Now()
		command, err := s.launch()
		if err != nil {
			s.err = err
			return
		}
		exit := command.Wait()
		s.forgetProcess()
		if s.isHandingOver() {
			if s.err = s.awaitSuccessor(); s.err != nil || s.isStopping() {
				return
			}
			crashes = 0
			continue
		}
		if time.Since(started) > healthyRun {
			crashes = 0
		}
		if s.err = s.judge(exit, crashes); s.err != nil || s.isStopping() {
			return
		}
		crashes++
		s.log.Warn("the PostgreSQL server ended unexpectedly and is started again", "reason", exit, "attempt", crashes)
		if s.err = s.prepareRestart(crashes); s.err != nil {
			return
		}
	}
}

// launch does not start a process any more once a stop was asked for.
func (s *supervisor) launch() (*exec.Cmd, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.stopping {
		return nil, errStopped
	}
	command := s.newCommand()
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", command.Path, err)
	}
	s.process = command.Process
	return command, nil
}

func (s *supervisor) forgetProcess() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.process = nil
}

// judge returns why the server is not started again, or nil if it is, or if it
// ended because it was told to.
func (s *supervisor) judge(exit error, crashes int) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	switch {
	case s.stopping:
		return nil
	case !s.ready:
		return errors.Join(errEndedEarly, exit)
	case exit == nil:
		// Somebody asked it to end, such as the service manager, which ends all
		// processes of a service. Starting it again would work against that.
		return errors.New("it was shut down by another program")
	case crashes >= restartsInARow:
		return fmt.Errorf("it crashed again after %d restarts: %w", crashes, exit)
	}
	return nil
}

func (s *supervisor) prepareRestart(crashes int) error {
	ctx, cancel := context.WithTimeout(s.stopped, orphansDeadline)
	defer cancel()
	if err := s.endOrphans(ctx); err != nil {
		return fmt.Errorf("start again after a crash: %w", err)
	}
	select {
	case <-s.stopped.Done():
	case <-time.After(time.Duration(crashes-1) * s.restartDelay):
	}
	return nil
}

// watchWanted shuts the server down when somebody wants to put another cluster in
// its place.
func (s *supervisor) watchWanted() {
	for {
		select {
		case <-s.stopped.Done():
			return
		case <-time.After(askedInterval):
		}
		if !s.handover.asked() || !s.beginHandover() {
			continue
		}
		s.log.Info("another cluster takes the place of the PostgreSQL server's, which is started again then")
		for deadline := time.Now().Add(handoverPatience); s.isLeaving(); time.Sleep(pollInterval) {
			if time.Now().After(deadline) && !s.isStopping() {
				s.log.Warn("the PostgreSQL server did not shut down in time and is told to quit at once")
				s.signal(syscall.SIGQUIT)
				deadline = time.Now().Add(handoverPatience)
			}
		}
	}
}

func (s *supervisor) beginHandover() bool {
	s.mutex.Lock()
	begins := s.ready && !s.stopping && !s.handing && s.process != nil
	s.handing = s.handing || begins
	s.mutex.Unlock()
	if begins {
		s.signal(syscall.SIGINT)
	}
	return begins
}

func (s *supervisor) isHandingOver() bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.handing
}

// isLeaving tells that the server's process was told to end for a handover and has not yet.
func (s *supervisor) isLeaving() bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.handing && s.process != nil
}

// awaitSuccessor lets who wants it have the cluster, and takes what is in its place
// then: another, or the same where nothing came of it.
func (s *supervisor) awaitSuccessor() error {
	defer func() {
		s.mutex.Lock()
		defer s.mutex.Unlock()
		s.handing = false
	}()
	ctx, cancel := context.WithTimeout(s.stopped, orphansDeadline)
	defer cancel()
	err := s.endOrphans(ctx)
	if err == nil {
		err = unlock(s.handover.running)
	}
	if err == nil {
		err = s.handover.serve(s.stopped)
	}
	if err == nil {
		err = s.renew(s.stopped)
	}
	if err != nil && s.isStopping() {
		return nil
	}
	if err != nil {
		return fmt.Errorf("start again after another cluster took the place: %w", err)
	}
	s.log.Info("the PostgreSQL server is started again")
	return nil
}

func (s *supervisor) markAsReady() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.ready = true
}

func (s *supervisor) isStopping() bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.stopping
}

// stop asks for a fast shutdown: open transactions are rolled back. When ctx
// ends first the server is told to quit at once, and at last killed.
func (s *supervisor) stop(ctx context.Context) error {
	s.mutex.Lock()
	s.stopping = true
	s.mutex.Unlock()
	s.markAsStopped()
	s.signal(syscall.SIGINT)
	select {
	case <-s.done:
		return nil
	case <-ctx.Done():
	}
	s.log.Warn("the PostgreSQL server did not shut down in time and is told to quit at once")
	s.signal(syscall.SIGQUIT)
	select {
	case <-s.done:
	case <-time.After(quitPatience):
		s.signal(syscall.SIGKILL)
		<-s.done
	}
	return fmt.Errorf(
		"stop the PostgreSQL server: it had to be ended by force (no data is lost, the next start takes longer): %w",
		ctx.Err(),
	)
}

// signal goes through the handle of the process we started; if that has ended
// nothing is sent.
func (s *supervisor) signal(signal syscall.Signal) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.process == nil {
		return
	}
	if err := s.process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		s.log.Warn("cannot signal the PostgreSQL server", "signal", signal.String(), "reason", err)
	}
}
