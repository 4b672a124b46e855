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
			sources = append(sources, Source{disk{filepath.Dir(source)}, filepath.Base(source), source})
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
			if !importable(name) || entry.IsDir() && !named(name) {
				continue
			}
			sources = append(sources, Source{files, name, path.Join(shown, name)})
		}
	}
	if len(sources) == 0 {
		return nil, problem.Invalid(shown, "name its files areas.csv, disclosures.xlsx and so on", "the folder holds nothing to import")
	}
	return sources, nil
}

func importable(name string) bool {
	name = strings.ToLower(name)
	if strings.HasSuffix(name, ".csv.gz") {
		name = strings.TrimSuffix(name, ".gz")
	}
	switch path.Ext(name) {
	case ".csv", ".xlsx", ".json":
		return !strings.HasPrefix(path.Base(name), ".") && !strings.HasPrefix(path.Base(name), "~$")
	}
	return false
}

// named tells whether a name alone says what a file is.
func named(name string) bool {
	return path.Dir(name) == "calendar" || layoutOf[kindName(stem(name))].header != nil
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

func kindOf(source Source, report *Report) (kindName, bool) {
	if strings.HasSuffix(strings.ToLower(source.Name), ".json") {
		return kindCalendar, true
	}
	named := kindName(stem(source.Name))
	if layoutOf[named].header != nil && named != kindEntries {
		return named, true
	}
	header, err := tabular.Header(source.Files, source.Name)
	if p, ok := errors.AsType[*tabular.Problem](err); ok {
		p.File = source.Shown
		report.problem(*p)
		return "", false
	}
	if kind, ok := kindOfHeader(header); ok && err == nil {
		return kind, true
	}
	report.problem(tabular.Problem{
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
			if slices.ContainsFunc(header, func(title string) bool { return strings.EqualFold(title, column.Name) }) {
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
