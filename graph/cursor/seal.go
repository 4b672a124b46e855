package cursor

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/reliefgraph/reliefgraph/graph/opaque"
)

// Seal closes cursors whose places are not for everybody to read: the row is shown, the
// document in it is not. The same place is sealed the same way, so that it has one
// cursor.
type Seal struct {
	aead cipher.AEAD
	key  []byte
}

// NewSeal makes the seal of a secret of 32 bytes.
func NewSeal(secret []byte) (*Seal, error) {
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, fmt.Errorf("sealing cursors: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("sealing cursors: %w", err)
	}
	return &Seal{aead, append([]byte("nonces of cursors "), secret...)}, nil
}

const blank = " " // no code, day or ref has one

// Close seals a text; the tag says of what kind it is.
func (s *Seal) Close(plain, tag string) string {
	sum := hmac.New(sha256.New, s.key)
	sum.Write([]byte(tag + blank + plain))
	nonce := sum.Sum(nil)[:s.aead.NonceSize()]
	return base64.RawURLEncoding.EncodeToString(s.aead.Seal(nonce, nonce, []byte(plain), []byte(tag)))
}

// Open is the text that Close sealed with the same tag.
func (s *Seal) Open(sealed, tag string) (plain string, ok bool) {
	content, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil || len(content) < s.aead.NonceSize() {
		return "", false
	}
	nonce, rest := content[:s.aead.NonceSize()], content[s.aead.NonceSize():]
	opened, err := s.aead.Open(nil, nonce, rest, []byte(tag))
	return string(opened), err == nil
}

// Sealed makes the cursor of a row, closed.
func (l List) Sealed(seal *Seal, parts ...string) string {
	return opaque.Pack(l.tag, seal.Close(strings.Join(parts, blank), l.tag))
}

// ReadSealed is Read of a cursor that Sealed made.
func (l List) ReadSealed(seal *Seal, wanted Wanted, parts int) ([]string, error) {
	read, err := l.Read(wanted, 1)
	if err != nil || read == nil {
		return nil, err
	}
	plain, ok := seal.Open(read[0], l.tag)
	if held := strings.Split(plain, blank); ok && len(held) == parts {
		return held, nil
	}
	return nil, wanted.Foreign()
}
