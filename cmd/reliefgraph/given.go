package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
)

// contentOf reads a file that was given to a setting: what is no longer than it may
// be. It may be a pipe, as of a process substitution, that nobody writes to: then
// the wait ends with the context, which the system's calls know nothing of.
func contentOf(ctx context.Context, name string, most int) ([]byte, error) {
	type result struct {
		content []byte
		err     error
	}
	read := make(chan result, 1)
	go func() {
		content, err := readAtMost(name, most)
		read <- result{content, err}
	}()
	select {
	case of := <-read:
		return of.content, of.err
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting for %s: %w", name, ctx.Err())
	}
}

func readAtMost(name string, most int) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && info.IsDir() {
		return nil, fmt.Errorf("%s is a folder; name a file", name)
	}
	content, err := io.ReadAll(io.LimitReader(file, int64(most)+1))
	if err == nil && len(content) > most {
		return nil, fmt.Errorf("%s has more than %d KiB; name another file", name, most>>10)
	}
	return content, err
}

// secretIn is contentOf a file that others than its owner should not read.
func secretIn(ctx context.Context, name string, most int) ([]byte, error) {
	// Of a pipe there is nothing to warn of.
	if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 {
		slog.Warn("others may read a file that holds a secret; run chmod 600", "file", name, "mode", info.Mode().Perm())
	}
	return contentOf(ctx, name, most)
}
