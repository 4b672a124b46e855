// Package embeddedpg starts and keeps a private PostgreSQL server for the
// program when no database is configured.
//
// # Folder
//
// Everything lives in one data folder (Options.DataDir):
//
//	reliefgraph.json        says that the folder is ours
//	lock                    held (flock) by the process that owns the server
//	running                 held by who serves the cluster or puts another in its place
//	wanted                  held by who is about to: the server is stopped for it
//	connection.json         how to reach the running server, mode 0600
//	postgres.log            what the server says, emptied at a start above 10 MB
//	socket/                 the server's Unix socket, for its account only
//	postgres/               the cluster; postgres/reliefgraph.json (mode 0600)
//	                        keeps the random password it was made with
//	postgres.unfinished-*   an initdb, a restore or an upgrade that did not end;
//	                        removed at the next start, unless a process is at work there
//	postgres.VERSION-DATE   a cluster whose place another has taken
//
// A folder that holds anything else, or a cluster without our marker, is
// refused and left as it is.
//
// # Account
//
// PostgreSQL refuses to run as root. Started by root, the server runs as the
// account that owns the existing cluster, else as postgres, else as nobody; only
// the cluster and the socket folder are given to that account. It must be able
// to traverse the parents of the data folder, so the default folder for root is
// /var/lib/reliefgraph and not below /root.
//
// # Connections
//
// The server listens on a Unix socket only. When the socket's path would be too
// long for the kernel, or has a character that the list notations of PostgreSQL
// or lib/pq split at, it listens on a free port of 127.0.0.1 instead. Passwords
// (scram-sha-256) are required either way.
//
// # Life of the server
//
// The server ends with the program, also when the program is killed: the kernel
// then sends it the signal for a fast shutdown. The next Start waits for that.
//
// A server that crashes (killed, or ended with a failure) is started again at
// the same address, at most five times in a row; runs of more than a minute
// reset the count. Connections of the time before are lost, as with any restart
// of PostgreSQL. A server that somebody else shut down in an orderly way is not
// started again. One whose cluster is wanted is shut down, and what is in its
// place then is started at the same address. When the server is gone for good, Server.Exited is closed and
// Server.Err says why.
package embeddedpg
