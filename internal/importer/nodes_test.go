package importer_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/importer"
	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// TestNodesBesideStored: a file's nodes are looked at beside those that are stored
// and stand in no file; what is refused is told once, at the row that does it.
func TestNodesBesideStored(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	if _, err := run(t, db, options, base()); err != nil {
		t.Fatal(err)
	}
	before := everythingWritten(t, db)
	const areas, departments = "code,name,level,parent_code,valid_from,valid_to,succeeded_by\n", "code,name,parent_code,functions\n"
	at := func(line int, column, value, rule string) tabular.Problem {
		return tabular.Problem{Line: line, Column: column, Value: value, Rule: rule}
	}
	for name, c := range map[string]struct {
		files map[string]string
		want  []tabular.Problem
	}{
		"a place as a department": {
			map[string]string{"departments.csv": departments + "533102103,弄岛镇,533102,GOVERNMENT\n"},
			[]tabular.Problem{at(2, "code", "533102103", "code-of-another-kind")},
		},
		"a place with some below it as a department": {
			map[string]string{"departments.csv": departments + "533102,瑞丽市,5331,GOVERNMENT\n"},
			[]tabular.Problem{at(2, "code", "533102", "code-of-another-kind")},
		},
		"a department as a place": {
			map[string]string{"areas.csv": areas + "533102/yjglj,瑞丽市应急管理局,TOWNSHIP,533102,,,\n"},
			[]tabular.Problem{at(2, "code", "533102/yjglj", "code-of-another-kind")},
		},
		"a department as a place, without columns": {
			map[string]string{"areas.csv": "code,level,valid_to\n533102/yjglj,TOWNSHIP,\n"},
			[]tabular.Problem{at(2, "code", "533102/yjglj", "code-of-another-kind")},
		},
		"levels not above those of stored children": {
			map[string]string{"areas.csv": areas + "533102,瑞丽市,TOWNSHIP,5331,,,\n5331,德宏州,COUNTY,53,,,\n"},
			[]tabular.Problem{at(2, "level", "TOWNSHIP", "level-not-below-parent")},
		},
		"a level not above that of a child of the file": {
			map[string]string{"areas.csv": areas + "5331,德宏州,COUNTY,53,,,\n533102,瑞丽市,COUNTY,5331,,,\n"},
			[]tabular.Problem{at(3, "level", "COUNTY", "level-not-below-parent")},
		},
		"a bad row of a parent that would be above": {
			map[string]string{"areas.csv": areas + "5331," + strings.Repeat("x", 6000) + ",PROVINCE,,,,\n533102,瑞丽市,PREFECTURE,5331,,,\n"},
			[]tabular.Problem{at(2, "name", strings.Repeat("x", 79)+"…", "text-too-long")},
		},
		"a bad row of a child that would be below": {
			map[string]string{"areas.csv": areas + "5331,德宏州,COUNTY,53,,,\n533102," + strings.Repeat("x", 6000) + ",TOWNSHIP,5331,,,\n"},
			[]tabular.Problem{at(3, "name", strings.Repeat("x", 79)+"…", "text-too-long")},
		},
	} {
		report, err := run(t, db, options, c.files)
		if _, refused := errors.AsType[*importer.Refused](err); !refused || len(report.Problems) != len(c.want) {
			t.Errorf("%s: %v %s", name, err, short(report.Problems))
			continue
		}
		for i, want := range c.want {
			got := report.Problems[i]
			if got.Line != want.Line || got.Column != want.Column || got.Value != want.Value || got.Rule != want.Rule || got.Remedy == "" {
				t.Errorf("%s: %s, not %+v", name, short(report.Problems), want)
			}
		}
		if everythingWritten(t, db) != before {
			t.Fatalf("%s: something was written", name)
		}
	}
	// A parent is taken away from below, and its former children with it.
	report, err := run(t, db, options, map[string]string{
		"areas.csv": areas + "533102,瑞丽市,TOWNSHIP,5331,,,\n533102102,畹町镇,TOWNSHIP,5331,,,\n533102103,弄岛镇,TOWNSHIP,5331,,,\n",
	})
	if err != nil {
		t.Errorf("a parent and all its children: %v %s", err, short(report.Problems))
	}
}
