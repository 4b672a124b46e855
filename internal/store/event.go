package store

import (
	"context"

	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/relief"
)

const eventColumns = `ref, name, kind, started_on - date '1970-01-01', coalesce(ended_on - date '1970-01-01', 0), area_codes`

const eventsSQL = `-- store.Events
SELECT ` + eventColumns + ` FROM event ORDER BY started_on DESC, ref`

// Events reads all events, newest first: a nation has few.
func (r Reads) Events(ctx context.Context) ([]relief.Event, error) {
	var events []relief.Event
	err := r.eachPrepared(ctx, "reading the events", eventsSQL, func(scan func(...any) error) error {
		e, err := scanEvent(scan)
		events = append(events, e)
		return err
	})
	return events, err
}

func scanEvent(scan func(...any) error) (e relief.Event, err error) {
	err = scan(&e.Ref, &e.Name, &e.Kind, &e.StartedOn, &e.EndedOn, pq.Array(&e.AreaCodes))
	return e, err
}

const eventsByRefSQL = `-- store.EventsByRef
SELECT ` + eventColumns + ` FROM event WHERE ref = ANY ($1)`

// EventsByRef reads events by their refs; unknown ones are left out.
func (r Reads) EventsByRef(ctx context.Context, refs []string) (map[string]relief.Event, error) {
	found := map[string]relief.Event{}
	err := r.each(ctx, "reading the events", eventsByRefSQL, func(scan func(...any) error) error {
		e, err := scanEvent(scan)
		found[e.Ref] = e
		return err
	}, pq.Array(refs))
	return found, err
}
