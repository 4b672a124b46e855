package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/user"
	"strconv"
	"syscall"
	"time"
)

// ownAccount is what the server runs as beside a database of somebody else's; an
// embedded one has an account of its own, as which alone it can be started again.
const ownAccount = "nobody"

// surrenderRoot gives up root, if the program has it, once everything is open that
// only root may open: what comes in from outside is read without it. It makes sure
// that the database can be reached still.
func surrenderRoot(ctx context.Context, db *database, wanted string) error {
	const mend = "; run the program as another user, or give --run-as"
	switch {
	case os.Geteuid() != 0 && wanted != "" && !isCurrent(wanted):
		return fmt.Errorf("--run-as %s: only root can become another account", wanted)
	case os.Geteuid() != 0:
		return nil
	case wanted == "root":
		slog.Warn("the server stays root, as --run-as says: whoever finds a fault in it has the machine")
		return nil
	}
	name := wanted
	if name == "" {
		name = ownAccount
	}
	uid, gid, err := idsOf(name)
	if db.server != nil {
		account, accountUID, accountGID := db.server.Account()
		if wanted != "" && (err != nil || uid != accountUID) {
			return &exitError{
				exitUsage,
				fmt.Errorf(
					"--run-as %s: the embedded database runs as %s, and only as that can the server start it again; leave --run-as out",
					wanted,
					account,
				),
			}
		}
		name, uid, gid, err = account, accountUID, accountGID, nil
	}
	if err != nil {
		return fmt.Errorf("giving up root: %w%s", err, mend)
	}
	// All threads; the groups of root first, which only root can leave.
	for _, step := range []func() error{
		func() error { return syscall.Setgroups([]int{}) },
		func() error { return syscall.Setresgid(gid, gid, gid) },
		func() error { return syscall.Setresuid(uid, uid, uid) },
	} {
		if err := step(); err != nil {
			return fmt.Errorf("giving up root for %s: %w%s", name, err, mend)
		}
	}
	if syscall.Setuid(0) == nil || os.Geteuid() != uid || os.Getegid() != gid {
		return errors.New("giving up root: the system does not let it go" + mend)
	}
	const patience = 10 * time.Second
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := db.PingAnew(ctx); err != nil {
		return fmt.Errorf("the database could be reached as root, and cannot as %s: %w%s", name, err, mend)
	}
	slog.Info("root is given up", "account", name)
	return nil
}

// idsOf finds an account by its name or number, never root's.
func idsOf(name string) (uid, gid int, err error) {
	found, err := user.Lookup(name)
	if err != nil {
		if found, err = user.LookupId(name); err != nil {
			return 0, 0, fmt.Errorf("there is no account %s", name)
		}
	}
	uid, uidErr := strconv.Atoi(found.Uid)
	gid, gidErr := strconv.Atoi(found.Gid)
	if err := errors.Join(uidErr, gidErr); err != nil {
		return 0, 0, fmt.Errorf("reading the ids of account %s: %w", name, err)
	}
	if uid == 0 {
		return 0, 0, fmt.Errorf("account %s is root", name)
	}
	return uid, gid, nil
}

func isCurrent(name string) bool {
	current, err := user.Current()
	return err == nil && (current.Username == name || current.Uid == name)
}
