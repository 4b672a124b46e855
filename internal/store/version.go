package store

import "strings"

// Version names a state of the database: where two are equal, whichever servers
// looked, every row was the same. It changes with every transaction of the
// database's cluster, also of one that changed nothing here. It is empty where a
// state cannot be named.
type Version string

// versionOf names the state that a snapshot sees. Which transactions had ended is
// all that rows depend on, as long as no id is given out again: not on another
// system, timeline or restored table, nor after the database was started or came
// up from a crash, which its server processes tell from the fourth word on. In
// recovery a snapshot does not tell which transactions go on, unless none does.
func versionOf(taken, backend, history string) Version {
	run := runOf(backend)
	oldest, rest, _ := strings.Cut(taken, ":")
	next, _, _ := strings.Cut(rest, ":")
	if run == "" || strings.HasPrefix(history, "recovery") && oldest != next {
		return ""
	}
	return Version(strings.Join([]string{run, history, taken}, "/"))
}

// runOf is what the processes of a server tell alike between a start or crash and the next,
// empty where one does not tell all of it.
func runOf(backend string) string {
	process := strings.Fields(backend)
	if len(process) != 5 {
		return ""
	}
	return strings.Join([]string{process[0], process[3], process[4]}, "/")
}
