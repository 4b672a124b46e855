package server

import (
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// mostChoices is how many operations a message lists.
const mostChoices = 20

// unchosen tells which operation of a document to name, where a request names none of
// those that there are, and that each needs a name where several stand beside one without;
// any other fault stays as it is.
func unchosen(fault *gqlerror.Error, operation *graphql.OperationContext) *gqlerror.Error {
	switch {
	case fault.Rule == rules.LoneAnonymousOperationRule.Name:
		told := *fault
		told.Message = "an operation without a name must be the only one of its document; give each a name, and send operationName"
		return &told
	case operation.Doc == nil || operation.Operation != nil:
		return fault
	}
	told := gqlerror.Errorf("operationName: %s", choiceOf(operation.Doc.Operations, operation.OperationName))
	errcode.Set(told, errcode.ValidationFailed)
	told.Extensions["field"] = "operationName"
	return told
}

func choiceOf(operations ast.OperationList, named string) string {
	var names []string
	for _, operation := range operations {
		if len(names) == mostChoices {
			names = append(names, "…")
			break
		}
		if operation.Name != "" {
			names = append(names, operation.Name)
		}
	}
	all := strings.Join(names, ", ")
	named = fmt.Sprintf("%.*s", longestName, named)
	switch {
	case len(operations) == 0:
		return "the document holds no operation"
	case named == "":
		return "the document holds several operations: it must name one of " + all
	case all == "":
		return "there is no operation " + named + ": the document's one has no name; leave operationName out"
	}
	return "there is no operation " + named + ": it must name one of " + all
}
