package importer

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"syscall"

	"github.com/reliefgraph/reliefgraph/internal/importer/tabular"
)

// disk are the files of a folder on disk: regular ones alone, and none outside. A
// folder may come from others, and a link in it lead to what they may not read.
type disk struct {
	folder string
	// named is the file that was named itself, if one was: it may be a link to
	// anywhere, as whoever named it sees.
	named string
}

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
	look, open := root.Stat, root.OpenFile
	if name == d.named {
		within := func(name string) string { return path.Join(d.folder, name) }
		look = func(name string) (fs.FileInfo, error) { return os.Stat(within(name)) }
		open = func(name string, flag int, mode fs.FileMode) (*os.File, error) {
			return os.OpenFile(within(name), flag, mode)
		}
	}
	// Before it is opened: to open a device may do something.
	info, err := look(name)
	if err == nil {
		err = regular(info)
	}
	if err != nil {
		return nil, leadsOut(err)
	}
	// What has become a pipe since is not waited for.
	file, err := open(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
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
		return &tabular.Problem{Reason: "it is a folder", Remedy: "name a file in it"}
	}
	return &tabular.Problem{
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
	return &tabular.Problem{Reason: "it is a link that leads out of the folder", Remedy: "put the file itself in its place"}
}
