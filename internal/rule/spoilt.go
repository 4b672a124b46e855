package rule

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// What spreadsheets make of codes of digits: a number in short, one with decimals, and
// the marks by which people keep them from that.
var (
	inShort      = regexp.MustCompile(`^\d(\.\d+)?[Ee]\+?\d{1,2}$`)
	withDecimals = regexp.MustCompile(`^\d{4,}\.0+$`)
	// numberWithZeros is a right code of entries.
	numberWithZeros = regexp.MustCompile(`^\d+\.0+$`)
	marked          = regexp.MustCompile(`^(='|=?"|['’‘])(.+?)"?$`)
)

// Spoilt is what a code was before a spreadsheet spoilt it, empty where it does not
// look so. Digits that are lost stay so.
func Spoilt(code string) (likely string) {
	switch {
	case code == "" || code[0] >= 'A' && code[0] <= 'z':
		return "" // most are neither
	case inShort.MatchString(code):
		return inFull(code)
	case withDecimals.MatchString(code):
		likely, _, _ = strings.Cut(code, ".")
		return likely
	}
	if found := marked.FindStringSubmatch(code); found != nil {
		return found[2]
	}
	return ""
}

// digitsLost is from which power of ten on spreadsheets write numbers in short by
// themselves, with as few digits as they have room for.
const digitsLost = 11

// inFull is a number in short with all its digits. Of one that may have lost some, the
// zeros at the end, which stand for them, are cut off: codes of places end so.
func inFull(short string) string {
	number, power, _ := strings.Cut(strings.ToUpper(short), "E")
	exponent, err := strconv.Atoi(power)
	if err != nil {
		return ""
	}
	first, decimals, _ := strings.Cut(number, ".")
	if exponent >= digitsLost {
		return strings.TrimRight(first+decimals, "0")
	}
	if len(decimals) > exponent {
		return first + decimals[:exponent] + "." + decimals[exponent:]
	}
	return first + decimals + strings.Repeat("0", exponent-len(decimals))
}

// spoiltRef is Spoilt of a ref, of which people use shorter numbers than of codes.
func spoiltRef(ref string) (likely string) {
	if numberWithZeros.MatchString(ref) {
		likely, _, _ = strings.Cut(ref, ".")
		return likely
	}
	return Spoilt(ref)
}

// Mistaken says of a code that names nothing that it can name nothing: a spreadsheet
// has spoilt it, or it holds a character that no code has.
func Mistaken(field, code string) (Finding, bool) {
	if found, is := spoiltCode(field, code); is {
		return found, true
	}
	return codeCharacters(field, code)
}

func codeCharacters(field, code string) (Finding, bool) {
	for _, r := range code {
		if r > ' ' && r < 0x7f {
			continue
		}
		remedy := "leave it out, or write it as the catalog or the list of areas has it"
		if plain := inASCII(code); plain != "" {
			remedy = "write " + plain + ", or what the catalog or the list of areas has"
			if r <= ' ' || unseen(r) {
				remedy = "leave it out, and " + remedy
			}
		}
		return CodeCharacters.Found(field, remedy,
			"it holds the character %U; a code has only letters, digits and signs of ASCII, without blanks", r), true
	}
	return Finding{}, false
}

// inASCII is a code in the characters of ASCII that look like its own, without those
// that do not show; empty where some have none.
func inASCII(code string) string {
	var plain strings.Builder
	for _, r := range norm.NFKC.String(code) {
		switch r {
		case '。', '·', '・':
			r = '.'
		case '‐', '‑', '‒', '–', '—', '−':
			r = '-'
		}
		switch {
		case r == ' ' || unseen(r):
		case r > 0x7f:
			return ""
		default:
			plain.WriteRune(r)
		}
	}
	return plain.String()
}

func spoiltCode(field, code string) (Finding, bool) {
	likely := Spoilt(code)
	if likely == "" {
		return Finding{}, false
	}
	return CodeSpoilt.Found(field, "format the column as text, and write "+likely+" if that is the code",
		"a spreadsheet has spoilt it"), true
}

// Unseen lists the characters of a text that do not show, by their numbers.
func Unseen(text string) string {
	var unseen []string
	for _, r := range text {
		if number := fmt.Sprintf("U+%04X", r); problem.Unseen(r) && !slices.Contains(unseen, number) {
			unseen = append(unseen, number)
		}
	}
	return strings.Join(unseen, ", ")
}
