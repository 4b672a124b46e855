// Package audit keeps the log of changes provable: its entries are leaves of a
// Merkle tree (RFC 6962), of which checkpoints are signed. docs/audit.md tells how
// others recompute it.
package audit

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math/bits"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/reliefgraph/reliefgraph/internal/store"
)

// tree is the right edge of a Merkle tree: the roots of the complete trees that it
// is made of, by their index as tlog counts them. From these alone it grows.
type tree struct {
	size int64
	edge map[int64]tlog.Hash
}

// edgeOf are the indexes of the edge of a tree of that size, the largest first.
func edgeOf(size int64) (indexes []int64) {
	for begun := int64(0); begun < size; {
		level := bits.Len64(uint64(size-begun)) - 1
		indexes = append(indexes, tlog.StoredHashIndex(level, begun>>level))
		begun += 1 << level
	}
	return indexes
}

func newTree(size int64, edge []byte) (*tree, error) {
	indexes := edgeOf(size)
	if len(edge) != len(indexes)*tlog.HashSize {
		return nil, errors.New("the kept edge of the log's tree is not of its size; run reliefgraph audit verify")
	}
	t := &tree{size, map[int64]tlog.Hash{}}
	for i, index := range indexes {
		t.edge[index] = tlog.Hash(edge[i*tlog.HashSize:])
	}
	return t, nil
}

// bytes are the edge as it is kept.
func (t *tree) bytes() []byte {
	kept := []byte{}
	for _, index := range edgeOf(t.size) {
		hash := t.edge[index]
		kept = append(kept, hash[:]...)
	}
	return kept
}

// ReadHashes gives tlog what it asks for, of the edge.
func (t *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hash, known := t.edge[index]
		if !known {
			return nil, fmt.Errorf("the log's tree lacks the hash %d", index)
		}
		hashes[i] = hash
	}
	return hashes, nil
}

func (t *tree) add(leaf []byte) error {
	hashes, err := tlog.StoredHashes(t.size, leaf, t)
	if err != nil {
		return fmt.Errorf("growing the log's tree: %w", err)
	}
	first := tlog.StoredHashIndex(0, t.size)
	t.size++
	for i, hash := range hashes {
		t.edge[first+int64(i)] = hash
	}
	if len(t.edge) > 1000 { // most are no longer of the edge: trees became one
		kept := map[int64]tlog.Hash{}
		for _, index := range edgeOf(t.size) {
			kept[index] = t.edge[index]
		}
		t.edge = kept
	}
	return nil
}

func (t *tree) root() (tlog.Hash, error) {
	root, err := tlog.TreeHash(t.size, t)
	if err != nil {
		return root, fmt.Errorf("computing the root of the log: %w", err)
	}
	return root, nil
}

// instantForm is how an instant stands in what is hashed and exported.
const instantForm = "2006-01-02T15:04:05.000000Z"

// leafOf is what stands in the tree for an entry: a commitment to it that tells
// nothing of it to who does not know the salt.
func leafOf(e *store.LogEntry) []byte {
	way := string(e.Way)
	sequence, at := strconv.FormatInt(e.Sequence, 10), e.At.UTC().Format(instantForm)
	content := append([]byte{}, e.Salt...)
	for _, field := range []*string{&sequence, &at, e.Account, &way, &e.Fact, &e.Key, e.Before, e.After} {
		if field == nil {
			content = append(content, '-')
			continue
		}
		content = strconv.AppendInt(content, int64(len(*field)), 10)
		content = append(append(content, ':'), *field...)
	}
	sum := sha256.Sum256(content)
	return sum[:]
}
