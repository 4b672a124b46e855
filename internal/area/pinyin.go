package area

import (
	"slices"
	"strings"

	"github.com/mozillazg/go-pinyin"
)

// Pinyin tells names by how they are read: by whole syllables, by their first
// letters (拼音首字母) or by both, as ruili, rl and rli for 瑞丽. A character that is
// read in several ways has as many.
type Pinyin struct {
	letters string
	known   map[rune][]string // a character's readings, looked up once
}

// NewPinyin reads what was typed; blanks between syllables count for nothing. It
// is nil for a text that holds anything but letters and digits: that is no pinyin.
func NewPinyin(text string) *Pinyin {
	letters := strings.ToLower(strings.Join(strings.Fields(text), ""))
	if letters == "" || strings.ContainsFunc(letters, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }) {
		return nil
	}
	return &Pinyin{letters: letters, known: map[rune][]string{}}
}

// Begins tells whether a name, as it is read, begins with the letters.
func (p *Pinyin) Begins(name string) bool {
	if p == nil {
		return false
	}
	// How many letters the characters so far may take; there are several ways
	// where the first letter alone is taken, or a character is read in several.
	taken := []int{0}
	for _, character := range name {
		var after []int
		for _, at := range taken {
			rest := p.letters[at:]
			for _, reading := range p.of(character) {
				if strings.HasPrefix(reading, rest) {
					return true
				}
				for _, length := range []int{1, len(reading)} {
					if strings.HasPrefix(rest, reading[:length]) && !slices.Contains(after, at+length) {
						after = append(after, at+length)
					}
				}
			}
		}
		if after == nil {
			return false
		}
		taken = after
	}
	return false
}

// Within tells whether a name, from any of its characters on, is read so.
func (p *Pinyin) Within(name string) bool {
	for at := range name {
		if p.Begins(name[at:]) {
			return true
		}
	}
	return false
}

// of returns the ways in which a character may be read.
func (p *Pinyin) of(character rune) []string {
	readings, known := p.known[character]
	if !known {
		readings = pinyin.SinglePinyin(character, pinyin.Args{Style: pinyin.Normal, Heteronym: true})
		if len(readings) == 0 {
			readings = []string{strings.ToLower(string(character))}
		}
		p.known[character] = readings
	}
	return readings
}
