package relief_test

import (
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/relief"
)

func TestGoodsInEnglish(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{"大米": "rice", "千克": "kg", "本地特产": "本地特产"} {
		if got := relief.English(written); got != want {
			t.Errorf("%s is %s", written, got)
		}
	}
}
