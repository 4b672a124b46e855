package marked

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// others writes the sheet of what lies in no table of the copy, as what is told of a
// calendar or of a file that is not read; where there is nothing the copy has no such sheet.
func (c *copying) others() error {
	left := slices.DeleteFunc(slices.Clone(c.all), func(one *told) bool { return one.placed })
	if len(left) == 0 && len(c.names) > 1 {
		return c.book.DeleteSheet(tabular.Others)
	}
	writer, err := c.book.NewStreamWriter(tabular.Others)
	if err != nil {
		return err
	}
	const narrow, wide = 24, 60
	if err := errors.Join(writer.SetColWidth(1, 2, narrow), writer.SetColWidth(3, 4, wide)); err != nil { //nolint:mnd // two each
		return err
	}
	if err := writer.SetRow("A1", []any{tabular.OthersBegin, "位置", "问题", "处理"}); err != nil {
		return err
	}
	for i, one := range left[:min(len(left), mostSheetRows-1)] {
		style := c.warned
		if one.refused {
			style = c.refused
		}
		var place []string
		if one.Line > 0 {
			place = append(place, fmt.Sprintf("第 %d 行", one.Line))
		}
		for _, part := range []string{one.Column, one.Value} {
			if part != "" {
				place = append(place, part)
			}
		}
		cells := make([]any, 0, 4) //nolint:mnd // as in the first row
		for _, text := range []string{one.File, strings.Join(place, " "), one.Reason, one.Remedy} {
			cells = append(cells, excelize.Cell{StyleID: c.text, Value: short(problem.VisibleLines(text))})
		}
		cells[2] = excelize.Cell{StyleID: style, Value: short(problem.VisibleLines(one.Reason))}
		if err := writer.SetRow(fmt.Sprintf("A%d", i+2), cells); err != nil { //nolint:mnd // below the first
			return err
		}
	}
	return writer.Flush()
}
