package embeddedpg

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

const (
	markerName       = "reliefgraph.json"
	unfinishedPrefix = "postgres.unfinished-"
	rootDataDir      = "/var/lib/reliefgraph"
)

// DefaultDataDir returns the user's data folder of the program:
// $XDG_DATA_HOME/reliefgraph, else ~/.local/share/reliefgraph. For root without
// XDG_DATA_HOME it is /var/lib/reliefgraph, as the account that runs the server
// cannot reach root's home.
func DefaultDataDir() (string, error) {
	// The XDG specification says to ignore relative paths.
	if folder := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(folder) {
		return filepath.Join(folder, "reliefgraph"), nil
	}
	if os.Geteuid() == 0 {
		return rootDataDir, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find the user's data folder: %w; set HOME or XDG_DATA_HOME", err)
	}
	return filepath.Join(home, ".local", "share", "reliefgraph"), nil
}

// layout names what is in a data folder.
type layout struct {
	dataDir string
	sockets string // another place of the socket's folder than the data folder
}

func newLayout(dataDir string) (layout, error) {
	if dataDir == "" {
		return layout{}, errors.New("no data folder given")
	}
	absolute, err := filepath.Abs(dataDir)
	if err != nil {
		return layout{}, fmt.Errorf("find data folder %s: %w", dataDir, err)
	}
	return layout{dataDir: absolute}, nil
}

func (l layout) marker() string        { return filepath.Join(l.dataDir, markerName) }
func (l layout) lock() string          { return filepath.Join(l.dataDir, "lock") }
func (l layout) wanted() string        { return filepath.Join(l.dataDir, "wanted") }
func (l layout) running() string       { return filepath.Join(l.dataDir, "running") }
func (l layout) connection() string    { return filepath.Join(l.dataDir, "connection.json") }
func (l layout) log() string           { return filepath.Join(l.dataDir, "postgres.log") }
func (l layout) cluster() string       { return filepath.Join(l.dataDir, "postgres") }
func (l layout) clusterMarker() string { return filepath.Join(l.cluster(), markerName) }

func (l layout) socket() string {
	if l.sockets != "" {
		return l.sockets
	}
	return filepath.Join(l.dataDir, "socket")
}

// checkOurs refuses a folder with anything in it that we did not make, before
// anything is written there.
func (l layout) checkOurs() error {
	entries, err := os.ReadDir(l.dataDir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if errors.Is(err, syscall.ENOTDIR) {
		return &ForeignFolderError{Folder: l.dataDir, Found: filepath.Base(l.dataDir) + ", a file"}
	} else if err != nil {
		return &FolderAccessError{
			Folder: l.dataDir, Account: accountName(os.Geteuid()), Err: err,
			Mend: "choose another data folder or change the owner of this one",
		}
	}
	var marked bool
	var foreign string
	for _, entry := range entries {
		switch name := entry.Name(); {
		case name == "PG_VERSION":
			return &ForeignFolderError{Folder: l.dataDir, Found: name}
		case name == markerName:
			marked = true
		case name == "lock",
			name == "wanted",
			name == "running",
			strings.HasPrefix(name, temporaryPrefix(markerName)): // made before the marker
		case name == "lost+found": // made by file systems
		case name == "log.key", strings.HasPrefix(name, ".log-key-"): // made beside an external database
		default:
			foreign = name
		}
	}
	if !marked && foreign != "" {
		return &ForeignFolderError{Folder: l.dataDir, Found: foreign}
	}
	return nil
}

// create makes the data folder with missing parents. Root's are traversable, as
// the server runs as another account.
func (l layout) create() error {
	mode := fs.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o711
	}
	var missing []string
	for folder := l.dataDir; ; folder = filepath.Dir(folder) {
		_, err := os.Stat(folder)
		if err == nil {
			break
		} else if !errors.Is(err, fs.ErrNotExist) || folder == filepath.Dir(folder) {
			return fmt.Errorf("make data folder %s: %w", l.dataDir, err)
		}
		missing = append(missing, folder)
	}
	for index := len(missing) - 1; index >= 0; index-- {
		if err := os.Mkdir(missing[index], mode); errors.Is(err, fs.ErrExist) {
			continue // another start was faster
		} else if err != nil {
			return fmt.Errorf("make data folder %s: %w; choose another data folder", l.dataDir, err)
		}
		// Not left to the umask, which may take away the right to traverse.
		if err := os.Chmod(missing[index], mode); err != nil {
			return fmt.Errorf("make data folder %s: %w", l.dataDir, err)
		}
	}
	return nil
}

// checkAccess makes sure that the account can work below the data folder, by
// running a program there as that account.
func (l layout) checkAccess(ctx context.Context, programs binaries, runAs account) error {
	if !runAs.switched {
		if information, err := os.Stat(l.cluster()); err == nil {
			if status, known := information.Sys().(*syscall.Stat_t); known && int(status.Uid) != runAs.uid {
				return &FolderAccessError{
					Folder: l.cluster(), Account: runAs.name,
					Err:  fmt.Errorf("it belongs to account %s", accountName(int(status.Uid))),
					Mend: "run the program as root or as that account, or choose another data folder",
				}
			}
		}
		return nil
	}
	_, err := askVersion(ctx, programs, runAs, l.dataDir)
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	if !errors.Is(err, os.ErrPermission) {
		return fmt.Errorf("run PostgreSQL in data folder %s: %w", l.dataDir, err)
	}
	return &FolderAccessError{
		Folder:  l.blockingFolder(runAs),
		Account: runAs.name,
		Err: errors.New(
			"it may not traverse the folder, and the database server runs as that account because PostgreSQL refuses to run as root",
		),
		Mend: fmt.Sprintf(
			"choose a data folder outside it, such as %s, allow it with `chmod o+x`, or run the program as a user that is not root",
			rootDataDir,
		),
	}
}

// blockingFolder finds the uppermost folder that the account may not traverse,
// going by the permission bits.
func (l layout) blockingFolder(runAs account) string {
	blocking := l.dataDir
	for folder := l.dataDir; ; folder = filepath.Dir(folder) {
		var status syscall.Stat_t
		if err := syscall.Stat(folder, &status); err == nil {
			allowed := uint32(0o001)
			switch {
			case int(status.Uid) == runAs.uid:
				allowed = 0o100
			case int(status.Gid) == runAs.gid:
				allowed = 0o010
			}
			if status.Mode&allowed == 0 {
				blocking = folder
			}
		}
		if folder == filepath.Dir(folder) {
			return blocking
		}
	}
}

// mark says that the data folder is ours.
func (l layout) mark() error {
	if _, err := os.Stat(l.marker()); err == nil {
		return nil
	}
	content := []byte("{\"format\": 1, \"about\": \"data folder of reliefgraph\"}\n")
	if err := writeFile(l.marker(), content, 0o644); err != nil {
		return fmt.Errorf("mark data folder %s as ours: %w", l.dataDir, err)
	}
	return nil
}

// clusterRecord is the marker inside a cluster of ours.
type clusterRecord struct {
	Format   int    `json:"format"`
	Major    int    `json:"postgresqlMajor"`
	Password string `json:"password"`
	Programs string `json:"programs,omitempty"` // folder of those that made it
}

// programs are where the cluster's may be found if nowhere else.
func (r *clusterRecord) programs() []string {
	if r == nil || r.Programs == "" {
		return nil
	}
	return []string{r.Programs}
}

// readCluster returns the record of the cluster, or nil if there is none yet.
func (l layout) readCluster() (*clusterRecord, error) {
	content, err := os.ReadFile(l.clusterMarker())
	if err == nil {
		record := new(clusterRecord)
		if err := json.Unmarshal(content, record); err != nil || record.Password == "" || record.Major == 0 {
			return nil, fmt.Errorf("read %s: it is damaged (%w); restore it from a backup, or move %s away and import the data again",
				l.clusterMarker(), errors.Join(err, errors.New("incomplete")), l.cluster())
		}
		return record, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, &FolderAccessError{
			Folder: l.cluster(), Account: accountName(os.Geteuid()), Err: err,
			Mend: runAsOwner,
		}
	}
	entries, err := os.ReadDir(l.cluster())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read cluster folder: %w", err)
	}
	if len(entries) > 0 {
		return nil, &ForeignFolderError{Folder: l.cluster(), Found: entries[0].Name()}
	}
	return nil, nil
}

// unfinished lists the folders of initialisations that did not end.
func (l layout) unfinished() ([]string, error) {
	entries, err := os.ReadDir(l.dataDir)
	if err != nil {
		return nil, fmt.Errorf("list data folder: %w", err)
	}
	var folders []string
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), unfinishedPrefix) {
			folders = append(folders, filepath.Join(l.dataDir, entry.Name()))
		}
	}
	return folders, nil
}

// writeFile replaces a file as a whole and safely on disk. The new file gets a
// name nobody can foresee, so a link planted in the folder is never followed.
func writeFile(path string, content []byte, mode fs.FileMode) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), temporaryPrefix(filepath.Base(path))+"*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(file.Name())
		}
	}()
	_, err = file.Write(content)
	err = errors.Join(err, file.Chmod(mode), adopt(file), file.Sync(), file.Close())
	if err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

func temporaryPrefix(name string) string { return "." + name + "-" }

// adopt gives a file that root made to the owner of the folder it is in, so that
// one run as root does not lock a user out of the user's own folder.
func adopt(file *os.File) error {
	if os.Geteuid() != 0 {
		return nil
	}
	var status syscall.Stat_t
	if err := syscall.Stat(filepath.Dir(file.Name()), &status); err != nil {
		return err
	}
	return file.Chown(int(status.Uid), int(status.Gid))
}
