package embeddedpg

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// Folder is a data folder in which a cluster is made beside its own, to take its
// place. Whatever ends the process leaves a folder that starts.
type Folder struct {
	options  Options
	layout   layout
	lock     *folderLock // nil where others may open the folder meanwhile
	handover *handover
	made     bool     // it was not there before
	held     *os.File // the folder of the other cluster
	beside   layout
}

// Hold takes a data folder, made if missing: nobody else opens it meanwhile. If
// another process has it the error is an *InUseError.
func Hold(ctx context.Context, o Options) (*Folder, error) {
	f, err := Prepare(ctx, o)
	if err != nil {
		return nil, err
	}
	if f.lock, err = takeLock(f.layout, f.options.Purpose); err == nil {
		err = f.handover.serve(ctx)
	}
	if err == nil {
		err = f.layout.take()
	}
	if err != nil {
		return nil, errors.Join(err, f.Release())
	}
	return f, nil
}

// Prepare opens a data folder, made if missing, while others go on using it.
func Prepare(ctx context.Context, o Options) (*Folder, error) {
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
	if f.handover, err = openHandover(l); err != nil {
		return nil, err
	}
	err = errors.Join(l.mark(), removeUnfinished(l, o.Log))
	if err == nil {
		f.held, err = heldFolder(l)
	}
	if err == nil {
		f.beside = layout{dataDir: f.held.Name()}
		if os.Geteuid() == 0 { // the account of the server traverses it
			err = f.held.Chmod(0o711)
		}
	}
	if err != nil {
		return nil, errors.Join(err, f.Release())
	}
	return f, nil
}

// Release ends it. A folder that was made in vain is removed.
func (f *Folder) Release() (err error) {
	if f.held != nil {
		err = removeFolder(f.held)
		f.held = nil
	}
	if f.made && f.lock == nil {
		if lock, inUse := takeLock(f.layout, f.options.Purpose); inUse == nil {
			f.lock = lock
		}
	}
	if f.made && f.lock != nil {
		if record, readErr := f.layout.readCluster(); record == nil && readErr == nil {
			err = errors.Join(err, removeAll(f.layout.dataDir))
		}
	}
	if f.handover != nil {
		err = errors.Join(err, f.handover.close())
		f.handover = nil
	}
	if f.lock != nil {
		err = errors.Join(err, f.lock.release())
		f.lock = nil
	}
	return err
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

// Successor starts the server of a new cluster, which is in nobody's place yet. It
// has the account and the password of the folder's own, so that who uses that goes on
// with this. It is made by the programs given, else by those that make a new folder's,
// unless the folder's own cluster is of a newer version, which it then keeps. Where that
// is not found the error is a *VersionMismatchError.
func (f *Folder) Successor(ctx context.Context, programs Programs) (*Server, error) {
	o := f.options
	o.DataDir = f.beside.dataDir
	runAs, err := chooseAccount(f.layout.cluster())
	if err != nil {
		return nil, err
	}
	o.runAs = &runAs
	// One that is damaged is replaced all the same.
	record, err := f.layout.readCluster()
	if err == nil && record != nil {
		o.password = record.Password
	}
	if programs.Folder != "" {
		o.BinDir = programs.Folder
	} else if err == nil && record != nil {
		found, err := discover(ctx, o.BinDir, runAs, 0, f.layout.cluster(), record.programs()...)
		if err == nil && found.major < record.Major {
			found, err = discover(ctx, o.BinDir, runAs, record.Major, f.layout.cluster(), record.programs()...)
		}
		if err != nil {
			return nil, err
		}
		o.BinDir = found.folder
	}
	return Start(ctx, o)
}

// Replace puts the successor, whose server has ended, in the place of the folder's own
// cluster, which it keeps beside under a dated name. Who serves that stops its server,
// and starts that of the successor. Between, `still` may ask the folder's own by its
// address, at which nobody else does, whether it is to be replaced still.
func (f *Folder) Replace(ctx context.Context, now time.Time, still func(address string) error) (kept string, err error) {
	served := f.layout.servedBy()
	if f.lock == nil {
		f.options.Log.Info("waiting until nobody serves the cluster that is replaced")
		if err := f.handover.want(ctx); err != nil {
			return "", fmt.Errorf("wait until the cluster is not served: %w", err)
		}
	}
	major, err := f.Major()
	if err != nil {
		return "", err
	}
	if major != 0 {
		if err := f.settle(ctx, now, served, still); err != nil {
			return "", err
		}
	}
	if err := ctx.Err(); err != nil {
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

// settle makes sure that nothing of the folder's own cluster runs, and is to run, any
// more. Its programs may lie in the folder of those by which it was served.
func (f *Folder) settle(ctx context.Context, now time.Time, served string, still func(address string) error) error {
	runAs, err := chooseAccount(f.layout.cluster())
	if err != nil {
		return err
	}
	name, err := clusterName(f.layout.cluster())
	if err != nil {
		return err
	}
	// Of one whose program was killed just now.
	err = awaitEarlierServer(ctx, f.layout, name, runAs, f.options.Log)
	if _, serves := errors.AsType[*StillRunningError](err); serves {
		return fmt.Errorf(
			"what runs on the data folder is of a version before, which does not hand it over; stop it, or start it again by this one: %w",
			err,
		)
	} else if err != nil {
		return err
	}
	if _, err := f.layout.keepReplaced(now); err != nil || still == nil {
		return err
	}
	o, l := f.options, f.layout
	o.BinDir, o.readOnly, o.also = "", true, served // one that is named may be the successor's
	l.sockets = f.beside.socket()
	server, err := startCluster(ctx, o, l, nil)
	if err != nil {
		return err
	}
	err = still(server.URL())
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), failedStartPatience)
	defer cancel()
	return errors.Join(err, server.Stop(grace))
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
		dated := fmt.Sprintf("%s.%d-%s", l.cluster(), record.Major, now.Format("2006-01-02T150405"))
		kept = dated
		for n := 2; ; n++ {
			if err = os.Rename(l.replacing(), kept); !errors.Is(err, os.ErrExist) { // nor over one of the same second
				break
			}
			kept = fmt.Sprintf("%s-%d", dated, n)
		}
		err = errors.Join(err, syncFolder(l.dataDir))
	}
	if err != nil {
		return "", fmt.Errorf("keep the cluster that was replaced: %w", err)
	}
	return kept, nil
}

// Programs are an installation of PostgreSQL; the zero value is none in particular.
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
