package oracle

import "sort"

// ExemptionRequest asks that a cell be exempted on some days (docs/design.md, "Orders 督办"). Decision is GRANTED, REFUSED
// or empty. One of a file changes no figure, as the file of assignments has what was granted.
type ExemptionRequest struct {
	Ref, Publisher, Entry, From, To, Reason        string
	AskedAt, AskedBy                               string
	Decision, DecidedAt, DecidedBy, DecisionReason string
}

// RequestsAt lists the requests for cells of a node and all below it that a caller sees, newest asked first, then by ref:
// only those that nobody has decided where undecided.
func (w *World) RequestsAt(node string, reach Reach, undecided bool) []ExemptionRequest {
	publishers := w.nodesAsked(node, false)
	var listed []ExemptionRequest
	for _, request := range w.ExemptionRequests {
		if publishers[request.Publisher] && reach(request.Publisher) && (!undecided || request.Decision == "") {
			listed = append(listed, request)
		}
	}
	sort.Slice(listed, func(i, j int) bool {
		one, other := instantOf(listed[i].AskedAt), instantOf(listed[j].AskedAt)
		if !one.Equal(other) {
			return one.After(other)
		}
		return listed[i].Ref < listed[j].Ref
	})
	return listed
}
