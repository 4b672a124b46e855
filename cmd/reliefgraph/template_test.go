package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/reliefgraph/reliefgraph/internal/pgtest"
	"github.com/reliefgraph/reliefgraph/internal/store"
)

// TestTemplates: templates are written into a folder that is made, all or those named
// in either language; none is written over another file.
func TestTemplates(t *testing.T) {
	t.Parallel()
	const noDatabase = "postgres://nobody@127.0.0.1:1/none" // it is not asked
	folder := filepath.Join(t.TempDir(), "要填的", "表")
	all := on(t, noDatabase, "template", "--out", folder)
	files := strings.Fields(all.out)
	if all.code != 0 || len(files) != 14 || !slices.Contains(files, filepath.Join(folder, "公开信息.xlsx")) {
		t.Fatalf("%+v", all)
	}
	filled := filepath.Join(folder, "款物流水.xlsx")
	if err := os.WriteFile(filled, []byte("filled in"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"工作动态.xlsx", "公开信息.xlsx"} {
		if err := os.Remove(filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	again := on(t, noDatabase, "template", "news", "救灾款物", "--out", folder)
	kept, err := os.ReadFile(filled)
	if err != nil || again.code != 1 || string(kept) != "filled in" || !strings.Contains(again.faults, filled) ||
		!strings.Contains(again.faults, "--out") {
		t.Errorf("%q: %+v", kept, again)
	}
	if _, err := os.Stat(filepath.Join(folder, "工作动态.xlsx")); err == nil {
		t.Error("some are written though others are refused")
	}
	two := on(t, noDatabase, "template", "news", "公开信息", "DISCLOSURES", "--out", folder)
	if two.code != 0 || two.out != filepath.Join(folder, "工作动态.xlsx")+"\n"+filepath.Join(folder, "公开信息.xlsx")+"\n" {
		t.Errorf("%+v", two)
	}
	wrong := on(t, noDatabase, "template", "新闻", "--out", folder)
	if wrong.code != 2 || !strings.Contains(wrong.faults, "新闻") || !strings.Contains(wrong.faults, "news 工作动态") {
		t.Errorf("%+v", wrong)
	}
	if nowhere := on(t, noDatabase, "template"); nowhere.code != 2 {
		t.Errorf("%+v", nowhere)
	}
}

// TestTemplatesOfNode: the lists offer what the database has of a node; an unknown one
// is refused, and nothing is written.
func TestTemplatesOfNode(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	if done := on(t, address, "import", world(t, 7)); done.code != 0 {
		t.Fatalf("%+v", done)
	}
	db := pgtest.Open(t, address, store.Options{Connections: 1})
	before := scan(t, db, "SELECT count(*) FROM fact_history")
	folder := filepath.Join(t.TempDir(), "templates")
	unknown := on(t, address, "template", "--node", "999999", "--out", folder)
	if _, err := os.Stat(folder); unknown.code != 1 || err == nil || !strings.Contains(unknown.faults, "999999") {
		t.Errorf("%+v", unknown)
	}
	node := scan(t, db, "SELECT parent_code FROM node WHERE department ORDER BY code LIMIT 1")
	if done := on(t, address, "template", "disclosures", "--node", node, "--out", folder); done.code != 0 {
		t.Fatalf("%+v", done)
	}
	book, err := excelize.OpenFile(filepath.Join(folder, "公开信息.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("代码表")
	if err != nil || len(rows) < 2 || rows[1][0] != node {
		t.Errorf("the codes of %s are %v: %v", node, rows, err)
	}
	if after := scan(t, db, "SELECT count(*) FROM fact_history"); after != before {
		t.Errorf("%s facts became %s", before, after)
	}
}
