package audit

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is what is signed: so many entries of a log have this root.
type Checkpoint struct {
	Origin string
	Size   int64
	Root   tlog.Hash
}

func (c Checkpoint) text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, c.Root)
}

func (c Checkpoint) sign(key *Key) (string, error) {
	signed, err := note.Sign(&note.Note{Text: c.text()}, key.signer)
	if err != nil {
		return "", fmt.Errorf("signing a checkpoint: %w", err)
	}
	return string(signed), nil
}

var errEmpty = errors.New("it is empty, and no checkpoint")

// errOtherKey says that a checkpoint is not signed by the log's key.
var errOtherKey = errors.New("it is signed with another key than the log's")

// open reads a checkpoint that a key has signed.
func open(text, verifier string) (c Checkpoint, err error) {
	if strings.TrimSpace(text) == "" {
		return c, errEmpty
	}
	public, err := note.NewVerifier(verifier)
	if err != nil {
		return c, fmt.Errorf("the public key of the log: %w", err)
	}
	signed, err := note.Open([]byte(text), note.VerifierList(public))
	if _, unverified := errors.AsType[*note.UnverifiedNoteError](err); unverified {
		return c, errOtherKey
	}
	if err != nil {
		return c, fmt.Errorf("it is no checkpoint: %w", err)
	}
	return parseCheckpoint(signed.Text)
}

// Signed is a checkpoint as it is shown.
type Signed struct {
	Checkpoint
	Key  string // the name of the key that signed it, with its number
	Note string // the whole, from which others verify it
}

// ReadSigned reads a checkpoint without asking whether its signature is good: that is
// for who has the key from elsewhere.
func ReadSigned(text string) (s Signed, err error) {
	s.Note = text
	_, err = note.Open([]byte(text), note.VerifierList())
	unverified, ok := errors.AsType[*note.UnverifiedNoteError](err)
	if !ok {
		return s, fmt.Errorf("it is no checkpoint: %w", err)
	}
	signature := unverified.Note.UnverifiedSigs[0]
	s.Key = fmt.Sprintf("%s+%08x", signature.Name, signature.Hash)
	s.Checkpoint, err = parseCheckpoint(unverified.Note.Text)
	return s, err
}

func parseCheckpoint(text string) (c Checkpoint, err error) {
	lines := strings.SplitN(text, "\n", 4)
	if len(lines) < 4 {
		return c, errors.New("it is no checkpoint: it has fewer than three lines")
	}
	c.Origin = lines[0]
	if c.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || c.Size < 0 {
		return c, errors.New("it is no checkpoint: its second line is no size")
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return c, errors.New("it is no checkpoint: its third line is no root")
	}
	c.Root = tlog.Hash(root)
	return c, nil
}
