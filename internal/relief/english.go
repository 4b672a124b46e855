package relief

// english has the usual goods and units of relief by their Chinese.
var english = map[string]string{
	"棉被": "quilts", "毛毯": "blankets", "毛巾被": "towel blankets", "棉衣": "padded coats", "棉大衣": "padded overcoats",
	"衣物": "clothes", "大米": "rice", "面粉": "flour", "食用油": "cooking oil", "方便面": "instant noodles",
	"饮用水": "drinking water", "矿泉水": "bottled water", "帐篷": "tents", "折叠床": "folding beds", "应急灯": "emergency lamps",
	"发电机": "generators", "彩条布": "tarpaulins", "手电筒": "torches",

	"床": "pieces", "条": "pieces", "件": "pieces", "个": "pieces", "张": "pieces", "顶": "pieces", "台": "pieces", "盏": "pieces",
	"套": "sets", "箱": "boxes", "瓶": "bottles", "桶": "cans", "袋": "bags", "包": "packs", "卷": "rolls",
	"千克": "kg", "公斤": "kg", "吨": "t", "升": "l", "米": "m",
}

// English is a good or unit in English; one that is not usual stays as it was
// written.
func English(text string) string {
	if translated, known := english[text]; known {
		return translated
	}
	return text
}
