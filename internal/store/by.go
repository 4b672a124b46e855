package store

import "github.com/lib/pq"

// Way is how a write came in (docs/design.md, Audit).
type Way string

// The ways: a mutation, an upload of files, a command, and what runs by itself.
const (
	ByGraphQL Way = "GRAPHQL"
	ByImport  Way = "IMPORT"
	ByCommand Way = "CLI"
	ByJob     Way = "JOB"
)

// By is who writes, and in which way.
type By struct {
	Account string // its name; empty: none, as for commands
	// AccountID is its id, by which the database lets it write single facts; 0: as the
	// owner of the database does.
	AccountID int64
	Way       Way
	// Name is who is recorded with a fact where no account writes it.
	Name string
}

// recorder is who is recorded with a fact.
func (b By) recorder() string {
	switch {
	case b.Account != "":
		return b.Account
	case b.Name != "":
		return b.Name
	}
	return string(b.Way)
}

// settings are what triggers and defaults know the writer by.
func (b By) settings() any { return pq.Array([]string{b.recorder(), b.Account, string(b.Way)}) }

// byColumns set them, for the transaction alone.
const byColumns = `(SELECT count(set_config(name, value, true))
        FROM unnest('{reliefgraph.actor,reliefgraph.account_name,reliefgraph.way}'::text[], $1::text[]) AS s (name, value))`
