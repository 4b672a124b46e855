package fact

import "strings"

// Meaning is what a column says to those who fill files in.
type Meaning struct {
	// Says is what its cells are, in Chinese, without the stop at its end.
	Says string
	// Example is its cell in the example of a template, as one writes it; it may be empty.
	Example string
	// Names is what its cells name of what is known already.
	Names Named
}

// Named is what the cells of a column may name.
type Named uint8

// What there is to name.
const (
	Nothing Named = iota
	Place
	Node // a place or a department
	Item // an entry of a catalog
)

// exampleMark begins the first cell of the example of a template. No code can begin
// so, and no ref is meant to.
const exampleMark = "示例"

// MarkedExample tells whether a row is marked as the example of a template by its
// first column, which is always part of the key.
func MarkedExample(first string) bool { return strings.HasPrefix(first, exampleMark) }

// Unchanged tells whether a cell is still that of the example. What spreadsheets may
// write in other ways, as days and numbers, is not looked at.
func (c *Column[T]) Unchanged(cell string) bool {
	return c.Form != Text && c.Form != Period || cell == c.Example
}

// Purpose is what files of the kind are for, in Chinese.
func (k *Kind[T]) Purpose() string { return purposes[k.File] }

var purposes = map[string]string{
	"areas":              "登记各级行政区划及其上下级关系。公开主体、目录和各项统计都以此为基础，应最先报送",
	"departments":        "登记承担救灾信息公开职责的部门。部门应公开哪些事项，由其职能决定",
	"catalogs":           "登记救灾领域基层政务公开标准目录。各目录的事项另填“公开事项”表，与本表放在同一文件夹一并报送",
	"entries":            "列出一份公开目录的全部事项。本表由“公开目录”表的“事项文件”一列指明，与该表放在同一文件夹一并报送",
	"assignments":        "登记对个别公开主体的调整：增加应公开的事项，或者在一定期间内免除公开",
	"disclosures":        "登记已经形成、印发或公开的文件和信息。是否按时公开、还缺哪些，均据此表计算",
	"relief":             "登记救灾资金和物资的下拨、发放和捐赠，每笔一行，用于核对款物的使用和公开情况",
	"events":             "登记自然灾害，供款物流水注明所属灾害",
	"news":               "登记救灾工作动态。每条动态同时计为该主体对应事项的一次公开",
	"concerns":           "登记社会关切（舆情、群众提问等）及其回应情况",
	"reviews":            "登记对非主动公开文件的定期审查。一份文件每审查一次填一行",
	"orders":             "补录以前在别处登记的督办。每件督办一行，办理过程另填“督办进展”表",
	"order_events":       "补录督办的办理过程：签收、反馈、退回、办结等，每个环节一行",
	"exemption_requests": "补录豁免申请及其决定。已同意的豁免另在“事项调整”表登记，本表不改变应公开的事项",
}

// meanings are those of the columns, by file and name. Source: the customer's formats,
// docs/design.md and docs/glossary.md.
var meanings = map[string]map[string]Meaning{
	"areas": {
		"code":         {Says: "地区的统计用区划代码：省2位，市4位，县6位，乡9位，村12位", Example: "示例533102102"},
		"name":         {Says: "地区的全称", Example: "畹町镇（示例）"},
		"level":        {Says: "地区的层级", Example: "乡级"},
		"parent_code":  {Says: "上一级地区的区划代码；最上一级的地区留空", Example: "533102", Names: Place},
		"valid_from":   {Says: "地区设立的日期，自当日起有效；一直就有的留空", Example: "2005-01-01"},
		"valid_to":     {Says: "地区撤销前的最后一日；没有撤销的留空"},
		"succeeded_by": {Says: "地区撤销后承继它的地区代码；没有撤销的留空", Names: Place},
	},
	"departments": {
		"code":        {Says: "部门的代码，由所属地区代码、“/”和部门简称的拼音字母组成，如 533102/yjglj", Example: "示例533102/yjglj"},
		"name":        {Says: "部门的全称", Example: "瑞丽市应急管理局（示例）"},
		"parent_code": {Says: "部门所属地区的区划代码", Example: "533102", Names: Place},
		"functions":   {Says: "部门承担的职能，决定它应公开哪些事项；也可以填目录中写明的其他职能", Example: "应急管理"},
	},
	"catalogs": {
		"catalog_code":                {Says: "目录的代码，由字母、数字和连字符组成，如 533102-2026", Example: "示例533102-2026"},
		"title":                       {Says: "目录的全称", Example: "瑞丽市救灾领域基层政务公开标准目录（示例）"},
		"issuer_code":                 {Says: "制定目录的地区代码；目录适用于该地区及其以下各级", Example: "533102", Names: Node},
		"based_on":                    {Says: "本目录所依据的上级目录的代码，本目录在其基础上增改；没有的留空", Example: "CN-2019"},
		"effective_from":              {Says: "目录开始施行的日期", Example: "2026-01-01"},
		"effective_to":                {Says: "目录施行的最后一日；长期施行的留空"},
		"grace_working_days":          {Says: "目录施行后，各主体补齐公开内容的宽限期，以工作日计；留空即没有宽限期", Example: "20"},
		"interpretation_working_days": {Says: "应解读的文件公开后，最迟在几个工作日内公开解读材料", Example: "3"},
		"entries_file":                {Says: "列有本目录各事项的文件名，该文件与本表放在同一文件夹", Example: "公开事项.xlsx"},
		"source":                      {Says: "目录的出处，如制定机关和文号", Example: "瑞丽市应急管理局"},
	},
	"entries": {
		"entry_code":     {Says: "事项的代码，各级之间用“.”隔开，如 3.2.1", Example: "示例3.2.1"},
		"category":       {Says: "一级事项的名称；代码第一段相同的事项，名称应一致", Example: "灾后救助"},
		"item":           {Says: "二级事项的名称", Example: "救助审定信息"},
		"sub_item":       {Says: "三级事项的名称；没有的留空", Example: "审定结果"},
		"content":        {Says: "应公开的内容", Example: "救助对象、救助标准、办理程序及时限"},
		"legal_basis":    {Says: "公开所依据的法律、法规和文件", Example: "《自然灾害救助条例》"},
		"levels":         {Says: "由哪些层级的主体公开", Example: "县级;乡级"},
		"publishers":     {Says: "由谁公开：政府本身，或者承担所列职能的部门；也可以填其他职能", Example: "应急管理;乡镇政府"},
		"mode":           {Says: "公开的方式", Example: "主动公开"},
		"audience":       {Says: "公开的对象", Example: "全社会"},
		"limit_kind":     {Says: "公开时限按什么计算", Example: "工作日"},
		"limit_n":        {Says: "时限的数目，以时限类型为单位；时限类型为“及时”“同步”的留空", Example: "20"},
		"limit_anchor":   {Says: "时限从哪一日起算；留空即从成文日期起算", Example: "成文"},
		"period":         {Says: "定期公开的事项多久公开一次；留空即为不定期", Example: "不定期"},
		"period_limit_n": {Says: "每个周期结束后，最迟在几个工作日内公开；不定期的留空"},
		"refresh_days":   {Says: "最近一次公开后，满几日没有更新即为未及时更新；没有要求的留空", Example: "365"},
		"channels":       {Says: "公开的渠道", Example: "政府网站;公开栏"},
		"omit":           {Says: "填“是”，表示上级目录的这一事项在本目录不适用，此时其他各列不用填", Example: "否"},
		"evidence":       {Says: "本行内容的佐证，如出处", Example: "目录附件第12行"},
	},
	"assignments": {
		"publisher_code": {Says: "所调整的公开主体的代码", Example: "示例533102102", Names: Node},
		"entry_code":     {Says: "所调整的事项的代码", Example: "4.2", Names: Item},
		"action":         {Says: "“纳入”即该主体增加公开这一事项，“豁免”即该主体在期间内免于公开", Example: "豁免"},
		"from":           {Says: "调整开始的日期", Example: "2026-01-01"},
		"to":             {Says: "调整的最后一日；长期有效的留空", Example: "2026-12-31"},
		"reason":         {Says: "调整的理由", Example: "本年度没有救灾款物"},
	},
	"disclosures": {
		"ref":                     {Says: "本条信息的编号，由填报单位自定，不得重复；以后用同一编号报送即为更新", Example: "示例-2026-001"},
		"publisher_code":          {Says: "公开这条信息的单位的代码", Example: "533102102", Names: Node},
		"entry_code":              {Says: "这条信息所属的目录事项的代码", Example: "4.2", Names: Item},
		"title":                   {Says: "文件或信息的标题", Example: "2026年度救灾款物使用情况公示（示例）"},
		"document_number":         {Says: "文件的文号；没有的留空", Example: "畹政发〔2026〕8号"},
		"index_number":            {Says: "政府信息索引号；没有的留空"},
		"attribute":               {Says: "信息的公开属性", Example: "主动公开"},
		"formed_on":               {Says: "文件成文的日期，公开时限一般从这一日起算", Example: "2026-05-06"},
		"issued_on":               {Says: "文件印发的日期", Example: "2026-05-07"},
		"published_on":            {Says: "信息向社会公开的日期；尚未公开的留空", Example: "2026-05-08"},
		"withdrawn_on":            {Says: "信息撤下的日期；没有撤下的留空"},
		"period":                  {Says: "定期公开的信息属于哪一期；不是定期公开的留空", Example: "2026"},
		"nil":                     {Says: "填“是”，表示声明这一期没有应公开的信息", Example: "否"},
		"requires_interpretation": {Says: "填“是”，表示这份文件公开后应当解读", Example: "否"},
		"interprets_ref":          {Says: "解读材料填它所解读的文件的编号；不是解读材料的留空"},
		"channel":                 {Says: "公开的渠道", Example: "政府网站"},
		"url":                     {Says: "公开信息的网址", Example: "https://www.example.gov.cn/2026/0508.html"},
	},
	"relief": {
		"ref":             {Says: "本笔款物的编号，由填报单位自定，不得重复；以后用同一编号报送即为更新", Example: "示例-2026-001"},
		"kind":            {Says: "“下拨”即拨给下级，“发放到户”即发到群众，“捐赠”即接收捐赠", Example: "下拨"},
		"from_code":       {Says: "拨出或发放款物的单位的代码；捐赠留空", Example: "533102", Names: Node},
		"to_code":         {Says: "接收款物的单位的代码，下拨的应为拨出单位的下级；发放到户的可以留空", Example: "533102102", Names: Node},
		"relief_class":    {Says: "款物属于六类救助的哪一类", Example: "冬春临时生活困难救助"},
		"event_ref":       {Says: "款物所属灾害的编号；没有的留空"},
		"funds_yuan":      {Says: "资金的数额；没有资金的留空", Example: "120000.00"},
		"goods_item":      {Says: "物资的名称；没有物资的留空", Example: "棉被（示例）"},
		"goods_quantity":  {Says: "物资的数量；没有物资的留空", Example: "300"},
		"goods_unit":      {Says: "物资的计量单位；没有物资的留空", Example: "床"},
		"households":      {Says: "救助的户数；没有统计的留空", Example: "110"},
		"persons":         {Says: "救助的人数；没有统计的留空", Example: "386"},
		"occurred_on":     {Says: "下拨、发放或接收的日期", Example: "2026-01-15"},
		"document_number": {Says: "依据的文件的文号；没有的留空", Example: "瑞财建〔2026〕3号"},
		"disclosure_ref":  {Says: "公开这笔款物的信息的编号，与“公开信息”表的编号一致；尚未公开的留空"},
	},
	"events": {
		"ref":        {Says: "灾害的编号，由填报单位自定，不得重复", Example: "示例-2026-01"},
		"name":       {Says: "灾害的名称", Example: "2026年“7·12”洪涝灾害（示例）"},
		"kind":       {Says: "灾害的种类", Example: "洪涝"},
		"started_on": {Says: "灾害开始的日期", Example: "2026-07-12"},
		"ended_on":   {Says: "灾害结束的日期；尚未结束的留空", Example: "2026-07-20"},
		"area_codes": {Says: "受灾地区的代码", Example: "533102102;533102103", Names: Place},
	},
	"news": {
		"ref":            {Says: "本条动态的编号，由填报单位自定，不得重复；以后用同一编号报送即为更新", Example: "示例-2026-001"},
		"publisher_code": {Says: "发布动态的单位的代码", Example: "533102102", Names: Node},
		"entry_code":     {Says: "动态所属的目录事项的代码；留空即为 5.1", Example: "5.1", Names: Item},
		"title":          {Says: "动态的标题", Example: "畹町镇开展冬春救助入户核查（示例）"},
		"summary":        {Says: "动态的摘要；没有的留空", Example: "核查困难群众110户"},
		"published_at":   {Says: "动态发布的时间", Example: "2026-05-08 09:30"},
		"url":            {Says: "动态的网址", Example: "https://www.example.gov.cn/2026/0508.html"},
		"tags":           {Says: "动态的标签；没有的留空", Example: "冬春救助;入户核查"},
	},
	"concerns": {
		"ref":            {Says: "本条关切的编号，由填报单位自定，不得重复；以后用同一编号报送即为更新", Example: "示例-2026-001"},
		"publisher_code": {Says: "负责回应的单位的代码", Example: "533102102", Names: Node},
		"title":          {Says: "关切的内容，一句话写明", Example: "群众询问冬春救助发放标准（示例）"},
		"severity":       {Says: "关切的严重程度，决定回应的时限", Example: "一般"},
		"detected_at":    {Says: "监测到或收到关切的时间", Example: "2026-05-08 09:30"},
		"responded_at":   {Says: "作出回应的时间；尚未回应的留空", Example: "2026-05-08 16:00"},
		"response_ref":   {Says: "回应所公开的信息的编号，与“公开信息”表的编号一致；没有的留空"},
		"escalated_to":   {Says: "已向哪个上级单位报告；没有报告的留空", Example: "瑞丽市人民政府"},
	},
	"reviews": {
		"disclosure_ref": {Says: "所审查的信息的编号，与“公开信息”表的编号一致", Example: "示例-2026-001"},
		"reviewed_on":    {Says: "审查的日期", Example: "2026-12-10"},
		"result":         {Says: "“维持”即公开属性不变，“转为公开”即今后予以公开", Example: "维持"},
		"consulted":      {Says: "审查时征求了哪些单位或人员的意见；没有的留空", Example: "瑞丽市保密局（示例）"},
	},
	"orders": {
		"ref":            {Says: "督办的编号，由督办单位自定，不得重复；以后用同一编号报送即为更新", Example: "示例-督办2026-001"},
		"kind":           {Says: "督办的类型；“通报批评”向社会公开", Example: "催办"},
		"issuer_code":    {Says: "签发督办的单位的代码", Example: "533102", Names: Node},
		"publisher_code": {Says: "承办单位的代码，须在督办单位之下", Example: "533102102", Names: Node},
		"entry_codes":    {Says: "督办涉及的目录事项的代码；不针对具体事项的留空", Example: "4.2", Names: Item},
		"text":           {Says: "督办的内容", Example: "请于期限内公开“冬春救助”发放情况（示例）"},
		"basis":          {Says: "督办的依据；没有的留空", Example: "《政务公开工作要点》"},
		"issued_at":      {Says: "签发的时间", Example: "2026-05-08 09:30"},
		"working_days":   {Says: "办理期限的工作日数，自签发次日起算", Example: "10"},
	},
	"order_events": {
		"order_ref":       {Says: "督办的编号，与“督办”表的编号一致", Example: "示例-督办2026-001"},
		"n":               {Says: "环节在本件督办中的序号，自1起，可以跳号", Example: "1"},
		"kind":            {Says: "办理的环节", Example: "签收"},
		"at":              {Says: "环节发生的时间，不早于签发之日", Example: "2026-05-09 10:00"},
		"account":         {Says: "经办人；没有记录的留空", Example: "张三（示例）"},
		"text":            {Says: "反馈、退回、申请延期、备注和撤销须写明内容；办结时所涉事项仍为缺口的，须写明理由"},
		"new_due_on":      {Says: "申请或同意的新期限；其他环节留空"},
		"working_days":    {Says: "退回后重新办理的工作日数；其他环节留空"},
		"disclosure_refs": {Says: "反馈所附公开信息的编号；其他环节留空"},
	},
	"exemption_requests": {
		"ref":             {Says: "申请的编号，由申请单位自定，不得重复；以后用同一编号报送即为更新", Example: "示例-豁免2026-001"},
		"publisher_code":  {Says: "公开主体的代码", Example: "533102102", Names: Node},
		"entry_code":      {Says: "申请豁免的目录事项的代码", Example: "4.2", Names: Item},
		"from":            {Says: "豁免的首日", Example: "2026-06-01"},
		"to":              {Says: "豁免的末日；长期豁免的留空", Example: "2026-12-31"},
		"reason":          {Says: "申请的理由；同意后向社会公开", Example: "机构改革期间职能移交（示例）"},
		"asked_at":        {Says: "申请的时间", Example: "2026-05-08 09:30"},
		"asked_by":        {Says: "申请人；没有记录的留空", Example: "张三（示例）"},
		"decision":        {Says: "决定；尚未决定的留空"},
		"decided_at":      {Says: "决定的时间；尚未决定的留空"},
		"decided_by":      {Says: "作出决定的人；尚未决定的留空"},
		"decision_reason": {Says: "决定的理由；没有的留空"},
	},
}
