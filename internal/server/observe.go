package server

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/reliefgraph/reliefgraph/internal/admission"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// metrics are what Prometheus reads.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	names    *operationNames
	asked    *prometheus.HistogramVec
	catchUp  prometheus.Histogram
	faults   *prometheus.CounterVec
	stalled  prometheus.Counter
	messages prometheus.Counter
}

func newMetrics(s *Server) *metrics {
	from, follower := s.options.Store, s.options.Follower
	buckets := []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(
			prometheus.CounterOpts{Name: "reliefgraph_http_requests_total", Help: "Requests answered."},
			[]string{"route", "status"},
		),
		duration: prometheus.NewHistogramVec(
			prometheus.HistogramOpts{Name: "reliefgraph_http_request_seconds", Help: "Time to answer.", Buckets: buckets},
			[]string{"route"},
		),
		names: &operationNames{trusted: s.options.Documents.names, others: map[string]bool{}},
		asked: prometheus.NewHistogramVec(
			prometheus.HistogramOpts{
				Name:    "reliefgraph_operation_seconds",
				Help:    "Time to run an operation, by its name.",
				Buckets: []float64{.001, .005, .025, .1, .5, 2.5, 10},
			},
			[]string{"operation"},
		),
		catchUp: prometheus.NewHistogram(
			prometheus.HistogramOpts{
				Name:    "reliefgraph_catch_up_seconds",
				Help:    "Wait for the newest state before an answer.",
				Buckets: buckets,
			},
		),
		faults: prometheus.NewCounterVec(
			prometheus.CounterOpts{Name: "reliefgraph_errors_total", Help: "Errors told to clients, by their code."},
			[]string{"code"},
		),
		stalled: prometheus.NewCounter(
			prometheus.CounterOpts{Name: "reliefgraph_exports_stalled_total", Help: "Exports whose readers took nothing any more."},
		),
	}
	m.messages = prometheus.NewCounter(
		prometheus.CounterOpts{Name: "reliefgraph_subscription_messages_total", Help: "Messages of subscriptions made."},
	)
	if s.options.Certificate != nil {
		m.certificate(s.options.Certificate)
	}
	if s.options.Backups != nil {
		m.backups(s.options.Backups)
	}
	if s.options.Replicas != nil {
		m.registry.MustRegister(replicasStanding{s.options.Replicas})
	}
	m.exports("making", s.making)
	m.exports("sending", s.sending)
	for _, code := range problem.Codes {
		m.faults.WithLabelValues(string(code)) // a rate needs its zero
	}
	m.registry.MustRegister(
		m.requests,
		m.duration,
		m.asked,
		m.catchUp,
		m.faults,
		m.stalled,
		m.messages,
		prometheus.NewGaugeFunc(
			prometheus.GaugeOpts{Name: "reliefgraph_subscriptions", Help: "Subscriptions that have begun and are open."},
			func() float64 { return float64(s.begun.Load()) },
		),
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		collectors.NewDBStatsCollector(from.DB(), "reliefgraph"),
		collectors.NewDBStatsCollector(from.Looking(), "reliefgraph_looks"),
		prometheus.NewGaugeFunc(
			prometheus.GaugeOpts{Name: "reliefgraph_writes_waiting", Help: "Writes that wait for other writers, without a connection."},
			func() float64 { return float64(from.Waits().Waiting) },
		),
		refusedWrites("crowded", func() float64 { return float64(from.Waits().Crowded) }),
		refusedWrites("waited in vain", func() float64 { return float64(from.Waits().InVain) }),
		prometheus.NewGaugeFunc(
			prometheus.GaugeOpts{Name: "reliefgraph_nodes", Help: "Administrative nodes in the index."},
			func() float64 {
				return float64(follower.Current().Tree.Size())
			},
		),
		looks("succeeded", func() float64 { return float64(follower.Looks().Succeeded) }),
		looks("failed", func() float64 { return float64(follower.Looks().Failed) }),
		prometheus.NewGaugeFunc(
			prometheus.GaugeOpts{
				Name: "reliefgraph_last_look_timestamp_seconds",
				Help: "When a look at the database last succeeded. Without requests there are no looks.",
			},
			func() float64 { return float64(follower.Looks().Last.UnixMilli()) / 1000 },
		),
		work{s.budget},
		logStanding{s.options.Audit},
		prometheus.NewGaugeFunc(
			prometheus.GaugeOpts{Name: "reliefgraph_answers_held_bytes", Help: "Answers that are being sent, in bytes."},
			func() float64 { return float64(s.outgoing.bytes()) },
		),
		prometheus.NewCounterFunc(
			prometheus.CounterOpts{
				Name: "reliefgraph_answers_dropped_total",
				Help: "Answers dropped for their slow readers, to have room for others.",
			},
			func() float64 { return float64(s.outgoing.dropped.Load()) },
		),
	)
	for role, pool := range from.Callers() {
		m.registry.MustRegister(collectors.NewDBStatsCollector(pool, "reliefgraph_"+role))
	}
	return m
}

// work tells how the steps of the budget of work stand.
type work struct{ budget *admission.Budget }

var (
	workAtOnce  = prometheus.NewDesc("reliefgraph_work_at_once", "Questions at work from a size on.", []string{"from"}, nil)
	workWaiting = prometheus.NewDesc("reliefgraph_work_waiting", "Questions that wait to be let in from a size on.", []string{"from"}, nil)
	workRefused = prometheus.NewDesc(
		"reliefgraph_work_refused_total", "Questions told to come again, from a size on.", []string{"from"}, nil,
	)
)

// Describe names the metrics.
func (w work) Describe(to chan<- *prometheus.Desc) { prometheus.DescribeByCollect(w, to) }

// Collect tells each step.
func (w work) Collect(to chan<- prometheus.Metric) {
	for _, state := range w.budget.States() {
		from := strconv.Itoa(state.From)
		to <- prometheus.MustNewConstMetric(workAtOnce, prometheus.GaugeValue, float64(state.AtWork), from)
		to <- prometheus.MustNewConstMetric(workWaiting, prometheus.GaugeValue, float64(state.Waiting), from)
		to <- prometheus.MustNewConstMetric(workRefused, prometheus.CounterValue, float64(state.Refused), from)
	}
}

func looks(result string, count func() float64) prometheus.CounterFunc {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "reliefgraph_looks_total", Help: "Looks at the database for what is new, by result.",
		ConstLabels: prometheus.Labels{"result": result},
	}, count)
}

// backups tells how the nightly backups stand.
func (m *metrics) backups(state func() (fault string, last time.Time)) {
	m.registry.MustRegister(
		prometheus.NewGaugeFunc(
			prometheus.GaugeOpts{
				Name: "reliefgraph_backup_last_timestamp_seconds",
				Help: "When a nightly backup was made last; 0: none was.",
			},
			func() float64 {
				if _, last := state(); !last.IsZero() {
					return float64(last.Unix())
				}
				return 0
			},
		),
		prometheus.NewGaugeFunc(
			prometheus.GaugeOpts{Name: "reliefgraph_backup_failed", Help: "1 while the newest nightly backup could not be made."},
			func() float64 {
				if fault, _ := state(); fault != "" {
					return 1
				}
				return 0
			},
		),
	)
}

// certificate tells how the server's certificate stands.
func (m *metrics) certificate(of *Certificate) {
	m.registry.MustRegister(
		prometheus.NewGaugeFunc(
			prometheus.GaugeOpts{Name: "reliefgraph_certificate_expiry_timestamp_seconds", Help: "Until when the certificate is good."},
			func() float64 { return float64(of.expires().Unix()) },
		),
		prometheus.NewGaugeFunc(
			prometheus.GaugeOpts{
				Name: "reliefgraph_certificate_renewal_failed",
				Help: "1 while the files of the certificate are not good and the one before is used.",
			},
			func() float64 {
				if of.failed.Load() {
					return 1
				}
				return 0
			},
		),
	)
}

// exports are the places of exports at a stage.
func (m *metrics) exports(stage string, of *places) {
	labels := prometheus.Labels{"stage": stage}
	m.registry.MustRegister(
		prometheus.NewGaugeFunc(
			prometheus.GaugeOpts{
				Name:        "reliefgraph_exports",
				Help:        "Exports under way; those being made are also being sent.",
				ConstLabels: labels,
			},
			func() float64 { taken, _ := of.counts(); return float64(taken) },
		),
		prometheus.NewCounterFunc(
			prometheus.CounterOpts{
				Name:        "reliefgraph_exports_refused_total",
				Help:        "Exports refused for want of a place.",
				ConstLabels: labels,
			},
			func() float64 { _, refused := of.counts(); return float64(refused) },
		),
	)
}

func refusedWrites(reason string, count func() float64) prometheus.CounterFunc {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "reliefgraph_writes_refused_total", Help: "Writes refused until later because of other writers, by reason.",
		ConstLabels: prometheus.Labels{"reason": reason},
	}, count)
}

// fault counts an error told to a client. Codes of the library's own are counted
// as they are: they are few.
func (m *metrics) fault(fault *gqlerror.Error) {
	code, _ := fault.Extensions["code"].(string)
	m.faults.WithLabelValues(code).Inc()
}

// route keeps the number of label values small, whatever is asked for.
func route(path string) string {
	switch path {
	case "/", "/graphql", "/schema.graphql", "/session", "/import", "/audit/checkpoint", "/healthz", "/readyz", "/metrics", "/playground":
		return path
	}
	for _, folder := range []string{"/playground", "/export", "/due", "/feed", "/oidc", "/n", "/c"} {
		if strings.HasPrefix(path, folder+"/") {
			return folder
		}
	}
	return "other"
}

func (m *metrics) answered(path string, status int, took time.Duration) {
	m.requests.WithLabelValues(route(path), strconv.Itoa(status)).Inc()
	m.duration.WithLabelValues(route(path)).Observe(took.Seconds())
}

// ran counts an operation that was run.
func (m *metrics) ran(name string, took time.Duration) {
	m.asked.WithLabelValues(m.names.label(name)).Observe(took.Seconds())
}

func (m *metrics) caughtUp(took time.Duration) { m.catchUp.Observe(took.Seconds()) }

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}
