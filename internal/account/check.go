package account

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/reliefgraph/reliefgraph/internal/calendar"
	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// named is what a name is made of: it stands in commands, logs and files.
var named = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$`)

// CheckName refuses what is no name of an account.
func CheckName(name string) error {
	if named.MatchString(name) {
		return nil
	}
	return problem.Invalid("name", "use letters, digits and . _ @ -, at most 64, a letter or digit first",
		"%q is no name of an account", name)
}

// Folded is the same for names that are told apart by small letters or the width of
// characters alone.
func Folded(name string) string { return strings.ToLower(norm.NFKC.String(name)) }

// What a person may choose as a password is bounded by its length alone, and by what
// everybody chooses.
const (
	leastPassword = 10
	mostPassword  = 16 << 10 // bytes: what signs in is read that far
)

// CheckPassword refuses a password that is too short, or among the most common ones,
// and what cannot be sent as text.
func CheckPassword(password string, common func(string) bool) error {
	if !utf8.ValidString(password) {
		return problem.Invalid("password", "write it in UTF-8", "the password is no text of UTF-8")
	}
	bytes := len(password)
	password = norm.NFC.String(password) // as it is hashed
	switch {
	case utf8.RuneCountInString(password) < leastPassword:
		return problem.Invalid("password", fmt.Sprintf("use %d characters or more", leastPassword), "the password is too short")
	case bytes > mostPassword:
		return problem.Invalid("password", "use a shorter one", "the password is longer than %d bytes", mostPassword)
	case common(strings.ToLower(password)):
		return problem.Invalid("password", "use one that nobody else would think of", "the password is one of the most common ones")
	}
	return nil
}

// How long what people read of accounts may be, in characters.
const (
	mostDisplayName = 100
	mostLabel       = 100
	mostReason      = 1000
)

// CheckDisplayName refuses what is no name that people can read.
func CheckDisplayName(text string) error { return checkText("displayName", text, mostDisplayName) }

// CheckLabel refuses what does not say what a token is for.
func CheckLabel(text string) error { return checkText("label", text, mostLabel) }

// CheckReason refuses what is no reason for a grant. None is given by an empty one.
func CheckReason(text string) error { return checkText("reason", text, mostReason) }

// CheckGivenReason is CheckReason where one is needed.
func CheckGivenReason(text string) error {
	if strings.IndexFunc(text, func(r rune) bool { return !unicode.IsSpace(r) && !problem.Unseen(r) }) < 0 {
		return problem.Invalid("reason", "say why it is granted", "no reason is given")
	}
	return CheckReason(text)
}

// checkText refuses characters that are not seen or turn others round, so that a list
// shows what is written.
func checkText(field, text string, most int) error {
	if utf8.RuneCountInString(text) > most {
		return problem.Invalid(field, fmt.Sprintf("use at most %d characters", most), "the text is too long")
	}
	for _, r := range text {
		if r == utf8.RuneError || unicode.In(r, unicode.C, unicode.Zl, unicode.Zp) {
			return problem.Invalid(field, "leave it out", "%U is no character that is seen", r)
		}
	}
	return nil
}

// CheckGrant refuses a grant beside those that an account holds: no account holds two
// administrators' roles, nor one of them beside another role, nor the same twice.
func (a *Account) CheckGrant(grant *Grant) error {
	switch {
	case grant.Role.OfInstance() != (grant.NodeCode == ""):
		if grant.NodeCode == "" {
			return problem.Invalid("nodeCode", "name the node at which it is granted", "the role %s is of a node", grant.Role)
		}
		return problem.Invalid("nodeCode", "leave the node out", "the role %s is of the whole instance", grant.Role)
	case grant.To != calendar.None && grant.To < grant.From:
		return problem.Invalid("to", "give the same day or a later one", "the grant ends on %s, before it begins", grant.To)
	}
	for i := range a.Grants {
		other := &a.Grants[i]
		if other.Same(grant) && other.meets(grant) {
			return problem.New(problem.Conflict, "grant", "%s holds %s %s already", a.Name, other, other.days()).
				Mend("end that grant first, or give other days")
		}
		if (other.Role.OfInstance() || grant.Role.OfInstance()) && other.Role != grant.Role && other.meets(grant) {
			return problem.New(problem.Conflict, "role", "%s holds %s, which nobody holds beside %s", a.Name, other.Role, grant.Role).
				Mend("use another account, or end that grant first")
		}
	}
	return nil
}

// meets tells whether two grants hold at the same time.
func (g *Grant) meets(other *Grant) bool {
	end := func(g *Grant) calendar.Day {
		if g.To == calendar.None {
			return calendar.Last
		}
		return g.To
	}
	return g.EndedAt.IsZero() && other.EndedAt.IsZero() && g.From <= end(other) && other.From <= end(g)
}

// days tells from when and to when.
func (g *Grant) days() string {
	if g.To == calendar.None {
		return fmt.Sprintf("from %s", g.From)
	}
	return fmt.Sprintf("from %s to %s", g.From, g.To)
}

// Same tells whether two grants give the same, whatever their days.
func (g *Grant) Same(other *Grant) bool {
	return g.Role == other.Role && g.NodeCode == other.NodeCode && g.Scope == other.Scope
}

// ParseNetworks reads networks from which alone a token is good. One that maps IPv4
// into IPv6 has no address from which anybody is seen to ask.
func ParseNetworks(texts []string) (networks []netip.Prefix, err error) {
	for _, text := range texts {
		network, err := netip.ParsePrefix(text)
		if err != nil || network.Masked() != network || network.Addr().Is4In6() {
			return nil, problem.Invalid("networks", "write it as 10.1.0.0/16", "%q is no network", text)
		}
		networks = append(networks, network)
	}
	return networks, nil
}

// ParseGrant reads ROLE[:NODE[:SELF|SUBTREE]].
func ParseGrant(text string) (grant Grant, err error) {
	role, rest, ofNode := strings.Cut(text, ":")
	node, scope, scoped := strings.Cut(rest, ":")
	var ok bool
	if grant.Role, ok = ParseRole(role); !ok {
		return grant, problem.Invalid("grant", "use one of "+strings.Join(roleNames[:], ", "), "%q is no role", role)
	}
	grant.NodeCode, grant.Scope = node, grant.Role.UsualScope()
	if scoped {
		if grant.Scope, ok = ParseScope(scope); !ok {
			return grant, problem.Invalid("grant", "use SELF or SUBTREE", "%q is no scope", scope)
		}
	}
	if ofNode && node == "" {
		return grant, problem.Invalid("grant", "write it as ROLE:NODE, or ROLE alone", "%q names no node", text)
	}
	return grant, nil
}

// Names tells whether a grant is one of those that are named: that give the same and,
// where days are named, from and to these days.
func (g *Grant) Names(other *Grant) bool {
	return g.Same(other) && (g.From == calendar.None || g.From == other.From) && (g.To == calendar.None || g.To == other.To)
}

// Over tells whether the grant has ended, by its last day or before it.
func (g *Grant) Over(at time.Time) bool {
	return !g.EndedAt.IsZero() || g.To != calendar.None && g.To < calendar.DayOf(at)
}

// String writes a grant as ParseGrant reads it.
func (g *Grant) String() string {
	if g.NodeCode == "" {
		return g.Role.String()
	}
	return strings.Join([]string{g.Role.String(), g.NodeCode, g.Scope.String()}, ":")
}

// Held are the grants that hold at an instant, by what they give.
func (a *Account) Held(at time.Time) []Grant {
	var held []Grant
	for i := range a.Grants {
		if a.Grants[i].HoldsAt(at) {
			held = append(held, a.Grants[i])
		}
	}
	slices.SortStableFunc(held, func(a, b Grant) int { return strings.Compare(a.String(), b.String()) })
	return held
}
