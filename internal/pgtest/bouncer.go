package pgtest

import (
	"cmp"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/store"
)

// bouncerPort names the socket; nothing listens on the network.
const bouncerPort = "6432"

// bouncerPool is how many connections to a database each role shares there: fewer than
// servers open, so that they are shared, and more than a server writes at a time by, so that
// who writes finds one to look by.
const bouncerPool = 12

// Bouncer starts a PgBouncer that shares the connections to a database's server between
// transactions, and returns the database's address through it: where that has a password, it
// is asked for it, and asks the database whether it is right. It ends with the test.
func Bouncer(t testing.TB, address string) (through string) {
	t.Helper()
	database, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	folder, err := newFolder()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	in := func(name string) string { return filepath.Join(folder, name) }
	authentication, users := "auth_type = trust", ""
	if _, asks := database.User.Password(); asks {
		admin, err := url.Parse(cluster.address)
		if err != nil {
			t.Fatal(err)
		}
		password, _ := admin.User.Password()
		authentication = "auth_type = scram-sha-256\nauth_user = " + admin.User.Username() +
			"\nauth_query = SELECT rolname, rolpassword FROM pg_authid WHERE rolname = $1"
		users = fmt.Sprintf("%q %q\n", admin.User.Username(), password)
	} else {
		for _, role := range append([]string{""}, servingRoles...) {
			users += fmt.Sprintf("%q \"\"\n", database.User.Username()+role)
		}
	}
	settings := fmt.Sprintf(`[databases]
* = host=%s port=%s
[pgbouncer]
pool_mode = transaction
listen_port = %s
unix_socket_dir = %s
auth_file = %s
%s
default_pool_size = %d
server_login_retry = 0.2
server_round_robin = 1
log_connections = 0
log_disconnections = 0
max_client_conn = 2000
logfile = %s
`, cmp.Or(database.Query().Get("host"), database.Hostname()), cmp.Or(database.Port(), database.Query().Get("port"), "5432"), bouncerPort, folder, in("users"), authentication, bouncerPool, in("log"))
	for name, content := range map[string]string{"pgbouncer.ini": settings, "users": users} {
		if err := os.WriteFile(in(name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	account := postgresAccount(t)
	if account != nil {
		if err := os.Chown(folder, int(account.Uid), int(account.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program = "/usr/sbin/pgbouncer" // which is not on everybody's path
	}
	bouncer := exec.Command(program, "-q", in("pgbouncer.ini"))
	bouncer.SysProcAttr = &syscall.SysProcAttr{Credential: account}
	if err := bouncer.Start(); err != nil {
		t.Fatalf("starting PgBouncer, of Debian's package pgbouncer: %v", err)
	}
	t.Cleanup(func() {
		bouncer.Process.Kill() //nolint:errcheck // it may have ended
		bouncer.Wait()         //nolint:errcheck // it was killed
		if said, err := os.ReadFile(in("log")); err == nil && t.Failed() {
			t.Logf("PgBouncer: %s", said)
		}
	})
	database.Host = ""
	database.RawQuery = url.Values{"host": {folder}, "port": {bouncerPort}, "sslmode": {"disable"}}.Encode()
	through = database.String()
	Eventually(t, "PgBouncer answers", func() bool {
		s, err := store.Open(t.Context(), through, store.Options{NoPrepare: true})
		if err == nil {
			s.Close()
		}
		return err == nil
	})
	return through
}
