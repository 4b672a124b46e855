package export

// locale is a language of a file.
type locale string

// The languages.
const (
	Chinese locale = "zh"
	English locale = "en"
)

// words are the same in both languages.
type words struct{ zh, en string }

func (w words) in(l locale) string {
	switch l {
	case Chinese:
		return w.zh
	case English:
		return w.en
	}
	panic("there are no words in " + string(l))
}

// What the words of the interface are called.
var (
	statusNames = map[string]words{
		"COVERED": {"已公开", "covered"}, "PENDING": {"未到期", "pending"}, "MISSING": {"空白", "missing"},
		"OVERDUE": {"超期", "overdue"}, "STALE": {"未及时更新", "stale"}, "EXEMPT": {"豁免", "exempt"},
		"NONE": {"不适用", "not in force"},
	}
	levelNames = map[string]words{
		"NATION": {"国家", "nation"}, "PROVINCE": {"省级", "province"}, "PREFECTURE": {"地级", "prefecture"},
		"COUNTY": {"县级", "county"}, "TOWNSHIP": {"乡级", "township"}, "VILLAGE": {"村级", "village"},
	}
	nodeNames = map[string]words{
		"Region": {"地区", "place"}, "City": {"地区", "place"}, "Township": {"地区", "place"}, "Village": {"地区", "place"},
		"Department": {"部门", "department"},
	}
	dutyNames = map[string]words{
		"DOCUMENT": {"主动公开", "document"}, "PERIOD": {"定期公开", "period"}, "INTERPRETATION": {"政策解读", "interpretation"},
		"RESPONSE": {"回应关切", "response"}, "REVIEW": {"属性审查", "review"}, "RELIEF": {"款物公开", "relief"},
	}
	attributeNames = map[string]words{
		"PROACTIVE": {"主动公开", "proactive"}, "ON_REQUEST": {"依申请公开", "on request"}, "NOT_DISCLOSED": {"不予公开", "not disclosed"},
	}
	classNames = map[string]words{
		"EMERGENCY": {"应急救助", "emergency"}, "TRANSITION": {"过渡期生活救助", "transition"},
		"HOUSING": {"倒损住房恢复重建救助", "housing"}, "DROUGHT": {"旱灾临时生活救助", "drought"},
		"WINTER_SPRING": {"冬春临时生活困难救助", "winter and spring"}, "BEREAVEMENT": {"遇难人员家属抚慰", "bereavement"},
		"TOTAL": {"合计", "total"},
	}
	movementNames = map[string]words{
		"ALLOCATION": {"下拨", "allocation"}, "DISTRIBUTION": {"发放到户", "distribution"}, "DONATION": {"捐赠", "donation"},
	}
	discrepancyNames = map[string]words{
		"OVERSPENT": {"超支", "overspent"}, "IDLE": {"滞留", "idle"}, "UNDISCLOSED": {"未公开", "undisclosed"}, "UNMATCHED": {"不符", "unmatched"},
	}
	limitNames = map[string]words{
		"WORKING_DAYS": {"工作日", "working days"}, "CALENDAR_DAYS": {"自然日", "calendar days"}, "HOURS": {"小时", "hours"},
		"PROMPT": {"及时", "promptly"}, "WITH_SOURCE": {"与所解读文件同步", "with its source"},
	}
	anchorNames = map[string]words{"FORMED": {"成文", "formed"}, "ISSUED": {"印发", "issued"}}
	periodNames = map[string]words{
		"NONE": {"不定期", "none"}, "MONTHLY": {"每月", "monthly"}, "QUARTERLY": {"每季度", "quarterly"},
		"SEMIANNUAL": {"每半年", "half-yearly"}, "ANNUAL": {"每年", "yearly"},
	}
	publisherNames = map[string]words{
		"GOVERNMENT": {"乡镇政府、村", "government of a township or village"}, "CITY_GOVERNMENT": {"市县政府", "government of a city or county"},
		"EMERGENCY_MANAGEMENT": {"应急管理", "emergency management"}, "FINANCE": {"财政", "finance"}, "CIVIL_AFFAIRS": {"民政", "civil affairs"},
	}
	modeNames      = map[string]words{"PROACTIVE": {"主动公开", "proactive"}, "ON_REQUEST": {"依申请公开", "on request"}}
	audienceNames  = map[string]words{"PUBLIC": {"全社会", "the public"}, "SPECIFIC": {"特定群体", "specific groups"}}
	changeNames    = map[string]words{"OPENED": {"新增缺口", "gap opened"}, "CLOSED": {"整改销号", "gap closed"}}
	reviewNames    = map[string]words{"KEEP": {"维持", "kept"}, "DISCLOSE": {"转为公开", "disclosed"}}
	argumentTitles = map[string]words{
		"filter": {"筛选", "Filter"}, "orderBy": {"排序", "Order"}, "scope": {"范围", "Scope"}, "level": {"层级", "Level"},
		"minRequired": {"最少应公开项数", "Least required"}, "from": {"自", "From"}, "to": {"至", "To"}, "month": {"月份", "Month"},
		"workingDays": {"工作日数", "Working days"},
	}
)

// How figures are defined, in short; docs/design.md has the whole.
var (
	statusRule = words{
		"栏目在某日的状态，依次取最先符合的一项：豁免；空白（宽限期已过，没有仍在公开的信息）；超期（有义务过了到期日仍未完成）；未及时更新（最近一次公开早于更新周期）；未到期（宽限期内）；已公开。空白、超期、未及时更新为缺口。",
		"The status of a cell at the end of a day is the first that holds: exempt; missing (the days of grace are over and nothing lasting is published); overdue (a duty is past its due day and not fulfilled); stale (the last publication is older than the refresh days); pending (in the days of grace); covered. Missing, overdue and stale are gaps.",
	}
	upcomingRule = words{
		"列出当日不是缺口、在其后若干个工作日内如不办理即成为缺口的栏目；到期日为成为缺口的前一日。",
		"Cells that are no gap on the day and become one within so many working days if nothing happens; the due day is the eve of that.",
	}
	rateRule = words{
		"应公开 = 已公开 + 未到期 + 空白 + 超期 + 未及时更新；豁免不计入应公开。公开率 = 已公开 ÷（应公开 − 未到期），除数为零时为空。含下级。",
		"Required = covered + pending + missing + overdue + stale; exempt cells are not required. Coverage rate = covered ÷ (required − pending), empty where that is 0. All below are counted.",
	}
	timelinessRule = words{
		"及时性按截至当日产生且有到期日的义务计：按时率 = 按时完成 ÷（按时完成 + 逾期完成 + 逾期未完成）。",
		"Timeliness counts the duties opened by the day that have a due day: on-time rate = on time ÷ (on time + late + overdue).",
	}
	daysRule = words{
		"日期为北京时间的日；持续天数首尾都计。工作日按国务院放假调休安排；未载入安排的年份按周一至周五暂算。",
		"Days are days in Beijing time; days open count both ends. Working days follow the State Council's arrangements; years not loaded are counted Monday to Friday, provisionally.",
	}
	moneyRule = words{
		"金额单位为元，精确到分。收到 = 上级下拨 + 捐赠；下拨含下级时各级相加；期内净额 = 期内收到 − 期内发放到户（含下级），不含期前结存；已公开指流水注明的信息当日已公开的部分。物资不跨单位相加。",
		"Money is in yuan, exact to the fen. Received = allocations from outside + donations; what is passed on is added up over the levels; net in the period = received − distributed within it (with all below), without what was held before; disclosed is the part that a disclosure public that day names. Goods are never added across units.",
	}
	movementRule = words{"流水为期间内该地区及下级的下拨、发放和捐赠，新的在前。", "Movements are those of the span at the node and all below it, newest first."}
	changeRule   = words{
		"列出两日状态不同的栏目，即使都是缺口；状态为空表示当日不适用。",
		"Cells whose status differs between the two days, gaps on both too; an empty status is that of a cell not in force.",
	}
	newsRule    = words{"该地区及下级的工作动态，新的在前。", "News of the node and all below it, newest first."}
	seenRule    = words{"仅含可向查询者公开的信息，新的在前。", "Only disclosures that the caller may see, newest first."}
	rankingRule = words{
		"按公开率从高到低，相同者并列（1、2、2、4）；应公开少于最少项数或没有公开率的不排名，列于最后。",
		"Best coverage rate first; equals share a rank (1, 2, 2, 4). Places with too few required cells or without a rate have no rank and stand last.",
	}
	catalogRule = words{
		"当日施行的目录，已与所依据的目录合并；“来源目录”为该行所在的目录。归类项下有细项，本身不是栏目。",
		"The catalog in force that day, merged over those that it is based on; each row names the catalog that it comes from. A row that only groups has no cell.",
	}
	matrixRule = words{"行为公开主体，列为栏目；空格表示当日不适用。", "Rows are publishers, columns entries; an empty cell is not in force that day."}
	monthRule  = words{
		"本期末为当月最后一日；当月未结束的，统计至制表当日。上期末为上月最后一日。蓝色数字可点开相应页面。",
		"The figures are those of the month's last day, or of today while the month lasts, against the last day of the month before. Each blue figure opens the view that shows it.",
	}
	digitsRule = words{"超过15位数字的金额以文本保存，以免电子表格丢失分位。", "Amounts of more than 15 digits are texts, for a spreadsheet would lose their fen."}
)
