package sample

// demandedOrders are the orders of the demo, in the order of their numbers.
var demandedOrders = []demanded{
	{kind: "URGE", issuer: city, publisher: "533102203", entries: "5.1", on: "2026-11-20", workingDays: 10, text: "请尽快更新救灾工作动态"},
	{kind: "URGE", issuer: city, publisher: "533102001", entries: "3.4", on: "2026-11-18", workingDays: 6, text: "请公开住房恢复重建补助对象"},
	{kind: "URGE", issuer: city, publisher: "533102401", entries: "5.1", on: "2026-11-09", workingDays: 5, text: "救灾工作动态久未更新，请更新"},
	{
		kind: "RECTIFY", issuer: "5331", publisher: city + "/yjglj", entries: "3.2.3;3.3", on: "2026-11-12", workingDays: 15,
		text: "倒损住房救助和救灾资金公开不及时，请整改", steps: []taken{
			{kind: "RECEIVED", on: "2026-11-13"},
			{kind: "REMARKED", on: "2026-11-19", text: "已会同财政部门核对下达文件，拟于月底前公开"},
		},
	},
	{
		kind: "URGE", issuer: city, publisher: "533102104", entries: "2.1", on: "2026-11-11", workingDays: 10,
		text: "请公开综合减灾示范社区名单", steps: []taken{
			{kind: "RECEIVED", on: "2026-11-12"},
			{kind: "EXTENSION_ASKED", on: "2026-11-23", until: "2026-12-09", text: "名单尚在公示期，申请延期"},
		},
	},
	{
		kind: "RECTIFY", issuer: city, publisher: "533102401", entries: "1.1;1.2;3.2.1", on: "2026-09-21", workingDays: 10,
		text: "多个栏目长期空缺，请限期整改", steps: []taken{
			{kind: "RECEIVED", on: "2026-09-22"},
			{kind: "REMARKED", on: "2026-10-20", text: "经办人员调整，正在交接"},
		},
	},
	{
		kind: "RECTIFY", issuer: city, publisher: "533102102", entries: "4.2", on: "2026-10-29", workingDays: 12,
		text: "请公开救灾款物使用情况", steps: []taken{
			{kind: "RECEIVED", on: "2026-10-30"},
			{kind: "ANSWERED", on: "2026-11-13", text: "已汇总上年度使用情况"},
			{kind: "RETURNED", on: "2026-11-17", text: "未见公开，请公开后再反馈", workingDays: 10},
		},
	},
	{
		kind: "RECTIFY", issuer: city, publisher: "533102400", entries: "2.2;3.2.4", on: "2026-09-07", workingDays: 10,
		text: "请补齐灾害信息员队伍和旱灾救助两个栏目", steps: []taken{
			{kind: "RECEIVED", on: "2026-09-08"},
			{kind: "ANSWERED", on: "2026-09-17", text: "已安排专人办理"},
			{kind: "RETURNED", on: "2026-09-21", text: "只有安排，没有公开", workingDays: 5},
			{kind: "ANSWERED", on: "2026-09-29", text: "已起草，待审核"},
			{kind: "RETURNED", on: "2026-10-09", text: "仍未公开", workingDays: 10},
			{kind: "ANSWERED", on: "2026-10-22", text: "已张贴于公示栏"},
			{kind: "RETURNED", on: "2026-10-26", text: "应当同时在政府网站公开", workingDays: 8},
		},
	},
	{
		kind: "URGE", issuer: city, publisher: "533102202", entries: "1.6;2.1", on: "2026-11-04", workingDays: 8,
		text: "请公开政策解读和示范社区名单", steps: []taken{
			{kind: "ANSWERED", on: "2026-11-16", text: "解读稿已完成"},
			{kind: "RETURNED", on: "2026-11-18", text: "请附公开链接", workingDays: 5},
		},
	},
	{
		kind: "URGE", issuer: city, publisher: "533102103", entries: "2.1", on: "2026-11-10", workingDays: 10,
		text: "请公开综合减灾示范社区名单", steps: []taken{
			{kind: "RECEIVED", on: "2026-11-10"},
			{kind: "ANSWERED", on: "2026-11-23", text: "已公开", documents: "demo-1609"},
		},
	},
	{
		kind: "RECTIFY", issuer: city, publisher: "533102203", entries: "3.2.4", on: "2026-11-02", workingDays: 8,
		text: "旱灾救助对象未按期公开，请整改", steps: []taken{
			{kind: "RECEIVED", on: "2026-11-04"},
			{kind: "ANSWERED", on: "2026-11-17", text: "对象已审定，公示材料正在审核"},
		},
	},
	{
		kind: "URGE", issuer: city, publisher: "533102400", entries: "2.1", on: "2026-11-03", workingDays: 10,
		text: "请公开综合减灾示范社区名单", steps: []taken{
			{kind: "RECEIVED", on: "2026-11-03"},
			{kind: "ANSWERED", on: "2026-11-17", text: "已公开", documents: "demo-1619"},
			{kind: "ACCEPTED", on: "2026-11-18"},
		},
	},
	{
		kind: "RECTIFY", issuer: city, publisher: "533102103", entries: "3.2.5", on: "2026-10-20", workingDays: 10,
		text: "冬春救助对象公示超期，请整改", steps: []taken{
			{kind: "RECEIVED", on: "2026-10-21"},
			{kind: "ANSWERED", on: "2026-11-17", text: "已公示", documents: "demo-0712"},
			{kind: "ACCEPTED", on: "2026-11-19", text: "已公开，办理逾期，下不为例"},
		},
	},
	{
		kind: "URGE", issuer: city, publisher: city + "/yjglj", entries: "5.1", on: "2026-10-28", workingDays: 8,
		text: "请更新救灾工作动态", steps: []taken{{kind: "ACCEPTED", on: "2026-11-05"}},
	},
	{
		kind: "URGE", issuer: city, publisher: "533102001", entries: "2.1", on: "2026-11-16", workingDays: 10,
		text: "请公开综合减灾示范社区名单", steps: []taken{
			{kind: "WITHDRAWN", on: "2026-11-24", text: "已于11月23日公开，不再督办"},
		},
	},
	{
		kind: "RECTIFY", issuer: city, publisher: "533102104", entries: "3.2.4", on: "2026-09-28", workingDays: 10,
		text: "请公开旱灾临时生活救助对象", steps: []taken{
			{kind: "RECEIVED", on: "2026-09-29"},
			{kind: "EXTENSION_ASKED", on: "2026-10-12", until: "2026-10-30", text: "入户核查尚未结束"},
			{kind: "EXTENSION_GRANTED", on: "2026-10-13", until: "2026-10-23", text: "同意延期至10月23日"},
			{kind: "ANSWERED", on: "2026-10-20", text: "已公示", documents: "demo-0877"},
			{kind: "ACCEPTED", on: "2026-10-22"},
		},
	},
	{
		kind: "RECTIFY", issuer: city, publisher: "533102400", entries: "3.2.3", on: "2026-09-14", workingDays: 10,
		text: "倒损住房救助对象未公示，请整改", steps: []taken{
			{kind: "RECEIVED", on: "2026-09-15"},
			{kind: "EXTENSION_ASKED", on: "2026-09-24", until: "2026-10-30", text: "评定结果未出"},
			{kind: "EXTENSION_REFUSED", on: "2026-09-25", text: "评定已于8月完成"},
			{kind: "ANSWERED", on: "2026-10-13", text: "已公示", documents: "demo-1326"},
			{kind: "ACCEPTED", on: "2026-10-15"},
		},
	},
	{
		kind: "RECTIFY", issuer: "5331", publisher: "533102202", entries: "3.4", on: "2026-02-24", workingDays: 15,
		text: "请公开住房恢复重建补助标准和对象", steps: []taken{
			{kind: "RECEIVED", on: "2026-02-25"},
			{kind: "ANSWERED", on: "2026-03-16", text: "已公开", documents: "demo-1054"},
			{kind: "ACCEPTED", on: "2026-03-18"},
		},
	},
	{
		kind: "CRITICISE", issuer: "5331", publisher: "533102401", entries: "3.2.2;3.2.4;3.2.6", on: "2026-10-12", workingDays: 15,
		text: "灾害救助多个栏目长期空白，予以通报批评，限期整改", steps: []taken{
			{kind: "RECEIVED", on: "2026-10-13"},
			{kind: "REMARKED", on: "2026-10-28", text: "已约谈单位负责人"},
		},
	},
	{
		kind: "CRITICISE", issuer: "53", publisher: "533102400", entries: "3.2.1;3.2.5", on: "2026-09-08", workingDays: 10,
		text: "应急救助、冬春救助自2020年以来未公开任何信息，予以通报批评", steps: []taken{
			{kind: "RECEIVED", on: "2026-09-09"},
			{kind: "ANSWERED", on: "2026-09-22", text: "正在补录历年信息"},
			{kind: "RETURNED", on: "2026-09-24", text: "请公开后再反馈", workingDays: 8},
		},
	},
	{
		kind: "CRITICISE", issuer: "5331", publisher: city + "/yjglj", entries: "1.6", on: "2026-10-19", workingDays: 15,
		text: "规范性文件未随文解读，予以通报批评", steps: []taken{
			{kind: "RECEIVED", on: "2026-10-20"},
			{kind: "ANSWERED", on: "2026-11-06", text: "已逐件排查，拟补充解读"},
		},
	},
	{
		kind: "CRITICISE", issuer: city, publisher: "533102401", entries: "4.2", on: "2026-05-18", workingDays: 20,
		text: "救灾款物使用情况连续两年未公开，予以通报批评", steps: []taken{
			{kind: "RECEIVED", on: "2026-05-19"},
			{kind: "ACCEPTED", on: "2026-07-02", text: "款物账目移交市级审计，待审计后一并公开，先予办结"},
		},
	},
	{
		kind: "CRITICISE", issuer: city, publisher: "533102104", entries: "1.3", on: "2026-11-16", workingDays: 10,
		text: "应急预案、工作要点等政策文件从未公开，予以通报批评", steps: []taken{{kind: "RECEIVED", on: "2026-11-17"}},
	},
	{
		kind: "URGE", issuer: city, publisher: city + "/mzj", on: "2026-10-26", workingDays: 5,
		text: "请报送救灾捐赠信息公开自查情况", steps: []taken{
			{kind: "RECEIVED", on: "2026-10-26"},
			{kind: "ANSWERED", on: "2026-10-30", text: "自查报告已报送"},
			{kind: "ACCEPTED", on: "2026-11-02"},
		},
	},
	{
		kind: "URGE", issuer: city, publisher: "533102104201", entries: "4.2", on: "2026-03-30", workingDays: 8,
		text: "请公开上年度款物使用情况", steps: []taken{
			{kind: "ANSWERED", on: "2026-04-07", text: "已公示", documents: "demo-1562"}, {kind: "ACCEPTED", on: "2026-04-08"},
		},
	},
	{
		kind: "URGE", issuer: city, publisher: "533102102", entries: "3.2.3", on: "2026-04-07", workingDays: 10,
		text: "请公示倒损住房救助对象", steps: []taken{
			{kind: "RECEIVED", on: "2026-04-08"},
			{kind: "ANSWERED", on: "2026-04-20", text: "已公示", documents: "demo-0512"},
			{kind: "ACCEPTED", on: "2026-04-21"},
		},
	},
	{
		kind: "URGE", issuer: city, publisher: "533102001", entries: "3.2.1", on: "2026-04-13", workingDays: 10,
		text: "请公示应急救助对象", steps: []taken{
			{kind: "ANSWERED", on: "2026-05-06", text: "已公示", documents: "demo-0308"}, {kind: "ACCEPTED", on: "2026-05-08"},
		},
	},
	{
		kind: "URGE", issuer: city, publisher: "533102103", entries: "1.3", on: "2026-06-15", workingDays: 12,
		text: "请更新政策文件", steps: []taken{
			{kind: "RECEIVED", on: "2026-06-16"},
			{kind: "ANSWERED", on: "2026-06-30", text: "已公开", documents: "demo-0653"},
			{kind: "ACCEPTED", on: "2026-07-01"},
		},
	},
	{
		kind: "RECTIFY", issuer: city, publisher: "533102203", entries: "3.2.3", on: "2026-07-06", workingDays: 15,
		text: "倒损住房救助对象公示超期，请整改", steps: []taken{
			{kind: "RECEIVED", on: "2026-07-07"},
			{kind: "ANSWERED", on: "2026-07-30", text: "已公示", documents: "demo-1191"},
			{kind: "ACCEPTED", on: "2026-08-03"},
		},
	},
	{
		kind: "RECTIFY", issuer: city, publisher: "533102400", entries: "1.6", on: "2026-08-10", workingDays: 15,
		text: "请公开政策解读", steps: []taken{
			{kind: "RECEIVED", on: "2026-08-11"},
			{kind: "ANSWERED", on: "2026-08-28", text: "已公开", documents: "demo-1294"},
			{kind: "ACCEPTED", on: "2026-08-31"},
		},
	},
	{
		kind: "URGE", issuer: city, publisher: "533102401", entries: "2.2", on: "2026-03-23", workingDays: 10,
		text: "请公开灾害信息员名录", steps: []taken{
			{kind: "RECEIVED", on: "2026-03-24"},
			{kind: "ANSWERED", on: "2026-04-02", text: "已公开", documents: "demo-1433"},
			{kind: "ACCEPTED", on: "2026-04-03"},
		},
	},
	{
		kind: "RECTIFY", issuer: city, publisher: "533102104", entries: "3.2.5", on: "2026-01-12", workingDays: 15,
		text: "冬春救助对象未公示，请整改", steps: []taken{
			{kind: "RECEIVED", on: "2026-01-13"},
			{kind: "ANSWERED", on: "2026-02-09", text: "已公示", documents: "demo-0882"},
			{kind: "ACCEPTED", on: "2026-02-10"},
		},
	},
	{
		kind: "URGE", issuer: city, publisher: "533102104", entries: "3.2.3", on: "2025-09-15", workingDays: 15,
		text: "请公示倒损住房救助对象", steps: []taken{
			{kind: "ANSWERED", on: "2025-10-09", text: "已公示", documents: "demo-0868"}, {kind: "ACCEPTED", on: "2025-10-10"},
		},
	},
	{
		kind: "URGE", issuer: city, publisher: "533102202", entries: "5.1", on: "2026-11-05", workingDays: 8,
		text: "请更新救灾工作动态", steps: []taken{{kind: "ACCEPTED", on: "2026-11-16"}},
	},
	{
		kind: "RECTIFY", issuer: city, publisher: "533102103", entries: "3.4", on: "2026-11-05", workingDays: 10,
		text: "请公开住房恢复重建补助对象", steps: []taken{
			{kind: "RECEIVED", on: "2026-11-06"},
			{kind: "EXTENSION_ASKED", on: "2026-11-18", until: "2026-12-04", text: "补助对象尚有异议"},
			{kind: "ANSWERED", on: "2026-11-20", text: "异议已处理，公示材料待审核"},
		},
	},
	{
		kind: "URGE", issuer: "533102103", publisher: "533102103201", entries: "4.2", on: "2026-10-15", workingDays: 10,
		text: "请公开上年度款物使用情况", steps: []taken{{kind: "RECEIVED", on: "2026-10-16"}},
	},
}
