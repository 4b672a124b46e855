package live

import (
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/store"
)

// FuzzPlace: no text makes it fail, and what is read is what would be written of it.
func FuzzPlace(f *testing.F) {
	for _, p := range []Place{
		{},
		{From: store.Seen{Next: 7, Open: []uint64{3, 5}}},
		{From: store.Seen{Next: 7}, To: &store.Seen{Next: 900, Open: []uint64{7, 8, 899}}, ID: 12, Cell: 3},
	} {
		f.Add(p.String())
	}
	for _, text := range []string{"", "-1", "7,9", "7;8", "7;8;9", "7;8;9;x", "7;8;99999999999999999999;1", "a"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, ok := ParsePlace(text)
		if !ok {
			return
		}
		again, ok := ParsePlace(p.String())
		if !ok || again.String() != p.String() || !again.From.Equal(p.From) || again.ID != p.ID || again.Cell != p.Cell {
			t.Errorf("%q is read as %+v, and back as %+v", text, p, again)
		}
	})
}

// TestPlaces: places are written so that they are read as they are.
func TestPlaces(t *testing.T) {
	t.Parallel()
	p := Place{From: store.Seen{Next: 70, Open: []uint64{3, 5}}, To: &store.Seen{Next: 900, Open: []uint64{899}}, ID: 12, Cell: 3}
	got, ok := ParsePlace(p.String())
	if !ok || !got.From.Equal(p.From) || got.To == nil || !got.To.Equal(*p.To) || got.ID != p.ID || got.Cell != p.Cell {
		t.Errorf("%s is read as %+v", p, got)
	}
	for _, text := range []string{"", "-1", "7,9", "7;8", "7;8;9", "7;8;9;x", "7;8;99999999999999999999;1", "a", "7,"} {
		if got, ok := ParsePlace(text); ok {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
}
