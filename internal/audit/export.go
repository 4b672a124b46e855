package audit

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/reliefgraph/reliefgraph/internal/store"
)

// exported is an entry as a line of the export. Before and after are texts: the
// leaf is made of their very bytes.
type exported struct {
	Sequence int64     `json:"sequence"`
	At       string    `json:"at"`
	Account  *string   `json:"account"`
	Way      store.Way `json:"way"`
	Fact     string    `json:"fact"`
	Key      string    `json:"key"`
	Before   *string   `json:"before"`
	After    *string   `json:"after"`
	Salt     []byte    `json:"salt"`
	Leaf     []byte    `json:"leaf"`
}

// Export writes the whole log, an entry a line, and tells how many there are.
func (l *Log) Export(ctx context.Context, to io.Writer) (entries int64, err error) {
	if err := l.Seal(ctx); err != nil {
		return 0, err
	}
	into := bufio.NewWriterSize(to, 1<<16)
	lines := json.NewEncoder(into)
	lines.SetEscapeHTML(false)
	err = l.store.ReadLog(ctx, func(state *store.LogState) error {
		return state.Entries(ctx, func(e *store.LogEntry) error {
			entries++
			return lines.Encode(exported{
				e.Sequence, e.At.UTC().Format(instantForm), e.Account, e.Way, e.Fact, e.Key, e.Before, e.After, e.Salt, e.Leaf,
			})
		})
	})
	if err != nil {
		return 0, err
	}
	if err := into.Flush(); err != nil {
		return 0, fmt.Errorf("writing the export: %w", err)
	}
	return entries, nil
}
