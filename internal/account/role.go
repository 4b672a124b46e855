package account

// Role is what a grant makes its account.
type Role uint8

// The roles, those of bodies first.
const (
	Clerk         Role = iota // 经办员
	Reviewer                  // 审核员
	Supervisor                // 督查员
	SystemAdmin               // 系统管理员
	SecurityAdmin             // 安全管理员
	Auditor                   // 审计员
)

var roleNames = [...]string{"CLERK", "REVIEWER", "SUPERVISOR", "SYSTEM_ADMIN", "SECURITY_ADMIN", "AUDITOR"}

func (r Role) String() string { return roleNames[r] }

// ParseRole reads a role's name.
func ParseRole(name string) (Role, bool) { return parse[Role](roleNames[:], name) }

// OfInstance tells whether the role is an administrator's, which is of no node.
func (r Role) OfInstance() bool { return r >= SystemAdmin }

// UsualScope is the scope of a grant that names none.
func (r Role) UsualScope() Scope {
	if r == Clerk {
		return Self
	}
	return Subtree
}

// Scope is how far a grant reaches from its node.
type Scope uint8

// The scopes.
const (
	Subtree Scope = iota // the node with all below
	Self                 // the node and, of a place, the departments directly under it
)

var scopeNames = [...]string{"SUBTREE", "SELF"}

func (s Scope) String() string { return scopeNames[s] }

// ParseScope reads a scope's name.
func ParseScope(name string) (Scope, bool) { return parse[Scope](scopeNames[:], name) }

func parse[W ~uint8](names []string, name string) (W, bool) {
	for i, known := range names {
		if known == name {
			return W(i), true
		}
	}
	return 0, false
}

// Act is one thing that an account may do.
type Act uint8

// The acts. Those up to ImportOwn are done for a publisher, the others on the whole
// instance.
const (
	SeeHidden     Act = iota
	WriteDocument     // register, issue, publish, withdraw
	AddNews
	RecordMovement // the giver's, of a donation the receiver's
	RegisterConcern
	AnswerConcern
	EscalateConcern
	OrderInterpretation
	ReviewDocument // its attribute, or its secrecy
	AnswerOrder    // receive, answer, ask for an extension
	AskExemption
	IssueOrder      // of the grant's node, to another
	SuperviseOrder  // return, accept, withdraw, decide an extension: of an issuer at or below the grant's node
	DecideExemption // of another than the grant's node
	ReadEntries     // of the audit log, about facts of the publisher
	ImportOwn       // disclosures, news, relief and concerns
	ImportAll
	ManageAccounts // accounts and grants, never its own
	ReadLog        // whole
)

// allowed is the table of docs/design.md, by act.
var allowed = map[Act][]Role{
	SeeHidden:           {Clerk, Reviewer, Supervisor},
	WriteDocument:       {Clerk},
	AddNews:             {Clerk},
	RecordMovement:      {Clerk},
	RegisterConcern:     {Clerk, Supervisor},
	AnswerConcern:       {Clerk},
	EscalateConcern:     {Clerk, Supervisor},
	OrderInterpretation: {Reviewer, Supervisor},
	ReviewDocument:      {Reviewer},
	AnswerOrder:         {Clerk},
	AskExemption:        {Clerk},
	IssueOrder:          {Supervisor},
	SuperviseOrder:      {Supervisor},
	DecideExemption:     {Supervisor},
	ReadEntries:         {Supervisor},
	ImportOwn:           {Clerk},
	ImportAll:           {SystemAdmin},
	ManageAccounts:      {SecurityAdmin},
	ReadLog:             {Auditor},
}
