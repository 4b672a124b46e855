package embeddedpg

import (
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
)

const (
	longestSocketPath = 107 // the kernel's limit
	socketPort        = 5432
	confName          = "reliefgraph.conf"
)

// address is where the server listens: a Unix socket in a folder, or a port of
// the loopback interface.
type address struct {
	socketFolder string // empty: loopback
	port         int
}

// canHoldSocket says whether a socket in the folder works: short enough, and
// without the characters at which lib/pq and PostgreSQL split lists of hosts.
func canHoldSocket(folder string) bool {
	path := filepath.Join(folder, fmt.Sprintf(".s.PGSQL.%d", socketPort))
	return len(path) <= longestSocketPath && !strings.ContainsAny(folder, ",\"\n")
}

// arguments are for what must not be changed from inside the server: the command
// line has precedence over ALTER SYSTEM.
func (a address) arguments(l layout, name string, o Options) []string {
	settings := []string{
		"config_file=" + filepath.Join(l.cluster(), confName),
		"cluster_name=" + name,
		fmt.Sprintf("port=%d", a.port),
		"logging_collector=off",
	}
	if o.readOnly {
		settings = append(settings, "default_transaction_read_only=on", "autovacuum=off")
	}
	if o.Volatile {
		// Little log too, as the folder may be in memory.
		settings = append(settings, "fsync=off", "full_page_writes=off", "min_wal_size=64MB", "max_wal_size=512MB")
	} else {
		settings = append(settings, "fsync=on", "full_page_writes=on")
	}
	if a.socketFolder != "" {
		settings = append(settings, "listen_addresses=", `unix_socket_directories="`+a.socketFolder+`"`, "unix_socket_permissions=0700")
	} else {
		settings = append(settings, "listen_addresses=127.0.0.1", "unix_socket_directories=")
	}
	arguments := []string{"-D", l.cluster()}
	for _, setting := range settings {
		arguments = append(arguments, "-c", setting)
	}
	return arguments
}

// configuration is rewritten at each start.
func configuration() string {
	return `# Written by reliefgraph at each start. To change a setting use ALTER SYSTEM.

# A machine with 2 cores that does other work too.
shared_buffers = 256MB
effective_cache_size = 1GB
work_mem = 16MB
maintenance_work_mem = 128MB
max_connections = 200
max_parallel_workers = 2
random_page_cost = 1.1
jit = off
dynamic_shared_memory_type = ` + sharedMemoryType() + `

# Bulk loads: few checkpoints, and no write-ahead log for tables filled in the
# transaction that made them, which nothing replicates.
wal_level = minimal
max_wal_senders = 0
wal_compression = on
wal_buffers = 16MB
min_wal_size = 256MB
max_wal_size = 2GB
checkpoint_timeout = 15min
checkpoint_completion_target = 0.9

# A statement whose program has gone is not worth finishing.
client_connection_check_interval = 2s

password_encryption = scram-sha-256
timezone = 'UTC'
log_timezone = 'UTC'
datestyle = 'iso, ymd'
lc_messages = 'C.UTF-8'
lc_monetary = 'C.UTF-8'
lc_numeric = 'C.UTF-8'
lc_time = 'C.UTF-8'
default_text_search_config = 'pg_catalog.simple'
log_destination = 'stderr'
log_line_prefix = '%m [%p] %a '
`
}

// sharedMemoryType avoids /dev/shm where it is small, as in containers (64 MB by
// default): parallel queries would fail there.
func sharedMemoryType() string {
	var status syscall.Statfs_t
	if err := syscall.Statfs("/dev/shm", &status); err != nil || status.Blocks*uint64(status.Bsize) < 512<<20 {
		return "mmap"
	}
	return "posix"
}
