package acceptance

import (
	"context"
	"database/sql/driver"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// counter counts the statements that reach the database.
type counter struct {
	driver.Connector
	statements *atomic.Int64
}

func (c counter) Connect(ctx context.Context) (driver.Conn, error) {
	connection, err := c.Connector.Connect(ctx)
	return countedConnection{connection, c.statements}, err
}

type countedConnection struct {
	driver.Conn
	statements *atomic.Int64
}

func (c countedConnection) QueryContext(ctx context.Context, query string, arguments []driver.NamedValue) (driver.Rows, error) {
	c.statements.Add(1)
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, query, arguments)
}

func (c countedConnection) ExecContext(ctx context.Context, query string, arguments []driver.NamedValue) (driver.Result, error) {
	c.statements.Add(1)
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, query, arguments)
}

func (c countedConnection) CheckNamedValue(value *driver.NamedValue) error {
	return checked(c.Conn, value)
}

func (c countedConnection) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	statement, err := c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, query)
	return countedStatement{statement, c.statements}, err
}

func (c countedConnection) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, options)
}

func values(named []driver.NamedValue) []driver.Value {
	plain := make([]driver.Value, len(named))
	for i, value := range named {
		plain[i] = value.Value
	}
	return plain
}

// checked lets the driver check a value, if it does.
func checked(by any, value *driver.NamedValue) error {
	if checker, ok := by.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(value)
	}
	return driver.ErrSkip
}

type countedStatement struct {
	driver.Stmt
	statements *atomic.Int64
}

func (s countedStatement) CheckNamedValue(value *driver.NamedValue) error {
	return checked(s.Stmt, value)
}

func (s countedStatement) QueryContext(ctx context.Context, arguments []driver.NamedValue) (driver.Rows, error) {
	s.statements.Add(1)
	if with, ok := s.Stmt.(driver.StmtQueryContext); ok {
		return with.QueryContext(ctx, arguments)
	}
	return s.Stmt.Query(values(arguments)) //nolint:staticcheck // some statements of the driver have no other
}

func (s countedStatement) ExecContext(ctx context.Context, arguments []driver.NamedValue) (driver.Result, error) {
	s.statements.Add(1)
	if with, ok := s.Stmt.(driver.StmtExecContext); ok {
		return with.ExecContext(ctx, arguments)
	}
	return s.Stmt.Exec(values(arguments)) //nolint:staticcheck // likewise
}

// TestStatements: an operation of the contract costs as many statements, and few,
// for a list of 300 mixed nodes as for one of 3. TestNestedLists asks the rest.
func TestStatements(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	var statements atomic.Int64
	db := pgtest.Open(
		t,
		address,
		store.Options{Watch: func(through driver.Connector) driver.Connector { return counter{through, &statements} }},
	)
	pgtest.Import(t, db, importing, mixedWorld(t))
	s, trusted := serve(t, db, nil), serveTrusted(t, db, nil)
	home := at(
		t,
		s.data(
			`{ a: administrativeNode(code: "1001") { ... on City { id } } b: administrativeNode(code: "1002") { ... on City { id } } }`,
			nil,
		),
	)
	operations := contract(t)
	for name, operation := range operations {
		if !strings.HasPrefix(operation, "query") {
			continue
		}
		by := s
		if takesAccount[name] {
			by = trusted
		}
		cost := map[string]int64{}
		for node, code := range map[string]string{"a": "1001", "b": "1002"} {
			variables := map[string]any{
				"code":        code,
				"asOf":        "2024-06-01",
				"from":        "2024-01-01",
				"to":          "2024-06-01",
				"step":        "MONTH",
				"workingDays": 60,
				"level":       "TOWNSHIP",
				"id":          at(t, home, node, "id"),
				"text":        "乡",
				"publisher":   code + "/d1",
				"entry":       "1.1",
				"instant":     time.Now(),
				"first":       500,
				"townships":   500,
				"limit":       map[string]any{"kind": "WORKING_DAYS", "n": 20},
			}
			by.data(operation, variables) // statements are prepared
			statements.Store(0)
			by.data(operation, variables)
			cost[node] = statements.Load()
		}
		if cost["a"] != cost["b"] {
			t.Errorf("%s costs %d statements for 3 children and %d for 300", name, cost["a"], cost["b"])
		}
		if cost["a"] == 0 || cost["a"] > 10 {
			t.Errorf("%s costs %d statements", name, cost["a"])
		}
	}
}

// TestStatementsOfIDs: things are read by kind, however many are named.
func TestStatementsOfIDs(t *testing.T) {
	t.Parallel()
	var statements atomic.Int64
	db := pgtest.Open(
		t,
		pgtest.URL(t),
		store.Options{Watch: func(through driver.Connector) driver.Connector { return counter{through, &statements} }},
	)
	pgtest.Import(t, db, importing, mixedWorld(t))
	s := serve(t, db, nil)
	found := s.data(
		`{ administrativeNode(code: "1002") { disclosures(first: 30) { edges { node { id } } } news(first: 30) { edges { node { id } } }
		relief(from: "2024-01-01", to: "2024-12-31") { movements(first: 30) { edges { node { id } } } } } }`,
		nil,
	)
	node := at(t, found, "administrativeNode").(map[string]any)
	var ids []any
	for _, list := range []any{node["disclosures"], node["news"], at(t, node, "relief", "movements")} {
		for _, edge := range at(t, list, "edges").([]any) {
			ids = append(ids, at(t, edge, "node", "id"))
		}
	}
	cost := func(ids []any) int64 {
		s.data(`query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, map[string]any{"ids": ids})
		statements.Store(0)
		s.data(`query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, map[string]any{"ids": ids})
		return statements.Load()
	}
	if few, many := cost([]any{ids[0], ids[30], ids[60]}), cost(ids); few != many || len(ids) != 90 {
		t.Errorf("3 things cost %d statements, %d cost %d", few, len(ids), many)
	}
}

// mixedWorld writes a world with a city of 3 children and one of 300, townships
// and departments, with villages below and documents, news and money in each.
func mixedWorld(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	areas := [][]string{{"code", "name", "level", "parent_code"}, {"10", "省", "PROVINCE", ""}}
	departments := [][]string{{"code", "name", "parent_code", "functions"}}
	documents := [][]string{
		strings.Split(
			"ref,publisher_code,entry_code,title,document_number,index_number,attribute,formed_on,issued_on,published_on,withdrawn_on,period,nil,requires_interpretation,interprets_ref,channel,url",
			",",
		),
	}
	news := [][]string{strings.Split("ref,publisher_code,entry_code,title,summary,published_at,url,tags", ",")}
	relief := [][]string{
		strings.Split(
			"ref,kind,from_code,to_code,relief_class,event_ref,funds_yuan,goods_item,goods_quantity,goods_unit,households,persons,occurred_on,document_number,disclosure_ref",
			",",
		),
	}
	for city, children := range map[string]int{"1001": 3, "1002": 300} {
		areas = append(areas, []string{city, "市" + city, "COUNTY", "10"})
		for i := range children {
			code := fmt.Sprintf("%s%03d", city, i)
			if i%3 == 1 {
				code = fmt.Sprintf("%s/d%d", city, i)
				departments = append(departments, []string{code, "局" + code, city, "EMERGENCY_MANAGEMENT"})
			} else {
				areas = append(areas, []string{code, "乡" + code, "TOWNSHIP", city}, []string{code + "01", "村" + code, "VILLAGE", code})
			}
			for j := range 4 {
				ref, published := fmt.Sprintf("%s-%d", code, j), "2024-04-02"
				if j == 0 {
					published = ""
				}
				row := []string{ref, code, "1.1", "文件" + ref, "", "", "PROACTIVE", "2024-03-01", "", published, "", "", "", "", "", "", ""}
				if j == 1 {
					row[13] = "1"
				}
				if j == 2 {
					row[14] = fmt.Sprintf("%s-1", code)
				}
				documents = append(documents, row)
			}
			documents = append(
				documents,
				[]string{code + "-apart", code, "9.1", "另事" + code, "", "", "ON_REQUEST", "2023-03-01", "", "", "", "", "", "", "", "", ""},
			)
			news = append(news, []string{"n" + code, code, "", "动态" + code, "", "2024-05-01", "", ""})
			relief = append(
				relief,
				[]string{"r" + code, "ALLOCATION", city, code, "EMERGENCY", "", "100", "", "", "", "", "", "2024-02-01", "", code + "-2"},
			)
		}
	}
	for name, rows := range map[string][][]string{"areas": areas, "departments": departments, "disclosures": documents, "news": news, "relief": relief} {
		file, err := os.Create(filepath.Join(folder, name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		if err := csv.NewWriter(file).WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		file.Close()
	}
	national, err := os.ReadFile("../sample/data/national.csv")
	if err != nil {
		t.Fatal(err)
	}
	catalogs := "catalog_code,title,issuer_code,based_on,effective_from,effective_to,grace_working_days,interpretation_working_days,entries_file,source\nC,标准目录,10,,2020-01-01,,20,3,national.csv,\n"
	for name, content := range map[string]string{"national.csv": string(national) + "9.1,其他,省级事项,,内容,《条例》,PROVINCE,GOVERNMENT,PROACTIVE,PUBLIC,WORKING_DAYS,20,FORMED,NONE,,0,政府网站,,\n", "catalogs.csv": catalogs} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}
