package server

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/admission"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/export"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// mediaAtom is the type of feeds.
const mediaAtom = "application/atom+xml"

// mostEntries is how many of a feed's entries there are.
const mostEntries = 500

const feedDocument = `query Feed($code: String!, $first: Int!, $today: Date!) { administrativeNode(code: $code) {
	code name
	disclosures(first: $first, filter: {to: $today}) { nodes { ref title documentNumber attribute publishedOn url
		publisher { name } entry { item } reviews { reviewedOn result } } }
	news(first: $first, filter: {to: $today}) { nodes { ref title summary publishedAt url publisher { name } entry { item } } }
} }`

// feedAnswer is what feedDocument answers.
type feedAnswer struct {
	AdministrativeNode *struct {
		Code, Name  string
		Disclosures struct{ Nodes []feedDisclosure }
		News        struct{ Nodes []feedNews }
	}
}

type feedItem struct {
	Ref, Title string
	URL        *string
	Publisher  struct{ Name string }
	Entry      struct{ Item string }
}

type feedDisclosure struct {
	feedItem
	DocumentNumber *string
	Attribute      string
	PublishedOn    *string
	Reviews        []struct{ ReviewedOn, Result string }
}

type feedNews struct {
	feedItem
	Summary     string
	PublishedAt time.Time
}

// Atom as RFC 4287 has it.
type (
	atomFeed struct {
		XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
		Lang    string      `xml:"xml:lang,attr"`
		ID      string      `xml:"id"`
		Title   string      `xml:"title"`
		Updated string      `xml:"updated"`
		Author  atomAuthor  `xml:"author"`
		Links   []atomLink  `xml:"link"`
		Entries []atomEntry `xml:"entry"`
	}
	atomAuthor struct {
		Name string `xml:"name"`
	}
	atomLink struct {
		Rel  string `xml:"rel,attr"`
		Type string `xml:"type,attr,omitempty"`
		Href string `xml:"href,attr"`
	}
	atomEntry struct {
		ID        string       `xml:"id"`
		Title     string       `xml:"title"`
		Published string       `xml:"published"`
		Updated   string       `xml:"updated"`
		Author    atomAuthor   `xml:"author"`
		Category  atomCategory `xml:"category"`
		Links     []atomLink   `xml:"link"`
		Content   atomText     `xml:"content"`
		at        time.Time
	}
	atomCategory struct {
		Term string `xml:"term,attr"`
	}
	atomText struct {
		Type string `xml:"type,attr"`
		Text string `xml:",chardata"`
	}
)

// feeds serves what is public of nodes, the same to everybody.
func (s *Server) feeds(ask export.Ask) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		code, isAtom := strings.CutSuffix(r.PathValue("file"), ".atom")
		if !isAtom {
			http.NotFound(w, r)
			return
		}
		feed, newest, err := s.feed(r, ask, code)
		if err != nil {
			s.refuseWith(w, r, err)
			return
		}
		content, err := xml.MarshalIndent(feed, "", " ")
		if err != nil {
			s.refuseWith(w, r, fmt.Errorf("writing a feed: %w", err))
			return
		}
		content = append([]byte(xml.Header), append(content, '\n')...)
		header, tag := w.Header(), weakTag(content)
		header.Set("Content-Type", mediaAtom+"; charset=utf-8")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Cache-Control", "no-cache")
		header.Set("ETag", tag)
		if !newest.IsZero() {
			header.Set("Last-Modified", newest.UTC().Format(http.TimeFormat))
		}
		// What was published under an earlier day comes in without a later instant: so the
		// tag alone tells whether the feed is another.
		if names(r.Header.Values("If-None-Match"), tag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Write(content) //nolint:errcheck // whoever asked is gone
	})
}

// feed makes the feed of a node, with the instant of its newest entry.
func (s *Server) feed(r *http.Request, ask export.Ask, code string) (feed atomFeed, newest time.Time, err error) {
	request := s.budget.Begin(caller(r))
	defer request.End()
	ctx := admission.With(context.WithValue(r.Context(), identityKey{}, identity{}), request)
	now := s.options.Now()
	var answer feedAnswer
	err = ask(ctx, feedDocument, map[string]any{"code": code, "first": mostEntries, "today": calendar.Today(now).String()}, &answer)
	if err != nil {
		return feed, newest, err
	}
	node := answer.AdministrativeNode
	if node == nil {
		return feed, newest, problem.New(problem.NotFound, "", "there is no node of the code %q", code).Mend("correct the code")
	}
	self := addressOf(r)
	feed = atomFeed{
		Lang: "zh-CN", ID: idOf("feed", node.Code), Title: node.Name + "政务公开：公开信息与工作动态", Author: atomAuthor{node.Name},
		Updated: calendar.First.Time().Format(time.RFC3339),
		Links: []atomLink{
			{Rel: "self", Type: mediaAtom, Href: self + r.URL.EscapedPath()},
			{Rel: "alternate", Type: "text/html", Href: self + "/n/" + node.Code},
		},
	}
	for i := range node.Disclosures.Nodes {
		if entry, public := node.Disclosures.Nodes[i].entry(now); public {
			feed.Entries = append(feed.Entries, entry)
		}
	}
	for i := range node.News.Nodes {
		if entry := node.News.Nodes[i].entry(); !entry.at.After(now) {
			feed.Entries = append(feed.Entries, entry)
		}
	}
	slices.SortStableFunc(feed.Entries, func(a, b atomEntry) int { return cmp.Or(b.at.Compare(a.at), cmp.Compare(a.ID, b.ID)) })
	feed.Entries = feed.Entries[:min(len(feed.Entries), mostEntries)]
	if len(feed.Entries) > 0 {
		newest = feed.Entries[0].at
		feed.Updated = feed.Entries[0].Updated
	}
	return feed, newest, nil
}

// entry tells of the document from its publication day on.
func (d *feedDisclosure) entry(now time.Time) (entry atomEntry, public bool) {
	if d.PublishedOn == nil {
		return entry, false
	}
	day := *d.PublishedOn
	if d.Attribute != "PROACTIVE" {
		disclosed := ""
		for _, review := range d.Reviews {
			if review.Result == "DISCLOSE" && (disclosed == "" || review.ReviewedOn < disclosed) {
				disclosed = review.ReviewedOn
			}
		}
		day = max(day, disclosed)
	}
	on, err := calendar.ParseDay(day)
	if err != nil || on > calendar.Today(now) {
		return entry, false
	}
	text := d.Publisher.Name + "公开《" + d.Title + "》"
	if d.DocumentNumber != nil && *d.DocumentNumber != "" {
		text += "（" + *d.DocumentNumber + "）"
	}
	return d.as("disclosure", on.Time(), text), true
}

func (n *feedNews) entry() atomEntry {
	return n.as("news", n.PublishedAt, cmp.Or(n.Summary, n.Title))
}

func (i *feedItem) as(kind string, at time.Time, text string) atomEntry {
	const zone = 8 * 60 * 60
	stamp := at.In(time.FixedZone("", zone)).Format(time.RFC3339)
	entry := atomEntry{
		ID: idOf(kind, i.Ref), Title: i.Title, Published: stamp, Updated: stamp, Author: atomAuthor{i.Publisher.Name},
		Category: atomCategory{i.Entry.Item}, Content: atomText{"text", text}, at: at,
	}
	if i.URL != nil && (strings.HasPrefix(*i.URL, "https://") || strings.HasPrefix(*i.URL, "http://")) {
		entry.Links = []atomLink{{Rel: "alternate", Href: *i.URL}}
	}
	return entry
}

// idOf names a thing for ever, under whatever address it is asked for (RFC 9562, version
// 8: of a hash).
func idOf(kind, name string) string {
	sum := sha256.Sum256([]byte("reliefgraph " + kind + " " + name))
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	text := hex.EncodeToString(sum[:16])
	return "urn:uuid:" + text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
}
