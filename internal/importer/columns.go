package importer

import (
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
)

func required(names ...string) []tabular.Column { return named(names, true) }

func optional(names ...string) []tabular.Column { return named(names, false) }

func named(names []string, required bool) []tabular.Column {
	var columns []tabular.Column
	for _, name := range names {
		date := strings.HasSuffix(name, "_on") || strings.HasSuffix(name, "_at") || strings.HasPrefix(name, "valid_") ||
			strings.HasPrefix(name, "effective_") || name == "from" || name == "to"
		columns = append(columns, tabular.Column{Name: name, Required: required, Date: date, Instant: strings.HasSuffix(name, "_at")})
	}
	return columns
}

// columnsOf lists each kind's columns; the constants below number them.
var columnsOf = map[kindName][]tabular.Column{
	kindAreas:       append(required("code", "name", "level", "parent_code"), optional("valid_from", "valid_to", "succeeded_by")...),
	kindDepartments: required("code", "name", "parent_code", "functions"),
	kindCatalogs: required("catalog_code", "title", "issuer_code", "based_on", "effective_from", "effective_to",
		"grace_working_days", "interpretation_working_days", "entries_file", "source"),
	kindEntries: required("entry_code", "category", "item", "sub_item", "content", "legal_basis", "levels", "publishers", "mode", "audience",
		"limit_kind", "limit_n", "limit_anchor", "period", "period_limit_n", "refresh_days", "channels", "omit", "evidence"),
	kindAssignments: required("publisher_code", "entry_code", "action", "from", "to", "reason"),
	kindDisclosures: required("ref", "publisher_code", "entry_code", "title", "document_number", "index_number", "attribute",
		"formed_on", "issued_on", "published_on", "withdrawn_on", "period", "nil", "requires_interpretation", "interprets_ref", "channel", "url"),
	kindRelief: required("ref", "kind", "from_code", "to_code", "relief_class", "event_ref", "funds_yuan", "goods_item", "goods_quantity", "goods_unit",
		"households", "persons", "occurred_on", "document_number", "disclosure_ref"),
	kindEvents:   required("ref", "name", "kind", "started_on", "ended_on", "area_codes"),
	kindConcerns: required("ref", "publisher_code", "title", "severity", "detected_at", "responded_at", "response_ref", "escalated_to"),
	kindReviews:  required("disclosure_ref", "reviewed_on", "result", "consulted"),
	kindNews:     append(required("ref", "publisher_code", "title", "summary", "published_at", "url", "tags"), optional("entry_code")...),
}

// The columns of areas.
const (
	areaCode = iota
	areaName
	areaLevel
	areaParent
	areaValidFrom
	areaValidTo
	areaSucceededBy
)

// The columns of departments.
const (
	departmentCode = iota
	departmentName
	departmentParent
	departmentFunctions
)

// The columns of catalogs.
const (
	catalogCode = iota
	catalogTitle
	catalogIssuer
	catalogBasedOn
	catalogFrom
	catalogTo
	catalogGrace
	catalogInterpretation
	catalogEntriesFile
	catalogSource
)

// The columns of a catalog's entries.
const (
	entryCode = iota
	entryCategory
	entryItem
	entrySubItem
	entryContent
	entryLegalBasis
	entryLevels
	entryPublishers
	entryMode
	entryAudience
	entryLimitKind
	entryLimitN
	entryLimitAnchor
	entryPeriod
	entryPeriodLimitN
	entryRefreshDays
	entryChannels
	entryOmit
	entryEvidence
)

// The columns of assignments.
const (
	assignmentPublisher = iota
	assignmentEntry
	assignmentAction
	assignmentFrom
	assignmentTo
	assignmentReason
)

// The columns of disclosures.
const (
	disclosureRef = iota
	disclosurePublisher
	disclosureEntry
	disclosureTitle
	disclosureDocumentNumber
	disclosureIndexNumber
	disclosureAttribute
	disclosureFormedOn
	disclosureIssuedOn
	disclosurePublishedOn
	disclosureWithdrawnOn
	disclosurePeriod
	disclosureNil
	disclosureRequiresInterpretation
	disclosureInterpretsRef
	disclosureChannel
	disclosureURL
)

// The columns of relief movements.
const (
	reliefRef = iota
	reliefKind
	reliefFrom
	reliefTo
	reliefClass
	reliefEvent
	reliefFunds
	reliefGoodsItem
	reliefGoodsQuantity
	reliefGoodsUnit
	reliefHouseholds
	reliefPersons
	reliefOccurredOn
	reliefDocumentNumber
	reliefDisclosure
)

// The columns of events.
const (
	eventRef = iota
	eventName
	eventKind
	eventStartedOn
	eventEndedOn
	eventAreas
)

// The columns of concerns.
const (
	concernRef = iota
	concernPublisher
	concernTitle
	concernSeverity
	concernDetectedAt
	concernRespondedAt
	concernResponse
	concernEscalatedTo
)

// The columns of reviews.
const (
	reviewDisclosure = iota
	reviewReviewedOn
	reviewResult
	reviewConsulted
)

// The columns of news.
const (
	newsRef = iota
	newsPublisher
	newsTitle
	newsSummary
	newsPublishedAt
	newsURL
	newsTags
	newsEntry
)
