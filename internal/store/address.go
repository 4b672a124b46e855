package store

import (
	"regexp"
	"strings"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// wrongSetting is what the driver says of one setting. Its name alone is told on.
var wrongSetting = regexp.MustCompile(`^pq: (?:wrong value for|unsupported|environment variable) "?(\$?[a-zA-Z_]+)"?`)

// configure reads a database's address. What the driver says of one that it
// cannot read quotes it, and with it the password.
func configure(address string) (pq.Config, error) {
	const remedy = "write postgres://user:password@host/database?sslmode=…, and in the password %40 for @, %2F for /, %3A for :, %3F for ?, %23 for #, %25 for %"
	config, err := pq.NewConfig(address)
	if err == nil && !strayUser(address) {
		return config, nil
	}
	if err != nil {
		if match := wrongSetting.FindStringSubmatch(err.Error()); match != nil {
			return config, problem.Invalid("database-url", "correct it", "the setting %s has a value that is not known", match[1])
		}
	}
	return config, problem.Invalid("database-url", remedy, "cannot be read")
}

// strayUser tells whether a password holds a character that ends the host in an
// address: what follows it would be taken for the name of a database, and told.
func strayUser(address string) bool {
	_, rest, isURL := strings.Cut(address, "://")
	end := strings.IndexAny(rest, "/?#")
	if !isURL || end < 0 || strings.Contains(rest[:end], "@") {
		return false
	}
	path, query, _ := strings.Cut(rest[end:], "?")
	name, _, _ := strings.Cut(query, "=")
	return strings.Contains(path+name, "@")
}
