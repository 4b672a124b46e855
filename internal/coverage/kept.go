package coverage

import "sync"

// mostKept bounds what an index keeps of its answers, in rows of about 100 bytes.
const mostKept = 100_000

// kept are answers of an index that took long to find. They are true as long as
// the index is, which does not change, and go with it.
type kept struct {
	mutex   sync.Mutex
	answers map[any]keptAnswer
	oldest  []any // the questions, in the order in which they were answered
	rows    int
}

type keptAnswer struct {
	answer any
	rows   int
}

func newKept() *kept { return &kept{answers: map[any]keptAnswer{}} }

// answer returns what was kept of a question.
func (k *kept) answer(question any) (any, bool) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	known, ok := k.answers[question]
	return known.answer, ok
}

// keep keeps an answer of so many rows, in the place of the oldest ones if need
// be. Who asks must not change it.
func (k *kept) keep(question, answer any, rows int) {
	rows++ // an answer of none takes room too
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if _, known := k.answers[question]; known || rows > mostKept {
		return
	}
	for k.rows+rows > mostKept {
		k.rows -= k.answers[k.oldest[0]].rows
		delete(k.answers, k.oldest[0])
		k.oldest = k.oldest[1:]
	}
	k.answers[question] = keptAnswer{answer, rows}
	k.oldest = append(k.oldest, question)
	k.rows += rows
}
