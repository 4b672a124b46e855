package export

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// writeCSV writes a table as RFC 4180 has it, with the mark by which Excel knows
// UTF-8. A file that is not for spreadsheets keeps the line breaks of its texts as
// they are, for which it has plain ones of its own.
func writeCSV(ctx context.Context, t *table, in locale, forSpreadsheets bool, to io.Writer) error {
	columns, err := t.columns(ctx)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(to, "\ufeff"); err != nil {
		return fmt.Errorf("writing: %w", err)
	}
	writer := csv.NewWriter(to)
	writer.UseCRLF = forSpreadsheets
	cells := make([]string, len(columns))
	for i, c := range columns {
		cells[i] = harmless(c.title.in(in))
	}
	if err := writer.Write(cells); err != nil {
		return fmt.Errorf("writing: %w", err)
	}
	err = t.rows(ctx, func(row record) error {
		for i := range columns {
			kind, value := columns[i].value(row)
			cells[i] = columns[i].said(kind, value, in)
			if kind.textual() {
				cells[i] = harmless(cells[i])
			}
		}
		return writer.Write(cells)
	})
	if err != nil {
		return err
	}
	writer.Flush()
	return writer.Error()
}

// harmless keeps a spreadsheet from taking a text for a formula: an apostrophe
// before it makes it a text. The wide forms count too where they are typed.
func harmless(cell string) string {
	if first, _ := utf8.DecodeRuneInString(cell); strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + cell
	}
	return cell
}
