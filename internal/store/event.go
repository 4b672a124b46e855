package store

import (
	"context"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/relief"
)

const eventsSQL = `-- store.Events
SELECT ref, name, kind, started_on - date '1970-01-01', coalesce(ended_on - date '1970-01-01', 0), area_codes FROM event ORDER BY started_on DESC, ref`

// Events reads all events, newest first: a nation has few.
func (s *Store) Events(ctx context.Context) ([]relief.Event, error) {
	var events []relief.Event
	err := s.eachPrepared(ctx, "reading the events", eventsSQL, func(scan func(...any) error) error {
		var e relief.Event
		err := scan(&e.Ref, &e.Name, &e.Kind, &e.StartedOn, &e.EndedOn, pq.Array(&e.AreaCodes))
		events = append(events, e)
		return err
	})
	return events, err
}
