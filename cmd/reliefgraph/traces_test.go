package main

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	spans "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// collecting is a collector of traces.
type collecting struct {
	*httptest.Server
	mutex    sync.Mutex
	requests int
	header   http.Header
	about    []*common.KeyValue
	spans    []*spans.Span
}

func collect(t *testing.T) *collecting {
	t.Helper()
	c := &collecting{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body io.Reader = r.Body
		if r.Header.Get("Content-Encoding") == "gzip" {
			unpacked, err := gzip.NewReader(body)
			if err != nil {
				t.Error(err)
				return
			}
			body = unpacked
		}
		content, err := io.ReadAll(body)
		request := &collector.ExportTraceServiceRequest{}
		if err == nil {
			err = proto.Unmarshal(content, request)
		}
		if err != nil || r.URL.Path != "/v1/traces" {
			t.Errorf("%s: %v", r.URL, err)
			return
		}
		c.mutex.Lock()
		defer c.mutex.Unlock()
		c.requests, c.header = c.requests+1, r.Header
		for _, of := range request.ResourceSpans {
			c.about = of.Resource.Attributes
			for _, scope := range of.ScopeSpans {
				c.spans = append(c.spans, scope.Spans...)
			}
		}
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	t.Cleanup(c.Close)
	return c
}

func attributeOf(attributes []*common.KeyValue, name string) string {
	for _, attribute := range attributes {
		if attribute.Key == name {
			if text := attribute.Value.GetStringValue(); text != "" {
				return text
			}
			return attribute.Value.String()
		}
	}
	return ""
}

// stopped tells a process to end and waits for it.
func stopped(t *testing.T, process *os.Process, wait func() error) {
	t.Helper()
	if err := process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
}

// TestTraces: with OpenTelemetry's variables a request is told with its operation
// and its statements by name, within its caller's trace, and nothing of what was
// asked for; the last of them before the program ends.
func TestTraces(t *testing.T) {
	t.Parallel()
	database := pgtest.URL(t)
	if o := on(t, database, "import", world(t, 9)); o.code != 0 {
		t.Fatalf("%+v", o)
	}
	to := collect(t)
	address, process := startServing(t, "DATABASE_URL="+database,
		"OTEL_EXPORTER_OTLP_ENDPOINT="+to.URL, "OTEL_EXPORTER_OTLP_HEADERS=x-key=secret-key",
		"OTEL_RESOURCE_ATTRIBUTES=deployment.environment.name=test", "OTEL_BSP_SCHEDULE_DELAY=60000")
	body := `{"query": "query Where($code: String!) { administrativeNode(code: $code) { disclosures(first: 3) { edges { node { title } } } } }", "variables": {"code": "5331"}}`
	request, err := http.NewRequest("POST", "http://"+address+"/graphql", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(response.Body)
	response.Body.Close()
	if err != nil || response.StatusCode != 200 || strings.Contains(string(answer), "errors") {
		t.Fatalf("%d %v %s", response.StatusCode, err, answer)
	}
	get(t, "http://"+address+"/readyz")
	stopped(t, process.Process, process.Wait)

	to.mutex.Lock()
	defer to.mutex.Unlock()
	byName, names := map[string]*spans.Span{}, []string{}
	for _, span := range to.spans {
		byName[span.Name] = span
		names = append(names, span.Name)
	}
	top, operation, look := byName["POST /graphql"], byName["query Where"], byName["catching up"]
	if top == nil || operation == nil || look == nil ||
		!slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, "store.") }) {
		t.Fatalf("spans: %q", names)
	}
	if string(top.ParentSpanId) != "\xb7\xad\x6b\x71\x69\x20\x33\x31" || top.Kind != spans.Span_SPAN_KIND_SERVER ||
		attributeOf(top.Attributes, "http.response.status_code") != "int_value:200" ||
		attributeOf(top.Attributes, "reliefgraph.request.id") != response.Header.Get("X-Request-Id") {
		t.Errorf("the request: %v", top)
	}
	if string(operation.ParentSpanId) != string(top.SpanId) || string(look.ParentSpanId) != string(operation.SpanId) {
		t.Errorf("the operation: %v; the look: %v", operation, look)
	}
	for _, span := range to.spans {
		if strings.HasPrefix(span.Name, "store.") && string(span.ParentSpanId) != string(operation.SpanId) {
			t.Errorf("the statement %s is not of the operation", span.Name)
		}
		if text := span.String(); strings.Contains(text, "5331") && !strings.Contains(response.Header.Get("X-Request-Id"), "5331") ||
			strings.Contains(text, "SELECT") || strings.Contains(text, "$code") {
			t.Errorf("what was asked is told: %s", text)
		}
		if strings.Contains(span.Name, "readyz") {
			t.Error("probes are told")
		}
	}
	if to.header.Get("x-key") != "secret-key" || attributeOf(to.about, "service.name") != "reliefgraph" ||
		attributeOf(to.about, "deployment.environment.name") != "test" {
		t.Errorf("%v %v", to.header, to.about)
	}
}

// TestUntraced: nothing is sent where OpenTelemetry's variables do not say where
// to, or say that nothing is to be.
func TestUntraced(t *testing.T) {
	t.Parallel()
	database := pgtest.URL(t)
	for name, variables := range map[string][]string{
		"no address":   {"OTEL_TRACES_EXPORTER=otlp"},
		"no exporter":  {"OTEL_TRACES_EXPORTER=none", "OTEL_EXPORTER_OTLP_ENDPOINT="},
		"switched off": {"OTEL_SDK_DISABLED=true", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT="},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			to := collect(t)
			for i := range variables {
				if strings.HasSuffix(variables[i], "=") {
					variables[i] += to.URL
				}
			}
			address, process := startServing(t, append(variables, "DATABASE_URL="+database)...)
			if status, content := get(t, "http://"+address+"/graphql?query={roots{code}}"); status != 200 {
				t.Errorf("%d %s", status, content)
			}
			stopped(t, process.Process, process.Wait)
			if to.requests > 0 {
				t.Errorf("%d requests: %v", to.requests, to.spans)
			}
		})
	}
	for _, bad := range []string{
		"OTEL_EXPORTER_OTLP_ENDPOINT=localhost:4318", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_TRACES_EXPORTER=zipkin",
	} {
		refused := exec.Command(program, "serve")
		refused.Env = append(os.Environ(), "DATABASE_URL="+database, "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1", bad)
		says, err := refused.CombinedOutput()
		name, _, _ := strings.Cut(bad, "=")
		if err == nil || refused.ProcessState.ExitCode() != exitUsage || !strings.Contains(string(says), name) {
			t.Errorf("%s: %v %s", bad, err, says)
		}
	}
}
