package embeddedpg

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	userName     = "reliefgraph"
	databaseName = "reliefgraph"
)

// initialise makes a new cluster. It works in a folder beside the final one and
// renames at the end, so a cluster folder with our marker is always complete.
func initialise(ctx context.Context, o Options, l layout, programs binaries, runAs account) (*clusterRecord, error) {
	record, err := makeCluster(ctx, o, l, programs, runAs)
	if err != nil {
		return nil, fmt.Errorf("make a PostgreSQL cluster in %s: %w", l.dataDir, err)
	}
	return record, nil
}

func makeCluster(ctx context.Context, o Options, l layout, programs binaries, runAs account) (_ *clusterRecord, err error) {
	started := time.Now()
	if err := removeUnfinished(l, o.Log); err != nil {
		return nil, err
	}
	// The name is new each time: an initdb that outlived its program cannot
	// write into the folder of the next one.
	held, err := heldFolder(l)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, removeFolder(held)) }()
	workplace := held.Name()
	if err := runAs.give(workplace); err != nil {
		return nil, err
	}
	record := &clusterRecord{Format: 1, Major: programs.major, Password: o.password, Programs: programs.folder}
	if record.Password == "" {
		secret := make([]byte, 32)
		if _, err := rand.Read(secret); err != nil {
			return nil, fmt.Errorf("make a password: %w", err)
		}
		record.Password = hex.EncodeToString(secret)
	}
	cluster := filepath.Join(workplace, "cluster")
	if err := runInitdb(ctx, workplace, cluster, record.Password, programs, runAs); err != nil {
		return nil, err
	}
	content, err := json.MarshalIndent(record, "", "  ")
	if err != nil {
		return nil, err
	}
	if err := writeFile(filepath.Join(cluster, markerName), append(content, '\n'), 0o600); err != nil {
		return nil, err
	}
	if err := os.Rename(cluster, l.cluster()); err != nil {
		return nil, err
	}
	if err := syncFolder(l.dataDir); err != nil {
		return nil, err
	}
	o.Log.Info(
		"made a PostgreSQL cluster",
		"folder",
		l.cluster(),
		"version",
		programs.version,
		"took",
		time.Since(started).Round(time.Millisecond),
	)
	return record, nil
}

func removeUnfinished(l layout, log *slog.Logger) error {
	folders, err := l.unfinished()
	if err != nil {
		return err
	}
	for _, folder := range folders {
		held, err := os.Open(folder)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return fmt.Errorf("remove the remains of an earlier initialisation: %w", err)
		}
		if free, err := tryLock(held, syscall.LOCK_EX); err != nil || !free { // a process is at work there
			if err := errors.Join(err, held.Close()); err != nil {
				return err
			}
			continue
		}
		log.Info("removing the remains of an initialisation that did not end", "folder", folder)
		if err := removeFolder(held); err != nil {
			return fmt.Errorf("remove the remains of an earlier initialisation: %w", err)
		}
	}
	return nil
}

// removeAll removes a folder in which a program whose parent was killed may go on
// writing for a moment.
func removeAll(folder string) (err error) {
	for range 50 {
		if err = os.RemoveAll(folder); !errors.Is(err, syscall.ENOTEMPTY) {
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
	return err
}

func runInitdb(ctx context.Context, workplace, cluster, password string, programs binaries, runAs account) error {
	passwordFile := filepath.Join(workplace, "password")
	if err := writeFile(passwordFile, []byte(password+"\n"), 0o600); err != nil {
		return err
	}
	arguments := []string{
		"--pgdata", cluster, "--username", userName, "--pwfile", passwordFile, "--auth", "scram-sha-256",
		// Not locale C: its character classes know ASCII only, and pg_trgm would
		// drop all Chinese text.
		"--encoding", "UTF8", "--locale", "C.UTF-8", "--data-checksums",
	}
	if programs.major >= 17 {
		// The same locale, but without dependence on the system's libraries.
		arguments = append(arguments, "--locale-provider", "builtin")
	}
	command := exec.CommandContext(ctx, programs.initdb(), arguments...)
	command.Dir = workplace
	command.Env = environment()
	command.SysProcAttr = runAs.attributes(syscall.SIGKILL)
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGINT) }
	command.WaitDelay = 5 * time.Second
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	if err := runPinned(command.Run); err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("run initdb: %w", ctx.Err())
		}
		said := strings.TrimSpace(output.String())
		if strings.Contains(said, "could not look up effective user ID") {
			err = fmt.Errorf(
				"%w: user id %d has no entry in /etc/passwd, which initdb needs; add one or run as another user",
				err,
				runAs.uid,
			)
		}
		return fmt.Errorf("run %s: %w; it said:\n%s", programs.initdb(), err, said)
	}
	return nil
}

func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
