package embeddedpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// oldestMajor is the oldest version with all the settings used.
const oldestMajor = 14

// binaries are the PostgreSQL programs of one installation.
type binaries struct {
	folder  string
	version string // such as "15.18"
	major   int
}

func (b binaries) postgres() string { return filepath.Join(b.folder, "postgres") }
func (b binaries) initdb() string   { return filepath.Join(b.folder, "initdb") }

// discover returns the first installation that the account can run and that has
// the wanted major version (0: any). A given binDir is the only place looked at:
// quietly using another installation than the one asked for would surprise. Without
// it the usual folders are looked at, then these.
func discover(
	ctx context.Context, binDir string, runAs account, wantedMajor int, cluster string, also ...string,
) (binaries, error) {
	folders := []string{binDir}
	if binDir == "" {
		folders = usualFolders(ctx)
		for _, folder := range also {
			if folder != "" && !slices.Contains(folders, folder) {
				folders = append(folders, folder)
			}
		}
	}
	var tried, otherVersions []string
	newer := false
	for _, folder := range folders {
		found, err := examine(ctx, folder, runAs)
		switch {
		case ctx.Err() != nil:
			return binaries{}, fmt.Errorf("find PostgreSQL programs: %w", ctx.Err())
		case err != nil:
			tried = append(tried, fmt.Sprintf("%s: %v", folder, err))
		case wantedMajor != 0 && found.major != wantedMajor:
			otherVersions = append(otherVersions, fmt.Sprintf("%s in %s", found.version, folder))
			newer = newer || found.major > wantedMajor
		default:
			return found, nil
		}
	}
	if len(otherVersions) > 0 {
		mismatch := &VersionMismatchError{Folder: cluster, Cluster: wantedMajor, Found: otherVersions, Newer: newer, Named: binDir != ""}
		if mismatch.Named { // the one that fits may be where it would be found
			if found, err := discover(ctx, "", runAs, wantedMajor, cluster, also...); err == nil {
				mismatch.Fitting = found.folder
			}
		}
		return binaries{}, mismatch
	}
	return binaries{}, &BinariesNotFoundError{Tried: tried, Named: binDir != ""}
}

// usualFolders lists the places to look at, best first.
func usualFolders(ctx context.Context) []string {
	var folders []string
	add := func(folder string) {
		if !slices.Contains(folders, folder) {
			folders = append(folders, folder)
		}
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		// PATH often has a link only, with initdb next to the link's target.
		if resolved, err := filepath.EvalSymlinks(path); err == nil {
			path = resolved
		}
		add(filepath.Dir(path))
	}
	if output, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		if folder := strings.TrimSpace(string(output)); filepath.IsAbs(folder) {
			add(folder)
		}
	}
	for _, folder := range distributionFolders("/usr/lib/postgresql") {
		add(folder)
	}
	for _, folder := range npmFolders() {
		add(folder)
	}
	return folders
}

// distributionFolders lists Debian's folders, one per major version, newest first.
func distributionFolders(root string) []string {
	entries, err := os.ReadDir(root)
	if err != nil {
		return []string{filepath.Join(root, "*", "bin")} // named in the error as a place looked at
	}
	var majors []int
	for _, entry := range entries {
		if major, err := strconv.Atoi(entry.Name()); err == nil {
			majors = append(majors, major)
		}
	}
	slices.Sort(majors)
	slices.Reverse(majors)
	var folders []string
	for _, major := range majors {
		folders = append(folders, filepath.Join(root, strconv.Itoa(major), "bin"))
	}
	return folders
}

var versionPattern = regexp.MustCompile(`\(PostgreSQL\) ((\d+)\S*)`)

// examine checks that both programs are there and that the account can run the
// server, by asking it for its version.
func examine(ctx context.Context, folder string, runAs account) (binaries, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return binaries{}, err
	}
	found := binaries{folder: folder}
	for _, program := range []string{found.postgres(), found.initdb()} {
		if information, err := os.Stat(program); err != nil {
			if errors.Is(err, os.ErrNotExist) {
				return binaries{}, fmt.Errorf("no %s", filepath.Base(program))
			}
			return binaries{}, err
		} else if !information.Mode().IsRegular() {
			return binaries{}, fmt.Errorf("%s is not a file", filepath.Base(program))
		}
	}
	if err := completeNpmLinks(folder); err != nil {
		return binaries{}, err
	}
	output, err := askVersion(ctx, found, runAs, "/")
	if err != nil {
		return binaries{}, err
	}
	match := versionPattern.FindStringSubmatch(output)
	if match == nil {
		return binaries{}, fmt.Errorf("unknown version %q", strings.TrimSpace(output))
	}
	found.version = match[1]
	if found.major, err = strconv.Atoi(match[2]); err != nil {
		return binaries{}, fmt.Errorf("unknown version %q: %w", match[1], err)
	}
	if found.major < oldestMajor {
		return binaries{}, fmt.Errorf("version %s is too old, %d or newer is needed", found.version, oldestMajor)
	}
	return found, nil
}

// askVersion runs `postgres --version` as the account in the given folder.
func askVersion(ctx context.Context, programs binaries, runAs account, inFolder string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	command := exec.CommandContext(ctx, programs.postgres(), "--version")
	command.Dir = inFolder
	command.Env = environment()
	command.SysProcAttr = runAs.attributes(syscall.SIGKILL)
	var output []byte
	err := runPinned(func() (err error) {
		output, err = command.Output()
		return err
	})
	if err == nil {
		return string(output), nil
	}
	var failed *exec.ExitError
	if errors.As(err, &failed) && len(failed.Stderr) > 0 {
		return "", fmt.Errorf("%s", strings.TrimSpace(string(failed.Stderr)))
	}
	if errors.Is(err, os.ErrPermission) {
		return "", fmt.Errorf("account %s may not run it or traverse a folder above it: %w", runAs.name, err)
	}
	return "", err
}
