// Package migrations holds the database schema, one numbered step a file.
package migrations

import "embed"

// Files are the steps, for goose.
//
//go:embed *.sql
var Files embed.FS
