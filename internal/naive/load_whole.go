package naive

import "errors"

func (w *World) loadSupervision(dir string) error {
	return errors.Join(
		eachRow(dir, "concerns.csv", func(row map[string]string) error {
			w.Concerns = append(w.Concerns, Concern{
				row["ref"], row["publisher_code"], row["title"], row["severity"], row["detected_at"],
				row["responded_at"], row["response_ref"], row["escalated_to"],
			})
			return nil
		}),
		eachRow(dir, "reviews.csv", func(row map[string]string) error {
			w.Reviews = append(w.Reviews, Review{row["disclosure_ref"], row["reviewed_on"], row["result"]})
			return nil
		}))
}

func (w *World) loadRelief(dir string) error {
	return errors.Join(
		eachRow(dir, "relief.csv", func(row map[string]string) error {
			w.Movements = append(w.Movements, Movement{
				row["ref"], row["kind"], row["from_code"], row["to_code"], row["relief_class"], row["event_ref"],
				row["funds_yuan"], row["goods_item"], row["goods_quantity"], row["goods_unit"], row["households"],
				row["persons"], row["occurred_on"], row["document_number"], row["disclosure_ref"],
			})
			return nil
		}),
		eachRow(dir, "events.csv", func(row map[string]string) error {
			w.Events = append(w.Events, Event{
				row["ref"], row["name"], row["kind"], row["started_on"], row["ended_on"], list(row["area_codes"]),
			})
			return nil
		}))
}
