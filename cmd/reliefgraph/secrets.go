package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strings"
)

// passwords are those in addresses of databases, both ways of writing them. Of an
// address up to its last @: an unescaped password may hold any character.
var passwords = []*regexp.Regexp{
	regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://[^\s:/@"']*:)[^\s"']*(@)`),
	regexp.MustCompile(`((?i:password)\s*=\s*)(?:'(?:[^'\\]|\\.)*'?|[^\s&"']+)()`),
}

// masked is a text without the passwords of addresses in it.
func masked(text string) string {
	for _, password := range passwords {
		text = password.ReplaceAllString(text, "${1}***${2}")
	}
	return text
}

// maskAttribute keeps passwords out of the log, whoever wrote them into an error.
func maskAttribute(_ []string, attribute slog.Attr) slog.Attr {
	switch value := attribute.Value.Any().(type) {
	case string:
		return slog.String(attribute.Key, masked(value))
	case error:
		return slog.String(attribute.Key, masked(value.Error()))
	}
	return attribute
}

// largestAddress is far more than any address takes.
const largestAddress = 64 << 10

// address is that of the database, empty for the embedded one.
func (s databaseSettings) address(ctx context.Context) (string, error) {
	switch {
	case s.DatabaseURLFile == "":
		seen := slices.ContainsFunc(os.Args, func(argument string) bool { return strings.HasSuffix(argument, s.DatabaseURL) })
		if seen && masked(s.DatabaseURL) != s.DatabaseURL {
			slog.Warn(
				"every user of this machine sees the password of --database-url among the processes; use --database-url-file or DATABASE_URL",
			)
		}
		return s.DatabaseURL, nil
	case s.DatabaseURL != "":
		return "", &exitError{
			exitUsage,
			errors.New("give --database-url (DATABASE_URL) or --database-url-file (DATABASE_URL_FILE), not both"),
		}
	}
	content, err := secretIn(ctx, s.DatabaseURLFile, largestAddress)
	if err != nil {
		return "", fmt.Errorf("reading --database-url-file: %w", err)
	}
	address := strings.TrimSpace(string(content))
	if address == "" {
		return "", fmt.Errorf(
			"the file of --database-url-file, %s, is empty; write postgres://user:password@host/database?sslmode=… into it",
			s.DatabaseURLFile,
		)
	}
	return address, nil
}
