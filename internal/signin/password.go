package signin

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// parameters of argon2id (RFC 9106); a hash says those by which it was made, so that
// they can be raised.
type parameters struct {
	memory, passes uint32
	lanes          uint8
}

var present = parameters{memory: 19 << 10, passes: 2, lanes: 1}

const (
	saltLength = 16
	keyLength  = 32
	// Those of a hash that somebody has altered are not obeyed.
	mostMemory, mostPasses = 1 << 20, 64
)

// atOnce bounds the memory that passwords take, however many sign in.
var atOnce = make(chan struct{}, 4)

// Hash is what is kept of a password: $argon2id$v=19$m=…,t=…,p=…$salt$key. It is the
// same password whether a keyboard puts é together or apart.
func Hash(ctx context.Context, password string) (string, error) {
	salt := newSalt()
	key, err := present.key(ctx, norm.NFC.String(password), salt)
	if err != nil {
		return "", err
	}
	return written(present, salt, key), nil
}

func newSalt() []byte {
	salt := make([]byte, saltLength)
	rand.Read(salt)
	return salt
}

// key waits for its turn as long as who asked does.
func (p parameters) key(ctx context.Context, password string, salt []byte) ([]byte, error) {
	select {
	case <-ctx.Done():
	case atOnce <- struct{}{}:
		defer func() { <-atOnce }()
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("waiting to hash a password: %w", err)
	}
	return argon2.IDKey([]byte(password), salt, p.passes, p.memory, p.lanes, keyLength), nil
}

func written(p parameters, salt, key []byte) string {
	text := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.memory, p.passes, p.lanes, text(salt), text(key))
}

var errHash = errors.New("it is no hash of argon2id")

func read(hash string) (p parameters, salt, key []byte, err error) {
	parts := strings.Split(hash, "$")
	var version int
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return p, nil, nil, errHash
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return p, nil, nil, errHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.passes, &p.lanes); err != nil {
		return p, nil, nil, errHash
	}
	if p.memory == 0 || p.memory > mostMemory || p.passes == 0 || p.passes > mostPasses || p.lanes == 0 {
		return p, nil, nil, errHash
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return p, nil, nil, errHash
	}
	if key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil || len(key) != keyLength {
		return p, nil, nil, errHash
	}
	return p, salt, key, nil
}

// nobodys is the hash that is compared where there is none, so that a name that is
// unknown takes as long as one that is known.
var nobodys = written(present, newSalt(), make([]byte, keyLength))

// Matches tells whether a password is that of a hash; none is that of the empty hash.
func Matches(ctx context.Context, password, hash string) (bool, error) {
	known := hash != ""
	if !known {
		hash = nobodys
	}
	p, salt, kept, err := read(hash)
	if err != nil {
		return false, nil //nolint:nilerr // a hash that somebody has altered is nobody's
	}
	// What was hashed before it was put together is met as it is given. Both are compared
	// of a name that is unknown too, whatever the first says.
	readings := []string{norm.NFC.String(password)}
	if readings[0] != password {
		readings = append(readings, password)
	}
	same := 0
	for _, reading := range readings {
		key, err := p.key(ctx, reading, salt)
		if err != nil {
			return false, err
		}
		same |= subtle.ConstantTimeCompare(key, kept)
	}
	return known && same == 1, nil
}

// commonPasswords are common ones of 10 characters and more; source: docs/data.md.
//
//go:embed common.txt
var commonPasswords string

var common = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for password := range strings.Lines(commonPasswords) {
		all[strings.TrimSpace(password)] = true
	}
	return all
})

// Common tells whether a password, in small letters, is one of the most common.
func Common(password string) bool { return common()[password] }
