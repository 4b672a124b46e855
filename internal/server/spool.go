package server

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// spool is a file that is made and sent at the same time, each at its own pace. It
// has no name any more, so that nothing of it is left whatever happens.
type spool struct {
	file *os.File

	grown sync.Cond
	mutex sync.Mutex
	size  int64
	ended bool
	fault error // with which it ended
}

func newSpool() (*spool, error) {
	file, err := os.CreateTemp("", "reliefgraph-export-")
	if err != nil {
		return nil, noRoom(err)
	}
	os.Remove(file.Name()) // where an open file keeps its name, it is removed at the end
	s := &spool{file: file}
	s.grown.L = &s.mutex
	return s, nil
}

func noRoom(err error) error {
	return fmt.Errorf(
		"keeping a file: %w: %w",
		problem.New(problem.Unavailable, "", "there is no room for the file just now; try again"),
		err,
	)
}

// remove ends the file's life.
func (s *spool) remove() {
	s.file.Close()
	os.Remove(s.file.Name())
}

var errUnfinished = errors.New("the file was not finished")

// fill makes the file.
func (s *spool) fill(write func(io.Writer) error) (err error) {
	err = errUnfinished // where it panics
	defer func() {
		s.mutex.Lock()
		s.ended, s.fault = true, err
		s.mutex.Unlock()
		s.grown.Broadcast()
	}()
	buffered := bufio.NewWriterSize(s, 64<<10)
	if err = write(buffered); err == nil {
		err = buffered.Flush()
	}
	return err
}

func (s *spool) Write(part []byte) (int, error) {
	n, err := s.file.WriteAt(part, s.size) // only this changes the size
	s.mutex.Lock()
	s.size += int64(n)
	s.mutex.Unlock()
	s.grown.Broadcast()
	if err != nil {
		return n, noRoom(err)
	}
	return n, nil
}

// readAt waits for what follows a place. At the end it is io.EOF, or what the file
// ended with too early.
func (s *spool) readAt(into []byte, at int64) (int, error) {
	s.mutex.Lock()
	for s.size == at && !s.ended {
		s.grown.Wait()
	}
	left, fault := s.size-at, s.fault
	s.mutex.Unlock()
	switch {
	case left > 0:
		n, err := s.file.ReadAt(into[:min(left, int64(len(into)))], at)
		if err != nil {
			return 0, fmt.Errorf("reading a file that is being sent: %w", err)
		}
		return n, nil
	case fault != nil:
		return 0, fault
	}
	return 0, io.EOF
}
