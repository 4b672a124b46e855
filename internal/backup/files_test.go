package backup_test

import (
	"archive/tar"
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"github.com/reliefgraph/reliefgraph/internal/backup"
	"github.com/reliefgraph/reliefgraph/internal/pgtest"
)

// rewritten is a backup whose entries went through a change each; a nil content
// leaves the entry out.
func rewritten(t *testing.T, content []byte, change func(name string, content []byte) []byte) []byte {
	t.Helper()
	inner, err := zstd.NewReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	defer inner.Close()
	var out bytes.Buffer
	compressed, err := zstd.NewWriter(&out)
	if err != nil {
		t.Fatal(err)
	}
	from, to := tar.NewReader(inner), tar.NewWriter(compressed)
	for {
		header, err := from.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(from)
		if err != nil {
			t.Fatal(err)
		}
		if content = change(header.Name, content); content == nil {
			continue
		}
		header.Size = int64(len(content))
		if err := to.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		if _, err := to.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	if err := compressed.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestBadFiles: a file that is damaged, cut off, foreign or of a newer version is
// refused by name, before anything is done with it.
func TestBadFiles(t *testing.T) {
	t.Parallel()
	db := pgtest.Store(t)
	exec(
		t,
		db,
		`INSERT INTO node (code, name, level, department) VALUES ('CN', '中国', 0, false)`,
		`INSERT INTO news (ref, publisher_code, entry_code, title, published_at) SELECT 'n' || n, 'CN', '5.1', md5(n::text), '2024-01-01' FROM generate_series(1, 2000) AS n`,
	)
	name, _ := saved(t, db, nil)
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	passphrase, err := age.NewScryptRecipient("a passphrase")
	if err != nil {
		t.Fatal(err)
	}
	passphrase.SetWorkFactor(10)
	encryptedName, _ := saved(t, db, nil, passphrase)
	encrypted, err := os.ReadFile(encryptedName)
	if err != nil {
		t.Fatal(err)
	}
	opening := func(passphrase string) []age.Identity {
		identity, err := age.NewScryptIdentity(passphrase)
		if err != nil {
			t.Fatal(err)
		}
		return []age.Identity{identity}
	}
	refused := func(what string, content []byte, identities []age.Identity, says ...string) {
		t.Helper()
		bad := filepath.Join(t.TempDir(), "bad.backup")
		if err := os.WriteFile(bad, content, 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := backup.Open(context.Background(), bad, identities)
		if err == nil {
			file.Close()
			t.Errorf("%s is taken", what)
			return
		}
		if !strings.HasPrefix(err.Error(), bad+": ") {
			t.Errorf("%s: the file is not named: %v", what, err)
		}
		for _, text := range says {
			if !regexp.MustCompile(text).MatchString(err.Error()) {
				t.Errorf("%s: %v, want %s", what, err, text)
			}
		}
	}
	for _, length := range []int{0, 3, 17, 18, 100, len(whole) / 2, len(whole) - 5, len(whole) - 1} {
		refused("cut off", whole[:length], nil, "cut off|damaged|no backup")
		refused("encrypted and cut off", encrypted[:length], opening("a passphrase"), "cut off|damaged|no backup|cannot be read")
	}
	refused("cut in the middle", whole[:len(whole)/2], nil, "cut off: its end is missing; take another copy")
	random := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		flipped := bytes.Clone(whole)
		flipped[random.IntN(len(flipped))] ^= 1 << random.IntN(8)
		refused("a bit that is turned", flipped, nil)
		flipped = bytes.Clone(encrypted)
		flipped[random.IntN(len(flipped))] ^= 1 << random.IntN(8)
		refused("an encrypted bit that is turned", flipped, opening("a passphrase"))
	}
	refused("more at the end", append(bytes.Clone(whole), "more"...), nil, "damaged")
	refused("something else", []byte(strings.Repeat("PK and so on", 10)), nil, "no backup of reliefgraph")
	refused("no passphrase", encrypted, nil, "is encrypted; give --passphrase-file")
	refused("a wrong passphrase", encrypted, opening("another"), "does not open the backup")
	replacing := func(in, from, to string) []byte {
		found := false
		content := rewritten(t, whole, func(name string, content []byte) []byte {
			if !strings.HasPrefix(name, in) {
				return content
			}
			found = found || bytes.Contains(content, []byte(from))
			return bytes.Replace(content, []byte(from), []byte(to), 1)
		})
		if !found {
			t.Fatalf("%s has no %s", in, from)
		}
		return content
	}
	refused("a newer form", replacing("begin.json", `"format": 1`, `"format": 2`), nil, `newer version of reliefgraph.*format 2`)
	refused("a newer schema", replacing("begin.json", `"schema": `, `"schema": 9`), nil, `newer version of reliefgraph.*schema 9`)
	refused("another row", replacing("tables/news/", "5.1", "5.2"), nil, "damaged.*not those")
	refused("a row less", rewritten(t, whole, func(name string, content []byte) []byte {
		if strings.HasPrefix(name, "tables/news/") {
			return content[bytes.IndexByte(content, '\n')+1:]
		}
		return content
	}), nil, "damaged")
	refused("a table less", rewritten(t, whole, func(name string, content []byte) []byte {
		if strings.HasPrefix(name, "tables/news/") {
			return nil
		}
		return content
	}), nil, "damaged")
	refused("no manifest", rewritten(t, whole, func(name string, content []byte) []byte {
		if name == "manifest.json" {
			return nil
		}
		return content
	}), nil, "cut off")
	same := filepath.Join(t.TempDir(), "same.backup")
	if err := os.WriteFile(same, rewritten(t, whole, func(_ string, content []byte) []byte { return content }), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := backup.Open(context.Background(), same, nil)
	if err != nil {
		t.Fatalf("the same, packed by others: %v", err)
	}
	file.Close()
	file, err = backup.Open(context.Background(), encryptedName, opening("a passphrase"))
	if err != nil {
		t.Fatal(err)
	}
	file.Close()
	if _, err := backup.Open(context.Background(), t.TempDir(), nil); err == nil || !strings.Contains(err.Error(), "no file") {
		t.Errorf("a folder: %v", err)
	}
}
