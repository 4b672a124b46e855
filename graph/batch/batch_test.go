package batch

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// counted is a loader that answers keys with themselves and notes how often it
// was asked, and for what.
type counted struct {
	*Loader[int, int]
	mutex sync.Mutex
	calls [][]int
}

func newCounted() *counted {
	c := &counted{}
	c.Loader = NewLoader(func(_ context.Context, keys []int) ([]int, error) {
		c.mutex.Lock()
		defer c.mutex.Unlock()
		c.calls = append(c.calls, slices.Clone(keys))
		return keys, nil
	})
	return c
}

func operation(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return Begin(ctx, nil)
}

// dawdle lets other branches run, or come late.
func dawdle() {
	for range rand.IntN(4) {
		runtime.Gosched()
	}
	if rand.IntN(50) == 0 {
		time.Sleep(time.Duration(rand.IntN(2000)) * time.Microsecond)
	}
}

func TestNestedListsCostAsManyReadsAsOne(t *testing.T) {
	t.Parallel()
	for _, rows := range []int{1, 2, 3, 40} {
		ctx := operation(t)
		parents, children, documents := newCounted(), newCounted(), newCounted()
		list := make([]int, rows)
		for i := range list {
			list[i] = i
		}
		_, err := Concurrently(ctx, list, func(ctx context.Context, parent int) (int, error) {
			dawdle()
			if _, err := parents.Load(ctx, parent); err != nil {
				return 0, err
			}
			_, err := Concurrently(ctx, list, func(ctx context.Context, child int) (int, error) {
				dawdle()
				if _, err := children.Load(ctx, parent*1000+child); err != nil {
					return 0, err
				}
				dawdle()
				return documents.Load(ctx, child%7) // most were read before
			})
			return 0, err
		})
		if err != nil {
			t.Fatal(err)
		}
		for name, loader := range map[string]*counted{"parents": parents, "children": children, "documents": documents} {
			if len(loader.calls) != 1 {
				t.Errorf("%d rows: %s were read %d times", rows, name, len(loader.calls))
			}
		}
		if got := len(documents.calls[0]); got != min(rows, 7) {
			t.Errorf("%d rows: %d documents were read", rows, got)
		}
	}
}

func TestAKeyReadBeforeTakesARoundToo(t *testing.T) {
	t.Parallel()
	ctx := operation(t)
	first, second := newCounted(), newCounted()
	if _, err := first.Load(ctx, 1); err != nil {
		t.Fatal(err)
	}
	// The one row's key is known: it must not ask the second loader ahead of the other's.
	_, err := Concurrently(ctx, []int{1, 2}, func(ctx context.Context, key int) (int, error) {
		if _, err := first.Load(ctx, key); err != nil {
			return 0, err
		}
		return second.Load(ctx, key)
	})
	if err != nil || len(first.calls) != 2 || len(second.calls) != 1 {
		t.Errorf("the first was read %d times, the second %d times, %v", len(first.calls), len(second.calls), err)
	}
}

func TestLoadersOfOneRoundAreReadTogether(t *testing.T) {
	t.Parallel()
	ctx := operation(t)
	var here sync.WaitGroup
	here.Add(2) // each reader waits for the other
	loader := func() *Loader[int, int] {
		return NewLoader(func(_ context.Context, keys []int) ([]int, error) {
			here.Done()
			here.Wait()
			return keys, nil
		})
	}
	loaders := []*Loader[int, int]{loader(), loader()}
	_, err := Concurrently(ctx, loaders, func(ctx context.Context, l *Loader[int, int]) (int, error) { return l.Load(ctx, 1) })
	if err != nil {
		t.Error(err)
	}
}

func TestLoadAllKeepsTheOrderOfKeys(t *testing.T) {
	t.Parallel()
	loader := newCounted()
	ctx := operation(t)
	got, err := loader.LoadAll(ctx, []int{3, 1, 3, 2})
	if err != nil || !slices.Equal(got, []int{3, 1, 3, 2}) || len(loader.calls) != 1 || len(loader.calls[0]) != 3 {
		t.Errorf("got %v, %v after reading %v", got, err, loader.calls)
	}
	if got, err := loader.LoadAll(ctx, nil); err != nil || len(got) != 0 {
		t.Errorf("no keys: %v, %v", got, err)
	}
}

func TestAReadersFaultReachesWhoAsked(t *testing.T) {
	t.Parallel()
	fault := errors.New("no connection")
	failing := NewLoader(func(context.Context, []int) ([]int, error) { return nil, fault })
	sound := newCounted()
	ctx := operation(t)
	_, err := Concurrently(ctx, []int{1, 2}, func(ctx context.Context, key int) (int, error) {
		if key == 1 {
			return failing.Load(ctx, key)
		}
		return sound.Load(ctx, key)
	})
	if !errors.Is(err, fault) {
		t.Errorf("got %v", err)
	}
	if value, err := sound.Load(ctx, 5); err != nil || value != 5 {
		t.Errorf("after the fault: %d, %v", value, err)
	}
}

func TestAPanicOfABranchIsRaisedWhereItWasForked(t *testing.T) {
	t.Parallel()
	loader := newCounted()
	ctx := operation(t)
	defer func() {
		if got := recover(); got != "broken" {
			t.Errorf("recovered %v", got)
		}
		if _, err := loader.Load(ctx, 9); err != nil { // nothing is left waiting
			t.Error(err)
		}
	}()
	Concurrently(ctx, []int{1, 2, 3}, func(ctx context.Context, key int) (int, error) {
		if key == 2 {
			panic("broken")
		}
		return loader.Load(ctx, key)
	})
}

func TestAContextThatEndsEndsTheWaiting(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	ctx = Begin(ctx, nil)
	began, release := make(chan struct{}), make(chan struct{})
	slow := NewLoader(func(_ context.Context, keys []int) ([]int, error) {
		close(began)
		<-release
		return keys, nil
	})
	go func() {
		<-began
		cancel()
	}()
	if _, err := slow.Load(ctx, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	// Who goes on all the same, while the round is still being read, loses nothing.
	other := newCounted()
	if value, err := other.Load(ctx, 2); err == nil && value != 2 || err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("afterwards: %d, %v", value, err)
	}
	close(release)
}

func TestAReadersPanicIsRaisedInEveryBranchThatWaits(t *testing.T) {
	t.Parallel()
	ctx := operation(t)
	broken := NewLoader(func(context.Context, []int) ([]int, error) { panic("broken") })
	raised := make([]any, 3)
	_, err := Concurrently(ctx, []int{0, 1, 2}, func(ctx context.Context, key int) (value int, err error) {
		defer func() { raised[key] = recover() }()
		return broken.Load(ctx, key)
	})
	if err != nil || !slices.Equal(raised, []any{"broken", "broken", "broken"}) {
		t.Errorf("raised %v, %v", raised, err)
	}
}

func TestAReaderThatAnswersTooFewIsAFault(t *testing.T) {
	t.Parallel()
	ctx := operation(t)
	short := NewLoader(func(_ context.Context, keys []int) ([]int, error) { return keys[:1], nil })
	if values, err := short.LoadAll(ctx, []int{1, 2}); err == nil {
		t.Errorf("got %v", values)
	}
}

func TestOutsideOfAnOperationALoaderSaysSo(t *testing.T) {
	t.Parallel()
	if _, err := newCounted().Load(t.Context(), 1); err == nil {
		t.Error("it was read")
	}
}

// TestRandomTrees: whatever the shape, a loader is read once for each depth at
// which it is asked.
func TestRandomTrees(t *testing.T) {
	t.Parallel()
	for range 30 {
		ctx := operation(t)
		loader := newCounted()
		var next atomic.Int64
		const depth = 5
		var grow func(ctx context.Context, left int) error
		grow = func(ctx context.Context, left int) error {
			dawdle()
			if left == 0 {
				return nil
			}
			if _, err := loader.Load(ctx, int(next.Add(1))); err != nil {
				return err
			}
			_, err := Concurrently(
				ctx,
				make([]struct{}, rand.IntN(4)+left%2),
				func(ctx context.Context, _ struct{}) (int, error) { return 0, grow(ctx, left-1) },
			)
			return err
		}
		if err := grow(ctx, depth); err != nil {
			t.Fatal(err)
		}
		if len(loader.calls) == 0 || len(loader.calls) > depth {
			t.Fatalf("%d reads in a tree of depth %d", len(loader.calls), depth)
		}
	}
}

func BenchmarkNestedLists(b *testing.B) {
	list := make([]int, 30)
	for i := range list {
		list[i] = i
	}
	for b.Loop() {
		ctx := Begin(b.Context(), nil)
		loader := NewLoader(func(_ context.Context, keys []int) ([]int, error) { return keys, nil })
		Concurrently(ctx, list, func(ctx context.Context, parent int) (int, error) {
			_, err := Concurrently(
				ctx,
				list,
				func(ctx context.Context, child int) (int, error) { return loader.Load(ctx, parent*100+child) },
			)
			return 0, err
		})
	}
}
