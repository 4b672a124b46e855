package problem

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Visible writes out the characters of a message that do not show as themselves:
// a message repeats what somebody gave, and a terminal obeys control characters,
// while those that turn the direction or have no width make it look another.
func Visible(text string) string {
	return rewritten(text, func(r rune, raw string) string {
		if r == utf8.RuneError {
			return fmt.Sprintf(`\x%02x`, raw[0])
		}
		return strings.Trim(strconv.QuoteRuneToASCII(r), "'")
	})
}

// VisibleLines is Visible of each line of a text.
func VisibleLines(text string) string {
	return byLine(text, Visible)
}

// byLine rewrites each line of a text and leaves its line ends.
func byLine(text string, rewrite func(line string) string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = rewrite(lines[i])
	}
	return strings.Join(lines, "\n")
}

// VisibleJSON is JSON of the same values that shows all characters in its texts.
// Its line ends are its own: those within texts are written out already.
func VisibleJSON(written []byte) []byte {
	escaped := func(r rune, _ string) (units string) {
		for _, unit := range utf16.Encode([]rune{r}) {
			units += fmt.Sprintf(`\u%04x`, unit)
		}
		return units
	}
	return []byte(byLine(string(written), func(line string) string { return rewritten(line, escaped) }))
}

// rewritten is a text in which each character that does not show is as `write` says.
func rewritten(text string, write func(r rune, raw string) string) string {
	if strings.IndexFunc(text, Unseen) < 0 && utf8.ValidString(text) {
		return text
	}
	var out strings.Builder
	for text != "" {
		r, size := utf8.DecodeRuneInString(text)
		if Unseen(r) || r == utf8.RuneError && size == 1 {
			out.WriteString(write(r, text[:size]))
		} else {
			out.WriteString(text[:size])
		}
		text = text[size:]
	}
	return out.String()
}

// Unseen tells whether a character does not show as itself. Selectors of variants
// show in the character before them, as in Chinese names.
func Unseen(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point)
}
