package signin

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"strings"
)

// prefix marks a token, so that scanners for secrets find one that was published.
const prefix = "rg_"

// secretBytes are as many as nobody guesses.
const secretBytes = 24

// NewToken makes a token: the prefix, a secret, and a checksum by which one that was
// copied in part is known without a look at the database.
func NewToken() string {
	secret := random()
	return prefix + secret + checksum(secret)
}

// IsToken tells whether a text has the form of a token.
func IsToken(text string) bool {
	secret, ok := strings.CutPrefix(text, prefix)
	if sum := len(secret) - checksumLength; ok && sum > 0 {
		return checksum(secret[:sum]) == secret[sum:]
	}
	return false
}

const checksumLength = 8

func checksum(secret string) string { return fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(secret))) }

// NewSession makes the id of a session, which its cookie holds. By its end it is no
// name: one that stands where an operation's name should is not taken for that, and
// so not told in the log.
func NewSession() string { return random() + "-" }

func random() string {
	secret := make([]byte, secretBytes)
	rand.Read(secret)
	return base64.RawURLEncoding.EncodeToString(secret)
}

// HashOf is what is kept of a token or a session's id: they cannot be guessed, so that
// a fast hash does.
func HashOf(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}
