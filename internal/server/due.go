package server

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/admission"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/export"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

const dueDocument = `query Due($code: String!, $scope: Scope!, $days: Int!) { administrativeNode(code: $code) {
	upcoming(workingDays: $days, scope: $scope, first: 500) { nodes {
		dueOn becomes publisher { code name } entry { code item } duty { kind title openedOn } explanation } }
	gaps(scope: $scope, first: 500, filter: {statuses: [OVERDUE]}) { nodes {
		publisher { code name } entry { code item } explanation duties { kind title openedOn dueOn } } }
} }`

// dueAt is where calendars are asked for.
const dueAt = "/due/"

// dueWithin is how many working days to come a calendar has.
const dueWithin = 60

type dueCell struct {
	DueOn, Becomes string
	Publisher      struct{ Code, Name string }
	Entry          struct{ Code, Item string }
	Duty           *dueDuty
	Duties         []dueDuty
	Explanation    string
}

type dueDuty struct {
	Kind, OpenedOn string
	Title, DueOn   *string
}

type dueAnswer struct {
	AdministrativeNode *struct{ Upcoming, Gaps struct{ Nodes []dueCell } }
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

// due are what is due, and what is overdue, of the publishers whose documents the
// account publishes.
func (s *Server) due(ctx context.Context, ask export.Ask, who *account.Account) (due []dueDay, err error) {
	view, _, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	for _, part := range who.RightsAt(s.options.Now(), view.Index.Tree).Reach(account.WriteDocument) {
		scope := "SUBTREE"
		if part.Scope == account.Self {
			scope = part.Scope.String()
		}
		var answer dueAnswer
		code := view.Index.Tree.Node(part.Place).Code
		if err := ask(ctx, dueDocument, map[string]any{"code": code, "scope": scope, "days": dueWithin}, &answer); err != nil {
			return nil, err
		}
		if answer.AdministrativeNode != nil {
			due = append(due, daysOf(answer.AdministrativeNode.Upcoming.Nodes, answer.AdministrativeNode.Gaps.Nodes)...)
		}
	}
	slices.SortFunc(due, func(a, b dueDay) int { return cmp.Or(cmp.Compare(a.on, b.on), cmp.Compare(a.uid, b.uid)) })
	return slices.CompactFunc(due, func(a, b dueDay) bool { return a.uid == b.uid }), nil
}

func daysOf(upcoming, overdue []dueCell) (due []dueDay) {
	add := func(of *dueCell, duty *dueDuty, on, what string) {
		day, err := calendar.ParseDay(on)
		if err != nil {
			return
		}
		name := []string{of.Publisher.Code, of.Entry.Code}
		summary := of.Publisher.Name + "：" + of.Entry.Item
		if duty != nil {
			name = append(name, duty.Kind, duty.OpenedOn)
			if duty.Title != nil {
				name, summary = append(name, *duty.Title), summary+"《"+*duty.Title+"》"
			}
		} else {
			name = append(name, of.Becomes)
		}
		due = append(due, dueDay{
			uid: strings.TrimPrefix(idOf("due", strings.Join(name, "\x00")), "urn:uuid:"), summary: summary + what,
			description: of.Explanation, on: day,
		})
	}
	for i := range upcoming {
		add(&upcoming[i], upcoming[i].Duty, upcoming[i].DueOn, "（到期）")
	}
	for i := range overdue {
		for j := range overdue[i].Duties {
			if duty := &overdue[i].Duties[j]; duty.DueOn != nil {
				add(&overdue[i], duty, *duty.DueOn, "（已超期）")
			}
		}
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
