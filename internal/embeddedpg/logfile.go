package embeddedpg

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
)

const (
	largestLog  = 10 << 20
	longestTail = 4 << 10
)

// openLog opens the server's log for appending and returns where new lines
// begin. A large log is emptied first.
func openLog(path string) (*os.File, int64, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, 0, fmt.Errorf("open the server's log: %w", err)
	}
	information, err := file.Stat()
	size := int64(0)
	if err == nil {
		size = information.Size()
	}
	if size > largestLog {
		size = 0
		err = file.Truncate(0)
	}
	if err := errors.Join(err, adopt(file)); err != nil {
		file.Close()
		return nil, 0, fmt.Errorf("prepare the server's log %s: %w", path, err)
	}
	return file, size, nil
}

// readTail returns the last lines written since start, for messages.
func readTail(path string, start int64) string {
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	if information, err := file.Stat(); err == nil {
		start = max(start, information.Size()-longestTail)
	}
	content, err := io.ReadAll(io.NewSectionReader(file, start, longestTail))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(content))
}
