package sample

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

var (
	concernColumns = strings.Split("ref,publisher_code,title,severity,detected_at,responded_at,response_ref,escalated_to", ",")
	reviewColumns  = strings.Split("disclosure_ref,reviewed_on,result,consulted", ",")
	areaColumns    = strings.Split("code,name,level,parent_code,valid_from,valid_to,succeeded_by", ",")
)

// merged is a made-up township that merged into 畹町镇 in the middle of 2025.
const (
	merged     = "533102299"
	mergedName = "旧址乡（示例）"
	mergedInto = "533102102"
)

// withMerged gives areas days, and the made-up township among them.
func withMerged(areas *table) *table {
	all := &table{columns: areaColumns}
	for _, row := range areas.rows {
		all.rows = append(all.rows, append(append([]string{}, row...), "", "", ""))
	}
	all.rows = append(all.rows, []string{merged, mergedName, "TOWNSHIP", city, "", "2025-06-30", mergedInto})
	return all
}

// supervise makes what supervision is about: concerns of the public, documents
// that are not proactive with the reviews of their attribute, orders to explain,
// and what the merged township left. It draws from a source of its own, so that
// the rest of the world stays as it is.
func (d *demo) supervise() {
	d.random = rand.New(rand.NewPCG(533102, 48))
	old := &member{merged, mergedName, 0.8, []string{"1.1", "2.1", "3.3"}}
	d.add(old, "1.1", calendar.Date(2024, 2, 6), calendar.Date(2024, 2, 19), nil)
	d.add(old, "2.1", calendar.Date(2024, 9, 10), calendar.Date(2024, 11, 22), nil)
	d.add(old, "3.3", calendar.Date(2025, 5, 12), calendar.None, nil)
	d.concerns()
	d.reviewed()
	ordered := d.add(
		d.bureau,
		"1.2",
		calendar.Date(2026, 10, 12),
		calendar.Date(2026, 10, 20),
		map[string]string{"requires_interpretation": "1"},
	)
	d.add(d.bureau, "1.6", calendar.Date(2026, 10, 22), calendar.Date(2026, 10, 23), map[string]string{"interprets_ref": ordered})
	d.add(d.townships[4], "1.2", calendar.Date(2026, 11, 2), calendar.Date(2026, 11, 12), map[string]string{"requires_interpretation": "1"})
}

func hoursOf(n int) time.Duration { return time.Duration(n) * time.Hour }

// concerns are answered in time, late, by a document, and not at all.
func (d *demo) concerns() {
	texts := []string{"群众反映冬春救助款发放进度", "网民询问倒损住房重建补助标准", "群众反映安置点饮用水供应", "媒体关注滑坡灾情通报", "群众询问捐赠物资去向", "网民反映救助对象公示不全"}
	publishers := append([]*member{d.bureau}, d.townships...)
	for n := range 14 {
		m := publishers[n%len(publishers)]
		on := calendar.Date(2024, 3, 4) + calendar.Day(n*67+d.random.IntN(20))
		severity, hours := "NORMAL", 6+d.random.IntN(40)
		if n%4 == 1 {
			severity, hours = "MAJOR", 4+d.random.IntN(18)
		}
		row := []string{
			fmt.Sprintf("demo-c-%02d", n+1), m.code, madeTitle + texts[n%len(texts)], severity,
			on.Time().Add(hoursOf(9 + n%9)).Format("2006-01-02T15:04:05-07:00"), "", "", "",
		}
		answered := on.Time().Add(hoursOf(9 + n%9 + hours))
		switch n {
		case 5: // answered late
			answered = answered.Add(hoursOf(72))
		case 8: // by a document
			row[6] = d.add(m, "1.6", on+1, on+1, nil)
		case 9, 13: // not at all, and reported
			row[7] = "瑞丽市应急管理局；瑞丽市人民政府办公室（示例）"
		}
		if n != 9 && n != 13 {
			row[5] = answered.Format("2006-01-02T15:04:05-07:00")
		}
		d.concernRows.rows = append(d.concernRows.rows, row)
	}
}

// reviewed are documents whose attribute is looked at each year, or was not, and
// one that is disclosed after all.
func (d *demo) reviewed() {
	review := func(ref string, on calendar.Day, result string) {
		d.reviewRows.rows = append(d.reviewRows.rows, []string{ref, on.String(), result, "（示例）起草科室"})
	}
	for n, m := range []*member{d.bureau, d.townships[0], d.townships[2], d.bureau} {
		attribute := []string{"ON_REQUEST", "NOT_DISCLOSED"}[n%2]
		formed := calendar.Date(2023, 4+n, 11)
		published := calendar.None
		if n == 2 {
			published = calendar.Date(2025, 7, 9)
		}
		ref := d.add(m, "1.2", formed, published, map[string]string{"attribute": attribute})
		review(ref, calendar.Date(2024, 11, 5)+calendar.Day(n), "keep")
		switch n {
		case 0, 1:
			review(ref, calendar.Date(2025, 12, 2)+calendar.Day(n), "keep")
		case 2: // disclosed after all
			review(ref, calendar.Date(2025, 6, 17), "disclose")
		} // the last was not reviewed in 2025
	}
}
