package embeddedpg

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// account is the one PostgreSQL runs as.
type account struct {
	name     string
	uid, gid int
	switched bool // differs from the account of this process
}

// chooseAccount returns the account of this process, or for root, as PostgreSQL
// refuses to run as root, the one described in the package comment.
func chooseAccount(cluster string) (account, error) {
	if os.Geteuid() != 0 {
		return account{name: accountName(os.Geteuid()), uid: os.Geteuid(), gid: os.Getegid()}, nil
	}
	var status syscall.Stat_t
	if err := syscall.Lstat(cluster, &status); err == nil && status.Uid != 0 {
		return account{name: accountName(int(status.Uid)), uid: int(status.Uid), gid: int(status.Gid), switched: true}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.Atoi(found.Uid)
		gid, gidErr := strconv.Atoi(found.Gid)
		if err := errors.Join(uidErr, gidErr); err != nil {
			return account{}, fmt.Errorf("read the ids of account %s: %w", name, err)
		}
		if uid != 0 {
			return account{name: name, uid: uid, gid: gid, switched: true}, nil
		}
	}
	return account{}, errors.New(
		"PostgreSQL does not run as root, and neither account postgres nor nobody exists; create one with `useradd --system postgres` or run the program as another user",
	)
}

func accountName(uid int) string {
	if found, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return found.Username
	}
	return fmt.Sprintf("with id %d", uid)
}

// attributes makes a child run as the account and detached from the terminal, so
// that Ctrl-C reaches only the program, which then stops the server.
// The child gets onParentDeath when the OS thread that starts it ends, so it
// must be started through runPinned or from a goroutine locked to its thread.
func (a account) attributes(onParentDeath syscall.Signal) *syscall.SysProcAttr {
	attributes := &syscall.SysProcAttr{Setsid: true, Pdeathsig: onParentDeath}
	// The program may have given up root for the account since.
	if a.switched && os.Geteuid() == 0 {
		attributes.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
	return attributes
}

// give makes the account the owner of a path.
func (a account) give(path string) error {
	if !a.switched {
		return nil
	}
	return os.Lchown(path, a.uid, a.gid)
}

// environment is all that the PostgreSQL programs see: variables such as PGDATA
// or PGPORT would otherwise change what they do.
func environment() []string {
	variables := []string{"LC_ALL=C.UTF-8", "TZ=UTC"}
	for _, name := range []string{"PATH", "LD_LIBRARY_PATH"} {
		if value, set := os.LookupEnv(name); set {
			variables = append(variables, name+"="+value)
		}
	}
	return variables
}
