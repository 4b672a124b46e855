package embeddedpg

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// TestRemainsThatGrow: what programs go on writing to for a moment after the one that
// began them was killed is removed all the same.
func TestRemainsThatGrow(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "cluster")
	ends := time.Now().Add(300 * time.Millisecond)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	var writers sync.WaitGroup
	for writer := range 8 {
		writers.Go(func() {
			for i := 0; time.Now().Before(ends); i++ {
				_ = os.MkdirAll(folder, 0o700) // either fails while the folder is removed
				_ = os.WriteFile(filepath.Join(folder, fmt.Sprint(writer, i)), nil, 0o600)
			}
		})
	}
	time.Sleep(50 * time.Millisecond)
	err := removeAll(folder)
	writers.Wait()
	if err != nil {
		t.Error(err)
	}
}
