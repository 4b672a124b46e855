package server

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"path"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// Files that are sent are kept on disk while they are read, without a name there, so
// that nothing is left of them however the program ends.

// mostFiles is how many files one request may send.
const mostFiles = 200

// upload are the files of a request, by the names that were sent with them.
type upload struct {
	names []string
	files map[string]*os.File
}

// Open opens a file.
func (u *upload) Open(name string) (fs.File, error) {
	kept, ok := u.files[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	info, err := kept.Stat()
	if err != nil {
		return nil, err
	}
	return sentFile{io.NewSectionReader(kept, 0, info.Size()), info}, nil
}

// sentFile reads a kept file from its beginning.
type sentFile struct {
	*io.SectionReader
	info fs.FileInfo
}

// Stat tells the file's size.
func (f sentFile) Stat() (fs.FileInfo, error) { return f.info, nil }

// Close ends the reading; the file is kept.
func (f sentFile) Close() error { return nil }

func (u *upload) remove() {
	for _, kept := range u.files {
		kept.Close()
	}
}

// receive reads the files of a request, in no more bytes than the limit and as long as
// some come at all.
func (s *Server) receive(w http.ResponseWriter, r *http.Request) (_ *upload, err error) {
	tooLarge := problem.Invalid("", "send less at a time", "the request has more than %d bytes", s.options.Limits.UploadBytes)
	if r.ContentLength > s.options.Limits.UploadBytes {
		return nil, &tooMuch{tooLarge}
	}
	r.Body = http.MaxBytesReader(w, r.Body, s.options.Limits.UploadBytes)
	sent := &upload{files: map[string]*os.File{}}
	defer func() {
		if err == nil {
			return
		}
		sent.remove()
		var over *http.MaxBytesError
		if errors.As(err, &over) {
			err = &tooMuch{tooLarge}
		}
	}()
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, problem.Invalid("", "send multipart/form-data with a boundary", "the request holds no files: %s", err)
	}
	control := http.NewResponseController(w)
	for {
		patient(control)
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, brokenOff(err)
		}
		if err := sent.keep(part, control); err != nil {
			return nil, err
		}
	}
	if len(sent.names) == 0 {
		return nil, problem.Invalid("", "send areas.csv, disclosures.xlsx and so on, each as a part with its file name", "no file was sent")
	}
	return sent, nil
}

// tooMuch is the error of a request that sends more than is taken.
type tooMuch struct{ error }

func (e *tooMuch) Unwrap() error { return e.error }

// brokenOff tells of a request that ends before its end.
func brokenOff(err error) error {
	return fmt.Errorf(
		"%w: %w",
		problem.Invalid("", "send it again", "the request broke off or is no multipart/form-data; nothing was written"),
		err,
	)
}

// patient gives whoever sends files a new time for the next part of them.
func patient(control *http.ResponseController) {
	control.SetReadDeadline(time.Now().Add(readersPatience)) //nolint:errcheck // only tests have readers without deadlines
}

// keep writes one file to disk.
func (u *upload) keep(part *multipart.Part, control *http.ResponseController) error {
	name, err := nameOf(part)
	if err != nil {
		return err
	}
	if name == "" { // what a form sends where nothing was chosen
		if n, err := io.Copy(io.Discard, io.LimitReader(part, 1)); err != nil || n == 0 {
			return err
		}
		return problem.Invalid(part.FormName(), "name it as the file is called, as areas.csv", "the part has no file name")
	}
	switch {
	case u.files[name] != nil:
		return problem.Invalid(name, "send one of them, or name them apart", "two files have this name")
	case len(u.files) == mostFiles:
		return problem.Invalid("", "send some of them first", "the request has more than %d files", mostFiles)
	}
	kept, err := os.CreateTemp("", "reliefgraph-upload-*")
	if err != nil {
		return fmt.Errorf("keeping a file that was sent: %w", err)
	}
	u.files[name], u.names = kept, append(u.names, name)
	if err := os.Remove(kept.Name()); err != nil {
		return fmt.Errorf("keeping a file that was sent: %w", err)
	}
	const readAtOnce = 1 << 20
	for {
		patient(control)
		_, err := io.CopyN(kept, part, readAtOnce)
		var full *fs.PathError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &full):
			return fmt.Errorf(
				"%w: %w",
				problem.New(problem.Unavailable, "", "the server has no room to keep the files; try again later"),
				err,
			)
		case err != nil:
			return brokenOff(err)
		}
	}
}

// nameOf is the name that a part's file was sent with, folders included: files of
// entries are named by them.
func nameOf(part *multipart.Part) (string, error) {
	_, parameters, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil || parameters["filename"] == "" {
		return "", nil //nolint:nilerr // the part has none
	}
	name := path.Clean(parameters["filename"])
	if !fs.ValidPath(name) {
		return "", problem.Invalid(parameters["filename"], "send it under its own name", "this is no name of a file")
	}
	return name, nil
}
