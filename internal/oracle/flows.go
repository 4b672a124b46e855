package oracle

// FlowLink is the money of one class that went from one stage to another: donors, givers above the node asked about, the
// places or the departments of a level below it, and households.
type FlowLink struct {
	Class, From, To   string
	Amount, Disclosed int64
}

// Flows are all links of money in which the node or one below it gives or receives, in the span, of one class and event
// where given. Of each the part is told that a public disclosure names, a donation's too.
func (w *World) Flows(node string, from, to, day int, class, event string) map[FlowLink]bool {
	nodes := w.nodesAsked(node, false)
	sums := map[[3]string][2]int64{}
	for _, moved := range w.memory.movements {
		if !isCounted(moved, from, to, day) || !takesPart(moved, nodes) || moved.fen == 0 ||
			class != "" && moved.Class != class || event != "" && moved.Event != event {
			continue
		}
		key := [3]string{moved.Class, w.flowStage(moved.From, nodes), w.flowStage(moved.To, nodes)}
		switch moved.Kind {
		case "DONATION":
			key[1] = "DONORS"
		case "DISTRIBUTION":
			key[2] = "HOUSEHOLDS"
		}
		sum := sums[key]
		sum[0] += moved.fen
		if w.isPublic(moved.DisclosureRef, day) {
			sum[1] += moved.fen
		}
		sums[key] = sum
	}
	links := map[FlowLink]bool{}
	for key, sum := range sums {
		links[FlowLink{key[0], key[1], key[2], sum[0], sum[1]}] = true
	}
	return links
}

func (w *World) flowStage(code string, nodes map[string]bool) string {
	if !nodes[code] {
		return "ABOVE"
	}
	for _, department := range w.Departments {
		if department.Code == code {
			return "OF_LEVEL/" + w.levelOf(department.Parent) + "/DEPARTMENT"
		}
	}
	return "OF_LEVEL/" + w.levelOf(code)
}

func (w *World) levelOf(code string) string {
	for _, area := range w.Areas {
		if area.Code == code {
			return area.Level
		}
	}
	return ""
}
