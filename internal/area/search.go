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
	// Initials finds names also as they are read: by their pinyin, by initials or
	// whole, and by their names in English. Words are looked for as in Text.
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
	inReading = beginsInitials + Levels
	matches   = inReading + Levels
)

// Found is a node that a search finds.
type Found struct {
	Match Match
	Place Place
}

// Search returns so many of the nodes found, best match first, then by code, and the
// number of all (design.md, "What the interface means": exact code, name that begins
// so, name that contains it, then code): the first after a position, or the last
// before it, of which the last comes first; nil is an end of the list.
func (t *Tree) Search(search Search, from *Found, backwards bool, rows int) (found []Found, total int) {
	var pinyin *Pinyin
	var read []readWord
	words := strings.Fields(search.Text)
	if search.Initials {
		pinyin, read = NewPinyin(search.Text), readWords(words)
	}
	var byMatch [matches][]Found
	for place, node := range t.nodes {
		match, ok := search.match(node, pinyin)
		if !ok && len(words) > 1 && (search.Level == nil || node.Level == *search.Level) {
			match, ok = InName, allIn(t, Place(place), words, func(at Place, word string) bool { return t.nodes[at].named(word) })
		}
		if !ok && read != nil && (search.Level == nil || node.Level == *search.Level) {
			match, ok = inReading+Match(node.Level), t.read(Place(place), read)
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
		found = found[max(0, len(found)-rows):]
		slices.Reverse(found)
		return found, total
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

// allIn tells whether each word is in a node or in one above it, and one at least in
// itself.
func allIn[W any](t *Tree, place Place, words []W, in func(Place, W) bool) bool {
	if !slices.ContainsFunc(words, func(word W) bool { return in(place, word) }) {
		return false
	}
	for _, word := range words {
		at := place
		for at != Nowhere && !in(at, word) {
			at = t.parent[at]
		}
		if at == Nowhere {
			return false
		}
	}
	return true
}

// readWord is a word that may be written as it is read.
type readWord struct {
	text   string
	pinyin *Pinyin
	latin  string
}

// leastRead is how many letters a word has at least: fewer begin something in most names.
const leastRead = 2

// readWords are words of which one at least is in Latin letters; nil where none is, or
// one is too short.
func readWords(words []string) (read []readWord) {
	letters := 0
	for _, word := range words {
		pinyin := NewPinyin(word)
		if pinyin != nil {
			if letters += len(word); len(word) < leastRead {
				return nil
			}
		}
		read = append(read, readWord{word, pinyin, " " + strings.ToLower(word)})
	}
	if letters <= leastRead {
		return nil
	}
	return read
}

// read tells whether each word is in a name, as it is written or read, or begins a word
// of its English form, of a node or of one above it, and one at least in its own.
func (t *Tree) read(place Place, words []readWord) bool {
	t.readOnce.Do(func() {
		t.latin = make([]string, len(t.nodes))
		for i, node := range t.nodes {
			t.latin[i] = " " + strings.ToLower(Latin(node.Name))
		}
	})
	return allIn(t, place, words, func(at Place, word readWord) bool {
		node := t.nodes[at]
		return word.pinyin == nil && node.named(word.text) ||
			word.pinyin != nil && (strings.Contains(t.latin[at], word.latin) || word.pinyin.Within(node.Name))
	})
}

// named tells whether a text is part of the name or of a former one.
func (n *Node) named(text string) bool {
	return strings.Contains(n.Name, text) ||
		slices.ContainsFunc(n.FormerNames, func(f FormerName) bool { return strings.Contains(f.Name, text) })
}
