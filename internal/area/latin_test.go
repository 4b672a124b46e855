package area

import "testing"

func TestLatin(t *testing.T) {
	for name, want := range map[string]string{
		"中华人民共和国":    "China",
		"云南省":        "Yunnan Province",
		"陕西省":        "Shaanxi Province",
		"山西省":        "Shanxi Province",
		"德宏傣族景颇族自治州": "Dehong Dai and Jingpo Autonomous Prefecture",
		"双江拉祜族佤族布朗族傣族自治县": "Shuangjiang Lahu, Wa, Blang and Dai Autonomous County",
		"瑞丽市":        "Ruili City",
		"西安市":        "Xi'an City",
		"勐卯街道":       "Mengmao Subdistrict",
		"畹町镇":        "Wanding Town",
		"户撒阿昌族乡":     "Husa Achang Township",
		"瑞丽农场":       "Ruili Farm",
		"弄岛村民委员会":    "Nongdao Village",
		"建设路社区居民委员会": "Jianshelu Community",
		"旧址乡（示例）":    "Jiuzhi Township (example)",
		"瑞丽市应急管理局":   "Ruili City Emergency Management Bureau",
		"瑞丽市人民政府办公室": "Ruili City Government Office",
		"绿春县":        "Lüchun County",
		"西区街道":       "Xiqu Subdistrict",
		"东华门街道":      "Donghuamen Subdistrict",
		"第1管理区":      "Di1 Management Zone",
		"某":          "Mou",
		"":           "",
	} {
		if got := Latin(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}
