package fact

import (
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/problem"
	"github.com/reliefgraph/reliefgraph/internal/rule"
)

// Word is a value that a column knows, as files write it.
type Word struct {
	// Value is the word of the interface.
	Value string
	// Chinese is the word that templates offer; Others of its meaning are read too.
	Chinese string
	Others  []string
}

// Vocabulary are the values that a column knows.
type Vocabulary []Word

// Value is the word of the interface for a cell: for the Chinese one too; what is no
// word is given back as it is.
func (v Vocabulary) Value(cell string) string {
	for i := range v {
		if cell != "" && (v[i].Chinese == cell || slices.Contains(v[i].Others, cell)) {
			return v[i].Value
		}
	}
	return cell
}

// readAll are Value of each. One that can be no word, known or not, is refused with those
// that are known; what a list has with another sign between is left to its rule.
func (v Vocabulary) readAll(cells []string) ([]string, *problem.Problem) {
	for i := range cells {
		cells[i] = v.Value(cells[i])
	}
	if len(v) == 0 {
		return cells, nil
	}
	for _, word := range cells {
		parted, found := rule.Findings{}, rule.Findings{}
		if !parted.CodesParted("", []string{word}) {
			continue
		}
		if found.Code("", word); len(found) > 0 && found[0].Rule == rule.CodeCharacters {
			fault := found[0].Problem()
			fault.Message = word + " is none of the words " + strings.Join(rule.Nearest(word, v.Chinese()), ", ") + "; " + fault.Message
			fault.Remedy = rule.Likely(word, v.all()) + "; else write the word that the catalog has, in letters of ASCII"
			return nil, fault
		}
	}
	return cells, nil
}

// all are the words of both languages.
func (v Vocabulary) all() []string {
	words := v.Chinese()
	for i := range v {
		words = append(append(words, v[i].Value), v[i].Others...)
	}
	return words
}

// Chinese are the words that templates offer.
func (v Vocabulary) Chinese() []string {
	words := make([]string, len(v))
	for i := range v {
		words[i] = v[i].Chinese
	}
	return words
}

// String lists the words of both languages.
func (v Vocabulary) String() string {
	both := make([]string, len(v))
	for i := range v {
		both[i] = v[i].Value + " " + v[i].Chinese
	}
	return strings.Join(both, ", ")
}

// The words of the columns. Source: the customer's formats; where these have none,
// the national forms of the standard catalog.
var (
	attributes = Vocabulary{
		{Value: "PROACTIVE", Chinese: "主动公开"},
		{Value: "ON_REQUEST", Chinese: "依申请公开"},
		{Value: "NOT_DISCLOSED", Chinese: "不予公开"},
	}
	flags = Vocabulary{
		{Value: "1", Chinese: "是", Others: []string{"√", "✓"}},
		{Value: "0", Chinese: "否", Others: []string{"×"}},
	}
	movementKinds = Vocabulary{
		{Value: "ALLOCATION", Chinese: "下拨", Others: []string{"拨付"}},
		{Value: "DISTRIBUTION", Chinese: "发放到户", Others: []string{"发放"}},
		{Value: "DONATION", Chinese: "捐赠"},
	}
	reliefClasses = Vocabulary{
		{Value: "EMERGENCY", Chinese: "应急救助"},
		{Value: "TRANSITION", Chinese: "过渡期生活救助"},
		{Value: "HOUSING", Chinese: "倒损住房恢复重建救助", Others: []string{"倒损住房恢复重建"}},
		{Value: "DROUGHT", Chinese: "旱灾临时生活救助"},
		{Value: "WINTER_SPRING", Chinese: "冬春临时生活困难救助"},
		{Value: "BEREAVEMENT", Chinese: "遇难人员家属抚慰"},
	}
	levelWords = Vocabulary{
		{Value: "NATION", Chinese: "全国级", Others: []string{"国家级"}},
		{Value: "PROVINCE", Chinese: "省级"},
		{Value: "PREFECTURE", Chinese: "市级", Others: []string{"地级", "州级", "地市级"}},
		{Value: "COUNTY", Chinese: "县级", Others: []string{"区县级"}},
		{Value: "TOWNSHIP", Chinese: "乡级", Others: []string{"乡镇级", "镇级"}},
		{Value: "VILLAGE", Chinese: "村级"},
	}
	severities = Vocabulary{
		{Value: "NORMAL", Chinese: "一般"},
		{Value: "MAJOR", Chinese: "重大", Others: []string{"特别重大"}},
	}
	reviewResults = Vocabulary{
		{Value: "keep", Chinese: "维持", Others: []string{"维持不变", "保持不变"}},
		{Value: "disclose", Chinese: "转为公开", Others: []string{"转为主动公开", "予以公开"}},
	}
	actions = Vocabulary{
		{Value: "INCLUDE", Chinese: "纳入", Others: []string{"适用", "增加"}},
		{Value: "EXEMPT", Chinese: "豁免", Others: []string{"免除"}},
	}
	modes = Vocabulary{
		{Value: "PROACTIVE", Chinese: "主动公开", Others: []string{"主动"}},
		{Value: "ON_REQUEST", Chinese: "依申请公开", Others: []string{"依申请"}},
	}
	audiences = Vocabulary{
		{Value: "PUBLIC", Chinese: "全社会"},
		{Value: "SPECIFIC", Chinese: "特定群体", Others: []string{"特定群众"}},
	}
	limitKinds = Vocabulary{
		{Value: "WORKING_DAYS", Chinese: "工作日", Others: []string{"个工作日"}},
		{Value: "CALENDAR_DAYS", Chinese: "自然日", Others: []string{"日历日"}},
		{Value: "HOURS", Chinese: "小时"},
		{Value: "PROMPT", Chinese: "及时", Others: []string{"即时"}},
		{Value: "WITH_SOURCE", Chinese: "同步", Others: []string{"与所解读文件同步"}},
	}
	anchors = Vocabulary{
		{Value: "FORMED", Chinese: "成文", Others: []string{"成文日期", "形成"}},
		{Value: "ISSUED", Chinese: "印发", Others: []string{"印发日期"}},
	}
	periodicities = Vocabulary{
		{Value: "NONE", Chinese: "不定期", Others: []string{"无"}},
		{Value: "MONTHLY", Chinese: "每月", Others: []string{"月", "按月", "月度"}},
		{Value: "QUARTERLY", Chinese: "每季度", Others: []string{"季", "按季", "季度", "每季"}},
		{Value: "SEMIANNUAL", Chinese: "每半年", Others: []string{"半年", "半年度"}},
		{Value: "ANNUAL", Chinese: "每年", Others: []string{"年", "按年", "年度"}},
	}
	// publisherWords are those of the standard catalog; departments may have other
	// functions, which are read as they are written.
	publisherWords = Vocabulary{
		{Value: "GOVERNMENT", Chinese: "乡镇政府", Others: []string{"乡镇人民政府"}},
		{Value: "CITY_GOVERNMENT", Chinese: "市县政府", Others: []string{"市县人民政府"}},
		{Value: "EMERGENCY_MANAGEMENT", Chinese: "应急管理"},
		{Value: "FINANCE", Chinese: "财政"},
		{Value: "OPEN_GOVERNMENT", Chinese: "政务公开"},
		{Value: "PUBLICITY", Chinese: "宣传"},
		{Value: "CYBERSPACE", Chinese: "网信"},
		{Value: "CIVIL_AFFAIRS", Chinese: "民政"},
	}
	functionWords = publisherWords[2:]
)
