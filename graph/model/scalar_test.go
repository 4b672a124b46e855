package model

import (
	"encoding/base64"
	"slices"
	"testing"
)

// FuzzReveal: no text makes a cursor fail, and what is accepted is exactly
// what would be given for its parts.
func FuzzReveal(f *testing.F) {
	for _, kind := range []string{cursorNode, cursorGap, cursorListed} {
		f.Add(opaque(kind, "533102", "1.1"), kind, 2)
	}
	f.Add("!", cursorNode, 1)
	f.Add(base64.RawURLEncoding.EncodeToString([]byte("cn \x00")), cursorNode, 1)
	f.Fuzz(func(t *testing.T, text, kind string, parts int) {
		values, ok := reveal(text, kind, parts)
		if !ok {
			return
		}
		if len(values) != parts || opaque(append([]string{kind}, values...)...) != text {
			t.Errorf("%q as %s of %d parts: %q", text, kind, parts, values)
		}
		for _, value := range values {
			if !storable(value) {
				t.Errorf("%q holds what cannot be stored: %q", text, value)
			}
		}
		if again, ok := reveal(opaque(append([]string{kind}, values...)...), kind, parts); !ok || !slices.Equal(again, values) {
			t.Errorf("%q and back: %q", values, again)
		}
	})
}
