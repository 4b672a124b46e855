package naive

import "strings"

func (w *World) addSupervision(add func(name string, row ...string)) {
	for _, concern := range w.Concerns {
		add("concerns.csv", concern.Ref, concern.Publisher, concern.Title, concern.Severity, concern.DetectedAt,
			concern.RespondedAt, concern.ResponseRef, concern.EscalatedTo)
	}
	for _, review := range w.Reviews {
		add("reviews.csv", review.Disclosure, review.ReviewedOn, review.Result, "")
	}
}

func (w *World) addRelief(add func(name string, row ...string)) {
	for _, event := range w.Events {
		add("events.csv", event.Ref, event.Name, event.Kind, event.StartedOn, event.EndedOn,
			strings.Join(event.Areas, ";"))
	}
	for _, movement := range w.Movements {
		add("relief.csv", movement.Ref, movement.Kind, movement.From, movement.To, movement.Class, movement.Event,
			movement.Funds, movement.GoodsItem, movement.GoodsQuantity, movement.GoodsUnit, movement.Households,
			movement.Persons, movement.OccurredOn, movement.DocumentNumber, movement.DisclosureRef)
	}
}
