package affected_test

import (
	"maps"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/affected"
	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/catalog"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// change makes a random change of one kind in the world after, and adds it to
// the set, with what it reads of the world before.
type change func(m maker, set *affected.Set, before, after *world, reference timeline.Reference)

// orNil is what stands under a key, nil where nothing does.
func orNil[K comparable, V any](from map[K]V, key K) *V {
	if value, known := from[key]; known {
		return &value
	}
	return nil
}

// put puts a fact in the place of one, or takes it out in one of five cases.
func put[K comparable, V any](m maker, into map[K]V, key K, value V) {
	if m.IntN(5) == 0 {
		delete(into, key)
		return
	}
	into[key] = value
}

// changeCatalog changes one of the catalogs that there are.
func changeCatalog(m maker, set *affected.Set, after *world, reference timeline.Reference, do func(*catalog.Catalog)) {
	code := pick(m, slices.Sorted(maps.Keys(after.catalogs))...)
	c := after.catalogs[code]
	do(&c)
	after.catalogs[code] = c
	if now, err := after.reference(); err == nil {
		set.Catalogs(reference, now, []string{code})
	}
}

var changes = map[string]change{
	"document": func(m maker, set *affected.Set, before, after *world, reference timeline.Reference) {
		ref := pick(m, refs...)
		d, known := before.documents[ref]
		other := m.document(ref)
		switch part := m.IntN(8); {
		case !known || part == 0:
			d = other
		case part == 1:
			d.PublishedOn = other.PublishedOn
		case part == 2:
			d.WithdrawnOn = other.WithdrawnOn
		case part == 3:
			d.InterpretsRef = other.InterpretsRef
		case part == 4:
			d.RequiresInterpretation = !d.RequiresInterpretation
		case part == 5:
			d.Attribute, d.IssuedOn = other.Attribute, other.IssuedOn
		case part == 6:
			d.PublisherCode, d.EntryCode = other.PublisherCode, other.EntryCode
		default:
			d.Nil, d.Period, d.FormedOn = other.Nil, other.Period, other.FormedOn
		}
		put(m, after.documents, ref, d)
		was, is := before.documentOrNil(ref), after.documentOrNil(ref)
		set.Document(reference, was, is, before.links(was, is))
	},
	"review": func(m maker, set *affected.Set, before, after *world, reference timeline.Reference) {
		ref := pick(m, refs...)
		if before.documentOrNil(ref) == nil {
			return
		}
		after.reviews[ref] = m.reviewsOf(ref)
		was, is := before.documentOrNil(ref), after.documentOrNil(ref)
		set.Document(reference, was, is, before.links(was, is))
	},
	"news": func(m maker, set *affected.Set, before, after *world, _ timeline.Reference) {
		ref := pick(m, "x0", "x1", "x2", "x3")
		put(m, after.news, ref, m.newsOf(ref))
		set.News(orNil(before.news, ref), orNil(after.news, ref))
	},
	"concern": func(m maker, set *affected.Set, before, after *world, _ timeline.Reference) {
		ref := pick(m, "x0", "x1", "x2", "x3")
		put(m, after.concerns, ref, m.concern(ref))
		set.Concern(orNil(before.concerns, ref), orNil(after.concerns, ref))
	},
	"movement": func(m maker, set *affected.Set, before, after *world, reference timeline.Reference) {
		ref := pick(m, "m0", "m1", "m2", "m5")
		put(m, after.movements, ref, m.movement(ref))
		var named string
		if d := before.documentOrNil(after.movements[ref].DisclosureRef); d != nil {
			named = d.PublisherCode
		}
		set.Movement(reference, orNil(before.movements, ref), orNil(after.movements, ref), named)
	},
	"assignment": func(m maker, set *affected.Set, _, after *world, reference timeline.Reference) {
		a := m.assignment()
		key := catalog.CellKey{PublisherCode: a.PublisherCode, EntryCode: a.EntryCode}
		put(m, after.assignments, key, a)
		set.Assignment(reference, key)
	},
	"nodes": func(m maker, set *affected.Set, before, after *world, reference timeline.Reference) {
		var codes []string
		for range 1 + m.IntN(2) {
			code := pick(m, publishers...)
			node := m.node(code)
			switch m.IntN(6) {
			case 0:
				node.ParentCode = pick(m, "P", "C", "T1", "T2")
			case 1:
				code = pick(m, "C/0", "T2/e") // a new department
				node = area.Node{
					Code:       code,
					Name:       code,
					Department: true,
					ParentCode: pick(m, "C", "T2"),
					Functions:  []string{"EMERGENCY_MANAGEMENT"},
				}
			}
			if code == "P" {
				node.ParentCode = ""
			}
			after.nodes[code] = node
			codes = append(codes, code)
		}
		if now, err := after.reference(); err == nil {
			set.Nodes(reference, now, codes)
		}
	},
	"levels of nodes": func(m maker, set *affected.Set, before, after *world, reference timeline.Reference) {
		code := pick(m, "P", "B1", "C", "T1", "T2", "V1", "V2")
		node := after.nodes[code]
		node.Level = area.Level(m.IntN(area.Levels))
		after.nodes[code] = node
		if now, err := after.reference(); err == nil {
			set.Nodes(reference, now, []string{code})
		}
	},
	"places and departments": func(m maker, set *affected.Set, before, after *world, reference timeline.Reference) {
		code := pick(m, "B1", "B1", "V1", "V2", "C/a", "T1/e")
		node := m.department(code)
		if after.nodes[code].Department {
			node = m.place(code, pick(m, area.Township, area.Village))
		}
		after.nodes[code] = node
		if now, err := after.reference(); err == nil {
			set.Nodes(reference, now, []string{code})
		}
	},
	"days of catalogs": func(m maker, set *affected.Set, before, after *world, reference timeline.Reference) {
		var other catalog.Catalog
		m.inForce(&other)
		changeCatalog(m, set, after, reference, func(c *catalog.Catalog) {
			switch m.IntN(4) {
			case 0:
				c.EffectiveFrom = other.EffectiveFrom
			case 1:
				c.EffectiveTo = other.EffectiveTo
			case 2:
				c.GraceWorkingDays = other.GraceWorkingDays
			default:
				c.InterpretationWorkingDays = other.InterpretationWorkingDays
			}
		})
	},
	"bases of catalogs": func(m maker, set *affected.Set, before, after *world, reference timeline.Reference) {
		changeCatalog(m, set, after, reference, func(c *catalog.Catalog) { c.BasedOn = m.base(c.Code) })
	},
	"catalogs": func(m maker, set *affected.Set, before, after *world, reference timeline.Reference) {
		code := pick(m, catalogs...)
		after.catalogs[code] = m.catalog(code)
		if now, err := after.reference(); err == nil {
			set.Catalogs(reference, now, []string{code})
		}
	},
	"rows of catalogs": func(m maker, set *affected.Set, before, after *world, reference timeline.Reference) {
		changeCatalog(m, set, after, reference, func(c *catalog.Catalog) {
			c.Entries = slices.Clone(c.Entries)
			for range 1 + m.IntN(2) {
				row := m.entry(pick(m, append(entries, "1.1.1", "4.2.1")...))
				row.Omit = m.IntN(4) == 0
				c.Entries = slices.DeleteFunc(c.Entries, func(e catalog.Entry) bool { return e.Code == row.Code })
				if m.IntN(4) > 0 {
					c.Entries = append(c.Entries, row)
				}
			}
		})
	},
	"calendar": func(m maker, set *affected.Set, before, after *world, reference timeline.Reference) {
		after.arrangements = m.arrangements()
		set.Calendar(reference)
	},
}
