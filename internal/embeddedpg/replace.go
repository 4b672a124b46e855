package embeddedpg

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// Folder is a data folder that this process holds while another cluster is made to
// take the place of its own: nobody else opens it meanwhile. Whatever ends the
// process leaves a folder that starts.
type Folder struct {
	options Options
	layout  layout
	lock    *folderLock
	made    bool // it was not there before
	beside  layout
}

// Hold takes a data folder, made if missing. If another process has it the error is
// an *InUseError.
func Hold(ctx context.Context, o Options) (*Folder, error) {
	o, l, err := prepare(o)
	if err != nil {
		return nil, err
	}
	if err := l.checkOurs(); err != nil {
		return nil, err
	}
	_, missing := os.Stat(l.dataDir)
	if err := l.create(); err != nil {
		return nil, err
	}
	f := &Folder{options: o, layout: l, made: errors.Is(missing, os.ErrNotExist)}
	if f.lock, err = takeLock(l, o.Purpose); err != nil {
		return nil, err
	}
	if err := l.take(); err != nil {
		return nil, errors.Join(err, f.Release())
	}
	f.beside = layout{dataDir: filepath.Join(l.dataDir, unfinishedPrefix+rand.Text())}
	return f, nil
}

// Release lets others have the folder. One that was made in vain is removed.
func (f *Folder) Release() error {
	err := removeAll(f.beside.dataDir)
	if record, readErr := f.layout.readCluster(); f.made && record == nil && readErr == nil {
		err = errors.Join(err, removeAll(f.layout.dataDir))
	}
	return errors.Join(err, f.lock.release())
}

// Major is the version of PostgreSQL that made the folder's cluster, 0 if there is
// no cluster.
func (f *Folder) Major() (int, error) {
	record, err := f.layout.readCluster()
	if err != nil || record == nil {
		return 0, err
	}
	return record.Major, nil
}

// Start starts the server of the folder's own cluster, for reading alone.
func (f *Folder) Start(ctx context.Context) (*Server, error) {
	o := f.options
	o.BinDir, o.readOnly = "", true // one that is named may be the successor's
	return startCluster(ctx, o, f.layout)
}

// Successor starts the server of a new cluster, which is in nobody's place yet.
func (f *Folder) Successor(ctx context.Context, programs Programs) (*Server, error) {
	o := f.options
	o.DataDir, o.BinDir = f.beside.dataDir, programs.Folder
	return Start(ctx, o)
}

// Replace puts the successor in the place of the folder's own cluster, which it keeps
// beside under a dated name. Neither server may run.
func (f *Folder) Replace(now time.Time) (kept string, err error) {
	major, err := f.Major()
	if err != nil {
		return "", err
	}
	if major == 0 {
		err = errors.Join(os.Rename(f.beside.cluster(), f.layout.cluster()), syncFolder(f.layout.dataDir))
		if err != nil {
			return "", fmt.Errorf("put the new cluster in its place: %w", err)
		}
		return "", nil
	}
	kept = fmt.Sprintf("%s.%d-%s", f.layout.cluster(), major, now.Format("2006-01-02T150405"))
	// At no moment is there none, or one that a start takes for unfinished.
	err = os.Rename(f.beside.cluster(), kept)
	if err == nil {
		err = syncFolder(f.layout.dataDir)
	}
	if err == nil {
		err = unix.Renameat2(unix.AT_FDCWD, kept, unix.AT_FDCWD, f.layout.cluster(), unix.RENAME_EXCHANGE)
	}
	if err != nil {
		return "", fmt.Errorf(
			"put the new cluster in the place of the old one: %w; the old one stays as it was: use a data folder on a local disk",
			errors.Join(err, removeAll(kept)),
		)
	}
	return kept, syncFolder(f.layout.dataDir)
}

// Programs are an installation of PostgreSQL; the zero value is the one that a new
// data folder would be made by.
type Programs struct {
	Folder  string
	Version string
	Major   int
}

// Newest returns the newest installation that can be run here; where the options name
// a folder, that one.
func (f *Folder) Newest(ctx context.Context) (newest Programs, err error) {
	runAs, err := chooseAccount(f.layout.cluster())
	if err != nil {
		return Programs{}, err
	}
	return newestOf(ctx, f.options.BinDir, runAs)
}

func newestOf(ctx context.Context, binDir string, runAs account) (newest Programs, err error) {
	folders := []string{binDir}
	if binDir == "" {
		folders = usualFolders(ctx)
	}
	var tried []string
	for _, folder := range folders {
		found, err := examine(ctx, folder, runAs)
		if ctx.Err() != nil {
			return Programs{}, fmt.Errorf("find PostgreSQL programs: %w", ctx.Err())
		}
		if err != nil {
			tried = append(tried, fmt.Sprintf("%s: %v", folder, err))
			continue
		}
		if found.major > newest.Major {
			newest = Programs{found.folder, found.version, found.major}
		}
	}
	if newest.Major == 0 {
		return Programs{}, &BinariesNotFoundError{Tried: tried}
	}
	return newest, nil
}
