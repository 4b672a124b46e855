package main

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

const followFigures = `subscription { liveCoverage(code: "533102") { coverage { required } } }`

const followGaps = `subscription { gapEvents(code: "533102") { token } }`

// eventsOf follows what comes as events, and returns all of it when one says so.
func eventsOf(t *testing.T, address, query, until string) (ended <-chan string) {
	t.Helper()
	request, err := http.NewRequest(
		http.MethodGet,
		address+"/graphql?query="+url.QueryEscape(query),
		nil,
	) //nolint:noctx // ended by the server
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "text/event-stream")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	all := make(chan string, 1)
	go func() {
		defer response.Body.Close()
		var said strings.Builder
		for lines := bufio.NewScanner(response.Body); lines.Scan(); {
			said.WriteString(lines.Text() + "\n")
			if strings.Contains(lines.Text(), until) {
				break
			}
		}
		all <- said.String()
	}()
	return all
}

// socketOf does so by WebSocket.
func socketOf(t *testing.T, address string) (ended <-chan string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	t.Cleanup(cancel)
	conn, _, err := websocket.Dial(ctx, address+"/graphql", //nolint:bodyclose // the library closes it
		&websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	say := func(message any) {
		content, err := json.Marshal(message)
		if err == nil {
			err = conn.Write(ctx, websocket.MessageText, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	say(map[string]any{"type": "connection_init"})
	if _, _, err := conn.Read(ctx); err != nil {
		t.Fatal(err)
	}
	say(map[string]any{"id": "1", "type": "subscribe", "payload": map[string]any{"query": followGaps}})
	all := make(chan string, 1)
	go func() {
		defer conn.CloseNow()
		var said strings.Builder
		for {
			_, content, err := conn.Read(ctx)
			if err != nil {
				said.WriteString(err.Error())
				break
			}
			said.Write(content)
			if strings.Contains(string(content), `"error"`) || strings.Contains(string(content), `"complete"`) {
				break
			}
		}
		all <- said.String()
	}()
	return all
}

// TestReplacedUnderServer: a server goes on with what a restore or an upgrade has put in
// the place of its embedded database; who follows gaps is told to begin anew.
func TestReplacedUnderServer(t *testing.T) {
	t.Parallel()
	folder := dataFolder(t)
	address, process := serve(t, "demo", folder)
	file := filepath.Join(t.TempDir(), "x.backup")
	if output, code := run(t, "backup", file, "--data-dir", folder); code != 0 {
		t.Fatalf("%d %s", code, output)
	}
	areas := filepath.Join(t.TempDir(), "areas.csv")
	if err := os.WriteFile(areas, []byte("code,name,level,parent_code\n533102499,新镇,TOWNSHIP,533102\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if output, code := run(t, "import", areas, "--data-dir", folder); code != 0 {
		t.Fatalf("%d %s", code, output)
	}
	replaced := func(required string, command *exec.Cmd) {
		t.Helper()
		followed := map[string]<-chan string{
			"events": eventsOf(t, address, followGaps, "event: complete"), "a WebSocket": socketOf(t, address),
		}
		figures := eventsOf(t, address, followFigures, required)
		if said, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v %s", command.Args, err, said)
		}
		pgtest.Eventually(t, "the server answers from what took the place", func() bool {
			status, content := get(t, address+missingQuery)
			if !strings.Contains(content, `"required"`) && !strings.Contains(content, "UNAVAILABLE") {
				t.Fatalf("meanwhile: %d %s", status, content)
			}
			return strings.Contains(content, required)
		})
		for by, ended := range followed {
			select {
			case said := <-ended:
				if !strings.Contains(said, "UNAVAILABLE") || !strings.Contains(said, "subscribe again") {
					t.Errorf("%s ends with %s", by, said)
				}
			case <-time.After(time.Minute):
				t.Errorf("%s does not end", by)
			}
		}
		select {
		case said := <-figures:
			if !strings.Contains(said, required) {
				t.Errorf("figures end with %s", said)
			}
		case <-time.After(time.Minute):
			t.Error("figures do not go on")
		}
		if status, content := get(t, address+"/readyz"); status != 200 {
			t.Errorf("%d %s", status, content)
		}
		proven(t, folder)
	}
	if _, content := get(t, address+missingQuery); !strings.Contains(content, `"required":188`) {
		t.Fatalf("the import is not seen: %s", content)
	}
	replaced(`"required":172`, exec.Command(program, "restore", file, "--replace", "--data-dir", folder))
	if output, code := run(t, "import", areas, "--data-dir", folder); code != 0 {
		t.Fatalf("%d %s", code, output)
	}
	upgrade := exec.Command(program, "database", "upgrade", "--data-dir", folder)
	upgrade.Env = append(os.Environ(), "RELIEFGRAPH_POSTGRES_BIN="+newer(t))
	replaced(`"required":188`, upgrade)
	if err := process.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := process.Wait(); err != nil {
		t.Errorf("the server ended with %v", err)
	}
}
