package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestAddressesKeepTheirPassword: an address that cannot be read is refused
// without telling any of it.
func TestAddressesKeepTheirPassword(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"postgres://app:s3cret/tail@127.0.0.1:1/db",
		"postgres://app:s3cret%zztail@127.0.0.1:1/db",
		"postgres://app:s3cret#tail@127.0.0.1:1/db",
		"postgres://app:s3cret?tail@127.0.0.1:1/db",
		"postgres://app:s3cret tail@127.0.0.1:1/db",
		"postgres://app:s3cret\ntail@127.0.0.1:1/db",
		"postgres://127.0.0.1/s3cret@tail/db",
		"postgres://app:1/s3cret@127.0.0.1/db",
		"postgres://app:1#s3cret@127.0.0.1/db",
		"postgres://app:1?s3cret@127.0.0.1/db",
		"postgres://app:s3crettail@127.0.0.1:port/db",
		"postgres://app:s3crettail@127.0.0.1:1/db?sslmode=s3cret",
		"mysql://app:s3crettail@127.0.0.1:1/db",
		"app:s3crettail@127.0.0.1:1/db",
		"user=app password=s3cret tail host=127.0.0.1",
		"user=app password='s3cret tail host=127.0.0.1",
	} {
		_, err := store.Open(context.Background(), address, store.Options{Connections: 1})
		if err == nil {
			t.Fatalf("%q is taken", address)
		}
		if p, is := errors.AsType[*problem.Problem](err); !is || p.Field != "database-url" {
			t.Errorf("%q: %v", address, err)
		}
		if said := err.Error(); strings.Contains(said, "s3cret") || strings.Contains(said, "tail") {
			t.Errorf("%q: its password is told: %v", address, err)
		}
	}
}
