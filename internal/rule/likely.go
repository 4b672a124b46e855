package rule

import (
	"cmp"
	"slices"
	"strings"
)

// Likely is the remedy for a word that is none of those that are known: to write the
// nearest one.
func Likely(word string, known []string) string {
	if nearest := Nearest(word, known); len(nearest) > 0 && near(word, nearest[0]) {
		return "if " + nearest[0] + " is meant, write that"
	}
	return "correct the word, if it is mistyped"
}

// Nearest are the known words, those that a word may be meant for first.
func Nearest(word string, known []string) []string {
	farness := func(other string) int {
		if near(word, other) {
			return 0
		}
		return 1
	}
	return slices.SortedStableFunc(slices.Values(known), func(a, b string) int {
		return cmp.Or(cmp.Compare(farness(a), farness(b)), cmp.Compare(distance(word, a), distance(word, b)))
	})
}

// near tells whether a word may be meant for another: it differs in less than half of
// its letters, or one of the two is a part of the other.
func near(word, other string) bool {
	return word != "" && other != "" && (strings.Contains(other, word) || strings.Contains(word, other) ||
		distance(word, other) <= len([]rune(word))/2)
}

// distance is in how many letters two words differ (Levenshtein).
func distance(word, other string) int {
	a, b := []rune(word), []rune(other)
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
