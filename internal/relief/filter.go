package relief

// Filter says which movements are wanted: all, those of one class, those that
// answer one event.
type Filter struct {
	Class    Class
	OneClass bool
	EventRef string // empty for all
}

// HasClass tells whether a class is wanted.
func (f Filter) HasClass(class Class) bool { return !f.OneClass || class == f.Class }

// HasDoubt tells whether a doubt is about what is wanted. What a node gave beyond
// what it had, or holds idle, it did so of all events together: of one event
// there are only doubts about its movements.
func (f Filter) HasDoubt(d *Discrepancy) bool {
	if !f.HasClass(d.Class) {
		return false
	}
	ofAccount := d.Kind == Overspent || d.Kind == Idle
	return f.EventRef == "" || !ofAccount && d.Movements[0].EventRef == f.EventRef
}

// Kinds are some kinds of movements, all where it is zero.
type Kinds uint8

// KindsOf are those named.
func KindsOf(kinds []Kind) (of Kinds) {
	for _, kind := range kinds {
		of |= 1 << kind
	}
	return of
}

// MovementFilter narrows a list of movements.
type MovementFilter struct {
	Filter
	Kinds Kinds
}
