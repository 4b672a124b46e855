package area_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/area"
)

func TestSearch(t *testing.T) {
	t.Parallel()
	county := &area.Node{Code: "53", Name: "瑞丽市", Level: area.County}
	var nodes []*area.Node
	for code, name := range map[string]string{"5301": "勐卯街道", "5302": "畹町镇", "5303": "瑞丽江镇", "5304": "新镇"} {
		nodes = append(nodes, &area.Node{Code: code, Name: name, Level: area.Township, ParentCode: "53"})
	}
	for _, node := range nodes {
		if node.Code == "5304" {
			node.FormerNames = []area.FormerName{{Name: "老畹町乡"}}
		}
	}
	of := tree(t, append(nodes, county)...)
	township := area.Township
	for _, c := range []struct {
		search area.Search
		want   string
	}{
		{area.Search{Text: "5303"}, "5303"},
		{area.Search{Text: "瑞丽"}, "53 5303"},
		{area.Search{Text: "畹町"}, "5302 5304"},               // the former name holds it
		{area.Search{Text: "镇"}, "5302 5303 5304"},           // in the name
		{area.Search{Text: "rl"}, ""},                        // initials were not asked for
		{area.Search{Text: "rl", Initials: true}, "53 5303"}, // the county before the town
		{area.Search{Text: "rl", Initials: true, Level: &township}, "5303"},
		{area.Search{Text: "瑞丽 畹町"}, "5302 5304"}, // below it, now and formerly
		{area.Search{Text: "丽 江"}, "5303"},
		{area.Search{Text: "瑞丽 云南"}, ""},
		{area.Search{Text: "市  瑞丽"}, "53 5303"},
		{area.Search{Text: "ruili", Initials: true}, "53 5303"},
		{area.Search{Text: "wanding"}, ""}, // pinyin was not asked for
		{area.Search{Text: "Ruili City", Initials: true}, "53 5303"},
		{area.Search{Text: "lijiang", Initials: true}, "5303"},
		{area.Search{}, "53 5301 5302 5303 5304"},
	} {
		found, total := of.Search(c.search, nil, false, 100)
		if got := placesFound(of, found); got != c.want || total != len(found) {
			t.Errorf("%+v finds %q of %d, not %q", c.search, got, total, c.want)
		}
		// Pages add up to the whole, whatever their size.
		for size := 1; size < 4; size++ {
			var paged, back []area.Found
			var after, before *area.Found
			for {
				page, all := of.Search(c.search, before, true, size)
				if all != total {
					t.Errorf("a page backwards counts %d, the whole %d", all, total)
				}
				if len(page) == 0 {
					break
				}
				before = &page[len(page)-1]
				back = append(back, page...)
			}
			slices.Reverse(back)
			if got := placesFound(of, back); got != c.want {
				t.Errorf("%+v in pages of %d backwards finds %q, not %q", c.search, size, got, c.want)
			}
			for {
				page, all := of.Search(c.search, after, false, size)
				if all != total {
					t.Errorf("a page counts %d, the whole %d", all, total)
				}
				if len(page) == 0 {
					break
				}
				paged = append(paged, page...)
				after = &page[len(page)-1]
			}
			if got := placesFound(of, paged); got != c.want {
				t.Errorf("%+v in pages of %d finds %q, not %q", c.search, size, got, c.want)
			}
		}
	}
}

func placesFound(of *area.Tree, found []area.Found) string {
	var codes []string
	for _, f := range found {
		codes = append(codes, fmt.Sprint(of.Node(f.Place).Code))
	}
	return strings.Join(codes, " ")
}
