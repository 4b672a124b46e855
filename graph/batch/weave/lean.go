package main

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// The library's ResolveField is given five functions a field, and makes its place in
// the answer, which only errors ask for. A field that is answered where it stands
// needs none of them: it becomes three lines.

// place is what the library tells of a field beside its name.
type place struct{ object, method, resolver string }

var (
	// placed makes the place of a field, in one of two forms.
	placed = regexp.MustCompile(`(?s)func \(ec \*executionContext\) fieldContext_(\w+)` +
		`\(\w+ context\.Context, field graphql\.CollectedField\)` +
		` \(fc \*graphql\.FieldContext, err error\) \{\n` +
		`(?:\treturn graphql\.NewScalarFieldContext\("(\w+)", field, (\w+), (\w+), "\w+"\)` +
		`|\tfc = &graphql\.FieldContext\{\n\t\tObject: +"(\w+)",\n\t\tField: +field,\n` +
		`\t\tIsMethod: +(\w+),\n\t\tIsResolver: +(\w+),\n.*?)` +
		`\n\}\n\n?`)
	// children finds the places below a field, for who looks ahead; nobody does.
	children = regexp.MustCompile(`(?s)func \(ec \*executionContext\) childFields_.*?\n\}\n\n?`)
	child    = regexp.MustCompile(`(?s)\t\tChild: func\(.*?\n\t\t\},\n`)
	argued   = regexp.MustCompile(`fc\.Args, err = ec\.(field_\w+)\(ctx, field\.ArgumentMap\(ec\.Variables\)\)`)

	resolving = regexp.MustCompile(
		`(?s)(func \(ec \*executionContext\) _(\w+)\(ctx context\.Context, field graphql\.CollectedField(?:, obj [^\n]*?)?\)` +
			` \(ret graphql\.Marshaler\) \{\n)` +
			`\treturn graphql\.ResolveField\(\n\t\tctx,\n\t\tec\.OperationContext,\n\t\tfield,\n` +
			`\t\tfunc\([^\n]*\n\t\t\treturn ec\.fieldContext_\w+\(ctx, field\)\n\t\t\},\n` +
			`\t\tfunc\(ctx context\.Context\) \(any, error\) \{\n(\t\t\tfc := graphql\.GetFieldContext\(ctx\)\n)?` +
			`\t\t\treturn ([^\n]*)\n\t\t\},\n` +
			`\t\t(nil|func\(ctx context\.Context, next graphql\.Resolver\) graphql\.Resolver \{\n.*?\n\t\t\}),\n` +
			`\t\tfunc\(ctx context\.Context, selections ast\.SelectionSet, v ([^\n]*)\) graphql\.Marshaler \{\n` +
			`\t\t\treturn ec\.([^(]+)\(ctx, selections, v\)\n\t\t\},\n\t\ttrue,\n\t\t(true|false),\n\t\)\n\}\n`,
	)
)

// placesOf reads the places of all fields, by Type_field.
func placesOf(code string) map[string]place {
	places := map[string]place{}
	for _, found := range placed.FindAllStringSubmatch(code, -1) {
		places[found[1]] = place{found[2] + found[5], found[3] + found[6], found[4] + found[7]}
	}
	return places
}

// lean resolves fields without what nobody asks for. Leaves are those that are
// answered where they stand.
func lean(code string, places map[string]place, leaves map[string]bool) (string, error) {
	arguments := map[string]string{} // what reads those of a field
	for _, found := range placed.FindAllStringSubmatch(code, -1) {
		if read := argued.FindStringSubmatch(found[0]); read != nil {
			arguments[found[1]] = read[1]
		}
	}
	var fault error
	code = resolving.ReplaceAllStringFunc(code, func(found string) string {
		parts := resolving.FindStringSubmatch(found)
		begin, name, asked, value, directives := parts[1], parts[2], parts[3], parts[4], parts[5]
		of, marshal, nonNull := parts[6], parts[7], parts[8]
		at, known := places[name]
		read := arguments[name]
		if !known || asked != "" && read == "" || leaves[name] && (directives != "nil" || strings.Contains(value, "(ctx")) {
			fault = fmt.Errorf("the generated code resolves %s in another form: see what gqlgen makes now", name)
			return found
		}
		var to strings.Builder
		to.WriteString(begin)
		if !leaves[name] {
			into := "_ ="
			if read != "" {
				into = "fc :="
			}
			fmt.Fprintf(&to, "\tctx, %s batch.Enter(ctx, field, %q, %s, %s)\n", into, at.object, at.method, at.resolver)
		}
		to.WriteString("\tdefer batch.Recover(ctx, ec.OperationContext, &ret)\n")
		if read != "" {
			fmt.Fprintf(&to, "\targs, ok := batch.Arguments(ctx, ec.OperationContext, field, %q, ec.%s)\n", at.object, read)
			to.WriteString("\tif !ok {\n\t\treturn graphql.Null\n\t}\n")
			if leaves[name] {
				value = strings.ReplaceAll(value, "fc.Args[", "args[")
			} else {
				to.WriteString("\tfc.Args = args\n")
			}
		}
		value, answersItself := strings.CutSuffix(value, ", nil")
		switch {
		case directives != "nil":
			result := value
			if answersItself {
				result += ", nil"
			}
			fmt.Fprintf(&to, "\tdirected := %s(ctx, func(ctx context.Context) (any, error) {\n\t\treturn %s\n\t})\n", directives, result)
			fmt.Fprintf(&to, "\tres, ok := batch.Directed[%s](ctx, ec.OperationContext, directed, %s)\n\tif !ok {\n", of, nonNull)
		case answersItself:
			fmt.Fprintf(&to, "\tres := %s\n\tif !batch.Resolved(ctx, ec.OperationContext, res, nil, %s) {\n", value, nonNull)
		default:
			fmt.Fprintf(&to, "\tres, err := %s\n\tif !batch.Resolved(ctx, ec.OperationContext, res, err, %s) {\n", value, nonNull)
		}
		fmt.Fprintf(&to, "\t\treturn graphql.Null\n\t}\n\treturn ec.%s(ctx, field.Selections, res)\n}\n", marshal)
		return to.String()
	})
	if fault != nil {
		return "", fault
	}
	if strings.Contains(code, "graphql.ResolveField(") {
		return "", errors.New("the generated code resolves a field in another form: see what gqlgen makes now")
	}
	// Fields that stream keep theirs.
	code = placed.ReplaceAllStringFunc(code, func(found string) string {
		name := placed.FindStringSubmatch(found)[1]
		if strings.Contains(code, "ec.fieldContext_"+name+"(ctx, field)\n\t\t},\n\t\tfunc(ctx context.Context) (any, error)") {
			return child.ReplaceAllString(found, "")
		}
		return "\n"
	})
	return children.ReplaceAllString(code, ""), nil
}
