package signin_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"github.com/reliefgraph/reliefgraph/internal/signin"
)

// TestPasswords: a hash is that of its password alone, tells its parameters, and no
// other text is one.
func TestPasswords(t *testing.T) {
	t.Parallel()
	const password = "一二三四五六七八九十"
	hashed := func() string {
		hash, err := signin.Hash(t.Context(), password)
		if err != nil {
			t.Fatal(err)
		}
		return hash
	}
	matches := func(password, hash string) bool {
		same, err := signin.Matches(t.Context(), password, hash)
		return same && err == nil
	}
	hash := hashed()
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") || hash == hashed() {
		t.Error(hash)
	}
	if !matches(password, hash) || matches(password+" ", hash) || matches("", "") {
		t.Error("what matches is not the password")
	}
	if matches(password, strings.Replace(hash, "t=2", "t=1", 1)) {
		t.Error("the parameters of the hash are not heeded")
	}
	for _, wrong := range []string{
		"x", "$argon2id$", strings.Replace(hash, "argon2id", "argon2i", 1), strings.Replace(hash, "m=19456", "m=99999999", 1),
		strings.Replace(hash, "t=2", "t=0", 1), strings.Replace(hash, "p=1", "p=0", 1), hash + "$", hash[:len(hash)-4],
	} {
		if matches(password, wrong) {
			t.Errorf("matches %s", wrong)
		}
	}
}

// TestPasswordsTypedAlike: é is the same put together or apart, when the password is
// set and when it is given; a hash that was made of it apart is still met so.
func TestPasswordsTypedAlike(t *testing.T) {
	t.Parallel()
	const together, apart = "caf\u00e9 12345", "cafe\u0301 12345"
	// Made with the salt "saltsaltsaltsalt" of what is apart, as it is.
	key := argon2.IDKey([]byte(apart), []byte("saltsaltsaltsalt"), 1, 8, 1, 32)
	text := base64.RawStdEncoding.EncodeToString
	before := "$argon2id$v=19$m=8,t=1,p=1$" + text([]byte("saltsaltsaltsalt")) + "$" + text(key)
	hashes := map[string]string{"before": before}
	for name, password := range map[string]string{"together": together, "apart": apart} {
		hash, err := signin.Hash(t.Context(), password)
		if err != nil {
			t.Fatal(err)
		}
		hashes[name] = hash
	}
	for _, c := range []struct {
		hash, given string
		same        bool
	}{
		{"together", together, true},
		{"together", apart, true},
		{"apart", together, true},
		{"apart", apart, true},
		{"before", apart, true},
		{"before", together, false},
		{"together", "cafe 12345", false},
		{"apart", apart + "\u0301", false},
	} {
		if same, err := signin.Matches(t.Context(), c.given, hashes[c.hash]); err != nil || same != c.same {
			t.Errorf("%+q of one set %s: %v %v", c.given, c.hash, same, err)
		}
	}
}

// TestNobodyWaits: who has gone does not go on waiting for a turn.
func TestNobodyWaits(t *testing.T) {
	t.Parallel()
	gone, leave := context.WithCancel(t.Context())
	leave()
	waited := 0
	for range 50 {
		if _, err := signin.Hash(gone, "x"); errors.Is(err, context.Canceled) {
			waited++
		}
		if _, err := signin.Matches(gone, "x", ""); errors.Is(err, context.Canceled) {
			waited++
		}
	}
	if waited != 100 {
		t.Errorf("%d of 100 that had gone were not served", waited)
	}
}

// TestTokens: a token that was copied in part is known for none.
func TestTokens(t *testing.T) {
	t.Parallel()
	token := signin.NewToken()
	if !signin.IsToken(token) || token == signin.NewToken() || !strings.HasPrefix(token, "rg_") {
		t.Error(token)
	}
	for _, wrong := range []string{"", "rg_", token[1:], token[:len(token)-1], token + "0", strings.ToUpper(token), "rg_00000000"} {
		if signin.IsToken(wrong) {
			t.Errorf("%s counts as a token", wrong)
		}
	}
}

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// wrongly tries a name at an address so often, as far as it may, and returns how often
// it might.
func wrongly(tries *signin.Tries, name, address string, times int) (begun int) {
	for range times {
		if tries.Begin(name, address, noon) == 0 {
			begun++
		}
	}
	return begun
}

// TestTries: one name is held up at one address for a while, not others there, nor it
// elsewhere.
func TestTries(t *testing.T) {
	t.Parallel()
	tries := signin.NewTries()
	if begun := wrongly(tries, "a", "office", 50); begun != 20 {
		t.Errorf("a name may be wrong %d times at an address", begun)
	}
	if tries.Begin("b", "office", noon) > 0 || tries.Begin("a", "home", noon) > 0 {
		t.Error("not the one name at the one address is held up")
	}
	if wait := tries.Begin("a", "office", noon); wait != 15*time.Minute {
		t.Errorf("it waits %s", wait)
	}
	if tries.Begin("a", "office", noon.Add(16*time.Minute)) > 0 {
		t.Error("held up for too long")
	}
}

// TestOfficeIsNotLockedOut: however many names were wrong at an address, each that was
// not tried there gets in there, now and when the servers have forgotten who was right
// there; one that was tried often, no more.
func TestOfficeIsNotLockedOut(t *testing.T) {
	t.Parallel()
	tries := signin.NewTries()
	tries.Right("known", "office", noon)
	for n := range 2000 {
		wrongly(tries, fmt.Sprint("x", n), "office", 20)
	}
	for n := range 300 {
		name := fmt.Sprint("person", n)
		if wait := tries.Begin(name, "office", noon); wait > 0 {
			t.Fatalf("%s waits %s though nobody tried that name", name, wait)
		}
		tries.Right(name, "office", noon)
	}
	if begun := wrongly(tries, "new", "office", 50); begun != 3 {
		t.Errorf("a name may be wrong %d times where many were", begun)
	}
	if begun := wrongly(tries, "known", "office", 50); begun != 20 {
		t.Errorf("a name that was right there may be wrong %d times", begun)
	}
	if wait := tries.Begin("", "office", noon); wait > 0 {
		t.Errorf("no name waits %s for what others did", wait)
	}
	if tries.Begin("new", "office", noon.Add(16*time.Minute)) > 0 {
		t.Error("held up for too long")
	}
}

// TestNameTriedEverywhere: a name goes on where it was right and where it was not tried,
// until a crowd of addresses has tried it.
func TestNameTriedEverywhere(t *testing.T) {
	t.Parallel()
	tries := signin.NewTries()
	tries.Right("known", "office", noon)
	var begun int
	for n := range 10 {
		begun += wrongly(tries, "known", fmt.Sprint("away", n), 50)
	}
	if wait := tries.Begin("known", "hotel", noon); begun != 200 || wait > 0 {
		t.Errorf("after %d tries elsewhere it waits %s", begun, wait)
	}
	begun++
	for n := range 2000 {
		begun += wrongly(tries, "known", fmt.Sprint("far", n), 50)
	}
	if begun != 2000 {
		t.Errorf("a name may be wrong %d times in all", begun)
	}
	if tries.Begin("known", "elsewhere", noon) == 0 || tries.Begin("known", "office", noon) > 0 {
		t.Error("it waits where it was never right, and not where it was")
	}
}

// TestInside: present passwords are counted by name alone.
func TestInside(t *testing.T) {
	t.Parallel()
	tries := signin.NewTries()
	for n := range 100 {
		if begun := wrongly(tries, fmt.Sprint("person", n), signin.Inside, 30); begun != 20 {
			t.Fatalf("person %d may be wrong %d times", n, begun)
		}
	}
	if begun := wrongly(tries, "person1", "office", 30); begun != 20 {
		t.Errorf("from outside it may be wrong %d times", begun)
	}
}

// TestTriesAreNotFlushed: who tries very many names does not have forgotten how often
// one of them was wrong.
func TestTriesAreNotFlushed(t *testing.T) {
	t.Parallel()
	tries := signin.NewTries()
	wrongly(tries, "a", "office", 20)
	for n := range 120_000 {
		tries.Begin(fmt.Sprint("x", n), "office", noon)
	}
	if tries.Begin("a", "office", noon) == 0 {
		t.Error("it was forgotten how often the name was wrong")
	}
}

// TestCommon: the most common passwords are known, whatever letters they are in.
func TestCommon(t *testing.T) {
	t.Parallel()
	if !signin.Common("password123") || !signin.Common("1234567890") || signin.Common("") || signin.Common("瑞丽市应急管理局二〇二六") {
		t.Error("the common passwords are others")
	}
}
