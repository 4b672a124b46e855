package account_test

import (
	"strings"
	"testing"

	"github.com/reliefgraph/reliefgraph/internal/account"
	"github.com/reliefgraph/reliefgraph/internal/signin"
)

// TestPasswords: a password is refused for its length, or as one of the most common,
// and for nothing else.
func TestPasswords(t *testing.T) {
	t.Parallel()
	for password, good := range map[string]bool{
		"123456789": false, "1234567890": false, "1111111111": false, "0123456789": false, "5201314520": false, "aaaaaaaaaa": false,
		"password123": false, "PASSWORD123": false, "\xff\xfe1234567890": false, "cafe\u0301 1234": false, "cafe\u0301 12345": true, "相当长的密码一二三": false,
		"clerkclerk": true, "reliefgraph1": true, "cabcabcabca": true, "相当长的密码一二三四": true, "long enough 1": true,
		strings.Repeat("长长的密码一二三", 600): true, strings.Repeat("abcdefgh", 2048) + "x": false,
	} {
		if err := account.CheckPassword(password, signin.Common); (err == nil) != good {
			t.Errorf("%.40q: %v", password, err)
		}
	}
}

// TestTexts: what people read of accounts is bounded, and shows all that it holds.
func TestTexts(t *testing.T) {
	t.Parallel()
	for text, good := range map[string]bool{
		"": true, "张三（应急管理局）": true, strings.Repeat("长", 100): true, strings.Repeat("长", 101): false,
		"a\nb": false, "a\u202eb": false, "a\u2066b": false, "a\u200fb": false, "a\u2028b": false, "a\x00b": false, "a\xffb": false,
	} {
		for what, check := range map[string]func(string) error{"display name": account.CheckDisplayName, "label": account.CheckLabel} {
			if err := check(text); (err == nil) != good {
				t.Errorf("%s %.40q: %v", what, text, err)
			}
		}
	}
	if account.CheckReason(strings.Repeat("长", 1000)) != nil || account.CheckReason(strings.Repeat("长", 1001)) == nil {
		t.Error("reasons are bounded otherwise")
	}
}

// TestNetworks: a network from which nobody can come is refused.
func TestNetworks(t *testing.T) {
	t.Parallel()
	for text, good := range map[string]bool{
		"10.1.0.0/16": true, "2001:db8::/32": true, "::/0": true, "127.0.0.1/32": true,
		"10.0.0.1/8": false, "10.1.0.0": false, "::ffff:127.0.0.0/104": false, "::ffff:0:0/96": false, "x": false,
	} {
		if networks, err := account.ParseNetworks([]string{text}); (err == nil) != good {
			t.Errorf("%s: %v %v", text, networks, err)
		}
	}
}
