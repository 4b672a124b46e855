package area

import (
	"slices"
	"strings"
)

// Search is what nodes are looked for by.
type Search struct {
	// Text is the whole code of a node, or part of its name or a former one;
	// empty finds all. Of several words each is in a name of the node or of one
	// above it, and one at least in its own.
	Text string
	// Level finds nodes of one level alone, nil those of all.
	Level *Level
	// Initials finds names also by their pinyin, by initials or whole.
	Initials bool
}

// Match is how well a node answers a search; less is better.
type Match int

// The matches: of initials, the highest level is the best.
const (
	MatchesCode Match = iota
	BeginsName
	InName // or in a former one
	beginsInitials
)

const matches = int(beginsInitials) + Levels

// Found is a node that a search finds.
type Found struct {
	Match Match
	Place Place
}

// Search returns so many of the nodes found, best match first, then by code, and the
// number of all (design.md, "What the interface means": exact code, name that begins
// so, name that contains it, then code): the first after a position, or the last
// before it; nil is an end of the list.
func (t *Tree) Search(search Search, from *Found, backwards bool, rows int) (found []Found, total int) {
	var pinyin *Pinyin
	if search.Initials {
		pinyin = NewPinyin(search.Text)
	}
	words := strings.Fields(search.Text)
	var byMatch [matches][]Found
	for place, node := range t.nodes {
		match, ok := search.match(node, pinyin)
		if !ok && len(words) > 1 && (search.Level == nil || node.Level == *search.Level) {
			match, ok = InName, t.named(Place(place), words)
		}
		if !ok {
			continue
		}
		total++
		here := Found{match, Place(place)}
		switch {
		case backwards && (from == nil || here.before(*from)):
			if of := byMatch[match]; len(of) == 2*rows { // the last are enough
				byMatch[match] = append(of[:0], of[rows:]...)
			}
			byMatch[match] = append(byMatch[match], here)
		case !backwards && len(byMatch[match]) < rows && (from == nil || from.before(here)):
			byMatch[match] = append(byMatch[match], here)
		}
	}
	found = slices.Concat(byMatch[:]...)
	if backwards {
		return found[max(0, len(found)-rows):], total
	}
	return found[:min(rows, len(found))], total
}

func (f *Found) before(other Found) bool {
	return f.Match < other.Match || f.Match == other.Match && f.Place < other.Place
}

func (s *Search) match(node *Node, pinyin *Pinyin) (Match, bool) {
	if s.Level != nil && node.Level != *s.Level {
		return 0, false
	}
	switch {
	case node.Code == s.Text:
		return MatchesCode, true
	case strings.HasPrefix(node.Name, s.Text):
		return BeginsName, true
	case node.named(s.Text):
		return InName, true
	case pinyin.Begins(node.Name):
		return beginsInitials + Match(node.Level), true
	}
	return 0, false
}

// named tells whether each word is in a name of a node or of one above it, and one
// at least in its own.
func (t *Tree) named(place Place, words []string) bool {
	if !slices.ContainsFunc(words, t.nodes[place].named) {
		return false
	}
	for _, word := range words {
		at := place
		for at != Nowhere && !t.nodes[at].named(word) {
			at = t.parent[at]
		}
		if at == Nowhere {
			return false
		}
	}
	return true
}

// named tells whether a text is part of the name or of a former one.
func (n *Node) named(text string) bool {
	return strings.Contains(n.Name, text) ||
		slices.ContainsFunc(n.FormerNames, func(f FormerName) bool { return strings.Contains(f.Name, text) })
}
