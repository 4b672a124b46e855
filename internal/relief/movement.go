// Package relief holds the movements of relief money and goods (款物) and their
// figures. Money is counted in fen, exactly. Source: docs/design.md, "Relief
// money and goods".
package relief

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// Kind is what sort of movement it is.
type Kind uint8

// The kinds of movement.
const (
	Allocation   Kind = iota // 下拨: from a node to one below it
	Distribution             // 发放到户: from a node to households
	Donation                 // 捐赠: from outside to a node
)

var kindNames = [...]string{"ALLOCATION", "DISTRIBUTION", "DONATION"}

func (k Kind) String() string { return kindNames[k] }

// ParseKind reads a kind's name.
func ParseKind(text string) (Kind, bool) {
	for kind, name := range kindNames {
		if name == text {
			return Kind(kind), true
		}
	}
	return 0, false
}

// Class is one of the six classes of relief (六类救助).
type Class uint8

// The classes.
const (
	Emergency    Class = iota // 应急救助
	Transition                // 过渡期生活救助
	Housing                   // 倒损住房恢复重建救助
	Drought                   // 旱灾临时生活救助
	WinterSpring              // 冬春临时生活困难救助
	Bereavement               // 遇难人员家属抚慰
	// Classes is how many there are.
	Classes = 6
)

var classNames = [Classes]string{"EMERGENCY", "TRANSITION", "HOUSING", "DROUGHT", "WINTER_SPRING", "BEREAVEMENT"}

func (c Class) String() string { return classNames[c] }

// ParseClass reads a class's name.
func ParseClass(text string) (Class, bool) {
	for class, name := range classNames {
		if name == text {
			return Class(class), true
		}
	}
	return 0, false
}

// Fen is an amount of money in fen (分), a hundredth of a yuan.
type Fen int64

// ParseYuan reads yuan with at most two decimals; empty is 0.
func ParseYuan(text string) (Fen, error) {
	value, err := parseDecimal(text, 2)
	return Fen(value), err
}

// String gives yuan with two decimals.
func (f Fen) String() string { return formatDecimal(int64(f), 2) }

// Quantity is an amount of goods in thousandths of its unit.
type Quantity int64

// ParseQuantity reads a quantity with at most three decimals; empty is 0.
func ParseQuantity(text string) (Quantity, error) {
	value, err := parseDecimal(text, 3)
	return Quantity(value), err
}

// String gives the quantity without trailing zeros.
func (q Quantity) String() string {
	return strings.TrimSuffix(strings.TrimRight(formatDecimal(int64(q), 3), "0"), ".")
}

// parseDecimal reads a decimal that is not negative as a whole number of its
// smallest part.
func parseDecimal(text string, decimals int) (int64, error) {
	rule.Trim(&text)
	digits := text
	if digits == "" {
		return 0, nil
	}
	switch unsigned := strings.TrimLeft(digits, minusSigns); {
	case slices.Contains(noAmount, unsigned):
		return 0, problem.Invalid("", "leave it empty", "%q stands for nothing, and is no number", text)
	case len(unsigned) < len(digits):
		return 0, problem.Invalid("", "correct the movement that was too high, by its ref",
			"%q is below 0", text)
	}
	if !strings.ContainsAny(digits, "0123456789") {
		return 0, problem.Invalid(
			"",
			"leave it empty where there is none, or write digits with a decimal point",
			"%q is not a number",
			text,
		)
	}
	whole, fraction, dotted := strings.Cut(digits, ".")
	if !onlyDigits(whole) || dotted && !onlyDigits(fraction) {
		return 0, problem.Invalid("", "write digits with a decimal point, without separators or units", "%q is not a number", text)
	}
	if len(strings.TrimRight(fraction, "0")) > decimals {
		return 0, problem.Invalid("", "round it as the document does", "%q has more than %d decimals", text, decimals)
	}
	fraction = (fraction + "000")[:decimals]
	value, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil || value > math.MaxInt64/1000 {
		return 0, problem.Invalid("", "check the number", "%q is too large", text)
	}
	return value, nil
}

// minusSigns are those that are typed and pasted, dashes among them.
const minusSigns = "-－−–—﹣"

// noAmount are what people put where there is nothing, besides dashes.
var noAmount = []string{"", "/", "／", "\\", "无", "無", "None", "none", "NONE", "nil", "null", "NULL"}

func onlyDigits(text string) bool {
	for _, r := range text {
		if r < '0' || r > '9' {
			return false
		}
	}
	return text != ""
}

func formatDecimal(value int64, decimals int) string {
	sign, unit := "", int64(math.Pow10(decimals))
	magnitude := uint64(value)
	if value < 0 {
		sign, magnitude = "-", uint64(-value)
	}
	return fmt.Sprintf("%s%d.%0*d", sign, magnitude/uint64(unit), decimals, magnitude%uint64(unit))
}

// MostPeople bounds counts of households and persons.
const MostPeople = 2_000_000_000

// Movement is one movement of relief money or goods.
type Movement struct {
	Ref           string
	Kind          Kind
	FromCode      string // empty for a donation
	ToCode        string // empty for a distribution among the giver's own
	Class         Class
	EventRef      string
	Funds         Fen // 0 for goods alone
	GoodsItem     string
	GoodsQuantity Quantity
	GoodsUnit     string
	// Households and Persons are counts; nobody's name is ever stored.
	Households, Persons int64
	OccurredOn          calendar.Day
	DocumentNumber      string
	DisclosureRef       string
}

// Event is a disaster that relief answers (灾害事件).
type Event struct {
	Ref                string
	Name               string
	Kind               string
	StartedOn, EndedOn calendar.Day
	AreaCodes          []string
}
