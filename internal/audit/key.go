package audit

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// Key signs checkpoints. It lies outside the database, so that who may write there
// cannot sign.
type Key struct {
	signer   note.Signer
	verifier string
}

// Verifier is the public key, as note has it.
func (k *Key) Verifier() string { return k.verifier }

// KeyFile is the name of the file in a data folder.
const KeyFile = "log.key"

// keyName is the signer's name in checkpoints.
const keyName = "reliefgraph"

// ParseKey reads what a key file holds: the private key, then the public one, a line each.
func ParseKey(file, content string) (*Key, error) {
	private, verifier, _ := strings.Cut(strings.TrimSpace(content), "\n")
	signer, err := note.NewSigner(strings.TrimSpace(private))
	if err != nil {
		return nil, problem.Invalid(file, "put the file back as it was first made, or name the right one with --log-key",
			"the key of the log cannot be read: %v", err)
	}
	verifier = strings.TrimSpace(verifier)
	public, err := note.NewVerifier(verifier)
	if err != nil || public.Name() != signer.Name() || public.KeyHash() != signer.KeyHash() {
		return nil, problem.Invalid(file, "put the file back as it was first made, or name the right one with --log-key",
			"the second line is not the public key of the first")
	}
	return &Key{signer, verifier}, nil
}

// NewKey makes a key, and its file, which its owner alone may read. Where another
// has just made the file, that is read.
func NewKey(file string) (*Key, error) {
	private, verifier, err := note.GenerateKey(rand.Reader, keyName)
	if err != nil {
		return nil, fmt.Errorf("making the log's key: %w", err)
	}
	mode := fs.FileMode(0o700)
	if os.Geteuid() == 0 { // whose data folder the database's account must pass through
		mode = 0o711
	}
	if err := os.MkdirAll(filepath.Dir(file), mode); err != nil {
		return nil, fmt.Errorf("making a folder for the log's key: %w; name a file with --log-key", err)
	}
	content := private + "\n" + verifier + "\n"
	made, err := os.CreateTemp(filepath.Dir(file), ".log-key-")
	if err != nil {
		return nil, fmt.Errorf("making the log's key: %w; name a file with --log-key", err)
	}
	defer os.Remove(made.Name())
	_, err = made.WriteString(content)
	if err := errors.Join(err, made.Sync(), made.Close()); err != nil {
		return nil, fmt.Errorf("writing the log's key: %w", err)
	}
	// All of it at once, and none that is there already is lost.
	switch err := os.Link(made.Name(), file); {
	case errors.Is(err, fs.ErrExist):
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("reading the log's key: %w", err)
		}
		return ParseKey(file, string(content))
	case err != nil:
		return nil, fmt.Errorf("writing the log's key: %w; name a file with --log-key", err)
	}
	return ParseKey(file, content)
}
