package export

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
)

// TestMemory: 200,000 rows take no more memory than a few pages do.
func TestMemory(t *testing.T) {
	const rows, page = 200_000, 500
	edges := make([]string, page)
	for i := range edges {
		edges[i] = fmt.Sprintf(
			`{"node": {"ref": "瑞丽-2024-%06d", "funds": "310000.00", "occurredOn": "2024-02-29", "documentNumber": "瑞应急〔2024〕%d号"}}`,
			i,
			i,
		)
	}
	list := strings.Join(edges, ",")
	for _, c := range []struct {
		format string
		most   uint64 // MiB
	}{{"csv", 16}, {"xlsx", 64}} {
		f := moneyOf()
		var before, now runtime.MemStats
		var peak uint64
		asked := 0
		f.answers["ExportMovements"] = func(variables map[string]any) string {
			if asked++; asked%40 == 0 {
				runtime.GC()
				runtime.ReadMemStats(&now)
				peak = max(peak, now.HeapAlloc)
			}
			return fmt.Sprintf(
				`{"administrativeNode": {"relief": {"movements": {"pageInfo": {"hasNextPage": %t, "endCursor": "c"}, "edges": [%s]}}}}`,
				asked < rows/page,
				list,
			)
		}
		runtime.GC()
		runtime.ReadMemStats(&before)
		f.file(t, "relief."+c.format, span, io.Discard)
		if grown := int64(peak) - int64(before.HeapAlloc); grown > int64(c.most)<<20 {
			t.Errorf("%s: the heap grew by %d MiB for %d rows", c.format, grown>>20, rows)
		} else {
			t.Logf("%s: %d KiB", c.format, grown>>10)
		}
		if asked != rows/page {
			t.Errorf("%s: %d pages asked", c.format, asked)
		}
	}
}
