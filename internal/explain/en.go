package explain

import (
	"fmt"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

var enMonths = [...]string{
	"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
}

func enDate(d calendar.Day) string {
	year, month, day := d.Civil()
	return fmt.Sprintf("%d %s %d", day, enMonths[month-1], year)
}

func enShort(d calendar.Day) string {
	_, month, day := d.Civil()
	return fmt.Sprintf("%d %s", day, enMonths[month-1][:3])
}

func enPeriod(p calendar.Period) string {
	year, month, _ := p.First().Civil()
	switch p.Every {
	case calendar.Semiannual:
		return fmt.Sprintf("half-year %d of %d", (month+5)/6, year)
	case calendar.Quarterly:
		return fmt.Sprintf("quarter %d of %d", (month+2)/3, year)
	case calendar.Monthly:
		return fmt.Sprintf("%s %d", enMonths[month-1], year)
	case calendar.Annual:
		return fmt.Sprintf("the year %d", year)
	case calendar.NoPeriod:
	}
	panic(wordless("periods", p.Every))
}

func enDocument(title, number string) string {
	switch {
	case title == "":
		return "a document"
	case number == "":
		return "“" + title + "”"
	}
	return "“" + title + "” (" + number + ")"
}

func enLimit(l calendar.Limit) string {
	switch l.Kind {
	case calendar.WorkingDays:
		return fmt.Sprintf("within %d working days", l.Number())
	case calendar.CalendarDays:
		return fmt.Sprintf("within %d days", l.Number())
	case calendar.Hours:
		return fmt.Sprintf("within %d hours (counted as %s)", l.Number(), plural((l.Number()+23)/24, "day"))
	case calendar.WithSource:
		return "together with the document that it explains"
	case calendar.Prompt:
		return "promptly"
	}
	panic(wordless("limits", l.Kind))
}

// enHolidays translates the names that the arrangements use.
var enHolidays = map[string]string{
	"元旦":      "New Year",
	"春节":      "Spring Festival",
	"清明节":     "Qingming",
	"劳动节":     "Labour Day",
	"端午节":     "Dragon Boat Festival",
	"中秋节":     "Mid-Autumn Festival",
	"国庆节":     "National Day",
	"国庆节、中秋节": "National Day and Mid-Autumn Festival",
	"中秋节、国庆节": "Mid-Autumn Festival and National Day",
}

func enPublisher(n *area.Node) string { return area.Latin(n.Name) }

func enHoliday(name string) string {
	if translated := enHolidays[name]; translated != "" {
		return translated
	}
	return name
}

func enNote(d calendar.TracedDay) string {
	switch d.Reason {
	case calendar.Weekend:
		return "weekend"
	case calendar.Holiday:
		return enHoliday(d.Holiday) + " holiday"
	case calendar.MakeUpDay:
		return "made up for " + enHoliday(d.Holiday)
	case calendar.Weekday:
		return ""
	}
	panic(wordless("days", d.Reason))
}

func enAnchor(d *duty.Duty) string {
	if d.Rule == nil {
		return "formed"
	}
	switch d.Rule.Limit.Anchor {
	case calendar.Formed:
		return "formed"
	case calendar.Issued:
		return "issued"
	}
	panic(wordless("anchors", d.Rule.Limit.Anchor))
}

const guideline = "guideline of the standard catalog, "

var en = words{
	date:      enDate,
	shortDate: enShort,
	period:    enPeriod,
	publisher: enPublisher,
	entry:     (*catalog.Entry).EnglishTitle,
	catalog:   (*catalog.Catalog).EnglishTitle,
	legal:     catalog.English,
	and:       "; ",
	document:  enDocument,
	limit:     enLimit,
	note:      enNote,
	article: map[duty.Kind]string{
		duty.Document: guideline + "4 (1) 4", duty.Period: guideline + "3", duty.Interpretation: guideline + "4 (2)",
		duty.Response: guideline + "4 (3) 3", duty.Review: guideline + "4 (1) 3", duty.Relief: guideline + "3",
	},
	basis: func(basis string) string {
		if basis == "" {
			return ""
		}
		return "Basis: " + basis + ". "
	},
	status: map[timeline.Status]string{timeline.Missing: "missing", timeline.Overdue: "overdue", timeline.Stale: "stale"},
	daysOpen: func(status string, since, on calendar.Day, notes []string) string {
		how := ""
		if len(notes) > 0 {
			how = " (" + strings.Join(notes, "; ") + ")"
		}
		return fmt.Sprintf("It is %s since %s%s, for %s on %s. ", status, enDate(since), how, plural(int(on-since)+1, "day"), enDate(on))
	},
	began:   func(cause string) string { return "that day " + cause },
	already: func(gapSince calendar.Day) string { return "it was a gap already since " + enDate(gapSince) },
	deferred: func(since calendar.Day, cause string, due calendar.Day) string {
		return fmt.Sprintf("On %s %s; the due day was %s. ", enDate(since), cause, enDate(due))
	},
	others: func(n int) string { return fmt.Sprintf("Overdue duties of the cell besides: %d. ", n) },
	unsettled: func(from, due calendar.Day) string {
		return fmt.Sprintf(
			"Provisional: of the years %d to %d one has no working-day arrangement loaded; Monday to Friday are taken as worked. ",
			(from + 1).Year(),
			due.Year(),
		)
	},
	missing: func(publisher, entry string, run *catalog.Run, catalogTitle string) string {
		return fmt.Sprintf("%s owes “%s” by %s since %s; the grace of %d working days ended on %s, and nothing that lasts is published. ",
			publisher, entry, catalogTitle, enDate(run.From), run.Grace.WorkingDays, enDate(run.Grace.Due))
	},
	stale: func(publisher, entry, catalogTitle string, last calendar.Day, what string, refresh int, due calendar.Day) string {
		if what == enDocument("", "") {
			what = "information"
		}
		return fmt.Sprintf("%s must by %s refresh “%s” at least every %d days; the last publication was %s on %s, good until %s. ",
			publisher, catalogTitle, entry, refresh, what, enDate(last), enDate(due))
	},
	document1: func(publisher, entry, document string, d *duty.Duty) string {
		limit := "in time"
		if d.Rule != nil {
			limit = enLimit(d.Rule.Limit)
		}
		if d.Rule != nil && d.Rule.Limit.Kind == calendar.WithSource {
			return fmt.Sprintf(
				"%s, “%s”: %s was to be published together with the document that it explains, on %s, and was not. ",
				publisher,
				entry,
				document,
				enDate(d.DueOn),
			)
		}
		return fmt.Sprintf("%s, “%s”: %s was %s on %s and was to be published %s, by %s; it was not. ",
			publisher, entry, document, enAnchor(d), enDate(d.AnchorOn), limit, enDate(d.DueOn))
	},
	periodic: func(publisher, entry string, d *duty.Duty) string {
		return fmt.Sprintf(
			"%s, “%s”: the information for %s was to be published within %d working days after its end (%s), by %s; it was not. ",
			publisher,
			entry,
			enPeriod(d.Period),
			d.WorkingDays,
			enDate(d.AnchorOn),
			enDate(d.DueOn),
		)
	},
	interpretation: func(publisher, document string, d *duty.Duty) string {
		return fmt.Sprintf("%s: %s wants explaining; published on %s, it was to be explained within %d working days, by %s; it was not. ",
			publisher, document, enDate(d.OpenedOn), d.WorkingDays, enDate(d.DueOn))
	},
	review: func(publisher, document string, d *duty.Duty) string {
		return fmt.Sprintf(
			"%s: %s is not proactive; its attribute was to be looked at again in %d, by %s, and was not. ",
			publisher,
			document,
			d.OpenedOn.Year(),
			enDate(d.DueOn),
		)
	},
	response: func(publisher string, d *duty.Duty) string {
		return fmt.Sprintf(
			"%s: %s, detected on %s, was to be answered within %d hours, that is by %s on %s (counted in days: %s), and was not. ",
			publisher,
			enOwed(d),
			enDate(d.OpenedOn),
			24*int(d.DueOn-d.OpenedOn),
			d.DueAt.In(calendar.Shanghai).Format("15:04"),
			enDate(calendar.DayOf(d.DueAt)),
			enDate(d.DueOn),
		)
	},
	relief: func(publisher, entry string, d *duty.Duty) string {
		return fmt.Sprintf(
			"%s, “%s”: %s, passed down or given out on %s, was to be published within %d working days, that is by %s, and was not. ",
			publisher,
			entry,
			enOwed(d),
			enDate(d.OpenedOn),
			d.WorkingDays,
			enDate(d.DueOn),
		)
	},
	coming: func(publisher, entry, act string, due calendar.Day, becomes string) string {
		return fmt.Sprintf(
			"%s, “%s”: by %s %s; else the cell is %s from %s on. ",
			publisher,
			entry,
			enDate(due),
			act,
			becomes,
			enDate(due+1),
		)
	},
	refresh: "something new is to be published",
	publish: "something is to be published",
	fulfil: func(d *duty.Duty, document string) string {
		switch d.Kind {
		case duty.Document:
			return document + " is to be published"
		case duty.Period:
			return "the information for " + enPeriod(d.Period) + " is to be published"
		case duty.Interpretation:
			return document + " is to be explained"
		case duty.Review:
			return "the attribute of " + document + " is to be looked at again"
		case duty.Response:
			return enOwed(d) + " is to be answered"
		case duty.Relief:
			return enOwed(d) + " is to be published"
		}
		panic(wordless("duties", d.Kind))
	},
	owed: enOwed,
	rule: map[timeline.Status]string{
		timeline.Missing: "nothing published when the grace ended",
		timeline.Stale:   "not refreshed in time",
		timeline.Overdue: "a duty is overdue",
	},
	dutyOf: map[duty.Kind]string{
		duty.Document:       "a document not published in time",
		duty.Period:         "a period not published in time",
		duty.Interpretation: "a document not explained in time",
		duty.Response:       "a concern not answered in time",
		duty.Review:         "an attribute not reviewed in time",
		duty.Relief:         "a movement of relief not published in time",
	},
	counted: func(from calendar.Day, trace []calendar.TracedDay) string {
		counted, off, madeUp := sortDays(trace, enNote)
		text := fmt.Sprintf("Count (%s itself does not): ", enDate(from)) + listed(counted, ", ", func(i int, d calendar.TracedDay) string {
			return enShort(d.Day) + " (" + number(i+1) + ")"
		})
		if len(off) > 0 {
			text += "; not counted: " + listed(off, ", ", func(_ int, s stretch) string {
				if s.from == s.to {
					return enShort(s.from) + " (" + s.note + ")"
				}
				return enShort(s.from) + " to " + enShort(s.to) + " (" + s.note + ")"
			})
		}
		if len(madeUp) > 0 {
			text += "; counted among them: " + listed(madeUp, ", ", func(_ int, d calendar.TracedDay) string {
				return enShort(d.Day) + " (" + enNote(d) + ")"
			})
		}
		return text + ". "
	},
	natural: func(from, due calendar.Day) string {
		return fmt.Sprintf("Count: %d days from the day after %s to %s. ", due-from, enDate(from), enDate(due))
	},
	cause: func(c timeline.Cause, document string) string {
		switch c.Kind {
		case timeline.RunBegan:
			return "the cell came into force under " + c.Rule.Catalog.EnglishTitle()
		case timeline.PlaceBegan:
			return "the publisher came into being, under " + c.Rule.Catalog.EnglishTitle()
		case timeline.PlaceEnded:
			return "the publisher ended"
		case timeline.RunEnded:
			return "the entry is no longer asked for, as it was under " + c.Rule.Catalog.EnglishTitle()
		case timeline.Published:
			return document + " was published"
		case timeline.Withdrawn:
			return document + " was withdrawn"
		case timeline.GraceEnded:
			return "the grace ended with nothing that lasts published"
		case timeline.DutyOverdue:
			if c.Duty == nil {
				return "a duty became overdue"
			}
			switch c.Duty.Kind {
			case duty.Period:
				return "the information for " + enPeriod(c.Duty.Period) + " was not published by " + enDate(c.Duty.DueOn)
			case duty.Document, duty.Interpretation, duty.Review, duty.Response, duty.Relief:
				return document + " passed its due day " + enDate(c.Duty.DueOn)
			}
			panic(wordless("duties", c.Duty.Kind))
		case timeline.DutyFulfilled:
			if c.Duty != nil && c.Duty.Kind == duty.Period {
				return "the information for " + enPeriod(c.Duty.Period) + " was published"
			}
			return "every overdue duty was fulfilled"
		case timeline.RefreshDue:
			return fmt.Sprintf("the last publication (%s) was older than %d days", enDate(c.Publication.On), c.Rule.RefreshDays)
		case timeline.RuleChanged:
			return "the catalog changed to " + c.Rule.Catalog.EnglishTitle()
		case timeline.ExemptionBegan:
			return "an exemption began" + enBecause(c.Because)
		case timeline.ExemptionEnded:
			return "an exemption ended" + enBecause(c.Because)
		}
		panic(wordless("causes", c.Kind))
	},
	notRanked: func(reason coverage.NotRanked, required, least int) string {
		switch reason {
		case coverage.TooFewCells:
			return fmt.Sprintf("%d cells required, fewer than %d", required, least)
		case coverage.NothingCounts:
			return "no cell that would have to be published already, so no coverage rate"
		case coverage.Ranked:
		}
		panic(wordless("places without a rank", reason))
	},
	discrepancy: enDiscrepancy,
	course:      enCourse,
	worse:       func(names string) string { return "Those that fell most: " + names + "." },
	noneWorse:   "No body below fell.",
	asked:       func(names string) string { return "We ask " + names + " to close the gaps listed one by one." },
	list: func(names []string, whole int) string {
		text := strings.Join(names, ", ")
		if whole > len(names) {
			text += fmt.Sprintf(" and %s more", grouped(whole-len(names)))
		}
		return text
	},
	soon: func(n int) string {
		return fmt.Sprintf("%s due within %d working days: please act in good time.",
			enCount(n, "item falls", "items fall"), ComingWorkingDays)
	},
	named:   func(name, what string) string { return area.Latin(name) + " (" + what + ")" },
	gapsAt:  func(gaps int, rate string) string { return enCount(gaps, "gap", "gaps") + ", " + rate },
	moved:   enMoved,
	same:    "unchanged",
	noRate:  "none yet (nothing is due so far)",
	between: " ",
}

func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// enOwed names a concern or a movement.
func enOwed(d *duty.Duty) string {
	switch d.Kind {
	case duty.Response:
		return "the public concern “" + d.Title + "”"
	case duty.Relief:
		if d.Title == "" {
			return "the relief " + d.Ref
		}
		return "the relief under “" + d.Title + "”"
	case duty.Document, duty.Period, duty.Interpretation, duty.Review:
	}
	panic(wordless("concerns or movements", d.Kind))
}

func enBecause(reason string) string {
	if reason == "" {
		return ""
	}
	return ": “" + reason + "”"
}
