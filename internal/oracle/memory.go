package oracle

import "sync"

// memory keeps what has been read out of the facts, so that thousands of questions do not parse each date again. It
// holds facts looked up and cells walked, never an answer.
type memory struct {
	once sync.Once

	areas         map[string]Area
	validDays     map[string]span
	departments   map[string]Department
	childrenOf    map[string][]string
	catalogs      map[string]Catalog
	arranged      map[int]bool // day -> day off
	loadedYears   map[int]bool
	documents     map[string]*document
	documentsOf   map[cellKey][]*document
	interpreters  map[string][]*document
	newsOf        map[cellKey][]int
	assignmentsOf map[cellKey][]span
	concernsOf    map[cellKey][]Concern
	reviewsOf     map[string][]review
	movements     []movement
	owedOf        map[cellKey][]movement // those that owe a RELIEF duty, by the cell it belongs to
	entriesKnown  map[string]bool
	merged        []*mergedCatalog
	// issuedAbove are the catalogs that each node from one up to the root issues, the nearest's first.
	issuedAbove map[string][][]*mergedCatalog

	mutex sync.Mutex
	cells map[cellKey]*cell
}

// cellKey identifies a cell (docs/design.md, "Which cells exist").
type cellKey struct{ publisher, entry string }

// document is a disclosure with its dates read.
type document struct {
	Disclosure
	formed, issued, withdrawn int
	// published is the publication day, made the first day on which a review disclosed one that is not PROACTIVE
	// (docs/design.md, "Duties").
	published, made int
	reviews         []review
}

// span is a from–to pair with its dates read; action is an assignment's.
type span struct {
	action   string
	from, to int
}

// Forget drops what has been kept, for a test that changes the facts.
func (w *World) Forget() { w.memory = memory{} }

func (w *World) recall() { w.memory.once.Do(w.read) }

func (w *World) read() {
	m := &w.memory
	m.cells, m.validDays = map[cellKey]*cell{}, map[string]span{}
	m.areas, m.departments, m.childrenOf = map[string]Area{}, map[string]Department{}, map[string][]string{}
	for _, area := range w.Areas {
		if _, known := m.areas[area.Code]; !known {
			m.childrenOf[area.Parent] = append(m.childrenOf[area.Parent], area.Code)
		}
		m.areas[area.Code] = area
		m.validDays[area.Code] = span{from: Day(area.ValidFrom), to: Day(area.ValidTo)}
	}
	for _, department := range w.Departments {
		m.departments[department.Code] = department
		m.childrenOf[department.Parent] = append(m.childrenOf[department.Parent], department.Code)
	}
	m.arranged, m.loadedYears = map[int]bool{}, map[int]bool{}
	for _, arrangement := range w.Arrangements {
		m.loadedYears[arrangement.Year] = true
		for _, arranged := range arrangement.Days {
			m.arranged[Day(arranged.Date)] = arranged.IsOffDay
		}
	}
	m.assignmentsOf = map[cellKey][]span{}
	for _, assignment := range w.Assignments {
		key := cellKey{assignment.Publisher, assignment.Entry}
		m.assignmentsOf[key] = append(m.assignmentsOf[key],
			span{assignment.Action, Day(assignment.From), Day(assignment.To)})
	}
	w.readReviews()
	w.readPublications()
	w.readCatalogs()
	w.readConcerns()
	w.readMovements()
}

func (w *World) readPublications() {
	m := &w.memory
	m.documents, m.documentsOf = map[string]*document{}, map[cellKey][]*document{}
	m.interpreters, m.newsOf = map[string][]*document{}, map[cellKey][]int{}
	for _, disclosure := range w.Disclosures {
		read := &document{
			Disclosure: disclosure, formed: Day(disclosure.FormedOn), issued: Day(disclosure.IssuedOn),
			withdrawn: Day(disclosure.WithdrawnOn), published: NoDay, made: NoDay,
			reviews: m.reviewsOf[disclosure.Ref],
		}
		if disclosure.Attribute != "PROACTIVE" {
			read.made = firstDisclose(read.reviews)
		}
		switch {
		case disclosure.PublishedOn == "":
		case disclosure.Attribute == "PROACTIVE":
			read.published = Day(disclosure.PublishedOn)
		case read.made != NoDay:
			read.published = max(Day(disclosure.PublishedOn), read.made)
		}
		m.documents[disclosure.Ref] = read
		key := cellKey{disclosure.Publisher, disclosure.Entry}
		m.documentsOf[key] = append(m.documentsOf[key], read)
		if disclosure.InterpretsRef != "" {
			m.interpreters[disclosure.InterpretsRef] = append(m.interpreters[disclosure.InterpretsRef], read)
		}
	}
	for _, news := range w.News {
		entry := news.Entry
		if entry == "" {
			entry = "5.1"
		}
		key := cellKey{news.Publisher, entry}
		m.newsOf[key] = append(m.newsOf[key], dayOfInstant(news.PublishedAt))
	}
}

func (w *World) readCatalogs() {
	m := &w.memory
	m.catalogs, m.entriesKnown = map[string]Catalog{}, map[string]bool{}
	for _, catalog := range w.Catalogs {
		m.catalogs[catalog.Code] = catalog
		for _, entry := range catalog.Entries {
			m.entriesKnown[entry.Code] = true
		}
	}
	issued := map[string][]*mergedCatalog{}
	for _, catalog := range w.Catalogs {
		merged := w.merge(catalog)
		m.merged = append(m.merged, merged)
		issued[catalog.Issuer] = append(issued[catalog.Issuer], merged)
	}
	m.issuedAbove = map[string][][]*mergedCatalog{}
	read := func(node string) {
		for above := node; above != ""; above = w.parentOf(above) {
			if len(issued[above]) > 0 {
				m.issuedAbove[node] = append(m.issuedAbove[node], issued[above])
			}
		}
	}
	for code := range m.areas {
		read(code)
	}
	for code := range m.departments {
		read(code)
	}
}

// review is a look at a disclosure's attribute with its day read.
type review struct {
	day       int
	discloses bool
}

// movement is a relief movement with its day and amounts read: money in fen, goods in thousandths of their unit.
type movement struct {
	Movement
	day           int
	fen, quantity int64
}

func (w *World) readReviews() {
	m := &w.memory
	m.reviewsOf = map[string][]review{}
	for _, read := range w.Reviews {
		m.reviewsOf[read.Disclosure] = append(m.reviewsOf[read.Disclosure],
			review{Day(read.ReviewedOn), read.Result == "disclose"})
	}
}

func firstDisclose(reviews []review) int {
	first := NoDay
	for _, review := range reviews {
		if review.discloses {
			first = earlier(first, review.day)
		}
	}
	return first
}

// readConcerns puts each under its publisher's entry 1.6, to which its RESPONSE belongs (docs/design.md, "Duties").
func (w *World) readConcerns() {
	m := &w.memory
	m.concernsOf = map[cellKey][]Concern{}
	m.entriesKnown["1.6"] = true
	for _, concern := range w.Concerns {
		key := cellKey{concern.Publisher, "1.6"}
		m.concernsOf[key] = append(m.concernsOf[key], concern)
	}
}

func (w *World) readMovements() {
	m := &w.memory
	m.owedOf = map[cellKey][]movement{}
	m.entriesKnown["3.3"], m.entriesKnown["4.2"] = true, true
	for _, moved := range w.Movements {
		read := movement{moved, Day(moved.OccurredOn), thousandths(moved.Funds) / 10, thousandths(moved.GoodsQuantity)}
		m.movements = append(m.movements, read)
		if moved.Kind != "DONATION" {
			key := w.reliefCell(read)
			m.owedOf[key] = append(m.owedOf[key], read)
		}
	}
}
