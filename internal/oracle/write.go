package oracle

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// WriteFolder writes the world as an import folder, its files named as the importer expects them, each catalog's entries
// in a file named after its code, the arrangements as calendar/YEAR.json.
func (w *World) WriteFolder(dir string) error {
	if err := os.MkdirAll(filepath.Join(dir, "calendar"), 0o755); err != nil {
		return err
	}
	for name, rows := range w.tables() {
		if err := writeTable(filepath.Join(dir, name), rows); err != nil {
			return err
		}
	}
	for _, arrangement := range w.Arrangements {
		text, err := json.MarshalIndent(arrangement, "", " ")
		if err != nil {
			return err
		}
		file := filepath.Join(dir, "calendar", fmt.Sprintf("%d.json", arrangement.Year))
		if err := os.WriteFile(file, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func writeTable(file string, rows [][]string) error {
	var text strings.Builder
	writer := csv.NewWriter(&text)
	if err := writer.WriteAll(rows); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(text.String()), 0o644)
}

// mayBeAbsent are not written where a world says nothing of their kind.
var mayBeAbsent = []string{
	"concerns.csv", "reviews.csv", "events.csv", "relief.csv", "orders.csv", "order_events.csv", "exemption_requests.csv",
}

// tables are the CSV files by name, header first.
func (w *World) tables() map[string][][]string {
	tables := map[string][][]string{
		"areas.csv":       {header("code,name,level,parent_code,valid_from,valid_to,succeeded_by")},
		"departments.csv": {header("code,name,parent_code,functions")},
		"catalogs.csv": {header("catalog_code,title,issuer_code,based_on,effective_from,effective_to," +
			"grace_working_days,interpretation_working_days,entries_file,source")},
		"assignments.csv": {header("publisher_code,entry_code,action,from,to,reason")},
		"disclosures.csv": {header("ref,publisher_code,entry_code,title,document_number,index_number,attribute," +
			"formed_on,issued_on,published_on,withdrawn_on,period,nil,requires_interpretation,interprets_ref,channel,url")},
		"news.csv":     {header("ref,publisher_code,entry_code,title,summary,published_at,url,tags")},
		"concerns.csv": {header("ref,publisher_code,title,severity,detected_at,responded_at,response_ref,escalated_to")},
		"reviews.csv":  {header("disclosure_ref,reviewed_on,result,consulted")},
		"events.csv":   {header("ref,name,kind,started_on,ended_on,area_codes")},
		"relief.csv": {header("ref,kind,from_code,to_code,relief_class,event_ref,funds_yuan,goods_item,goods_quantity," +
			"goods_unit,households,persons,occurred_on,document_number,disclosure_ref")},
		"orders.csv":       {header("ref,kind,issuer_code,publisher_code,entry_codes,text,basis,issued_at,working_days")},
		"order_events.csv": {header("order_ref,n,kind,at,account,text,new_due_on,working_days,disclosure_refs")},
		"exemption_requests.csv": {header("ref,publisher_code,entry_code,from,to,reason,asked_at,asked_by,decision," +
			"decided_at,decided_by,decision_reason")},
	}
	add := func(name string, row ...string) { tables[name] = append(tables[name], row) }
	for _, area := range w.Areas {
		add("areas.csv", area.Code, area.Name, area.Level, area.Parent, area.ValidFrom, area.ValidTo, "")
	}
	for _, department := range w.Departments {
		add("departments.csv", department.Code, department.Name, department.Parent,
			strings.Join(department.Functions, ";"))
	}
	for _, catalog := range w.Catalogs {
		entriesFile := "entries-" + catalog.Code + ".csv"
		add("catalogs.csv", catalog.Code, catalog.Title, catalog.Issuer, catalog.BasedOn, catalog.EffectiveFrom,
			catalog.EffectiveTo, strconv.Itoa(catalog.GraceWorkingDays),
			strconv.Itoa(catalog.InterpretationWorkingDays), entriesFile, "")
		tables[entriesFile] = entryRows(catalog.Entries)
	}
	for _, assignment := range w.Assignments {
		add("assignments.csv", assignment.Publisher, assignment.Entry, assignment.Action, assignment.From, assignment.To,
			assignment.Reason)
	}
	for _, disclosure := range w.Disclosures {
		add("disclosures.csv", disclosure.Ref, disclosure.Publisher, disclosure.Entry, disclosure.Title, "", "",
			disclosure.Attribute, disclosure.FormedOn, disclosure.IssuedOn, disclosure.PublishedOn,
			disclosure.WithdrawnOn, disclosure.Period, mark(disclosure.Nil), mark(disclosure.RequiresInterpretation),
			disclosure.InterpretsRef, "", "")
	}
	for _, news := range w.News {
		add("news.csv", news.Ref, news.Publisher, news.Entry, news.Title, "", news.PublishedAt, "", "")
	}
	w.addSupervision(add)
	w.addRelief(add)
	w.addOrders(add)
	for name, rows := range tables {
		if len(rows) == 1 && slices.Contains(mayBeAbsent, name) {
			delete(tables, name)
		}
	}
	return tables
}

func entryRows(entries []Entry) [][]string {
	rows := [][]string{header("entry_code,category,item,sub_item,content,legal_basis,levels,publishers,mode,audience," +
		"limit_kind,limit_n,limit_anchor,period,period_limit_n,refresh_days,channels,omit,evidence")}
	for _, entry := range entries {
		if entry.Omit {
			row := make([]string, len(rows[0]))
			row[0], row[len(row)-2] = entry.Code, mark(true)
			rows = append(rows, row)
			continue
		}
		limit := ""
		if entry.LimitN != nil {
			limit = strconv.Itoa(*entry.LimitN)
		}
		rows = append(rows, []string{
			entry.Code, entry.Category, entry.Item, entry.SubItem, entry.Item,
			"《自然灾害救助条例》", strings.Join(entry.Levels, ";"), strings.Join(entry.Publishers, ";"), "PROACTIVE",
			"PUBLIC", entry.LimitKind, limit, entry.LimitAnchor, entry.Period, strconv.Itoa(entry.PeriodLimitN),
			strconv.Itoa(entry.RefreshDays), "政府网站", "", "",
		})
	}
	return rows
}

func header(columns string) []string { return strings.Split(columns, ",") }

func mark(is bool) string {
	if is {
		return "1"
	}
	return ""
}

func (w *World) addSupervision(add func(name string, row ...string)) {
	for _, concern := range w.Concerns {
		add("concerns.csv", concern.Ref, concern.Publisher, concern.Title, concern.Severity, concern.DetectedAt,
			concern.RespondedAt, concern.ResponseRef, concern.EscalatedTo)
	}
	for _, review := range w.Reviews {
		add("reviews.csv", review.Disclosure, review.ReviewedOn, review.Result, "")
	}
}

func (w *World) addRelief(add func(name string, row ...string)) {
	for _, event := range w.Events {
		add("events.csv", event.Ref, event.Name, event.Kind, event.StartedOn, event.EndedOn,
			strings.Join(event.Areas, ";"))
	}
	for _, movement := range w.Movements {
		add("relief.csv", movement.Ref, movement.Kind, movement.From, movement.To, movement.Class, movement.Event,
			movement.Funds, movement.GoodsItem, movement.GoodsQuantity, movement.GoodsUnit, movement.Households,
			movement.Persons, movement.OccurredOn, movement.DocumentNumber, movement.DisclosureRef)
	}
}

func (w *World) addOrders(add func(name string, row ...string)) {
	for _, order := range w.Orders {
		add("orders.csv", order.Ref, order.Kind, order.Issuer, order.Publisher, strings.Join(order.Entries, ";"),
			order.Text, order.Basis, order.IssuedAt, strconv.Itoa(order.WorkingDays))
	}
	for _, event := range w.OrderEvents {
		workingDays := ""
		if event.WorkingDays > 0 {
			workingDays = strconv.Itoa(event.WorkingDays)
		}
		add("order_events.csv", event.Order, strconv.Itoa(event.Number), event.Kind, event.At, event.By, event.Text,
			event.NewDueOn, workingDays, strings.Join(event.Disclosures, ";"))
	}
	for _, request := range w.ExemptionRequests {
		add("exemption_requests.csv", request.Ref, request.Publisher, request.Entry, request.From, request.To,
			request.Reason, request.AskedAt, request.AskedBy, request.Decision, request.DecidedAt, request.DecidedBy,
			request.DecisionReason)
	}
}
