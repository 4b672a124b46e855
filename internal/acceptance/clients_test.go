package acceptance

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/Khan/genqlient/graphql"
	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	client "github.com/reliefgraph/reliefgraph/clients/go"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// TestTypeScriptClient runs every operation through the client for TypeScript.
func TestTypeScriptClient(t *testing.T) {
	t.Parallel()
	db := demoRecorded(t)
	runScript(
		t,
		"test/operations.test.mjs",
		"RELIEFGRAPH_URL="+serve(t, db, nil).url,
		"RELIEFGRAPH_WRITES_URL="+serveTrusted(t, db, nil).url,
	)
}

// TestClientsCaches keeps answers in the normalised caches of Apollo and urql: what
// they then show of the real world is what is real.
func TestClientsCaches(t *testing.T) {
	t.Parallel()
	db := demo(t)
	folder := t.TempDir()
	for name, content := range map[string]string{
		"areas.csv": "code,name,level,parent_code\n533199,邻县,COUNTY,5331\n",
		"relief.csv": "ref,kind,from_code,to_code,relief_class,event_ref,funds_yuan,goods_item,goods_quantity,goods_unit,households,persons," +
			"occurred_on,document_number,disclosure_ref\nnext,ALLOCATION,5331,533199,EMERGENCY,,12.34,,,,,,2026-03-02,,\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pgtest.Import(t, db, importing, folder)
	runScript(t, "test/caches.test.mjs", "RELIEFGRAPH_URL="+serve(t, db, nil).url, "RELIEFGRAPH_COUNTY=533199")
}

// TestSchemaChanges: what breaks clients is refused unless the changelog names it.
func TestSchemaChanges(t *testing.T) {
	t.Parallel()
	runScript(t, "test/schema-changes.test.mjs")
}

// runScript runs tests of the client for TypeScript, told where servers are.
func runScript(t *testing.T, tests string, servers ...string) {
	t.Helper()
	script := exec.Command("node", "--test", tests)
	script.Dir = "../../clients/typescript"
	script.Env = append(os.Environ(), servers...)
	if output, err := script.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
}

// goClient has the functions of the client for Go by their operations' names.
var goClient = map[string]any{
	"AcceptOrder":              client.AcceptOrder,
	"AddNews":                  client.AddNews,
	"AnswerOrder":              client.AnswerOrder,
	"AskExemption":             client.AskExemption,
	"AskExtension":             client.AskExtension,
	"Audit":                    client.Audit,
	"CellHistory":              client.CellHistory,
	"Change":                   client.Change,
	"CoverageByCatalog":        client.CoverageByCatalog,
	"CoverageByChild":          client.CoverageByChild,
	"Deadline":                 client.Deadline,
	"DecideExemption":          client.DecideExemption,
	"DecideExtension":          client.DecideExtension,
	"Disclosures":              client.Disclosures,
	"EffectiveCatalog":         client.EffectiveCatalog,
	"ExemptionRequests":        client.ExemptionRequests,
	"Gaps":                     client.Gaps,
	"IssueOrder":               client.IssueOrder,
	"KnownAt":                  client.KnownAt,
	"Matrix":                   client.Matrix,
	"NodeHome":                 client.NodeHome,
	"Orders":                   client.Orders,
	"Publish":                  client.Publish,
	"Ranking":                  client.Ranking,
	"ReceiveOrder":             client.ReceiveOrder,
	"RecordRelief":             client.RecordRelief,
	"Register":                 client.Register,
	"Relief":                   client.Relief,
	"RemarkOnOrder":            client.RemarkOnOrder,
	"ReturnOrder":              client.ReturnOrder,
	"Roots":                    client.Roots,
	"Search":                   client.Search,
	"TownshipsWithDisclosures": client.TownshipsWithDisclosures,
	"Trend":                    client.Trend,
	"Upcoming":                 client.Upcoming,
	"Viewer":                   client.Viewer,
	"WithdrawOrder":            client.WithdrawOrder,
}

// TestGoClient runs every operation through the client for Go: the queries
// answer as the golden files say, the mutations write.
func TestGoClient(t *testing.T) {
	t.Parallel()
	db := demoRecorded(t)
	server := graphql.NewClient(serve(t, db, nil).url+"/graphql", http.DefaultClient)
	trusted := graphql.NewClient(serveTrusted(t, db, nil).url+"/graphql", http.DefaultClient)
	operations, ready := contract(t), variables(t)
	for name, operation := range operations {
		if operation[:len("query")] != "query" {
			continue
		}
		by := server
		if takesAccount[name] {
			by = trusted
		}
		answer, err := callGo(t, by, name, operation, ready[name])
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		content, err := os.ReadFile(filepath.Join("testdata", "golden", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var want map[string]any
		if err := json.Unmarshal(content, &want); err != nil {
			t.Fatal(err)
		}
		if difference := cmp.Diff(withoutTypeNames(want), any(withoutChance(answer))); difference != "" {
			t.Errorf("%s differs from its golden answer:\n%.2000s", name, difference)
		}
	}

	write := func(name string) map[string]any {
		answer, err := callGo(t, trusted, name, operations[name], ready[name])
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return answer
	}
	registered := at(t, write("Register"), "registerDisclosure", "disclosure")
	if at(t, registered, "ref") != at(t, ready["Register"], "input", "ref") {
		t.Errorf("registered: %v", registered)
	}
	ready["Publish"]["id"] = at(t, registered, "id")
	if on := at(t, write("Publish"), "publishDisclosure", "disclosure", "publishedOn"); on != ready["Publish"]["publishedOn"] {
		t.Errorf("published on %v", on)
	}
	if funds := at(t, write("RecordRelief"), "recordReliefMovement", "movement", "funds"); funds != "50000.00" {
		t.Errorf("recorded %v yuan", funds)
	}
	if title := at(t, write("AddNews"), "addNews", "news", "title"); title != at(t, ready["AddNews"], "input", "title") {
		t.Errorf("news: %v", title)
	}
	asIssuer(ready)
	for _, step := range contractSteps {
		if value := follow(write(step.name), step.path); value != step.becomes {
			t.Errorf("%s: %s is %v, not %v", step.name, step.path, value, step.becomes)
		}
	}
}

// dialer opens WebSockets for the client for Go.
type dialer struct{}

func (dialer) DialContext(ctx context.Context, address string, headers http.Header) (graphql.WSConn, error) {
	conn, _, err := websocket.Dial(ctx, address, //nolint:bodyclose // the library closes it
		&websocket.DialOptions{Subprotocols: headers["Sec-Websocket-Protocol"]})
	return socket{conn}, err
}

type socket struct{ conn *websocket.Conn }

func (s socket) Close() error { return s.conn.CloseNow() }

func (s socket) WriteMessage(kind int, content []byte) error {
	if kind != int(websocket.MessageText) {
		return nil // Close follows
	}
	return s.conn.Write(context.Background(), websocket.MessageText, content)
}

func (s socket) ReadMessage() (kind int, content []byte, err error) {
	of, content, err := s.conn.Read(context.Background())
	return int(of), content, err
}

// TestGoClientFollows: the client for Go follows figures and gaps by WebSocket.
func TestGoClientFollows(t *testing.T) {
	t.Parallel()
	db := demo(t)
	s, writer := serve(t, db, nil), serveTrusted(t, db, nil)
	cell := closable(t, writer, 1)[0]
	server := graphql.NewClientUsingWebSocket(s.url+"/graphql", dialer{})
	faults, err := server.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	figures, _, err := client.LiveCoverage(t.Context(), server, "533102", nil)
	if err != nil {
		t.Fatal(err)
	}
	events, _, err := client.GapEvents(t.Context(), server, "533102", nil)
	if err != nil {
		t.Fatal(err)
	}
	message := func() (covered, event string) {
		t.Helper()
		select {
		case told := <-figures:
			if len(told.Errors) > 0 {
				t.Fatal(told.Errors)
			}
			return strconv.Itoa(told.Data.LiveCoverage.Coverage.Covered), ""
		case told := <-events:
			if len(told.Errors) > 0 {
				t.Fatal(told.Errors)
			}
			gap := told.Data.GapEvents
			return "", (*gap.Publisher).GetCode() + " " + gap.Entry.Code + " " + string(*gap.Before) + " " + string(*gap.After)
		case err := <-faults:
			t.Fatal(err)
		case <-time.After(patience):
			t.Fatal("no message came")
		}
		return "", ""
	}
	before, _ := message()
	s.settled(2)
	written(t, opensAndCloses(writer, cell[0], cell[1], 0), "registerDisclosure")
	for range 2 {
		switch covered, event := message(); {
		case event == "" && covered == before:
			t.Errorf("%s covered, twice", covered)
		case event != "" && event != cell[0]+" "+cell[1]+" MISSING COVERED":
			t.Errorf("told of %s", event)
		}
	}
	none := "none"
	refused, _, err := client.GapEvents(t.Context(), server, "533102", &none)
	if err != nil {
		t.Fatal(err)
	}
	select {
	case told := <-refused:
		t.Errorf("a token that is none: %+v", told)
	case <-faults: // the library reads no refusal, and the connection is over
	case <-time.After(patience):
		t.Fatal("a token that is none is not refused")
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	s.settled(0)
}

// TestGoClientRefused: what the server refuses is an error with its code.
func TestGoClientRefused(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	server := graphql.NewClient(s.url+"/graphql", http.DefaultClient)
	negative := -1
	_, err := client.Deadline(
		context.Background(),
		server,
		"2026-09-21",
		&client.LimitInput{Kind: client.LimitKindWorkingDays, N: &negative},
	)
	var faults gqlerror.List
	if !errors.As(err, &faults) || len(faults) != 1 || faults[0].Extensions["code"] != "INVALID_INPUT" {
		t.Errorf("%#v", err)
	}
}

// callGo calls the function of an operation with variables; the answer is what
// it gave, as JSON has it, without the type names that the client asks for.
func callGo(t *testing.T, server graphql.Client, name, operation string, variables map[string]any) (map[string]any, error) {
	t.Helper()
	document, err := parser.ParseQuery(&ast.Source{Input: operation})
	if err != nil {
		t.Fatal(err)
	}
	function := reflect.ValueOf(goClient[name])
	arguments := []reflect.Value{reflect.ValueOf(t.Context()), reflect.ValueOf(server)}
	for i, definition := range document.Operations[0].VariableDefinitions {
		argument := reflect.New(function.Type().In(len(arguments)))
		if value, known := variables[definition.Variable]; known {
			content, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(content, argument.Interface()); err != nil {
				t.Fatalf("%s's argument %d, %s: %v", name, i+1, definition.Variable, err)
			}
		}
		arguments = append(arguments, argument.Elem())
	}
	results := function.Call(arguments)
	if err, failed := results[1].Interface().(error); failed {
		return nil, err
	}
	content, err := json.Marshal(results[0].Interface())
	if err != nil {
		t.Fatal(err)
	}
	var answer map[string]any
	if err := json.Unmarshal(content, &answer); err != nil {
		t.Fatal(err)
	}
	withoutTypeNames(answer)
	return answer, nil
}

func withoutTypeNames(value any) any {
	switch value := value.(type) {
	case map[string]any:
		delete(value, "__typename")
		for name := range value {
			value[name] = withoutTypeNames(value[name])
		}
	case []any:
		for i := range value {
			value[i] = withoutTypeNames(value[i])
		}
	}
	return value
}
