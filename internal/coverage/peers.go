package coverage

import (
	"iter"
	"slices"

	"github.com/reliefgraph/reliefgraph/internal/area"
	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/timeline"
)

// Distribution is how the coverage rates of peers are spread: of those that have
// a rate. Quartiles lie between two peers where they fall between them.
type Distribution struct {
	Count                                                   int
	Least, LowerQuartile, Median, UpperQuartile, Most, Mean float64
}

// PeerGroup is among whom a place is compared.
type PeerGroup uint8

// The groups.
const (
	OfParent   PeerGroup = iota // 同一上级
	OfProvince                  // 同一省份
)

// Peers ranks the places of a node's level below its parent or its province, at
// `among`, itself one of them, and says how their rates are spread. The top of the
// tree is compared with itself.
func (x *Index) Peers(
	until Until,
	place area.Place,
	within PeerGroup,
	on calendar.Day,
	minRequired int,
) (among area.Place, peers []RankedPlace, spread Distribution, err error) {
	among = x.PeersAmong(place, within)
	if peers, err = x.Ranking(until, among, x.Tree.Node(place).Level, on, minRequired); err != nil {
		return area.Nowhere, nil, Distribution{}, err
	}
	var rates []float64
	for i := range peers {
		if rate, ok := peers[i].Cells.CoverageRate(); ok && peers[i].Reason == Ranked {
			rates = append(rates, rate)
		}
	}
	return among, peers, distribute(rates), nil
}

// PeersAmong is the node among whose places a place is compared.
func (x *Index) PeersAmong(place area.Place, within PeerGroup) area.Place {
	among := place
	for _, above := range x.Tree.Ancestors(place) {
		among = above
		if within == OfProvince && x.Tree.Node(above).Level == area.Province {
			break
		}
	}
	return among
}

func distribute(values []float64) Distribution {
	d := Distribution{Count: len(values)}
	if d.Count == 0 {
		return d
	}
	slices.Sort(values)
	at := func(part float64) float64 {
		position := part * float64(len(values)-1)
		below := int(position)
		if below == len(values)-1 {
			return values[below]
		}
		return values[below] + (position-float64(below))*(values[below+1]-values[below])
	}
	for _, value := range values {
		d.Mean += value / float64(len(values))
	}
	d.Least, d.LowerQuartile, d.Median, d.UpperQuartile, d.Most = at(0), at(.25), at(.5), at(.75), at(1)
	return d
}

// ComingCounts are how many cells become a gap, by the status that they take.
type ComingCounts struct{ Missing, Overdue, Stale int }

// CountComing counts what is coming by a key, which ok leaves out.
func CountComing[K comparable](coming iter.Seq[Coming], key func(*Coming) (K, bool)) map[K]*ComingCounts {
	counts := map[K]*ComingCounts{}
	for one := range coming {
		of, ok := key(&one)
		if !ok {
			continue
		}
		if counts[of] == nil {
			counts[of] = &ComingCounts{}
		}
		counts[of].add(&one)
	}
	return counts
}

func (c *ComingCounts) add(coming *Coming) {
	switch coming.Becomes {
	case timeline.Missing:
		c.Missing++
	case timeline.Overdue:
		c.Overdue++
	case timeline.Stale:
		c.Stale++
	case timeline.NotInForce, timeline.Covered, timeline.Pending, timeline.Exempt: // no gaps
	}
}
