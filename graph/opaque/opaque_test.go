package opaque

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
)

// FuzzUnpack: no text makes it fail, and what is accepted is exactly what would be
// packed of its parts, and could be stored.
func FuzzUnpack(f *testing.F) {
	f.Add(Pack("cn", "533102", "1.1"))
	f.Add("!")
	f.Add(base64.RawURLEncoding.EncodeToString([]byte("cn \x00")))
	f.Fuzz(func(t *testing.T, text string) {
		parts, ok := Unpack(text)
		if !ok {
			return
		}
		if Pack(parts...) != text {
			t.Errorf("%q and back: %q", text, Pack(parts...))
		}
		if again, ok := Unpack(Pack(parts...)); !ok || !slices.Equal(again, parts) {
			t.Errorf("%q and back: %q", parts, again)
		}
		if strings.ContainsRune(strings.Join(parts, ""), 0) {
			t.Errorf("%q holds what cannot be stored", text)
		}
	})
}
