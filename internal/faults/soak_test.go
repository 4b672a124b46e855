package faults

import (
	"context"
	"database/sql"
	"encoding/csv"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

const (
	soakers         = 64
	writing         = 16 // of them, half of the time
	soakDisclosures = 5000
	shortSoak       = 9 * time.Second
)

// soak is a server of a province that reads from two replicas, and those who ask and
// write all the time.
type soak struct {
	*scene
	t         *testing.T
	primary   *pgtest.Cluster
	replicas  [2]*pgtest.Cluster
	databases [3]*sql.DB
	counties  []string
	soakers   []*soaker

	work      sync.RWMutex // held by those at work: who locks it has all quiet
	importing sync.Mutex
	away      atomic.Bool // the primary is
	outages   atomic.Int64

	mutex  sync.Mutex
	took   map[string][]time.Duration // by kind, of what was answered
	codes  map[string]int             // of answers, "" of those without an error
	faults int
	levels []level
}

// TestSoak: under mixed reads and writes by 64 connections, with the primary crashed and
// restarted and a replica killed in the second of three parts, no request fails but with
// UNAVAILABLE while the primary is away, all that was acknowledged is there, and the
// program takes as much at the end as after the first part. SOAK is for how long.
func TestSoak(t *testing.T) {
	long := shortSoak
	if given := os.Getenv("SOAK"); given != "" {
		var err error
		if long, err = time.ParseDuration(given); err != nil {
			t.Fatal(err)
		}
	}
	s := soaking(t)
	ctx, stop := context.WithCancel(context.Background())
	var working sync.WaitGroup
	for _, one := range s.soakers {
		working.Go(func() { one.work(ctx) })
	}
	working.Go(func() { s.sample(ctx) })
	defer working.Wait()
	defer stop()
	var readings [3]reading
	for part := range readings {
		begun := time.Now()
		if part == 1 {
			s.disturb(long / 3)
		}
		time.Sleep(long/3 - time.Since(begun))
		readings[part] = s.read(begun.Add(time.Since(begun) / 2))
		if t.Failed() {
			break
		}
	}
	stop()
	working.Wait()
	fmt.Print(s.table(readings[:]))
	for _, what := range readings[2].grown(&readings[0]) {
		t.Error(what)
	}
	readings[2].checkReplicas(t, &readings[1])
	s.checkKept()
	s.verify(t)
	if said, err := s.process.run(t, "audit", "verify"); err != nil || !strings.Contains(said, "every row is as they say") {
		t.Errorf("audit verify: %v %.1000s", err, said)
	}
	s.log.check(t)
	if t.Failed() {
		s.tellLog(t)
	}
}

// soaking serves a generated province by a primary and two replicas.
func soaking(t *testing.T) *soak {
	t.Helper()
	s := &soak{t: t, took: map[string][]time.Duration{}, codes: map[string]int{}}
	// A replica that was away finds what it lacks, and a long soak does not fill the memory.
	s.primary = pgtest.NewCluster(t, "wal_level=replica", "max_wal_senders=5", "wal_keep_size=256MB", "max_wal_size=256MB")
	p := &process{environment: []string{"DATABASE_URL=" + s.primary.URL()}}
	for n := range s.replicas {
		s.replicas[n] = s.primary.Standby()
		p.arguments = append(p.arguments, "--read-url", s.replicas[n].URL())
	}
	folder := generatedProvince(t, 1, soakDisclosures)
	s.scene = serving(t, p, &oracle.World{}, nil, folder)
	for n, cluster := range []*pgtest.Cluster{s.primary, s.replicas[0], s.replicas[1]} {
		db, err := sql.Open("postgres", cluster.URL())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		db.SetMaxOpenConns(1)
		s.databases[n] = db
	}
	s.placeSoakers(filepath.Join(folder, "areas.csv"))
	return s
}

// placeSoakers gives everybody who soaks a township.
func (s *soak) placeSoakers(areas string) {
	s.t.Helper()
	file, err := os.Open(areas)
	if err != nil {
		s.t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		s.t.Fatal(err)
	}
	for _, row := range rows {
		switch code, level := row[0], row[2]; {
		case level == "COUNTY":
			s.counties = append(s.counties, code)
		case level == "TOWNSHIP" && len(s.soakers) < soakers:
			random := rand.New(rand.NewPCG(uint64(len(s.soakers)), 18))
			s.soakers = append(s.soakers, &soaker{soak: s, publisher: code, random: random, writes: len(s.soakers) < writing})
		}
	}
}

// work asks, and writes where it is one of those who do.
func (s *soaker) work(ctx context.Context) {
	for ctx.Err() == nil && !s.t.Failed() {
		s.soak.work.RLock()
		if s.writes && s.random.IntN(2) == 0 {
			s.write()
		} else {
			s.ask()
		}
		s.soak.work.RUnlock()
	}
}

// disturb crashes the primary, kills a replica and brings it back, and restarts the
// primary in an orderly way.
func (s *soak) disturb(long time.Duration) {
	s.withoutPrimary(long/20, s.primary.Stop)
	time.Sleep(long / 4)
	s.replicas[0].Stop()
	time.Sleep(min(long/4, time.Minute)) // what it lacks is still there then
	s.replicas[0].Start()
	time.Sleep(long / 8)
	s.withoutPrimary(long/20, s.primary.ShutDown)
	pgtest.Eventually(s.t, "both replicas are read from", func() bool {
		told, err := s.metrics()
		return err == nil && told["reliefgraph_replica_left_out"] == 0 && told["reliefgraph_replica_lags"] == 0
	})
}

// withoutPrimary ends the primary and starts it again.
func (s *soak) withoutPrimary(long time.Duration, end func()) {
	s.outages.Add(1)
	s.away.Store(true)
	defer s.away.Store(false)
	end()
	time.Sleep(min(long, 5*time.Second))
	s.primary.Start()
	pgtest.Eventually(s.t, "it is ready again", func() bool { return s.ready() == 200 })
}

// checkKept holds what the database has against what was acknowledged.
func (s *soak) checkKept() {
	s.t.Helper()
	const kept = `
SELECT ref, trim(concat_ws(' ', title, published_on, withdrawn_on)) FROM disclosure WHERE ref LIKE 'soak-%'
UNION ALL
SELECT ref, to_char(funds_fen / 100.0, 'FM999990.00') FROM relief_movement WHERE ref LIKE 'soak-%'`
	rows, err := s.databases[0].Query(kept)
	if err != nil {
		s.t.Fatal(err)
	}
	defer rows.Close()
	found, want := map[string]string{}, map[string]string{}
	for rows.Next() {
		var ref, shows string
		if err := rows.Scan(&ref, &shows); err != nil {
			s.t.Fatal(err)
		}
		if found[ref] != "" {
			s.t.Errorf("%s is there twice", ref)
		}
		found[ref] = shows
	}
	if err := rows.Err(); err != nil {
		s.t.Fatal(err)
	}
	for _, one := range s.soakers {
		maps.Copy(want, one.shows())
	}
	for _, ref := range slices.Sorted(maps.Keys(want)) {
		if found[ref] != want[ref] {
			s.t.Errorf("%s: %q was acknowledged, %q is there", ref, want[ref], found[ref])
		}
		delete(found, ref)
	}
	if len(found) > 0 {
		s.t.Errorf("nobody wrote %v", found)
	}
}
