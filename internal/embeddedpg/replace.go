package embeddedpg

import (
	"context"
	"crypto/rand"
	"encoding/json"
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
	replacing := f.layout.replacing()
	err = os.Rename(f.beside.cluster(), replacing)
	if err == nil {
		err = syncFolder(f.layout.dataDir)
	}
	// At no moment is there none.
	if err == nil {
		err = unix.Renameat2(unix.AT_FDCWD, replacing, unix.AT_FDCWD, f.layout.cluster(), unix.RENAME_EXCHANGE)
	}
	if err != nil {
		return "", fmt.Errorf(
			"put the new cluster in the place of the old one: %w; the old one stays as it was: use a data folder on a local disk",
			errors.Join(err, removeAll(replacing)),
		)
	}
	return f.layout.keepReplaced(now)
}

// replacing is where a cluster stands just before and after it is exchanged.
func (l layout) replacing() string { return filepath.Join(l.dataDir, "postgres.replacing") }

// keepReplaced gives the cluster that is not in its place, the former or the later
// one, a name that tells its version and the day.
func (l layout) keepReplaced(now time.Time) (kept string, err error) {
	content, err := os.ReadFile(filepath.Join(l.replacing(), markerName))
	if errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	var record clusterRecord
	if err == nil {
		err = json.Unmarshal(content, &record)
	}
	if err == nil {
		kept = fmt.Sprintf("%s.%d-%s", l.cluster(), record.Major, now.Format("2006-01-02T150405"))
		err = errors.Join(os.Rename(l.replacing(), kept), syncFolder(l.dataDir))
	}
	if err != nil {
		return "", fmt.Errorf("keep the cluster that was replaced: %w", err)
	}
	return kept, nil
}

// Programs are an installation of PostgreSQL; the zero value is the one that a new
// data folder would be made by.
type Programs struct {
	Folder  string
	Version string
	Major   int
}

// Versions tells by which PostgreSQL the folder's cluster was made, 0 if there is no
// cluster, and the newest installation that can be run here; where the options name a
// folder, that one. It changes nothing.
func Versions(ctx context.Context, o Options) (major int, newest Programs, err error) {
	o, l, err := prepare(o)
	if err != nil {
		return 0, Programs{}, err
	}
	if err := l.checkOurs(); err != nil {
		return 0, Programs{}, err
	}
	record, err := l.readCluster()
	if err != nil {
		return 0, Programs{}, err
	}
	if record != nil {
		major = record.Major
	}
	runAs, err := chooseAccount(l.cluster())
	if err != nil {
		return 0, Programs{}, err
	}
	newest, err = newestOf(ctx, o.BinDir, runAs)
	return major, newest, err
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
