package area

import (
	"strings"

	"github.com/mozillazg/go-pinyin"
)

// Latin writes a name for those who read no characters: what is proper to it in
// pinyin without tones, its kind in English, as Ruili City for 瑞丽市. A name of
// another form is pinyin as a whole; what is no character stays as it is.
func Latin(name string) string {
	if known, ok := latinNames[name]; ok {
		return known
	}
	if name, example := strings.CutSuffix(name, "（示例）"); example {
		return Latin(name) + " (example)"
	}
	for _, body := range latinBodies {
		if place, is := strings.CutSuffix(name, body.suffix); is && place != "" {
			return Latin(place) + " " + body.english
		}
	}
	for _, kind := range latinKinds {
		if proper, is := strings.CutSuffix(name, kind.suffix); is && proper != "" {
			return latinProper(proper, kind.peoples) + " " + kind.english
		}
	}
	return syllables(name)
}

// latinProper writes what stands before the kind, with the peoples of an
// autonomous place, as Dehong Dai and Jingpo.
func latinProper(name string, named bool) string {
	var peoples []string
	for named {
		people, found := peopleAtEnd(name)
		if !found {
			break
		}
		name = strings.TrimSuffix(name, people.suffix)
		peoples = append([]string{people.english}, peoples...)
	}
	if len(peoples) == 0 {
		return syllables(name)
	}
	return syllables(name) + " " + enumerated(peoples)
}

func peopleAtEnd(name string) (latinKind, bool) {
	for _, people := range latinPeoples {
		if strings.HasSuffix(name, people.suffix) && len(name) > len(people.suffix) {
			return people, true
		}
	}
	return latinKind{}, false
}

func enumerated(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// syllables writes characters as one word; a syllable that begins with a vowel
// is set off by an apostrophe, as in Xi'an.
func syllables(name string) string {
	if known, ok := latinNames[name]; ok {
		return known
	}
	var word strings.Builder
	for _, character := range name {
		readings := pinyin.SinglePinyin(character, pinyin.Args{Style: pinyin.Normal})
		if len(readings) == 0 {
			word.WriteRune(character)
			continue
		}
		syllable := strings.ReplaceAll(readings[0], "v", "ü")
		switch {
		case word.Len() == 0:
			syllable = strings.ToUpper(syllable[:1]) + syllable[1:]
		case strings.ContainsAny(syllable[:1], "aeo"):
			word.WriteByte('\'')
		}
		word.WriteString(syllable)
	}
	return word.String()
}
