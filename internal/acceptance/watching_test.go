package acceptance

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/VictoriaMetrics/metricsql"
	"github.com/goccy/go-yaml"

	"github.com/reliefgraph/reliefgraph/internal/server"
)

// expressions are those of the alerts and of the dashboard, by what they are for.
func expressions(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	content, err := os.ReadFile("../../packaging/alerts.yaml")
	mustDo(t, err)
	var alerts struct {
		Groups []struct {
			Rules []struct{ Alert, Expr string }
		}
	}
	mustDo(t, yaml.Unmarshal(content, &alerts))
	for _, group := range alerts.Groups {
		for _, rule := range group.Rules {
			all[rule.Alert] = rule.Expr
		}
	}
	content, err = os.ReadFile("../../packaging/dashboard.json")
	mustDo(t, err)
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ RefID, Expr string }
		}
	}
	mustDo(t, json.Unmarshal(content, &dashboard))
	for _, panel := range dashboard.Panels {
		for _, target := range panel.Targets {
			all[panel.Title+" "+target.RefID] = strings.ReplaceAll(target.Expr, "$__rate_interval", "5m")
		}
	}
	return all
}

// ofPrometheus are labels that Prometheus itself adds.
var ofPrometheus = []string{"instance", "job"}

// misfits tells what an expression asks for that is not among the series told: metric,
// then label, then its values.
func misfits(t *testing.T, expression string, series map[string]map[string]map[string]bool) (wrong []string) {
	t.Helper()
	parsed, err := metricsql.Parse(expression)
	if err != nil {
		return []string{err.Error()}
	}
	there := map[string]bool{}
	var grouped []string
	metricsql.VisitAll(parsed, func(e metricsql.Expr) {
		switch e := e.(type) {
		case *metricsql.AggrFuncExpr:
			grouped = append(grouped, e.Modifier.Args...)
		case *metricsql.MetricExpr:
			for _, filters := range e.LabelFilterss {
				name := filters[0].Value
				labels := series[name]
				if labels == nil && name != "up" {
					wrong = append(wrong, "there is no metric "+name)
				}
				maps.Copy(there, maps.Collect(func(yield func(string, bool) bool) {
					for label := range labels {
						if !yield(label, true) {
							return
						}
					}
				}))
				for _, filter := range filters[1:] {
					switch {
					case slices.Contains(ofPrometheus, filter.Label):
					case labels[filter.Label] == nil:
						wrong = append(wrong, name+" has no label "+filter.Label)
					case !filter.IsRegexp && !labels[filter.Label][filter.Value]:
						wrong = append(wrong, name+" has never "+filter.Label+" "+filter.Value)
					}
				}
			}
		}
	})
	for _, label := range grouped {
		if !there[label] && !slices.Contains(ofPrometheus, label) {
			wrong = append(wrong, "nothing in it has the label "+label)
		}
	}
	return wrong
}

// TestAlertsAndDashboard: every expression of the alerts and of the dashboard asks for
// what /metrics tells, with its labels and their values; and the guide names no other.
func TestAlertsAndDashboard(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	certFile, keyFile := filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	certify(t, 1, certFile, keyFile)
	certificate, err := server.ReadCertificate(certFile, keyFile)
	mustDo(t, err)
	s := serve(t, demo(t), func(o *server.Options) {
		o.Certificate = certificate
		o.Backups = func() (string, time.Time) { return "", noon() }
		o.Replicas = keepReplicas(t, o.Follower, "postgres://127.0.0.1:1/") // which nobody answers at
	})
	s.data("query NodeNames { roots { name coverage(asOf: \"2026-11-24\") { covered } } }", nil)
	told := regexp.MustCompile(`(?m)^([a-z_]+)(?:\{(.*)\})? \S+$`)
	pair := regexp.MustCompile(`([a-z_]+)="((?:[^"\\]|\\.)*)"`)
	series := map[string]map[string]map[string]bool{}
	for _, found := range told.FindAllStringSubmatch(s.metrics(), -1) {
		labels := series[found[1]]
		if labels == nil {
			labels = map[string]map[string]bool{}
			series[found[1]] = labels
		}
		for _, label := range pair.FindAllStringSubmatch(found[2], -1) {
			if labels[label[1]] == nil {
				labels[label[1]] = map[string]bool{}
			}
			labels[label[1]][label[2]] = true
		}
	}
	all := expressions(t)
	if len(all) < 25 {
		t.Fatalf("%d expressions are found", len(all))
	}
	for what, expression := range all {
		for _, wrong := range misfits(t, expression, series) {
			t.Errorf("%s: %s: %s", what, expression, wrong)
		}
	}
	for _, wrong := range []string{
		`rate(reliefgraph_nothing_total[5m])`, `reliefgraph_nodes{kind="x"}`, `reliefgraph_errors_total{code="NOTHING"}`, `sum by (code) (reliefgraph_nodes)`, `rate(`,
	} {
		if len(misfits(t, wrong, series)) == 0 {
			t.Errorf("%s is let through", wrong)
		}
	}
	for _, name := range []string{
		"reliefgraph_backup_failed", "reliefgraph_backup_last_timestamp_seconds", "reliefgraph_log_seal_failed", "reliefgraph_log_signed_entries",
	} {
		for _, where := range []string{"alerts.yaml", "dashboard.json"} {
			content, err := os.ReadFile("../../packaging/" + where)
			mustDo(t, err)
			if !strings.Contains(string(content), name) {
				t.Errorf("%s does not watch %s", where, name)
			}
		}
	}
	guide, err := os.ReadFile("../../docs/operations.md")
	mustDo(t, err)
	for _, name := range regexp.MustCompile("`((?:reliefgraph|go|process)_[a-z_]+)").FindAllStringSubmatch(string(guide), -1) {
		if series[name[1]] == nil && series[name[1]+"_count"] == nil {
			t.Errorf("docs/operations.md names %s, which /metrics does not tell", name[1])
		}
	}
}
