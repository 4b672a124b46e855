package tabular

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// onlyUTF8 tells text in UTF-8 that GB18030 can read too, as it can almost any:
// then it holds characters outside the set GB 2312, in which people write.
func onlyUTF8(row []byte) bool {
	if !utf8.Valid(row) || !bytes.ContainsFunc(row, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return false
	}
	for i := 0; i < len(row); i++ {
		if row[i] < utf8.RuneSelf {
			continue
		}
		lead := row[i]
		i++
		if lead < 0xA1 || lead > 0xF7 || lead > 0xA9 && lead < 0xB0 || i == len(row) || row[i] < 0xA1 || row[i] == 0xFF {
			return true
		}
	}
	return false
}

// guess tells the encoding by this row and, where that may be either, by what is
// buffered after it: a short text in GB18030 may happen to be UTF-8 as well, a
// longer one does not.
func (c *csvRows) guess() encoding {
	if onlyUTF8(c.row) {
		return utf8Text
	}
	ahead, _ := c.reader.Peek(c.reader.Buffered())
	if end := bytes.LastIndexByte(ahead, '\n'); end >= 0 {
		ahead = ahead[:end]
	} else {
		ahead = nil
	}
	sample := append(append([]byte(nil), c.row...), ahead...)
	if utf8.Valid(sample) {
		if commonChinese(sample) && !plausibleUTF8(sample) {
			return gb18030
		}
		return utf8Text
	}
	if brokenUTF8(sample) {
		return utf8Text
	}
	decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(sample)
	if err == nil && !bytes.ContainsRune(decoded, utf8.RuneError) {
		return gb18030
	}
	// Neither throughout: go by the row alone, and meet the other where it comes.
	if utf8.Valid(c.row) {
		return utf8Text
	}
	return gb18030
}

// commonChinese tells whether all that is not ASCII is, in GB18030, one of the
// characters that people write most: those of the first level of GB 2312.
func commonChinese(text []byte) bool {
	for i := 0; i < len(text); i++ {
		if text[i] < utf8.RuneSelf {
			continue
		}
		lead := text[i]
		i++
		if lead < 0xB0 || lead > 0xD7 || i == len(text) || text[i] < 0xA1 || text[i] == 0xFF {
			return false
		}
	}
	return true
}

// plausibleUTF8 tells whether letters of other scripts make words in UTF-8: all of
// the script of one alphabet, or beside letters of ASCII.
func plausibleUTF8(text []byte) bool {
	for _, word := range bytes.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }) {
		letters := []rune(string(word))
		foreign := 0
		for _, r := range letters {
			if r >= utf8.RuneSelf {
				foreign++
			}
		}
		if foreign == 0 {
			continue
		}
		if foreign < len(letters) {
			return true
		}
		for _, script := range []*unicode.RangeTable{unicode.Cyrillic, unicode.Greek, unicode.Hebrew, unicode.Arabic, unicode.Armenian} {
			of := 0
			for _, r := range letters {
				if unicode.Is(script, r) {
					of++
				}
			}
			if of == len(letters) {
				return true
			}
		}
	}
	return false
}

// brokenUTF8 tells text in UTF-8 of which some is cut off from text that is no UTF-8:
// Chinese in UTF-8 keeps making characters of three bytes, which others hardly do.
func brokenUTF8(text []byte) bool {
	whole, broken := 0, 0
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r == utf8.RuneError && size < 2:
			broken++
		case size > 2:
			whole++
		}
		text = text[size:]
	}
	return whole > broken
}

// Text is a small text in UTF-8, from either of the encodings.
func Text(content []byte) ([]byte, *Problem) {
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if utf8.Valid(content) && (onlyUTF8(content) || !commonChinese(content) || plausibleUTF8(content)) {
		return content, nil
	}
	if !brokenUTF8(content) {
		decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(content)
		if err == nil && !bytes.ContainsRune(decoded, utf8.RuneError) {
			return decoded, nil
		}
	}
	at := brokenAt(content)
	return nil, &Problem{
		Code:   "broken-encoding",
		Line:   1 + bytes.Count(content[:at], []byte{'\n'}),
		Reason: fmt.Sprintf("the text is broken UTF-8, at byte %d", at+1), Remedy: "mend that text, and save the whole file in UTF-8",
	}
}

// brokenAt is where a text stops being UTF-8.
func brokenAt(text []byte) int {
	at := 0
	for at < len(text) {
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size < 2 {
			break
		}
		at += size
	}
	return at
}
