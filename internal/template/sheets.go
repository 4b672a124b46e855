package template

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/reliefgraph/reliefgraph/internal/fact"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
)

// said is a line of the instructions; one of several cells is a row of their table.
type said struct {
	cells []string
	head  bool
}

// instructions writes the sheet that says how to fill in the template, as an office
// would write it.
func (b *workbook) instructions(t *Template, codes *Codes) error {
	const sheet = tabular.Instructions
	if _, err := b.NewSheet(sheet); err != nil {
		return err
	}
	widths := []float64{18, 46, 36, 10, 46}
	for i, width := range widths {
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if err := b.SetColWidth(sheet, name, name, width); err != nil {
			return err
		}
	}
	plain, err := b.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	bold, err := b.NewStyle(&excelize.Style{
		Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"},
	})
	if err != nil {
		return err
	}
	for i, line := range t.lines(codes) {
		style := plain
		if line.head {
			style = bold
		}
		first, last := fmt.Sprintf("A%d", i+1), fmt.Sprintf("E%d", i+1)
		if err := b.SetSheetRow(sheet, first, &line.cells); err != nil {
			return err
		}
		if err := b.SetCellStyle(sheet, first, last, style); err != nil {
			return err
		}
		if len(line.cells) == 1 {
			if err := b.MergeCell(sheet, first, last); err != nil {
				return err
			}
		}
		if err := b.SetRowHeight(sheet, i+1, heightOf(line.cells, widths)); err != nil {
			return err
		}
	}
	return nil
}

// heightOf is how high a row is whose texts are wrapped.
func heightOf(cells []string, widths []float64) float64 {
	const lineHeight = 16
	lines := 1
	for i, text := range cells {
		width := widths[i]
		if len(cells) == 1 {
			width = 0
			for _, each := range widths {
				width += each
			}
		}
		lines = max(lines, 1+int(widthOf(text)*1.1/width))
	}
	return float64(lines*lineHeight) + 4
}

// lines are those of the instructions.
func (t *Template) lines(codes *Codes) []said {
	name, handedIn := t.names[0], t.FileName()
	if t.kind == "entries" {
		handedIn = Named("catalogs").FileName()
	}
	var lines []said
	head := func(text string) { lines = append(lines, said{[]string{text}, true}) }
	number := 0
	point := func(text string, values ...any) {
		number++
		lines = append(lines, said{cells: []string{fmt.Sprintf("%d. ", number) + fmt.Sprintf(text, values...)}})
	}
	head(tabular.InstructionsBegin(name))
	head("一、用途")
	lines = append(lines, said{cells: []string{t.purpose + "。"}})
	head("二、填写方法")
	point("在“%s”工作表中填写，一行填一条。表头的文字不要改动，列的先后不限。", name)
	point("表头为橙色的列，新增记录时必填；其他各列没有内容的留空。鼠标移到表头上，可以看到这一列的说明。")
	point("有下拉列表的单元格，从列表中选择；一格可填多项的，各项之间用英文分号“;”隔开。")
	point("单元格的格式不要改动：代码、编号和文号是文本，日期按 2026-05-08 的形式填写，数字不带单位。")
	point("灰色的一行是填写示例，首格以“示例”开头，导入时略过，可以保留，也可以删除。请另起一行填写，不要在示例上改填。")
	point("更新已经报送的记录时，留空的单元格表示清除原有内容；整列删去，表示这一列的原有内容保持不变。")
	if codes == nil {
		point("“%s”工作表不导入，可以保留。", tabular.Instructions)
	} else {
		point("“%s”列有%s及其以下各单位和应公开事项的代码，供填写时选用；它和“%s”工作表不导入，可以保留。",
			tabular.Codes, codes.of, tabular.Instructions)
	}
	head("三、各列说明")
	lines = append(lines, said{[]string{"列名", "含义", "填法", "新增时", "可选值"}, true})
	for i := range t.columns {
		c := &t.columns[i]
		lines = append(lines, said{cells: []string{c.title, c.Says, c.filledIn(), c.need(), strings.Join(c.words, "、")}})
	}
	head("四、报送方法")
	number = 0
	point("填好后保存为 Excel 工作簿（.xlsx），文件名仍为“%s”。", t.FileName())
	point("先试导入，查看有无错误、将新增和更改多少条，此时不写入任何内容：reliefgraph import %s --dry-run", handedIn)
	point("没有错误后正式导入：reliefgraph import %s", handedIn)
	point("有一行不合格，整个文件都不写入；请按提示的行号和列名改正后重新导入。同一文件重复导入，不会重复登记。")
	point("没有安装本系统的单位，将填好的工作簿交本级负责救灾信息公开工作的部门导入。")
	return lines
}

// codes writes the sheet of the codes that the lists offer, with their names.
func (b *workbook) codes(codes *Codes) error {
	if codes == nil {
		return nil
	}
	if _, err := b.NewSheet(tabular.Codes); err != nil {
		return err
	}
	text := formats[fact.Text]
	plain, err := b.NewStyle(&excelize.Style{CustomNumFmt: &text})
	if err != nil {
		return err
	}
	bold, err := b.NewStyle(&excelize.Style{CustomNumFmt: &text, Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	stream, err := b.NewStreamWriter(tabular.Codes)
	if err != nil {
		return err
	}
	for i, width := range []float64{18, 32, 24, 4, 12, 40, 24} {
		if err := stream.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	write := func(row, style int, node, item code) error {
		cells := make([]any, 7)
		for i, value := range []string{node.code, node.name, node.under, "", item.code, item.name, item.under} {
			if value != "" {
				cells[i] = excelize.Cell{StyleID: style, Value: value}
			}
		}
		return stream.SetRow(fmt.Sprintf("A%d", row), cells)
	}
	if err := write(1, bold, code{tabular.CodesBegin, "单位名称", "上级单位"}, code{"事项", "事项名称", "所属一级事项"}); err != nil {
		return err
	}
	for i := range max(len(codes.nodes), len(codes.items)) {
		var node, item code
		if i < len(codes.nodes) {
			node = codes.nodes[i]
		}
		if i < len(codes.items) {
			item = codes.items[i]
		}
		if err := write(i+2, plain, node, item); err != nil {
			return err
		}
	}
	return stream.Flush()
}
