package explain

import "testing"

// TestTitlesWithin: title marks within a title are of the other kind.
func TestTitlesWithin(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"办法":          "《办法》",
		"关于印发《办法》的通知": "《关于印发〈办法〉的通知》",
		"转发《关于印发〈办法〉的通知》": "《转发〈关于印发《办法》的通知〉》",
		"《甲》和《乙":          "《〈甲〉和〈乙》",
		"》甲":              "《〉甲》",
	} {
		if got := zhTitle(title); got != want {
			t.Errorf("%s: %s, want %s", title, got, want)
		}
	}
}
