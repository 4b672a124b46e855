package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/reliefgraph/reliefgraph/internal/problem"
)

// servingRole is a login role of its own by which a server does a part of its work. Its
// name is that of the database's owner with this at its end.
type servingRole string

const (
	// indexRole reads all and writes what no account writes by itself: timelines,
	// reference data, imports, accounts and sessions.
	indexRole servingRole = "index"
	// publicRole reads what everybody may see, and need not be told who asks.
	publicRole servingRole = "public"
	// staffRole reads and writes what the account may that acts.
	staffRole servingRole = "staff"
	// logRole seals the log, whose entries no other role that serves may change.
	logRole servingRole = "log"
)

var servingRoles = []servingRole{indexRole, publicRole, staffRole, logRole}

// of names the role that an owner has made.
func (r servingRole) of(owner string) string { return owner + "_" + string(r) }

// Roles of grants in policies (account.Role): who sees what is hidden, and who may do
// what is done (account.allowed, which TestWalls compares with these).
const (
	ofOffice         = "{0,1,2}"
	clerk            = "{0}"
	reviewer         = "{1}"
	clerkOrInspector = "{0,2}"
)

// policies are what serving roles see and write, by table; who is named by none sees
// and writes nothing of it.
var policies = []struct {
	table, name, command string
	role                 servingRole
	using, check         string
}{
	{"disclosure", "all", "ALL", indexRole, "true", ""},
	{"disclosure", "seen", "SELECT", publicRole, published, ""},
	{"disclosure", "seen", "SELECT", staffRole, published + " OR " + reaching("publisher_code", ofOffice), ""},
	{"disclosure", "registered", "INSERT", staffRole, "", reaching("publisher_code", clerk)},
	{"disclosure", "changed", "UPDATE", staffRole, reaching("publisher_code", ofOffice), ""},
	{"review", "all", "ALL", indexRole, "true", ""},
	{"review", "seen", "SELECT", publicRole, ofDocument("true"), ""},
	{"review", "seen", "SELECT", staffRole, ofDocument("true"), ""},
	{"review", "recorded", "INSERT", staffRole, "", reviewing},
	{"secrecy_review", "all", "ALL", indexRole, "true", ""},
	{"secrecy_review", "seen", "SELECT", publicRole, ofDocument("true"), ""},
	{"secrecy_review", "seen", "SELECT", staffRole, ofDocument("true"), ""},
	{"secrecy_review", "recorded", "INSERT", staffRole, "", reviewing},
	{"fact_history", "all", "ALL", indexRole, "true", ""},
	{"news", "all", "ALL", indexRole, "true", ""},
	{"news", "seen", "SELECT", staffRole, "true", ""},
	{"news", "added", "INSERT", staffRole, "", reaching("publisher_code", clerk)},
	{"relief_movement", "all", "ALL", indexRole, "true", ""},
	{"relief_movement", "seen", "SELECT", staffRole, "true", ""},
	{"relief_movement", "recorded", "INSERT", staffRole, "", reaching("publisher_code", clerk)},
	{"concern", "all", "ALL", indexRole, "true", ""},
	{"concern", "seen", "SELECT", staffRole, "true", ""},
	{"concern", "registered", "INSERT", staffRole, "", reaching("publisher_code", clerkOrInspector)},
	{"concern", "changed", "UPDATE", staffRole, reaching("publisher_code", clerkOrInspector), ""},
	{"supervision_order", "all", "ALL", indexRole, "true", ""},
	{"supervision_order", "seen", "SELECT", publicRole, criticises, ""},
	{"supervision_order", "seen", "SELECT", staffRole, criticises + " OR " + reaching("publisher_code", ofOffice), ""},
	{"supervision_order", "issued", "INSERT", staffRole, "", "supervises(issuer_code, publisher_code, true)"},
	{"order_event", "all", "ALL", indexRole, "true", ""},
	{"order_event", "seen", "SELECT", publicRole, ofOrder("o."+criticises) + " AND kind <> 7", ""},
	{
		"order_event",
		"seen",
		"SELECT",
		staffRole,
		ofOrder(reaching("o.publisher_code", ofOffice) + " OR o." + criticises + " AND order_event.kind <> 7"),
		"",
	},
	{"order_event", "added", "INSERT", staffRole, "", `account = acting_name() AND decided_by_another(order_ref, kind) AND ` + ofOrder(`
        order_event.kind IN (0, 1, 4, 7) AND `+reaching("o.publisher_code", clerk)+`
        OR order_event.kind IN (2, 3, 5, 6, 7, 8) AND supervises(o.issuer_code, o.publisher_code, false)`)},
	{"exemption_request", "all", "ALL", indexRole, "true", ""},
	{"exemption_request", "seen", "SELECT", staffRole, reaching("publisher_code", ofOffice), ""},
	{
		"exemption_request",
		"asked",
		"INSERT",
		staffRole,
		"",
		"asked_by = acting_name() AND decision = 0 AND " + reaching("publisher_code", clerk),
	},
	{
		"exemption_request",
		"decided",
		"UPDATE",
		staffRole,
		"decision = 0 AND asked_by <> acting_name() AND supervises(publisher_code, publisher_code, false)",
		"decided_by = acting_name()",
	},
}

var (
	published = `public_on <= (SELECT present_day())`
	// Orders of a public kind (order.Kind.Public); 7 is a remark (order.EventKind).
	criticises = `kind = 2`
	reviewing  = ofDocument(reaching("d.publisher_code", reviewer)) + ` AND registered_by_another(disclosure_ref)`
)

// reaching tells of a publisher whether the account reaches it by one of the roles. What
// is granted is read once a statement, not once a row; the closure is looked up for the
// rows at hand, where an EXISTS would have all of it read into a hash.
func reaching(publisher, roles string) string {
	return fmt.Sprintf(`(SELECT r.above && (SELECT granted_nodes('%[2]s', false)) OR r.near && (SELECT granted_nodes('%[2]s', true))
    FROM node_reach AS r WHERE r.code = %[1]s)`, publisher, roles)
}

// ofDocument tells of a review whether its document is to be seen, and more of it.
func ofDocument(wanted string) string {
	return `EXISTS (SELECT FROM disclosure AS d WHERE d.ref = disclosure_ref AND ` + wanted + `)`
}

// ofOrder tells of an event whether its order is to be seen, and more of it.
func ofOrder(wanted string) string {
	return `EXISTS (SELECT FROM supervision_order AS o WHERE o.ref = order_ref AND (` + wanted + `))`
}

// rightsOf are what each role is granted.
var rightsOf = map[servingRole][]string{
	indexRole: {
		"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
		"REVOKE INSERT, UPDATE, DELETE ON log_entry, log_checkpoint, log_head, log_transaction, log_pending, goose_db_version FROM {role}",
		"GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
		"GRANT USAGE ON SCHEMA known TO {role}",
		"GRANT SELECT ON ALL TABLES IN SCHEMA known TO {role}",
		"GRANT TEMPORARY ON DATABASE {database} TO {role}",
	},
	publicRole: {
		"GRANT SELECT ON disclosure, review, secrecy_review, supervision_order, order_event TO {role}",
		"GRANT SELECT ON exemption_request TO {role}", // of which no policy shows it anything
	},
	staffRole: {
		"GRANT SELECT ON disclosure, review, secrecy_review, news, concern, relief_movement, node_reach TO {role}",
		"GRANT SELECT, INSERT ON supervision_order, order_event, exemption_request TO {role}",
		"GRANT INSERT ON disclosure, review, secrecy_review, news, concern, relief_movement TO {role}",
		"GRANT UPDATE ON disclosure, concern TO {role}",
		// Of a request what is decided, and nothing of what was asked.
		"GRANT UPDATE (decision, decided_at, decided_by, decision_reason, recorded_by, recorded_at, recorded_in) ON exemption_request TO {role}",
	},
	logRole: {
		"GRANT SELECT, INSERT, DELETE ON log_transaction, log_pending TO {role}",
		"GRANT SELECT, INSERT ON log_entry TO {role}",
		"GRANT SELECT, INSERT, DELETE ON log_place TO {role}",
		"GRANT SELECT, DELETE ON former_timeline TO {role}",
		"GRANT SELECT, UPDATE ON former_timelines_from TO {role}",
		"GRANT SELECT, INSERT, UPDATE ON log_checkpoint, log_head TO {role}",
	},
}

// arrangement is every statement that gives the roles of an owner their rights in a
// database.
func arrangement(owner, schema, database string) (statements []string) {
	for _, role := range servingRoles {
		in := strings.NewReplacer(
			"{role}",
			pq.QuoteIdentifier(role.of(owner)),
			"{schema}",
			pq.QuoteIdentifier(schema),
			"{database}",
			pq.QuoteIdentifier(database),
		)
		rights := append(
			[]string{"GRANT CONNECT ON DATABASE {database} TO {role}", "GRANT USAGE ON SCHEMA {schema} TO {role}"},
			rightsOf[role]...)
		for _, right := range rights {
			statements = append(statements, in.Replace(right))
		}
	}
	for _, p := range policies {
		name := policyName(p.role, p.name)
		statement := fmt.Sprintf("CREATE POLICY %s ON %s FOR %s TO %s", name, p.table, p.command, pq.QuoteIdentifier(p.role.of(owner)))
		if p.using != "" {
			statement += " USING (" + p.using + ")"
		}
		if p.check != "" {
			statement += " WITH CHECK (" + p.check + ")"
		}
		statements = append(statements, fmt.Sprintf("DROP POLICY IF EXISTS %s ON %s", name, p.table), statement)
	}
	return statements
}

func policyName(role servingRole, name string) string {
	return pq.QuoteIdentifier("serving_" + string(role) + "_" + name)
}

// bypassingSQL tells whether who asks passes row-level security, or may become who does.
const bypassingSQL = `-- store.Serving: who serves
SELECT current_user, r.rolsuper OR r.rolbypassrls, pg_has_role(current_user, $1, 'MEMBER'),
       (SELECT coalesce(string_agg(c.relname, ', ' ORDER BY c.relname), '') FROM unnest($2::text[]) AS t (name)
        JOIN pg_class AS c ON c.oid = to_regclass(t.name) WHERE NOT (c.relrowsecurity AND c.relforcerowsecurity))
FROM pg_roles AS r WHERE r.rolname = current_user`

// walled are the tables that row-level security guards.
func walled() (tables []string) {
	seen := map[string]bool{}
	for _, p := range policies {
		if !seen[p.table] {
			seen[p.table] = true
			tables = append(tables, p.table)
		}
	}
	return tables
}

// checkWall refuses to serve as a role to which the wall is none.
func checkWall(ctx context.Context, db *sqlx.DB, owner string) error {
	var name, open string
	var bypasses, owns bool
	err := db.QueryRowContext(ctx, bypassingSQL, owner, pq.Array(walled())).Scan(&name, &bypasses, &owns, &open)
	switch {
	case err != nil:
		return wrap("looking at the roles that serve", err)
	case bypasses || owns:
		return problem.New(problem.Conflict, "", "the role %s, which is to serve, passes row-level security", name).
			Mend(fmt.Sprintf("ALTER ROLE %s NOSUPERUSER NOBYPASSRLS, and let it be no member of %s", pq.QuoteIdentifier(name), owner))
	case open != "":
		return problem.New(problem.Conflict, "", "row-level security is not forced on %s", open).
			Mend("ALTER TABLE … ENABLE ROW LEVEL SECURITY; ALTER TABLE … FORCE ROW LEVEL SECURITY")
	}
	return nil
}
