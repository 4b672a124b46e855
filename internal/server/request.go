package server

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/99designs/gqlgen/graphql"
)

// request is what a request asks: by a text, or by the id of a document.
type request struct {
	graphql.RawParams
	documentID string
}

// readRequest reads the request; a fault comes with its status.
func readRequest(r *http.Request) (asked *request, status int, fault string) {
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return requestOfQuery(r.URL.Query())
	case http.MethodPost:
		media, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil || media != mediaJSON {
			return nil, http.StatusUnsupportedMediaType, "send the request as application/json"
		}
		if charset := parameters["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
			return nil, http.StatusUnsupportedMediaType, "send the request in UTF-8"
		}
		return requestOfBody(r.Body)
	}
	return nil, http.StatusMethodNotAllowed, "send the request by POST, or a query by GET"
}

func requestOfQuery(values url.Values) (*request, int, string) {
	asked := &request{documentID: values.Get("documentId")}
	asked.Query, asked.OperationName = values.Get("query"), values.Get("operationName")
	for name, into := range map[string]*map[string]any{"variables": &asked.Variables, "extensions": &asked.Extensions} {
		if text := values.Get(name); text != "" {
			if err := decode(strings.NewReader(text), into); err != nil {
				return nil, http.StatusBadRequest, name + " is no JSON object"
			}
		}
	}
	if !asked.namesDocument() {
		return nil, http.StatusBadRequest, "the parameter query is missing"
	}
	return asked, http.StatusOK, ""
}

func requestOfBody(body io.Reader) (*request, int, string) {
	var members map[string]json.RawMessage
	if err := decode(body, &members); err != nil {
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
			return nil, http.StatusRequestEntityTooLarge, "the request is larger than this server takes"
		}
		return nil, http.StatusBadRequest, "the body is no JSON object"
	}
	asked := &request{}
	for name, into := range map[string]any{
		"query": &asked.Query, "operationName": &asked.OperationName, "variables": &asked.Variables, "extensions": &asked.Extensions,
		"documentId": &asked.documentID,
	} {
		if text, there := members[name]; there {
			if err := decode(strings.NewReader(string(text)), into); err != nil {
				return nil, http.StatusBadRequest, name + " is not of its type"
			}
		}
	}
	if !asked.namesDocument() {
		return nil, http.StatusBadRequest, "the member query is missing"
	}
	return asked, http.StatusOK, ""
}

// namesDocument tells whether a document is named, by its text or by its id. The
// id comes as a member of its own, or as Apollo's clients send it.
func (r *request) namesDocument() bool {
	if persisted, ok := r.Extensions["persistedQuery"].(map[string]any); ok && r.documentID == "" {
		r.documentID, _ = persisted["sha256Hash"].(string)
	}
	return r.Query != "" || r.documentID != ""
}

// decode reads one JSON value; numbers keep their digits.
func decode(from io.Reader, into any) error {
	decoder := json.NewDecoder(from)
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the value")
	}
	return nil
}
