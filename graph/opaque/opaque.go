// Package opaque packs what an id or a cursor holds into one text, which clients
// give back unchanged and need not understand.
package opaque

import (
	"encoding/base64"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// separator stands between the parts; codes and refs have no blanks
// (docs/contract/import-formats.md).
const separator = " "

// Pack makes one text of the parts.
func Pack(parts ...string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(parts, separator)))
}

// Unpack gives the parts of a text; ok is false where it was not made by Pack.
func Unpack(text string) (parts []string, ok bool) {
	decoded, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || base64.RawURLEncoding.EncodeToString(decoded) != text {
		return nil, false
	}
	plain := string(decoded)
	// What the database cannot hold is none of ours.
	if !utf8.ValidString(plain) || strings.ContainsRune(plain, 0) {
		return nil, false
	}
	return strings.Split(plain, separator), true
}

// Day writes a day as a part.
func Day(day calendar.Day) string { return strconv.Itoa(int(day)) }

// ParseDay reads a day from a part.
func ParseDay(part string) (day calendar.Day, ok bool) {
	number, err := strconv.ParseUint(part, 10, 16) // days go to 2149
	return calendar.Day(number), err == nil
}
