// Package pgtest gives tests databases of their own on a real PostgreSQL: one
// private cluster for each test program, or the server at RELIEFGRAPH_TEST_DATABASE_URL,
// and in it a database for each test, copied from a migrated template.
package pgtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/embeddedpg"
	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// cluster is the test program's.
var cluster struct {
	once    sync.Once
	server  *embeddedpg.Server // nil where another's is used
	address string
	admin   *sql.DB
	folder  string
	fault   error
	durable bool
	copying sync.Mutex // a template is copied by one at a time
	number  atomic.Int64
}

// own begins the names of what this test program makes: others may use the same server.
var own = fmt.Sprintf("reliefgraph_test_%d_%x_", os.Getpid(), time.Now().UnixNano()&0xffffff)

// template is the database of which those of tests are copies.
var template = own + "template"

// Main runs a package's tests and stops the cluster, if one was started. Call it
// from TestMain.
func Main(m *testing.M) { os.Exit(Run(m)) }

// MainDurable is Main for a package that measures: its database waits for the disk,
// as that of a deployment does.
func MainDurable(m *testing.M) {
	cluster.durable = true
	Main(m)
}

// Run is Main for a package that has more to do before it ends with the code.
func Run(m *testing.M) (code int) {
	if !cluster.durable {
		// Whole answers and worlds are thrown away at once, and little is kept: to collect
		// them as often as a server does is a tenth of all work.
		debug.SetGCPercent(400)
	}
	code = m.Run()
	if cluster.admin != nil && cluster.server == nil {
		if err := leaveNothing(); err != nil {
			fmt.Fprintln(os.Stderr, "dropping the test databases:", err)
		}
	}
	if cluster.admin != nil {
		cluster.admin.Close()
	}
	if cluster.server != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := cluster.server.Stop(ctx); err != nil {
			fmt.Fprintln(os.Stderr, "stopping the test cluster:", err)
		}
	}
	if cluster.folder != "" {
		os.RemoveAll(cluster.folder)
	}
	return code
}

// RunBuilt is Run for a package that runs the program: it builds it first, into a
// folder that the account of an embedded database can reach.
func RunBuilt(m *testing.M, program *string) (code int) {
	folder, err := os.MkdirTemp("", "reliefgraph-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	if err := os.Chmod(folder, 0o755); err != nil {
		panic(err)
	}
	// Nothing of a test lies in the user's data folder.
	if err := os.Setenv("RELIEFGRAPH_LOG_KEY", filepath.Join(folder, "log.key")); err != nil {
		panic(err)
	}
	*program = filepath.Join(folder, "reliefgraph")
	build := exec.Command("go", "build", "-o", *program, "github.com/reliefgraph/reliefgraph/cmd/reliefgraph")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%v\n%s", err, output)
		return 1
	}
	return Run(m)
}

func start() {
	cluster.fault = func() error {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		cluster.address = os.Getenv("RELIEFGRAPH_TEST_DATABASE_URL")
		if cluster.address == "" {
			if err := startPrivate(ctx); err != nil {
				return err
			}
		}
		var err error
		if cluster.admin, err = sql.Open("postgres", cluster.address); err != nil {
			return err
		}
		if _, err := cluster.admin.ExecContext(ctx, "CREATE DATABASE "+template); err != nil {
			return err
		}
		migrated, err := store.Open(ctx, databaseURL(template), store.Options{Connections: 2})
		if err != nil {
			return err
		}
		defer migrated.Close()
		if _, err = migrated.MigrateUp(ctx); err != nil {
			return err
		}
		serving, err := migrated.Serving(ctx) // which makes the roles, in every copy
		if err != nil {
			return err
		}
		return serving.Close()
	}()
}

// startPrivate starts a cluster of this program's own.
func startPrivate(ctx context.Context) error {
	folder, err := newFolder()
	if err != nil {
		return err
	}
	cluster.folder = folder
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	cluster.server, err = embeddedpg.Start(ctx, embeddedpg.Options{
		DataDir: filepath.Join(folder, "data"), BinDir: os.Getenv("RELIEFGRAPH_POSTGRES_BIN"), Purpose: "tests", Log: quiet,
		Volatile: !cluster.durable,
	})
	if err == nil {
		cluster.address = cluster.server.URL()
	}
	return err
}

// leaveNothing drops what this program has made on a server of another's. The roles that
// serve stay: other programs have them too.
func leaveNothing() error {
	rows, err := cluster.admin.Query("SELECT datname FROM pg_database WHERE starts_with(datname, $1)", own)
	if err != nil {
		return err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		names = append(names, name)
	}
	for _, name := range names {
		_, failed := cluster.admin.Exec("DROP DATABASE " + name + " WITH (FORCE)")
		err = errors.Join(err, failed)
	}
	return errors.Join(err, rows.Err())
}

// started starts the cluster, once.
func started(t testing.TB) {
	t.Helper()
	cluster.once.Do(start)
	if cluster.fault != nil {
		t.Fatalf("no database for tests: %v", cluster.fault)
	}
}

func databaseURL(name string) string {
	address, err := url.Parse(cluster.address)
	if err != nil {
		panic(err) // it was opened
	}
	address.Path = "/" + name
	return address.String()
}

// URL makes an empty, migrated database for a test and returns its address. It
// is dropped when the test ends.
func URL(t testing.TB) string {
	t.Helper()
	return dropped(t, template)
}

// dropped copies a database for as long as the test runs.
func dropped(t testing.TB, template string) string {
	t.Helper()
	address, name := create(t, template)
	t.Cleanup(func() {
		if _, err := cluster.admin.Exec("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Errorf("dropping the test's database: %v", err)
		}
	})
	return address
}

// CopyOf is URL with a copy of another database of this cluster, to which nobody
// may be connected.
func CopyOf(t testing.TB, address string) string {
	t.Helper()
	other, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return dropped(t, strings.TrimPrefix(other.Path, "/"))
}

// Lasting makes a database that lasts as long as the test program.
func Lasting(t testing.TB) string {
	t.Helper()
	address, _ := create(t, template)
	return address
}

func create(t testing.TB, template string) (address, name string) {
	t.Helper()
	started(t)
	name = fmt.Sprintf("%s%d", own, cluster.number.Add(1))
	cluster.copying.Lock()
	_, err := cluster.admin.Exec("CREATE DATABASE " + name + " TEMPLATE " + template + " STRATEGY FILE_COPY")
	cluster.copying.Unlock()
	if err != nil {
		t.Fatalf("making the test's database: %v", err)
	}
	return databaseURL(name), name
}

// Store opens a database of the test's own.
func Store(t testing.TB) *store.Store {
	t.Helper()
	return Open(t, URL(t), store.Options{})
}

// Open opens a database until the test ends.
func Open(t testing.TB, address string, options store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), address, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// Import imports the files of paths, and fails the test if any row is refused.
func Import(t testing.TB, into *store.Store, options importer.Options, paths ...string) *importer.Report {
	t.Helper()
	sources, err := importer.FromPaths(paths)
	if err != nil {
		t.Fatal(err)
	}
	report, err := importer.Import(context.Background(), into, sources, options)
	if err != nil {
		for i, p := range report.Problems {
			if i < 10 {
				t.Log(p)
			}
		}
		t.Fatal(err)
	}
	return report
}

// Serving opens the database of a store as a server does, until the test ends, on a day.
func Serving(t testing.TB, of *store.Store, on calendar.Day) *store.Store {
	t.Helper()
	const onDay = `CREATE OR REPLACE FUNCTION present_day() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT date '%s' $$`
	var present bool // to change it is a new state of the database
	err := of.DB().QueryRow("SELECT present_day() = $1::date", on.String()).Scan(&present)
	if err == nil && !present {
		_, err = of.DB().Exec(fmt.Sprintf(onDay, on))
	}
	if err != nil {
		t.Fatal(err)
	}
	serving, err := of.Serving(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { serving.Close() })
	return serving
}

// servingRoles are the ends of the names of the roles by which a database is served.
var servingRoles = []string{"_index", "_public", "_staff", "_log"}

// Owned makes an empty database that a role of its own owns, which is no superuser and
// may make roles or not, and returns its address.
func Owned(t testing.TB, makesRoles bool) string {
	t.Helper()
	started(t)
	name := fmt.Sprintf("%sowner_%d", own, cluster.number.Add(1))
	may := "NOCREATEROLE"
	if makesRoles {
		may = "CREATEROLE"
	}
	run := func(statements ...string) {
		for _, statement := range statements {
			if _, err := cluster.admin.Exec(statement); err != nil {
				t.Errorf("%s: %v", statement, err)
			}
		}
	}
	run("CREATE ROLE "+name+" LOGIN PASSWORD 'a password/of:its own' "+may, "CREATE DATABASE "+name+" OWNER "+name)
	t.Cleanup(func() {
		run("DROP DATABASE " + name + " WITH (FORCE)")
		for _, role := range append(slices.Clone(servingRoles), "") {
			run("DROP ROLE IF EXISTS " + name + role)
		}
	})
	address, err := url.Parse(databaseURL(name))
	if err != nil {
		t.Fatal(err)
	}
	address.User = url.UserPassword(name, "a password/of:its own")
	return address.String()
}
