package importer_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// replaced puts something else in the place of a file.
func replaced(t *testing.T, path string, make func(path string) error) {
	t.Helper()
	if err := errors.Join(os.RemoveAll(path), make(path)); err != nil {
		t.Fatal(err)
	}
}

// TestRegularFilesAlone: what is no regular file, or leads out of the folder, is
// refused by name, whatever file of a folder it is, and nothing of it is told.
func TestRegularFilesAlone(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("root:s3cret:0:0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := func(path string) error { return os.Symlink(secret, path) }
	fifo := func(path string) error { return syscall.Mkfifo(path, 0o600) }
	socket := func(path string) error {
		listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
		if err == nil {
			listener.SetUnlinkOnClose(false)
			err = listener.Close()
		}
		return err
	}
	files := map[string]string{}
	for name, content := range base() {
		files[name] = content
	}
	for name, content := range map[string]string{
		"news.csv.gz": "", "relief.xlsx": "", "calendar/2024.json": `{"year": 2024, "days": []}`,
	} {
		files[name] = content
	}
	for name := range files {
		for _, c := range []struct {
			what   string
			make   func(string) error
			reason string
		}{
			{"link", link, "out of the folder"},
			{"relative link", func(path string) error {
				to, err := filepath.Rel(filepath.Dir(path), secret)
				return errors.Join(err, os.Symlink(to, path))
			}, "out of the folder"},
			{"fifo", fifo, "no file"},
			{"device", func(path string) error { return os.Symlink("/dev/zero", path) }, "out of the folder"},
			{"socket", socket, "no file"},
			{"folder", func(path string) error { return os.Mkdir(path, 0o700) }, "a folder"},
		} {
			here := folder(t, base())
			path := filepath.Join(here, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			replaced(t, path, c.make)
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			sources, err := importer.FromPaths([]string{here})
			if err != nil {
				t.Fatal(err)
			}
			ended := make(chan *importer.Report, 1)
			go func() {
				report, err := importer.Import(
					ctx,
					db,
					sources,
					importer.Options{By: store.By{Account: "test", Way: store.ByCommand}, DryRun: true},
				)
				if _, refused := errors.AsType[*importer.Refused](err); !refused {
					t.Errorf("%s as a %s: %v", name, c.what, err)
				}
				ended <- report
			}()
			select {
			case report := <-ended:
				told := ""
				for _, p := range report.Problems {
					told += p.Error() + "\n"
				}
				if !strings.Contains(told, path+": ") || !strings.Contains(told, c.reason) || strings.Contains(told, "s3cret") {
					t.Errorf("%s as a %s: %s", name, c.what, told)
				}
			case <-ctx.Done():
				t.Errorf("%s as a %s holds the import up", name, c.what)
			}
			cancel()
		}
	}
	t.Run("arguments", func(t *testing.T) {
		here := folder(t, base())
		pipe, linked := filepath.Join(here, "events.csv"), filepath.Join(t.TempDir(), "areas.csv")
		replaced(t, pipe, fifo)
		for _, path := range []string{pipe, "/dev/zero"} {
			if _, err := importer.FromPaths([]string{path}); problem.CodeOf(err) != problem.InvalidInput {
				t.Errorf("%s: %v", path, err)
			}
		}
		// A link of a folder that came from others is named too, where all its files are.
		replaced(t, linked, func(path string) error { return os.Symlink(secret, path) })
		if _, err := importer.FromPaths([]string{linked}); problem.CodeOf(err) != problem.InvalidInput ||
			!strings.Contains(err.Error(), "name "+secret+" itself") {
			t.Errorf("a link out of its folder, named: %v", err)
		}
		// It may become one after it was looked at.
		replaced(t, linked, func(path string) error { return os.WriteFile(path, []byte("code,name\n"), 0o600) })
		sources, err := importer.FromPaths([]string{linked})
		if err != nil {
			t.Fatal(err)
		}
		replaced(t, linked, func(path string) error { return os.Symlink(secret, path) })
		report, err := importer.Import(
			context.Background(),
			db,
			sources,
			importer.Options{By: store.By{Account: "test", Way: store.ByCommand}, DryRun: true},
		)
		if report == nil || len(report.Problems) != 1 || !strings.Contains(report.Problems[0].Reason, "out of the folder") {
			t.Errorf("a file that became a link: %+v %v", report, err)
		}
		// A folder that is named is what is meant, also through a link.
		whole := filepath.Join(t.TempDir(), "world")
		replaced(t, whole, func(path string) error { return os.Symlink(here, path) })
		// A link that stays in its folder is one of its files.
		replaced(t, pipe, func(path string) error { return os.Symlink("of-2024.txt", path) })
		if err := os.WriteFile(filepath.Join(here, "of-2024.txt"), []byte(base()["events.csv"]), 0o600); err != nil {
			t.Fatal(err)
		}
		inside := filepath.Join(here, "areas.csv")
		if err := os.Rename(inside, filepath.Join(here, "areas-of-2024.txt")); err != nil {
			t.Fatal(err)
		}
		replaced(t, inside, func(path string) error { return os.Symlink("areas-of-2024.txt", path) })
		for _, path := range []string{inside, whole} {
			sources, err := importer.FromPaths([]string{path})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := importer.Import(
				context.Background(),
				db,
				sources,
				importer.Options{By: store.By{Account: "test", Way: store.ByCommand}, DryRun: true},
			); err != nil {
				t.Errorf("%s: %v", path, err)
			}
		}
		calendar := filepath.Join(here, "calendar")
		replaced(t, calendar, func(path string) error { return os.Symlink(filepath.Dir(secret), path) })
		if _, err := importer.FromPaths([]string{here}); problem.CodeOf(err) != problem.InvalidInput {
			t.Errorf("a folder of calendars elsewhere: %v", err)
		}
	})
}
