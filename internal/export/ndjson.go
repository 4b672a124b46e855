package export

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
)

// writeNDJSON writes a table as one JSON object a line, for programs: keys and
// words are those of the interface, whatever the language.
func writeNDJSON(ctx context.Context, t *table, to io.Writer) error {
	columns, err := t.columns(ctx)
	if err != nil {
		return err
	}
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	encode := func(value any) error {
		err := encoder.Encode(value)
		line.Truncate(max(line.Len()-1, 0)) // the line break that ends a value
		return err
	}
	return t.rows(ctx, func(row record) error {
		line.Reset()
		separator := byte('{')
		for i := range columns {
			line.WriteByte(separator)
			separator = ','
			_, value := columns[i].value(row)
			if err := encode(columns[i].key); err != nil {
				return fmt.Errorf("writing: %w", err)
			}
			line.WriteByte(':')
			if err := encode(value); err != nil {
				return fmt.Errorf("writing %s: %w", columns[i].key, err)
			}
		}
		line.WriteString("}\n")
		_, err := to.Write(line.Bytes())
		return err
	})
}
