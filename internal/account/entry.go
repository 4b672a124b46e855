package account

// Entry is what of an entry of the audit log decides who may read it.
type Entry struct {
	Account string // who did it; empty: none, as for commands
	// Publisher is that of the fact, FormerPublisher that before the entry where it was
	// another; empty where there is none.
	Publisher, FormerPublisher string
}

// ReadsEntry tells which sides of an entry of the audit log the account may read: of a
// fact that passed from one publisher to another, who reaches one of them alone reads
// that side, and to them it was added or taken away. Neither side: not the entry.
func (r Rights) ReadsEntry(e Entry) (before, after bool) {
	if r.MayAtAll(ReadLog) || r.name != "" && e.Account == r.name {
		return true, true
	}
	after = r.May(ReadEntries, r.tree.Find(e.Publisher))
	if e.FormerPublisher == "" {
		return after, after
	}
	return r.May(ReadEntries, r.tree.Find(e.FormerPublisher)), after
}
