package acceptance

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
)

// The columns of the import files that a nestedWorld writes; rows leave the last
// ones empty.
var nestedColumns = map[string]string{
	"areas":       "code,name,level,parent_code,valid_from,valid_to,succeeded_by",
	"departments": "code,name,parent_code,functions",
	"catalogs": "catalog_code,title,issuer_code,effective_from,grace_working_days," +
		"interpretation_working_days,entries_file,source,based_on,effective_to",
	"entries": "entry_code,category,item,content,legal_basis,levels,publishers,limit_kind,limit_n,limit_anchor,period,period_limit_n,refresh_days," +
		"sub_item,mode,audience,channels,omit,evidence",
	"disclosures": "ref,publisher_code,entry_code,title,attribute,formed_on,published_on,withdrawn_on,requires_interpretation,interprets_ref," +
		"document_number,index_number,issued_on,period,nil,channel,url",
	"news":     "ref,publisher_code,entry_code,title,published_at,summary,url,tags",
	"concerns": "ref,publisher_code,title,severity,detected_at,responded_at,response_ref,escalated_to",
	"reviews":  "disclosure_ref,reviewed_on,result,consulted",
	"relief": "ref,kind,from_code,to_code,relief_class,event_ref,funds_yuan,goods_item,goods_quantity,goods_unit,occurred_on,disclosure_ref," +
		"households,persons,document_number",
	"events":             "ref,name,kind,started_on,area_codes,ended_on",
	"orders":             "ref,kind,issuer_code,publisher_code,entry_codes,text,basis,issued_at,working_days",
	"order_events":       "order_ref,n,kind,at,account,text,new_due_on,working_days,disclosure_refs",
	"exemption_requests": "ref,publisher_code,entry_code,from,to,reason,asked_at,asked_by,decision,decided_at,decided_by,decision_reason",
}

// The root of a nestedWorld, the city whose lists are asked, and one of its
// townships, the last, with much of its own.
const (
	nestedRoot    = "10"
	nestedCity    = "1001"
	nestedArchive = "1001999"
)

// nestedWorld is a county-level city with n children: in turn a township with a
// village and its department, and a township that ended and was succeeded by the
// one before. Every list that the schema can give of the city has about n rows,
// and every list of one of the children some.
type nestedWorld map[string][][]string

func newNestedWorld(n int) nestedWorld {
	w := nestedWorld{}
	var present []string
	for i := 0; i < n; i += 2 {
		present = append(present, nestedChild(i))
	}
	// The city was another once, and will be succeeded by its townships.
	w.add("areas", nestedRoot, "省", "PROVINCE", "", "", "", "")
	w.add("areas", "1000", "旧市", "COUNTY", nestedRoot, "", "2025-12-31", nestedCity)
	w.add("areas", nestedCity, "市", "COUNTY", nestedRoot, "", "2099-12-31", strings.Join(present, ";"))
	w.add("areas", nestedArchive, "档案乡", "TOWNSHIP", nestedCity, "", "", "")
	w.add("catalogs", "C", "标准目录", nestedCity, "2020-01-01", "20", "3", "entries.csv", "")
	w.add("catalogs", "P", "标准目录", nestedRoot, "2020-01-01", "20", "3", "entries.csv", "")
	everybody := "EMERGENCY_MANAGEMENT;GOVERNMENT;CITY_GOVERNMENT"
	for _, row := range [][]string{
		{"1.1", "政策文件", "COUNTY;TOWNSHIP;VILLAGE", everybody, "20", "NONE", "", "0"},        // published late: OVERDUE
		{"1.2", "政策文件", "COUNTY;TOWNSHIP;VILLAGE", "GOVERNMENT", "20", "NONE", "", "0"},     // about to be
		{"1.3", "政策文件", "COUNTY;TOWNSHIP;VILLAGE", "GOVERNMENT", "20", "NONE", "", "0"},     // would be with another limit
		{"1.6", "政策文件", "COUNTY;TOWNSHIP;VILLAGE", "GOVERNMENT", "20", "NONE", "", "0"},     // concerns
		{"4.2", "款物管理", "COUNTY;TOWNSHIP;VILLAGE", "GOVERNMENT", "20", "ANNUAL", "20", "0"}, // never published: MISSING
		{"5.1", "工作动态", "COUNTY;TOWNSHIP;VILLAGE", everybody, "20", "NONE", "", "14"},       // STALE
		{"5.2", "工作动态", "COUNTY;TOWNSHIP;VILLAGE", "GOVERNMENT", "20", "NONE", "", "90"},    // about to be
		{"9.1", "其他", "PROVINCE", "GOVERNMENT", "20", "NONE", "", "0"},                      // in force for none
	} {
		w.add("entries", row[0], row[1], "事项"+row[0], "内容", "《条例》", row[2], row[3],
			"WORKING_DAYS", row[4], "FORMED", row[5], row[6], row[7])
	}
	w.addPublisher("1000", "", "", true)
	w.addOffice("1000")
	w.addPublisher(nestedRoot, "", "", true)
	w.addDocument(nestedCity+"-apart", nestedCity, "9.1", "2025-03-01", "", "", true)
	for i := range n {
		w.addChild(i)
		w.addHistory(nestedArchive, i)
		w.addHistory(nestedRoot, i)
	}
	return w
}

func nestedChild(i int) string { return fmt.Sprintf("%s%03d", nestedCity, i) }

// addChild adds a child of the city. Places end and begin on a day of their own.
func (w nestedWorld) addChild(i int) {
	code, ended := nestedChild(i), calendar.Date(2026, 4, 1)+calendar.Day(i/2)
	event, explained := fmt.Sprintf("e%d", i), i/2%2 == 0
	w.add("events", event, "洪涝"+event, "FLOOD", "2026-06-01", nestedChild(i&^1)+";"+code)
	if i%2 == 1 {
		w.add("areas", code, "旧乡"+code, "TOWNSHIP", nestedCity, "", ended.String(), nestedChild(i-1))
		w.addOffice(code)
	} else {
		village := code + "01"
		w.add("areas", code, "乡"+code, "TOWNSHIP", nestedCity, (ended + 1).String(), "2099-12-31", village)
		w.add("areas", village, "村"+code, "VILLAGE", code, "", "", "")
		w.add("departments", village+"/d", "会"+code, village, "EMERGENCY_MANAGEMENT")
		w.addPublisher(village, code, event, explained)
		w.addPublisher(village+"/d", village, event, explained)
	}
	w.addPublisher(code, nestedCity, event, explained)
}

// addOffice adds a department that owes nothing and was given money.
func (w nestedWorld) addOffice(of string) {
	w.add("departments", of+"/o", "办"+of, of, "OPEN_GOVERNMENT")
	w.add("relief", of+"-o", "ALLOCATION", of, of+"/o", "EMERGENCY", "", "5", "", "", "", "2026-07-20", "")
}

// addPublisher adds a publisher's documents in every state, its news, concerns and
// money from above. The documents were not to be disclosed until a review said
// so: they have reviews; with explained, explanations too.
func (w nestedWorld) addPublisher(code, giver, event string, explained bool) {
	for _, document := range [][]string{ // name, entry, formed and reviewed on, published on
		{"rule", "1.1", "2026-05-10", "2026-05-11"},
		{"late", "1.1", "2026-09-01", "2026-12-20"},
		{"valid", "1.2", "2026-05-10", "2026-05-11"},
		{"draft", "1.2", "2026-11-10", ""},
		{"other", "1.3", "2026-05-10", "2026-05-11"},
		{"soon", "1.3", "2026-11-10", "2026-12-05"},
		{"old", "5.1", "2026-05-25", "2026-05-25"},
		{"stale", "5.1", "2026-09-01", "2026-09-01"},
		{"fresh", "5.1", "2026-12-10", "2026-12-10"},
		{"mended", "1.3", "2026-07-01", "2026-10-08"},
		{"notice", "5.2", "2026-05-01", "2026-05-01"},
		{"renewed", "5.2", "2026-09-20", "2026-09-20"},
		{"apart", "9.1", "2025-03-01", ""},
		{"secret", "1.2", "2025-03-01", ""},
	} {
		w.addDocument(code+"-"+document[0], code, document[1], document[2], document[3], "", explained)
	}
	if code != nestedRoot { // which is a region
		w.addOrder(code+"-order", code, code+"-rule;"+code+"-late")
	}
	w.add("news", code+"-n", code, "5.1", "动态"+code, "2026-05-20")
	w.add("news", code+"-m", code, "5.1", "动态"+code, "2026-05-21")
	w.add("concerns", code+"-answered", code, "关切", "MAJOR", "2026-05-12", "2026-05-13", code+"-rule", "EMERGENCY_MANAGEMENT")
	w.add("concerns", code+"-open", code, "关切", "MAJOR", "2026-10-01", "", code+"-late", "PUBLICITY")
	w.add("relief", code+"-none", "DISTRIBUTION", code, "", "WINTER_SPRING", event, "30", "棉被", "2", "床", "2026-07-20", "")
	w.add("relief", code+"-lost", "DISTRIBUTION", code, "", "EMERGENCY", event, "10", "", "", "", "2026-07-20", "unknown-"+code)
	if giver != "" && event != "" {
		w.add("relief", code+"-in", "ALLOCATION", giver, code, "EMERGENCY", event, "100", "帐篷"+code, "3", "顶", "2026-07-20", code+"-rule")
	}
}

// addOrder adds an order about all entries, which was answered with documents, returned,
// and come to those above its issuer; a later day is asked for.
func (w nestedWorld) addOrder(ref, publisher, documents string) {
	issuer := nestedCity
	if !strings.HasPrefix(publisher, nestedCity) || publisher == nestedCity {
		issuer = nestedRoot
	}
	w.add("orders", ref, "RECTIFY", issuer, publisher, "1.1;1.2;1.3;4.2;5.1;5.2", "整改"+ref, "通知", "2026-06-02", "10")
	w.add("order_events", ref, "1", "RECEIVED", "2026-06-03", "甲", "")
	w.add("order_events", ref, "2", "ANSWERED", "2026-06-04", "甲", "已办", "", "", documents)
	w.add("order_events", ref, "3", "RETURNED", "2026-06-05", "乙", "未办", "", "20")
	w.add("order_events", ref, "4", "EXTENSION_ASKED", "2026-06-20", "甲", "请延", "2026-07-20")
	w.add("exemption_requests", ref+"-x", publisher, "5.1", "2030-01-01", "", "停办", "2026-06-02", "甲")
}

// addDocument adds one that a review says to disclose, but for those that are to
// stay as they are; with explained, one that explains it, and is explained by it.
func (w nestedWorld) addDocument(ref, publisher, entry, formed, published, withdrawn string, explained bool) {
	stays := strings.HasSuffix(ref, "-apart") || strings.HasSuffix(ref, "-secret")
	if stays {
		w.add("reviews", ref, "2026-05-01", "keep", "")
	} else {
		w.add("reviews", ref, formed, "disclose", "")
	}
	wanted, explanation := "", ""
	if explained {
		wanted, explanation = "1", ref+"-explained"
		w.add("disclosures", explanation, publisher, "1.1", "解读"+ref, "NOT_DISCLOSED", "2026-05-13", "2026-05-13", "", "", ref)
		w.add("reviews", explanation, "2026-05-13", "disclose", "")
	}
	w.add("disclosures", ref, publisher, entry, "文件"+ref, "NOT_DISCLOSED", formed, published, withdrawn, wanted, explanation)
}

// addHistory gives a place one more of what it owns itself: a document under a
// cell whose status it changes twice, and a duty apart from its cells.
func (w nestedWorld) addHistory(code string, i int) {
	name := fmt.Sprintf("%s-%03d", code, i)
	published := calendar.Date(2020, 3, 1) + calendar.Day(7*i)
	w.addDocument(name, code, "1.1", published.String(), published.String(), (published + 3).String(), i < 60)
	w.addDocument(name+"-apart", code, "9.1", "2025-03-01", "", "", i < 60)
	if code == nestedArchive {
		w.addOrder(name+"-order", code, name+";"+name+"-apart")
		w.addOrder(name+"-child", nestedChild(0), name+";"+name+"-apart")
	}
}

func (w nestedWorld) add(file string, row ...string) { w[file] = append(w[file], row) }

// write writes the world as an import folder.
func (w nestedWorld) write(t testing.TB) string {
	t.Helper()
	folder := t.TempDir()
	for name, columns := range nestedColumns {
		file, err := os.Create(filepath.Join(folder, name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		header := strings.Split(columns, ",")
		rows := [][]string{header}
		for _, row := range w[name] {
			rows = append(rows, slices.Concat(row, make([]string, len(header)-len(row))))
		}
		if err := csv.NewWriter(file).WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		file.Close()
	}
	return folder
}
