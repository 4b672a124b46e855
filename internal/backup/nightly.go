package backup

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"filippo.io/age"

	"github.com/reliefgraph/reliefgraph/internal/audit"
	"github.com/reliefgraph/reliefgraph/internal/partial"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// Nightly makes a backup every night, into a folder in which so many are kept. Of
// several servers of a database one makes it.
type Nightly struct {
	Store      *store.Store
	Audit      *audit.Log
	Folder     string
	Keep       int
	Recipients []age.Recipient
	Log        *slog.Logger
	Now        func() time.Time

	mutex sync.Mutex
	fault string
	last  time.Time

	crowded    bool   // one was made here, and older ones may be too many
	pruneFault string // why they could not be removed
}

const (
	nightBegins = 2 // o'clock in China: hardly anybody works, and the day before is over
	lookEvery   = time.Minute
	tryAgain    = 30 * time.Minute
	nightlyName = "reliefgraph-"
	nightlyType = ".backup"
)

// State tells why the newest night has no backup, empty where it has one, and when
// one was made last.
func (n *Nightly) State() (fault string, last time.Time) {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	return n.fault, n.last
}

// Check refuses a folder in which nothing can be kept.
func (n *Nightly) Check() error {
	file, err := partial.Backups.New(n.Folder)
	if err != nil {
		return fmt.Errorf("--backup-folder: %w; make it, and let the server's account write there", err)
	}
	defer file.Close()
	return os.Remove(file.Name())
}

// Run makes them until the context ends.
func (n *Nightly) Run(ctx context.Context) {
	for {
		n.Look(ctx)
		select {
		case <-ctx.Done():
			return
		case <-time.After(lookEvery):
		}
	}
}

// Look makes the backup of the present night, where it is for this server to do.
func (n *Nightly) Look(ctx context.Context) {
	server, err := os.Hostname()
	if err != nil {
		server = "?"
	}
	due := lastNight(n.Now())
	night, err := n.Store.Nightly(ctx, due, server, tryAgain, n.make)
	if ctx.Err() != nil {
		return
	}
	// The backup is made, whatever becomes of older ones.
	if n.crowded {
		n.removeOlder()
	}
	fault := night.Fault
	if err != nil {
		fault = err.Error()
	}
	n.mutex.Lock()
	defer n.mutex.Unlock()
	if fault != "" && fault != n.fault {
		n.Log.Error("the nightly backup was not made; it is tried again", "night", due, "error", fault)
	}
	n.fault = fault
	if night.Last.After(n.last) {
		n.last = night.Last
	}
}

// lastNight is the beginning of the newest night.
func lastNight(now time.Time) time.Time {
	china := time.FixedZone("UTC+8", 8*60*60)
	local := now.In(china)
	due := time.Date(local.Year(), local.Month(), local.Day(), nightBegins, 0, 0, 0, china)
	if due.After(local) {
		due = due.AddDate(0, 0, -1)
	}
	return due
}

func (n *Nightly) make(ctx context.Context) (name string, err error) {
	began := time.Now()
	name = filepath.Join(n.Folder, nightlyName+n.Now().UTC().Format("20060102T150405Z")+nightlyType)
	m, err := WriteFile(ctx, n.Store, n.Audit, name, n.Recipients)
	if err != nil {
		return name, err
	}
	n.Log.Info("the nightly backup is made", "file", name, "rows", m.Rows(), "took", time.Since(began).Round(time.Millisecond))
	n.crowded = true
	return name, nil
}

func (n *Nightly) removeOlder() {
	err := n.prune()
	n.crowded = err != nil
	fault := ""
	if err != nil {
		fault = err.Error()
	}
	if fault != "" && fault != n.pruneFault {
		n.Log.Error("older nightly backups were not removed; it is tried again", "folder", n.Folder, "error", fault)
	}
	n.pruneFault = fault
}

// prune removes the oldest, as many as can be.
func (n *Nightly) prune() error {
	entries, err := os.ReadDir(n.Folder)
	if err != nil {
		return fmt.Errorf("looking for older backups: %w", err)
	}
	var made []string
	for _, entry := range entries {
		if name := entry.Name(); strings.HasPrefix(name, nightlyName) && strings.HasSuffix(name, nightlyType) {
			made = append(made, name)
		}
	}
	slices.Sort(made)
	var failed error
	for _, name := range made[:max(0, len(made)-n.Keep)] {
		failed = errors.Join(failed, os.Remove(filepath.Join(n.Folder, name)))
	}
	if failed != nil {
		return fmt.Errorf("removing older backups: %w", failed)
	}
	return nil
}
