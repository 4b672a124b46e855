package importer

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// Source is one file to import.
type Source struct {
	Files fs.FS
	Name  string // within Files
	Shown string // as the user named it

	unread bool // a folder holds it, and it is not of the files that are read
}

// kindName is the kind of a file, as import-formats.md names it.
type kindName string

const (
	kindCalendar    kindName = "calendar"
	kindAreas       kindName = "areas"
	kindDepartments kindName = "departments"
	kindCatalogs    kindName = "catalogs"
	kindEntries     kindName = "entries"
	kindAssignments kindName = "assignments"
	kindDisclosures kindName = "disclosures"
	kindEvents      kindName = "events"
	kindRelief      kindName = "relief"
	kindNews        kindName = "news"
	kindConcerns    kindName = "concerns"
	kindReviews     kindName = "reviews"
	kindOrders      kindName = "orders"
	kindOrderEvents kindName = "order_events"
	kindRequests    kindName = "exemption_requests"
)

// inOrder lists the kinds so that what a file refers to comes before it.
var inOrder = []kindName{
	kindCalendar,
	kindAreas,
	kindDepartments,
	kindCatalogs,
	kindAssignments,
	kindDisclosures,
	kindReviews,
	kindConcerns,
	kindEvents,
	kindRelief,
	kindNews,
	kindOrders,
	kindOrderEvents,
	kindRequests,
}

// sorted are the sources by kind.
type sorted map[kindName][]Source

// FromPaths names the files of paths on disk. The path of a folder may be a
// link; a file that is a link out of its folder is refused, named or not.
func FromPaths(paths []string) ([]Source, error) {
	var sources []Source
	for _, source := range paths {
		info, err := os.Stat(source)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, problem.Invalid(source, "check the path", "there is no such file or folder")
		case err != nil:
			return nil, fmt.Errorf("looking at %s: %w", source, err)
		case info.IsDir():
			found, err := FromFolder(disk{source}, source)
			if err != nil {
				return nil, err
			}
			sources = append(sources, found...)
		default:
			if p, irregular := errors.AsType[*tabular.Problem](regular(info)); irregular {
				return nil, problem.Invalid(source, p.Remedy, "%s", p.Reason)
			}
			if err := withinFolder(source); err != nil {
				return nil, err
			}
			sources = append(sources, Source{Files: disk{filepath.Dir(source)}, Name: filepath.Base(source), Shown: source})
		}
	}
	return sources, nil
}

// FromFolder names the files of a folder: those on its first level, and the
// calendars in its folder calendar.
func FromFolder(files fs.FS, shown string) ([]Source, error) {
	var sources []Source
	for _, folder := range []string{".", "calendar"} {
		entries, err := fs.ReadDir(files, folder)
		if folder != "." && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if p, outside := errors.AsType[*tabular.Problem](err); outside {
			return nil, problem.Invalid(path.Join(shown, folder), p.Remedy, "%s", p.Reason)
		}
		if err != nil {
			return nil, fmt.Errorf("reading the folder %s: %w", path.Join(shown, folder), err)
		}
		for _, entry := range entries {
			name := path.Join(folder, entry.Name())
			if passedOver(entry.Name()) || folder == "." && entry.Name() == "calendar" {
				continue
			}
			source := Source{Files: files, Name: name, Shown: path.Join(shown, name)}
			source.unread = !importable(name) || entry.IsDir() && !named(name) || stem(name) == string(kindCalendar)
			if entry.IsDir() && source.unread {
				within, err := unreadWithin(files, name, shown)
				if err != nil {
					return nil, err
				}
				sources = append(sources, within...)
				continue
			}
			sources = append(sources, source)
		}
	}
	if !slices.ContainsFunc(sources, func(s Source) bool { return !s.unread || namedAsTable(s.Name) }) {
		return nil, problem.Invalid(shown, "name its files areas.csv, disclosures.xlsx and so on", "the folder holds nothing to import")
	}
	return sources, nil
}

// FromUpload names files that were sent by their names, as those of a folder's first
// level; calendars are known by their ending.
func FromUpload(files fs.FS, names []string) []Source {
	var sources []Source
	for _, name := range names {
		if !passedOver(name) {
			sources = append(sources, Source{Files: files, Name: name, Shown: name, unread: !importable(name)})
		}
	}
	return sources
}

// passedOver tells what a folder may hold beside import files, which is not told.
func passedOver(base string) bool {
	return strings.HasPrefix(base, ".") || firstPart(base) == "readme"
}

// firstPart is a file's name without any of its endings, letter case aside.
func firstPart(name string) string {
	first, _, _ := strings.Cut(strings.ToLower(path.Base(name)), ".")
	return first
}

// namedAsTable tells whether a file that is not read is named as one that is, or lies
// in a folder that is named so.
func namedAsTable(name string) bool {
	table := func(part string) bool {
		return kindName(part) == kindCalendar || kindCalled(part) != ""
	}
	for _, part := range strings.Split(path.Dir(name), "/") {
		if kindName(strings.ToLower(part)) == kindCalendar && part != string(kindCalendar) {
			return true
		}
	}
	return table(firstPart(name))
}

// mostWithin is how many files of a folder within a folder are told of.
const mostWithin = 1000

// unreadWithin are the files of a folder within a folder, which is not read: those
// named as tables, else the folder itself.
func unreadWithin(files fs.FS, folder, shown string) (sources []Source, err error) {
	held, other := 0, 0
	for queue := []string{folder}; len(queue) > 0; queue = queue[1:] {
		entries, err := fs.ReadDir(files, queue[0])
		if err != nil {
			return nil, fmt.Errorf("reading the folder %s: %w", path.Join(shown, queue[0]), err)
		}
		for _, entry := range entries {
			name := path.Join(queue[0], entry.Name())
			switch {
			case passedOver(entry.Name()):
				continue
			case entry.IsDir() && held < mostWithin:
				queue = append(queue, name)
			case namedAsTable(name) && len(sources) < mostWithin:
				sources = append(sources, Source{Files: files, Name: name, Shown: path.Join(shown, name), unread: true})
			default:
				other++
			}
			held++
		}
	}
	if other > 0 || held == 0 {
		sources = append(sources, Source{Files: files, Name: folder + "/", Shown: path.Join(shown, folder) + "/", unread: true})
	}
	return sources, nil
}

func importable(name string) bool {
	name = strings.ToLower(name)
	if strings.HasSuffix(name, ".csv.gz") {
		name = strings.TrimSuffix(name, ".gz")
	}
	switch path.Ext(name) {
	case ".csv", ".xlsx", ".xlsm", ".json":
		return !strings.HasPrefix(path.Base(name), ".") && !strings.HasPrefix(path.Base(name), "~$")
	}
	return false
}

// named tells whether a name alone says what a file is.
func named(name string) bool {
	return path.Dir(name) == "calendar" || kindCalled(stem(name)) != ""
}

// kindCalled is the kind of file of a name without endings, in either language; empty
// where there is none.
func kindCalled(name string) kindName {
	if layoutOf[kindName(name)].header != nil {
		return kindName(name)
	}
	for kind, layout := range layoutOf {
		if slices.Contains(layout.chinese, name) {
			return kind
		}
	}
	return ""
}

// stem is a file's name without its endings.
func stem(name string) string {
	base := strings.ToLower(path.Base(name))
	base = strings.TrimSuffix(base, ".gz")
	return strings.TrimSuffix(base, path.Ext(base))
}

// sortSources finds out the kind of every file: by its name, else by its header.
func sortSources(sources []Source, report *Report) sorted {
	byKind := sorted{}
	for _, source := range sources {
		if source.unread {
			report.unreadFile(source)
			continue
		}
		kind, ok := kindOf(source, report)
		if ok {
			byKind[kind] = append(byKind[kind], source)
		}
	}
	for _, of := range byKind {
		slices.SortStableFunc(of, func(a, b Source) int { return strings.Compare(a.Shown, b.Shown) })
	}
	return byKind
}

// unreadFile tells of a file that is not read: it is refused where its name is that of
// one that is.
func (r *Report) unreadFile(source Source) {
	if !namedAsTable(source.Name) {
		r.warn(tabular.Problem{
			Code: "file-not-read",
			File: source.Shown, Reason: "it is not read: it is no CSV, XLSX or calendar of this folder",
			Remedy: "leave it, or take it out of the folder if the warning is in the way",
		})
		return
	}
	remedy := "save it as " + firstPart(source.Name) + ".csv or .xlsx in the folder itself, or take it out"
	if base := path.Base(source.Name); path.Ext(base) == ".json" {
		remedy = "put it into the folder calendar, named by its year as 2027.json"
	}
	r.problem(
		tabular.Problem{
			Code:   "named-as-table",
			File:   source.Shown,
			Reason: "it is named as an import file, and stands where or in a form in which none is read",
			Remedy: remedy,
		},
	)
}

func kindOf(source Source, report *Report) (kindName, bool) {
	if strings.HasSuffix(strings.ToLower(source.Name), ".json") {
		return kindCalendar, true
	}
	if named := kindCalled(stem(source.Name)); named != "" && named != kindEntries {
		return named, true
	}
	headers, err := tabular.Headers(source.Files, source.Name)
	if p, ok := errors.AsType[*tabular.Problem](err); ok {
		p.File = source.Shown
		report.problem(*p)
		return "", false
	}
	for _, header := range headers {
		if kind, ok := kindOfHeader(header); ok && err == nil {
			return kind, true
		}
	}
	report.problem(tabular.Problem{
		Code: "unknown-file",
		File: source.Shown, Reason: "its name and its header fit no kind of import file",
		Remedy: "name it like areas.csv or disclosures.xlsx, with the columns of docs/contract/import-formats.md",
	})
	return "", false
}

// kindOfHeader is the one kind that has all of the header's columns, its key
// among them; else the kind with the most of them, if these are most of both:
// what else the header has or lacks is told when it is read.
func kindOfHeader(header []string) (best kindName, ok bool) {
	most, whole := 0, []kindName{}
	for _, kind := range append(slices.Clone(inOrder), kindEntries) {
		shared, keyed := 0, len(layoutOf[kind].header) > 0
		for _, column := range layoutOf[kind].header {
			if slices.ContainsFunc(header, column.Named) {
				shared++
			} else if column.Required {
				keyed = false
			}
		}
		if keyed && shared == len(header) {
			whole = append(whole, kind)
		}
		if shared > most && 2*shared > len(header) && 2*shared > len(layoutOf[kind].header) {
			best, most, ok = kind, shared, true
		}
	}
	if len(whole) == 1 {
		return whole[0], true
	}
	return best, ok
}
