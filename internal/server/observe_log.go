package server

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/reliefgraph/reliefgraph/internal/audit"
)

// logStanding tells how the log of changes stands.
type logStanding struct{ log *audit.Log }

var (
	logEntries = prometheus.NewDesc("reliefgraph_log_entries", "Sealed entries of the log of changes.", nil, nil)
	logSigned  = prometheus.NewDesc("reliefgraph_log_signed_entries", "Entries of it that a signed checkpoint covers.", nil, nil)
	logSealed  = prometheus.NewDesc(
		"reliefgraph_log_sealed_timestamp_seconds", "When nothing was left to be sealed last; 0: never yet.", nil, nil,
	)
	logFailed = prometheus.NewDesc("reliefgraph_log_seal_failed", "1 while the log of changes cannot be sealed.", nil, nil)
)

// Describe names the metrics.
func (l logStanding) Describe(to chan<- *prometheus.Desc) { prometheus.DescribeByCollect(l, to) }

// Collect tells them, all of one look.
func (l logStanding) Collect(to chan<- prometheus.Metric) {
	of := l.log.Standing()
	tell := func(what *prometheus.Desc, value float64) {
		to <- prometheus.MustNewConstMetric(what, prometheus.GaugeValue, value)
	}
	tell(logEntries, float64(of.Entries))
	tell(logSigned, float64(of.Signed))
	sealed, failed := 0., 0.
	if !of.At.IsZero() {
		sealed = float64(of.At.UnixMilli()) / 1000
	}
	if of.Failed {
		failed = 1
	}
	tell(logSealed, sealed)
	tell(logFailed, failed)
}
