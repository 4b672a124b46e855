package embeddedpg

import "runtime"

// runPinned runs work on an OS thread of its own and waits for it. A child's
// parent-death signal is tied to the thread that started it, and the Go runtime
// may end a thread at any time unless a goroutine is locked to it.
func runPinned(work func() error) error {
	result := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		result <- work()
	}()
	return <-result
}
