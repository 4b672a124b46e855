package area

import (
	"strings"

	"github.com/mozillazg/go-pinyin"
)

// Initials tells names by the first letters of their characters in pinyin
// (拼音首字母): rl for 瑞丽. A character that is read in several ways has as many.
type Initials struct {
	letters string
	known   map[rune]string // a character's letters, looked up once
}

// NewInitials reads what was typed. It is nil for a text that holds anything but
// letters and digits: that is no initials.
func NewInitials(text string) *Initials {
	letters := strings.ToLower(text)
	if letters == "" || strings.ContainsFunc(letters, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }) {
		return nil
	}
	return &Initials{letters: letters, known: map[rune]string{}}
}

// Begin tells whether a name's initials begin with the letters.
func (i *Initials) Begin(name string) bool {
	if i == nil {
		return false
	}
	at := 0
	for _, character := range name {
		if !strings.Contains(i.of(character), i.letters[at:at+1]) {
			return false
		}
		if at++; at == len(i.letters) {
			return true
		}
	}
	return false
}

// of returns the letters that a character may begin with.
func (i *Initials) of(character rune) string {
	letters, known := i.known[character]
	if !known {
		letters = strings.ToLower(string(character))
		if readings := pinyin.SinglePinyin(character, pinyin.Args{Style: pinyin.FirstLetter, Heteronym: true}); len(readings) > 0 {
			letters = strings.Join(readings, "")
		}
		i.known[character] = letters
	}
	return letters
}
