package area

// latinNames are those that are not read character by character as they stand,
// or that English knows by another form.
var latinNames = map[string]string{
	"中华人民共和国": "China", "北京市": "Beijing", "天津市": "Tianjin", "上海市": "Shanghai", "重庆市": "Chongqing",
	"内蒙古自治区": "Inner Mongolia", "广西壮族自治区": "Guangxi", "西藏自治区": "Xizang", "宁夏回族自治区": "Ningxia",
	"新疆维吾尔自治区": "Xinjiang", "陕西": "Shaanxi", "重庆": "Chongqing", "厦门": "Xiamen", "六安": "Lu'an",
	"蚌埠": "Bengbu", "阿坝": "Aba", "朝阳": "Chaoyang", "长治": "Changzhi", "长春": "Changchun", "长沙": "Changsha",
	"长葛": "Changge", "长垣": "Changyuan", "乐山": "Leshan", "乐清": "Yueqing", "大埔": "Dabu", "番禺": "Panyu", "畹町": "Wanding",
	"荥阳": "Xingyang", "荥经": "Yingjing", "铅山": "Yanshan", "丽水": "Lishui", "东阿": "Dong'e", "涡阳": "Guoyang",
	"哈尔滨": "Harbin", "齐齐哈尔": "Qiqihar", "呼和浩特": "Hohhot", "包头": "Baotou", "鄂尔多斯": "Ordos",
	"呼伦贝尔": "Hulunbuir", "锡林郭勒": "Xilingol", "乌鲁木齐": "Urumqi", "克拉玛依": "Karamay", "喀什": "Kashgar",
	"拉萨": "Lhasa", "日喀则": "Shigatse", "昌都": "Qamdo", "林芝": "Nyingchi", "那曲": "Nagqu",
}

// latinKind is a kind of place or body, by the end of its name.
type latinKind struct {
	suffix, english string
	peoples         bool // the names of peoples may stand before it
}

// latinBodies are those of a place, which stand before those that they end with.
var latinBodies = []latinKind{
	{suffix: "应急管理局", english: "Emergency Management Bureau"}, {suffix: "应急管理厅", english: "Emergency Management Department"},
	{suffix: "应急管理部", english: "Ministry of Emergency Management"},
	{suffix: "人民政府办公室", english: "Government Office"}, {suffix: "人民政府办公厅", english: "Government General Office"},
	{suffix: "人民政府", english: "Government"}, {suffix: "民政局", english: "Civil Affairs Bureau"},
	{suffix: "民政厅", english: "Civil Affairs Department"}, {suffix: "财政局", english: "Finance Bureau"},
	{suffix: "财政厅", english: "Finance Department"}, {suffix: "水利局", english: "Water Bureau"},
	{suffix: "农业农村局", english: "Agriculture Bureau"}, {suffix: "住房和城乡建设局", english: "Housing Bureau"},
	{suffix: "卫生健康局", english: "Health Bureau"}, {suffix: "教育局", english: "Education Bureau"},
}

// latinKinds stand before those that they end with.
var latinKinds = []latinKind{
	{suffix: "自治州", english: "Autonomous Prefecture", peoples: true}, {suffix: "自治县", english: "Autonomous County", peoples: true},
	{suffix: "自治旗", english: "Autonomous Banner", peoples: true}, {suffix: "自治区", english: "Autonomous Region", peoples: true},
	{suffix: "民族乡", english: "Ethnic Township", peoples: true},
	{suffix: "社区居民委员会", english: "Community"}, {suffix: "社区居委会", english: "Community"}, {suffix: "社区", english: "Community"},
	{suffix: "居民委员会", english: "Neighbourhood"}, {suffix: "居委会", english: "Neighbourhood"},
	{suffix: "村民委员会", english: "Village"}, {suffix: "村委会", english: "Village"},
	{suffix: "街道办事处", english: "Subdistrict"}, {suffix: "街道", english: "Subdistrict"},
	{suffix: "经济技术开发区", english: "Economic Development Zone"}, {suffix: "经济开发区", english: "Economic Development Zone"},
	{suffix: "开发区", english: "Development Zone"}, {suffix: "工业园区", english: "Industrial Park"}, {suffix: "管理区", english: "Management Zone"},
	{suffix: "农场", english: "Farm"}, {suffix: "林场", english: "Forest Farm"}, {suffix: "牧场", english: "Pasture"},
	{suffix: "苏木", english: "Sum"}, {suffix: "地区", english: "Prefecture"}, {suffix: "林区", english: "Forestry District"},
	{suffix: "省", english: "Province"}, {suffix: "市", english: "City"}, {suffix: "县", english: "County"}, {suffix: "区", english: "District"},
	{suffix: "旗", english: "Banner"}, {suffix: "盟", english: "League"}, {suffix: "镇", english: "Town"}, {suffix: "村", english: "Village"},
	{suffix: "乡", english: "Township", peoples: true},
}

// latinPeoples stand before those that they end with.
var latinPeoples = []latinKind{
	{suffix: "柯尔克孜族", english: "Kyrgyz"}, {suffix: "柯尔克孜", english: "Kyrgyz"}, {suffix: "哈萨克族", english: "Kazakh"},
	{suffix: "哈萨克", english: "Kazakh"}, {suffix: "维吾尔族", english: "Uygur"}, {suffix: "维吾尔", english: "Uygur"},
	{suffix: "达斡尔族", english: "Daur"}, {suffix: "鄂温克族", english: "Ewenki"}, {suffix: "鄂伦春族", english: "Oroqen"},
	{suffix: "鄂伦春", english: "Oroqen"}, {suffix: "塔吉克族", english: "Tajik"}, {suffix: "塔吉克", english: "Tajik"},
	{suffix: "仫佬族", english: "Mulao"}, {suffix: "毛南族", english: "Maonan"}, {suffix: "仡佬族", english: "Gelao"},
	{suffix: "布依族", english: "Buyei"}, {suffix: "土家族", english: "Tujia"}, {suffix: "景颇族", english: "Jingpo"},
	{suffix: "傈僳族", english: "Lisu"}, {suffix: "拉祜族", english: "Lahu"}, {suffix: "布朗族", english: "Blang"},
	{suffix: "纳西族", english: "Naxi"}, {suffix: "普米族", english: "Pumi"}, {suffix: "阿昌族", english: "Achang"},
	{suffix: "德昂族", english: "De'ang"}, {suffix: "哈尼族", english: "Hani"}, {suffix: "独龙族", english: "Derung"},
	{suffix: "撒拉族", english: "Salar"}, {suffix: "东乡族", english: "Dongxiang"}, {suffix: "保安族", english: "Bonan"},
	{suffix: "裕固族", english: "Yugur"}, {suffix: "锡伯族", english: "Xibe"}, {suffix: "锡伯", english: "Xibe"},
	{suffix: "蒙古族", english: "Mongol"}, {suffix: "蒙古", english: "Mongol"}, {suffix: "朝鲜族", english: "Korean"},
	{suffix: "回族", english: "Hui"}, {suffix: "藏族", english: "Tibetan"}, {suffix: "彝族", english: "Yi"}, {suffix: "傣族", english: "Dai"},
	{suffix: "壮族", english: "Zhuang"}, {suffix: "苗族", english: "Miao"}, {suffix: "侗族", english: "Dong"}, {suffix: "瑶族", english: "Yao"},
	{suffix: "白族", english: "Bai"}, {suffix: "羌族", english: "Qiang"}, {suffix: "黎族", english: "Li"}, {suffix: "畲族", english: "She"},
	{suffix: "满族", english: "Manchu"}, {suffix: "土族", english: "Tu"}, {suffix: "水族", english: "Sui"}, {suffix: "佤族", english: "Wa"},
	{suffix: "怒族", english: "Nu"}, {suffix: "各族", english: "Multi-ethnic"},
}
