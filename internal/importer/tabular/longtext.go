package tabular

import (
	"bytes"
	"errors"
	"strings"
)

// longestText looks for a text between two tags that no cell may have, which the
// library would hold in memory as a whole.
type longestText struct {
	length, most int
	tag          []byte // how the tag before the text begins, as far as it is kept
	cell         []byte // the tag of the cell in which the text stands
	merged       []mergedCells
}

var errLongText = errors.New("a text is too long")

// keptOfTag is enough for a cell's tag up to its name, <c r="XFD1048576"; keptOfMerged
// for that of merged cells with whatever a program adds.
const (
	keptOfTag    = 60
	keptOfMerged = 500
)

func (l *longestText) Write(part []byte) (int, error) {
	for rest := part; ; {
		end := bytes.IndexByte(rest, '<')
		text := rest
		if end >= 0 {
			text = rest[:end]
		}
		l.length += len(text)
		l.keep(text, keptOfTag)
		if l.length > l.most {
			return 0, errLongText
		}
		if end < 0 {
			return len(part), nil
		}
		if bytes.HasPrefix(l.tag, []byte(`c r="`)) {
			l.cell = append(l.cell[:0], l.tag...)
		} else if cells, is := mergedIn(l.tag); is && len(l.merged) < mostMerged {
			l.merged = append(l.merged, cells)
		}
		l.length, l.tag, rest = 0, l.tag[:0], rest[end+1:]
	}
}

// keep notes how a tag begins, more of it where it is of merged cells.
func (l *longestText) keep(text []byte, most int) {
	kept := min(len(text), max(0, most-len(l.tag)))
	l.tag = append(l.tag, text[:kept]...)
	if kept < len(text) && most == keptOfTag && isMerged(l.tag) {
		l.keep(text[kept:], keptOfMerged)
	}
}

// where names the cell of the text, empty where the text stands apart from the
// cells that share it: then the text's beginning.
func (l *longestText) where() string {
	if _, name, found := bytes.Cut(l.cell, []byte(`r="`)); found {
		name, _, _ = bytes.Cut(name, []byte{'"'})
		return string(name)
	}
	_, text, _ := bytes.Cut(l.tag, []byte{'>'})
	return strings.ToValidUTF8(string(text[:min(len(text), 22)]), "") + "…"
}
