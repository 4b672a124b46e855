package fact

import (
	"strconv"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// Nodes are the places and the departments; Areas and Departments are what
// files of each have of them.
var (
	Nodes = Kind[area.Node]{
		Table: "node", Key: []string{"code"},
		Columns: []Column[area.Node]{
			text("code", func(n *area.Node) *string { return &n.Code }),
			text("name", func(n *area.Node) *string { return &n.Name }),
			word("level", func(n *area.Node) *area.Level { return &n.Level }, area.ParseLevel,
				"NATION, PROVINCE, PREFECTURE, COUNTY, TOWNSHIP, VILLAGE"),
			boolean("department", func(n *area.Node) *bool { return &n.Department }).inNoFile(),
			link("parent_code", func(n *area.Node) *string { return &n.ParentCode }),
			day("valid_from", func(n *area.Node) *calendar.Day { return &n.ValidFrom }),
			day("valid_to", func(n *area.Node) *calendar.Day { return &n.ValidTo }),
			list("succeeded_by", func(n *area.Node) *[]string { return &n.SucceededBy }),
			list("functions", func(n *area.Node) *[]string { return &n.Functions }),
		},
	}
	Areas = Nodes.Only([]string{"code", "name", "level", "parent_code", "valid_from", "valid_to", "succeeded_by"},
		"code", "name", "level")
	Departments = Nodes.Only([]string{"code", "name", "parent_code", "functions"}, "code", "name", "parent_code")
)

// Catalog is a catalog as files have it: its rows stand in a file of their own.
type Catalog struct {
	catalog.Catalog
	EntriesFile string
}

// Catalogs are the catalogs without their rows.
var Catalogs = Kind[Catalog]{
	Table: "catalog", Key: []string{"code"},
	Columns: []Column[Catalog]{
		text("catalog_code", func(c *Catalog) *string { return &c.Code }).storedAs("code").needed(),
		text("title", func(c *Catalog) *string { return &c.Title }).needed(),
		text("issuer_code", func(c *Catalog) *string { return &c.IssuerCode }).needed(),
		link("based_on", func(c *Catalog) *string { return &c.BasedOn }),
		day("effective_from", func(c *Catalog) *calendar.Day { return &c.EffectiveFrom }).needed(),
		day("effective_to", func(c *Catalog) *calendar.Day { return &c.EffectiveTo }),
		number("grace_working_days", func(c *Catalog) *int { return &c.GraceWorkingDays }),
		number("interpretation_working_days", func(c *Catalog) *int { return &c.InterpretationWorkingDays }),
		text("entries_file", func(c *Catalog) *string { return &c.EntriesFile }).storedAs("").needed(),
		text("source", func(c *Catalog) *string { return &c.Source }),
	},
}

// Entry is a row of a catalog.
type Entry struct {
	CatalogCode string
	catalog.Entry
}

// Entries are the rows of catalogs. One that omits an entry only removes it.
var Entries = Kind[Entry]{
	Table: "catalog_entry", Key: []string{"catalog_code", "entry_code"},
	Enough: func(e *Entry) bool { return e.Omit },
	Columns: []Column[Entry]{
		text("catalog_code", func(e *Entry) *string { return &e.CatalogCode }).inNoFile(),
		text("entry_code", func(e *Entry) *string { return &e.Code }).needed(),
		boolean("omit", func(e *Entry) *bool { return &e.Omit }),
		text("category", func(e *Entry) *string { return &e.Category }).needed(),
		text("item", func(e *Entry) *string { return &e.Item }).needed(),
		text("sub_item", func(e *Entry) *string { return &e.SubItem }),
		text("content", func(e *Entry) *string { return &e.Content }),
		text("legal_basis", func(e *Entry) *string { return &e.LegalBasis }),
		of("levels", func(e *Entry) *[]area.Level { return &e.Levels }, readLevels, levelNumbers),
		list("publishers", func(e *Entry) *[]string { return &e.Publishers }),
		wordAsRead("mode", func(e *Entry) *string { return &e.Mode }, "PROACTIVE", "ON_REQUEST"),
		wordAsRead("audience", func(e *Entry) *string { return &e.Audience }, "PUBLIC", "SPECIFIC"),
		word("limit_kind", func(e *Entry) *calendar.LimitKind { return &e.Limit.Kind }, calendar.ParseLimitKind,
			"WORKING_DAYS, CALENDAR_DAYS, HOURS, PROMPT, WITH_SOURCE").needed(),
		of("limit_n", func(e *Entry) **int { return &e.Limit.N }, readLimit, limitValue).called("n"),
		word("limit_anchor", func(e *Entry) *calendar.Anchor { return &e.Limit.Anchor }, calendar.ParseAnchor, "FORMED, ISSUED"),
		word("period", func(e *Entry) *calendar.Periodicity { return &e.Period }, calendar.ParsePeriodicity,
			"NONE, MONTHLY, QUARTERLY, SEMIANNUAL, ANNUAL"),
		number("period_limit_n", func(e *Entry) *int { return &e.PeriodWorkingDays }).called("periodWorkingDays"),
		number("refresh_days", func(e *Entry) *int { return &e.RefreshDays }),
		list("channels", func(e *Entry) *[]string { return &e.Channels }),
		text("evidence", func(e *Entry) *string { return &e.Evidence }),
	},
}

func readLevels(cell string) ([]area.Level, *problem.Problem) {
	var levels []area.Level
	for _, name := range split(cell) {
		level, ok := area.ParseLevel(name)
		if !ok {
			return nil, problem.Invalid(
				"",
				"use NATION, PROVINCE, PREFECTURE, COUNTY, TOWNSHIP, VILLAGE with ; between",
				"%s is no level",
				name,
			)
		}
		levels = append(levels, level)
	}
	return levels, nil
}

func levelNumbers(levels []area.Level) any {
	numbers := make([]string, len(levels))
	for i, level := range levels {
		numbers[i] = strconv.Itoa(int(level))
	}
	return numbers
}

func readLimit(cell string) (*int, *problem.Problem) {
	if cell == "" {
		return nil, nil
	}
	n, fault := readNumber(cell)
	days := int(n)
	return &days, fault
}

func limitValue(n *int) any {
	if n == nil {
		return nil
	}
	return int64(*n)
}

// Assignments say which entries apply to whom besides, and which do not.
var Assignments = Kind[catalog.Assignment]{
	Table: "assignment", Key: []string{"publisher_code", "entry_code", "action", "from_day"},
	Columns: []Column[catalog.Assignment]{
		text("publisher_code", func(a *catalog.Assignment) *string { return &a.PublisherCode }).needed(),
		text("entry_code", func(a *catalog.Assignment) *string { return &a.EntryCode }).needed(),
		word("action", func(a *catalog.Assignment) *catalog.Action { return &a.Action }, catalog.ParseAction, "INCLUDE, EXEMPT").needed(),
		day("from", func(a *catalog.Assignment) *calendar.Day { return &a.From }).storedAs("from_day").needed(),
		day("to", func(a *catalog.Assignment) *calendar.Day { return &a.To }).storedAs("to_day").deciding(),
		text("reason", func(a *catalog.Assignment) *string { return &a.Reason }),
	},
}

// ArrangementDay is a day that a year's arrangement lists.
type ArrangementDay struct {
	Year int
	calendar.ArrangedDay
}

// ArrangementDays are read from the calendars' own form of file.
var ArrangementDays = Kind[ArrangementDay]{
	Table: "arrangement_day", Key: []string{"year", "day"},
	Columns: []Column[ArrangementDay]{
		number("year", func(d *ArrangementDay) *int { return &d.Year }).inNoFile(),
		day("day", func(d *ArrangementDay) *calendar.Day { return &d.Day }).inNoFile(),
		text("name", func(d *ArrangementDay) *string { return &d.Name }).inNoFile(),
		boolean("off", func(d *ArrangementDay) *bool { return &d.Off }).inNoFile(),
	},
}
