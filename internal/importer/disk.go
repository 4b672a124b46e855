package importer

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// disk are the files of a folder on disk: regular ones alone, and none outside. A
// folder may come from others, and a link in it lead to what they may not read.
type disk struct{ folder string }

// Open opens a file.
func (d disk) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	root, err := os.OpenRoot(d.folder)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	// Before it is opened: to open a device may do something.
	info, err := root.Stat(name)
	if err == nil {
		err = regular(info)
	}
	if err != nil {
		return nil, leadsOut(err)
	}
	// What has become a pipe since is not waited for.
	file, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, leadsOut(err)
	}
	if info, err = file.Stat(); err == nil {
		err = regular(info)
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// withinFolder refuses a file that was named itself and is a link out of its folder: all
// the files of a folder are named at once as easily as the folder is.
func withinFolder(file string) error {
	root, err := os.OpenRoot(filepath.Dir(file))
	if err != nil {
		return err
	}
	defer root.Close()
	_, err = root.Stat(filepath.Base(file))
	p, outside := errors.AsType[*tabular.Problem](leadsOut(err))
	if !outside {
		return err
	}
	target, err := filepath.EvalSymlinks(file)
	if err != nil {
		return err
	}
	return problem.Invalid(file, "if that is what you mean, name "+target+" itself", "%s", p.Reason)
}

// ReadDir lists a folder.
func (d disk) ReadDir(name string) ([]fs.DirEntry, error) {
	root, err := os.OpenRoot(d.folder)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	entries, err := fs.ReadDir(root.FS(), name)
	return entries, leadsOut(err)
}

func regular(info fs.FileInfo) error {
	switch {
	case info.Mode().IsRegular():
		return nil
	case info.IsDir():
		return &tabular.Problem{Code: "no-file", Reason: "it is a folder", Remedy: "name a file in it"}
	}
	return &tabular.Problem{
		Code:   "no-file",
		Reason: fmt.Sprintf("it is no file but a pipe, a socket or a device (%s)", info.Mode().Type()),
		Remedy: "put a file in its place",
	}
}

// leadsOut tells a link that leads out of its folder: what the library says then is
// no fault of the system and none of its exported errors.
func leadsOut(err error) error {
	_, ofSystem := errors.AsType[syscall.Errno](err)
	at, ofPath := errors.AsType[*fs.PathError](err)
	if !ofPath || ofSystem || errors.Is(at, fs.ErrNotExist) || errors.Is(at, fs.ErrInvalid) {
		return err
	}
	return &tabular.Problem{
		Code:   "leads-out",
		Reason: "it is a link that leads out of the folder",
		Remedy: "put the file itself in its place",
	}
}
