package known_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/disclosure"
	"github.com/reliefgraph/reliefgraph/internal/oracle"
	"github.com/reliefgraph/reliefgraph/internal/order"
)

type (
	disclosed = disclosure.Disclosure
	ordered   = order.Recorded
)

func compare(a, b string) int { return cmp.Compare(a, b) }

// changes change something of a world that is as it was generated and changed before.
var changes = append(slices.Clone(ofFacts), limit, drop, rename, end, rearrange)

// ofFacts are those that change neither nodes nor catalogs nor working days.
var ofFacts = []func(*oracle.World, *rand.Rand) change{
	republish, retitle, hide, move, add, addNews, moveNews, changeMovement, answer, review, assign,
	anotherKind, moveOrder, addOrder, addOrderEvent, addOrderEvent, decide, moveRequest,
}

func someDay(random *rand.Rand) string {
	return (calendar.Date(2020, 1, 1) + calendar.Day(random.IntN(2300))).String()
}

// document changes one of a world's documents.
func document(world *oracle.World, random *rand.Rand, name string, make func(*oracle.Disclosure)) change {
	number := random.IntN(len(world.Disclosures))
	return change{name + " " + world.Disclosures[number].Ref, func(w *oracle.World) { make(&w.Disclosures[number]) }}
}

func republish(world *oracle.World, random *rand.Rand) change {
	on := someDay(random)
	return document(world, random, "published on "+on, func(d *oracle.Disclosure) {
		d.PublishedOn = on
		if d.WithdrawnOn != "" && d.WithdrawnOn < on {
			d.WithdrawnOn = ""
		}
	})
}

func retitle(world *oracle.World, random *rand.Rand) change {
	return document(world, random, "another title of", func(d *oracle.Disclosure) { d.Title += "（修订）" })
}

func hide(world *oracle.World, random *rand.Rand) change {
	return document(world, random, "hidden:", func(d *oracle.Disclosure) {
		if d.Attribute == "PROACTIVE" {
			d.Attribute = "ON_REQUEST"
		} else {
			d.Attribute = "PROACTIVE"
		}
	})
}

// move gives a document to the publisher of another, under its entry.
func move(world *oracle.World, random *rand.Rand) change {
	of := world.Disclosures[random.IntN(len(world.Disclosures))]
	return document(
		world,
		random,
		"moved to "+of.Publisher,
		func(d *oracle.Disclosure) { d.Publisher, d.Entry, d.Period = of.Publisher, of.Entry, of.Period },
	)
}

func add(world *oracle.World, random *rand.Rand) change {
	of, on := world.Disclosures[random.IntN(len(world.Disclosures))], someDay(random)
	of.Ref, of.PublishedOn, of.WithdrawnOn = fmt.Sprint("new-", random.IntN(80)), on, ""
	return change{"added " + of.Ref, func(w *oracle.World) {
		for i := range w.Disclosures {
			if w.Disclosures[i].Ref == of.Ref {
				w.Disclosures[i] = of
				return
			}
		}
		w.Disclosures = append(w.Disclosures, of)
	}}
}

func addNews(world *oracle.World, random *rand.Rand) change {
	if len(world.News) == 0 {
		return retitle(world, random)
	}
	of := world.News[random.IntN(len(world.News))]
	of.Ref, of.PublishedAt = fmt.Sprint("new-news-", random.Uint32()), someDay(random)
	return change{"added " + of.Ref, func(w *oracle.World) { w.News = append(w.News, of) }}
}

func moveNews(world *oracle.World, random *rand.Rand) change {
	if len(world.News) == 0 {
		return retitle(world, random)
	}
	number, on := random.IntN(len(world.News)), someDay(random)
	return change{"news of " + on, func(w *oracle.World) { w.News[number].PublishedAt, w.News[number].Title = on, "改" }}
}

func changeMovement(world *oracle.World, random *rand.Rand) change {
	if len(world.Movements) == 0 {
		return retitle(world, random)
	}
	number, on := random.IntN(len(world.Movements)), someDay(random)
	document := ""
	if random.IntN(2) == 0 {
		document = world.Disclosures[random.IntN(len(world.Disclosures))].Ref
	}
	return change{"movement " + world.Movements[number].Ref, func(w *oracle.World) {
		w.Movements[number].OccurredOn, w.Movements[number].DisclosureRef = on, document
	}}
}

func answer(world *oracle.World, random *rand.Rand) change {
	if len(world.Concerns) == 0 {
		return retitle(world, random)
	}
	number := random.IntN(len(world.Concerns))
	return change{"answered " + world.Concerns[number].Ref, func(w *oracle.World) {
		if c := &w.Concerns[number]; c.RespondedAt == "" {
			c.RespondedAt = c.DetectedAt
		} else {
			c.RespondedAt = ""
		}
	}}
}

func review(world *oracle.World, random *rand.Rand) change {
	of, on, result := world.Disclosures[random.IntN(len(world.Disclosures))], someDay(random), []string{"keep", "disclose"}[random.IntN(2)]
	return change{fmt.Sprintf("%s reviewed on %s: %s", of.Ref, on, result), func(w *oracle.World) {
		w.Reviews = append(w.Reviews, oracle.Review{Disclosure: of.Ref, ReviewedOn: on, Result: result})
	}}
}

func assign(world *oracle.World, random *rand.Rand) change {
	of, from := world.Disclosures[random.IntN(len(world.Disclosures))], someDay(random)
	action := []string{"INCLUDE", "EXEMPT"}[random.IntN(2)]
	return change{action + " " + of.Publisher + " " + of.Entry, func(w *oracle.World) {
		w.Assignments = append(
			w.Assignments,
			oracle.Assignment{Publisher: of.Publisher, Entry: of.Entry, Action: action, From: from, Reason: "试"},
		)
	}}
}

// anyRow is a row that a catalog has itself.
func anyRow(world *oracle.World, random *rand.Rand) (number, row int) {
	for {
		number = random.IntN(len(world.Catalogs))
		if rows := len(world.Catalogs[number].Entries); rows > 0 {
			return number, random.IntN(rows)
		}
	}
}

func limit(world *oracle.World, random *rand.Rand) change {
	number, row := anyRow(world, random)
	days := random.IntN(60)
	return change{"limit of " + strconv.Itoa(days), func(w *oracle.World) {
		entries := w.Catalogs[number].Entries
		if entries[row].Omit {
			return
		}
		entries[row].LimitKind, entries[row].LimitN = "WORKING_DAYS", &days
	}}
}

func drop(world *oracle.World, random *rand.Rand) change {
	number, row := anyRow(world, random)
	return change{"a row less in " + world.Catalogs[number].Code, func(w *oracle.World) {
		entries := w.Catalogs[number].Entries
		w.Catalogs[number].Entries = append(append([]oracle.Entry{}, entries[:row]...), entries[row+1:]...)
	}}
}

func rename(world *oracle.World, random *rand.Rand) change {
	number := random.IntN(len(world.Areas))
	return change{"renamed " + world.Areas[number].Code, func(w *oracle.World) { w.Areas[number].Name += "新" }}
}

func end(world *oracle.World, random *rand.Rand) change {
	number, on := random.IntN(len(world.Areas)), someDay(random)
	return change{world.Areas[number].Code + " ends on " + on, func(w *oracle.World) { w.Areas[number].ValidTo = on }}
}

func rearrange(world *oracle.World, random *rand.Rand) change {
	other := oracle.Random(1000 + random.Uint64N(100)).Arrangements
	arrangement := other[random.IntN(len(other))]
	year := strconv.Itoa(arrangement.Year)
	days := arrangement.Days
	arrangement.Days = nil
	for _, day := range days {
		if day.Date[:4] == year {
			arrangement.Days = append(arrangement.Days, day)
		}
	}
	return change{"another arrangement of " + year, func(w *oracle.World) {
		var kept []oracle.Arrangement
		for _, a := range w.Arrangements {
			if a.Year != arrangement.Year {
				kept = append(kept, a)
			}
		}
		w.Arrangements = append(kept, arrangement)
	}}
}

// ofOrder changes one of a world's orders.
func ofOrder(world *oracle.World, random *rand.Rand, name string, make func(*oracle.Order)) change {
	number := random.IntN(len(world.Orders))
	return change{name + " " + world.Orders[number].Ref, func(w *oracle.World) { make(&w.Orders[number]) }}
}

func anotherKind(world *oracle.World, random *rand.Rand) change {
	return ofOrder(world, random, "another kind of", func(o *oracle.Order) {
		if o.Kind == "CRITICISE" {
			o.Kind = "URGE"
		} else {
			o.Kind = "CRITICISE"
		}
	})
}

// moveOrder gives an order to another publisher below its issuer.
func moveOrder(world *oracle.World, random *rand.Rand) change {
	of := world.Orders[random.IntN(len(world.Orders))]
	below := world.Below(of.Issuer)[1:]
	publisher := below[random.IntN(len(below))]
	return change{"to " + publisher + " goes " + of.Ref, func(w *oracle.World) {
		for i := range w.Orders {
			if w.Orders[i].Ref == of.Ref {
				w.Orders[i].Publisher = publisher
			}
		}
	}}
}

func addOrder(world *oracle.World, random *rand.Rand) change {
	added := world.Orders[random.IntN(len(world.Orders))]
	added.Ref, added.IssuedAt = fmt.Sprint("added-", random.Uint32()), someDay(random)
	return change{"added " + added.Ref, func(w *oracle.World) { w.Orders = append(w.Orders, added) }}
}

func addOrderEvent(world *oracle.World, random *rand.Rand) change {
	added := world.RandomOrderEvent(random)
	return change{fmt.Sprintf("%s of %s, %d", added.Kind, added.Order, added.Number), func(w *oracle.World) {
		for i := range w.OrderEvents {
			if w.OrderEvents[i].Order == added.Order && w.OrderEvents[i].Number == added.Number {
				w.OrderEvents[i] = added
				return
			}
		}
		w.OrderEvents = append(w.OrderEvents, added)
	}}
}

func decide(world *oracle.World, random *rand.Rand) change {
	number := random.IntN(len(world.ExemptionRequests))
	return change{"decided about " + world.ExemptionRequests[number].Ref, func(w *oracle.World) {
		r := &w.ExemptionRequests[number]
		if r.Decision == "" {
			r.Decision, r.DecidedAt, r.DecidedBy = "REFUSED", "2026-11-20", "督查员"
		} else {
			r.Decision, r.DecidedAt, r.DecidedBy, r.DecisionReason = "", "", "", ""
		}
	}}
}

func moveRequest(world *oracle.World, random *rand.Rand) change {
	number, of := random.IntN(len(world.ExemptionRequests)), world.Disclosures[random.IntN(len(world.Disclosures))]
	return change{"to " + of.Publisher + " goes " + world.ExemptionRequests[number].Ref, func(w *oracle.World) {
		w.ExemptionRequests[number].Publisher = of.Publisher
	}}
}
