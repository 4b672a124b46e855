package server

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// TrustMode says what the server does with documents that are named by an id.
type TrustMode string

// The modes.
const (
	// TrustOnly answers the documents of the manifests alone.
	TrustOnly TrustMode = "only"
	// TrustPrefer answers those by id, and any text.
	TrustPrefer TrustMode = "prefer"
	// TrustOff knows no ids.
	TrustOff TrustMode = "off"
)

// Documents are what the server trusts: texts by the SHA-256 of themselves, or by
// the id that a manifest of Apollo's gives them. It is filled before the server
// starts and never by a request.
type Documents struct {
	byID  map[string]string
	texts map[string]bool
	names map[string]bool // of their operations
}

// NewDocuments trusts the texts of a manifest, hash to text.
func NewDocuments(manifest map[string]string) (*Documents, error) {
	d := &Documents{byID: map[string]string{}, texts: map[string]bool{}, names: map[string]bool{}}
	return d, d.addHashed(manifest)
}

// Add trusts the documents of a further manifest, as the builds of apps write them:
// an object of hash to text, or Apollo's persisted query manifest.
func (d *Documents) Add(manifest []byte) error {
	var apollo struct {
		Format     string `json:"format"`
		Version    int    `json:"version"`
		Operations []struct{ ID, Name, Body string }
	}
	if err := json.Unmarshal(manifest, &apollo); err == nil && apollo.Format != "" {
		if apollo.Format != "apollo-persisted-query-manifest" || apollo.Version != 1 {
			return fmt.Errorf(
				"its format %q, version %d, is not known; write apollo-persisted-query-manifest, version 1",
				apollo.Format,
				apollo.Version,
			)
		}
		for _, operation := range apollo.Operations {
			if err := d.trust(operation.ID, operation.Body); err != nil {
				return fmt.Errorf("operation %s: %w", operation.Name, err)
			}
		}
		return nil
	}
	var hashed map[string]string
	if err := json.Unmarshal(manifest, &hashed); err != nil {
		return fmt.Errorf("it is neither an object of hash to text nor a persisted query manifest of Apollo's: %w", err)
	}
	return d.addHashed(hashed)
}

func (d *Documents) addHashed(manifest map[string]string) error {
	for _, id := range slices.Sorted(maps.Keys(manifest)) {
		if hashOf(manifest[id]) != plainID(id) {
			return fmt.Errorf("the id %s is not the SHA-256 of its text; write the manifest again", id)
		}
		if err := d.trust(id, manifest[id]); err != nil {
			return fmt.Errorf("the document %s: %w", id, err)
		}
	}
	return nil
}

// trust adds a document that fits the schema.
func (d *Documents) trust(id, text string) error {
	document, faults := gqlparser.LoadQueryWithRules(executableSchema, text, rules.NewDefaultRules())
	if len(faults) > 0 {
		return fmt.Errorf("it does not fit the schema: %w", faults)
	}
	d.byID[plainID(id)] = text
	d.texts[text] = true
	for _, operation := range document.Operations {
		d.names[operation.Name] = true
	}
	return nil
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// plainID takes off the name of the algorithm, which is written or not.
func plainID(id string) string { return strings.TrimPrefix(id, "sha256:") }

// The codes of the protocol of persisted queries; clients that speak it know them.
const (
	documentNotFound     problem.Code = "PERSISTED_QUERY_NOT_FOUND"
	documentNotSupported problem.Code = "PERSISTED_QUERY_NOT_SUPPORTED"
)

// resolve returns the text to be executed of a request that names a document by
// its id, by its text, or by both. Nothing that a request brings is kept.
func (d *Documents) resolve(mode TrustMode, id, text string) (string, *problem.Problem) {
	id = plainID(id)
	switch {
	case id != "" && mode == TrustOff && text == "":
		return "", problem.New(documentNotSupported, "", "PersistedQueryNotSupported")
	case id != "" && text != "" && hashOf(text) != id:
		return "", problem.Invalid("sha256Hash", "send the SHA-256 of the query, in hex", "the hash is not that of the query sent")
	case id != "" && text == "":
		known, ok := d.byID[id]
		if !ok {
			return "", problem.New(documentNotFound, "", "PersistedQueryNotFound")
		}
		return known, nil
	case mode == TrustOnly && !d.texts[text]:
		return "", problem.New(
			problem.Forbidden,
			"",
			"this server answers only the documents that it trusts; name one by its id, or let the operator add yours with --documents",
		)
	}
	return text, nil
}
