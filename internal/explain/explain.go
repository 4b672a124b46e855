// Package explain says in words, Chinese and English, why a cell is a gap, what
// began a span of its timeline and how a due day was counted, so that a person
// can recount it by hand. The articles cited are those of the guideline
// (docs/guideline.txt) and of the catalog's own rows.
package explain

import (
	"fmt"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/duty"
	"github.com/reliefgraph/reliefgraph/internal/relief"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Locale is the language of a text.
type Locale uint8

// The languages.
const (
	Chinese Locale = iota
	English
)

// GapFacts are what a gap's explanation is made from.
type GapFacts struct {
	Publisher *area.Node
	Entry     *catalog.Entry
	Reason    *timeline.Reason
	On        calendar.Day // the day asked
	Days      *calendar.Calendar
	// Document gives the title and number of a document that the reader may
	// see, empty texts of any other.
	Document func(ref string) (title, number string)
}

// words are the texts of one language; zh.go and en.go hold them.
type words struct {
	date      func(calendar.Day) string
	shortDate func(calendar.Day) string
	period    func(calendar.Period) string
	publisher func(*area.Node) string
	entry     func(*catalog.Entry) string
	catalog   func(*catalog.Catalog) string
	legal     func(basis string) string
	// and stands between two articles.
	and      string
	document func(title, number string) string
	limit    func(calendar.Limit) string
	article  map[duty.Kind]string
	basis    func(basis string) string
	status   map[timeline.Status]string
	// daysOpen says since when the status is and how long, with notes on how it began.
	daysOpen func(status string, since, on calendar.Day, notes []string) string
	// began and already are such notes: what began it, and since when it was a gap before.
	began   func(cause string) string
	already func(gapSince calendar.Day) string
	// deferred says what made a gap begin on another day than the one after its due day.
	deferred  func(since calendar.Day, cause string, due calendar.Day) string
	others    func(n int) string
	unsettled func(from, due calendar.Day) string

	missing        func(publisher, entry string, run *catalog.Run, catalogTitle string) string
	stale          func(publisher, entry, catalogTitle string, last calendar.Day, what string, refresh int, due calendar.Day) string
	document1      func(publisher, entry, document string, d *duty.Duty) string
	periodic       func(publisher, entry string, d *duty.Duty) string
	interpretation func(publisher, document string, d *duty.Duty) string
	review         func(publisher, document string, d *duty.Duty) string
	response       func(publisher string, d *duty.Duty) string
	relief         func(publisher, entry string, d *duty.Duty) string

	// coming says what must be done by when, lest the cell become a gap of a status.
	coming func(publisher, entry, act string, due calendar.Day, becomes string) string
	// refresh, publish and fulfil name what is to be done about a cell that
	// becomes stale or missing, or a duty.
	refresh, publish string
	fulfil           func(d *duty.Duty, document string) string
	// owed names what a concern or a movement asks for.
	owed func(d *duty.Duty) string

	rule    map[timeline.Status]string
	dutyOf  map[duty.Kind]string
	counted func(from calendar.Day, days []calendar.TracedDay) string
	natural func(from, due calendar.Day) string
	note    func(calendar.TracedDay) string
	cause   func(c timeline.Cause, document string) string

	notRanked   func(reason coverage.NotRanked, required, least int) string
	discrepancy func(*area.Node, *relief.Discrepancy) string

	// course says how a node went; worse who fell, asked what is asked of whom, soon what falls due.
	course       func(c *Course, rate, moved string) string
	worse, asked func(names string) string
	// list names the first of so many.
	list      func(names []string, whole int) string
	noneWorse string
	soon      func(n int) string
	// named is a node with what is told of it, gapsAt its gaps with its rate.
	named        func(name, what string) string
	gapsAt       func(gaps int, rate string) string
	moved        func(points string, up bool) string
	same, noRate string
	between      string // sentences
}

func (l Locale) words() *words {
	switch l {
	case Chinese:
		return &zh
	case English:
		return &en
	}
	panic(fmt.Sprintf("there are no words in language %d", l))
}

// wordless is the fault of a kind that nobody wrote words for: it must never be
// told as another kind.
func wordless(of string, kind any) string {
	return fmt.Sprintf("there are no words for %s of kind %d", of, kind)
}

// Gap explains a gap in full: the rule, the article, the anchor and every
// counted day.
func Gap(l Locale, g GapFacts) string {
	w := l.words()
	var text strings.Builder
	text.WriteString(sentence(w, &g))
	text.WriteString(w.daysOpen(w.status[g.Reason.Status], g.Reason.Since, g.On, notes(l, &g)))
	if more := len(g.Reason.Duties) - 1; more > 0 {
		text.WriteString(w.others(more))
	}
	text.WriteString(grounds(l, &g))
	return strings.TrimSpace(text.String())
}

// Upcoming says by when a cell becomes a gap and what prevents it: the facts are
// those of the first day as a gap.
func Upcoming(l Locale, g GapFacts) string {
	w := l.words()
	text := w.coming(w.publisher(g.Publisher), w.entry(g.Entry), act(w, &g), g.Reason.Since-1, w.status[g.Reason.Status])
	if g.Reason.Since != g.Reason.Deadline.Due+1 {
		text += w.deferred(g.Reason.Since, g.cause(l), g.Reason.Deadline.Due)
	}
	return strings.TrimSpace(text + grounds(l, &g))
}

// act says what is to be done lest the gap begin.
func act(w *words, g *GapFacts) string {
	switch g.Reason.Status {
	case timeline.Stale:
		return w.refresh
	case timeline.Missing:
		return w.publish
	case timeline.Overdue:
		return w.fulfil(g.Reason.Duty, g.document(w, g.Reason.Duty.DocumentRef()))
	case timeline.NotInForce, timeline.Covered, timeline.Pending, timeline.Exempt:
	}
	panic(wordless("gaps", g.Reason.Status))
}

// notes say how a gap began where its due day does not: by a withdrawal, the end
// of an exemption, or out of a gap of another status.
func notes(l Locale, g *GapFacts) (all []string) {
	w, reason := l.words(), g.Reason
	if reason.Since != reason.Deadline.Due+1 {
		all = append(all, w.began(g.cause(l)))
	}
	if reason.GapSince != reason.Since {
		all = append(all, w.already(reason.GapSince))
	}
	return all
}

func (g *GapFacts) cause(l Locale) string {
	return Cause(l, g.Reason.Cause, func(ref string) string {
		if g.Document == nil {
			return ""
		}
		title, _ := g.Document(ref)
		return title
	})
}

// published names what was published: news by its title, a document as far as
// the reader may see it.
func (g *GapFacts) published(w *words, p *timeline.Publication) string {
	if p.News != nil {
		return w.document(p.News.Title, "")
	}
	return g.document(w, p.DocumentRef())
}

// document names a document as far as the reader may see it.
func (g *GapFacts) document(w *words, ref string) string {
	if g.Document == nil {
		return w.document("", "")
	}
	return w.document(g.Document(ref))
}

// grounds are the articles and the count of days.
func grounds(l Locale, g *GapFacts) string {
	w := l.words()
	var text strings.Builder
	text.WriteString(w.basis(LegalBasis(l, g.Reason)))
	deadline := g.Reason.Deadline
	if deadline.WorkingDays > 0 {
		text.WriteString(CountedDays(l, g.Days, deadline.From, deadline.Due))
	} else if deadline.Due > deadline.From && (g.Reason.Duty == nil || g.Reason.Duty.Kind != duty.Review) { // a year needs no counting
		text.WriteString(w.natural(deadline.From, deadline.Due))
	}
	if deadline.Provisional {
		text.WriteString(w.unsettled(deadline.From, deadline.Due))
	}
	return text.String()
}

// sentence says what was owed, until when, and that it was not done.
func sentence(w *words, g *GapFacts) string {
	publisher, entry := w.publisher(g.Publisher), w.entry(g.Entry)
	switch g.Reason.Status {
	case timeline.Missing:
		return w.missing(publisher, entry, g.Reason.Run, w.catalog(g.Reason.Began.Catalog.Catalog))
	case timeline.Stale:
		return w.stale(
			publisher,
			entry,
			w.catalog(g.Reason.Rule.Catalog.Catalog),
			g.Reason.Last.On,
			g.published(w, &g.Reason.Last),
			g.Reason.Rule.RefreshDays,
			g.Reason.Deadline.Due,
		)
	case timeline.Overdue:
		return overdue(w, g, publisher, entry)
	case timeline.NotInForce, timeline.Covered, timeline.Pending, timeline.Exempt:
		return "" // no gaps
	}
	panic(wordless("gaps", g.Reason.Status))
}

func overdue(w *words, g *GapFacts, publisher, entry string) string {
	name := func(ref string) string { return g.document(w, ref) }
	switch d := g.Reason.Duty; d.Kind {
	case duty.Document:
		return w.document1(publisher, entry, name(d.Ref), d)
	case duty.Period:
		return w.periodic(publisher, entry, d)
	case duty.Interpretation:
		return w.interpretation(publisher, name(d.Ref), d)
	case duty.Review:
		return w.review(publisher, name(d.Ref), d)
	case duty.Response:
		return w.response(publisher, d)
	case duty.Relief:
		return w.relief(publisher, entry, d)
	}
	panic(wordless("duties", g.Reason.Duty.Kind))
}

// Rule names the rule of a reason in a few words.
func Rule(l Locale, reason *timeline.Reason) string {
	w := l.words()
	if reason.Duty != nil {
		return w.dutyOf[reason.Duty.Kind]
	}
	return w.rule[reason.Status]
}

// LegalBasis is the entry's, with the guideline's article where a duty has one.
func LegalBasis(l Locale, reason *timeline.Reason) string {
	w, basis := l.words(), ""
	if reason.Rule != nil {
		basis = w.legal(reason.Rule.LegalBasis)
	}
	if reason.Duty == nil {
		return basis
	}
	article := w.article[reason.Duty.Kind]
	if basis == "" || article == "" {
		return basis + article
	}
	return basis + w.and + article
}

// Cause says what began a span of a timeline. The title is that of the document
// it names, empty where the reader may not see it.
func Cause(l Locale, c timeline.Cause, title func(ref string) string) string {
	w := l.words()
	var document string
	switch ref := c.DocumentRef(); {
	case c.Publication.News != nil:
		document = c.Publication.News.Title
	case c.Publication.Document == nil && c.Duty != nil && (c.Duty.Kind == duty.Response || c.Duty.Kind == duty.Relief):
		return w.cause(c, w.owed(c.Duty))
	case ref != "":
		document = title(ref)
	}
	return w.cause(c, w.document(document, ""))
}

// DayNote says why a day counts or not: the holiday, the make-up day or the
// weekend; empty for a plain working day.
func DayNote(l Locale, day calendar.TracedDay) string { return l.words().note(day) }

// CountedDays lists every working day counted after a day up to the due day with
// its number, and the days between that do not count with their reason.
func CountedDays(l Locale, days *calendar.Calendar, from, due calendar.Day) string {
	trace := days.Trace(from, due)
	if len(trace) == 0 {
		return ""
	}
	return l.words().counted(from, trace)
}

// NotRanked says why a place has no rank.
func NotRanked(l Locale, reason coverage.NotRanked, figures coverage.Figures, least int) string {
	return l.words().notRanked(reason, figures.Required(), least)
}

// stretch is days one after the other that do not count for one reason.
type stretch struct {
	from, to calendar.Day
	note     string
}

// sortDays tells the counted days from the stretches that do not count, and the
// make-up days among the counted.
func sortDays(
	trace []calendar.TracedDay,
	note func(calendar.TracedDay) string,
) (counted []calendar.TracedDay, off []stretch, madeUp []calendar.TracedDay) {
	for _, day := range trace {
		if day.Working {
			counted = append(counted, day)
			if day.Reason == calendar.MakeUpDay {
				madeUp = append(madeUp, day)
			}
			continue
		}
		because := note(day)
		if last := len(off) - 1; last >= 0 && off[last].to+1 == day.Day && off[last].note == because {
			off[last].to = day.Day
			continue
		}
		off = append(off, stretch{day.Day, day.Day, because})
	}
	return counted, off, madeUp
}

// listed joins numbered days, stretches or notes.
func listed[T any](items []T, separator string, show func(int, T) string) string {
	shown := make([]string, len(items))
	for i, item := range items {
		shown[i] = show(i, item)
	}
	return strings.Join(shown, separator)
}

func number(n int) string { return fmt.Sprint(n) }
