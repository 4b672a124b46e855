package signin_test

import (
	"strings"
	"testing"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/signin"
)

// TestPasswords: a hash is that of its password alone, tells its parameters, and no
// other text is one.
func TestPasswords(t *testing.T) {
	t.Parallel()
	const password = "一二三四五六七八九十"
	hash := signin.Hash(password)
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") || hash == signin.Hash(password) {
		t.Error(hash)
	}
	if !signin.Matches(password, hash) || signin.Matches(password+" ", hash) || signin.Matches("", "") {
		t.Error("what matches is not the password")
	}
	lesser := strings.Replace(hash, "t=2", "t=1", 1)
	if signin.Matches(password, lesser) || !signin.Outdated(lesser) || signin.Outdated(hash) {
		t.Error("the parameters of the hash are not heeded")
	}
	for _, wrong := range []string{
		"x", "$argon2id$", strings.Replace(hash, "argon2id", "argon2i", 1), strings.Replace(hash, "m=19456", "m=99999999", 1),
		strings.Replace(hash, "t=2", "t=0", 1), strings.Replace(hash, "p=1", "p=0", 1), hash + "$", hash[:len(hash)-4],
	} {
		if signin.Matches(password, wrong) {
			t.Errorf("matches %s", wrong)
		}
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

// TestTries: one name is held up at one address, not others there, and one that has
// been right at an address is not held up there by what is tried elsewhere or by others.
func TestTries(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	tries := signin.NewTries()
	wrong := func(name, address string, times int) {
		for range times {
			tries.Begin(name, address, now)
		}
	}
	held := func(name, address string, at time.Time) bool { return tries.Begin(name, address, at) > 0 }
	tries.Right("known", "office", now)
	wrong("a", "office", 19)
	if held("a", "office", now) {
		t.Error("held up too soon")
	}
	wrong("a", "office", 1)
	if !held("a", "office", now) || held("b", "office", now) || held("a", "home", now) {
		t.Error("not the one name at the one address is held up")
	}
	if held("a", "office", now.Add(16*time.Minute)) {
		t.Error("held up for too long")
	}
	for n := range 60 {
		wrong("x"+string(rune('0'+n)), "office", 19)
	}
	if !held("new", "office", now) || held("known", "office", now) {
		t.Error("an office where many were wrong: who was right there goes on, others wait")
	}
	for n := range 12 {
		wrong("known", "away"+string(rune('0'+n)), 19)
	}
	if !held("known", "elsewhere", now) || held("known", "office", now) {
		t.Error("a name that is tried everywhere: it goes on where it was right, elsewhere it waits")
	}
}

// TestCommon: the most common passwords are known, whatever letters they are in.
func TestCommon(t *testing.T) {
	t.Parallel()
	if !signin.Common("password123") || !signin.Common("1234567890") || signin.Common("") || signin.Common("瑞丽市应急管理局二〇二六") {
		t.Error("the common passwords are others")
	}
}
