package rule

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// The rules that several kinds of fact share.
var (
	Missing         = Refuse("missing", problem.InvalidInput)
	RefCharacters   = Refuse("ref-characters", problem.InvalidInput)
	RefNotComposed  = Refuse("ref-not-composed", problem.InvalidInput)
	RefSpoilt       = Warn("ref-spoilt-by-a-spreadsheet", problem.InvalidInput)
	ShowsNothing    = Refuse("shows-nothing", problem.InvalidInput)
	TextTooLong     = Refuse("text-too-long", problem.InvalidInput)
	TextNotStorable = Refuse("text-not-storable", problem.InvalidInput)
	TextCharacters  = Refuse("text-characters", problem.InvalidInput)
	ListSeparator   = Refuse("list-separator", problem.InvalidInput)
	InstantRange    = Refuse("instant-out-of-range", problem.InvalidInput)
	DayFarToCome    = Warn("day-far-to-come", problem.InvalidInput)
	GivenTwice      = Refuse("given-twice", problem.InvalidInput)
	SpanOrder       = Refuse("ends-before-it-begins", problem.InvalidInput)
	NodeUnknown     = Refuse("node-unknown", problem.NotFound)
	NodeNotValid    = Warn("node-not-valid", problem.InvalidInput)
	DocumentUnknown = Warn("document-unknown", problem.NotFound)
	// Shared are all of them.
	Shared = []Rule{
		Missing, RefCharacters, RefNotComposed, RefSpoilt, ShowsNothing, TextTooLong, TextNotStorable, TextCharacters,
		ListSeparator, InstantRange, DayFarToCome, GivenTwice, SpanOrder, NodeUnknown, NodeNotValid, DocumentUnknown,
	}
)

// The bounds of texts: of titles, numbers and names, of longer texts and of
// short ones in characters, of refs in bytes.
const (
	MostTitle = 500
	MostText  = 5000
	MostShort = 200
	MostRef   = 200
)

// Ref checks a fact's own ref.
func (f *Findings) Ref(field, ref string) {
	if ref == "" {
		f.Add(Empty(field))
		return
	}
	f.Link(field, ref)
	if likely := spoiltRef(ref); likely != "" {
		f.Add(RefSpoilt.Found(field, "if "+likely+" is meant, format the column as text and write that",
			"it looks like what spreadsheets make of numbers"))
	}
}

// Link checks a ref by which a fact names another; it may be empty.
func (f *Findings) Link(field, ref string) {
	switch {
	case wideASCII(ref) != 0:
		wide := wideASCII(ref)
		f.Add(RefCharacters.Found(field, fmt.Sprintf("write %q", narrow(ref)),
			"it holds the full-width character U+%04X, which looks like %q", wide, wide-fullWidth))
	case strings.ContainsRune(ref, utf8.RuneError):
		f.Add(replaced(field))
	case len(ref) > MostRef || !isRef(ref):
		f.Add(RefCharacters.Found(field, "shorten it, or leave these characters out",
			"a ref has no blanks, control or format characters, and at most %d bytes", MostRef))
	case !norm.NFC.IsNormalString(ref):
		f.Add(RefNotComposed.Found(field, "write "+norm.NFC.String(ref)+" in composed characters (Unicode NFC)",
			"it is spelt in decomposed characters"))
	}
}

// isRef tells whether all characters of a ref show; a blank or a mark that does
// not would make two refs that look the same.
func isRef(ref string) bool {
	for _, r := range ref {
		if ' ' < r && r < 0x7f {
			continue // most refs are of these alone
		}
		if unseen(r) {
			return false
		}
	}
	return utf8.ValidString(ref)
}

// fullWidth is how far the full-width forms of ASCII stand from ASCII.
const fullWidth = 0xFEE0

// wideASCII is the first full-width form of an ASCII character in a text, 0 where
// there is none.
func wideASCII(text string) rune {
	for _, r := range text {
		if '！' <= r && r <= '～' {
			return r
		}
	}
	return 0
}

func narrow(text string) string {
	return strings.Map(func(r rune) rune {
		if '！' <= r && r <= '～' {
			return r - fullWidth
		}
		return r
	}, text)
}

// replaced says that a text holds what stands for a lost character.
func replaced(field string) Finding {
	return TextCharacters.Found(field, "write the character that was lost, as the document has it",
		"it holds the character U+FFFD, which stands for one that a program could not read")
}

// Title checks a text that must show something.
func (f *Findings) Title(field, title string) { f.Shown(field, title, MostTitle) }

// Shown checks a text of at most so many characters that must show something.
func (f *Findings) Shown(field, text string, most int) {
	if text == "" {
		f.Add(Empty(field))
	}
	f.Text(field, text, most)
}

func shows(text string) bool {
	for _, r := range text {
		if unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) && !unseen(r) {
			return true
		}
	}
	return false
}

// unseen tells whether a character by itself does not show. The braille pattern
// of no dots and the null notehead are symbols to Unicode, and blank.
func unseen(r rune) bool {
	const blankBraille, nullNotehead = '\u2800', '\U0001D159'
	return r == blankBraille || r == nullNotehead || unicode.IsControl(r) ||
		unicode.In(r, unicode.Cf, unicode.Z, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// Text checks a text of at most so many characters; it may be empty, but what
// is there shows something.
func (f *Findings) Text(field, text string, most int) {
	f.Length(field, text, most)
	f.Characters(field, text)
}

// Length checks that a text has at most so many characters.
func (f *Findings) Length(field, text string, most int) {
	if len(text) > most && utf8.RuneCountInString(text) > most {
		f.Add(TextTooLong.Found(field, "shorten it", "it has more than %d characters", most))
	}
}

// What parts lists in files, and what people take for it: in any list, and in those
// of codes and words.
const (
	listSeparators = ";；，"
	codeSeparators = listSeparators + ",、"
)

// List checks the items of a list, and the length of all together.
func (f *Findings) List(field string, items []string, most int) {
	f.items(field, items, most, listSeparators, f.Characters)
}

// Codes checks the items of a list that are words of the kind of codes.
func (f *Findings) Codes(field string, items []string) {
	f.items(field, items, MostText, codeSeparators, f.Code)
}

func (f *Findings) items(field string, items []string, most int, separators string, check func(field, item string)) {
	f.Length(field, strings.Join(items, ""), most)
	for _, item := range items {
		if strings.ContainsAny(item, separators) {
			f.Add(unparted(field, item, separators))
		} else {
			check(field, item)
		}
	}
}

// CodesParted finds whether the items of a list of codes are parted by other than
// semicolons, and keeps them from being sought.
func (f *Findings) CodesParted(field string, codes []string) (parted bool) {
	parted = true
	for _, code := range codes {
		if strings.ContainsAny(code, codeSeparators) {
			f.Add(unparted(field, code, codeSeparators))
			parted = false
		}
	}
	return parted
}

func unparted(field, item, separators string) Finding {
	at := strings.IndexAny(item, separators)
	sign, _ := utf8.DecodeRuneInString(item[at:])
	parts := TrimItems(strings.FieldsFunc(item, func(r rune) bool { return strings.ContainsRune(separators, r) }))
	return ListSeparator.Found(field, "give them as single items; in a file write "+strings.Join(parts, ";"),
		"%q holds %q, and the items of lists are parted by ; alone", item, sign)
}

// Characters checks that a text that is not empty shows something, and as what
// it is.
func (f *Findings) Characters(field, text string) {
	if text != "" && !shows(text) {
		f.Add(ShowsNothing.Found(field, "give a text that can be read", "it shows nothing"))
	}
	for _, r := range text {
		switch {
		case r == 0:
			f.Add(TextNotStorable.Found(field, "leave it out", "it holds the character U+0000"))
			return
		case r == utf8.RuneError:
			f.Add(replaced(field))
			return
		case r != '\t' && r != '\n' && r != '\r' && unicode.IsControl(r) || turns(r):
			f.Add(TextCharacters.Found(field, "leave it out", "it holds the character U+%04X, which changes how the rest shows", r))
			return
		}
	}
}

// turns tells whether a character turns the direction of what follows, so that
// a text is read as another than it is.
func turns(r rune) bool { return '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069' }

// Blank tells whether a character is cut off the edges of texts: a space of any
// kind, or a byte order mark.
func Blank(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' }

// Trim cuts blanks off the edges of texts, as they are off the cells of files.
func Trim(texts ...*string) {
	for _, text := range texts {
		*text = strings.TrimFunc(*text, Blank)
	}
}

// TrimItems cuts blanks off the edges of a list's items, and drops those that
// are then empty, as of the lists in files.
func TrimItems(items []string) []string {
	kept := make([]string, 0, len(items))
	for _, item := range items {
		if Trim(&item); item != "" {
			kept = append(kept, item)
		}
	}
	return kept
}

// Instant checks an instant that must be there.
func (f *Findings) Instant(field string, at time.Time) {
	switch {
	case at.IsZero():
		f.Add(Empty(field))
	case !calendar.DayOf(at).InRange():
		f.Add(InstantRange.Found(field, "give an instant from 1990 to 2100", "it is out of range"))
	}
}

// NotFarToCome warns of a day more than a year after today.
func (f *Findings) NotFarToCome(field string, day, today calendar.Day) {
	if day.Given() && day > today.AddMonths(12) {
		f.Add(DayFarToCome.Found(field, "correct the year, if it is mistyped", "%s is more than a year to come", day))
	}
}

// NeededDay checks a day that must be there.
func (f *Findings) NeededDay(field string, day calendar.Day) {
	if day == calendar.None {
		f.Add(Empty(field))
	}
}

// Span checks two days that bound a stretch; the second may be open.
func (f *Findings) Span(field string, from, to calendar.Day) {
	if to != calendar.None && to < from {
		f.Add(SpanOrder.Found(field, "exchange the two or correct one", "it lies before the first day, %s", from))
	}
}

// Empty says that a field is empty that must not be.
func Empty(field string) Finding { return Missing.Found(field, "give a value", "it is empty") }

// Twice says that what a field names was given before, at a place.
func Twice(field, first string) Finding {
	return GivenTwice.Found(field, "keep one of the two", "it stands already at %s", first)
}

// UnknownNode says that a field names no node.
func UnknownNode(field, code string) Finding {
	if found, is := Mistaken(field, code); is {
		return found
	}
	found := NodeUnknown.Found(field, "import the node first, or correct the code", "there is no node of the code %s", code)
	found.Named = code
	return found
}

// InvalidNode says that the node that a field names is not valid on a day.
func InvalidNode(field string, on calendar.Day) Finding {
	return NodeNotValid.Found(field, "check the code and the date", "the node is not valid on %s", on)
}

// UnknownDocument says that a field names no disclosure.
func UnknownDocument(field string) Finding {
	return DocumentUnknown.Found(field, "register the document, or correct the ref", "no disclosure has this ref")
}
