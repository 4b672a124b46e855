package catalog

import (
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/area"
)

// English is a text of an entry in English: a category, an item, what is to be
// disclosed, its basis or a channel. Only the standard catalog's wordings have
// English; whatever else a local catalog says stays as it was written.
func English(text string) string {
	if translated, known := english[text]; known {
		return translated
	}
	return text
}

// EnglishTitle is an entry's title in English.
func (e *Entry) EnglishTitle() string {
	if e.SubItem != "" {
		return English(e.Item) + ": " + English(e.SubItem)
	}
	return English(e.Item)
}

// EnglishTitle is the catalog's title in English, where it is that of a
// standard catalog, of a place or of all.
func (c *Catalog) EnglishTitle() string {
	title, reconstructed := strings.CutSuffix(c.Title, "（复原）")
	place, standard := strings.CutSuffix(title, "救灾领域基层政务公开标准目录")
	if !standard {
		return c.Title
	}
	title = "Standard Catalog for Disaster Relief"
	if place != "" {
		title = "Disaster Relief Catalog of " + area.Latin(place)
	}
	if reconstructed {
		title += " (reconstructed)"
	}
	return title
}

const (
	openness = "Regulations on Open Government Information"
	aid      = "Regulations on Natural Disaster Relief"
	howToGet = ": who may get it, what to hand in, how and by when it is decided"
)

// english has the standard catalog's wordings by their Chinese.
var english = map[string]string{
	"政策文件": "Policy documents",
	"备灾管理": "Preparedness",
	"灾后救助": "Relief after disasters",
	"款物管理": "Relief money and goods",
	"工作动态": "Work updates",

	"法律法规":         "Laws and regulations",
	"部门和地方规章":      "Ministerial and local rules",
	"其他政策文件":       "Other policy documents",
	"标准":           "Standards",
	"重大决策草案":       "Drafts of major decisions",
	"重大政策解读及回应":    "Explanations of major policies and replies",
	"重要会议":         "Important meetings",
	"征集采纳社会公众意见情况": "Public comments and what became of them",
	"综合减灾示范社区":     "Model communities for disaster reduction",
	"灾害信息员队伍":      "Disaster information officers",
	"预警信息":         "Early warnings",
	"灾情核定信息":       "Verified losses",
	"救助审定信息":       "Relief granted",
	"应急管理部门审批":     "Approvals by emergency management",
	"居民住房恢复重建救助":   "Aid for rebuilding homes",
	"捐赠款物信息":       "Donations",
	"年度款物使用情况":     "Use of money and goods by year",
	"救灾工作动态":       "News of relief work",
	"通知公告":         "Notices and announcements",
	"应急救助":         "Emergency relief",
	"过渡期生活救助":      "Living aid for the transition",
	"倒损住房恢复重建救助":   "Rebuilding of damaged homes",
	"旱灾临时生活救助":     "Living aid in drought",
	"冬春临时生活困难救助":   "Living aid in winter and spring",
	"遇难人员家属抚慰":     "Support for bereaved families",

	"与救灾有关的法律、法规":                      "Laws and regulations on disaster relief",
	"与救灾有关的部门和地方规章、规范性文件":              "Ministerial and local rules on disaster relief, and other binding documents",
	"改革方案、发展规划、专项规划、工作计划等其他与救灾有关的政策文件": "Reform plans, development plans, special plans, work plans and other policy documents on disaster relief",
	"救灾领域的国家标准、行业标准、地方标准":              "National, industry and local standards for disaster relief",
	"决策前向社会公开的决策草案、决策依据":               "Drafts of decisions and their grounds, shown to the public before the decision",
	"重大政策的解读及回应；相关热点问题的解读及回应":          "Explanations of major policies, and replies to what the public asks about them",
	"以会议讨论作出重大决策且有必要公开讨论过程的会议":         "Meetings that took a major decision and whose discussion should be public",
	"重大决策草案公布后征集到的意见、采纳情况及理由":          "Comments on published drafts of major decisions, which were taken up, and why",
	"示范社区的位置、创建时间、创建级别等分布情况":           "Where the model communities are, when they were founded and at what level",
	"灾害信息员工作职责和办公电话":                   "Duties and office telephones of disaster information officers",
	"自然灾害预警信息及应对情况":                    "Warnings of natural disasters and what was done",
	"本行政区域内因灾损失情况：受灾时间、灾害种类、受灾范围、损失":   "Losses by disasters in the area: when, of what kind, how far and how much",
	"自然灾害救助（6类）的救助对象、申报材料、办理程序及时限":     "The six classes of disaster relief" + howToGet,
	"救助款物的审批、通知及划拨情况":                  "How relief money and goods were approved, announced and allocated",
	"补助对象的条件、确定程序、补助标准":                "Who is entitled, how that is decided, and how much is paid",
	"年度捐赠款物信息以及款物使用情况":                 "Donations of the year, and what they were used for",
	"年度救灾资金和救灾物资的下拨、分配和使用情况":           "How the year's relief money and goods were passed down, shared out and used",
	"救灾工作的进展、成效和下一步安排":                 "Progress and results of relief work, and what comes next",
	"救灾领域的通知、公告和公示":                    "Notices and announcements about disaster relief",
	"应急救助的对象、申报材料、办理程序及时限":             "Emergency relief" + howToGet,
	"过渡期生活救助的对象、申报材料、办理程序及时限":          "Living aid for the transition" + howToGet,
	"倒损住房恢复重建救助的对象、申报材料、办理程序及时限":       "Rebuilding of damaged homes" + howToGet,
	"旱灾临时生活救助的对象、申报材料、办理程序及时限":         "Living aid in drought" + howToGet,
	"冬春临时生活困难救助的对象、申报材料、办理程序及时限":       "Living aid in winter and spring" + howToGet,
	"遇难人员家属抚慰的对象、申报材料、办理程序及时限":         "Support for bereaved families" + howToGet,

	"《中华人民共和国政府信息公开条例》":             openness,
	"《中华人民共和国政府信息公开条例》第二十条、第二十六条":   openness + ", articles 20 and 26",
	"《中华人民共和国政府信息公开条例》第二十条第（十二）项":   openness + ", article 20 (12)",
	"《中华人民共和国政府信息公开条例》；中办发〔2016〕8号": openness + "; Central Committee General Office document 8 of 2016",
	"《中华人民共和国政府信息公开条例》；政务舆情回应工作通知":  openness + "; notice on replying to public concerns",
	"《中华人民共和国政府信息公开条例》；国家综合防灾减灾规划":  openness + "; national plan for disaster prevention and reduction",
	"《中华人民共和国政府信息公开条例》；《自然灾害救助条例》":  openness + "; " + aid,
	"《自然灾害救助条例》；《中华人民共和国政府信息公开条例》":  aid + "; " + openness,
	"《自然灾害救助条例》":                    aid,

	"政府网站":   "government website",
	"两微一端":   "official social media and app",
	"公开查阅点":  "public reading points",
	"政务服务中心": "government service centre",
	"村公示栏":   "village notice boards",
	"广播电视":   "radio and television",
	"纸质媒体":   "newspapers",
}
