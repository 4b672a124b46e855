package naive

// review is a look at a disclosure's attribute with its day read.
type review struct {
	day       int
	discloses bool
}

// movement is a relief movement with its day and amounts read: money in fen, goods in thousandths of their unit.
type movement struct {
	Movement
	day           int
	fen, quantity int64
}

func (w *World) readReviews() {
	m := &w.memory
	m.reviewsOf = map[string][]review{}
	for _, read := range w.Reviews {
		m.reviewsOf[read.Disclosure] = append(m.reviewsOf[read.Disclosure],
			review{Day(read.ReviewedOn), read.Result == "disclose"})
	}
}

func firstDisclose(reviews []review) int {
	first := NoDay
	for _, review := range reviews {
		if review.discloses {
			first = earlier(first, review.day)
		}
	}
	return first
}

// readConcerns puts each under its publisher's entry 1.6, to which its RESPONSE belongs (docs/design.md, "Duties").
func (w *World) readConcerns() {
	m := &w.memory
	m.concernsOf = map[cellKey][]Concern{}
	m.entriesKnown["1.6"] = true
	for _, concern := range w.Concerns {
		key := cellKey{concern.Publisher, "1.6"}
		m.concernsOf[key] = append(m.concernsOf[key], concern)
	}
}

func (w *World) readMovements() {
	m := &w.memory
	m.owedOf = map[cellKey][]movement{}
	m.entriesKnown["3.3"], m.entriesKnown["4.2"] = true, true
	for _, moved := range w.Movements {
		read := movement{moved, Day(moved.OccurredOn), thousandths(moved.Funds) / 10, thousandths(moved.GoodsQuantity)}
		m.movements = append(m.movements, read)
		if moved.Kind != "DONATION" {
			key := w.reliefCell(read)
			m.owedOf[key] = append(m.owedOf[key], read)
		}
	}
}
