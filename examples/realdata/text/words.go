package text

import (
	"strings"
	"unicode"
)

// Words returns the words of a clean text in lower case: the longest runs of letters,
// digits and combining marks. Contractions are cut in two in the manner of the Penn
// Treebank, whose words GloVe knows: don't is do and n't, it's is it and 's.
func Words(s string) []string {
	var words []string
	for _, run := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !apostrophe(r)
	}) {
		run = strings.Map(func(r rune) rune {
			if apostrophe(r) {
				return '\''
			}
			return r
		}, run)
		run = strings.Trim(run, "'") // quotation marks
		if run == "" {
			continue
		}
		stem, ending := cutContraction(run)
		for part := range strings.SplitSeq(stem, "'") { // o'clock, or two words quoted
			if part != "" {
				words = append(words, part)
			}
		}
		if ending != "" {
			words = append(words, ending)
		}
	}
	return words
}

func apostrophe(r rune) bool { return r == '\'' || r == '’' }

// contractions are the endings that are words of their own.
var contractions = []string{"n't", "'s", "'re", "'ve", "'ll", "'d", "'m"}

func cutContraction(word string) (stem, ending string) {
	for _, c := range contractions {
		if stem, ok := strings.CutSuffix(word, c); ok && stem != "" {
			return stem, c
		}
	}
	return word, ""
}
