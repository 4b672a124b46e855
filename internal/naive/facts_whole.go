package naive

// Concern is one that the public raised with a publisher; its instants are RFC 3339 in any offset, or days.
type Concern struct {
	Ref, Publisher, Title, Severity string
	DetectedAt, RespondedAt         string
	ResponseRef, EscalatedTo        string
}

// Review is one look at the attribute of a disclosure; Result is keep or disclose. No two of a disclosure are of one day.
type Review struct {
	Disclosure, ReviewedOn, Result string
}

// Movement is relief that went from one to another (docs/design.md, "Relief money and goods"). Money and quantities are
// decimals as the file has them, empty where there is none.
type Movement struct {
	Ref, Kind, From, To, Class, Event         string
	Funds                                     string
	GoodsItem, GoodsQuantity, GoodsUnit       string
	Households, Persons                       string
	OccurredOn, DocumentNumber, DisclosureRef string
}

// Event is a disaster that movements may name; it changes no figure.
type Event struct {
	Ref, Name, Kind, StartedOn, EndedOn string
	Areas                               []string
}
