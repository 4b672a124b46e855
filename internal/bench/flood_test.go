package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/memory"
)

// What a flood must leave: how long other questions take, and memory beside what
// the server takes while nothing but plain questions is asked.
const (
	mostBesideFlood = 250 * time.Millisecond
	mostGrowth      = 1.5
	floodAtOnce     = 64
)

// BenchmarkFlood sends the dearest requests that were found, 64 at once, refused
// ones among them, and meanwhile asks as others do. BENCH_FLOOD is how long, 60s by
// default. Clients and server share the machine's cores and this process.
func BenchmarkFlood(b *testing.B) {
	world(b)
	var bodies [][]byte
	for _, question := range keptDearest(b) {
		body, err := json.Marshal(map[string]string{"query": question})
		if err != nil {
			b.Fatal(err)
		}
		bodies = append(bodies, body)
	}
	plain := []byte(`{"query":"{ administrativeNode(code: \"533102\") { coverage { required covered } } }"}`)
	debug.FreeOSMemory() // what making the world left
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	go memory.Keep(ctx, 0) // as serve does
	peak := watchMemoryOf(held)
	alone := besides(b, 5*time.Second, plain)
	resting := peak()
	b.Logf("at rest: %d MiB; a question %v", resting>>20, alone)

	var ended atomic.Bool
	var all sync.WaitGroup
	var answered, refused atomic.Int64
	for client := range floodAtOnce {
		all.Go(func() {
			for i := client; !ended.Load(); i++ {
				status, err := post(bodies[i%len(bodies)])
				switch {
				case err != nil:
					b.Error(err)
					return
				case status == http.StatusOK:
					answered.Add(1)
				default:
					refused.Add(1)
				}
			}
		})
	}
	peak = watchMemoryOf(held)
	beside := besides(b, floodTime(), plain)
	ended.Store(true)
	all.Wait()
	most := peak()
	b.Logf("in the flood: %d MiB; a question %v; %d answered in the flood, %d told to come again",
		most>>20, beside, answered.Load(), refused.Load())
	growth := float64(most) / float64(resting)
	b.ReportMetric(milliseconds(beside.p99), "p99-ms")
	b.ReportMetric(growth, "of-resting")
	if beside.p99 > mostBesideFlood || beside.healthP99 > mostBesideFlood || growth > mostGrowth {
		b.Errorf("beyond the bound: %v (at most %v), %.2f × the memory at rest (at most %.1f)", beside, mostBesideFlood, growth, mostGrowth)
	}
}

func floodTime() time.Duration {
	if d, err := time.ParseDuration(os.Getenv("BENCH_FLOOD")); err == nil {
		return d
	}
	return time.Minute
}

// waits are how long others waited.
type waits struct {
	asked                     int
	p50, p99, most, healthP99 time.Duration
}

// besides asks a question, and for health, over and over.
func besides(b *testing.B, lasting time.Duration, body []byte) waits {
	b.Helper()
	var questions, health []time.Duration
	for until := time.Now().Add(lasting); time.Now().Before(until); {
		start := time.Now()
		if status, err := post(body); err != nil || status != http.StatusOK {
			b.Errorf("a plain question: %d, %v", status, err)
		}
		questions = append(questions, time.Since(start))
		start = time.Now()
		response, err := client.Get(nation.server.URL + "/healthz")
		if err != nil {
			b.Fatal(err)
		}
		response.Body.Close()
		health = append(health, time.Since(start))
	}
	slices.Sort(questions)
	slices.Sort(health)
	at := func(all []time.Duration, part float64) time.Duration {
		return all[int(part*float64(len(all)-1))].Round(10 * time.Microsecond)
	}
	return waits{len(questions), at(questions, .5), at(questions, .99), at(questions, 1), at(health, .99)}
}

func post(body []byte) (status int, err error) {
	response, err := client.Post(nation.server.URL+"/graphql", "application/json", bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return response.StatusCode, err
}

// held is the memory that the process has of the system.
func held() int {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(sample)
	return int(sample[0].Value.Uint64() - sample[1].Value.Uint64())
}
