package server

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/reliefgraph/reliefgraph/internal/store"
)

// replicasStanding tells how the replicas stand.
type replicasStanding struct{ of *store.Replicas }

var (
	replicaLeftOut = prometheus.NewDesc("reliefgraph_replica_left_out", "1 while the replica is left out.", []string{"replica"}, nil)
	replicaLags    = prometheus.NewDesc(
		"reliefgraph_replica_lags", "1 while the replica lags, so that others are read for what it lacks.", []string{"replica"}, nil,
	)
	replicaBehind = prometheus.NewDesc(
		"reliefgraph_replica_behind_bytes",
		"What the replica had not replayed of the log that the newest index needs.",
		[]string{"replica"},
		nil,
	)
	questionsRead = prometheus.NewDesc(
		"reliefgraph_questions_read_total",
		"Questions that read rows, by the replica that was read, or the primary.",
		[]string{"from"},
		nil,
	)
	questionsLost = prometheus.NewDesc(
		"reliefgraph_replica_lost_total", "Questions asked again, of the primary, because their replica was lost.", nil, nil,
	)
)

// Describe names the metrics.
func (r replicasStanding) Describe(to chan<- *prometheus.Desc) { prometheus.DescribeByCollect(r, to) }

// Collect tells each replica.
func (r replicasStanding) Collect(to chan<- prometheus.Metric) {
	truth := map[bool]float64{true: 1}
	for _, state := range r.of.States() {
		for what, value := range map[*prometheus.Desc]float64{
			replicaLeftOut: truth[state.Fault != ""], replicaLags: truth[state.Lags], replicaBehind: float64(state.Behind),
		} {
			to <- prometheus.MustNewConstMetric(what, prometheus.GaugeValue, value, state.Name)
		}
		to <- prometheus.MustNewConstMetric(questionsRead, prometheus.CounterValue, float64(state.Questions), state.Name)
	}
	primary, lost := r.of.Else()
	to <- prometheus.MustNewConstMetric(questionsRead, prometheus.CounterValue, float64(primary), "primary")
	to <- prometheus.MustNewConstMetric(questionsLost, prometheus.CounterValue, float64(lost))
}
