package tabular

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// dateForm is what a format shows of a date; 0 is that of no date.
type dateForm uint8

const (
	showsYear dateForm = 1 << iota
	showsQuarter
	showsMonth
	showsDay
	showsTime
)

// shownByNumber are the formats of dates that workbooks only name by number, those
// of Chinese spreadsheets among them.
var shownByNumber = map[int]dateForm{
	14: showsYear | showsMonth | showsDay, 15: showsYear | showsMonth | showsDay, 16: showsMonth | showsDay, 17: showsYear | showsMonth,
	18: showsTime, 19: showsTime, 20: showsTime, 21: showsTime, 22: showsYear | showsMonth | showsDay | showsTime,
	27: showsYear | showsMonth, 28: showsMonth | showsDay, 29: showsMonth | showsDay, 30: showsYear | showsMonth | showsDay,
	31: showsYear | showsMonth | showsDay, 32: showsTime, 33: showsTime, 34: showsTime, 35: showsTime, 36: showsYear | showsMonth,
	45: showsTime, 46: showsTime, 47: showsTime, 50: showsYear | showsMonth, 51: showsMonth | showsDay, 52: showsYear | showsMonth,
	53: showsMonth | showsDay, 54: showsMonth | showsDay, 55: showsTime, 56: showsTime, 57: showsYear | showsMonth,
	58: showsMonth | showsDay,
}

// readFormats reads what the formats of a workbook's styles show.
func (b *workbook) readFormats(part string) error {
	own, within := map[int]dateForm{}, false
	return b.elements(part, func(e *xml.StartElement) {
		number, err := strconv.Atoi(attribute(e, "numFmtId"))
		switch e.Name.Local {
		case "numFmt":
			if err == nil {
				own[number] = formOf(attribute(e, "formatCode"))
			}
		case "cellXfs":
			within = true
		case "cellStyles", "dxfs":
			within = false
		case "xf":
			if !within {
				return
			}
			form, is := own[number]
			if !is {
				form = shownByNumber[number]
			}
			b.formats = append(b.formats, form)
		}
	})
}

// formOf finds out what a format shows by its letters, apart from those in quotes,
// in brackets or escaped: yyyy"年"m"月".
func formOf(code string) (form dateForm) {
	code = strings.ToLower(code)
	months := false
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '"':
			if end := strings.IndexByte(code[i+1:], '"'); end >= 0 {
				i += end + 1
			}
		case '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				break
			}
			if within := code[i+1 : i+end]; within != "" && strings.Trim(within, "hms") == "" {
				form |= showsTime
			}
			i += end
		case '\\', '_', '*':
			i++
		case ';':
			i = len(code) // what follows is for other numbers
		case 'g':
			if strings.HasPrefix(code[i:], "general") {
				return 0
			}
		case 'y', 'e':
			if code[i] == 'e' && (strings.HasPrefix(code[i:], "e+") || strings.HasPrefix(code[i:], "e-")) {
				return 0
			}
			form |= showsYear
		case 'q':
			form |= showsQuarter
		case 'd', 'a':
			if !strings.HasPrefix(code[i:], "am/pm") && !strings.HasPrefix(code[i:], "a/p") {
				form |= showsDay
				break
			}
			i += strings.IndexByte(code[i:], 'p')
			if i+1 < len(code) && code[i+1] == 'm' {
				i++
			}
			form |= showsTime
		case 'h', 's':
			form |= showsTime
		case 'm':
			months = true
		}
	}
	if months && (form&(showsYear|showsDay) != 0 || form&showsTime == 0) {
		form |= showsMonth // else they are minutes
	}
	return form
}
