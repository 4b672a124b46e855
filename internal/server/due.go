package server

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/reliefgraph/reliefgraph/graph/batch"
	"github.com/reliefgraph/reliefgraph/graph/model"
	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/admission"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/coverage"
	"github.com/reliefgraph/reliefgraph/internal/export"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// What becomes a gap, by a duty or otherwise, and why what is overdue is so; a page.
const (
	comingDocument = `query Coming($code: String!, $scope: Scope!, $days: Int!, $after: String) { administrativeNode(code: $code) {
	list: upcoming(workingDays: $days, scope: $scope, first: 500, after: $after) { pageInfo { hasNextPage endCursor } nodes {
		dueOn becomes publisher { code name } entry { code item } duty { kind title openedOn } explanation } } } }`
	overdueDocument = `query Overdue($code: String!, $scope: Scope!, $after: String) { administrativeNode(code: $code) {
	list: gaps(scope: $scope, first: 500, filter: {statuses: [OVERDUE]}, after: $after) { pageInfo { hasNextPage endCursor } nodes {
		publisher { code } entry { code } explanation } } } }`
)

// dueAt is where calendars are asked for.
const dueAt = "/due/"

// dueWithin is how many working days to come a calendar has.
const dueWithin = 60

type dueCell struct {
	DueOn, Becomes string
	Publisher      struct{ Code, Name string }
	Entry          struct{ Code, Item string }
	Duty           *struct {
		Kind, OpenedOn string
		Title          *string
	}
	Explanation string
}

type dueAnswer struct {
	AdministrativeNode *struct {
		List struct {
			Nodes    []dueCell
			PageInfo struct {
				HasNextPage bool
				EndCursor   *string
			}
		}
	}
}

// dueDay is one event of the calendar.
type dueDay struct {
	uid, summary, description string
	on                        calendar.Day
}

// dueDays serves an account's due days as a calendar, under a token for this alone.
func (s *Server) dueDays(ask export.Ask) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secret, isCalendar := strings.CutSuffix(r.PathValue("file"), ".ics")
		if !isCalendar {
			http.NotFound(w, r)
			return
		}
		who, err := s.byTokenFor(r, secret, store.ForDueDays)
		if err != nil {
			s.refuseWith(w, r, err)
			return
		}
		request := s.budget.Begin(caller(r))
		defer request.End()
		ctx := admission.With(context.WithValue(r.Context(), identityKey{}, who), request)
		due, err := s.due(ctx, ask, who.account)
		if err != nil {
			s.refuseWith(w, r, err)
			return
		}
		header := w.Header()
		header.Set("Content-Type", "text/calendar; charset=utf-8")
		header.Set("Content-Disposition", `inline; filename="due.ics"`)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Cache-Control", "private, no-store")
		header.Set("Referrer-Policy", "no-referrer") // the address is a secret
		w.Write(calendarOf(due, s.options.Now()))    //nolint:errcheck // whoever asked is gone
	})
}

// due are the duties that are open and soon due, and those overdue, and what becomes
// a gap otherwise, of the publishers whose documents the account publishes.
func (s *Server) due(ctx context.Context, ask export.Ask, who *account.Account) (due []dueDay, err error) {
	view, _, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	today := calendar.Today(s.options.Now())
	last := view.Index.Days.AddWorkingDays(today, dueWithin)
	for _, part := range who.RightsAt(s.options.Now(), view.Index.Tree).Reach(account.WriteDocument) {
		scope, asked := coverage.Subtree, "SUBTREE"
		if part.Scope == account.Self {
			scope, asked = coverage.Self, "SELF"
		}
		variables := map[string]any{"code": view.Index.Tree.Node(part.Place).Code, "scope": asked}
		overdue, err := allDue(ctx, ask, overdueDocument, variables)
		if err != nil {
			return nil, err
		}
		variables["days"] = dueWithin
		coming, err := allDue(ctx, ask, comingDocument, variables)
		if err != nil {
			return nil, err
		}
		owed, err := view.Owed(batch.Begin(view.With(ctx), nil), part.Place, scope, last)
		if err != nil {
			return nil, err
		}
		due = append(due, daysOf(owed, overdue, coming, today)...)
	}
	slices.SortFunc(due, func(a, b dueDay) int { return cmp.Or(cmp.Compare(a.on, b.on), cmp.Compare(a.uid, b.uid)) })
	return slices.CompactFunc(due, func(a, b dueDay) bool { return a.uid == b.uid }), nil
}

// allDue asks for all pages of a list.
func allDue(ctx context.Context, ask export.Ask, document string, variables map[string]any) (all []dueCell, err error) {
	variables["after"] = nil
	for {
		var answer dueAnswer
		if err := ask(ctx, document, variables, &answer); err != nil || answer.AdministrativeNode == nil {
			return all, err
		}
		list := &answer.AdministrativeNode.List
		all = append(all, list.Nodes...)
		if !list.PageInfo.HasNextPage {
			return all, nil
		}
		variables["after"] = *list.PageInfo.EndCursor
	}
}

// daysOf makes the events. One is told from the others by what is owed, not by its
// day, which moves with the facts.
func daysOf(owed []model.Owed, overdue, coming []dueCell, today calendar.Day) (due []dueDay) {
	add := func(on calendar.Day, summary, description string, name ...string) {
		uid := strings.TrimPrefix(idOf("due", strings.Join(name, "\x00")), "urn:uuid:")
		due = append(due, dueDay{uid: uid, summary: summary, description: description, on: on})
	}
	why, unseen := map[[3]string]string{}, map[string]int{}
	for i := range overdue {
		why[[3]string{overdue[i].Publisher.Code, overdue[i].Entry.Code}] = overdue[i].Explanation
	}
	for i := range coming {
		why[[3]string{coming[i].Publisher.Code, coming[i].Entry.Code, coming[i].DueOn}] = coming[i].Explanation
	}
	for i := range owed {
		one := &owed[i]
		publisher, on, late := one.Publisher, one.DueOn, one.DueOn < today
		reason := [3]string{publisher.Code, one.Entry.Code, on.String()}
		summary, what := publisher.Name+"："+one.Entry.Entry.Item, "（到期）"
		if late {
			reason[2], what = "", "（已超期）"
		}
		if one.Title != nil {
			summary += "《" + *one.Title + "》"
		}
		description := why[reason]
		if description == "" {
			description = "产生日" + one.OpenedOn.String() + "，到期日" + on.String() + "。"
		}
		name := []string{publisher.Code, one.Entry.Code, one.Kind.String(), one.Name()}
		if one.Title == nil && one.Kind.OfDocument() { // its ref could be guessed from a UID
			name[3] = one.OpenedOn.String()
			key := strings.Join(name, " ")
			unseen[key]++
			name = append(name, strconv.Itoa(unseen[key]))
		}
		add(on, summary+what, description, name...)
	}
	for i := range coming {
		one := &coming[i]
		on, err := calendar.ParseDay(one.DueOn)
		if err != nil {
			continue
		}
		name, summary := one.Becomes, one.Publisher.Name+"："+one.Entry.Item
		if one.Duty != nil {
			if one.Duty.OpenedOn <= today.String() {
				continue // it is among what is owed
			}
			if one.Duty.Title != nil {
				name, summary = *one.Duty.Title, summary+"《"+*one.Duty.Title+"》"
			}
			add(on, summary+"（到期）", one.Explanation, one.Publisher.Code, one.Entry.Code, one.Duty.Kind, name)
			continue
		}
		add(on, summary+"（到期）", one.Explanation, one.Publisher.Code, one.Entry.Code, name)
	}
	return due
}

// calendarOf writes due days as all-day events (RFC 5545).
func calendarOf(due []dueDay, now time.Time) []byte {
	var out bytes.Buffer
	line := func(name, value string) { fold(&out, name+":"+value) }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//reliefgraph//due days//ZH")
	line("CALSCALE", "GREGORIAN")
	line("METHOD", "PUBLISH")
	line("X-WR-CALNAME", "公开到期日")
	stamp := now.UTC().Format("20060102T150405Z")
	for i := range due {
		line("BEGIN", "VEVENT")
		line("UID", due[i].uid)
		line("DTSTAMP", stamp)
		line("DTSTART;VALUE=DATE", strings.ReplaceAll(due[i].on.String(), "-", ""))
		line("DTEND;VALUE=DATE", strings.ReplaceAll((due[i].on+1).String(), "-", ""))
		line("SUMMARY", escaped.Replace(due[i].summary))
		line("DESCRIPTION", escaped.Replace(due[i].description))
		line("TRANSP", "TRANSPARENT")
		line("END", "VEVENT")
	}
	line("END", "VCALENDAR")
	return out.Bytes()
}

// escaped writes a text as RFC 5545, 3.3.11 has it.
var escaped = strings.NewReplacer("\\", "\\\\", ";", "\\;", ",", "\\,", "\r\n", "\\n", "\n", "\\n", "\r", "\\n")

// longestLine is how many bytes a line has at most, without its end.
const longestLine = 75

// fold writes a line in several, none of which ends within a character.
func fold(out *bytes.Buffer, line string) {
	most := longestLine
	for len(line) > most {
		end := most
		for !utf8.RuneStart(line[end]) {
			end--
		}
		out.WriteString(line[:end] + "\r\n ")
		line, most = line[end:], longestLine-1
	}
	out.WriteString(line + "\r\n")
}
