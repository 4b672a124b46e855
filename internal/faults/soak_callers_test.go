package faults

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"strings"
	"time"

	"github.com/reliefgraph/reliefgraph/internal/oracle"
)

// What one who soaks writes, over and over: so many that the program holds as much at
// the end as after the first round.
const (
	documentsOfSoaker = 2
	movementsOfSoaker = 1
	mutationsOfRound  = 3*documentsOfSoaker + movementsOfSoaker
)

// soaker asks and writes. What it writes is its publisher's, to which nobody else writes.
type soaker struct {
	*soak
	publisher string
	writes    bool
	random    *rand.Rand
	rounds    int    // that are behind it
	mutations int    // of this round that were acknowledged
	written   string // by what the newest of them is read
}

// soakQuestions are of every kind, each of a node and a day.
var soakQuestions = []struct{ kind, document string }{
	{"figures", `query($code: String!, $on: Date!) { administrativeNode(code: $code) { coverage(asOf: $on) { required covered coverageRate }
		children(first: 50) { edges { node { code coverage(asOf: $on) { required covered } } } } } }`},
	{"gaps", `query($code: String!, $on: Date!) { gaps(code: $code, asOf: $on, first: 20) { totalCount edges { node {
		status since publisher { name } entry { item } explanation(locale: ZH) reason { rule dueOn } duties { kind disclosure { title } } } } } }`},
	{"ranking", `query($code: String!, $on: Date!) { ranking(code: $code, level: TOWNSHIP, asOf: $on) {
		rank node { name } figures { coverageRate } } }`},
	{"documents", `query($code: String!, $on: Date!) { administrativeNode(code: $code) { disclosures(first: 20, filter: {to: $on}) {
		totalCount nodes { ref title publishedOn entry { item } publisher { name } } } } }`},
	{"relief", `query($code: String!, $on: Date!) { administrativeNode(code: $code) { relief(from: "2024-01-01", to: $on, asOf: $on) {
		total { received distributed } byChild { node { code } figures { received } } discrepancies { kind amount } } } }`},
	{"change", `query($code: String!, $on: Date!) { coverageChange(code: $code, from: "2026-03-01", to: $on) {
		before { covered } after { covered } opened(first: 10) { totalCount edges { node { status publisher { code } } } } } }`},
	{"nested list", `query($code: String!, $on: Date!) { administrativeNode(code: $code) { coverage(asOf: $on) { covered }
		children(first: 20) { edges { node { code name disclosures(first: 3) { edges { node { title publishedOn entry { code } } } } } } } } }`},
}

// ask asks one of the questions, of a county or now and then of the province.
func (s *soaker) ask() {
	question := soakQuestions[s.random.IntN(len(soakQuestions))]
	code := s.counties[s.random.IntN(len(s.counties))]
	if s.random.IntN(20) == 0 {
		code = "53"
	}
	variables := map[string]any{"code": code, "on": oracle.Date(oracle.Day("2026-06-01") + s.random.IntN(180))}
	s.answered(question.kind, func() (*reply, error) { return s.scene.ask(question.document, variables) })
}

// write does the next write until it is acknowledged, and looks now and then whether
// it is there.
func (s *soaker) write() {
	if !s.writeNext() {
		return
	}
	if s.mutations++; s.mutations > mutationsOfRound {
		s.rounds, s.mutations = s.rounds+1, 0
	}
	if s.random.IntN(4) == 0 {
		s.look()
	}
}

func (s *soaker) writeNext() (acknowledged bool) {
	do, kind := s.next()
	if kind == "import" {
		s.importing.Lock() // an account has one under way
		defer s.importing.Unlock()
	}
	for !s.t.Failed() {
		if answer, ok := s.answered(kind, do); ok {
			s.written = answer.Extensions.Written
			return true
		}
	}
	return false
}

// next is the write that comes next: all documents are registered, then published, then
// withdrawn, the movements are recorded, and a file puts all back, with other contents.
// From the second round on they are registered and recorded as they are already, as by
// who did not hear that they were.
func (s *soaker) next() (do func() (*reply, error), kind string) {
	n, act := s.mutations%documentsOfSoaker, s.mutations/documentsOfSoaker
	var mutation string
	var input map[string]any
	switch {
	case s.mutations == mutationsOfRound:
		return s.correct, "import"
	case act == 0:
		kind, mutation = "register", `mutation($input: RegisterDisclosureInput!) { done: registerDisclosure(input: $input) { disclosure { ref } cell { status } } }`
		input = map[string]any{
			"ref": s.document(n), "publisherCode": s.publisher, "entryCode": "1.5", "title": s.title(s.rounds),
			"attribute": "PROACTIVE", "formedOn": formedOn,
		}
	case act == 1:
		kind, mutation = "publish", `mutation($input: PublishDocumentInput!) { done: publishDocument(input: $input) { closedGap } }`
		input = map[string]any{"ref": s.document(n), "publishedOn": publishedOn}
	case act == 2:
		kind, mutation = "withdraw", `mutation($input: WithdrawDocumentInput!) { done: withdrawDocument(input: $input) { disclosure { ref } } }`
		input = map[string]any{"ref": s.document(n), "withdrawnOn": withdrawnOn}
	default:
		kind, mutation = "movement", `mutation($input: ReliefMovementInput!) { done: recordReliefMovement(input: $input) { movement { ref } } }`
		input = map[string]any{
			"ref": s.movement(n), "kind": "DISTRIBUTION", "fromCode": s.publisher, "reliefClass": "DROUGHT",
			"funds": s.funds(s.rounds), "households": 3, "occurredOn": publishedOn,
		}
	}
	return func() (*reply, error) { return s.scene.ask(mutation, map[string]any{"input": input}) }, kind
}

const formedOn, publishedOn, withdrawnOn = "2026-03-01", "2026-03-20", "2026-08-03"

func (s *soaker) document(n int) string  { return fmt.Sprintf("soak-%s-%d", s.publisher, n) }
func (s *soaker) movement(n int) string  { return fmt.Sprintf("soak-%s-m%d", s.publisher, n) }
func (s *soaker) title(round int) string { return fmt.Sprintf("通知（第%d次）", round) }
func (s *soaker) funds(round int) string { return fmt.Sprintf("%d.50", 1000+round%100) }

// correct imports all that it wrote as it was registered, with the next round's contents.
func (s *soaker) correct() (*reply, error) {
	var documents, movements strings.Builder
	documents.WriteString(
		"ref,publisher_code,entry_code,title,document_number,index_number,attribute,formed_on,issued_on,published_on,withdrawn_on," +
			"period,nil,requires_interpretation,interprets_ref,channel,url\n",
	)
	for n := range documentsOfSoaker {
		fmt.Fprintf(&documents, "%s,%s,1.5,%s,,,PROACTIVE,%s,,,,,,,,,\n", s.document(n), s.publisher, s.title(s.rounds+1), formedOn)
	}
	movements.WriteString(
		"ref,kind,from_code,to_code,relief_class,event_ref,funds_yuan,goods_item,goods_quantity,goods_unit,households,persons," +
			"occurred_on,document_number,disclosure_ref\n",
	)
	for n := range movementsOfSoaker {
		fmt.Fprintf(
			&movements,
			"%s,DISTRIBUTION,%s,,DROUGHT,,%s,,,,3,,%s,,\n",
			s.movement(n),
			s.publisher,
			s.funds(s.rounds+1),
			publishedOn,
		)
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, content := range map[string]string{"disclosures.csv": documents.String(), "relief.csv": movements.String()} {
		part, err := form.CreateFormFile("file", name)
		if err != nil {
			return nil, err
		}
		if _, err := part.Write([]byte(content)); err != nil {
			return nil, err
		}
	}
	if err := form.Close(); err != nil {
		return nil, err
	}
	return s.post("/import", form.FormDataContentType(), body.Bytes())
}

// shows is what is to be there of all that it wrote, by ref.
func (s *soaker) shows() map[string]string {
	shows := map[string]string{}
	for n := range documentsOfSoaker {
		on := [3]string{} // by act, "" where it was not done
		for act, day := range []string{formedOn, publishedOn, withdrawnOn} {
			if s.mutations > act*documentsOfSoaker+n {
				on[act] = day
			}
		}
		if s.rounds > 0 || on[0] != "" {
			shows[s.document(n)] = strings.TrimSpace(s.title(s.rounds) + " " + on[1] + " " + on[2])
		}
	}
	for n := range movementsOfSoaker {
		if s.rounds > 0 || s.mutations > 3*documentsOfSoaker+n {
			shows[s.movement(n)] = s.funds(s.rounds)
		}
	}
	return shows
}

// look asks for the documents that it wrote, as they are after the last write.
func (s *soaker) look() {
	const question = `query($code: String!) { administrativeNode(code: $code) { disclosures(first: 100, scope: SELF) {
		nodes { ref title publishedOn withdrawnOn } } } }`
	variables := map[string]any{"code": s.publisher}
	answer, ok := s.answered("what was written", func() (*reply, error) { return s.askAfter(s.written, question, variables) })
	if !ok {
		return
	}
	var data struct {
		AdministrativeNode struct {
			Disclosures struct {
				Nodes []struct{ Ref, Title, PublishedOn, WithdrawnOn string }
			}
		}
	}
	if err := json.Unmarshal(answer.Data, &data); err != nil {
		s.t.Error(err)
	}
	found := map[string]string{}
	for _, d := range data.AdministrativeNode.Disclosures.Nodes {
		found[d.Ref] = strings.TrimSpace(d.Title + " " + d.PublishedOn + " " + d.WithdrawnOn)
	}
	for ref, want := range s.shows() {
		if got := found[ref]; got != want && !strings.Contains(ref, "-m") {
			s.t.Errorf("%s is answered as %q, acknowledged was %q", ref, got, want)
		}
	}
}

// answered asks, counts the answer, and tells whether it is one without errors. Others
// are of the time that the primary is away, and say so.
func (s *soak) answered(kind string, ask func() (*reply, error)) (answer *reply, ok bool) {
	outages, away := s.outages.Load(), s.away.Load()
	begun := time.Now()
	answer, err := ask()
	took := time.Since(begun)
	excused := away || s.away.Load() || s.outages.Load() != outages
	code := "no answer"
	if err == nil {
		code = answer.code()
		if code == "" && answer.status != http.StatusOK {
			code = fmt.Sprint(answer.status)
		}
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.codes[code]++
	if code == "" {
		s.took[kind] = append(s.took[kind], took)
		return answer, true
	}
	if code != "UNAVAILABLE" || !excused {
		if s.faults++; s.faults <= 10 {
			s.t.Errorf("%s after %s: %s %v %+v", kind, took, code, err, answer)
		}
	}
	time.Sleep(20 * time.Millisecond)
	return answer, false
}
