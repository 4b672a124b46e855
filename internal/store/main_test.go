package store_test

import (
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }
